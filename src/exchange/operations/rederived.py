"""What a release sent of one record, decided again from the version and the documents of the time.

Which claims left is not stored: a decision that gives the digest that was approved says it, years later. Where version
or documents are gone, or the digest is another, there is no answer.
"""

from __future__ import annotations

from exchange.errors import ExchangeError
from exchange.model.claims import Claim
from exchange.model.records import HeldRecord
from exchange.model.state import Proposal, ProposalItem
from exchange.operations.grounds import combine
from exchange.operations.views import Asked, View, view
from exchange.ports import Node, Unit


def rederived(node: Node, unit: Unit, proposal: Proposal, item: ProposalItem) -> tuple[HeldRecord, View] | None:
    """The record and the view that left. None for another state's record, and where it cannot be told any more."""
    held = unit.records.version(item.ref, item.version)
    stored = unit.agreements.get(proposal.agreement_id, proposal.agreement_version)
    if held is None or stored is None:
        return None
    try:
        ground = combine(stored, unit.agreements.active_policies(lock=False))
        asked = Asked(proposal.recipient, proposal.purpose, proposal.released_at or proposal.created_at)
        seen = view(node, ground, held, asked)
    except ExchangeError:
        return None
    if seen.released is None or seen.digest != item.view_digest:
        return None
    return held, seen


def leaving_claims(held: HeldRecord, seen: View) -> tuple[Claim, ...]:
    """The claims that a view sends, in the record's order."""
    outcomes = seen.decision.outcomes
    return tuple(claim for claim in held.record.claims if outcomes[claim.id].state == "sent")
