"""Routes about who vouches for our ledger: the state of it, and the override that two persons give."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from exchange.api.answers import answer, once
from exchange.api.call import Call
from exchange.api.declare import Audience, Route
from exchange.api.schemas.witness import BehindOut, CosignedOut, OverrideIn, OverrideOut, OverridesOut, WitnessOut
from exchange.model.heads import Override
from exchange.operations.clock import stamp
from exchange.operations.lookups import note_list
from exchange.operations.override import ask_override, end_override, give_override, list_overrides
from exchange.operations.permissions import Permission
from exchange.operations.witnessing import witnessing
from exchange.ports import Unit


def get_witness(call: Call) -> Response:
    """Which partners cosigned our ledger, whether records may leave, and whether we are behind."""
    with call.read() as unit:
        found = witnessing(call.node, unit, call.person)
    behind = found.behind
    return answer(
        WitnessOut(
            quorum=found.quorum,
            fresh=found.fresh,
            stale=found.stale,
            witnesses=[CosignedOut(witness=row.witness, size=row.size, at=stamp(row.at)) for row in found.witnesses],
            override=None if found.override is None else _out(found.override),
            epoch=found.epoch,
            behind=None
            if behind is None
            else BehindOut(size=behind.size, epoch=behind.epoch, partner=behind.partner, since=behind.since),
        )
    )


def post_overrides(call: Call) -> Response:
    """Asks, as the first of two persons, that records leave although too few partners cosign."""
    asked = call.document(OverrideIn)

    def act(unit: Unit) -> Response:
        return answer(_out(ask_override(call.node, unit, call.person, asked.reason, asked.hours)), 201)

    return once(call, act)


def get_overrides(call: Call) -> Response:
    """The newest 100, those that are over too."""
    with call.write() as unit:
        found = list_overrides(unit, call.person)
        note_list(call.node, unit, call.person, "overrides", len(found))
    return answer(OverridesOut(items=[_out(each) for each in found]))


def post_confirmation(call: Call) -> Response:
    """Gives the second person's part: from now on it stands for its hours."""
    override = call.path("override")
    with call.write() as unit:
        given = give_override(call.node, unit, call.person, override)
    return answer(_out(given))


def post_end(call: Call) -> Response:
    """Ends an override, alone and at once."""
    override = call.path("override")
    with call.write() as unit:
        ended = end_override(call.node, unit, call.person, override)
    return answer(_out(ended))


def _out(each: Override) -> OverrideOut:
    return OverrideOut(
        id=each.id,
        reason=each.reason,
        hours=each.hours,
        asker=each.asker,
        confirmer=each.confirmer,
        asked_at=stamp(each.asked_at),
        expires_at=None if each.expires_at is None else stamp(each.expires_at),
        ended_at=None if each.ended_at is None else stamp(each.ended_at),
    )


_GRANT: Final = Permission.WAIVER_GRANT
ROUTES: Final = (
    Route("GET", "/v1/witness", get_witness, Audience.OFFICER, Permission.STATUS_READ, gives=WitnessOut),
    Route("GET", "/v1/overrides", get_overrides, Audience.OFFICER, Permission.WAIVER_READ, gives=OverridesOut),
    Route(
        "POST",
        "/v1/overrides",
        post_overrides,
        Audience.OFFICER,
        _GRANT,
        takes=OverrideIn,
        gives=OverrideOut,
        status=201,
        headers=("Idempotency-Key",),
    ),
    Route(
        "POST",
        "/v1/overrides/{override}/confirmation",
        post_confirmation,
        Audience.OFFICER,
        _GRANT,
        gives=OverrideOut,
    ),
    Route("POST", "/v1/overrides/{override}/end", post_end, Audience.OFFICER, _GRANT, gives=OverrideOut),
)
