"""Blinded queries with partners: quotas and use in both directions, what was answered, alarms, the line of contact,
and which record of ours a caller's ticket is about. Asking is in `blinded_ask`."""

from __future__ import annotations

from typing import Final, NamedTuple

from starlette.responses import Response

from exchange.console.page import Nav, Page
from exchange.console.pages import blinded_ask
from exchange.console.pages.said_law import partner_of, purpose_of
from exchange.console.visit import Visit
from exchange.console.words import mark
from exchange.errors import BadInput, Code, NotFound
from exchange.matching.blind.settling import plain
from exchange.matching.blind.slots import MAX_CONTACT
from exchange.model.records import Ref
from exchange.operations.clock import safe_now
from exchange.operations.match_alarms import match_alarms
from exchange.operations.match_stats import answered, contact_line, match_stats, of_ticket, set_contact
from exchange.operations.permissions import Permission
from exchange.ports import Unit
from exchange.sentences.alarms import ALARMS

SAID: Final[dict[str, str]] = {
    "contact_kept": mark("Kept. Whoever asks and hits from now on reads this line."),
    **blinded_ask.SAID,
}
PAGE: Final = 50


class Looked(NamedTuple):
    """What was found for a ticket; None: nothing."""

    partner: str
    ticket: str
    ref: Ref | None


def get_blinded(visit: Visit) -> Response:
    """Everything about blinded queries."""
    return _page(visit)


def post_contact(visit: Visit) -> Response:
    """Sets whom a hit tells partners to contact."""
    text = visit.form.text("contact", limit=MAX_CONTACT)

    def act(unit: Unit) -> Response:
        set_contact(visit.node, unit, visit.person, text)
        return visit.to("/blinded", "contact_kept")

    return visit.once(act)


def post_ticket(visit: Visit) -> Response:
    """The page with the record that the ticket is about. It is posted: no address holds a ticket."""
    form = visit.form
    with visit.read() as unit:
        codes = [each.code for each in unit.partners.all()]
    partner = form.choice("partner", codes)
    ticket = plain(form.text("ticket", limit=80))
    try:
        with visit.write() as unit:
            ref = of_ticket(visit.node, unit, visit.person, partner, ticket)
    except NotFound:
        return _page(visit, Looked(partner, ticket, None), 404)
    return _page(visit, Looked(partner, ticket, ref))


def _page(visit: Visit, looked: Looked | None = None, status: int = 200) -> Response:
    partner, start = visit.asked("partner", limit=2), visit.asked("from", "0", limit=6)
    with visit.write() as unit:
        codes = [each.code for each in unit.partners.all()]
        if not start.isdecimal():
            raise BadInput(Code.VALUE_NOT_ALLOWED, at="/from")
        if partner and partner not in codes:
            raise BadInput(Code.VALUE_NOT_ALLOWED, at="/partner")
        stats = match_stats(visit.node, unit, visit.person)
        found = answered(visit.node, unit, visit.person, partner or None)
        contact = contact_line(unit, visit.person)
        rings = match_alarms(unit, safe_now(visit.node, unit))
    first = int(start)
    rest = f"&partner={partner}" if partner else ""
    return visit.page(
        "blinded/blinded.html",
        status,
        stats=[(each, partner_of(visit, each.partner)) for each in stats],
        lines=[(each, purpose_of(visit, each.purpose)) for each in found[first : first + PAGE]],
        more=f"/blinded?from={first + PAGE}{rest}" if len(found) > first + PAGE else "",
        partner=partner,
        contact=contact,
        longest=MAX_CONTACT,
        alarms=[(each, ALARMS[each.code].in_(visit.lang)) for each in rings],
        partners=[(code, f"{code} {partner_of(visit, code)}") for code in codes],
        looked=looked,
    )


_MAY: Final = Permission.MATCH_READ
PAGES: Final[tuple[Page, ...]] = (
    Page("GET", "/blinded", get_blinded, _MAY, nav=Nav(mark("Agreements and partners"), mark("Blinded queries"), 40)),
    # Fresh: who sets the line leads partners' calls to a number of theirs.
    Page("POST", "/blinded/contact", post_contact, Permission.MATCH_WRITE, again=get_blinded, fresh=True),
    # Which record it is, is told to those who read records.
    Page("POST", "/blinded/ticket", post_ticket, Permission.RECORD_READ, again=get_blinded),
    *blinded_ask.PAGES,
)
