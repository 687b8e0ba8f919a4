"""Camps and movements: a table with where and how exact, and for what has coordinates the same as a map.

A name is never looked up, no name of a country is drawn, and borders only where the node's settings ask for them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from starlette.responses import JSONResponse, Response

from exchange.api.call import FORMS
from exchange.console.files import csv_file
from exchange.console.page import Nav, Page
from exchange.console.pages.places_map import known_within, map_of, middle
from exchange.console.pages.records_values import Piece
from exchange.console.pages.said_law import partner_of, partners_of
from exchange.console.visit import Visit
from exchange.console.words import mark, said
from exchange.errors import BadInput, Code
from exchange.model.dates import Span
from exchange.model.records import Ref
from exchange.model.titles import Title
from exchange.model.vocab import Tlp, strictness
from exchange.operations.permissions import Permission
from exchange.operations.places import CAP, Count, PlaceLine, PlacePoint, Places, Spot, places
from exchange.operations.preview_choices import choices
from exchange.ports import Unit
from exchange.sentences.law.grammar import Tongue
from exchange.sentences.record.network_words import PRECISIONS
from exchange.sentences.record.sheet import named
from exchange.sentences.record.vocabularies import word

SAID: Final[dict[str, str]] = {}
KINDS: Final = {"all": ("camp", "movement"), "camp": ("camp",), "movement": ("movement",)}
PAGE: Final = 200
"""Lines of either table on one page."""
HEAD: Final = (
    mark("Record"),
    mark("Name"),
    mark("Kind"),
    mark("From"),
    mark("To"),
    mark("Latitude"),
    mark("Longitude"),
    mark("Known to within (km)"),
    mark("How many, at least"),
    mark("How many, at most"),
    mark("First day"),
    mark("Last day"),
    mark("Marking"),
    mark("Sent by"),
)
"""Columns of the table file."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The address of the page."""

    kind: str
    lens: str | None

    @property
    def query(self) -> str:
        """For an address; every part has its form."""
        return f"kind={self.kind}" + (f"&lens={self.lens}" if self.lens else "")


@dataclass(frozen=True, slots=True)
class Where:
    """A spot in words."""

    name: str
    country: str
    coordinates: str
    precision: str
    within_km: int | None


@dataclass(frozen=True, slots=True)
class PointLine:
    """One row of the table of places."""

    ref: Ref
    title: Title
    kind: str
    sender: str | None
    tlp: str | None
    where: Where
    counts: tuple[Piece, ...]
    when: Piece | None
    contested: bool


@dataclass(frozen=True, slots=True)
class WayLine:
    """One row of the table of movements."""

    ref: Ref
    title: Title
    sender: str | None
    tlp: str | None
    source: Where | None
    target: Where | None
    via: tuple[str, ...]
    means: tuple[str, ...]
    counts: tuple[Piece, ...]
    when: Piece | None
    contested: bool


def get_places(visit: Visit) -> Response:
    """The page."""
    asked, at = _asked(visit), _at(visit)
    with visit.write() as unit:
        found = _found(visit, unit, asked)
        known = list(choices(visit.node, unit, visit.person).partners)
    many = _several(found)
    last = max(len(found.points), len(found.lines)) <= at + PAGE
    return visit.page(
        "places/places.html",
        asked=asked,
        marking=_marking(found),
        partners=partners_of(visit, known),
        lens=None if asked.lens is None else partner_of(visit, asked.lens),
        points=[_point(visit, each, many) for each in found.points[at : at + PAGE]],
        ways=[_way(visit, each) for each in found.lines[at : at + PAGE]],
        counts=(len(found.points), len(found.lines)),
        mapped=sum(middle(each.spot) is not None for each in found.points),
        cut=found.more,
        cap=CAP,
        further=None if last else f"/places?{asked.query}&from={at + PAGE}",
    )


def get_data(visit: Visit) -> Response:
    """The same for the map, as far as there are coordinates."""
    asked = _asked(visit)
    with visit.write() as unit:
        found = _found(visit, unit, asked)
    return JSONResponse(map_of(visit, found))


def get_csv(visit: Visit) -> Response:
    """The same as a table file."""
    asked = _asked(visit)
    with visit.write() as unit:
        found = _found(visit, unit, asked)
    head = [said(visit.lang, each) for each in HEAD]
    return csv_file(f"places-{asked.kind}{'-' + asked.lens if asked.lens else ''}.csv", head, _rows(visit, found))


def _asked(visit: Visit) -> Asked:
    kind, lens = visit.asked("kind", "all", limit=10), visit.asked("lens", limit=4)
    if kind not in KINDS:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="/kind")
    if lens and FORMS["partner"].fullmatch(lens) is None:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="/lens")
    return Asked(kind, lens or None)


def _at(visit: Visit) -> int:
    text = visit.asked("from", "0", limit=5)
    if not (text.isascii() and text.isdigit()):
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="/from")
    return int(text)


