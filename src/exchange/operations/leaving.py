"""What would leave under a proposal, beside what its recipient holds: what an approver reads before consenting.

It decides everything again, as `release` will, and says so when anything has moved: an approval of that would only be
voided later. Records that are shown count as read, in the ledger. Nothing is sent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from exchange.errors import BadInput, Code, Conflict, Denied, ExchangeError, NotFound, Untrusted
from exchange.model.claims import Claim
from exchange.model.messages import Message
from exchange.model.records import HeldRecord, Ref
from exchange.model.state import Approval, Person, Proposal, ProposalItem
from exchange.operations.approved import MovedError, decided_again
from exchange.operations.clock import safe_now
from exchange.operations.corrections import Change, changes
from exchange.operations.grounds import Grounds, grounds
from exchange.operations.lookups import note_release
from exchange.operations.mentions import mentioned, missing
from exchange.operations.messages import read_message
from exchange.operations.permissions import Permission, require
from exchange.operations.permits import Way
from exchange.operations.permits import held as find
from exchange.operations.read import read_own, read_received
from exchange.operations.rederived import leaving_claims, rederived
from exchange.operations.replay import EQUAL, replayed
from exchange.operations.sent import NOT_SENT, RECALLED
from exchange.operations.views import Asked, View, view
from exchange.policies.handling import Handling
from exchange.ports import Node, Unit

Views = Sequence[tuple[HeldRecord, View]]


@dataclass(frozen=True, slots=True)
class Before:
    """What the recipient was given of a record before."""

    state: str
    """`never`, `held`, `recalled`, or `unknown`: it holds something that cannot be told any more."""
    version: int | None = None
    at: datetime | None = None
    claims: tuple[Claim, ...] = ()
    handling: Handling | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One record of the proposal."""

    position: int
    """From 1."""
    item: ProposalItem
    held: HeldRecord | None
    """None: it is not here any more."""
    view: View | None
    before: Before

    @property
    def changes(self) -> tuple[Change, ...]:
        """By path, what the recipient would get that it does not hold, and what it would no longer be told."""
        if self.held is None or self.view is None:
            return ()
        return changes(self.before.claims, leaving_claims(self.held, self.view))


@dataclass(frozen=True, slots=True)
class Leaving:
    """A proposal that waits, with what would leave."""

    proposal: Proposal
    approvals: Sequence[Approval]
    records: int
    lines: tuple[Line, ...]
    """Those of the page that was asked for."""
    totals: Mapping[str, Mapping[str, int]]
    """Path -> state (`sent`, `coarser`, `withheld`) -> claims, over all records."""
    size: int
    """Bytes of claims and manifests, before sealing and padding."""
    moved: Code | None
    """Why `release` would not let it out as it was proposed."""
    missing: tuple[Ref, ...]
    """Records that what would leave names, and that the recipient neither has nor is offered."""
    message: Message | None
    """Of a message or a correction: what it says."""


def read_leaving(node: Node, unit: Unit, person: Person, proposal_id: str, page: tuple[int, int]) -> Leaving:
    """`page`: (first position, from 0; how many). NotFound; Conflict(RELEASE_STATE) for what does not wait."""
    require(person, Permission.RELEASE_READ)
    require(person, Permission.RECORD_READ)
    now = safe_now(node, unit)
    proposal = unit.releases.get(proposal_id)
    if proposal is None:
        raise NotFound(release=proposal_id)
    if proposal.state not in ("proposed", "approved"):
        raise Conflict(Code.RELEASE_STATE, release=proposal_id, state=proposal.state)
    if now >= proposal.expires_at:
        raise Conflict(Code.RELEASE_STATE, release=proposal_id, state="expired")
    items = unit.releases.items(proposal_id)
    views, moved = _decided(node, unit, proposal, items, now)
    by_ref = {held.record.ref: (held, seen) for held, seen in views}
    start, count = page
    shown = [
        _line(node, unit, person, proposal, (position, item), by_ref.get(item.ref))
        for position, item in list(enumerate(items, 1))[start : start + count]
    ]
    row = unit.messages.of_proposal(proposal_id)
    note_release(node, unit, person, proposal_id)
    return Leaving(
        proposal=proposal,
        approvals=unit.releases.approvals(proposal_id),
        records=len(items),
        lines=tuple(shown),
        totals=_totals(views),
        size=sum(len(seen.packed) + len(held.manifest) for held, seen in views if seen.released is not None),
        moved=moved,
        missing=_missing(unit, proposal, views),
        message=None if row is None else read_message(node, unit, person, row.key).message,
    )


