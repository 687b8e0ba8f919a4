"""A proposal as a reader sees it: where it stands, what comes next, and who does that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from exchange.console.visit import Visit
from exchange.errors import Code, Unavailable
from exchange.model.state import Approval, Proposal
from exchange.operations.approve import stands
from exchange.operations.clock import safe_now
from exchange.operations.cosignatures import require_witness
from exchange.operations.ledger_state import able_to_sign
from exchange.ports import Unit

STATES: Final = ("proposed", "approved", "released", "voided", "expired")


def state_of(proposal: Proposal, now: datetime) -> str:
    """As stored; what waits beyond its time has expired, also before the node has tidied up."""
    waits = proposal.state in ("proposed", "approved")
    return "expired" if waits and now >= proposal.expires_at else proposal.state


def next_of(visit: Visit, unit: Unit, proposal: Proposal, given: Sequence[Approval]) -> str:
    """What comes next, for the person who looks: `approve`, `own`, `mine`, `others`, `release`, or a state."""
    state = state_of(proposal, safe_now(visit.node, unit))
    if state == "approved":
        return "release"
    if state != "proposed":
        return state
    if proposal.proposer == visit.person.id:
        return "own"
    if any(each.person == visit.person.id and stands(unit, each) for each in given):
        return "mine"
    return "approve" if visit.may("release.approve") else "others"


def blocked(visit: Visit, unit: Unit) -> Code | None:
    """Why nothing can be released by this node now, whatever was approved."""
    try:
        able_to_sign(unit)
        require_witness(visit.node, unit, safe_now(visit.node, unit))
    except Unavailable as why:
        return why.code
    return None
