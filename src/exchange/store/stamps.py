"""The newest head of each day and its time-stamp."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, bindparam, select, update

from exchange.model.stamps import DayHead
from exchange.store import bulk
from exchange.store.columns import bytes_, name, number
from exchange.store.session import Session
from exchange.store.statements import Statement
from exchange.store.tables import metadata
from exchange.store.times import micros, moment

stamps = Table(
    "stamps",
    metadata,
    name("day", key=True),
    number("size"),
    bytes_("note"),
    bytes_("token", null=True),
    number("at", null=True),
)
"""The newest head of each day; `token` and `at` once an authority has stamped it."""
_S = stamps.c
_GROWN = Statement(
    update(stamps)
    .where(_S.day == bindparam("of"), _S.token.is_(None), _S.size < bindparam("larger"))
    .values(size=bindparam("larger"), note=bindparam("newer"))
)
_STAMPED = Statement(
    update(stamps)
    .where(_S.day == bindparam("of"), _S.token.is_(None), _S.size == bindparam("larger"))
    .values(token=bindparam("given"), at=bindparam("time"))
)
_WAITING = Statement(
    select(*_S).where(_S.token.is_(None), _S.day < bindparam("before")).order_by(_S.day).limit(bindparam("count"))
)
_COVERING = Statement(
    select(*_S).where(_S.token.is_not(None), _S.size >= bindparam("larger")).order_by(_S.size, _S.day).limit(1)
)


class SqlStamps:
    """Fits `ports.stamps.Stamps`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def note_head(self, row: DayHead) -> None:
        bulk.keep(self._session, stamps, [(row.day, row.size, row.note, None, None)])
        self._session.change(_GROWN, of=row.day, larger=row.size, newer=row.note)

    def waiting(self, before: str, limit: int) -> list[DayHead]:
        return [_row(each) for each in self._session.rows(_WAITING, before=before, count=limit)]

    def put_token(self, row: DayHead) -> None:
        at = None if row.at is None else micros(row.at)
        self._session.change(_STAMPED, of=row.day, larger=row.size, given=row.token, time=at)

    def covering(self, size: int) -> DayHead | None:
        found = self._session.first(_COVERING, larger=size)
        return None if found is None else _row(found)


def _row(row: Sequence[Any]) -> DayHead:
    day, size, note, token, at = row
    return DayHead(day, size, bytes(note), None if token is None else bytes(token), None if at is None else moment(at))
