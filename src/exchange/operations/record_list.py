"""Pages of records with what each is called. Names of records only would be of no use to a person who looks for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import merge

from exchange.errors import BadInput, Code
from exchange.model.found import Place
from exchange.model.records import Ref
from exchange.model.state import Person
from exchange.model.titles import NONE
from exchange.operations.found_lines import FoundLine, opened
from exchange.operations.lookups import note_records
from exchange.operations.permissions import Permission, require
from exchange.ports import Node, Unit

MAX_PAGE = 200


@dataclass(frozen=True, slots=True)
class Listing:
    """Which page of which records."""

    held: str = "own"
    """`own`, `received` or `all`."""
    kind: str | None = None
    after: Ref | None = None
    """The last record of the page before."""
    limit: int = 50


def page_of(node: Node, unit: Unit, person: Person, listing: Listing) -> Sequence[FoundLine]:
    """Lines behind `after`, in order of (id, originator). The page is noted."""
    require(person, Permission.RECORD_READ)
    held, kind, after = listing.held, listing.kind, listing.after
    limit = max(1, min(listing.limit, MAX_PAGE))
    if held not in ("own", "received", "all"):
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="held")
    own = unit.records.lines(kind, after, limit) if held != "received" else []
    theirs = unit.copies.lines(None, after, limit, kind) if held != "own" else []
    rows = list(merge(own, theirs, key=lambda row: (row.ref.id, row.ref.originator)))[:limit]
    inside = {Place(each.ref, each.held): each for each in opened(unit, [Place(row.ref, row.held) for row in rows])}
    note_records(node, unit, person, len(rows))
    lines = []
    for row in rows:
        known = inside.get(Place(row.ref, row.held))
        if known is None:
            lines.append(FoundLine(row.ref, row.version, row.kind, row.held, None, NONE, row.changed_at, None))
        else:
            lines.append(known.line())
    return lines
