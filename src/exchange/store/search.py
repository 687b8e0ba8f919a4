"""Finds records by blinded words. Rows of one word are read newest first, and only as far as a page needs.

Where several words are asked for, the one with the fewest records leads, and the others are looked up in its blocks.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, func, select

from exchange.model.found import Indexed, Place, Wanted
from exchange.model.records import Ref
from exchange.model.terms import RULES
from exchange.store import bulk
from exchange.store.indexing import BLOCK, FILTER, LINK, MARK, SOUND, WORD, Indexing, link_text
from exchange.store.search_tables import search_records, search_state, search_terms
from exchange.store.session import Session, bound_to, steps
from exchange.store.statements import Statement
from exchange.store.times import micros

_R, _T = search_records.c, search_terms.c
_PAGE: Final = 500
"""Rows of the leading word that are read at once."""
_PROBE: Final = 300
"""Rows by which the sizes of two words are compared."""
_MANY: Final = 1 << 40
_END: Final = 1 << 62

_BACKWARDS = (
    select(_T.segment, _T.docs)
    .where(_T.term == bindparam("term"), _T.segment <= bindparam("last"))
    .order_by(_T.segment.desc())
    .limit(bindparam("rows"))
)
_ROWS = Statement(_BACKWARDS)
_SOME = _BACKWARDS.subquery()
_SIZE = Statement(select(func.count(), func.coalesce(func.sum(func.length(_SOME.c.docs)), 0)).select_from(_SOME))
_IN_BLOCKS = Statement(select(_T.segment, _T.docs).where(_T.term == bindparam("term")), among=_T.segment)
_OF_TERMS = Statement(select(_T.segment, _T.docs), among=_T.term)
_PLACES = Statement(select(_R.doc, _R.originator, _R.id, _R.held), among=_R.doc)
_DOCS = Statement(select(_R.doc).where(_R.originator == bindparam("originator"), _R.id == bindparam("id")))
_OF_ID = Statement(select(_R.originator, _R.id, _R.held).where(_R.id == bindparam("id")).order_by(_R.originator))
_CURRENT = Statement(
    select(_R.originator, _R.id).where(_R.held == bindparam("held"), _R.rules == bindparam("rules")), among=_R.id
)
_STATE = Statement(select(search_state.c.rules))

Blocks = dict[int, set[int]]
"""Block -> offsets of records in it."""


class SqlSearch:
    """Fits `ports.Search`."""

    def __init__(self, session: Session, index: Indexing) -> None:
        self._session = session
        self._index = index
        self._blinder = index.blinder

    def find(self, wanted: Wanted, after: Ref | None, limit: int) -> list[Place]:
        groups = [[term] for term in self._blinder.of(WORD, dict.fromkeys(wanted.words))]
        groups += [self._blinder.of(SOUND, dict.fromkeys(each)) for each in wanted.sounds]
        if not groups or limit <= 0:
            return []
        last = self._last(after)
        if wanted.held is not None:
            groups.append(self._blinder.of(FILTER, [wanted.held]))
        sized = sorted((sum(self._size(term, last) for term in each), each) for each in groups)
        if sized[0][0] == 0:
            return []
        kept = [each for _, each in sized[1:]]
        if wanted.kinds:
            kept.append(self._blinder.of(FILTER, wanted.kinds))
        found = {doc for term in sized[0][1] for doc in self._led(term, kept, last, limit)}
        return self._places(sorted(found, reverse=True)[:limit])

    def of_id(self, id_: str) -> list[Place]:
        return [Place(Ref(row[0], row[1]), row[2]) for row in self._session.rows(_OF_ID, id=id_)]

    def sharing(self, marks: Sequence[str], limit: int) -> list[Place]:
        return self._any(self._blinder.of(MARK, marks), limit)

    def naming(self, refs: Sequence[Ref], limit: int) -> list[Place]:
        return self._any(self._blinder.of(LINK, map(link_text, refs)), limit)

    def reference(self, text: str) -> bytes:
        return self._session.at_rest.blind(bound_to("search", text))

    def outdated(self, held: str, refs: Sequence[Ref]) -> list[Ref]:
        current: set[Ref] = set()
        for ids in steps(ref.id for ref in refs):
            rows = self._session.rows(_CURRENT, held=held, rules=RULES, among=self._session.listed(ids))
            current.update(Ref(row[0], row[1]) for row in rows)
        return [ref for ref in refs if ref not in current]

    def put(self, held: str, found: Sequence[Indexed], at: datetime) -> None:
        self._index.put(held, found, micros(at))

    def rules(self) -> int | None:
        row = self._session.first(_STATE)
        return None if row is None else int(row[0])

    def completed(self, rules: int) -> None:
        bulk.put(self._session, search_state, [(1, rules)])

    def _last(self, after: Ref | None) -> int:
        """The highest number that may still be found."""
        if after is None:
            return _END
        docs = [row[0] for row in self._session.rows(_DOCS, originator=after.originator, id=after.id)]
        return min(docs) - 1 if docs else 0

    def _led(self, term: int, kept: list[list[int]], last: int, limit: int) -> list[int]:
        """The newest numbers up to `last` with this term and one of each of `kept`."""
        docs: list[int] = []
        while len(docs) < limit:
            rows = self._session.rows(_ROWS, term=term, last=last - last % BLOCK, rows=_PAGE)
            docs += self._matching(rows, kept, last)
            if len(rows) < _PAGE:
                break
            last = rows[-1][0] - 1
        return docs[:limit]

    def _size(self, term: int, last: int) -> int:
        """About how many records have the word; exact where there are few."""
        rows, size = self._session.rows(_SIZE, term=term, last=last - last % BLOCK, rows=_PROBE)[0]
        return int(size) // 2 if rows < _PROBE else int(size) // 2 + _MANY

    def _matching(self, rows: Iterable[tuple[int, bytes]], kept: list[list[int]], last: int) -> list[int]:
        """Numbers of those in `rows`, newest first, that have one term of each of `kept` too."""
        blocks = _blocks(rows)
        for terms in kept:
            if not blocks:
                break
            some = self._session.listed(sorted(blocks))
            other = _blocks(row for term in terms for row in self._session.rows(_IN_BLOCKS, term=term, among=some))
            blocks = {at: both for at, docs in blocks.items() if (both := docs & other.get(at, set()))}
        found = (at + offset for at, docs in blocks.items() for offset in docs)
        return sorted((doc for doc in found if doc <= last), reverse=True)

    def _any(self, terms: Iterable[int], limit: int) -> list[Place]:
        """Whoever has one of the terms, newest first."""
        every = sorted(set(terms))
        blocks: Blocks = {}
        for start in range(0, len(every), _PAGE):
            some = self._session.listed(every[start : start + _PAGE])
            for at, found in _blocks(self._session.rows(_OF_TERMS, among=some)).items():
                blocks.setdefault(at, set()).update(found)
        docs = sorted((at + offset for at, found in blocks.items() for offset in found), reverse=True)
        return self._places(docs[:limit])

    def _places(self, docs: Sequence[int]) -> list[Place]:
        found: dict[int, Place] = {}
        for start in range(0, len(docs), _PAGE):
            some = self._session.listed(list(docs[start : start + _PAGE]))
            for doc, originator, id_, held in self._session.rows(_PLACES, among=some):
                found[doc] = Place(Ref(originator, id_), held)
        return [found[doc] for doc in docs if doc in found]


def _blocks(rows: Iterable[tuple[int, bytes]]) -> Blocks:
    found: Blocks = {}
    for segment, docs in rows:
        found.setdefault(segment, set()).update(struct.unpack(f"<{len(docs) // 2}H", docs))
    return found
