"""May this message leave, and may that one come in? Default deny, by reason code. Pure: facts are arguments.

`allow` is the only maker of `Sendable`, and `Sendable` is all that `operations/release.py` seals beside `Released`.
`let_in` is the recipient's own reading of the same document; it never asks what the recipient holds, so a refusal tells
a partner nothing about our records. What an agreement says of records it says here of what may be asked about them.
Spec: docs/spec/messages.md §3.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from exchange.errors import Code, Denied
from exchange.model.messages import (
    URGENCIES,
    Correction,
    Message,
    Notice,
    OnwardGrant,
    OnwardRequest,
    Recall,
    Request,
    answers,
    refs_of,
)
from exchange.model.records import Ref
from exchange.policies.agreement import Agreement
from exchange.policies.import_rules import in_force_between

_MAKER: Final = object()
_PROTECTING: Final = frozenset({"recall-outcome", "terminated"})
ONWARD_ANSWER: Final = timedelta(days=7)
"""How long an onward request may wait: no agreement names a time for it."""
REASONS: Final = frozenset(
    {"PURPOSE_NOT_AGREED", "TYPE_NOT_AGREED", "ORIGINATOR_CONTROL", "NOT_SENT", "NOT_HELD", "NOT_KNOWN", "DEADLINE"}
    | {"ONWARD_RECIPIENT", "GRANT_UNREADABLE"}
)
"""Why a message stays here: the fact `reason` of MESSAGE_NOT_ALLOWED."""


@dataclass(frozen=True, slots=True)
class Opening:
    """The first message of a thread between us and one partner."""

    type: str
    direction: str
    """`out`: ours. `in`: the partner's."""
    agreement_id: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What a decision on one message stands on."""

    agreement: Agreement
    sender: str
    recipient: str
    now: datetime
    opening: Opening | None
    """What the thread that the message names began with; None if nothing is known of it."""
    sent: frozenset[Ref] = frozenset()
    """Of the records that it names: those that the recipient was sent by us."""
    held: frozenset[Ref] = frozenset()
    """Of the records that it names: those that we hold from the recipient."""
    grant_reads: bool = False
    """The grant that it carries was read and verified."""
    named: frozenset[Ref] = frozenset()
    """The records that the first message of its thread named."""
    recalled: frozenset[Ref] = frozenset()
    """Of the records that it names: those of others that their sender recalled from us, or made obsolete here."""
    in_force: bool = True
    """The agreement version is the active one and not suspended. Otherwise both signed it once."""


class Sendable:
    """A message that may leave now, to one recipient under one agreement. Made by `allow` alone; immutable."""

    __slots__ = ("agreement_id", "message", "recipient")

    agreement_id: str
    message: Message
    recipient: str

    def __init__(self, maker: object, message: Message, facts: Facts) -> None:
        if maker is not _MAKER:
            raise TypeError("only allow() makes Sendable")
        object.__setattr__(self, "agreement_id", facts.agreement.id)
        object.__setattr__(self, "message", message)
        object.__setattr__(self, "recipient", facts.recipient)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("Sendable does not change")

    def __delattr__(self, name: str) -> None:
        raise AttributeError("Sendable does not change")


def allow(message: Message, facts: Facts) -> Sendable:
    """The message, free to leave. Denied(AGREEMENT_NOT_IN_FORCE, THREAD_UNKNOWN, MESSAGE_NOT_ALLOWED with a reason)."""
    _may_speak(message, facts)
    if message.purpose not in facts.agreement.purposes:
        raise _denied("PURPOSE_NOT_AGREED")
    check_thread(answers(message), facts, "in")
    _typed(message, facts)
    _about(message, facts)
    return Sendable(_MAKER, message, facts)


def let_in(message: Message, facts: Facts) -> None:
    """Denied(AGREEMENT_NOT_IN_FORCE, IMPORT_REFUSED, THREAD_UNKNOWN) for what a partner may not send us."""
    _may_speak(message, facts)
    if message.purpose not in facts.agreement.purposes:
        raise Denied(Code.IMPORT_REFUSED, at="/purpose")
    check_thread(answers(message), facts, "out")
    try:
        _typed(message, facts)
    except Denied as denied:
        raise Denied(Code.IMPORT_REFUSED, reason=denied.facts.get("reason")) from None
    parties = {party.code for party in facts.agreement.parties}
    unasked = refs_of(message) if answers(message) is None else set(refs_of(message)) - facts.named
    strange = not isinstance(message, Recall) and not {ref.originator for ref in unasked} <= parties
    if strange or not _answers_all(message, facts):
        raise Denied(Code.IMPORT_REFUSED, at="/refs")


def _answers_all(message: Message, facts: Facts) -> bool:
    """An answer that names less than was recalled would close the recall for what it leaves out."""
    refs = set(refs_of(message))
    if not isinstance(message, Notice) or message.about not in ("recall-outcome", "correction-acknowledged"):
        return True
    if message.about == "recall-outcome":
        return refs == facts.named
    return bool(refs) and refs <= facts.named


def protects(message: Message) -> bool:
    """A recall, what became of one, or that the agreement has ended: it protects people whatever became of that."""
    return isinstance(message, Recall) or (isinstance(message, Notice) and message.about in _PROTECTING)


def _may_speak(message: Message, facts: Facts) -> None:
    if facts.in_force and in_force_between(facts.agreement, facts.sender, facts.recipient, facts.now):
        return
    parties = {party.code for party in facts.agreement.parties}
    both = {facts.sender, facts.recipient} <= parties and facts.sender != facts.recipient
    if not (both and protects(message)):
        raise Denied(Code.AGREEMENT_NOT_IN_FORCE, agreement=facts.agreement.id)


def check_thread(replies_to: str | None, facts: Facts, direction: str) -> None:
    """Denied(THREAD_UNKNOWN) for a reply to nothing: no such thread here, another type, another agreement."""
    if replies_to is None:
        return
    opening = facts.opening
    if opening is None or (opening.type, opening.direction) != (replies_to, direction):
        raise Denied(Code.THREAD_UNKNOWN)
    if opening.agreement_id != facts.agreement.id:
        raise Denied(Code.THREAD_UNKNOWN)


def due_of(message: Message, issued: datetime, agreement: Agreement) -> datetime | None:
    """When a message must be answered, counted from its header's time so that both sides wait for the same moment."""
    if isinstance(message, Recall):
        return datetime.fromisoformat(message.deadline)
    if isinstance(message, Correction):
        return issued + timedelta(days=agreement.correction_days)
    if isinstance(message, Request):
        return issued + URGENCIES[message.urgency]
    return issued + ONWARD_ANSWER if isinstance(message, OnwardRequest) else None


