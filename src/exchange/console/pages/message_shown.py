"""What a message says, member by member in words, for whoever approves, reads or answers it."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from exchange.console.pages.entry_typed import country_name
from exchange.console.pages.records_values import field_name
from exchange.console.pages.said_law import purpose_of
from exchange.console.render import ident, name
from exchange.console.visit import Visit
from exchange.console.words import mark, said
from exchange.model.claims import JsonValue
from exchange.model.messages import Message

TYPES: Final = {
    "release": mark("Release"),
    "correction": mark("Correction"),
    "recall": mark("Recall"),
    "notice": mark("Notice"),
    "request": mark("Request for information"),
    "answer": mark("Answer to a request"),
    "onward-request": mark("Request to pass records on"),
    "onward-grant": mark("Answer to a request to pass records on"),
}
LABELS: Final = {
    "purpose": mark("Purpose"),
    "refs": mark("Records"),
    "reason": mark("Reason"),
    "note": mark("Note"),
    "deadline": mark("Deadline"),
    "replaces": mark("Stands in their place"),
    "about": mark("About"),
    "outcome": mark("Outcome"),
    "legal_reason": mark("Legal ground"),
    "until": mark("Until"),
    "question": mark("Question"),
    "legal_basis": mark("Legal basis"),
    "urgency": mark("Urgency"),
    "code": mark("Code"),
    "for_recipient": mark("For"),
    "paths": mark("Fields"),
}
REASONS: Final = {
    "wrong_person": mark("It is about the wrong person"),
    "inaccurate": mark("It is not accurate"),
    "unlawful": mark("It may not lawfully be held"),
    "court_order": mark("A court has ordered it"),
    "source_protection": mark("A source must be protected"),
    "agreement_ended": mark("The agreement has ended"),
    "retention": mark("Its time is over"),
    "other": mark("Another reason"),
    "changed": mark("The record has changed"),
    "marking": mark("The marking has changed"),
}
OUTCOMES: Final = {
    "destroyed": mark("destroyed"),
    "retained": mark("kept"),
    "partly": mark("in part"),
    "not_held": mark("nothing of it was held"),
    "applied": mark("in use"),
    "answered": mark("answered"),
    "refused": mark("refused"),
    "nothing": mark("nothing to tell"),
    "granted": mark("granted"),
}
GROUNDS: Final = {
    "court_order": mark("Order of a court"),
    "prosecution": mark("A prosecution needs it"),
    "appeal": mark("An appeal is open"),
    "statute": mark("A law demands it"),
    "other": mark("Another legal ground"),
}
_SKIPPED: Final = frozenset({"v", "type", "thread", "grant"})
_TEXTS: Final = frozenset({"note", "question", "legal_basis"})


def message_rows(visit: Visit, message: Message) -> list[tuple[str, Markup | str]]:
    """(label, value) of every member that says something; a grant's document is not shown here."""
    return [
        (said(visit.lang, LABELS[member]), _value(visit, message.type, member, value))
        for member, value in message.document().items()
        if member in LABELS and member not in _SKIPPED and value not in (None, [], "")
    ]


def type_of(visit: Visit, type_: str) -> str:
    """The type of a message, or of a proposal, in words."""
    return said(visit.lang, TYPES[type_]) if type_ in TYPES else type_


def reason_of(visit: Visit, code: str) -> str:
    """The reason of a recall or correction in words."""
    return said(visit.lang, REASONS[code]) if code in REASONS else code


def outcome_of(visit: Visit, code: str) -> str:
    """The outcome of an answer in words."""
    return said(visit.lang, OUTCOMES[code]) if code in OUTCOMES else code


def ground_of(visit: Visit, code: str) -> str:
    """A legal ground in words."""
    return said(visit.lang, GROUNDS[code]) if code in GROUNDS else code


def _value(visit: Visit, type_: str, member: str, value: JsonValue) -> Markup | str:
    text = str(value)
    if member == "purpose":
        return purpose_of(visit, text)
    if member in _TEXTS or (member == "reason" and type_ == "onward-request"):
        return name(text)
    if member == "reason":
        return reason_of(visit, text)
    if member == "outcome":
        return outcome_of(visit, text)
    if member == "for_recipient":
        return country_name(text, visit.lang)
    if member == "until":
        return visit.partial(text)
    if member == "deadline":
        return visit.moment(text)
    if member == "legal_reason" and isinstance(value, dict):
        return Markup("{} · {}").format(ground_of(visit, str(value["code"])), name(value["text"]))
    if member == "replaces" and isinstance(value, list):
        return _ref(value)
    if isinstance(value, list):
        shown = [_ref(each) if isinstance(each, list) else field_name(str(each), visit.lang) for each in value]
        return Markup("").join(Markup('<span class="line">{}</span>').format(each) for each in shown)
    return ident(text)


def _ref(value: list[JsonValue]) -> Markup:
    return ident("/".join(str(part) for part in value))
