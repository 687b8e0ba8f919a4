"""Pairs that wait for somebody to compare them, and what people decided. Notes are encrypted, each under its key."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, select, tuple_, update

from exchange.errors import Code, Conflict, NotFound
from exchange.model.matching import FoundPair, MatchDecision, Pair, Proposed
from exchange.model.records import Ref
from exchange.store import bulk
from exchange.store.match_tables import match_decisions, match_pairs
from exchange.store.search_tables import search_records
from exchange.store.session import Row, Session, bound_to
from exchange.store.statements import Lock, Statement
from exchange.store.times import micros, moment

_P, _D = match_pairs.c, match_decisions.c
_KEY = (_P.id, _P.originator, _P.other_id, _P.other_originator)
_ORDER = (_P.found_at, *_KEY)
_HERE = and_(*(column == bindparam(f"b_{column.name}") for column in _KEY))
_PAIR = Statement(select(*match_pairs.c).where(_HERE))
_SET = Statement(update(match_pairs).where(_HERE).values(state=bindparam("b_state")))
_THERE = Statement(select(search_records.c.doc), among=search_records.c.doc)
_STEP = 1000
_DECISION = Statement(select(*match_decisions.c).where(_D.id == bindparam("id")))
_OF_PAIR = Statement(
    select(*match_decisions.c)
    .where(
        _D.a_id == bindparam("a_id"),
        _D.a_originator == bindparam("a_originator"),
        _D.b_id == bindparam("b_id"),
        _D.b_originator == bindparam("b_originator"),
    )
    .order_by(_D.at, _D.id)
)


class SqlMatches:
    """Fits `ports.Matches`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def queue(self, state: str, after: FoundPair | None, limit: int) -> list[FoundPair]:
        page = select(*match_pairs.c).where(_P.state == state)
        if after is not None:
            behind = (micros(after.found_at), *_key(after.a, after.b).values())
            page = page.where(tuple_(*_ORDER) < behind)
        page = page.order_by(*(column.desc() for column in _ORDER)).limit(limit)
        return [_found(tuple(row)) for row in self._session.connection.execute(page)]

    def pair(self, a: Ref, b: Ref) -> FoundPair | None:
        row = self._session.first(_PAIR, **_bound(a, b))
        return None if row is None else _found(row)

    def set_state(self, a: Ref, b: Ref, state: str) -> None:
        self._session.change(_SET, **_bound(a, b), b_state=state)

    def propose(self, pairs: Sequence[Proposed], at: datetime) -> int:
        docs = sorted({each.doc for pair in pairs for each in (pair.a, pair.b)})
        there: set[int] = set()
        for start in range(0, len(docs), _STEP):
            some = self._session.listed(docs[start : start + _STEP])
            there |= {row[0] for row in self._session.rows(_THERE, Lock.SHARE, among=some)}
        rows = {
            (*_key(pair.a.place.ref, pair.b.place.ref).values(), micros(at), pair.state)
            for pair in pairs
            if pair.a.doc in there and pair.b.doc in there
        }
        return bulk.keep(self._session, match_pairs, sorted(rows))

    def decide(self, decision: MatchDecision) -> None:
        place = bound_to("match", decision.id)
        dek, wrapped = self._session.at_rest.new_key(place)
        note = self._session.at_rest.seal(dek, place, decision.note.encode("utf-8"))
        (a, b), at = decision.pair, micros(decision.at)
        head = (decision.id, a.id, a.originator, b.id, b.originator, decision.decision, decision.person, at)
        bulk.add(self._session, match_decisions, [(*head, wrapped, note, None, None)])

    def decision(self, id_: str, *, lock: bool) -> MatchDecision | None:
        row = self._session.first(_DECISION, Lock.OWN if lock else Lock.NONE, id=id_)
        return None if row is None else self._decision(row)

    def history(self, pair: Pair) -> list[MatchDecision]:
        (a, b) = pair
        rows = self._session.rows(_OF_PAIR, a_id=a.id, a_originator=a.originator, b_id=b.id, b_originator=b.originator)
        return [self._decision(row) for row in rows]

    def undo(self, id_: str, person: str, at: datetime) -> None:
        standing = update(match_decisions).where(_D.id == id_, _D.undone_at.is_(None))
        changed = self._session.connection.execute(standing.values(undone_by=person, undone_at=micros(at))).rowcount
        if changed != 1:
            raise (
                NotFound(at="decision")
                if self.decision(id_, lock=False) is None
                else Conflict(Code.ALREADY_EXISTS, at="decision")
            )

    def _decision(self, row: Row) -> MatchDecision:
        id_, a_id, a_originator, b_id, b_originator, decision, person, at, wrapped, note, undone_by, undone_at = row
        place = bound_to("match", id_)
        text = self._session.at_rest.open(self._session.at_rest.unwrap(wrapped, place), place, note).decode("utf-8")
        pair = Pair(Ref(a_originator, a_id), Ref(b_originator, b_id))
        undone = None if undone_at is None else moment(undone_at)
        return MatchDecision(id_, pair, decision, person, moment(at), text, undone_by, undone)


def _key(a: Ref, b: Ref) -> dict[str, str]:
    values: Sequence[str] = (a.id, a.originator, b.id, b.originator)
    return {column.name: value for column, value in zip(_KEY, values, strict=True)}


def _bound(a: Ref, b: Ref) -> dict[str, Any]:
    return {f"b_{name}": value for name, value in _key(a, b).items()}


def _found(row: Row) -> FoundPair:
    id_, originator, other_id, other_originator, found_at, state = row
    return FoundPair(Ref(originator, id_), Ref(other_originator, other_id), moment(found_at), state)
