"""Records that may be of the same person or thing: they share a document's number, a full name word by word, or, of
persons, keys of their names and births under which the comparison finds them alike.

Somebody compares and decides (`match_review.py`). What is shown of a candidate is content, so each is an entry as if it
were read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from exchange.errors import NotFound
from exchange.matching.keys import ASKER, keys
from exchange.matching.person import Comparison, compare, identity
from exchange.model.claims import Claim
from exchange.model.compare import FieldRow, reasons
from exchange.model.compare import compare as field_rows
from exchange.model.found import Place
from exchange.model.records import Ref
from exchange.model.state import Person
from exchange.model.terms import marks
from exchange.operations.found_lines import FoundLine, Inside, opened
from exchange.operations.likeness import PERSON, Likeness, likeness_of
from exchange.operations.lookups import note_list, note_reads
from exchange.operations.permissions import Permission, require
from exchange.ports import Node, Unit

CANDIDATES = 20
"""Shown of one record at most, those with the highest score."""
_LOOKED_AT = 60


@dataclass(frozen=True, slots=True)
class Candidate:
    """Another record, why it is here, and both side by side."""

    ref: Ref
    held: str
    reasons: tuple[str, ...]
    """`document_number`, `full_name`."""
    fields: tuple[FieldRow, ...]
    """The record that was asked about is `a`."""
    line: FoundLine
    score: Likeness | None
    """None where one has no name, or they are no persons."""


def duplicates(node: Node, unit: Unit, person: Person, ref: Ref) -> list[Candidate]:
    """Candidates for a record of ours or of a partner, without itself. NotFound."""
    require(person, Permission.RECORD_READ)
    found = opened(unit, [place_of(node, ref)])
    if not found:
        raise NotFound(record=ref.id)
    candidates = _candidates(unit, found[0].kind, found[0].claims, ref)
    note_reads(node, unit, person, [found[0].place, *(Place(each.ref, each.held) for each in candidates)])
    return candidates


def suggest(node: Node, unit: Unit, person: Person, claims: Sequence[Claim], kind: str = "person") -> list[Candidate]:
    """Candidates for a draft, before it is deposited. That somebody asked is an entry, whatever was found."""
    require(person, Permission.RECORD_READ)
    candidates = _candidates(unit, kind, claims, None)
    note_list(node, unit, person, "duplicates", len(candidates))
    note_reads(node, unit, person, [Place(each.ref, each.held) for each in candidates])
    return candidates


def place_of(node: Node, ref: Ref) -> Place:
    """Where a record is held: our own are those that we issued."""
    return Place(ref, "own" if ref.originator == node.code else "received")


def _candidates(unit: Unit, kind: str, claims: Sequence[Claim], itself: Ref | None) -> list[Candidate]:
    places = unit.search.sharing(marks(kind, claims), _LOOKED_AT)
    asked = identity(claims) if kind == PERSON else None
    if asked is not None:
        places += [each.place for each, _ in unit.identities.having(keys(asked, ASKER), _LOOKED_AT)]
    found = []
    for other in opened(unit, list(dict.fromkeys(places))):
        if other.ref != itself and other.kind == kind:
            said = None if asked is None else compare(asked, identity(other.claims))
            why = reasons(kind, claims, other.claims)
            if why or (said is not None and said.score.alike):
                found.append((said, why, other))
    found.sort(key=lambda each: 0.0 if each[0] is None else -each[0].score.probability)
    return [_candidate(claims, *each) for each in found[:CANDIDATES]]


def _candidate(claims: Sequence[Claim], said: Comparison | None, why: tuple[str, ...], other: Inside) -> Candidate:
    score = None if said is None else likeness_of(said)
    fields = tuple(field_rows(claims, other.claims))
    return Candidate(other.ref, other.held, why, fields, other.line(), score)