def _typed(message: Message, facts: Facts) -> None:
    """What both sides can tell from the message and the agreement alone."""
    originators = {ref.originator for ref in refs_of(message)}
    if isinstance(message, Recall):
        replaced = facts.sender if message.replaces is None else message.replaces.originator
        if facts.recipient in originators or replaced != facts.sender:
            raise _denied("ORIGINATOR_CONTROL")
    elif isinstance(message, Request) and not _discloses(facts.agreement, facts.recipient, facts.sender):
        raise _denied("TYPE_NOT_AGREED")
    elif isinstance(message, OnwardRequest):
        if facts.agreement.onward == "none":
            raise _denied("TYPE_NOT_AGREED")
        if originators != {facts.recipient}:
            raise _denied("ORIGINATOR_CONTROL")
        if message.for_recipient in (facts.sender, facts.recipient):
            raise _denied("ONWARD_RECIPIENT")
    elif isinstance(message, Notice) and message.about == "passed-on":
        if originators != {facts.recipient}:
            raise _denied("ORIGINATOR_CONTROL")
    elif isinstance(message, OnwardGrant) and message.grant is not None and not facts.grant_reads:
        raise _denied("GRANT_UNREADABLE")


def _about(message: Message, facts: Facts) -> None:
    """Which records it names: never one that the partner has not seen, or the name itself would tell."""
    named = set(refs_of(message))
    if isinstance(message, Recall):
        if any(ref.originator != facts.sender and ref not in facts.recalled for ref in named):
            raise _denied("ORIGINATOR_CONTROL")
        if not named <= facts.sent:
            raise _denied("NOT_SENT")
        if message.replaces is not None and message.replaces not in facts.sent:
            raise _denied("NOT_SENT")
        if datetime.fromisoformat(message.deadline) <= facts.now:
            raise _denied("DEADLINE")
    elif isinstance(message, OnwardRequest):
        if not named <= facts.held:
            raise _denied("NOT_HELD")
    elif isinstance(message, Notice) and answers(message) is not None:
        # The partner named them itself; we may hold them no longer.
        if any(ref.originator != facts.recipient and ref not in facts.named for ref in named):
            raise _denied("ORIGINATOR_CONTROL")
    elif not named <= facts.sent | facts.held:
        raise _denied("NOT_KNOWN")


def _discloses(agreement: Agreement, sender: str, recipient: str) -> bool:
    """Some clause discloses anything from `sender` to `recipient`: otherwise there is nothing to ask for."""
    return any(
        clause.disclose
        and (clause.from_ is None or sender in clause.from_)
        and (clause.to is None or recipient in clause.to)
        for clause in agreement.clauses
    )


def _denied(reason: str) -> Denied:
    return Denied(Code.MESSAGE_NOT_ALLOWED, reason=reason)
