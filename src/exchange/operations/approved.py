"""Decides an approved proposal again, under locks: what was approved must be what leaves now (T-13, T-15).

Steps 3, 5 and 6 of `operations/release.py`, which alone seals what comes out of here. Nothing is stored here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from exchange.errors import BadInput, Code, Conflict, Denied, NotFound
from exchange.model.records import HeldRecord
from exchange.model.state import Proposal, ProposalItem, StoredMessage
from exchange.operations.bodies import Cover, message_body, release_body
from exchange.operations.grounds import Grounds
from exchange.operations.message_facts import facts_out, read_stored
from exchange.operations.permits import Way
from exchange.operations.permits import held as find
from exchange.operations.propose import approval_digest, check_answer
from exchange.operations.sent import RECALLED
from exchange.operations.stand_in import may_stand_in
from exchange.operations.views import Asked, View, double_check, view
from exchange.policies.messages import Sendable, allow
from exchange.ports import Node, Unit


class MovedError(Exception):
    """What was approved is no longer what would leave. Control flow: `release` turns it into a voided proposal."""

    def __init__(self, code: Code) -> None:
        self.code = code
        super().__init__(code.value)


@dataclass(frozen=True, slots=True)
class Approved:
    """What was approved, decided again: views of records, a message, or both for a correction."""

    id: str
    """The envelope's id."""
    items: Sequence[ProposalItem]
    views: Sequence[tuple[HeldRecord, View]]
    sendable: Sendable | None
    row: StoredMessage | None

    def body(self, proposal: Proposal) -> bytes:
        """The plaintext that leaves."""
        if self.sendable is not None and not self.views:
            return message_body(self.sendable)
        thread = proposal.thread if self.sendable is None else None
        return release_body(Cover(proposal.purpose, thread, self.sendable), self.views)


def locked(unit: Unit, proposal_id: str, now: datetime) -> Proposal:
    """The proposal, under lock: approved, or with a stand-in for approvals.

    NotFound, Denied(APPROVAL_MISSING), Conflict(RELEASE_STATE).
    """
    proposal = unit.releases.get(proposal_id, lock=True)
    if proposal is None:
        raise NotFound(release=proposal_id)
    if proposal.state == "proposed" and not may_stand_in(unit, proposal, now):
        raise Denied(Code.APPROVAL_MISSING, release=proposal_id, needed=proposal.approvals_needed)
    if proposal.state not in ("proposed", "approved"):
        raise Conflict(Code.RELEASE_STATE, release=proposal_id, state=proposal.state)
    if now >= proposal.expires_at:
        raise Conflict(Code.RELEASE_STATE, release=proposal_id, state="expired")
    return proposal


def decided_again(node: Node, unit: Unit, ground: Grounds, proposal: Proposal, now: datetime) -> Approved:
    """Steps 3, 5 and 6. MovedError when anything moved; Denied when the gate or the second checker says no."""
    return _Again(node, unit, ground, proposal, now).decided()


@dataclass(frozen=True, slots=True)
class _Again:
    """One run of `decided_again`."""

    node: Node
    unit: Unit
    ground: Grounds
    proposal: Proposal
    now: datetime

    def decided(self) -> Approved:
        proposal, ground = self.proposal, self.ground
        if ground.policy_digest != proposal.policy_digest:
            raise MovedError(Code.APPROVAL_STALE)
        items = self.unit.releases.items(proposal.id)
        views = self._views(items)
        row = None if proposal.kind == "release" else self.unit.messages.of_proposal(proposal.id)
        sendable = None if row is None else self._message(row)
        carries = proposal.kind in ("release", "correction")
        if (sendable is None) != (proposal.kind == "release") or bool(views) != carries:
            raise MovedError(Code.APPROVAL_STALE)
        if row is None:
            check_answer(self.node, self.unit, ground, proposal.recipient, proposal.thread, self.now)
        if approval_digest(ground, proposal, items, row) != proposal.digest:
            raise MovedError(Code.APPROVAL_STALE)
        return Approved(proposal.id if row is None else row.key.id, items, views, sendable, row)

    def _views(self, items: Sequence[ProposalItem]) -> list[tuple[HeldRecord, View]]:
        proposal = self.proposal
        way = Way(proposal.recipient, self.ground.agreement.id, proposal.purpose, self.now)
        held, permits = find(self.node, self.unit, [item.ref for item in items], way, lock=True)
        if [(each.record.ref, each.record.version) for each in held] != [(item.ref, item.version) for item in items]:
            raise MovedError(Code.APPROVAL_STALE)
        asked = Asked(proposal.recipient, proposal.purpose, self.now, permits)
        sent = self.unit.releases.sent_views(proposal.recipient, [item.ref for item in items])
        views = []
        for each, item in zip(held, items, strict=True):
            known = sent.get(item.ref)
            if known is not None and known.view_digest == RECALLED and item.version <= known.version:
                raise MovedError(Code.RECORD_RECALLED)
            seen = view(self.node, self.ground, each, asked)
            if seen.released is None or seen.digest != item.view_digest:
                raise MovedError(Code.APPROVAL_STALE)
            double_check(self.node, self.ground, each, asked, seen.released)
            views.append((each, seen))
        return views

    def _message(self, row: StoredMessage) -> Sendable:
        """The approved text, strictly read and decided again: the thread may have closed, the agreement changed."""
        if row.type != self.proposal.kind or row.state != "draft":
            raise MovedError(Code.APPROVAL_STALE)
        try:
            message = read_stored(row.body, row.type)
        except BadInput:
            raise MovedError(Code.APPROVAL_STALE) from None
        return allow(message, facts_out(self.node, self.unit, self.ground, self.proposal.recipient, message, self.now))
