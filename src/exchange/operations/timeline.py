"""What happened to a person and when, as its record and the movements and relations that name it say.

Claims that contradict one another stand side by side: nothing is merged, averaged or chosen. In order of the first day
that is possible; what has no date comes last. Codes only; pages say them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from exchange.errors import NotFound
from exchange.model.claims import Claim, Grade, JsonValue
from exchange.model.dates import Span, span_of
from exchange.model.found import Place
from exchange.model.records import Ref
from exchange.model.state import Person
from exchange.model.terms import named
from exchange.operations.duplicates import place_of
from exchange.operations.found_lines import Inside, opened
from exchange.operations.lookups import note_list, note_reads
from exchange.operations.permissions import Permission, require
from exchange.ports import Node, Unit

NAMING_MAX: Final = 500
"""Movements and relations that are looked at."""
_DATED: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "birth.date": ("born", ("birth.place", "birth.country")),
    "birth.year": ("born", ("birth.place", "birth.country")),
    "recruitment.date": ("recruited", ("recruitment.place",)),
    "training.date": ("trained", ("training.camp",)),
    "affiliation.since": ("joined", ("affiliation.group", "affiliation.network")),
    "affiliation.until": ("left", ("affiliation.group", "affiliation.network")),
    "movement.entry_date": ("entered", ("movement.entry_point",)),
    "movement.date": ("travelled", ("route.to",)),
    "movement.month": ("travelled", ("route.to",)),
    "listed.on": ("listed", ("listed.by",)),
    "listed.until": ("delisted", ("listed.by",)),
    "founded": ("founded", ()),
    "dissolved": ("dissolved", ()),
}
"""Path with a date -> what it says, and where to look for the place: the first of these that the record has once."""
_UNDATED: Final = {
    "recruitment.place": ("recruited", "recruitment.date"),
    "recruitment.by": ("recruited", "recruitment.date"),
    "training.camp": ("trained", "training.date"),
    "birth.place": ("born", "birth.date"),
    "movement.entry_point": ("entered", "movement.entry_date"),
}
"""Path without a date -> what it says, unless the record has the path with one."""
_FATES: Final = frozenset({"fate", "fate.state"})


@dataclass(frozen=True, slots=True)
class Event:
    """One claim that something happened."""

    at: Span | None
    """Days of the Gregorian calendar between which it lies; None where no date is said."""
    what: str
    """`born` `recruited` `trained` `joined` `left` `entered` `travelled` `listed` `delisted` `founded` `dissolved`,
    `fate.` and a fate, or `relation.` and a relation with `.since` or `.until`."""
    path: str
    claim: str
    value: JsonValue
    """As it was said, in its own calendar."""
    place: JsonValue
    """A place, country, camp or group; None where none is said."""
    statement: str
    grade: Grade | None
    record: Ref
    """Whose claim it is: the person's record, or one that names it."""
    held: str
    sender: str | None
    tlp: str | None
    contested: bool
    """Whether another claim of that record says otherwise, or this one does of another."""
    other: Ref | None = None
    """The other end of a relation."""


def timeline(node: Node, unit: Unit, person: Person, ref: Ref) -> Sequence[Event]:
    """Events in order. The record is noted as read. NotFound."""
    require(person, Permission.RECORD_READ)
    found = opened(unit, [place_of(node, ref)])
    if not found:
        raise NotFound(record=ref.id)
    naming = [place for place in unit.search.naming([ref], NAMING_MAX) if place.ref != ref]
    others = [each for each in opened(unit, naming) if each.kind in ("movement", "relation")]
    events = [*_of_subject(found[0])]
    for each in others:
        events += _of_movement(each, ref) if each.kind == "movement" else _of_relation(each, ref)
    note_reads(node, unit, person, [Place(ref, found[0].held)])
    note_list(node, unit, person, "timeline", len(events))
    return sorted(events, key=_order)


def _order(event: Event) -> tuple[bool, object, object, str, str, Ref, str]:
    known = event.at is not None
    days = (event.at.low, event.at.high) if event.at is not None else ("", "")
    return (not known, *days, event.what, event.path, event.record, event.claim)


def _of_subject(subject: Inside) -> Iterator[Event]:
    ids = {claim.id for claim in subject.claims}
    # A coarser claim says nothing beside the finer one that it was made from.
    claims = [claim for claim in subject.claims if claim.derived_from not in ids]
    paths = {claim.path for claim in claims}
    for claim in claims:
        if claim.path in _FATES:
            yield _fate(subject, claim)
        elif claim.path in _DATED:
            what, places = _DATED[claim.path]
            yield _event(subject, claim, what, span_of(claim.value), _only(claims, places))
        elif claim.path in _UNDATED and _UNDATED[claim.path][1] not in paths:
            yield _event(subject, claim, _UNDATED[claim.path][0], None, _place(claim))


def _fate(subject: Inside, claim: Claim) -> Event:
    value = claim.value if isinstance(claim.value, dict) else {"state": claim.value}
    at = span_of(value["date"]) if "date" in value else None
    return _event(subject, claim, f"fate.{value.get('state', 'unknown')}", at, value.get("country"))


def _of_movement(movement: Inside, ref: Ref) -> Iterator[Event]:
    """Once for each date that it says; without one, once."""
    claims = movement.claims
    naming = next((each for each in claims if each.path == "movement.person" and named(each.value) == ref), None)
    if naming is None:
        return
    dates = [each for each in claims if each.path in ("movement.date", "movement.month")]
    exact = [each for each in dates if each.path == "movement.date"] or dates
    place = _only(claims, ("movement.to", "route.to", "movement.from", "route.from"))
    for claim in exact or [naming]:
        yield _event(movement, claim, "travelled", span_of(claim.value) if exact else None, place)


def _of_relation(relation: Inside, ref: Ref) -> Iterator[Event]:
    ends = [named(each.value) for each in relation.claims if each.path in ("relation.from", "relation.to")]
    other = next((end for end in ends if end is not None and end != ref), None)
    if ref not in ends:
        return
    types = [str(each.value) for each in relation.claims if each.path == "relation.type"] or ["associated_with"]
    for claim in relation.claims:
        if claim.path in ("relation.since", "relation.until"):
            when = claim.path.rpartition(".")[2]
            yield _event(relation, claim, f"relation.{types[0]}.{when}", span_of(claim.value), None, other)


def _event(each: Inside, claim: Claim, what: str, at: Span | None, place: JsonValue, other: Ref | None = None) -> Event:
    contested = claim.contests is not None or any(rival.contests == claim.id for rival in each.claims)
    return Event(
        at=at,
        what=what,
        path=claim.path,
        claim=claim.id,
        value=claim.value,
        place=place,
        statement=claim.statement,
        grade=claim.grade,
        record=each.ref,
        held=each.held,
        sender=each.sender,
        tlp=each.tlp,
        contested=contested,
        other=other,
    )


def _only(claims: Sequence[Claim], paths: Sequence[str]) -> JsonValue:
    """The place that a date goes with is not said: it is taken where there is one only."""
    for path in paths:
        values = [claim.value for claim in claims if claim.path == path]
        if len(values) == 1:
            found: JsonValue = values[0]
            return found
    return None


def _place(claim: Claim) -> JsonValue:
    return None if claim.path == "recruitment.by" else claim.value
