"""Finds records by words: parts of names and places, numbers, years of birth, ids; and persons by what the words sound
like, in any spelling and either script. Every search is a ledger entry.

The question leaves no trace in clear: the ledger has an HMAC of it. What is found is what the person may read anyway;
that nothing is found says nothing of anything not held here. Spec: docs/spec/search.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from exchange.crypto.encoding import b64
from exchange.errors import BadInput, Code
from exchange.ledger.entries import entry
from exchange.model.found import Indexed, Place, Wanted
from exchange.model.records import Ref
from exchange.model.state import Person
from exchange.model.terms import RULES, asked_id, questions
from exchange.model.vocab import KINDS
from exchange.operations import journal
from exchange.operations.clock import safe_now, stamp
from exchange.operations.found_lines import FoundLine, opened, received
from exchange.operations.permissions import Permission, require
from exchange.operations.readable import readable
from exchange.operations.search_filters import Filters
from exchange.operations.similar import Similar, similar_to
from exchange.ports import Node, Unit

__all__ = ["Filters", "Found", "FoundLine", "Query", "Rebuilt", "complete", "rebuild", "search"]

MAX_TEXT = 200
"""Characters of a question."""
MAX_PAGE = 200
LOOKED_MAX = 1000
"""Records that one page opens to find some that the filters keep."""
HELD = ("own", "received", "all")
_ALL = frozenset(str(kind) for kind in KINDS)
_STEP = 200
_NO_FILTERS = Filters()


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for."""

    text: str
    kinds: frozenset[str] = _ALL
    held: str = "all"
    """`own`, `received` or `all`."""
    after: Ref | None = None
    """`Found.after` of the page before."""
    limit: int = 50
    filters: Filters = _NO_FILTERS


@dataclass(frozen=True, slots=True)
class Found:
    """One page, newest first."""

    lines: Sequence[FoundLine]
    after: Ref | None
    """Where the next page begins; None when there is none. With filters a page may have fewer lines than it could."""
    complete: bool = True
    """False while some records of this node are not in the index yet (`exchange search rebuild`)."""
    similar: Sequence[Similar] = ()
    """With the first page: persons that only sound like the question, `SIMILAR_MAX` at most."""
    compared: bool = True
    """False while persons wait for their keys: some may not be among `similar` yet."""

    @property
    def more(self) -> bool:
        return self.after is not None


def search(node: Node, unit: Unit, person: Person, query: Query) -> Found:
    """The records that hold every word of the question. BadInput for a question that is too long or asks for no kind.

    A question without a letter or digit finds nothing.
    """
    require(person, Permission.RECORD_READ)
    if len(query.text) > MAX_TEXT:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="text", limit=MAX_TEXT)
    if query.held not in HELD:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="held")
    if not query.kinds <= _ALL:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="kinds")
    query.filters.check()
    words, lines, after = _page_of(unit, query, max(1, min(query.limit, MAX_PAGE)))
    alike = _similar(unit, query, words) if query.after is None else []
    now, count = safe_now(node, unit), len(lines) + len(alike)
    reference = b64(unit.search.reference(query.text))
    line = entry("search.run", at=stamp(now), actor=person.id, query=reference, count=count)
    journal.write(node, unit, [line], now)
    return Found(lines, after, complete(unit), alike, not unit.identities.waiting(1))


def _page_of(unit: Unit, query: Query, limit: int) -> tuple[Sequence[str], list[FoundLine], Ref | None]:
    """(the words that counted, lines, where the next page begins). Looks at `LOOKED_MAX` records at most."""
    lines: list[FoundLine] = []
    words: Sequence[str] = ()
    looked = 0
    while looked < LOOKED_MAX:
        step = limit if query.filters == _NO_FILTERS else max(limit, _STEP)
        words, places = _places(unit, query, step + 1)
        for inside in opened(unit, places[:step]):
            looked += 1
            if inside.kind in query.kinds and query.filters.keep(inside):
                lines.append(inside.line(words))
                if len(lines) == limit:
                    more = len(places) > step or inside.place != places[:step][-1]
                    return words, lines, inside.ref if more else None
        if len(places) <= step:
            return words, lines, None
        query = replace(query, after=places[step - 1].ref)
    return words, lines, query.after


def _similar(unit: Unit, query: Query, words: Sequence[str]) -> list[Similar]:
    if "person" not in query.kinds or asked_id(query.text) is not None:
        return []
    held = None if query.held == "all" else query.held
    return similar_to(unit, query.text, words, held, query.filters)


def _places(unit: Unit, query: Query, limit: int) -> tuple[Sequence[str], list[Place]]:
    """(the words that counted, what has them all)."""
    if not query.kinds:
        return (), []
    held = None if query.held == "all" else query.held
    kinds = () if query.kinds == _ALL else tuple(sorted(query.kinds))
    id_ = asked_id(query.text)
    if id_ is not None:
        found = [place for place in unit.search.of_id(id_) if held in (None, place.held)]
        if found:
            return (), [] if query.after is not None else found
    for words in questions(query.text):
        wanted = Wanted(tuple(words), held, kinds)
        places = unit.search.find(wanted, query.after, limit)
        if places or (query.after is not None and unit.search.find(wanted, None, 1)):
            return words, places
    return (), []


def complete(unit: Unit) -> bool:
    """Whether every record is in the index."""
    return unit.search.rules() == RULES


@dataclass(slots=True)
class Rebuilt:
    """What one run did."""

    records: int = 0
    """Records that were indexed."""
    looked_at: int = 0
    damaged: int = 0
    """Records that cannot be opened, and so are found by nothing but their id in a list."""


def rebuild(node: Node) -> Rebuilt:
    """Indexes what is not in the index, or under older rules. In steps, each a transaction, so that it may run beside
    everything else, stop, and go on; a second run finds nothing to do."""
    done = Rebuilt()
    for held in ("own", "received"):
        after: Ref | None = None
        while True:
            with node.store.write() as unit:
                refs = _page(unit, held, after)
                done.looked_at += len(refs)
                _index(unit, held, unit.search.outdated(held, refs), safe_now(node, unit), done)
            if len(refs) < _STEP:
                break
            after = refs[-1]
    with node.store.write() as unit:
        unit.search.completed(RULES)
    return done


def _page(unit: Unit, held: str, after: Ref | None) -> list[Ref]:
    lines = unit.records.lines(None, after, _STEP) if held == "own" else unit.copies.lines(None, after, _STEP)
    return [line.ref for line in lines]


def _index(unit: Unit, held: str, refs: Sequence[Ref], now: datetime, done: Rebuilt) -> None:
    """Under locks: a record that is destroyed meanwhile must not come back into the index."""
    if not refs:
        return
    if held == "own":
        records, damaged = readable(unit, refs, lock=True)
        found = [Indexed(each.record.ref, each.record.kind, each.record.claims) for each in records]
        done.damaged += len(damaged)
    else:
        copies = unit.copies.newest(refs, lock=True)
        found = [Indexed(inside.ref, inside.kind, inside.claims) for inside in map(received, copies)]
    unit.search.put(held, found, now)
    done.records += len(found)
