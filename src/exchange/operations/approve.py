"""A second person consents to exactly one digest. Deciding the state and storing the approval are one transaction.

Author and approver differ by person, here and by a database trigger (policies.md, four eyes).
"""

from __future__ import annotations

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
    proposal = unit.releases.get(proposal_id, lock=True)
    if proposal is None:
        raise NotFound(release=proposal_id)
    _check(proposal, person, digest, now >= proposal.expires_at)
    given = unit.releases.approvals(proposal_id)
    if any(approval.person == person.id for approval in given):
        raise Conflict(Code.ALREADY_APPROVED, release=proposal_id)
    unit.releases.approve(Approval(proposal_id, person.id, person.role, digest, now))
    node.faults.reach("approve.stored")
    state = "approved" if len(given) + 1 >= proposal.approvals_needed else "proposed"
    if state == "approved":
        unit.releases.set_state(proposal_id, state)
    line = entry("release.approved", at=stamp(now), actor=person.id, release=proposal_id, digest=digest)
    journal.write(node, unit, [line], now)
    return state


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


def _check(proposal: Proposal, person: Person, digest: str, expired: bool) -> None:
    if proposal.state != "proposed":
        raise Conflict(Code.RELEASE_STATE, release=proposal.id, state=proposal.state)
    if expired:
        raise Conflict(Code.RELEASE_STATE, release=proposal.id, state="expired")
    if proposal.proposer == person.id:
        raise Forbidden(Code.SELF_APPROVAL, release=proposal.id)
    if proposal.digest != digest:
        raise Conflict(Code.APPROVAL_STALE, release=proposal.id)
