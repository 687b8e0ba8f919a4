"""What the repositories of one transaction share: the connection, the keys at rest, and how rows are locked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, TEXT, Column, ColumnElement, Connection, Select, any_, bindparam

from exchange.crypto.atrest import AtRest

_STEP = 1000


@dataclass(frozen=True, slots=True)
class Session:
    """One transaction. SQLite has one writer at a time, so its statements carry no locks."""

    connection: Connection
    at_rest: AtRest
    write: bool

    def share(self, statement: Select[Any]) -> Select[Any]:
        """FOR SHARE: until this transaction ends nobody changes these rows, and others may hold the same lock."""
        return statement.with_for_update(read=True) if self.write else statement

    def own(self, statement: Select[Any]) -> Select[Any]:
        """FOR UPDATE: these rows are ours alone until this transaction ends."""
        return statement.with_for_update() if self.write else statement

    def among(self, column: Column[str], values: list[str]) -> ColumnElement[bool]:
        """`column` is one of `values`: one array on PostgreSQL, so that the statement is always the same."""
        if self.postgresql:
            return column == any_(bindparam(None, values, type_=ARRAY(TEXT)))
        return column.in_(values)

    @property
    def postgresql(self) -> bool:
        return self.connection.dialect.name == "postgresql"


def steps(names: Iterable[str]) -> Iterator[list[str]]:
    """The distinct names, sorted so that all writers lock in one order, at most 1,000 a step."""
    ordered = sorted(set(names))
    for start in range(0, len(ordered), _STEP):
        yield ordered[start : start + _STEP]


def bound_to(*parts: str | int) -> bytes:
    """Associated data that ties a ciphertext to its place, so that rows cannot be exchanged."""
    return "\0".join(str(part) for part in parts).encode()
