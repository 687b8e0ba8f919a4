"""Openings of ledger entries as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from exchange.api.schemas import AgreementId, Country, In, Out, PurposeCode, RefOut


class OpeningIn(In):
    """Which entry an auditor has to see, and why, as a code."""

    index: Annotated[int, Field(ge=0, le=2**53 - 1)]
    reason: Literal["COMPLAINT", "COURT_ORDER", "INCIDENT", "OVERSIGHT", "SAMPLE", "SUBJECT_REQUEST"]


class TellIn(In):
    """Which partner is told, and under what."""

    partner: Country
    agreement: AgreementId
    purpose: PurposeCode


class OpeningOut(Out):
    """`state`: `asked`, `confirmed`, `opened`, `withdrawn` or `declined`; over once `expires_at` is past."""

    id: str
    index: int
    reason: str
    state: str
    asker: str
    asked_at: str
    confirmer: str | None
    expires_at: str
    opened_at: str | None


class OpeningsOut(Out):
    items: list[OpeningOut]


class ShownOut(RefOut):
    """One record. `claims`: those that the entry's release disclosed, or the record's; null if not derivable."""

    held: str
    version: int
    kind: str
    position: int | None
    claims: Sequence[object] | None


class OpenedOut(Out):
    """Read once. `gone`: references whose records were erased: they lead nowhere any more."""

    opening: OpeningOut
    kind: str
    records: list[ShownOut]
    gone: int


class UntoldOut(RefOut):
    """A partner's record that an auditor was shown, and nobody told the partner yet."""

    opening: str
    due_at: str
    overdue: bool


class UntoldsOut(Out):
    items: list[UntoldOut]
