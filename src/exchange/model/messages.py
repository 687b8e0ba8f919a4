"""What nodes say to each other beside releases: one frozen value for each type, and the closed words that they use.

A value is what the head of a body holds (docs/spec/messages.md). It decides nothing: whether a message may leave is
`exchange.policies.messages`, whether bytes are one is `exchange.model.message_json`. Members that are absent are null
in the document, never left out. Times are `YYYY-MM-DDTHH:MM:SSZ`, dates `YYYY-MM-DD`.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import ClassVar, Final, NamedTuple

from exchange.model.claims import JsonObject, JsonValue
from exchange.model.records import Ref

MAX_REFS: Final = 500
MAX_NOTE: Final = 1000
"""Characters of a note, a legal reason or a legal basis."""
MAX_QUESTION: Final = 4000
"""Characters."""
MAX_GRANT: Final = 64 << 10
"""Bytes of a grant document."""
THREAD_HEX: Final = 32

RECALL_REASONS: Final = frozenset(
    {"wrong_person", "inaccurate", "unlawful", "court_order", "source_protection", "agreement_ended", "retention"}
    | {"other"}
)
CORRECTION_REASONS: Final = frozenset({"changed", "wrong_person", "inaccurate", "marking", "court_order", "other"})
SHREDS: Final = frozenset({"wrong_person", "inaccurate", "marking", "court_order"})
"""Reasons of a correction after which the old version may not be held."""
LEGAL_REASONS: Final = frozenset({"court_order", "prosecution", "appeal", "statute", "other"})
URGENCIES: Final = {"8h": timedelta(hours=8), "3d": timedelta(days=3), "7d": timedelta(days=7)}
ANSWERS: Final = frozenset({"answered", "partly", "refused", "nothing"})
ANSWER_CODES: Final = frozenset(
    {"no_record", "not_agreed", "source_protection", "court", "national_security", "too_broad", "later", "other"}
)
"""Why an answer is not whole; null if and only if the outcome is `answered`."""
GRANTS: Final = frozenset({"granted", "refused"})
NOTICES: Final[dict[str, frozenset[str]]] = {
    "recall-outcome": frozenset({"destroyed", "retained", "partly", "not_held"}),
    "correction-acknowledged": frozenset({"applied", "not_held"}),
    "destroyed": frozenset({"retention_end", "review", "agreement_ended", "other"}),
    "handed-over": frozenset({"court", "authority", "other"}),
    "breach": frozenset({"suspected", "confirmed", "closed"}),
    "terminated": frozenset({"expired", "terminated", "suspended"}),
    "waiver": frozenset({"opened", "closed"}),
    "grant-revoked": frozenset({"revoked"}),
    "passed-on": frozenset({"granted"}),
}
"""What a notice is about -> the outcomes that it can have."""
KEPT: Final = frozenset({"retained", "partly"})
"""Outcomes of a recall that need a legal reason and a date: something is still held."""


class LegalReason(NamedTuple):
    """Why a copy is kept although it was recalled."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Recall:
    """Destroy these records of ours, or say by what law you keep them, until the deadline."""

    type: ClassVar[str] = "recall"
    purpose: str
    thread: str
    refs: tuple[Ref, ...]
    reason: str
    note: str | None
    deadline: str
    replaces: Ref | None
    """The record that stands in their place."""

    def document(self) -> JsonObject:
        return _document(self)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something was done or has happened. Answers a recall or a correction, or stands alone."""

    type: ClassVar[str] = "notice"
    purpose: str
    thread: str
    about: str
    outcome: str
    refs: tuple[Ref, ...]
    legal_reason: LegalReason | None
    until: str | None
    """A date: how long something is kept, or how long a waiver runs."""
    note: str | None

    def document(self) -> JsonObject:
        return _document(self)


@dataclass(frozen=True, slots=True)
class Request:
    """A question to a partner, on a legal basis, to be answered within its urgency."""

    type: ClassVar[str] = "request"
    purpose: str
    thread: str
    question: str
    legal_basis: str
    urgency: str
    refs: tuple[Ref, ...]
    """Records that it is about, if both sides know any."""

    def document(self) -> JsonObject:
        return _document(self)


@dataclass(frozen=True, slots=True)
class Answer:
    """Closes a request. Records that belong to it travel as releases that name its thread."""

    type: ClassVar[str] = "answer"
    purpose: str
    thread: str
    outcome: str
    code: str | None
    note: str | None

    def document(self) -> JsonObject:
        return _document(self)


@dataclass(frozen=True, slots=True)
class OnwardRequest:
    """May these records of yours go on to a third state?"""

    type: ClassVar[str] = "onward-request"
    purpose: str
    thread: str
    refs: tuple[Ref, ...]
    for_recipient: str
    reason: str
    """Text."""
    paths: tuple[str, ...] | None
    """Claim paths wished, sorted; None for all that we hold."""

    def document(self) -> JsonObject:
        return _document(self)


@dataclass(frozen=True, slots=True)
class OnwardGrant:
    """Closes an onward request. A grant is a signed document of its own, carried here as it was signed."""

    type: ClassVar[str] = "onward-grant"
    purpose: str
    thread: str
    outcome: str
    code: str | None
    """As of an answer; null if and only if granted."""
    grant: bytes | None
    """There if and only if granted."""

    def document(self) -> JsonObject:
        return _document(self)


@dataclass(frozen=True, slots=True)
class Correction:
    """The part of a correction beside its parcels: new views of records that the partner already holds."""

    type: ClassVar[str] = "correction"
    purpose: str
    thread: str
    reason: str

    def document(self) -> JsonObject:
        return _document(self)


Message = Recall | Notice | Request | Answer | OnwardRequest | OnwardGrant | Correction
AT_ONCE: Final = frozenset({"recall", "notice"})
"""They protect people and must be fast: one person may send them. All others need a second person's approval."""
REPLIES: Final[dict[str, str]] = {"answer": "request", "onward-grant": "onward-request"}
"""Type of a reply -> type of what it answers."""
NOTICE_REPLIES: Final[dict[str, str]] = {
    "recall-outcome": "recall",
    "correction-acknowledged": "correction",
    "grant-revoked": "onward-request",
}
"""The same for notices, by what they are about; every other notice opens a thread of its own."""
ANSWERED: Final = frozenset({*REPLIES.values(), *NOTICE_REPLIES.values()})
"""Types that wait for an answer."""


def answers(message: Message) -> str | None:
    """The type that `message` replies to, or None when it opens a thread."""
    if isinstance(message, Notice):
        return NOTICE_REPLIES.get(message.about)
    return REPLIES.get(message.type)


def refs_of(message: Message) -> tuple[Ref, ...]:
    """The records that a message names, `replaces` left out."""
    return message.refs if isinstance(message, Recall | Notice | Request | OnwardRequest) else ()


def outcome_of(message: Message) -> str | None:
    """The outcome that a reply brings."""
    return message.outcome if isinstance(message, Answer | OnwardGrant | Notice) else None


def _document(message: Message) -> JsonObject:
    values: JsonObject = {field.name: _json(getattr(message, field.name)) for field in fields(message)}
    return {"v": 1, "type": message.type, **values}


def _json(value: object) -> JsonValue:
    if isinstance(value, bytes):
        return b64encode(value).decode("ascii")
    if isinstance(value, LegalReason):
        return {"code": value.code, "text": value.text}
    if isinstance(value, tuple):
        return [_json(each) for each in value]
    return value if isinstance(value, str) else None
