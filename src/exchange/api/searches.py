"""The route for searches."""

from __future__ import annotations

from datetime import date
from typing import Final

from starlette.responses import Response

from exchange.api.answers import after_ref, answer, cursor
from exchange.api.call import Call
from exchange.api.declare import Audience, Route
from exchange.api.schemas.searching import FoundLineOut, SearchIn, SearchOut, SimilarOut, TitleOut
from exchange.errors import BadInput, Code
from exchange.model.vocab import KINDS
from exchange.operations.clock import stamp
from exchange.operations.permissions import Permission
from exchange.operations.search import Filters, FoundLine, Query, search


def post_search(call: Call) -> Response:
    """A page of records that hold every word. A ledger entry says that somebody searched, and not for what."""
    asked = call.document(SearchIn)
    kinds = frozenset(str(kind) for kind in (KINDS if asked.kinds is None else asked.kinds))
    days = _day(asked.since, "since"), _day(asked.until, "until")
    filters = Filters(asked.nationality, asked.theatre, asked.group, *days)
    query = Query(asked.text, kinds, asked.held, after_ref(asked.after), asked.limit, filters)
    with call.write() as unit:
        found = search(call.node, unit, call.person, query)
    following = None if found.after is None else cursor(found.after)
    items = [line_out(line) for line in found.lines]
    similar = [SimilarOut(line=line_out(each.line), probability=each.probability) for each in found.similar]
    return answer(
        SearchOut(items=items, next=following, complete=found.complete, similar=similar, compared=found.compared)
    )


def _day(text: str | None, at: str) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at=at) from None


def line_out(line: FoundLine) -> FoundLineOut:
    """A line with what its record is called."""
    return FoundLineOut(
        originator=line.ref.originator,
        id=line.ref.id,
        version=line.version,
        kind=line.kind,
        held=line.held,
        sender=line.sender,
        title=TitleOut(**line.title._asdict()),
        changed_at=stamp(line.changed_at),
        tlp=line.tlp,
        matched=list(line.matched),
    )


ROUTES: Final = (
    Route(
        "POST",
        "/v1/searches",
        post_search,
        Audience.OFFICER,
        Permission.RECORD_READ,
        takes=SearchIn,
        gives=SearchOut,
    ),
)
