"""The PostgreSQL server's clock. It has a connection of its own, so that asking inside a transaction cannot deadlock
on the pool, and asks at most once a second; in between the system's monotonic clock counts on."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from time import monotonic

from sqlalchemy import Engine, func, select

from exchange.store.engine import Limits, open_engine

_FRESH = 1.0
"""Seconds for which one answer of the server is counted on from."""


class DatabaseClock:
    """The server's time, to about a second and never older than that."""

    def __init__(self, engine: Engine) -> None:
        url = engine.url.render_as_string(hide_password=False)
        self._engine = open_engine(url, Limits(connections=1)).execution_options(isolation_level="AUTOCOMMIT")
        self._lock = threading.Lock()
        self._asked: float | None = None
        self._answer: datetime | None = None

    def now(self) -> datetime:
        """Unavailable(DATABASE_UNAVAILABLE) when the server does not answer."""
        with self._lock:
            if self._asked is None or self._answer is None or monotonic() - self._asked > _FRESH:
                with self._engine.connect() as connection:
                    self._answer = connection.execute(select(func.clock_timestamp())).scalar_one()
                self._asked = monotonic()
            return self._answer + timedelta(seconds=monotonic() - self._asked)

    def close(self) -> None:
        self._engine.dispose()
