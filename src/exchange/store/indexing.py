"""Puts records into the index and takes them out, in the transaction that stores or destroys them.

A word is kept as 48 bits of an HMAC under a key of the node. Records that come together share a block of numbers and
one row a word; a record that changes gets a new number, so higher numbers are newer. Nothing here finds anything
(`search.py`), and nothing decides which words there are (`model/terms.py`).
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec
from sqlalchemy import Sequence as Numbers
from sqlalchemy import bindparam, delete, func, select, update

from exchange.model.found import Indexed
from exchange.model.records import Ref
from exchange.model.terms import RULES, gather
from exchange.model.words import Words
from exchange.store import bulk
from exchange.store.pairing import Pairing
from exchange.store.search_tables import NO_PERSON, WAITS, search_records, search_terms
from exchange.store.session import Session, steps
from exchange.store.statements import Lock, Statement

BLOCK: Final = 8192
"""Numbers of one block; every block starts at a multiple of it."""
WORD: Final = "w"
MARK: Final = "n"
LINK: Final = "l"
FILTER: Final = "f"
KEY: Final = "k"
SOUND: Final = "s"
_STEP: Final = 1000

_R, _T = search_records.c, search_terms.c
_NUMBERED = select(_R.originator, _R.id, _R.doc, _R.terms, _R.key_terms)
_THERE = Statement(_NUMBERED.where(_R.held == bindparam("held")), among=_R.id)
_OF_SEGMENT = Statement(select(_T.term, _T.docs).where(_T.segment == bindparam("segment")), among=_T.term)
_LAST = Statement(select(func.max(_R.doc)))
_NEXT = Numbers("search_blocks").next_value()
_ROW = (_T.term == bindparam("b_term")) & (_T.segment == bindparam("b_segment"))
_EMPTY = Statement(delete(search_terms).where(_ROW))
_CHANGED = Statement(update(search_terms).where(_ROW).values(docs=bindparam("b_docs")))
_DROP = Statement(
    delete(search_records).where(
        _R.id == bindparam("id"), _R.originator == bindparam("originator"), _R.held == bindparam("held")
    )
)


class Blinder:
    """Terms of one transaction: words repeat, and so do their blinded forms."""

    def __init__(self, session: Session) -> None:
        self._blind = session.at_rest.index_term
        self._known: dict[str, dict[str, int]] = {space: {} for space in (WORD, MARK, LINK, FILTER, KEY, SOUND)}

    def of(self, space: str, texts: Iterable[str]) -> list[int]:
        """`space` is one letter: words, marks, links, filters, keys and sounds are apart."""
        known = self._known[space]
        found = []
        for text in texts:
            term = known.get(text)
            if term is None:
                term = known[text] = self._blind((space + text).encode("utf-8", "surrogatepass"))
            found.append(term)
        return found


class _Part(msgspec.Struct, gc=False):
    """Terms that come together, also as a record keeps them, and the records of a batch that have them."""

    terms: array[int]
    packed: bytes
    docs: array[int]


class _Batch:
    """The terms of records that come together, found once for each part of a name."""

    def __init__(self, blinder: Blinder, words: Words) -> None:
        self._blinder = blinder
        self._words = words
        self._known: dict[str, dict[str, _Part]] = {WORD: {}, MARK: {}, LINK: {}, FILTER: {}}
        self.marked: dict[int, list[Ref]] = {}
        """Term of a mark -> the records that have it."""

    def add(self, held: str, each: Indexed, offset: int) -> bytes:
        """Notes the record's terms; returns them packed, some of them twice."""
        forms, marks, links = gather(each.kind, each.claims, self._words)
        packed: list[bytes] = []
        self._note(WORD, forms, offset, packed)
        self._note(FILTER, (held, each.kind), offset, packed)
        if marks:
            self._note(MARK, marks, offset, packed)
            for term in self._blinder.of(MARK, marks):
                self.marked.setdefault(term, []).append(each.ref)
        if links:
            self._note(LINK, map(link_text, links), offset, packed)
        return b"".join(packed)

    def postings(self) -> Iterator[tuple[int, bytes]]:
        """(term, packed offsets), in order of the terms."""
        found: dict[int, array[int]] = {}
        shared: set[int] = set()
        for space in self._known.values():
            for part in space.values():
                docs = part.docs
                for term in part.terms:
                    if term in found:
                        found[term] = found[term] + docs
                        shared.add(term)
                    else:
                        found[term] = docs
        for term in sorted(found):
            own = found[term]
            yield term, packed_numbers(array("H", sorted(set(own))) if term in shared else own)

    def _note(self, space: str, keys: Iterable[str], offset: int, packed: list[bytes]) -> None:
        """`keys`: each once."""
        known = self._known[space]
        for key in keys:
            part = known.get(key)
            if part is None:
                texts = key.split(" ") if space == WORD else (key,)
                terms = array("Q", self._blinder.of(space, texts))
                part = known[key] = _Part(terms, packed_numbers(terms), array("H"))
            part.docs.append(offset)
            packed.append(part.packed)


