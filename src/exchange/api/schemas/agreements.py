"""Candidates of agreements and what is found in them, as JSON. Records are named, their values never."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from exchange.api.schemas import Cursor, In, Out, RefOut

PageSize = Annotated[int, Field(ge=1, le=500)]


class DocumentIn(In):
    """A document; what it says is judged by `policies.agreement`."""

    document: dict[str, object]


class DiffIn(In):
    """Two versions; without `before`, the one in force here."""

    before: dict[str, object] | None = None
    after: dict[str, object]


class SimulateIn(In):
    """A candidate, and which page of our records: at most `limit` behind the opaque `after` of the page before."""

    document: dict[str, object]
    after: Cursor | None = None
    limit: PageSize = 200


class FindingOut(Out):
    code: str
    severity: str
    at: str
    clause: str
    what: str
    sentence: str


class FindingsOut(Out):
    id: str
    version: int
    findings: list[FindingOut]


class ChangeOut(Out):
    """`effect`: `wider`, `narrower` or `other`. `before` and `after` are words of the documents."""

    code: str
    effect: str
    at: str
    clause: str
    what: str
    before: str
    after: str
    paths: list[str]
    sentence: str


class ReachOut(Out):
    """What this state could newly send or receive at most, and what no longer."""

    sender: str
    recipient: str
    kind: str
    gained: list[str]
    lost: list[str]


class DiffOut(Out):
    id: str
    before: int
    after: int
    changes: list[ChangeOut]
    possible: list[ReachOut]


class ClaimOut(Out):
    """`clause` lets it go: of the candidate where it is gained, of the version before where it is lost."""

    id: str
    path: str
    clause: str


class EffectOut(Out):
    """`change`: `released`, `stopped` or `changed`."""

    record: RefOut
    recipient: str
    change: str
    gained: list[ClaimOut]
    lost: list[ClaimOut]
    handling: list[str]


class SimulatedOut(Out):
    """One page. `effects` is empty for people who may not read records; the numbers are of this page."""

    id: str
    version: int
    against: int | None
    at: str
    records: int
    released: int
    stopped: int
    changed: int
    claims_gained: int
    claims_lost: int
    handling: int
    effects: list[EffectOut]
    next: str | None


class TerminationOut(Out):
    agreement: str
    version: int
    asked_by: str
    asked_at: str


class EndedOut(Out):
    """`told`: partners for whom a notice was queued."""

    agreement: str
    version: int
    state: str
    after_end: str
    days: int | None
    proposals_voided: int
    envelopes_voided: int
    told: list[str]
