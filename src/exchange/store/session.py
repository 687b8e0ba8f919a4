"""What the repositories of one transaction share: the connection, the keys at rest, and how statements are sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection

from exchange.crypto.atrest import AtRest
from exchange.store.failures import translate
from exchange.store.statements import Lock, Statement

_STEP = 1000
Row = tuple[Any, ...]
Values = dict[str, Any] | Row


class Session:
    """One transaction. Hot statements go straight to the driver; `connection` is for everything else."""

    __slots__ = ("_driver", "_errors", "at_rest", "connection", "destroyed", "dialect", "postgresql", "write")

    def __init__(self, connection: Connection, at_rest: AtRest, write: bool) -> None:
        self.connection = connection
        self.at_rest = at_rest
        self.write = write
        self.destroyed = False
        """Whether something was destroyed for good, of which no journal may keep a copy."""
        self.postgresql = connection.dialect.name == "postgresql"
        self.dialect = connection.dialect
        self._driver: Any = connection.connection.driver_connection
        self._errors = connection.dialect.loaded_dbapi.Error

    def rows(self, statement: Statement, lock: Lock = Lock.NONE, /, **values: Any) -> list[Row]:
        """All rows. Locks are taken in a writing unit only."""
        text, fixed = statement.written(self.dialect, lock if self.write else Lock.NONE)
        cursor = self._sent(text, fixed | values)
        try:
            found: list[Row] = cursor.fetchall()
        except self._errors as error:
            raise translate(error) from None
        return found

    def first(self, statement: Statement, lock: Lock = Lock.NONE, /, **values: Any) -> Row | None:
        """The only row, or the first."""
        found = self.rows(statement, lock, **values)
        return found[0] if found else None

    def change(self, statement: Statement, /, **values: Any) -> int:
        """How many rows were changed."""
        text, fixed = statement.written(self.dialect, Lock.NONE)
        return self.send(text, fixed | values)

    def send(self, text: str, values: Values) -> int:
        """Sends one writing statement; returns how many rows it wrote. The database's errors leave as ours."""
        written: int = self._sent(text, values).rowcount
        return written

    def send_many(self, text: str, rows: Sequence[Values]) -> int:
        """The same statement for every row."""
        if len(rows) == 1:
            return self.send(text, rows[0])
        try:
            cursor = self._driver.cursor()
            cursor.executemany(text, rows)
            written: int = cursor.rowcount
            cursor.close()
        except self._errors as error:
            raise translate(error) from None
        return written

    def listed(self, values: list[str] | list[int]) -> Any:
        """`values` as the one value of a statement with `among`."""
        return values if self.postgresql else orjson.dumps(values).decode()

    def _sent(self, text: str, values: Values) -> Any:
        """The driver's cursor. A test explains here what every statement reads (test_store_plans.py)."""
        try:
            return self._driver.execute(text, values)
        except self._errors as error:
            raise translate(error) from None


def steps(names: Iterable[str]) -> Iterator[list[str]]:
    """The distinct names, sorted so that all writers lock in one order, at most 1,000 a step."""
    ordered = sorted(set(names))
    for start in range(0, len(ordered), _STEP):
        yield ordered[start : start + _STEP]


def bound_to(*parts: str | int) -> bytes:
    """Associated data that ties a ciphertext to its place, so that rows cannot be exchanged."""
    return "\0".join(str(part) for part in parts).encode()
