"""Routes of blinded matching between nodes. Spec: docs/spec/matching.md §4, docs/spec/transport.md §9.

An answer to a query leaves at a point of time that does not depend on what was found: at the first multiple of 50 ms
behind 150 ms from when it began, an error too. A partner that is held up so holds one of its own turns.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from starlette.responses import Response

from exchange.api.call import Call
from exchange.api.declare import Audience, Route
from exchange.operations.match_answer import match_answer
from exchange.operations.match_key import answer_prepare
from exchange.operations.match_settle import answer_pieces, answer_settle

FLOOR_S: Final = 0.150
"""No answer to a query leaves earlier."""
STEP_S: Final = 0.050
_JSON: Final = "application/json"


def post_prepare(call: Call) -> Response:
    """Evaluates a page of the caller's blinded elements under our key for it."""
    return Response(answer_prepare(call.node, call.partner, call.body), media_type=_JSON)


def post_query(call: Call) -> Response:
    """Answers the caller's blinded query: hit or no hit, in one size, at a time that tells nothing."""
    body = at_a_fixed_time(lambda: match_answer(call.node, call.partner, call.body))
    return Response(body, media_type=_JSON)


def at_a_fixed_time(work: Callable[[], bytes]) -> bytes:
    """What `work` gives, or raises, at the next point of the grid."""
    began = time.monotonic()
    try:
        return work()
    finally:
        time.sleep(wait_for(time.monotonic() - began))


def wait_for(spent: float) -> float:
    """Seconds from `spent` to the next point of the grid."""
    if spent <= FLOOR_S:
        return FLOOR_S - spent
    over = (spent - FLOOR_S) % STEP_S
    return STEP_S - over if over else 0.0


def post_settle(call: Call) -> Response:
    """Settles one hit; calls the caller for evaluations before it answers."""
    return Response(answer_settle(call.node, call.partner, call.body), media_type=_JSON)


def post_pieces(call: Call) -> Response:
    """Evaluates the parts of the caller's record under the key of one hit, once."""
    return Response(answer_pieces(call.node, call.partner, call.body), media_type=_JSON)


ROUTES: Final = (
    Route("POST", "/partner/v1/match/prepare", post_prepare, Audience.PARTNER, body=True),
    Route("POST", "/partner/v1/match/query", post_query, Audience.PARTNER, body=True),
    Route("POST", "/partner/v1/match/settle", post_settle, Audience.PARTNER, body=True),
    Route("POST", "/partner/v1/match/pieces", post_pieces, Audience.PARTNER, body=True),
)
