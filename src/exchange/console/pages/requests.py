"""Requests for information between states: asked, answered, with every message of both directions beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from starlette.responses import Response

from exchange.console.page import Nav, Page
from exchange.console.pages import requests_answer, requests_ask, requests_breach, requests_onward, requests_thread
from exchange.console.pages.inbox_words import any_outcome
from exchange.console.pages.message_shown import TYPES, type_of
from exchange.console.pages.said_law import partner_of
from exchange.console.visit import Visit
from exchange.console.words import mark
from exchange.errors import BadInput, Code
from exchange.model.state import MessageKey, StoredMessage
from exchange.operations.lookups import note_list
from exchange.operations.messages import list_messages, recent_messages
from exchange.operations.obligations import obligations
from exchange.operations.permissions import Permission

LINES: Final = 50
ASKED: Final = ("request", "onward-request")
SAID: Final[dict[str, str]] = {
    **requests_ask.SAID,
    **requests_answer.SAID,
    **requests_breach.SAID,
    **requests_onward.SAID,
}


class Line(NamedTuple):
    """A message in a list."""

    stored: StoredMessage
    type: str
    page: str
    outcome: str
    overdue: bool


def get_requests(visit: Visit) -> Response:
    """What waits: theirs to us, ours to them; soonest due first."""
    with visit.write() as unit:
        list_messages(unit, visit.person, None, None, 1)
        now = visit.node.clock.now()
        due = {each.key: each for each in obligations(unit.messages.waiting(10 * LINES), now)}
        rows = [row for row in unit.messages.waiting(10 * LINES) if row.type in ASKED and row.key in due]
        note_list(visit.node, unit, visit.person, "messages", len(rows))
    lines = [line_of(visit, row, overdue=due[row.key].overdue) for row in rows]
    return visit.page(
        "requests/requests.html",
        ours=[line for line in lines if line.stored.key.direction == "in"],
        theirs=[line for line in lines if line.stored.key.direction == "out"],
        name=lambda code: partner_of(visit, code),
        now=now,
    )


def get_messages(visit: Visit) -> Response:
    """Every message of both directions, the newest first, without its text."""
    type_, before = visit.asked("type"), _before(visit.asked("before"))
    if type_ and type_ not in TYPES:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="/type")
    with visit.write() as unit:
        found = recent_messages(unit, visit.person, [type_] if type_ else [], before, LINES + 1)
        rows = found[:LINES]
        note_list(visit.node, unit, visit.person, "messages", len(rows))
        late = _late(visit, rows)
    more = f"/messages?type={type_}&before={'.'.join(rows[-1].key)}" if len(found) > LINES else ""
    return visit.page(
        "requests/messages.html",
        lines=[line_of(visit, row, overdue=row.key in late) for row in rows],
        types=[(code, type_of(visit, code)) for code in TYPES if code != "release"],
        type=type_,
        more=more,
        name=lambda code: partner_of(visit, code),
    )


def line_of(visit: Visit, row: StoredMessage, *, overdue: bool) -> Line:
    """One message without its text, and where it is read."""
    area = f"{row.type}s" if row.type in ("recall", "correction") else "messages"
    page = f"/{area}/{row.key.direction}/{row.key.partner}/{row.key.id}"
    outcome = any_outcome(visit, row.outcome) if row.outcome else ""
    return Line(row, type_of(visit, row.type), page if visit.may(Permission.MESSAGE_READ) else "", outcome, overdue)


def _late(visit: Visit, rows: Sequence[StoredMessage]) -> set[MessageKey]:
    now = visit.node.clock.now()
    return {each.key for each in obligations(rows, now) if each.overdue}


def _before(text: str) -> MessageKey | None:
    if not text:
        return None
    parts = text.split(".")
    if len(parts) != 3 or not all(parts):
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="/before")
    return MessageKey(*parts)


PAGES: Final[tuple[Page, ...]] = (
    Page("GET", "/requests", get_requests, Permission.MESSAGE_LIST, nav=Nav(mark("Work"), mark("Requests"), 30)),
    Page("GET", "/messages", get_messages, Permission.MESSAGE_LIST, nav=Nav(mark("Find"), mark("Messages"), 60)),
    *requests_ask.PAGES,
    *requests_thread.PAGES,
    *requests_answer.PAGES,
    *requests_onward.PAGES,
    *requests_breach.PAGES,
)
