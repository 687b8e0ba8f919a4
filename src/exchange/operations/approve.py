"""A second person consents to exactly one digest. Deciding the state and storing the approval are one transaction.

Author and approver differ by person, here and by a database trigger (policies.md, four eyes). The approval of somebody
who may no longer act here lapses: the proposal then waits for another person's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from exchange.errors import Code, Conflict, Forbidden, NotFound
from exchange.ledger.entries import entry
from exchange.model.state import Approval, Person, Proposal
from exchange.operations import journal
from exchange.operations.clock import safe_now, stamp
from exchange.operations.permissions import Permission, require
from exchange.ports import Node, Unit


def approve(node: Node, unit: Unit, person: Person, proposal_id: str, digest: str) -> str:
    """Stores `person`'s consent to `digest`; returns the proposal's state after it (`proposed` or `approved`).

    Errors: NotFound, Conflict(RELEASE_STATE, APPROVAL_STALE, ALREADY_APPROVED), Forbidden(SELF_APPROVAL).
    """
    require(person, Permission.RELEASE_APPROVE)
    now = safe_now(node, unit)
    proposal = approvable(node, unit, person, proposal_id, digest)
    given = [approval for approval in unit.releases.approvals(proposal_id) if stands(unit, approval)]
    unit.releases.approve(Approval(proposal_id, person.id, person.role, digest, now))
    node.faults.reach("approve.stored")
    state = "approved" if len(given) + 1 >= proposal.approvals_needed else "proposed"
    if state == "approved":
        unit.releases.set_state(proposal_id, state)
    line = entry("release.approved", at=stamp(now), actor=person.id, release=proposal_id, digest=digest)
    journal.write(node, unit, [line], now)
    return state


def approvable(node: Node, unit: Unit, person: Person, proposal_id: str, digest: str) -> Proposal:
    """The proposal, locked, if `person` may approve exactly this now: asked before somebody proves who they are.

    Errors: as `approve`.
    """
    require(person, Permission.RELEASE_APPROVE)
    proposal = unit.releases.get(proposal_id, lock=True)
    if proposal is None:
        raise NotFound(release=proposal_id)
    _check(proposal, person, digest, safe_now(node, unit) >= proposal.expires_at)
    if any(approval.person == person.id for approval in unit.releases.approvals(proposal_id)):
        raise Conflict(Code.ALREADY_APPROVED, release=proposal_id)
    return proposal


def withdraw(node: Node, unit: Unit, person: Person, proposal_id: str) -> None:
    """Takes one's own approval back while nothing has left; the proposal waits again. Conflict after the release."""
    require(person, Permission.RELEASE_APPROVE)
    now = safe_now(node, unit)
    proposal = unit.releases.get(proposal_id, lock=True)
    if proposal is None:
        raise NotFound(release=proposal_id)
    if proposal.state not in ("proposed", "approved"):
        raise Conflict(Code.RELEASE_STATE, release=proposal_id, state=proposal.state)
    unit.releases.revoke_approval(proposal_id, person.id)
    unit.releases.set_state(proposal_id, "proposed")
    line = entry("release.voided", at=stamp(now), actor=person.id, release=proposal_id, reason="APPROVAL_WITHDRAWN")
    journal.write(node, unit, [line], now)


def stands(unit: Unit, approval: Approval) -> bool:
    """Whoever gave it may still act here."""
    person = unit.people.get(approval.person)
    return person is not None and not person.disabled


def lapse_all(unit: Unit, person_id: str, actor: str, now: datetime) -> list[bytes]:
    """Takes the approvals of `person_id` off every open proposal; returns entries for the caller to write.

    Each proposal is locked: a release that was first keeps what it released, a later one finds it waiting again.
    """
    lines: list[bytes] = []
    for id_ in unit.releases.approved_by(person_id):
        proposal = unit.releases.get(id_, lock=True)
        if proposal is not None and proposal.state in ("proposed", "approved"):
            lines += lapse(unit, proposal, [person_id], actor, now)
    return lines


def lapse(unit: Unit, proposal: Proposal, persons: Sequence[str], actor: str, now: datetime) -> list[bytes]:
    """Takes these persons' approvals off a locked proposal; it waits again if fewer than needed are left."""
    for person_id in persons:
        unit.releases.revoke_approval(proposal.id, person_id)
    left = [approval for approval in unit.releases.approvals(proposal.id) if stands(unit, approval)]
    if len(left) < proposal.approvals_needed:
        unit.releases.set_state(proposal.id, "proposed")
    return [
        entry("approval.lapsed", at=stamp(now), actor=actor, release=proposal.id, person=person_id)
        for person_id in persons
    ]


def _check(proposal: Proposal, person: Person, digest: str, expired: bool) -> None:
    if proposal.state != "proposed":
        raise Conflict(Code.RELEASE_STATE, release=proposal.id, state=proposal.state)
    if expired:
        raise Conflict(Code.RELEASE_STATE, release=proposal.id, state="expired")
    if proposal.proposer == person.id:
        raise Forbidden(Code.SELF_APPROVAL, release=proposal.id)
    if proposal.digest != digest:
        raise Conflict(Code.APPROVAL_STALE, release=proposal.id)
