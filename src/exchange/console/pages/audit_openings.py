"""One entry opened by two persons: an auditor asks, another confirms, the auditor reads once. All of it is logged."""

from __future__ import annotations

from typing import Final, NamedTuple

from starlette.responses import Response

from exchange.console.page import Nav, Page
from exchange.console.pages.audit_entries import MAX_INDEX, shown
from exchange.console.pages.records_values import field_name, told
from exchange.console.visit import Visit
from exchange.console.words import mark
from exchange.errors import BadInput, Code
from exchange.model.openings import Opening
from exchange.model.vocab import TLP_BY_STRICTNESS
from exchange.operations.clock import safe_now
from exchange.operations.ledger_view import ledger_entry
from exchange.operations.lookups import note_list
from exchange.operations.openings import (
    Opened,
    ask_opening,
    confirm_opening,
    decline_opening,
    list_openings,
    read_opening,
    withdraw_opening,
)
from exchange.operations.permissions import Permission
from exchange.ports import Unit
from exchange.sentences import entry_kinds
from exchange.sentences.classes import OPENING_REASONS

SAID: Final[dict[str, str]] = {
    "opening_asked": mark("Asked. Another person has 24 hours to confirm it."),
    "opening_confirmed": mark("Confirmed. The auditor may read it once within 24 hours."),
    "opening_declined": mark("Declined. Nothing is shown."),
    "opening_withdrawn": mark("Taken back. Nothing is shown."),
}


class Row(NamedTuple):
    """One opening as the list shows it."""

    opening: Opening
    state: str
    """As `Opening.state`, or `over`."""
    reason: str
    mine: bool


def get_openings(visit: Visit) -> Response:
    """The newest, and the form to ask with; with an entry that was chosen in the ledger."""
    index = visit.asked("index", limit=16)
    if index and not index.isdecimal():
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="/index")
    with visit.write() as unit:
        found = list_openings(unit, visit.person)
        note_list(visit.node, unit, visit.person, "openings", len(found))
        chosen = ledger_entry(visit.node, unit, visit.person, int(index)) if index and _asks(visit) else None
        now = safe_now(visit.node, unit)
    rows = []
    for each in found:
        over = each.state in ("asked", "confirmed") and now >= each.expires_at
        reason = OPENING_REASONS[each.reason].in_(visit.lang)
        rows.append(Row(each, "over" if over else each.state, reason, each.asker == visit.person.id))
    return visit.page(
        "audit/openings.html",
        rows=rows,
        index=index,
        chosen=None if chosen is None else shown(visit, chosen),
        reasons=[(code, words.in_(visit.lang)) for code, words in OPENING_REASONS.items()],
    )


def post_openings(visit: Visit) -> Response:
    """Asks."""
    index = visit.form.number("index", low=0, high=MAX_INDEX)
    reason = visit.form.choice("reason", OPENING_REASONS)

    def act(unit: Unit) -> Response:
        ask_opening(visit.node, unit, visit.person, index, reason)
        return visit.to("/audit/openings", "opening_asked")

    return visit.once(act)


def post_confirm(visit: Visit) -> Response:
    """The second person."""
    opening = visit.part("opening")
    with visit.write() as unit:
        confirm_opening(visit.node, unit, visit.person, opening)
    return visit.to("/audit/openings", "opening_confirmed")


def post_decline(visit: Visit) -> Response:
    """Refused by somebody who could confirm it."""
    opening = visit.part("opening")
    with visit.write() as unit:
        decline_opening(visit.node, unit, visit.person, opening)
    return visit.to("/audit/openings", "opening_declined")


def post_withdraw(visit: Visit) -> Response:
    """Taken back by who asked."""
    opening = visit.part("opening")
    with visit.write() as unit:
        withdraw_opening(visit.node, unit, visit.person, opening)
    return visit.to("/audit/openings", "opening_withdrawn")


def post_read(visit: Visit) -> Response:
    """What the entry refers to. Once, so the answer is the page itself: leading on would have to keep it somewhere."""
    opened = read_opening(visit.node, visit.person, visit.part("opening"))
    return visit.page(
        "audit/opened.html",
        opened=opened,
        what=entry_kinds.KINDS[opened.kind].in_(visit.lang),
        reason=OPENING_REASONS[opened.opening.reason].in_(visit.lang),
        label=_label(opened),
        field=lambda path: field_name(path, visit.lang),
        value=lambda claim: told(claim.path, claim.value, visit.lang),
    )


def _asks(visit: Visit) -> bool:
    return visit.may(Permission.AUDIT_OPEN)


def _label(opened: Opened) -> str:
    """The strictest marking of what is shown; as strict as there is where a record says none."""
    order = [str(each) for each in TLP_BY_STRICTNESS]
    markings = []
    for record in opened.shown:
        own = [str(each.value) for each in record.claims or () if each.path == "record.marking"]
        markings += [each for each in own if each in order] or order[:1]
    return min(markings, key=order.index, default=order[0])


_READ, _ASK = Permission.AUDIT_OPENING_READ, Permission.AUDIT_OPEN
_CONFIRM: Final = Permission.AUDIT_OPEN_CONFIRM
_ONE: Final = "/audit/openings/{opening}"
PAGES: Final[tuple[Page, ...]] = (
    Page("GET", "/audit/openings", get_openings, _READ, nav=Nav(mark("Audit"), mark("Openings"), 40)),
    Page("POST", "/audit/openings", post_openings, _ASK, again=get_openings),
    Page("POST", f"{_ONE}/confirm", post_confirm, _CONFIRM, again=get_openings),
    Page("POST", f"{_ONE}/decline", post_decline, _CONFIRM, again=get_openings),
    Page("POST", f"{_ONE}/withdraw", post_withdraw, _ASK, again=get_openings),
    Page("POST", f"{_ONE}/read", post_read, _ASK, again=get_openings),
)
