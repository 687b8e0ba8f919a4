"""Notes pairs of an own and a received record that share a mark, when one of them is stored; and forgets all pairs.

A mark is a full name or a document's number, blinded. A record gets `PAIRS_MAX` pairs at most, the newest, so that a
name that thousands have fills no queue. What people decide, and what is proposed by name, is in `matches.py`.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import ColumnElement, and_, bindparam, delete, select

from exchange.model.found import Place
from exchange.model.matching import OPEN
from exchange.model.records import Ref
from exchange.store import bulk
from exchange.store.match_tables import match_decisions, match_pairs
from exchange.store.search_tables import search_records, search_terms
from exchange.store.session import Session
from exchange.store.statements import Lock, Statement

PAIRS_MAX: Final = 20
"""Pairs that one record brings when it is stored."""
_STEP: Final = 1000

_P, _D, _T, _R = match_pairs.c, match_decisions.c, search_terms.c, search_records.c
_ANY = Statement(select(_T.segment).where(_T.term == bindparam("term")).limit(1))
_ROWS = Statement(select(_T.term, _T.segment, _T.docs), among=_T.term)
_PLACES = Statement(select(_R.doc, _R.originator, _R.id, _R.held), among=_R.doc)


def _both(id_: ColumnElement[str], originator: ColumnElement[str]) -> ColumnElement[bool]:
    return and_(id_ == bindparam("b_id"), originator == bindparam("b_originator"))


_SIDES = (_both(_P.id, _P.originator), _both(_P.other_id, _P.other_originator))
_REOPEN = [Statement(delete(match_pairs).where(side, _P.state == OPEN)) for side in _SIDES]
_FORGET = [Statement(delete(match_pairs).where(side)) for side in _SIDES]
_UNDECIDE = Statement(delete(match_decisions).where(_both(_D.a_id, _D.a_originator) | _both(_D.b_id, _D.b_originator)))


class Pairing:
    """The pairs of one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, held: str, marked: dict[int, list[Ref]], other: int, at: int) -> None:
        """Looks for records of the other side with the same marks. `marked`: term -> records of this side, which are
        not in the index yet. `other`: the term that every record of the other side has. `at`: when they came."""
        if not marked or self._session.first(_ANY, term=other) is None:
            return
        candidates = self._candidates(sorted(marked))
        places = self._places({doc for docs in candidates.values() for doc in docs})
        found: dict[Ref, dict[Ref, None]] = {}
        for term, docs in candidates.items():
            there = [places[doc].ref for doc in docs if doc in places and places[doc].held != held]
            for ref in marked[term]:
                found.setdefault(ref, {}).update(dict.fromkeys(there))
        pairs = [(ref, mate) for ref, mates in found.items() for mate in list(mates)[:PAIRS_MAX]]
        rows = [(*_row(ref, mate, held), at, OPEN) for ref, mate in pairs]
        bulk.keep(self._session, match_pairs, sorted(set(rows)))

    def reopen(self, refs: Iterable[Ref]) -> None:
        """These records say something else now: pairs that nobody decided are looked for again."""
        self._each(_REOPEN, refs)

    def forget(self, refs: Iterable[Ref]) -> None:
        """These records are gone, and what was decided of them goes along."""
        self._each([*_FORGET, _UNDECIDE], refs)

    def _each(self, statements: Sequence[Statement], refs: Iterable[Ref]) -> None:
        rows = [{"b_id": ref.id, "b_originator": ref.originator} for ref in sorted(refs)]
        for statement in statements if rows else ():
            text, fixed = statement.written(self._session.dialect, Lock.NONE)
            self._session.send_many(text, [fixed | row for row in rows])

    def _candidates(self, terms: Sequence[int]) -> dict[int, list[int]]:
        """Term -> numbers of records that have it, the newest first, not many more than a record may have pairs."""
        found: dict[int, list[int]] = {}
        for start in range(0, len(terms), _STEP):
            some = self._session.listed(list(terms[start : start + _STEP]))
            for term, segment, docs in self._session.rows(_ROWS, among=some):
                numbers = struct.unpack(f"<{len(docs) // 2}H", docs)
                found.setdefault(term, []).extend(segment + offset for offset in numbers)
        return {term: sorted(docs, reverse=True)[: 4 * PAIRS_MAX] for term, docs in found.items()}

    def _places(self, docs: set[int]) -> dict[int, Place]:
        """Locked: who destroys one of them waits, and takes the pair along."""
        ordered, found = sorted(docs), {}
        for start in range(0, len(ordered), _STEP):
            some = self._session.listed(ordered[start : start + _STEP])
            for doc, originator, id_, held in self._session.rows(_PLACES, Lock.SHARE, among=some):
                found[doc] = Place(Ref(originator, id_), held)
        return found


def _row(ref: Ref, mate: Ref, held: str) -> tuple[str, str, str, str]:
    """The key of the pair: our own record first."""
    own, received = (ref, mate) if held == "own" else (mate, ref)
    return own.id, own.originator, received.id, received.originator
