"""Routes for standing approvals: one releasing officer asks, another consents, either ends it."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from exchange.api.answers import answer, once
from exchange.api.call import Call
from exchange.api.declare import Audience, Route
from exchange.api.schemas.releases import StateOut
from exchange.api.schemas.waivers import GrantIn, StandingIn, StandingOut, StandingsOut
from exchange.model.state import StandingApproval
from exchange.operations.clock import stamp
from exchange.operations.lookups import note_list
from exchange.operations.permissions import Permission
from exchange.operations.preapprove import approve_standing, ask_standing, list_standing, revoke_standing
from exchange.ports import Unit

_PATH: Final = "/v1/standing-approvals"


def post_standing(call: Call) -> Response:
    """Gives the first officer's consent to what an agreement's standing rule will propose."""
    asked = call.document(StandingIn)

    def act(unit: Unit) -> Response:
        made = ask_standing(call.node, unit, call.person, asked.agreement, asked.marking, asked.days)
        return answer(_out(made), 201)

    return once(call, act)


def get_standing(call: Call) -> Response:
    """The newest 200, expired and revoked ones too."""
    with call.write() as unit:
        found = list_standing(unit, call.person)
        note_list(call.node, unit, call.person, "standing", len(found))
    return answer(StandingsOut(items=[_out(each) for each in found]))


def post_grant(call: Call) -> Response:
    """Gives the second officer's consent to the digest that this officer looked at: from now on it counts."""
    standing_id, asked = call.path("standing"), call.document(GrantIn)
    with call.write() as unit:
        made = approve_standing(call.node, unit, call.person, standing_id, asked.digest)
    return answer(_out(made))


def post_revocation(call: Call) -> Response:
    """Ends it, at once; one officer is enough."""
    standing_id = call.path("standing")
    with call.write() as unit:
        revoke_standing(call.node, unit, call.person, standing_id)
    return answer(StateOut(state="revoked"))


def _out(approval: StandingApproval) -> StandingOut:
    return StandingOut(
        id=approval.id,
        agreement=approval.agreement_id,
        version=approval.agreement_version,
        clauses=[id_ for id_, _ in approval.clauses],
        marking=approval.marking,
        state=approval.state,
        digest=approval.digest,
        first_officer=approval.first_officer,
        second_officer=approval.second_officer,
        created_at=stamp(approval.created_at),
        expires_at=stamp(approval.expires_at),
    )


_APPROVE: Final = Permission.STANDING_APPROVE
ROUTES: Final = (
    Route(
        "POST",
        _PATH,
        post_standing,
        Audience.OFFICER,
        _APPROVE,
        takes=StandingIn,
        gives=StandingOut,
        status=201,
        headers=("Idempotency-Key",),
    ),
    Route("GET", _PATH, get_standing, Audience.OFFICER, Permission.WAIVER_READ, gives=StandingsOut),
    Route(
        "POST",
        f"{_PATH}/{{standing}}/grant",
        post_grant,
        Audience.OFFICER,
        _APPROVE,
        takes=GrantIn,
        gives=StandingOut,
    ),
    Route("POST", f"{_PATH}/{{standing}}/revocation", post_revocation, Audience.OFFICER, _APPROVE, gives=StateOut),
)
