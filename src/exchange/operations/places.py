"""Camps and movements with where they are, as records say it: coordinates or names, with how exact they are.

A name is never looked up: what has no coordinates stands in the table only. Counts are ranges. With a lens, only what
the partner would be sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import merge
from typing import Final, NamedTuple

from exchange.errors import BadInput, Code
from exchange.model.claims import Claim, JsonValue
from exchange.model.dates import Span, span_of
from exchange.model.found import Place
from exchange.model.records import Ref
from exchange.model.state import Person, RecordLine
from exchange.model.titles import Title, title
from exchange.model.vocab import KINDS
from exchange.operations.found_lines import Inside, opened
from exchange.operations.lens import Lens
from exchange.operations.lookups import note_list
from exchange.operations.permissions import Permission, require
from exchange.ports import Node, Unit

CAP: Final = 1000
"""Records that are looked at for one map."""
_POINT: Final = 1_000_000
"""Coordinates of a point are millionths of a degree, those of an area whole degrees."""


class Count(NamedTuple):
    """How many; `high` None for at least `low`."""

    low: int
    high: int | None


class Spot(NamedTuple):
    """Where something is. Degrees, or None where only names are known."""

    lat: float | None
    lon: float | None
    precision: str
    """`point`; `cell`, one whole degree; `place`, a name; `country`."""
    country: str | None
    name: str | None
    """City, region or crossing."""


@dataclass(frozen=True, slots=True)
class PlacePoint:
    """A record at one spot, one of several where it says several."""

    ref: Ref
    held: str
    kind: str
    title: Title
    tlp: str | None
    sender: str | None
    spot: Spot
    counts: tuple[Count, ...]
    at: Span | None


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """A movement from one spot to another; an end that is not said is None."""

    ref: Ref
    held: str
    title: Title
    tlp: str | None
    sender: str | None
    source: Spot | None
    target: Spot | None
    via: tuple[str, ...]
    """Countries."""
    means: tuple[str, ...]
    counts: tuple[Count, ...]
    at: Span | None


@dataclass(frozen=True, slots=True)
class Places:
    """In order of the records' ids."""

    points: Sequence[PlacePoint]
    lines: Sequence[PlaceLine]
    more: bool
    """Whether there are records beyond `CAP`."""


def places(
    node: Node, unit: Unit, person: Person, kinds: Sequence[str] = ("camp", "movement"), lens: str | None = None
) -> Places:
    """Own and received records of these kinds. BadInput for a kind that there is not."""
    require(person, Permission.RECORD_READ)
    if not kinds or not set(kinds) <= {str(kind) for kind in KINDS}:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="kinds")
    rows = [row for kind in sorted(set(kinds)) for row in _rows(unit, kind)]
    inside = opened(unit, [Place(row.ref, row.held) for row in rows[:CAP]])
    if lens is not None:
        inside = Lens(node, unit, lens).see(inside)
    points = [point for each in inside for point in _points(each)]
    lines = [line for each in inside if each.kind == "movement" for line in _line(each)]
    note_list(node, unit, person, "places", len(inside))
    return Places(points, lines, len(rows) > CAP)


def _rows(unit: Unit, kind: str) -> list[RecordLine]:
    own, theirs = unit.records.lines(kind, None, CAP + 1), unit.copies.lines(None, None, CAP + 1, kind)
    return list(merge(own, theirs, key=lambda row: (row.ref.id, row.ref.originator)))


def _points(each: Inside) -> list[PlacePoint]:
    ids = {claim.id for claim in each.claims}
    # What was made from a finer claim that is here is no second place, nor is a country beside something in it.
    spots = [spot for claim in each.claims if claim.derived_from not in ids and (spot := _spot(claim)) is not None]
    shown = [spot for spot in spots if spot.precision != "country"] or spots
    counts, at, name = _counts(each.claims), _when(each.claims), title(each.claims)
    return [PlacePoint(each.ref, each.held, each.kind, name, each.tlp, each.sender, spot, counts, at) for spot in shown]


def _spot(claim: Claim) -> Spot | None:
    value = claim.value
    if claim.path == "location.point" and isinstance(value, dict):
        return Spot(_degrees(value.get("lat"), _POINT), _degrees(value.get("lon"), _POINT), "point", None, None)
    if claim.path in ("location.area", "location.address") and isinstance(value, dict):
        return _named(value)
    if claim.path in ("location.country", "theatre") and isinstance(value, str):
        return Spot(None, None, "country", value, None)
    return None


def _named(value: dict[str, JsonValue]) -> Spot:
    """An area or a place."""
    lat, lon = _degrees(value.get("lat"), 1), _degrees(value.get("lon"), 1)
    name = ", ".join(str(value[member]) for member in ("city", "region") if member in value) or None
    country = str(value["country"]) if "country" in value else None
    precision = "cell" if lat is not None else "country" if name is None else "place"
    return Spot(lat, lon, precision, country, name)


def _line(each: Inside) -> list[PlaceLine]:
    source = _end(each.claims, "movement.from", "route.from")
    target = _end(each.claims, "movement.to", "route.to")
    if source is None and target is None:
        return []
    via, means = _texts(each.claims, "route.via"), _texts(each.claims, "movement.means")
    head = (each.ref, each.held, title(each.claims), each.tlp, each.sender)
    return [PlaceLine(*head, source, target, via, means, _counts(each.claims), _when(each.claims))]


def _end(claims: Sequence[Claim], exact: str, coarse: str) -> Spot | None:
    for claim in claims:
        if claim.path == exact and isinstance(claim.value, dict):
            return _named(claim.value)
    country = next((str(claim.value) for claim in claims if claim.path == coarse), None)
    return None if country is None else Spot(None, None, "country", country, None)


def _counts(claims: Sequence[Claim]) -> tuple[Count, ...]:
    """Every figure that is said; the rounded ones where the exact ones are not there."""
    for path in ("count", "count.rounded"):
        found = [claim.value for claim in claims if claim.path == path and isinstance(claim.value, dict)]
        if found:
            return tuple(_count(value) for value in found)
    return ()


def _count(value: dict[str, JsonValue]) -> Count:
    low, high = value.get("low"), value.get("high")
    return Count(low if isinstance(low, int) else 0, high if isinstance(high, int) else None)


def _when(claims: Sequence[Claim]) -> Span | None:
    paths = ("movement.date", "movement.month", "founded")
    found = (span_of(claim.value) for path in paths for claim in claims if claim.path == path)
    return next((span for span in found if span is not None), None)


def _texts(claims: Sequence[Claim], path: str) -> tuple[str, ...]:
    return tuple(str(claim.value) for claim in claims if claim.path == path)


def _degrees(value: JsonValue, unit: int) -> float | None:
    return value / unit if isinstance(value, int) else None
