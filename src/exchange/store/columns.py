"""How columns, checks and partial indexes look on both databases: the words of `exchange.store.tables`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, LargeBinary, Text, TextClause


def name(column: str, *args: Any, null: bool = False, key: bool = False) -> Column[str]:
    """Identifiers compare by bytes on both databases, so that pages are in the same order everywhere."""
    kind = Text().with_variant(Text(collation="C"), "postgresql")
    return Column(column, kind, *args, nullable=null, primary_key=key)


def number(column: str, *, null: bool = False, key: bool = False) -> Column[int]:
    kind = BigInteger().with_variant(Integer(), "sqlite")
    return Column(column, kind, nullable=null, primary_key=key, autoincrement=False)


def bytes_(column: str, *, null: bool = False, key: bool = False) -> Column[bytes]:
    return Column(column, LargeBinary(), nullable=null, primary_key=key)


def flag(column: str) -> Column[int]:
    """0 or 1: partial indexes need one spelling on both databases."""
    return number(column)


def one_of(name: str, column: str, values: str) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(repr(value) for value in values.split())})", name=name)


def partial(name: str, *columns: str, where: TextClause, unique: bool = False) -> Index:
    return Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)


def names(keys: str) -> list[Column[str]]:
    """Text columns of a primary key, in this order."""
    return [name(each, key=True) for each in keys.split()]
