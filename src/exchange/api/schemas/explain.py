"""The matrix of a preview, the trace of one claim, and replayed decisions as JSON."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from exchange.api.schemas import AgreementId, Country, In, Out, PurposeCode, ReasonOut, RefBoth
from exchange.api.schemas.records import VersionOut
from exchange.api.schemas.releases import ClaimOutcomeOut

ClaimId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$", max_length=64)]


class MatrixIn(In):
    """What would each of `recipients` see of `record`? Without them, every party of our agreements in force."""

    record: RefBoth
    purpose: PurposeCode
    recipients: Annotated[list[Country], Field(min_length=1, max_length=64)] | None = None


class ColumnOut(Out):
    """One partner under one agreement: `released`, `denied`, or `unavailable` when nothing can be decided now."""

    recipient: str
    agreement: str | None
    state: str
    reason: ReasonOut | None
    claims: list[ClaimOutcomeOut]


class MatrixOut(Out):
    record: VersionOut
    purpose: str
    columns: list[ColumnOut]


class WhyIn(In):
    """Why does `claim` of `record` leave or stay, for `recipient` under `agreement`?"""

    record: RefBoth
    claim: ClaimId
    recipient: Country
    agreement: AgreementId
    purpose: PurposeCode


class WhyOut(Out):
    """The trace: codes for programs, sentences in the caller's language, the record's own words where they decided."""

    claim: str
    path: str
    state: str
    reason: str
    clause: str | None
    instead: str | None
    record_state: str
    record_reason: str | None
    steps: list[object]
    cure: object
    cure_text: str
    who_text: list[str]


class ReplayedItemOut(Out):
    """`equal`, `different` with a reason, `other_rules`, or `erased`."""

    position: int
    record: VersionOut
    state: str
    reason: str | None


class ReplayedStageOut(Out):
    """All decisions of one moment; `digest` is what the ledger's `release.decided` says of a release."""

    stage: str
    at: str
    digest: str
    rules: int
    items: list[ReplayedItemOut]


class ReplayOut(Out):
    stages: list[ReplayedStageOut]
