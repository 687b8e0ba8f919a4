"""Answering a partner's request. What is not here and what may not be said are one answer, to the byte.

Records go as releases that name the thread; the answer closes it. Both wait for another person's approval. Spec:
docs/spec/onward.md §5.
"""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from exchange.console.page import Page
from exchange.console.pages.preview_asked import named
from exchange.console.pages.requests_ask import named_records
from exchange.console.pages.requests_thread import CODES, Denied, get_in, preview_of, shown, why_of
from exchange.console.visit import Visit
from exchange.console.words import mark
from exchange.errors import BadInput, Code
from exchange.model.messages import MAX_NOTE
from exchange.model.records import Ref
from exchange.model.state import MessageKey
from exchange.operations.message_facts import read_stored
from exchange.operations.permissions import Permission
from exchange.operations.questions import NOTHING, Reply, answer
from exchange.policies.reasons import Reason
from exchange.ports import Unit
from exchange.sentences.law.reasons import Asked

OUTCOMES: Final = ("answered", "partly", "nothing", "refused")
TOLD: Final = 10
"""Records that the next page names with the reason why they stay."""
SAID: Final[dict[str, str]] = {
    "answer_proposed": mark("Proposed. Nothing has left yet: another person reads the answer and approves it."),
    "answer_with_records": mark(
        "Proposed: the records and the answer, each with its own proposal. Nothing has left yet: another person "
        "approves them. Release the records first, then the answer, which closes the request."
    ),
}


def post_answer(visit: Visit) -> Response:
    """Proposes the answer and its records. What of them may not leave is told with the reason; where none may, nothing
    is proposed and the officer chooses again."""
    key = MessageKey(visit.part("message"), visit.part("partner"), "in")
    wish = _wish(visit, key)

    def act(unit: Unit) -> Response:
        found = answer(visit.node, unit, visit.person, wish)
        denied = [_denied(visit, unit, key, ref, reason) for ref, reason in found.records.denied]
        if found.answer is None:
            return _again(visit, unit, key, denied)
        if not found.records.proposals:
            return visit.to(f"/releases/{found.answer.id}", "answer_proposed")
        path = f"/messages/in/{key.partner}/{key.id}"
        told = ",".join(f"{ref.originator}.{ref.id}.{reason.code}" for ref, reason in found.records.denied[:TOLD])
        return visit.to(f"{path}?denied={told}" if told else path, "answer_with_records")

    return visit.once(act)


def _wish(visit: Visit, key: MessageKey) -> Reply:
    """What was chosen, as far as it goes together. BadInput names the field."""
    form = visit.form
    outcome = form.choice("outcome", OUTCOMES)
    code = form.choice("code", CODES, default="") or None
    note = form.text("note", limit=MAX_NOTE, needed=False, lines=True) or None
    refs = tuple(named_records(visit, "records"))
    if outcome == "nothing":
        if note is not None or refs:
            raise BadInput(Code.VALUE_NOT_ALLOWED, at="/note" if note is not None else "/records")
        return Reply(key.partner, key.id, outcome, NOTHING)
    if (outcome == "answered") != (code is None):
        raise BadInput(Code.VALUE_NOT_ALLOWED if code else Code.MISSING_MEMBER, at="/code")
    return Reply(key.partner, key.id, outcome, code, note, refs)


def _again(visit: Visit, unit: Unit, key: MessageKey, denied: list[Denied]) -> Response:
    """The page once more with what was typed: no record may leave, so there is no such answer."""
    return visit.page("requests/thread.html", 409, **shown(visit, unit, key), denied=denied, stays=True)


def _denied(visit: Visit, unit: Unit, key: MessageKey, ref: Ref, reason: Reason) -> Denied:
    stored = unit.messages.get(key)
    request = None if stored is None or not stored.body else read_stored(stored.body, stored.type)
    if stored is None or request is None:
        return Denied(named(ref), reason.code, "")
    asked = Asked(key.partner, stored.agreement_id, request.purpose)
    return Denied(named(ref), why_of(visit, reason.code, reason.clause, asked), preview_of(ref, asked))


PAGES: Final[tuple[Page, ...]] = (
    Page(
        "POST",
        "/messages/in/{partner}/{message}/answer",
        post_answer,
        Permission.RELEASE_PROPOSE,
        again=get_in,
    ),
)