def require_unmoved(node: Node, unit: Unit, proposal_id: str) -> None:
    """Refuses an approval of what would be voided anyway. Conflict(APPROVAL_STALE), or Denied with the code.

    NotFound. What does not wait any more is left to `approve`, which says so.
    """
    proposal = unit.releases.get(proposal_id)
    if proposal is None:
        raise NotFound(release=proposal_id)
    now = safe_now(node, unit)
    if proposal.state in ("proposed", "approved") and now < proposal.expires_at:
        _, moved = _decided(node, unit, proposal, unit.releases.items(proposal_id), now)
        if moved is Code.APPROVAL_STALE:
            raise Conflict(moved, release=proposal_id)
        if moved is not None:
            raise Denied(moved, release=proposal_id)


def moved_since(node: Node, unit: Unit, person: Person, proposal_id: str) -> Code | None:
    """What has moved since a proposal was made, whatever became of it. None when nothing has. NotFound."""
    require(person, Permission.RELEASE_READ)
    proposal = unit.releases.get(proposal_id)
    if proposal is None:
        raise NotFound(release=proposal_id)
    return _decided(node, unit, proposal, unit.releases.items(proposal_id), safe_now(node, unit))[1]


def _decided(
    node: Node, unit: Unit, proposal: Proposal, items: Sequence[ProposalItem], now: datetime
) -> tuple[Views, Code | None]:
    """The views as `release` would decide them now, and why it would void the proposal."""
    try:
        ground = grounds(unit, proposal.agreement_id, lock=True)
    except Denied as denied:
        return [], denied.code
    try:
        return decided_again(node, unit, ground, proposal, now).views, None
    except MovedError as moved:
        code = moved.code
    except (BadInput, Conflict, Denied, NotFound, Untrusted) as refused:
        code = refused.code
    return _each(node, unit, ground, proposal, items, now), code


def _each(
    node: Node, unit: Unit, ground: Grounds, proposal: Proposal, items: Sequence[ProposalItem], now: datetime
) -> Views:
    """Every record as it is now, whatever was proposed."""
    way = Way(proposal.recipient, ground.agreement.id, proposal.purpose, now)
    held, permits = find(node, unit, [item.ref for item in items], way, lock=False)
    asked = Asked(proposal.recipient, proposal.purpose, now, permits)
    return [(each, view(node, ground, each, asked)) for each in held]


def _line(
    node: Node,
    unit: Unit,
    person: Person,
    proposal: Proposal,
    place: tuple[int, ProposalItem],
    found: tuple[HeldRecord, View] | None,
) -> Line:
    position, item = place
    if found is None:
        return Line(position, item, None, None, Before("unknown"))
    if item.ref.originator == node.code:
        read_own(node, unit, person, item.ref)
    else:
        read_received(node, unit, person, item.ref)
    return Line(position, item, *found, _before(node, unit, proposal.recipient, item.ref))


def _before(node: Node, unit: Unit, recipient: str, ref: Ref) -> Before:
    sent = unit.releases.sent_views(recipient, [ref]).get(ref)
    if sent is None or sent.view_digest == NOT_SENT:
        return Before("never")
    if sent.view_digest == RECALLED:
        return Before("recalled", sent.version)
    past = [
        (proposal, item)
        for proposal, item in unit.releases.of_record(ref)
        if (proposal.recipient, proposal.state) == (recipient, "released") and item.view_digest == sent.view_digest
    ]
    for proposal, item in reversed(past):
        found = rederived(node, unit, proposal, item)
        if found is not None and found[1].released is not None:
            held, seen = found
            handling = found[1].released.handling
            return Before("held", item.version, proposal.released_at, leaving_claims(held, seen), handling)
        retaken = _retaken(node, unit, proposal, item)
        if retaken is not None:
            return retaken
    return Before("unknown", sent.version, past[-1][0].released_at if past else None)


def _retaken(node: Node, unit: Unit, proposal: Proposal, item: ProposalItem) -> Before | None:
    """By the national policies of the time, where those of today decide otherwise."""
    position = unit.releases.items(proposal.id).index(item) + 1
    try:
        last = replayed(node, unit, proposal.id, position)[-1]
    except ExchangeError:
        return None
    (again,) = last.items
    if last.stage != "released" or again.state != EQUAL or again.decision is None or again.held is None:
        return None
    outcomes = again.decision.outcomes
    claims = tuple(claim for claim in again.held.record.claims if outcomes[claim.id].state == "sent")
    return Before("held", item.version, proposal.released_at, claims, again.decision.handling)


def _totals(views: Views) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for held, seen in views:
        for claim in held.record.claims:
            states = found.setdefault(claim.path, {})
            state = seen.decision.outcomes[claim.id].state
            states[state] = states.get(state, 0) + 1
    return found


def _missing(unit: Unit, proposal: Proposal, views: Views) -> tuple[Ref, ...]:
    named: set[Ref] = set()
    for _, seen in views:
        if seen.released is not None:
            named |= mentioned(seen.released.pairs)
    return tuple(missing(unit, proposal.recipient, named, [held.record.ref for held, _ in views]))
