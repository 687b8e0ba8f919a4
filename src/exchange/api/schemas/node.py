"""The node, its people, partners and agreements as JSON."""

from __future__ import annotations

from typing import Literal

from exchange.api.schemas import Country, In, Out, Page


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


class ObligationsOut(Out):
    """Messages of one type that wait for an answer: `ours` to give, or `theirs`."""

    type: str
    by: str
    due: int
    overdue: int


class AlarmOut(Out):
    """A version of an agreement that should have come into force and did not."""

    agreement: str
    version: int
    at: str
    code: str


class StreamAlarmOut(Out):
    """What is wrong with the streams between us and a partner, by its heartbeats; the two numbers that do not fit."""

    partner: str
    code: str
    since: str
    ours: int
    theirs: int


class ReconcileAlarmOut(Out):
    """What reconciling with a partner has found; `count` numbers or blocks."""

    partner: str
    code: str
    since: str
    count: int


class StatusOut(Out):
    """Counts only. `outbox`: state -> envelopes; `waivers`, `standing_approvals`: state -> how many."""

    node: str
    own_records: int
    received_records: int
    ledger_size: int
    outbox: dict[str, int]
    evidence: list[EvidenceOut]
    obligations: list[ObligationsOut]
    alarms: list[AlarmOut]
    streams: list[StreamAlarmOut]
    reconciles: list[ReconcileAlarmOut]
    waivers: dict[str, int]
    standing_approvals: dict[str, int]


class HeartbeatOut(Out):
    at: str
    head: int
    received: int


class StoppedOut(Out):
    """Where a partner's stream contradicted itself; nothing of it is taken until an administrator resolves it."""

    epoch: int
    seq: int
    at: str


class ResolveIn(In):
    """Why the stream may go on."""

    reason: Literal["PARTNER_RESTORED", "PARTNER_SOFTWARE", "PARTNER_KEY_STOLEN", "OWN_RESTORED"]


class PartnerOut(Out):
    code: str
    root_fingerprint: str
    descriptor_version: int
    suite_floor: int
    suspended: bool
    added_at: str
    heartbeat: HeartbeatOut | None
    stopped: StoppedOut | None


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
