"""A graph, a timeline and a map as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from exchange.api.schemas import Country, Out, Query, RefOut
from exchange.api.schemas.searching import TitleOut

Hops = Annotated[int, Field(ge=1, le=3)]


class NetworkQuery(Query):
    hops: Hops = 1
    lens: Country | None = None
    """Only what this partner would be sent."""


class PlacesQuery(Query):
    kind: Literal["camp", "movement", "all"] = "all"
    lens: Country | None = None


class NodeOut(RefOut):
    """`held` and `kind` are null for a record that is named and not here."""

    held: str | None
    kind: str | None
    title: TitleOut
    tlp: str | None
    hops: int


class StatementOut(Out):
    """One record's word for an edge. `onward`: `own`, `ask` its originator first, or `none`."""

    record: RefOut
    held: str
    path: str
    claim: str
    statement: str
    grade: str | None
    observed: str | None
    since: object
    until: object
    tlp: str | None
    sender: str | None
    sources: list[str]
    onward: str


class EdgeOut(Out):
    source: RefOut
    target: RefOut
    type: str
    directed: bool
    sources: int
    certainty: str
    statements: list[StatementOut]


class NetworkOut(Out):
    nodes: list[NodeOut]
    edges: list[EdgeOut]
    more: bool


class SpanOut(Out):
    """Two days of the Gregorian calendar, whichever one was said."""

    low: str
    high: str
    precision: str
    calendar: str


class TimelineEventOut(Out):
    at: SpanOut | None
    what: str
    path: str
    claim: str
    value: object
    place: object
    statement: str
    grade: str | None
    record: RefOut
    held: str
    sender: str | None
    tlp: str | None
    contested: bool
    other: RefOut | None


class TimelineOut(Out):
    items: list[TimelineEventOut]


class SpotOut(Out):
    """Degrees, or null where only names are known."""

    lat: float | None
    lon: float | None
    precision: str
    country: str | None
    name: str | None


class CountOut(Out):
    """`high` is null for at least `low`."""

    low: int
    high: int | None


class PlacePointOut(RefOut):
    held: str
    kind: str
    title: TitleOut
    tlp: str | None
    sender: str | None
    spot: SpotOut
    counts: Sequence[CountOut]
    at: SpanOut | None


class PlaceLineOut(RefOut):
    held: str
    title: TitleOut
    tlp: str | None
    sender: str | None
    source: SpotOut | None
    target: SpotOut | None
    via: list[str]
    means: list[str]
    counts: Sequence[CountOut]
    at: SpanOut | None


class PlacesOut(Out):
    points: list[PlacePointOut]
    lines: list[PlaceLineOut]
    more: bool
