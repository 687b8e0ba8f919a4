"""The node, its people, partners and agreements as JSON."""

from __future__ import annotations

from exchange.api.schemas import Country, Out, Page


class MeOut(Out):
    id: str
    role: str
    node: str
    permissions: list[str]


class EvidenceOut(Out):
    sender: str
    epoch: int
    seq: int
    kind: str


class StatusOut(Out):
    """Counts only. `outbox`: state -> envelopes; `waivers`, `standing_approvals`: state -> how many."""

    node: str
    own_records: int
    received_records: int
    ledger_size: int
    outbox: dict[str, int]
    evidence: list[EvidenceOut]
    waivers: dict[str, int]
    standing_approvals: dict[str, int]


class HeartbeatOut(Out):
    at: str
    head: int
    received: int


class PartnerOut(Out):
    code: str
    root_fingerprint: str
    descriptor_version: int
    suite_floor: int
    suspended: bool
    added_at: str
    heartbeat: HeartbeatOut | None


class PartnersOut(Out):
    items: list[PartnerOut]


class AgreementLineOut(Out):
    id: str
    version: int
    kind: str
    state: str
    digest: str
    changed_at: str
    signed_by: list[str]


class AgreementsOut(Out):
    items: list[AgreementLineOut]


class AgreementOut(AgreementLineOut):
    document: object


class DeliveredOut(Out):
    """Envelopes answered by the partner. `stopped`: the code of what ended the run early."""

    accepted: int
    refused: int
    voided: int
    stopped: str | None


class PulledOut(Out):
    envelopes: int
    pages: int
    stopped: str | None


class InboxQuery(Page):
    sender: Country | None = None


class LiveOut(Out):
    status: str


class ReadyOut(Out):
    """`reasons`: codes, empty when ready."""

    status: str
    reasons: list[str]
