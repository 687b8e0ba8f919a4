"""Previews and releases as JSON."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from exchange.api.schemas import (
    AgreementId,
    Country,
    Digest,
    In,
    Out,
    Page,
    PageOut,
    PurposeCode,
    ReasonOut,
    RefBoth,
    RefOut,
)
from exchange.api.schemas.records import VersionOut


class PreviewIn(In):
    """What would `recipient` see of `record`? Without `agreement`, every agreement in force answers."""

    record: RefBoth
    recipient: Country
    purpose: PurposeCode
    agreement: AgreementId | None = None


class ClaimOutcomeOut(Out):
    """What becomes of one claim: `sent`, `coarser` (see `instead`) or `withheld`, and why."""

    id: str
    path: str
    state: str
    reason: str
    clause: str | None
    instead: str | None
    remedy: str | None


class AnswerOut(Out):
    """One agreement's answer: `released`, `denied`, or `unavailable` when it cannot decide now."""

    agreement: str
    state: str
    reason: ReasonOut | None
    handling: object
    approvals_needed: int
    approver_role: str
    view_digest: str | None
    claims: list[ClaimOutcomeOut]


class PreviewOut(Out):
    record: VersionOut
    recipient: str
    purpose: str
    answers: list[AnswerOut]


class ProposeIn(In):
    """Records to release to one partner under exactly one agreement. `again`: also what it already has."""

    recipient: Country
    agreement: AgreementId
    purpose: PurposeCode
    records: Annotated[list[RefBoth], Field(min_length=1, max_length=20000)]
    again: bool = False


class ReleasesQuery(Page):
    state: Literal["proposed", "approved", "released", "voided", "expired"] | None = None


class ReleaseLineOut(Out):
    """`kind`: `release`, or the type of the message that it sends: the message `msg-…` with the same digits."""

    id: str
    kind: str
    thread: str | None
    recipient: str
    agreement: str
    agreement_version: int
    purpose: str
    proposer: str
    state: str
    digest: str
    policy_digest: str
    approvals_needed: int
    created_at: str
    expires_at: str
    released_at: str | None
    envelope: str | None


class DeniedOut(Out):
    record: RefOut
    reason: ReasonOut


class ProposedOut(Out):
    """The proposals to approve, one envelope each; why other records stay; what the partner already has; and records
    that what would leave names, and that the partner neither has nor is offered."""

    proposals: list[ReleaseLineOut]
    denied: list[DeniedOut]
    unchanged: list[RefOut]
    missing: list[RefOut]


class ReleasesOut(PageOut):
    items: list[ReleaseLineOut]


class ApprovalOut(Out):
    person: str
    role: str
    at: str


class ReleaseOut(ReleaseLineOut):
    """One proposal. Its ETag is its digest: exactly what would leave."""

    records: list[VersionOut]
    approvals: list[ApprovalOut]


class ApproveIn(In):
    """The digest that the approver looked at."""

    digest: Digest


class StateOut(Out):
    state: str


class OutcomeOut(Out):
    """`released` with the envelope's place in the stream, `voided` with the reason, or `proposed`: it waits again."""

    id: str
    state: str
    reason: str | None
    seq: int | None
    envelope: str | None
    records: int
