"""Openings of ledger entries. Who may ask, confirm and read the database holds itself (`migrations/`, 0012)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from exchange.errors import NotFound
from exchange.model.openings import Opening
from exchange.model.records import Ref
from exchange.store import bulk
from exchange.store.opening_tables import opening_records, openings
from exchange.store.session import Session
from exchange.store.statements import Lock, Statement
from exchange.store.times import micros, moment

_O, _R = openings.c, opening_records.c
_ONE = Statement(select(*_O).where(_O.id == bindparam("id")))


class SqlOpenings:
    """Fits `ports.Openings`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, opening: Opening) -> None:
        """Conflict(OPENING_STATE) unless an enabled auditor asks."""
        asked = (opening.asker, micros(opening.asked_at), micros(opening.asked_until))
        bulk.add(self._session, openings, [(opening.id, opening.index, opening.reason, *asked, *[None] * 6)])

    def get(self, id_: str, *, lock: bool = False) -> Opening | None:
        row = self._session.first(_ONE, Lock.OWN if lock else Lock.NONE, id=id_)
        return None if row is None else _opening(row)

    def all(self, limit: int) -> list[Opening]:
        newest = select(*_O).order_by(_O.asked_at.desc(), _O.id).limit(limit)
        return [_opening(row) for row in self._session.connection.execute(newest)]

    def update(self, opening: Opening) -> None:
        """NotFound; Conflict(OPENING_STATE) where the guards refuse."""
        values = {
            "confirmed_by": opening.confirmer,
            "confirmed_at": _micros(opening.confirmed_at),
            "read_until": _micros(opening.read_until),
            "opened_at": _micros(opening.opened_at),
            "ended_at": _micros(opening.ended_at),
            "ended_by": opening.ended_by,
        }
        change = update(openings).where(_O.id == opening.id).values(values)
        if self._session.connection.execute(change).rowcount != 1:
            raise NotFound(at="opening")

    def show(self, id_: str, held: str, refs: Sequence[Ref]) -> None:
        bulk.add(self._session, opening_records, [(ref.id, ref.originator, id_, held) for ref in refs])

    def of_record(self, ref: Ref) -> list[Opening]:
        of = select(*_O).join(opening_records, _R.opening == _O.id)
        of = of.where(_R.id == ref.id, _R.originator == ref.originator).order_by(_O.opened_at, _O.id)
        return [_opening(row) for row in self._session.connection.execute(of)]

    def of_copies(self, limit: int) -> list[tuple[Ref, Opening]]:
        of = select(_R.originator, _R.id, *_O).join(openings, _R.opening == _O.id).where(_R.held == "received")
        rows = self._session.connection.execute(of.order_by(_O.opened_at, _O.id, _R.originator, _R.id).limit(limit))
        return [(Ref(row[0], row[1]), _opening(row[2:])) for row in rows]


def _opening(row: Sequence[Any]) -> Opening:
    id_, position, reason, asker, asked, until, confirmer, confirmed, read_until, opened, ended, ended_by = row
    return Opening(
        id=id_,
        index=position,
        reason=reason,
        asker=asker,
        asked_at=moment(asked),
        asked_until=moment(until),
        confirmer=confirmer,
        confirmed_at=_moment(confirmed),
        read_until=_moment(read_until),
        opened_at=_moment(opened),
        ended_at=_moment(ended),
        ended_by=ended_by,
    )


def _micros(time: datetime | None) -> int | None:
    return None if time is None else micros(time)


def _moment(time: int | None) -> datetime | None:
    return None if time is None else moment(time)