def link_text(ref: Ref) -> str:
    return f"{ref.originator}/{ref.id}"


class Indexing:
    """The writing side of the index, shared by own records and copies."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._pairing = Pairing(session)
        self._words = Words()
        self.blinder = Blinder(session)

    def put(self, held: str, found: Sequence[Indexed], at: int, *, new: bool = False) -> None:
        """Indexes these records in the place of what was there. `new`: none of them has been indexed before. `at`:
        when they came, in microseconds."""
        for start in range(0, len(found), BLOCK):
            self._put(held, found[start : start + BLOCK], at, new)

    def drop(self, held: str, refs: Sequence[Ref]) -> None:
        """Takes records out, with their rows. What is not there is no error."""
        there = self._there(held, refs)
        self.take_out(there.values())
        for ref in sorted(there):
            self._session.change(_DROP, id=ref.id, originator=ref.originator, held=held)
        self._pairing.forget(refs)

    def _put(self, held: str, found: Sequence[Indexed], at: int, new: bool) -> None:
        if not new:
            there = self._there(held, [each.ref for each in found])
            self.take_out(there.values())
            self._pairing.reopen(there)
        segment, batch = self._block(), _Batch(self.blinder, self._words)
        rows = [
            (*_named(each, held), segment + offset, RULES, batch.add(held, each, offset), _begins(each.kind), b"")
            for offset, each in enumerate(found)
        ]
        (other,) = self.blinder.of(FILTER, ["received" if held == "own" else "own"])
        self._pairing.find(held, batch.marked, other, at)
        if new:
            bulk.add(self._session, search_records, rows)
        else:
            bulk.put(self._session, search_records, rows)
        bulk.add(self._session, search_terms, [(term, segment, docs) for term, docs in batch.postings()])

    def _there(self, held: str, refs: Sequence[Ref]) -> dict[Ref, tuple[int, bytes]]:
        """Number and terms of those that are indexed, their rows locked."""
        wanted, found = set(refs), {}
        for ids in steps(ref.id for ref in refs):
            rows = self._session.rows(_THERE, Lock.OWN, held=held, among=self._session.listed(ids))
            found.update({Ref(row[0], row[1]): (row[2], row[3] + row[4]) for row in rows})
        return {ref: place for ref, place in found.items() if ref in wanted}

    def take_out(self, places: Iterable[tuple[int, bytes]]) -> None:
        """Numbers with the terms that they leave."""
        by_segment: dict[int, list[tuple[int, tuple[int, ...]]]] = {}
        for doc, packed in places:
            by_segment.setdefault(doc - doc % BLOCK, []).append((doc % BLOCK, unpacked("Q", packed)))
        for segment, gone in sorted(by_segment.items()):
            leaving: dict[int, set[int]] = {}
            for offset, own in gone:
                for term in own:
                    leaving.setdefault(term, set()).add(offset)
            self._leave(segment, leaving)

    def _leave(self, segment: int, leaving: dict[int, set[int]]) -> None:
        """Row by row of the block: who is left keeps the row, the last one takes it along."""
        every, empty, changed = sorted(leaving), [], []
        for start in range(0, len(every), _STEP):
            some = self._session.listed(every[start : start + _STEP])
            for term, packed in self._session.rows(_OF_SEGMENT, Lock.OWN, segment=segment, among=some):
                left = [offset for offset in unpacked("H", packed) if offset not in leaving[term]]
                if left:
                    changed.append({"b_term": term, "b_segment": segment, "b_docs": packed_numbers(array("H", left))})
                else:
                    empty.append({"b_term": term, "b_segment": segment})
        for statement, rows in ((_EMPTY, empty), (_CHANGED, changed)):
            if rows:
                self._session.send_many(statement.written(self._session.dialect, Lock.NONE)[0], rows)

    def _block(self) -> int:
        """The first number of a block that nobody else uses."""
        if self._session.postgresql:
            return int(self._session.connection.execute(_NEXT).scalar_one())
        last = self._session.rows(_LAST)[0][0]
        return BLOCK if last is None else last - last % BLOCK + BLOCK


def _named(each: Indexed, held: str) -> tuple[str, str, str]:
    return each.ref.id, each.ref.originator, held


def _begins(kind: str) -> int:
    """Persons wait for their keys: the worker adds them (`identities.py`)."""
    return WAITS if kind == "person" else NO_PERSON


def packed_numbers(numbers: array[int]) -> bytes:
    """Little endian, on every machine."""
    if sys.byteorder == "big":
        numbers = array(numbers.typecode, numbers)
        numbers.byteswap()
    return numbers.tobytes()


def unpacked(letter: str, packed: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(packed) // struct.calcsize(letter)}{letter}", packed)
