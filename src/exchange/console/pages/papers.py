"""Files to print: a record, a preview, a message, the desk cards. Asking for one is reading it, and noted so."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from exchange.console.page import Page
from exchange.console.pages import papers_report
from exchange.console.pages.preview_asked import one_agreement, record_of, wanted
from exchange.console.paper_responses import guide_paper, message_paper, own_paper, preview_paper, received_paper
from exchange.console.visit import Visit
from exchange.errors import Code, Denied, NotFound
from exchange.model.state import MessageKey
from exchange.operations.messages import read_message
from exchange.operations.permissions import ROLES, Permission
from exchange.operations.preview import Preview, Question, preview
from exchange.operations.preview_choices import choices
from exchange.operations.read import read_own, read_received
from exchange.sentences import LANGUAGES

SAID: Final[dict[str, str]] = {}


def get_record(visit: Visit) -> Response:
    """A record of ours, or the newest copy of a partner's."""
    ref = record_of(visit)
    if ref.originator == visit.node.code:
        with visit.write() as unit:
            held = read_own(visit.node, unit, visit.person, ref)
        return own_paper(visit, held)
    with visit.write() as unit:
        found = read_received(visit.node, unit, visit.person, ref)
    return received_paper(visit, found)


def get_preview(visit: Visit) -> Response:
    """What a partner would see under one agreement: the one in the address, or the first in force with the partner.

    NotFound where there is nobody to ask for, Denied with the reason where nothing can be decided now.
    """
    ref = record_of(visit)
    with visit.write() as unit:
        offered = choices(visit.node, unit, visit.person, ref)
        asked = one_agreement(wanted(visit, offered), offered)
        if asked is None or asked.agreement is None:
            raise NotFound(record=ref.id)
        question = Question(ref, asked.to, asked.purpose, asked.agreement)
        (answer,) = preview(visit.node, unit, visit.person, question)
    if not isinstance(answer, Preview):
        raise Denied(Code(answer.code))
    return preview_paper(visit, answer)


def get_message(visit: Visit) -> Response:
    """One message with its text and its thread."""
    key = MessageKey(visit.part("message"), visit.part("partner"), visit.part("direction"))
    with visit.write() as unit:
        found = read_message(visit.node, unit, visit.person, key)
    return message_paper(visit, found)


def get_guide(visit: Visit) -> Response:
    """The desk card of a role, in the language of the address: a person may print it for a colleague."""
    role, lang = str(visit.request.path_params["role"]), str(visit.request.path_params["lang"])
    if role not in ROLES or lang not in LANGUAGES:
        raise NotFound
    return guide_paper(role, lang)


_READ: Final = Permission.RECORD_READ
PAGES: Final[tuple[Page, ...]] = (
    Page("GET", "/records/{originator}/{record}/pdf", get_record, _READ),
    Page("GET", "/previews/{originator}/{record}/pdf", get_preview, _READ),
    Page("GET", "/messages/{direction}/{partner}/{message}/pdf", get_message, Permission.MESSAGE_READ),
    Page("GET", "/help/guides/{role}/{lang}", get_guide),
    *papers_report.PAGES,
)
