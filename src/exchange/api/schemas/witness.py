"""Witnesses of our ledger, and overrides, as JSON."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from exchange.api.schemas import In, Out


class OverrideIn(In):
    """The first person's part: why records leave although no partner cosigns, and for how long."""

    reason: Literal["PARTNERS_UNREACHABLE", "COURIER_ONLY", "NETWORK_ATTACK", "WITNESS_FAULT"]
    hours: Annotated[int, Field(ge=1, le=24)] = 4


class OverrideOut(Out):
    """It stands from the confirmation until `expires_at`, unless somebody ended it."""

    id: str
    reason: str
    hours: int
    asker: str
    confirmer: str | None
    asked_at: str
    expires_at: str | None
    ended_at: str | None


class OverridesOut(Out):
    items: list[OverrideOut]


class CosignedOut(Out):
    """The newest of our heads that a partner cosigned since the start, and when by its clock."""

    witness: str
    size: int
    at: str


class BehindOut(Out):
    """A head that we signed and that our ledger does not have: nothing is signed or sent."""

    size: int
    epoch: int
    partner: str
    since: str


class WitnessOut(Out):
    """`fresh`: partners in use that cosigned within four hours. `stale`: fewer than `quorum`, so nothing is released
    unless an override stands."""

    quorum: int
    fresh: int
    stale: bool
    witnesses: list[CosignedOut]
    override: OverrideOut | None
    epoch: int
    behind: BehindOut | None
