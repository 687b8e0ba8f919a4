"""Many rows at once: `executemany` on SQLite, binary COPY or arrays on PostgreSQL. One statement a call.

Rows are tuples in the order of the table's columns. Values are always bound, never written into a statement.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, Connection, LargeBinary, Table, bindparam, func, insert, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as lite_insert
from sqlalchemy.sql.dml import Insert
from sqlalchemy.types import BIGINT, TEXT, TypeEngine

from exchange.store.failures import translate

Row = tuple[Any, ...]
COPY_FROM = 8
"""Fewer rows than this are sent without COPY, which costs two round trips."""


def add(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Inserts `rows`; Conflict(ALREADY_EXISTS) when one is there."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_lite_add(table), list(rows))
    elif len(rows) < COPY_FROM:
        names = [column.name for column in table.columns]
        connection.execute(insert(table), [dict(zip(names, row, strict=True)) for row in rows])
    else:
        _copy(connection, table, rows)


def keep(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Inserts the `rows` whose key is not there yet."""
    if rows:
        _merge(connection, table, rows, None)


def put(connection: Connection, table: Table, rows: Sequence[Row], *, rising: str | None = None) -> int:
    """Inserts `rows` or replaces what has their key; with `rising`, only where that column does not fall.

    Two rows with one key: the later one counts. Returns how many were written. Keys are taken in order, so that two
    writers never wait for one another in a circle.
    """
    if not rows:
        return 0
    width = len(table.primary_key.columns)
    latest = {row[:width]: row for row in rows}
    return _merge(connection, table, sorted(latest.values(), key=lambda row: row[:width]), rising or "")


def _merge(connection: Connection, table: Table, rows: Sequence[Row], rising: str | None) -> int:
    if connection.dialect.name == "sqlite":
        return connection.exec_driver_sql(_lite_merge(table, rising), list(rows)).rowcount
    arrays = zip(table.columns, zip(*rows, strict=True), strict=True)
    values = {f"v_{column.name}": list(array) for column, array in arrays}
    counted = {"preserve_rowcount": True}
    return connection.execute(_pg_merge(table, rising), values, execution_options=counted).rowcount


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
def _lite_add(table: Table) -> str:
    return str(insert(table).compile(dialect=sqlite.dialect()))


@lru_cache(maxsize=64)
def _lite_merge(table: Table, rising: str | None) -> str:
    statement = lite_insert(table)
    keys, others = _split(table)
    merged: Insert
    if rising is None or not others:
        merged = statement.on_conflict_do_nothing(index_elements=keys)
    else:
        where = statement.excluded[rising] >= table.c[rising] if rising else None
        merged = statement.on_conflict_do_update(
            index_elements=keys, set_={name: statement.excluded[name] for name in others}, where=where
        )
    return str(merged.compile(dialect=sqlite.dialect()))


@lru_cache(maxsize=64)
def _pg_merge(table: Table, rising: str | None) -> Insert:
    names = [column.name for column in table.columns]
    arrays = [bindparam(f"v_{column.name}", type_=ARRAY(_pg_type(column)[1])) for column in table.columns]
    given = func.unnest(*arrays).table_valued(*names).render_derived()
    statement = pg_insert(table).from_select(names, select(*(given.c[name] for name in names)))
    keys, others = _split(table)
    if rising is None or not others:
        return statement.on_conflict_do_nothing(index_elements=keys)
    where = statement.excluded[rising] >= table.c[rising] if rising else None
    return statement.on_conflict_do_update(
        index_elements=keys, set_={name: statement.excluded[name] for name in others}, where=where
    )


def _split(table: Table) -> tuple[list[str], list[str]]:
    keys = [column.name for column in table.primary_key.columns]
    return keys, [column.name for column in table.columns if column.name not in keys]
