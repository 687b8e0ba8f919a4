"""One recall or correction that we sent, and what became of it."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from exchange.console.page import Page
from exchange.console.pages.message_shown import message_rows, type_of
from exchange.console.pages.recalls_seen import shown_courses
from exchange.console.pages.said_law import partner_of
from exchange.console.visit import Visit
from exchange.errors import NotFound
from exchange.model.state import MessageKey
from exchange.operations.course import message_course
from exchange.operations.messages import read_message
from exchange.operations.permissions import Permission


def get_out(visit: Visit) -> Response:
    """What it says, and its course. NotFound for any other message, and for one that has not left."""
    key = MessageKey(visit.part("message"), visit.part("partner"), "out")
    with visit.write() as unit:
        view = read_message(visit.node, unit, visit.person, key)
        course = message_course(visit.node, unit, visit.person, key)
        if course is None or view.stored.type not in ("recall", "correction"):
            raise NotFound(message=key.id)
        (shown,) = shown_courses(visit, unit, [course])
        refs = sorted(unit.messages.named(key))
    return visit.page(
        "recalls/out.html",
        stored=view.stored,
        type=type_of(visit, view.stored.type),
        partner=partner_of(visit, key.partner),
        rows=[] if view.message is None else message_rows(visit, view.message),
        course=shown,
        refs=refs,
    )


PAGES: Final[tuple[Page, ...]] = (
    Page("GET", "/recalls/out/{partner}/{message}", get_out, Permission.MESSAGE_READ),
    Page("GET", "/corrections/out/{partner}/{message}", get_out, Permission.MESSAGE_READ),
)
