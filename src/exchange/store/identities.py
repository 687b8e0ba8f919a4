"""Keys and sounds of persons in the index: added by the worker, taken out with the record, found by who asks.

They lie in `search_terms` like words, in spaces of their own. Of one term at most `HUB` numbers are read: a name that
10,000 records have costs as much as one that 200 have.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final

from sqlalchemy import ARRAY, BIGINT, bindparam, func, literal_column, select, true, update

from exchange.model.found import Keyed, Numbered, Place
from exchange.model.records import Ref
from exchange.store import bulk
from exchange.store.indexing import BLOCK, KEY, SOUND, Indexing, packed_numbers, unpacked
from exchange.store.search_tables import COMPARED, KEYED, WAITS, search_records, search_terms
from exchange.store.session import Session
from exchange.store.statements import AMONG, Lock, Statement

HUB: Final = 200
"""Records of one term that are looked at, the newest."""
_STEP: Final = 500

_R, _T = search_records.c, search_terms.c
_NUMBERED = select(_R.originator, _R.id, _R.held, _R.doc)


def _in_state(state: int) -> Statement:
    """As literals, so that the partial index serves."""
    page = _NUMBERED.where(_R.keyed < _literal(2), _R.keyed == _literal(state))
    return Statement(page.order_by(_R.doc.desc()).limit(bindparam("rows")))


def _literal(value: int) -> Any:
    return literal_column(str(value), type_=BIGINT())


_WAITING, _UNCOMPARED = _in_state(WAITS), _in_state(KEYED)
_STILL = Statement(select(_R.doc, _R.keyed), among=_R.doc)
_SET = Statement(
    update(search_records)
    .where(_R.doc == bindparam("b_doc"))
    .values(keyed=bindparam("b_keyed"), key_terms=bindparam("b_keys"))
)
_DONE = Statement(
    update(search_records).where(_R.doc == bindparam("b_doc"), _R.keyed == bindparam("b_old")).values(keyed=COMPARED)
)
_OLD = Statement(
    select(_R.doc, _R.key_terms)
    .where(_R.doc > bindparam("after"), _R.keyed.between(_literal(KEYED), _literal(COMPARED)))
    .order_by(_R.doc)
    .limit(bindparam("rows"))
)
_PLACES = Statement(_NUMBERED, among=_R.doc)
_OF_TERM = select(_T.segment, _T.docs).where(_T.term == bindparam("term")).order_by(_T.segment.desc()).limit(HUB)
_NEWEST = Statement(_OF_TERM)
_ASKED = func.unnest(bindparam(AMONG, type_=ARRAY(BIGINT()))).table_valued("term").render_derived("asked")
_EACH = select(_T.segment, _T.docs).where(_T.term == _ASKED.c.term).order_by(_T.segment.desc()).limit(HUB).lateral()
_NEWEST_OF_ALL = Statement(select(_ASKED.c.term, _EACH.c.segment, _EACH.c.docs).select_from(_ASKED).join(_EACH, true()))
"""On PostgreSQL: one round trip for every term."""


class SqlIdentities:
    """Fits `ports.Identities`."""

    def __init__(self, session: Session, index: Indexing) -> None:
        self._session = session
        self._index = index
        self._blinder = index.blinder

    def waiting(self, limit: int) -> list[Numbered]:
        return [_numbered(row) for row in self._session.rows(_WAITING, rows=limit)]

    def uncompared(self, limit: int) -> list[Numbered]:
        return [_numbered(row) for row in self._session.rows(_UNCOMPARED, rows=limit)]

    def put(self, found: Sequence[Keyed]) -> int:
        there = self._still([each.there.doc for each in found], WAITS)
        docs: dict[tuple[int, int], list[int]] = {}
        rows = []
        for each in found:
            doc = each.there.doc
            if doc not in there:
                continue
            terms = sorted(
                {
                    *self._blinder.of(KEY, (key.hex() for key in each.keys)),
                    *self._blinder.of(SOUND, each.sounds),
                }
            )
            for term in terms:
                docs.setdefault((term, doc - doc % BLOCK), []).append(doc % BLOCK)
            rows.append({"b_doc": doc, "b_keyed": KEYED, "b_keys": packed_numbers(array("Q", terms))})
        bulk.extend(
            self._session,
            search_terms,
            [(*at, packed_numbers(array("H", sorted(offsets)))) for at, offsets in docs.items()],
        )
        self._change(_SET, rows)
        return len(rows)

    def compared(self, done: Sequence[Numbered]) -> None:
        self._change(_DONE, [{"b_doc": each.doc, "b_old": KEYED} for each in done])

    def having(self, keys: Collection[bytes], limit: int) -> list[tuple[Numbered, int]]:
        few: Counter[int] = Counter()
        every: Counter[int] = Counter()
        for docs in self._newest(sorted(set(self._blinder.of(KEY, (key.hex() for key in keys))))):
            every.update(docs)
            if len(docs) < HUB:
                few.update(docs)
        best = sorted(every, key=lambda doc: (few[doc], every[doc], doc), reverse=True)[:limit]
        found = self._places(best)
        return [(found[doc], every[doc]) for doc in best if doc in found]

    def outdate(self, after: int, limit: int) -> int | None:
        rows = self._session.rows(_OLD, Lock.OWN, after=after, rows=limit)
        if not rows:
            return None
        self._index.take_out(rows)
        self._change(_SET, [{"b_doc": doc, "b_keyed": WAITS, "b_keys": b""} for doc, _ in rows])
        return int(rows[-1][0])

    def _still(self, docs: Sequence[int], state: int) -> set[int]:
        """Those that are in this state, their rows ours."""
        found: set[int] = set()
        for some in _steps(docs):
            rows = self._session.rows(_STILL, Lock.FREE, among=self._session.listed(some))
            found.update(doc for doc, now in rows if now == state)
        return found

    def _newest(self, terms: Sequence[int]) -> Iterator[list[int]]:
        """Numbers of the newest records of each term that any has."""
        by_term: dict[int, list[tuple[int, bytes]]] = {}
        if self._session.postgresql:
            for term, segment, docs in self._session.rows(_NEWEST_OF_ALL, among=list(terms)):
                by_term.setdefault(term, []).append((segment, docs))
        else:
            by_term = {term: self._session.rows(_NEWEST, term=term) for term in terms}
        for rows in by_term.values():
            if rows:
                yield list(islice(_newest_first(rows), HUB))

    def _places(self, docs: Sequence[int]) -> dict[int, Numbered]:
        found: dict[int, Numbered] = {}
        for some in _steps(docs):
            rows = self._session.rows(_PLACES, among=self._session.listed(some))
            found.update({row[3]: _numbered(row) for row in rows})
        return found

    def _change(self, statement: Statement, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            text, fixed = statement.written(self._session.dialect, Lock.NONE)
            self._session.send_many(text, [fixed | row for row in rows])


def _numbered(row: Sequence[Any]) -> Numbered:
    originator, id_, held, doc = row
    return Numbered(Place(Ref(originator, id_), held), doc)


def _newest_first(rows: Iterable[tuple[int, bytes]]) -> Iterator[int]:
    for segment, docs in sorted(rows, reverse=True):
        yield from (segment + offset for offset in sorted(unpacked("H", docs), reverse=True))


def _steps(docs: Sequence[int]) -> Iterator[list[int]]:
    ordered = sorted(set(docs))
    for start in range(0, len(ordered), _STEP):
        yield ordered[start : start + _STEP]
