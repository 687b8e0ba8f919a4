"""Recalls, corrections, differences, disclosure accounts and breaches as JSON."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from exchange.api.schemas import AgreementId, Country, In, Out, PurposeCode, RefBoth, RefOut

Note = Annotated[str, Field(min_length=1, max_length=1000)]
Time = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$", max_length=20)]
Day = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", max_length=10)]
Refs = Annotated[list[RefBoth], Field(min_length=1, max_length=500)]
Word = Annotated[str, Field(pattern=r"^[a-z_]{1,32}$", max_length=32)]


class RecallIn(In):
    """Destroy these records, or say by which law you keep them, until the deadline."""

    recipient: Country
    agreement: AgreementId
    purpose: PurposeCode
    records: Refs
    reason: Word
    deadline: Time
    note: Note | None = None
    replaces: RefBoth | None = None


class SentOut(Out):
    """A message that left at once, and its place in the stream."""

    message: str
    partner: str
    seq: int
    envelope: str


class LegalReasonIn(In):
    code: Word
    text: Note


class RecallAnswerIn(In):
    """`records`: of `partly` those that are destroyed. `legal_reason` and `until` if and only if something is kept."""

    outcome: Literal["destroyed", "retained", "partly"]
    records: Annotated[list[RefBoth], Field(max_length=500)] = Field(default_factory=list)
    legal_reason: LegalReasonIn | None = None
    until: Day | None = None
    note: Note | None = None


class RecallAnsweredOut(Out):
    """Without `sent` the answer waits for the partners in `outstanding`, or, by `not_told`, for the sender itself."""

    destroyed: int
    outcome: str | None
    sent: SentOut | None
    passed_on: list[SentOut]
    outstanding: list[str]
    not_told: str | None
    """Why the sender cannot be told now. What was destroyed stays so; answer again to tell it."""


class ChangeOut(Out):
    """One path: `added`, `removed` or `changed`."""

    path: str
    change: str
    old: list[object]
    new: list[object]


class DifferenceOut(Out):
    originator: str
    id: str
    held: str
    old_version: int
    new_version: int
    changes: list[ChangeOut]


class DisclosureOut(Out):
    """`paths` and `handling` are null where they cannot be derived again."""

    recipient: str
    at: str
    version: int
    agreement: str
    agreement_version: int
    purpose: str
    kind: str
    envelope: str
    approvals: list[str]
    state: str
    paths: list[str] | None
    handling: object


class CopyLineOut(Out):
    sender: str
    at: str
    version: int
    agreement: str
    purpose: str
    epoch: int
    seq: int
    expires_at: str | None


class EventOut(Out):
    """One message that named the record; its text is read as any message."""

    message: str
    partner: str
    direction: str
    type: str
    state: str
    at: str
    about: str | None
    said: str | None
    due_at: str | None
    answered_at: str | None
    outcome: str | None


class ErasedOut(Out):
    held: str
    sender: str
    version: int
    at: str
    why: str


class ShownToOut(Out):
    """An auditor was shown the record: who, who confirmed it, when, and why as a code."""

    opening: str
    index: int
    reason: str
    asker: str
    confirmer: str | None
    at: str


class AccountOut(Out):
    originator: str
    id: str
    sent: list[DisclosureOut]
    received: list[CopyLineOut]
    events: list[EventOut]
    destroyed: list[ErasedOut]
    openings: list[ShownToOut]


class BreachIn(In):
    partner: Country
    since: Time
    until: Time
    kind: Word


class BreachNoticeIn(BreachIn):
    outcome: Literal["suspected", "confirmed", "closed"]
    note: Note | None = None


class AffectedOut(Out):
    direction: str
    epoch: int
    seq: int
    envelope: str
    agreement: str
    purpose: str
    records: list[RefOut]


class BreachOut(Out):
    """`untold`: agreements under which nothing could be said, and why."""

    envelopes: list[AffectedOut]
    notices: list[SentOut]
    untold: dict[str, str]
