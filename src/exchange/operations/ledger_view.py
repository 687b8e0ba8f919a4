"""Pages of the ledger for an auditor at a screen: newest first, by kind, person and day. What an entry refers to stays
blinded; opening it takes a second person (`openings.py`).

There is no index over members: a page looks at a bounded number of entries and says how far it came. Times only rise,
so the entries of one day are found by halving.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, NamedTuple

from exchange.errors import BadInput, Code, NotFound
from exchange.ledger.entries import KINDS, Entry, read, text
from exchange.model.state import Person
from exchange.operations.audit import PAGE
from exchange.operations.lookups import note_list
from exchange.operations.permissions import Permission, require
from exchange.ports import Node, Unit

LIMIT: Final = 50
LOOKED_AT: Final = 5_000
"""Entries that one page looks at."""
_STEP: Final = 500


@dataclass(frozen=True, slots=True)
class Filter:
    """Which entries; empty members leave everything in."""

    kind: str = ""
    actor: str = ""
    day: str = ""
    """`YYYY-MM-DD`, UTC."""


class Line(NamedTuple):
    """One entry and where it stands, from 0."""

    position: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """The newest lines behind a place; `before` is where the next page goes on, None at the beginning."""

    lines: list[Line]
    before: int | None
    size: int


def ledger_page(node: Node, unit: Unit, person: Person, wanted: Filter, before: int | None = None) -> LedgerPage:
    """Lines with an index below `before`, the newest first. BadInput(VALUE_NOT_ALLOWED) names the filter at fault."""
    require(person, Permission.AUDIT_EXPORT)
    size = unit.ledger.head(lock=False).size
    low, high = _range(unit, wanted, size)
    place = high if before is None else min(high, max(low, before))
    end = max(low, place - LOOKED_AT)
    lines: list[Line] = []
    while place > end and len(lines) < LIMIT:
        start = max(end, place - _STEP)
        found = list(_matching(unit.ledger.entries(start, place - start), start, wanted))
        lines += reversed(found)
        place = start
    if len(lines) > LIMIT:
        lines = lines[:LIMIT]
        place = lines[-1].position
    note_list(node, unit, person, "ledger", len(lines))
    return LedgerPage(lines, place if place > low else None, size)


def ledger_entry(node: Node, unit: Unit, person: Person, index: int) -> Line:
    """One entry. NotFound."""
    require(person, Permission.AUDIT_EXPORT)
    found = unit.ledger.entries(index, 1) if index >= 0 else []
    if not found:
        raise NotFound(at="index")
    note_list(node, unit, person, "ledger", 1)
    return Line(index, read(found[0]))


def note_ledger(node: Node, person: Person, wanted: Filter) -> tuple[int, int]:
    """Logs that `person` takes the filtered entries along; from which index, and before which, they may be."""
    require(person, Permission.AUDIT_EXPORT)
    with node.store.write() as unit:
        low, high = _range(unit, wanted, unit.ledger.head(lock=True).size)
        note_list(node, unit, person, "ledger", high - low)
    return low, high


def ledger_lines(node: Node, wanted: Filter, low: int, high: int) -> Iterator[Line]:
    """The filtered entries in order, streamed: no more than a page is in memory."""
    for start in range(low, high, PAGE):
        with node.store.read() as unit:
            lines = unit.ledger.entries(start, min(PAGE, high - start))
        yield from _matching(lines, start, wanted)


def _matching(lines: list[bytes], start: int, wanted: Filter) -> Iterator[Line]:
    """Most are passed over by their bytes; what is left is read."""
    kind = f'"kind":"{wanted.kind}"'.encode() if wanted.kind else b""
    actor = f'"actor":{json.dumps(wanted.actor)}'.encode() if wanted.actor else b""
    for index, line in enumerate(lines, start):
        if kind in line and actor in line:
            yield Line(index, read(line))


def _range(unit: Unit, wanted: Filter, size: int) -> tuple[int, int]:
    if wanted.kind and wanted.kind not in KINDS:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="/kind")
    if not wanted.day:
        return 0, size
    try:
        day = date.fromisoformat(wanted.day)
        after = day + timedelta(days=1)
    except (ValueError, OverflowError):
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="/day") from None
    return _first_from(unit, day.isoformat(), size), _first_from(unit, after.isoformat(), size)


def _first_from(unit: Unit, day: str, size: int) -> int:
    """The first index with a time on or behind the start of `day`."""
    low, high = 0, size
    while low < high:
        middle = (low + high) // 2
        if text(read(unit.ledger.entries(middle, 1)[0]), "at") < day:
            low = middle + 1
        else:
            high = middle
    return low
