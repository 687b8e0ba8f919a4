"""Places as the script of the map wants them (web/map.js): only what has coordinates, in the reader's words."""

from __future__ import annotations

from math import cos, hypot, radians
from typing import Final

from exchange.console.visit import Visit
from exchange.console.words import mark, said
from exchange.operations.places import PlaceLine, PlacePoint, Places, Spot
from exchange.sentences.law.grammar import capital
from exchange.sentences.record.sheet import named
from exchange.sentences.record.vocabularies import word

DEGREE_KM: Final = 111.2
"""One degree of latitude (WGS 84, mean)."""
WORDS: Final = {
    "picture": mark("Map"),
    "help": mark("Arrow keys go from place to place, Enter opens, plus and minus zoom, zero shows all."),
    "zoom_in": mark("Closer"),
    "zoom_out": mark("Further"),
    "fit": mark("Whole picture"),
    "up": mark("Up"),
    "down": mark("Down"),
    "left": mark("Left"),
    "right": mark("Right"),
    "count": mark("Persons"),
    "precision": mark("Known to within (km)"),
    "legend": mark("Legend"),
    "failed": mark("The map could not be loaded. The table shows the same."),
}
"""By the keys of web/map.js."""


def map_of(visit: Visit, found: Places) -> dict[str, object]:
    """What the script takes. What has no coordinates is in the table only: names are never looked up."""
    points = [_point(number, each) for number, each in enumerate(found.points)]
    lines = [_line(each) for each in found.lines]
    shown = sorted({each.kind for each in found.points} | {"movement"})
    kinds: dict[str, object] = {kind: capital(word("kind", kind, visit.lang)) for kind in shown}
    words: dict[str, object] = {key: said(visit.lang, msgid) for key, msgid in WORDS.items()}
    return {
        "places": [each for each in points if each is not None],
        "lines": [each for each in lines if each is not None],
        "words": words | {"kinds": kinds},
    }


def middle(spot: Spot) -> tuple[float, float] | None:
    """Longitude and latitude of the middle; None without coordinates. A cell is stored by its south-west corner."""
    if spot.lat is None or spot.lon is None:
        return None
    half = 0.5 if spot.precision == "cell" else 0.0
    return spot.lon + half, spot.lat + half


def known_within(spot: Spot) -> int | None:
    """Kilometres from the middle within which it is: half the diagonal of a cell, 0 for a point, None for a name."""
    at = middle(spot)
    if at is None:
        return None
    if spot.precision != "cell":
        return 0
    return round(hypot(DEGREE_KM, DEGREE_KM * cos(radians(at[1]))) / 2)


def _point(number: int, each: PlacePoint) -> dict[str, object] | None:
    at = middle(each.spot)
    if at is None:
        return None
    found: dict[str, object] = {
        "id": f"{named(each.ref)}-{number}",
        "label": each.title.original or each.title.latin or named(each.ref),
        "lon": round(at[0], 6),
        "lat": round(at[1], 6),
        "kind": each.kind,
        "href": f"/records/{named(each.ref)}",
        "precision_km": known_within(each.spot) or 0,
    }
    highs = [count.high for count in each.counts if count.high is not None]
    if highs:
        found |= {"count_low": min(count.low for count in each.counts), "count_high": max(highs)}
    return found


def _line(each: PlaceLine) -> dict[str, object] | None:
    ends = [None if end is None else middle(end) for end in (each.source, each.target)]
    if ends[0] is None or ends[1] is None:
        return None
    pairs: list[list[float]] = [[round(degrees, 6) for degrees in end] for end in ends if end is not None]
    return {
        "from": pairs[0],
        "to": pairs[1],
        "label": each.title.original or each.title.latin or named(each.ref),
        "kind": each.means[0] if each.means else "movement",
    }
