"""Stores that are wrong on purpose, for the trials of revocation: each removes one thing that the real one relies on.

`Unlocked` reads what a release stands on without row locks. `Earlier` reads it before the transaction began.
`deferred` opens SQLite transactions without taking the write lock first. If a trial cannot tell these from the real
store, it proves nothing.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import OperationalError

from exchange.errors import Code, Unavailable
from exchange.model.state import StoredAgreement
from exchange.ports import Agreements, Store, Unit
from exchange.store.engine import WAIT_LOCK


@dataclass(slots=True)
class Dawdling:
    """Fits `ports.Faults`: waits a little at the points of a release, so that what may interleave does."""

    rng: random.Random = field(default_factory=lambda: random.Random(1))
    longest: float = 0.004

    def reach(self, point: str) -> None:
        if point.startswith("release."):
            time.sleep(self.rng.uniform(0.0, self.longest))


class _Changed:
    """A unit with other agreements."""

    def __init__(self, inner: Unit, agreements: object) -> None:
        self._inner, self.agreements = inner, agreements

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


class _WithoutLocks:
    def __init__(self, inner: Agreements) -> None:
        self._inner = inner

    def active(self, id_: str, *, lock: bool) -> StoredAgreement | None:
        return self._inner.active(id_, lock=False)

    def active_policies(self, *, lock: bool) -> list[StoredAgreement]:
        return self._inner.active_policies(lock=False)


class _FromBefore:
    def __init__(self, agreement: StoredAgreement | None, policies: Sequence[StoredAgreement]) -> None:
        self._agreement, self._policies = agreement, list(policies)

    def active(self, id_: str, *, lock: bool) -> StoredAgreement | None:
        return self._agreement

    def active_policies(self, *, lock: bool) -> list[StoredAgreement]:
        return self._policies


@dataclass(frozen=True, slots=True)
class Unlocked:
    """Ignores `lock=True` for agreements and national policies."""

    inner: Store

    @contextmanager
    def write(self) -> Iterator[Unit]:
        with self.inner.write() as unit:
            yield cast(Unit, _Changed(unit, _WithoutLocks(unit.agreements)))

    @contextmanager
    def read(self) -> Iterator[Unit]:
        with self.inner.read() as unit:
            yield unit

    def now(self) -> datetime | None:
        return self.inner.now()


@dataclass(frozen=True, slots=True)
class Earlier:
    """Decides on what was in force when the call began, and writes in a transaction that begins a little later."""

    inner: Store
    agreement_id: str
    wait: Callable[[str], None]

    @contextmanager
    def write(self) -> Iterator[Unit]:
        with self.inner.read() as before:
            seen = before.agreements.active(self.agreement_id, lock=False)
            policies = before.agreements.active_policies(lock=False)
        self.wait("release.between")
        with self.inner.write() as unit:
            yield cast(Unit, _Changed(unit, _FromBefore(seen, policies)))

    @contextmanager
    def read(self) -> Iterator[Unit]:
        with self.inner.read() as unit:
            yield unit

    def now(self) -> datetime | None:
        return self.inner.now()


def deferred(url: str, alias: Path) -> Engine:
    """SQLite as the driver's defaults would have it: a transaction reads first and asks for the write lock later.

    The file is opened by another name, so that the store's own queue of writers does not hold these apart either.
    """
    alias.symlink_to(str(make_url(url).database))
    engine = create_engine(f"sqlite:///{alias}", connect_args={"timeout": 5})
    engine.update_execution_options(**{WAIT_LOCK: 5.0})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    @event.listens_for(engine, "handle_error")
    def ours(context: Any) -> None:
        if isinstance(context.sqlalchemy_exception, OperationalError):
            raise Unavailable(Code.DATABASE_BUSY) from None

    return engine
