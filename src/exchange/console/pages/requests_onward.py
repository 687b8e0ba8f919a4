"""May a record go on to a third state: a holder asks, the originator grants, refuses or takes a grant back.

Asking, granting and refusing are proposals that another person approves; taking back protects people and goes at once.
Spec: docs/spec/onward.md.
"""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from exchange.console.page import Nav, Page
from exchange.console.pages.preview_asked import references
from exchange.console.pages.requests_ask import all_purposes, way_of, ways
from exchange.console.pages.requests_thread import CODES, get_in
from exchange.console.pages.said_law import partner_of, purpose_of
from exchange.console.visit import Visit
from exchange.console.words import mark
from exchange.errors import BadInput, Code
from exchange.model.messages import MAX_NOTE, MAX_REFS
from exchange.model.state import MessageKey
from exchange.model.vocab import CAVEATS, PURPOSES, TLP_BY_STRICTNESS
from exchange.operations.lookups import note_list
from exchange.operations.onward import (
    MAX_DAYS,
    GrantWish,
    OnwardWish,
    grant_onward,
    list_grants,
    refuse_onward,
    request_onward,
    revoke_onward,
)
from exchange.operations.permissions import Permission
from exchange.operations.preview_choices import choices
from exchange.ports import Unit
from exchange.sentences.law.countries import COUNTRIES

LINES: Final = 50
MOST_DAYS: Final = 3650
SAID: Final[dict[str, str]] = {
    "onward_asked": mark("Proposed. Nothing has left yet: another person reads what is asked and approves it."),
    "onward_granted": mark("Proposed. The grant leaves once another person has approved it."),
    "onward_refused": mark("Proposed. The refusal leaves once another person has approved it."),
    "onward_revoked": mark("Taken back. The holder is told at once and passes nothing on under it any more."),
}


def get_onward(visit: Visit) -> Response:
    """The grants that we gave and that we hold, and the form that asks for one."""
    after = visit.asked("after", limit=64)
    with visit.write() as unit:
        found = list_grants(unit, visit.person, after or None, LINES + 1)
        note_list(visit.node, unit, visit.person, "grants", len(found[:LINES]))
        offered = choices(visit.node, unit, visit.person) if visit.may(Permission.RELEASE_PROPOSE) else None
    return visit.page(
        "requests/onward.html",
        grants=found[:LINES],
        more=f"/onward?after={found[LINES - 1].digest}" if len(found) > LINES else "",
        ways=[] if offered is None else ways(visit, offered),
        purposes=[] if offered is None else [(code, purpose_of(visit, code)) for code in all_purposes(offered)],
        states=[(code, f"{code} – {partner_of(visit, code)}") for code in sorted(COUNTRIES)],
        now=visit.node.clock.now(),
        home=visit.node.code,
    )


def post_onward(visit: Visit) -> Response:
    """Proposes the question to the originator."""
    form = visit.form
    originator, agreement = way_of(visit)
    refs = references(form.text("records", limit=MAX_REFS * 70, lines=True).split(), MAX_REFS)
    wish = OnwardWish(
        originator,
        agreement,
        form.choice("purpose", (str(each) for each in PURPOSES)),
        tuple(refs),
        form.choice("recipient", COUNTRIES),
        form.text("reason", limit=MAX_NOTE, lines=True),
    )

    def act(unit: Unit) -> Response:
        return visit.to(f"/releases/{request_onward(visit.node, unit, visit.person, wish).id}", "onward_asked")

    return visit.once(act)


def post_grant(visit: Visit) -> Response:
    """Proposes a grant for all records of the request."""
    key, form = _key(visit), visit.form
    wish = GrantWish(
        key.partner,
        key.id,
        tuple(form.text("agreements", limit=400).replace(",", " ").split()),
        form.number("days", low=1, high=MAX_DAYS),
        None,
        form.choice("tlp", (str(each) for each in TLP_BY_STRICTNESS)),
        _caveats(visit),
        form.number("retention", low=1, high=MOST_DAYS),
    )

    def act(unit: Unit) -> Response:
        return visit.to(f"/releases/{grant_onward(visit.node, unit, visit.person, wish).id}", "onward_granted")

    return visit.once(act)


def post_refuse(visit: Visit) -> Response:
    """Proposes the refusal."""
    key, code = _key(visit), visit.form.choice("code", CODES)

    def act(unit: Unit) -> Response:
        proposal = refuse_onward(visit.node, unit, visit.person, key.partner, key.id, code)
        return visit.to(f"/releases/{proposal.id}", "onward_refused")

    return visit.once(act)


def post_revoke(visit: Visit) -> Response:
    """Takes every grant of the thread back, now."""
    key = _key(visit)

    def act(unit: Unit) -> Response:
        revoke_onward(visit.node, unit, visit.person, key.partner, key.id)
        return visit.to(f"/messages/in/{key.partner}/{key.id}", "onward_revoked")

    return visit.once(act)


def _key(visit: Visit) -> MessageKey:
    return MessageKey(visit.part("message"), visit.part("partner"), "in")


def _caveats(visit: Visit) -> tuple[str, ...]:
    chosen = visit.form.many("caveats", limit=80)
    if not set(chosen) <= {str(each) for each in CAVEATS}:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="/caveats")
    return tuple(dict.fromkeys(chosen))


_ONE: Final = "/messages/in/{partner}/{message}"
_PROPOSE: Final = Permission.RELEASE_PROPOSE
PAGES: Final[tuple[Page, ...]] = (
    Page("GET", "/onward", get_onward, Permission.MESSAGE_LIST, nav=Nav(mark("Work"), mark("Passing on"), 80)),
    Page("POST", "/onward", post_onward, _PROPOSE, again=get_onward),
    Page("POST", f"{_ONE}/grant", post_grant, _PROPOSE, again=get_in),
    Page("POST", f"{_ONE}/refuse", post_refuse, _PROPOSE, again=get_in),
    Page("POST", f"{_ONE}/revoke", post_revoke, Permission.NOTICE_SEND, again=get_in),
)
