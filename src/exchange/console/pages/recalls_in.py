"""Answering a partner's recall: destroy, or keep by law until a date. And its corrections: see what changed, say so."""

from __future__ import annotations

from typing import Final, NamedTuple

from starlette.responses import Response

from exchange.console.page import Page
from exchange.console.pages.leaving_shown import Changed, changes_of
from exchange.console.pages.message_shown import GROUNDS, ground_of, message_rows, outcome_of, reason_of
from exchange.console.pages.preview_asked import references
from exchange.console.pages.recalls_seen import shown_courses
from exchange.console.pages.said_law import partner_of
from exchange.console.visit import Visit
from exchange.console.words import mark
from exchange.crypto.encoding import read_canonical
from exchange.errors import BadInput, Code, NotFound
from exchange.model.messages import MAX_NOTE, SHREDS, Correction, LegalReason, Recall
from exchange.model.paths.checks import is_date
from exchange.model.records import Ref
from exchange.model.state import Copy, MessageKey
from exchange.operations.corrections import acknowledge, difference
from exchange.operations.course import course_of
from exchange.operations.messages import MessageView, read_message
from exchange.operations.permissions import Permission
from exchange.operations.permits import MAX_HANDLING
from exchange.operations.recalls import Answered, RecallAnswer, answer_recall
from exchange.ports import Unit

SAID: Final[dict[str, str]] = {
    "recall_destroyed": mark("Destroyed, and the partner is told. It cannot be brought back."),
    "recall_below": mark("Destroyed here. The answer goes out when everybody who has it from us has said the same."),
    "recall_kept": mark("The partner is told by which law it is kept, and until when."),
    "recall_not_held": mark("The partner is told that nothing of it is held here."),
    "acknowledged": mark("The partner is told that its correction was seen and is in use here."),
}
OUTCOMES: Final = ("destroyed", "retained", "partly")


class Held(NamedTuple):
    """A record that a recall names: what we hold of it from this partner, and to whom it went on from here."""

    ref: Ref
    versions: list[int]
    onward: list[str]


class Corrected(NamedTuple):
    """A record that a correction brought anew."""

    ref: Ref
    version: int | None
    """Now held; None: nothing of it."""
    changes: list[Changed] | None
    """None: the old version is not here any more, so there is nothing to compare with."""
    marking: str
    before: str
    """Marking of the version before, where it differs."""


def get_recall(visit: Visit) -> Response:
    """What it asks, what we hold of it, and the form of the answer."""
    key = _key(visit)
    with visit.write() as unit:
        view = _message(visit, unit, key, "recall")
        recall = view.message if isinstance(view.message, Recall) else None
        refs = sorted(unit.messages.named(key))
        held = [_held(unit, key.partner, ref) for ref in refs]
        ours = [
            row
            for _, row in unit.messages.about([ref for ref in refs if ref.originator == key.partner])
            if (row.type, row.key.direction) == ("recall", "out") and row.created_at >= view.stored.created_at
        ]
        below = shown_courses(
            visit, unit, course_of(visit.node, unit, visit.person, list({row.key: row for row in ours}.values()))
        )
    return visit.page(
        "recalls/recall_in.html",
        stored=view.stored,
        recall=recall,
        partner=partner_of(visit, key.partner),
        name=lambda code: partner_of(visit, code),
        rows=[] if recall is None else message_rows(visit, recall),
        reason="" if recall is None else reason_of(visit, recall.reason),
        held=held,
        below=below,
        grounds=[(code, ground_of(visit, code)) for code in GROUNDS],
        done=view.stored.outcome in ("destroyed", "not_held"),
        outcome=outcome_of(visit, view.stored.outcome or ""),
        why=_why(visit),
    )


def post_recall(visit: Visit) -> Response:
    """Destroys or keeps, and tells the partner, in one transaction."""
    key, wish = _key(visit), _wish(visit)

    def act(unit: Unit) -> Response:
        done = answer_recall(visit.node, unit, visit.person, wish)
        path = f"/recalls/in/{key.partner}/{key.id}"
        if done.not_told is not None:
            return visit.to(f"{path}?why={done.not_told.value}")
        return visit.to(path, _said(done))

    return visit.once(act)