def _found(visit: Visit, unit: Unit, asked: Asked) -> Places:
    return places(visit.node, unit, visit.person, KINDS[asked.kind], asked.lens)


def _marking(found: Places) -> str:
    """The strictest label of all that is shown; TLP:RED where nothing is marked."""
    labels = [*(each.tlp for each in found.points), *(each.tlp for each in found.lines)]
    return max((label for label in labels if label), key=strictness, default=str(Tlp.RED))


def _several(found: Places) -> frozenset[Ref]:
    """Records that say more than one place: nobody has chosen between them."""
    times = Counter(each.ref for each in found.points)
    return frozenset(ref for ref, count in times.items() if count > 1)


def _point(visit: Visit, each: PlacePoint, many: frozenset[Ref]) -> PointLine:
    return PointLine(
        each.ref,
        each.title,
        each.kind,
        each.sender,
        each.tlp,
        where(visit, each.spot),
        _counts(each.counts),
        _when(each.at),
        each.ref in many or len(each.counts) > 1,
    )


def _way(visit: Visit, each: PlaceLine) -> WayLine:
    return WayLine(
        each.ref,
        each.title,
        each.sender,
        each.tlp,
        None if each.source is None else where(visit, each.source),
        None if each.target is None else where(visit, each.target),
        tuple(partner_of(visit, code) for code in each.via),
        tuple(word("means", code, visit.lang) for code in each.means),
        _counts(each.counts),
        _when(each.at),
        len(each.counts) > 1,
    )


def where(visit: Visit, spot: Spot) -> Where:
    """In words: a name as the record has it, the state, the coordinates, how exact they are."""
    country = "" if spot.country is None else partner_of(visit, spot.country)
    precision = Tongue(visit.lang).of(PRECISIONS[spot.precision])
    return Where(spot.name or "", country, _coordinates(spot), precision, known_within(spot))


def _coordinates(spot: Spot) -> str:
    """Of a cell its south-west corner, in whole degrees, as it is stored."""
    if spot.lat is None or spot.lon is None:
        return ""
    digits = 0 if spot.precision == "cell" else 5
    halves = ((spot.lat, "NS"), (spot.lon, "EW"))
    return ", ".join(f"{abs(degrees):.{digits}f}° {letters[degrees < 0]}" for degrees, letters in halves)


def _counts(counts: tuple[Count, ...]) -> tuple[Piece, ...]:
    return tuple(_count(each) for each in counts)


def _count(each: Count) -> Piece:
    if each.high is None:
        return Piece("least", str(each.low), form="count")
    if each.low == each.high:
        return Piece("one", str(each.low), form="count")
    return Piece("span", str(each.low), other=str(each.high), form="count")


def _when(at: Span | None) -> Piece | None:
    """As exact as it was said. A Hijri date was turned for order only, so it is told as a year, and about."""
    if at is None:
        return None
    low, high = at.low.isoformat(), at.high.isoformat()
    if at.calendar == "hijri" or at.precision == "approximate":
        return Piece("about", low[:4], form="date")
    if at.precision == "exact":
        return Piece("one", low, form="date")
    if at.precision == "month":
        return Piece("one", low[:7], form="date")
    if at.precision == "year":
        return Piece("one", low[:4], form="date")
    return Piece("span", low, other=high, form="date")


def _rows(visit: Visit, found: Places) -> Iterator[list[str]]:
    for point in found.points:
        spot, kind = point.spot, word("kind", point.kind, visit.lang)
        coordinates = ["" if value is None else f"{value:.6f}" for value in (spot.lat, spot.lon)]
        within = known_within(spot)
        at = [_said(visit, spot), "", *coordinates, "" if within is None else str(within)]
        yield [*_head(point), kind, *at, *_tail(point)]
    for line in found.lines:
        ends = ["" if end is None else _said(visit, end) for end in (line.source, line.target)]
        yield [*_head(line), word("kind", "movement", visit.lang), *ends, "", "", "", *_tail(line)]


def _head(each: PlacePoint | PlaceLine) -> list[str]:
    return [named(each.ref), each.title.original or each.title.latin]


def _tail(each: PlacePoint | PlaceLine) -> list[str]:
    lows = "; ".join(str(count.low) for count in each.counts)
    highs = "; ".join("" if count.high is None else str(count.high) for count in each.counts)
    days = ["", ""] if each.at is None else [each.at.low.isoformat(), each.at.high.isoformat()]
    return [lows, highs, *days, each.tlp or "", each.sender or ""]


def _said(visit: Visit, spot: Spot) -> str:
    country = "" if spot.country is None else partner_of(visit, spot.country)
    return ", ".join(part for part in (spot.name or "", country) if part)


_READ: Final = Permission.RECORD_READ
PAGES: Final[tuple[Page, ...]] = (
    Page("GET", "/places", get_places, _READ, nav=Nav(mark("Find"), mark("Places"), 50)),
    Page("GET", "/places/data", get_data, _READ),
    Page("GET", "/places/csv", get_csv, _READ),
)
