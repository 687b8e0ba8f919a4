"""Routes for waivers: one of two persons asks, the other grants, either takes it back, everybody concerned looks."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from exchange.api.answers import answer, once
from exchange.api.call import Call
from exchange.api.declare import Audience, Route
from exchange.api.schemas.releases import StateOut
from exchange.api.schemas.waivers import GrantIn, WaiverIn, WaiverOut, WaiversOut
from exchange.model.state import Waiver
from exchange.operations.clock import stamp
from exchange.operations.lookups import note_list
from exchange.operations.permissions import Permission
from exchange.operations.waive import Emergency, ask_waiver, grant_waiver, list_waivers, revoke_waiver
from exchange.ports import Unit


def post_waivers(call: Call) -> Response:
    """Gives the first person's part of a waiver."""
    asked = call.document(WaiverIn)
    why = Emergency(asked.reason, asked.text, asked.hours)

    def act(unit: Unit) -> Response:
        return answer(_out(ask_waiver(call.node, unit, call.person, (asked.release, asked.digest), why)), 201)

    return once(call, act)


def get_waivers(call: Call) -> Response:
    """The newest 200, used, expired and revoked ones too."""
    with call.write() as unit:
        found = list_waivers(unit, call.person)
        note_list(call.node, unit, call.person, "waivers", len(found))
    return answer(WaiversOut(items=[_out(each) for each in found]))


def post_grant(call: Call) -> Response:
    """Gives the second person's part: from now on it counts."""
    waiver_id, asked = call.path("waiver"), call.document(GrantIn)
    with call.write() as unit:
        waiver = grant_waiver(call.node, unit, call.person, waiver_id, asked.digest)
    return answer(_out(waiver))


def post_revocation(call: Call) -> Response:
    """Takes a waiver back, while nothing has left under it."""
    waiver_id = call.path("waiver")
    with call.write() as unit:
        revoke_waiver(call.node, unit, call.person, waiver_id)
    return answer(StateOut(state="revoked"))


def _out(waiver: Waiver) -> WaiverOut:
    return WaiverOut(
        id=waiver.id,
        release=waiver.proposal_id,
        state=waiver.state,
        digest=waiver.digest,
        reason=waiver.reason,
        text=waiver.text,
        administrator=waiver.administrator,
        releasing_officer=waiver.releasing_officer,
        created_at=stamp(waiver.created_at),
        expires_at=stamp(waiver.expires_at),
    )


_GRANT: Final = Permission.WAIVER_GRANT
ROUTES: Final = (
    Route(
        "POST",
        "/v1/waivers",
        post_waivers,
        Audience.OFFICER,
        _GRANT,
        takes=WaiverIn,
        gives=WaiverOut,
        status=201,
        headers=("Idempotency-Key",),
    ),
    Route("GET", "/v1/waivers", get_waivers, Audience.OFFICER, Permission.WAIVER_READ, gives=WaiversOut),
    Route(
        "POST",
        "/v1/waivers/{waiver}/grant",
        post_grant,
        Audience.OFFICER,
        _GRANT,
        takes=GrantIn,
        gives=WaiverOut,
    ),
    Route("POST", "/v1/waivers/{waiver}/revocation", post_revocation, Audience.OFFICER, _GRANT, gives=StateOut),
)