def get_correction(visit: Visit) -> Response:
    """What it changes: what we held, what we hold now."""
    key = _key(visit)
    with visit.write() as unit:
        view = _message(visit, unit, key, "correction")
        message = view.message if isinstance(view.message, Correction) else None
        lines = [_corrected(visit, unit, key.partner, ref) for ref in sorted(unit.messages.named(key))]
    markings = [line.marking for line in lines if line.marking]
    return visit.page(
        "recalls/correction_in.html",
        stored=view.stored,
        partner=partner_of(visit, key.partner),
        reason="" if message is None else reason_of(visit, message.reason),
        shreds=message is not None and message.reason in SHREDS,
        lines=lines,
        marking=markings[0] if markings else "TLP:RED",
        done=view.stored.answered_at is not None,
    )


def post_correction(visit: Visit) -> Response:
    """Says that it was seen."""
    key = _key(visit)

    def act(unit: Unit) -> Response:
        acknowledge(visit.node, unit, visit.person, key)
        return visit.to(f"/corrections/in/{key.partner}/{key.id}", "acknowledged")

    return visit.once(act)


def _key(visit: Visit) -> MessageKey:
    return MessageKey(visit.part("message"), visit.part("partner"), "in")


def _message(visit: Visit, unit: Unit, key: MessageKey, type_: str) -> MessageView:
    """Read and logged. NotFound for a message of another type."""
    view = read_message(visit.node, unit, visit.person, key)
    if view.stored.type != type_:
        raise NotFound(message=key.id)
    return view


def _held(unit: Unit, partner: str, ref: Ref) -> Held:
    versions = sorted({line.version for line in unit.copies.places([ref], partner)})
    onward = sorted({view.recipient for view in unit.releases.views_of([ref]) if view.recipient != partner})
    return Held(ref, versions, onward)


def _wish(visit: Visit) -> RecallAnswer:
    """What the form says; what does not go together is for the operation to refuse."""
    form = visit.form
    outcome = form.choice("outcome", OUTCOMES)
    if outcome != "retained" and not form.ticked("sure"):
        raise BadInput(Code.MISSING_MEMBER, at="/sure")
    legal, until = None, None
    if outcome != "destroyed":
        legal = LegalReason(form.choice("law", GROUNDS), form.text("law_text", limit=MAX_NOTE, lines=True))
        until = form.text("until", limit=10)
        if not is_date(until):
            raise BadInput(Code.VALUE_NOT_ALLOWED, at="/until")
    names = form.many("refs", limit=80) if outcome == "partly" else ()
    if outcome == "partly" and not names:
        raise BadInput(Code.MISSING_MEMBER, at="/refs")
    refs = tuple(references(names, 500)) if names else ()
    note = form.text("note", limit=MAX_NOTE, needed=False, lines=True) or None
    return RecallAnswer(_key(visit), outcome, refs, legal, until, note)


def _said(done: Answered) -> str:
    if done.sent is None:
        return "recall_below"
    return {"destroyed": "recall_destroyed", "not_held": "recall_not_held"}.get(done.outcome or "", "recall_kept")


def _why(visit: Visit) -> str:
    """Why the answer could not go out a moment ago."""
    code = visit.asked("why", limit=40)
    return visit.sentence(code) if code in set(Code) else ""


def _corrected(visit: Visit, unit: Unit, partner: str, ref: Ref) -> Corrected:
    copies = [copy for copy in unit.copies.two_newest(ref) if copy.sender == partner]
    if not copies:
        return Corrected(ref, None, None, "", "")
    marking, before = _tlp(copies[0]), _tlp(copies[1]) if len(copies) > 1 else ""
    try:
        found = difference(visit.node, unit, visit.person, ref)
    except NotFound:
        return Corrected(ref, copies[0].version, None, marking, "")
    changes = changes_of(visit, found.changes)
    return Corrected(ref, copies[0].version, changes, marking, before if before != marking else "")


def _tlp(copy: Copy) -> str:
    value = read_canonical(copy.handling, limit=MAX_HANDLING)
    return str(value.get("tlp")) if isinstance(value, dict) else ""


_RECALL: Final = "/recalls/in/{partner}/{message}"
_CORRECTION: Final = "/corrections/in/{partner}/{message}"
PAGES: Final[tuple[Page, ...]] = (
    Page("GET", _RECALL, get_recall, Permission.MESSAGE_READ),
    Page("POST", f"{_RECALL}/answer", post_recall, Permission.RECALL_ANSWER, again=get_recall),
    Page("GET", _CORRECTION, get_correction, Permission.RECORD_READ),
    Page(
        "POST", f"{_CORRECTION}/acknowledge", post_correction, Permission.CORRECTION_ACKNOWLEDGE, again=get_correction
    ),
)
