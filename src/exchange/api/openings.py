"""Routes for openings of ledger entries: an auditor asks and reads, another person confirms or declines."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from exchange.api.after_out import sent_out
from exchange.api.answers import answer, once
from exchange.api.call import Call
from exchange.api.declare import Audience, Route
from exchange.api.openings_out import opened_out, opening_out, openings_out, untold_out
from exchange.api.schemas.after import SentOut
from exchange.api.schemas.openings import OpenedOut, OpeningIn, OpeningOut, OpeningsOut, TellIn, UntoldsOut
from exchange.operations.lookups import note_list
from exchange.operations.opening_notice import list_untold, tell_opening
from exchange.operations.openings import (
    ask_opening,
    confirm_opening,
    decline_opening,
    list_openings,
    read_opening,
    withdraw_opening,
)
from exchange.operations.permissions import Permission
from exchange.ports import Unit


def post_openings(call: Call) -> Response:
    """Asks to see what one entry refers to."""
    asked = call.document(OpeningIn)

    def act(unit: Unit) -> Response:
        return answer(opening_out(ask_opening(call.node, unit, call.person, asked.index, asked.reason)), 201)

    return once(call, act)


def get_openings(call: Call) -> Response:
    """The newest 200, without what they showed."""
    with call.write() as unit:
        found = list_openings(unit, call.person)
        note_list(call.node, unit, call.person, "openings", len(found))
    return answer(openings_out(found))


def get_untold(call: Call) -> Response:
    """Partners' records that an auditor was shown, whose originators nobody told yet."""
    with call.write() as unit:
        found = list_untold(call.node, unit, call.person)
        note_list(call.node, unit, call.person, "openings", len(found))
    return answer(untold_out(found))


def post_confirmation(call: Call) -> Response:
    """The second person's part: from now on the asker may read, once."""
    opening_id = call.path("opening")
    with call.write() as unit:
        opening = confirm_opening(call.node, unit, call.person, opening_id)
    return answer(opening_out(opening))


def post_decline(call: Call) -> Response:
    """Refuses an opening that was not read yet."""
    opening_id = call.path("opening")
    with call.write() as unit:
        opening = decline_opening(call.node, unit, call.person, opening_id)
    return answer(opening_out(opening))


def post_withdrawal(call: Call) -> Response:
    """Takes an opening back that was not read yet."""
    opening_id = call.path("opening")
    with call.write() as unit:
        opening = withdraw_opening(call.node, unit, call.person, opening_id)
    return answer(opening_out(opening))


def post_reading(call: Call) -> Response:
    """Reads what the entry refers to, once; it is an entry before it is an answer."""
    return answer(opened_out(read_opening(call.node, call.person, call.path("opening"))))


def post_notice(call: Call) -> Response:
    """Tells a partner that its records were shown to an auditor, at once."""
    opening_id, asked = call.path("opening"), call.document(TellIn)

    def act(unit: Unit) -> Response:
        wish = (asked.partner, asked.agreement, asked.purpose)
        return answer(sent_out(tell_opening(call.node, unit, call.person, opening_id, wish)), 201)

    return once(call, act)


_ASK: Final = Permission.AUDIT_OPEN
_CONFIRM: Final = Permission.AUDIT_OPEN_CONFIRM
_READ: Final = Permission.AUDIT_OPENING_READ
_ONE: Final = "/v1/audit/openings/{opening}"
ROUTES: Final = (
    Route(
        "POST",
        "/v1/audit/openings",
        post_openings,
        Audience.AUDITOR,
        _ASK,
        takes=OpeningIn,
        gives=OpeningOut,
        status=201,
        headers=("Idempotency-Key",),
    ),
    Route("GET", "/v1/audit/openings", get_openings, Audience.OFFICER, _READ, gives=OpeningsOut),
    Route("GET", "/v1/audit/untold", get_untold, Audience.OFFICER, Permission.NOTICE_SEND, gives=UntoldsOut),
    Route("POST", f"{_ONE}/confirmation", post_confirmation, Audience.OFFICER, _CONFIRM, gives=OpeningOut),
    Route("POST", f"{_ONE}/decline", post_decline, Audience.OFFICER, _CONFIRM, gives=OpeningOut),
    Route("POST", f"{_ONE}/withdrawal", post_withdrawal, Audience.AUDITOR, _ASK, gives=OpeningOut),
    Route("POST", f"{_ONE}/reading", post_reading, Audience.AUDITOR, _ASK, gives=OpenedOut),
    Route(
        "POST",
        f"{_ONE}/notice",
        post_notice,
        Audience.OFFICER,
        Permission.NOTICE_SEND,
        takes=TellIn,
        gives=SentOut,
        status=201,
        headers=("Idempotency-Key",),
    ),
)
