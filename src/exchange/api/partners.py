"""Routes for partners' nodes: push, pull, receipts, heartbeat, witness, tiles, offers, reconciling. Stored bytes go out
verbatim.

Who the partner is comes from the TLS socket (`exchange.api.auth`); what an envelope says of its sender is compared with
it by the operation. These are the hot routes: no model, no parsing here. Spec: docs/spec/transport.md §8, §9.
"""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from exchange.api import matching
from exchange.api.call import Call
from exchange.api.declare import Audience, Route
from exchange.crypto.encoding import canonical
from exchange.errors import BadInput, Code, TooLarge
from exchange.operations.connection import answer_about
from exchange.operations.deliver import MOST_TOGETHER
from exchange.operations.heartbeat import answer_heartbeat
from exchange.operations.offers import answer_offer
from exchange.operations.pull import PAGE, answer_pull, take_receipts
from exchange.operations.receive import receive_all
from exchange.operations.reconcile_answer import answer_reconcile, answer_reconciled
from exchange.operations.tiles import TILE_TYPE, newest_checkpoint, read_tile
from exchange.operations.witness import NOTE_TYPE, add_checkpoint, answer_proofs, latest_checkpoint

ENVELOPES: Final = "/partner/v1/envelopes"
MAX_ENVELOPE: Final = (6 << 20) + 4096
"""Bytes of a request on the envelope route: an envelope has 6 MiB at most."""
_MAX_NUMBER: Final = 2**53 - 1
_JSON: Final = "application/json"
_LINES: Final = "application/jsonl"


def post_envelope(call: Call) -> Response:
    """Takes envelopes in, one a line; the answer is their signed receipts, stored ones if they were here before.

    Fewer receipts than envelopes: something stands against the next one. A problem is what stands against the first.
    """
    wires = call.body.removesuffix(b"\n").split(b"\n")
    if len(wires) > MOST_TOGETHER:
        raise TooLarge(count=len(wires), limit=MOST_TOGETHER)
    receipts = receive_all(call.node, call.partner, wires)
    return Response(b"\n".join(receipts), media_type=_JSON if len(wires) == 1 else _LINES)


def get_envelopes(call: Call) -> Response:
    """One page of our stream to the caller behind `after`, as JSON lines: a head, then the stored envelopes."""
    epoch, after, limit = (_number(call, name) for name in ("epoch", "after", "limit"))
    if len(call.request.query_params.multi_items()) != 3:
        raise BadInput(Code.UNKNOWN_MEMBER, at="/query")
    page = answer_pull(call.node, call.partner, epoch, after, limit)
    head = canonical({"v": 1, "epoch": page.epoch, "head": page.head_seq, "count": len(page.envelopes)})
    return Response(b"\n".join([head, *page.envelopes, b""]), media_type=_LINES)


def post_receipts(call: Call) -> Response:
    """Takes the receipts that the caller owes after a pull: JSON lines, each the receipt's bytes, at most a page."""
    lines = call.body.removesuffix(b"\n").split(b"\n") if call.body else []
    if len(lines) > PAGE:
        raise TooLarge(count=len(lines), limit=PAGE)
    taken = take_receipts(call.node, call.partner, lines)
    return Response(canonical({"v": 1, "taken": taken}), media_type=_JSON)


def post_heartbeat(call: Call) -> Response:
    """Takes the caller's signed heartbeat and answers with ours."""
    return Response(answer_heartbeat(call.node, call.partner, call.body), media_type=_JSON)


def post_checkpoint(call: Call) -> Response:
    """Cosigns the caller's new head (C2SP tlog-witness, add-checkpoint): its status codes, its bodies."""
    found = add_checkpoint(call.node, call.partner, call.body)
    return Response(found.body, found.status, {"content-type": found.type})  # as it is: no charset behind it


def get_checkpoint(call: Call) -> Response:
    """The caller's head that we cosigned last, under the SHA-256 of its log's name, hex (C2SP tlog-witness)."""
    return Response(latest_checkpoint(call.node, call.partner, call.path("origin")), media_type=NOTE_TYPE)


def post_proofs(call: Call) -> Response:
    """Proofs that our heads of the asked sizes contain each other."""
    return Response(answer_proofs(call.node, call.partner, call.body), media_type=_JSON)


def get_ledger_checkpoint(call: Call) -> Response:
    """Our newest head (C2SP tlog-tiles)."""
    return Response(newest_checkpoint(call.node, call.partner), media_type=NOTE_TYPE)


def get_ledger_tile(call: Call) -> Response:
    """A tile of our tree, or a bundle of its entries as salted commitments (C2SP tlog-tiles)."""
    data = read_tile(call.node, call.partner, "tile/" + call.path("tile"))
    return Response(data, media_type=TILE_TYPE)


def post_agreement(call: Call) -> Response:
    """Takes an offered agreement in and answers with the signatures that we hold for the same bytes."""
    return Response(answer_offer(call.node, call.partner, call.body), media_type=_JSON)


def get_about(call: Call) -> Response:
    """Our clock, the protocol versions that we speak, the agreements in force between us: for a connection test."""
    return Response(answer_about(call.node, call.partner), media_type=_JSON)


def post_reconcile(call: Call) -> Response:
    """Takes the caller's signed statement of the streams between us, or its rows of a block; answers with ours."""
    return Response(answer_reconcile(call.node, call.partner, call.body), media_type=_JSON)


def post_reconciled(call: Call) -> Response:
    """Takes the caller's signed result of its run and answers with ours."""
    return Response(answer_reconciled(call.node, call.partner, call.body), media_type=_JSON)


def _number(call: Call, name: str) -> int:
    text = call.request.query_params.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 16) or int(text) > _MAX_NUMBER:
        raise BadInput(Code.VALUE_NOT_ALLOWED if text else Code.MISSING_MEMBER, at=f"/{name}")
    return int(text)


ROUTES: Final = (
    Route("POST", ENVELOPES, post_envelope, Audience.PARTNER, body=True),
    Route("GET", ENVELOPES, get_envelopes, Audience.PARTNER),
    Route("POST", "/partner/v1/receipts", post_receipts, Audience.PARTNER, body=True),
    Route("POST", "/partner/v1/heartbeat", post_heartbeat, Audience.PARTNER, body=True),
    Route("POST", "/partner/v1/witness/add-checkpoint", post_checkpoint, Audience.PARTNER, body=True),
    Route("GET", "/partner/v1/witness/{origin}/checkpoint", get_checkpoint, Audience.PARTNER),
    Route("POST", "/partner/v1/ledger/proofs", post_proofs, Audience.PARTNER, body=True),
    Route("GET", "/partner/v1/ledger/checkpoint", get_ledger_checkpoint, Audience.PARTNER),
    Route("GET", "/partner/v1/ledger/tile/{tile:path}", get_ledger_tile, Audience.PARTNER),
    Route("POST", "/partner/v1/reconcile", post_reconcile, Audience.PARTNER, body=True),
    Route("POST", "/partner/v1/reconciled", post_reconciled, Audience.PARTNER, body=True),
    Route("GET", "/partner/v1/about", get_about, Audience.PARTNER),
    Route("POST", "/partner/v1/agreements", post_agreement, Audience.PARTNER, body=True),
    *matching.ROUTES,
)
