"""Many rows at once: `executemany` on SQLite, binary COPY or arrays on PostgreSQL. One statement a call.

Rows are tuples in the order of the table's columns. Values are always bound, never written into a statement.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, Connection, Dialect, LargeBinary, Table, bindparam, cast, func, insert, select
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.dialects import sqlite as lite
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.dml import Insert
from sqlalchemy.types import BIGINT, TEXT, TypeEngine

from exchange.store.failures import translate
from exchange.store.session import Row, Session

_BEHIND = "||"
COPY_FROM = 8
"""Fewer rows than this are sent without COPY, which costs two round trips."""


def add(session: Session, table: Table, rows: Sequence[Row]) -> None:
    """Inserts `rows`; Conflict(ALREADY_EXISTS) when one is there."""
    if session.postgresql and len(rows) >= COPY_FROM:
        _copy(session.connection, table, rows)
    elif rows:
        text = _add(table, session.dialect)
        if session.postgresql:
            names = [column.name for column in table.columns]
            session.send_many(text, [dict(zip(names, row, strict=True)) for row in rows])
        else:
            session.send_many(text, rows)


def keep(session: Session, table: Table, rows: Sequence[Row]) -> int:
    """Inserts the `rows` whose key is not there yet. Returns how many."""
    return _merge(session, table, rows, None) if rows else 0


def extend(session: Session, table: Table, rows: Sequence[Row]) -> None:
    """Inserts `rows`, each key once; where a key is there, the bytes of the last column go behind its bytes."""
    if rows:
        _merge(session, table, sorted(rows), _BEHIND)


def put(session: Session, table: Table, rows: Sequence[Row], *, rising: str | None = None) -> int:
    """Inserts `rows` or replaces what has their key; with `rising`, only where that column does not fall.

    Two rows with one key: the later one counts. Returns how many were written. Keys are taken in order, so that two
    writers never wait for one another in a circle.
    """
    if not rows:
        return 0
    width = len(table.primary_key.columns)
    latest = {row[:width]: row for row in rows}
    return _merge(session, table, sorted(latest.values(), key=lambda row: row[:width]), rising or "")


def _merge(session: Session, table: Table, rows: Sequence[Row], rising: str | None) -> int:
    if not session.postgresql:
        return session.send_many(_lite_merge(table, rising, session.dialect), rows)
    arrays = zip(table.columns, zip(*rows, strict=True), strict=True)
    values = {f"v_{column.name}": list(array) for column, array in arrays}
    return session.send(_pg_merge(table, rising, session.dialect), values)


def _copy(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    import psycopg
    from psycopg import sql

    names = sql.SQL(", ").join(sql.Identifier(column.name) for column in table.columns)
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(sql.Identifier(table.name), names)
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            copy.set_types([_pg_type(column)[0] for column in table.columns])
            for row in rows:
                copy.write_row(row)
    except psycopg.Error as error:
        raise translate(error) from None


def _pg_type(column: Column[Any]) -> tuple[str, TypeEngine[Any]]:
    if isinstance(column.type, LargeBinary):
        return "bytea", LargeBinary()
    return ("text", TEXT()) if column.type.python_type is str else ("int8", BIGINT())


@lru_cache(maxsize=64)
def _add(table: Table, dialect: Dialect) -> str:
    return str(insert(table).compile(dialect=dialect))


@lru_cache(maxsize=64)
def _lite_merge(table: Table, rising: str | None, dialect: Dialect) -> str:
    return str(_on_conflict(lite.insert(table), table, rising).compile(dialect=dialect))


@lru_cache(maxsize=64)
def _pg_merge(table: Table, rising: str | None, dialect: Dialect) -> str:
    names = [column.name for column in table.columns]
    arrays = [bindparam(f"v_{column.name}", type_=ARRAY(_pg_type(column)[1])) for column in table.columns]
    given = func.unnest(*arrays).table_valued(*names).render_derived()
    statement = pg.insert(table).from_select(names, select(*(given.c[name] for name in names)))
    return str(_on_conflict(statement, table, rising).compile(dialect=dialect))


def _on_conflict(statement: pg.Insert | lite.Insert, table: Table, rising: str | None) -> Insert:
    keys = [column.name for column in table.primary_key.columns]
    others = [column.name for column in table.columns if column.name not in keys]
    if rising is None or not others:
        return statement.on_conflict_do_nothing(index_elements=keys)
    if rising == _BEHIND:
        last = table.c[others[-1]]
        both = cast(last.op("||")(statement.excluded[others[-1]]), LargeBinary())
        return statement.on_conflict_do_update(index_elements=keys, set_={last.name: both})
    where = statement.excluded[rising] >= table.c[rising] if rising else None
    return statement.on_conflict_do_update(
        index_elements=keys, set_={name: statement.excluded[name] for name in others}, where=where
    )
