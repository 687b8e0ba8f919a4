"""Waivers and standing approvals as JSON."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from exchange.api.schemas import AgreementId, Digest, In, Out


class WaiverIn(In):
    """The first person's part, for one proposal and the digest that this person looked at."""

    release: Annotated[str, Field(pattern=r"^rel-[0-9a-f]{32}$")]
    digest: Digest
    reason: Literal["THREAT_TO_LIFE", "IMMINENT_ATTACK", "CHILD_IN_DANGER", "SUSPECT_ABOUT_TO_TRAVEL"]
    text: Annotated[str, Field(min_length=1, max_length=1000)]
    hours: Annotated[int, Field(ge=1, le=24)] = 4


class GrantIn(In):
    """The second person's part: the digest that this person looked at."""

    digest: Digest


class WaiverOut(Out):
    """`state`: `asked`, `granted`, `used` or `revoked`; over once `expires_at` is past."""

    id: str
    release: str
    state: str
    digest: str
    reason: str
    text: str
    administrator: str | None
    releasing_officer: str | None
    created_at: str
    expires_at: str


class WaiversOut(Out):
    items: list[WaiverOut]


class StandingIn(In):
    """The first officer's part: up to which marking, for how many days."""

    agreement: AgreementId
    marking: Literal["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"]
    days: Annotated[int, Field(ge=1, le=90)]


class StandingOut(Out):
    """`state`: `asked`, `granted` or `revoked`, over once `expires_at` is past. `clauses`: what may contribute."""

    id: str
    agreement: str
    version: int
    clauses: list[str]
    marking: str
    state: str
    digest: str
    first_officer: str
    second_officer: str | None
    created_at: str
    expires_at: str


class StandingsOut(Out):
    items: list[StandingOut]
