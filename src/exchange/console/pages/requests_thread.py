"""One message with its whole thread, and the forms of its next steps. Reading its text is an entry."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from starlette.responses import Response

from exchange.api.call import FORMS
from exchange.console.page import Page
from exchange.console.pages.inbox_words import about_of, any_outcome, code_of, urgency_of
from exchange.console.pages.message_shown import message_rows, type_of
from exchange.console.pages.said_law import partner_of
from exchange.console.visit import Visit
from exchange.model.messages import ANSWER_CODES, Answer, Message, Notice, OnwardRequest, Request
from exchange.model.records import Ref
from exchange.model.state import MessageKey
from exchange.model.vocab import TLP_BY_STRICTNESS
from exchange.operations.message_facts import read_stored
from exchange.operations.messages import MessageView, read_message
from exchange.operations.obligations import lates
from exchange.operations.permissions import Permission
from exchange.operations.questions import NOTHING
from exchange.policies.reasons import REMEDY_OF
from exchange.ports import Unit
from exchange.sentences.law.countries import COUNTRIES
from exchange.sentences.law.grammar import Tongue, capital
from exchange.sentences.law.reasons import Asked, why

OPEN: Final = ("proposed", "approved")
MOST: Final = 200
"""Proposals of each state that are looked through for those of the thread."""
CODES: Final = tuple(sorted(ANSWER_CODES - {NOTHING}))
"""Why an answer is not whole, as an officer may choose."""


class Denied(NamedTuple):
    """A record that may not leave, and why."""

    name: str
    why: str
    preview: str


def get_message(visit: Visit) -> Response:
    """The message, its thread, and what may be done now."""
    key = MessageKey(visit.part("message"), visit.part("partner"), visit.part("direction"))
    return _page(visit, key)


def get_in(visit: Visit) -> Response:
    """The same for a message that came in, behind the forms of its next steps."""
    return _page(visit, MessageKey(visit.part("message"), visit.part("partner"), "in"))


def _page(visit: Visit, key: MessageKey) -> Response:
    with visit.write() as unit:
        values = shown(visit, unit, key)
        denied = _told(visit, unit, key)
    return visit.page("requests/thread.html", **values, denied=denied, stays=False)


def shown(visit: Visit, unit: Unit, key: MessageKey) -> dict[str, Any]:
    """What the page of a message shows; the forms beside it use it again when they refuse."""
    view = read_message(visit.node, unit, visit.person, key)
    late = lates(unit, [view.stored, *view.thread], visit.node.clock.now())
    stored, message = view.stored, view.message
    open_ = stored.key.direction == "in" and stored.answered_at is None and message is not None
    open_proposals = [each for state in OPEN for each in unit.releases.page(state, None, MOST)]
    return {
        "stored": stored,
        "type": type_of(visit, stored.type),
        "partner": partner_of(visit, key.partner),
        "rows": [] if message is None else message_rows(visit, message),
        "lead": _lead(visit, message),
        "question": _question(unit, view),
        "late": late,
        "thread": [(each, type_of(visit, each.type)) for each in view.thread],
        "drafts": [each for each in open_proposals if (each.recipient, each.thread) == (key.partner, stored.thread)],
        "type_of": lambda code: type_of(visit, code),
        "refs": sorted(unit.messages.named(key)),
        "answers": open_ and isinstance(message, Request),
        "grants": open_ and isinstance(message, OnwardRequest),
        "revokes": stored.type == "onward-request" and stored.key.direction == "in" and stored.outcome == "granted",
        "outcome": any_outcome(visit, stored.outcome) if stored.outcome else "",
        "page_of": page_of,
        "home": visit.node.code,
        "codes": [(code, code_of(visit, code)) for code in CODES],
        "tlps": [str(each) for each in TLP_BY_STRICTNESS],
        "today": visit.node.clock.now(),
    }


def _told(visit: Visit, unit: Unit, key: MessageKey) -> list[Denied]:
    """The records that did not go with an answer, as its form told."""
    texts = visit.asked("denied", limit=1200) if visit.request.method == "GET" else ""
    stored = unit.messages.get(key)
    message = read_stored(stored.body, stored.type) if texts and stored is not None and stored.body else None
    if stored is None or message is None:
        return []
    asked = Asked(key.partner, stored.agreement_id, message.purpose)
    found = []
    for text in texts.split(","):
        originator, _, rest = text.partition(".")
        id_, _, code = rest.partition(".")
        if FORMS["originator"].fullmatch(originator) and FORMS["record"].fullmatch(id_) and code in REMEDY_OF:
            ref = Ref(originator, id_)
            found.append(Denied(f"{originator}/{id_}", why_of(visit, code, None, asked), preview_of(ref, asked)))
    return found


def why_of(visit: Visit, code: str, clause: str | None, asked: Asked) -> str:
    """Why a record stays, in words."""
    return capital(why(Tongue(visit.lang), code, clause, asked)) if asked.recipient in COUNTRIES else code


def preview_of(ref: Ref, asked: Asked) -> str:
    """Where every field of it is explained."""
    query = f"to={asked.recipient}&agreement={asked.agreement_id}&purpose={asked.purpose}"
    return f"/previews/{ref.originator}/{ref.id}?{query}"


def page_of(key: MessageKey, type_: str) -> str:
    """Where a message is read."""
    area = f"{type_}s" if type_ in ("recall", "correction") else "messages"
    return f"/{area}/{key.direction}/{key.partner}/{key.id}"


def _lead(visit: Visit, message: Message | None) -> list[str]:
    """What it comes to, in words."""
    if isinstance(message, Notice):
        return [about_of(visit, message.about), any_outcome(visit, message.outcome)]
    if isinstance(message, Answer):
        found = [any_outcome(visit, message.outcome)]
        return found if message.code is None else [*found, code_of(visit, message.code)]
    return [urgency_of(visit, message.urgency)] if isinstance(message, Request) else []


def _question(unit: Unit, view: MessageView) -> str:
    """Of an answer: the question that it answers, as far as it is still here."""
    if not isinstance(view.message, Answer):
        return ""
    key = view.stored.key
    other = "out" if key.direction == "in" else "in"
    first = unit.messages.get(MessageKey(view.stored.thread, key.partner, other))
    asked = read_stored(first.body, first.type) if first is not None and first.body else None
    return asked.question if isinstance(asked, Request) else ""


PAGES: Final[tuple[Page, ...]] = (
    Page("GET", "/messages/{direction}/{partner}/{message}", get_message, Permission.MESSAGE_READ),
)
