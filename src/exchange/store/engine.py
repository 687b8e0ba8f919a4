"""Opens the database. What makes a commit durable and a writer alone is decided here, in one place.

SQLite: WAL, `synchronous=FULL`, foreign keys, one writer (`BEGIN IMMEDIATE`; the driver's own default silently forked
sequence numbers under four processes, protocol.md). PostgreSQL by psycopg 3: READ COMMITTED with row locks for
writing, one REPEATABLE READ snapshot for reading, time limits for statements, locks and idle transactions.
It opens no connection by itself and creates no table (`migrate.py`).
"""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool

from exchange.errors import BadInput, Code, ExchangeError
from exchange.store.failures import translate

WRITE = "exchange_write"
"""Execution option: this connection's transactions write."""
_WAL_TRIES, _WAL_PAUSE_S = 100, 0.02
WAIT_LOCK = "exchange_wait_lock"
"""Execution option of the engine: seconds that a writer waits for others."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one node's use of its database."""

    connections: int = 12
    """Open at the same time at most."""
    wait_connection: timedelta = timedelta(seconds=10)
    wait_lock: timedelta = timedelta(seconds=10)
    statement: timedelta = timedelta(seconds=60)
    idle_in_transaction: timedelta = timedelta(seconds=120)


def open_engine(url: str, limits: Limits | None = None, *, text_rows: bool = False) -> Engine:
    """The engine for `sqlite:////path/file.db` or `postgresql+psycopg://…`. BadInput(CONFIG_INVALID) otherwise.

    `text_rows` is for reading PostgreSQL's own catalogue, which SQLAlchemy cannot do in binary.
    """
    limits = limits or Limits()
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise BadInput(Code.CONFIG_INVALID, at="database") from None
    if parsed.get_backend_name() == "sqlite":
        engine = _sqlite(parsed, limits)
    elif parsed.get_backend_name() == "postgresql":
        engine = _postgresql(parsed.set(drivername="postgresql+psycopg"), limits, binary=not text_rows)
    else:
        raise BadInput(Code.CONFIG_INVALID, at="database")
    engine.update_execution_options(**{WAIT_LOCK: limits.wait_lock.total_seconds()})
    event.listen(engine, "handle_error", _as_ours)
    return engine


def with_password(url: str, password: str) -> str:
    """`url` with the password that its settings kept in a file. BadInput(CONFIG_INVALID) for no URL."""
    try:
        return make_url(url).set(password=password).render_as_string(hide_password=False)
    except ArgumentError:
        raise BadInput(Code.CONFIG_INVALID, at="database") from None


def writing(engine: Engine) -> Engine:
    """`engine` for write transactions."""
    options: dict[str, Any] = {WRITE: True}
    if engine.dialect.name == "postgresql":
        options["isolation_level"] = "READ COMMITTED"
    return engine.execution_options(**options)


def reading(engine: Engine) -> Engine:
    """`engine` for transactions that see one snapshot and cannot write."""
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return engine


def _as_ours(context: ExceptionContext) -> ExchangeError:
    return translate(context.original_exception)


def _pool(limits: Limits) -> dict[str, Any]:
    return {
        "poolclass": QueuePool,
        "pool_size": limits.connections,
        "max_overflow": 0,
        "pool_timeout": limits.wait_connection.total_seconds(),
        "hide_parameters": True,
    }


def _sqlite(url: URL, limits: Limits) -> Engine:
    path = url.database
    if not path or path == ":memory:" or path.startswith("file:"):
        raise BadInput(Code.CONFIG_INVALID, at="database")
    try:
        Path(path).touch(mode=0o600, exist_ok=True)  # before SQLite makes it with the umask; the WAL copies its mode
    except OSError:
        raise BadInput(Code.CONFIG_INVALID, at="database") from None
    connect = {"timeout": limits.wait_lock.total_seconds(), "cached_statements": 256}
    engine = create_engine(url, connect_args=connect, **_pool(limits))
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself
    cursor = connection.cursor()
    _to_wal(cursor)
    for pragma in (
        "synchronous=FULL",
        "foreign_keys=ON",
        "recursive_triggers=ON",  # REPLACE then fires delete triggers too
        "trusted_schema=OFF",
        "secure_delete=ON",  # what is erased is overwritten, not only unlinked
        "wal_autocheckpoint=4000",
        "cache_size=-32000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _to_wal(cursor: sqlite3.Cursor) -> None:
    """Two that open a new file at once may both want to change its journal, and SQLite waits for nobody there."""
    for _ in range(_WAL_TRIES):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            time.sleep(_WAL_PAUSE_S)
        else:
            return
    cursor.execute("PRAGMA journal_mode=WAL")


def _begin_sqlite(connection: Connection) -> None:
    write = bool(connection.get_execution_options().get(WRITE))
    driver: Any = connection.connection.driver_connection
    try:
        driver.execute(f"PRAGMA query_only={'OFF' if write else 'ON'}")
        driver.execute("BEGIN IMMEDIATE" if write else "BEGIN")
    except sqlite3.Error as error:
        raise translate(error) from None


def _postgresql(url: URL, limits: Limits, *, binary: bool) -> Engine:
    import psycopg

    class _Binary(psycopg.Cursor[Any]):
        """Rows travel in binary: bodies are bytes, and their text form is twice as long."""

        def __init__(self, connection: psycopg.Connection[Any], **options: Any) -> None:
            super().__init__(connection, **options)
            self.format = psycopg.pq.Format.BINARY

    settings = {
        "statement_timeout": limits.statement,
        "lock_timeout": limits.wait_lock,
        "idle_in_transaction_session_timeout": limits.idle_in_transaction,
    }
    options = " ".join(f"-c {name}={value // timedelta(milliseconds=1)}" for name, value in settings.items())
    return create_engine(
        url,
        connect_args={
            "options": f"{options} -c timezone=UTC -c synchronous_commit=on",
            "application_name": "exchange",
            "connect_timeout": 5,
            "cursor_factory": _Binary if binary else psycopg.Cursor,
        },
        pool_pre_ping=True,
        **_pool(limits),
    )
