"""What stands where: proposals, agreements, partners, and the node's own numbers. Reads only; nothing from records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from exchange.errors import NotFound
from exchange.model.state import Approval, Partner, Person, Proposal, ProposalItem, StoredAgreement
from exchange.operations.agreement_alarms import Alarm, alarms
from exchange.operations.alarms import all_alarms
from exchange.operations.clock import safe_now
from exchange.operations.equivocation import Stopped, stopped
from exchange.operations.obligations import Count, counts, waiting
from exchange.operations.permissions import Permission, require
from exchange.operations.reconcile_alarms import ReconcileAlarm, reconcile_alarms
from exchange.operations.stream_alarms import Beat, StreamAlarm, last_beat
from exchange.ports import Node, Unit

MAX_PAGE = 200


@dataclass(frozen=True, slots=True)
class ReleaseView:
    """A proposal with its records and the approvals given so far."""

    proposal: Proposal
    items: Sequence[ProposalItem]
    approvals: Sequence[Approval]


@dataclass(frozen=True, slots=True)
class PartnerView:
    """A partner, what it last said, and where its stream to us is stopped, if it is."""

    partner: Partner
    beat: Beat | None
    stopped: Stopped | None


@dataclass(frozen=True, slots=True)
class Status:
    """The node in numbers. `evidence`: (sender, epoch, number, kind) of what was kept against a partner."""

    own_records: int
    received_records: int
    ledger_size: int
    outbox: dict[str, int]
    evidence: list[tuple[str, int, int, str]]
    obligations: list[Count]
    """Messages that wait for an answer, by type and side."""
    alarms: list[Alarm]
    """Agreements that should have come into force and did not."""
    streams: list[StreamAlarm]
    """What is wrong between us and partners, by their heartbeats."""
    reconciles: list[ReconcileAlarm]
    """What reconciling with partners has found and nobody has acknowledged."""
    waivers: dict[str, int]
    """State -> waivers, of the newest 200; one that has expired unused counts as `expired`."""
    standing_approvals: dict[str, int]
    """State -> standing approvals, of the newest 200."""


def list_releases(unit: Unit, person: Person, state: str | None, after: str | None, limit: int) -> list[Proposal]:
    """Proposals, oldest first, behind the one named by `after`."""
    require(person, Permission.RELEASE_READ)
    return unit.releases.page(state, after, max(1, min(limit, MAX_PAGE)))


def read_release(unit: Unit, person: Person, proposal_id: str) -> ReleaseView:
    """One proposal. NotFound."""
    require(person, Permission.RELEASE_READ)
    proposal = unit.releases.get(proposal_id)
    if proposal is None:
        raise NotFound(release=proposal_id)
    return ReleaseView(proposal, unit.releases.items(proposal_id), unit.releases.approvals(proposal_id))


def list_agreements(unit: Unit, person: Person) -> list[StoredAgreement]:
    """Every version of every agreement and national policy."""
    require(person, Permission.AGREEMENT_READ)
    return unit.agreements.all()


def read_agreement(unit: Unit, person: Person, agreement_id: str) -> StoredAgreement:
    """The version in force, or the newest. NotFound."""
    require(person, Permission.AGREEMENT_READ)
    stored = unit.agreements.active(agreement_id, lock=False) or unit.agreements.get(agreement_id)
    if stored is None:
        raise NotFound(agreement=agreement_id)
    return stored


def list_partners(unit: Unit, person: Person) -> list[PartnerView]:
    """Every partner, by code."""
    require(person, Permission.PARTNER_READ)
    return [
        PartnerView(partner, last_beat(unit, partner.code), stopped(unit, partner.code))
        for partner in unit.partners.all()
    ]


def status(node: Node, unit: Unit, person: Person) -> Status:
    """The node in numbers."""
    require(person, Permission.STATUS_READ)
    waivers, standing = count_substitutes(unit, safe_now(node, unit))
    return Status(
        own_records=unit.records.count(),
        received_records=unit.copies.count(),
        ledger_size=unit.ledger.head(lock=False).size,
        outbox=unit.streams.outbox_counts(),
        evidence=unit.streams.evidence(),
        obligations=counts(waiting(unit, node.clock.now())),
        alarms=alarms(unit),
        streams=all_alarms(node, unit, node.clock.now()),
        reconciles=reconcile_alarms(unit, node.clock.now()),
        waivers=waivers,
        standing_approvals=standing,
    )


def count_substitutes(unit: Unit, now: datetime) -> tuple[dict[str, int], dict[str, int]]:
    """State -> waivers, and state -> standing approvals, of the newest 200 each."""
    waivers = Counter(_state(each.state, now >= each.expires_at) for each in unit.waivers.all(MAX_PAGE))
    standing = Counter(_state(each.state, now >= each.expires_at) for each in unit.waivers.all_standing(MAX_PAGE))
    return dict(waivers), dict(standing)


def _state(state: str, over: bool) -> str:
    return "expired" if over and state in ("asked", "granted") else state
