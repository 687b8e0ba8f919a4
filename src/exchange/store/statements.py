"""Statements of the hot paths: built once from the tables, written out once per database and lock, sent as text.

Building and keying a Core statement for every call cost ten times what SQLite takes to answer it. Values are always
bound by name, never written into a statement.
"""

from __future__ import annotations

from enum import Enum
from typing import Any

from sqlalchemy import (
    ARRAY,
    BIGINT,
    TEXT,
    Column,
    ColumnElement,
    Delete,
    Dialect,
    Select,
    Update,
    any_,
    bindparam,
    func,
    select,
)
from sqlalchemy.dialects import sqlite

from exchange.store.tables import settings

AMONG = "among"
"""Name of the value that holds a list of ids (`Session.listed`)."""
_NAMED = sqlite.dialect(paramstyle="named")


class Lock(Enum):
    """What a read takes in a writing unit. SQLite has one writer at a time, so its statements carry no locks."""

    NONE = "none"
    SHARE = "FOR SHARE"
    """Until this transaction ends nobody changes these rows, and others may hold the same lock."""
    OWN = "FOR UPDATE"
    """These rows are ours alone until this transaction ends."""
    FREE = "FOR UPDATE SKIP LOCKED"
    """As OWN, without those that somebody else holds now."""


class Statement:
    """One statement; with `among`, only rows whose column `among` is in the list bound as `AMONG`."""

    __slots__ = ("_among", "_core", "_written")

    def __init__(self, core: Select[Any] | Update | Delete, *, among: Column[str] | Column[int] | None = None) -> None:
        self._core = core
        self._among = among
        self._written: dict[tuple[str, Lock], tuple[str, dict[str, Any]]] = {}

    def written(self, dialect: Dialect, lock: Lock) -> tuple[str, dict[str, Any]]:
        """The text for this database, and the values that are the same for every call."""
        found = self._written.get((dialect.name, lock))
        if found is None:
            found = self._written[dialect.name, lock] = self._write(dialect, lock)
        return found

    def _write(self, dialect: Dialect, lock: Lock) -> tuple[str, dict[str, Any]]:
        core = self._core
        if self._among is not None:
            core = core.where(_one_of(self._among, dialect))
        if lock is not Lock.NONE and isinstance(core, Select):
            core = core.with_for_update(read=lock is Lock.SHARE, skip_locked=lock is Lock.FREE)
        compiled = core.compile(dialect=_NAMED if dialect.name == "sqlite" else dialect)
        fixed = {name: value for name, value in compiled.params.items() if value is not None}
        return str(compiled), fixed


def _one_of(column: Column[str] | Column[int], dialect: Dialect) -> ColumnElement[bool]:
    """A list as one value, so that the text is the same for every length: an array, or JSON on SQLite."""
    if dialect.name == "postgresql":
        kind = TEXT() if column.type.python_type is str else BIGINT()
        return column == any_(bindparam(AMONG, type_=ARRAY(kind)))
    return column.in_(select(func.json_each(bindparam(AMONG)).table_valued("value").c.value))


SETTING = Statement(select(settings.c.value).where(settings.c.name == bindparam("name")))
