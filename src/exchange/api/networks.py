"""Routes for what is connected with a record, what happened to a person, and where camps and movements are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from starlette.responses import Response

from exchange.api.answers import answer
from exchange.api.call import Call
from exchange.api.declare import Audience, Route
from exchange.api.schemas import ref_out
from exchange.api.schemas.network import (
    CountOut,
    EdgeOut,
    NetworkOut,
    NetworkQuery,
    NodeOut,
    PlaceLineOut,
    PlacePointOut,
    PlacesOut,
    PlacesQuery,
    SpanOut,
    SpotOut,
    StatementOut,
    TimelineEventOut,
    TimelineOut,
)
from exchange.api.schemas.searching import TitleOut
from exchange.model.claims import Grade
from exchange.model.dates import Span
from exchange.model.records import Ref
from exchange.operations.network import Edge, NetworkNode, Statement, neighbourhood
from exchange.operations.permissions import Permission
from exchange.operations.places import Count, PlaceLine, PlacePoint, Spot, places
from exchange.operations.timeline import Event, timeline


def get_network(call: Call) -> Response:
    """What is connected with a record, within some hops; with a lens, only what that partner would be sent."""
    query, ref = call.query(NetworkQuery), Ref(call.path("originator"), call.path("record"))
    with call.write() as unit:
        found = neighbourhood(call.node, unit, call.person, ref, query.hops, query.lens)
    nodes, edges = [_node(each) for each in found.nodes], [_edge(each) for each in found.edges]
    return answer(NetworkOut(nodes=nodes, edges=edges, more=found.more))


def get_timeline(call: Call) -> Response:
    """What happened to a person, in order; what contradicts itself stands side by side."""
    ref = Ref(call.path("originator"), call.path("record"))
    with call.write() as unit:
        found = timeline(call.node, unit, call.person, ref)
    return answer(TimelineOut(items=[_event(each) for each in found]))


def get_places(call: Call) -> Response:
    """Camps and movements with where they are, as far as records say it."""
    query = call.query(PlacesQuery)
    kinds = ("camp", "movement") if query.kind == "all" else (query.kind,)
    with call.write() as unit:
        found = places(call.node, unit, call.person, kinds, query.lens)
    points, lines = [_point(each) for each in found.points], [_line(each) for each in found.lines]
    return answer(PlacesOut(points=points, lines=lines, more=found.more))


def _node(each: NetworkNode) -> NodeOut:
    return NodeOut(
        **ref_out(each.ref).model_dump(),
        held=each.held,
        kind=each.kind,
        title=TitleOut(**each.title._asdict()),
        tlp=each.tlp,
        hops=each.hops,
    )


def _edge(each: Edge) -> EdgeOut:
    return EdgeOut(
        source=ref_out(each.source),
        target=ref_out(each.target),
        type=each.type,
        directed=each.directed,
        sources=each.sources,
        certainty=each.certainty,
        statements=[_statement(statement) for statement in each.statements],
    )


def _statement(each: Statement) -> StatementOut:
    return StatementOut(
        record=ref_out(each.record),
        held=each.held,
        path=each.path,
        claim=each.claim,
        statement=each.statement,
        grade=_grade(each.grade),
        observed=each.observed,
        since=each.since,
        until=each.until,
        tlp=each.tlp,
        sender=each.sender,
        sources=list(each.sources),
        onward=each.onward,
    )


def _event(each: Event) -> TimelineEventOut:
    return TimelineEventOut(
        at=_span(each.at),
        what=each.what,
        path=each.path,
        claim=each.claim,
        value=each.value,
        place=each.place,
        statement=each.statement,
        grade=_grade(each.grade),
        record=ref_out(each.record),
        held=each.held,
        sender=each.sender,
        tlp=each.tlp,
        contested=each.contested,
        other=None if each.other is None else ref_out(each.other),
    )


def _point(each: PlacePoint) -> PlacePointOut:
    return PlacePointOut(
        **ref_out(each.ref).model_dump(),
        held=each.held,
        kind=each.kind,
        title=TitleOut(**each.title._asdict()),
        tlp=each.tlp,
        sender=each.sender,
        spot=SpotOut(**each.spot._asdict()),
        counts=_counts(each.counts),
        at=_span(each.at),
    )


def _line(each: PlaceLine) -> PlaceLineOut:
    return PlaceLineOut(
        **ref_out(each.ref).model_dump(),
        held=each.held,
        title=TitleOut(**each.title._asdict()),
        tlp=each.tlp,
        sender=each.sender,
        source=_spot(each.source),
        target=_spot(each.target),
        via=list(each.via),
        means=list(each.means),
        counts=_counts(each.counts),
        at=_span(each.at),
    )


def _spot(spot: Spot | None) -> SpotOut | None:
    return None if spot is None else SpotOut(**spot._asdict())


def _counts(counts: Sequence[Count]) -> list[CountOut]:
    return [CountOut(low=count.low, high=count.high) for count in counts]


def _span(span: Span | None) -> SpanOut | None:
    if span is None:
        return None
    low, high = span.low.isoformat(), span.high.isoformat()
    return SpanOut(low=low, high=high, precision=span.precision, calendar=span.calendar)


def _grade(grade: Grade | None) -> str | None:
    """`admiralty B2`."""
    return None if grade is None else f"{grade.scale} {grade.source}{grade.information}"


_READ: Final = Permission.RECORD_READ
_NETWORK: Final = "/v1/networks/{originator}/{record}"
_TIMELINE: Final = "/v1/timelines/{originator}/{record}"
ROUTES: Final = (
    Route("GET", _NETWORK, get_network, Audience.OFFICER, _READ, query=NetworkQuery, gives=NetworkOut),
    Route("GET", _TIMELINE, get_timeline, Audience.OFFICER, _READ, gives=TimelineOut),
    Route("GET", "/v1/places", get_places, Audience.OFFICER, _READ, query=PlacesQuery, gives=PlacesOut),
)
