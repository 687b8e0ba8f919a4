"""What may stand for approvals that a release lacks: a waiver or, for a standing rule, what was agreed before.

It replaces persons, never the decision: `release` has decided again before it asks here. Spec: docs/spec/policy.md §17,
§18.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from exchange.ledger.entries import entry
from exchange.model.state import Approval, Person, Proposal, StandingApproval, Waiver
from exchange.operations.clock import stamp
from exchange.operations.grounds import Grounds
from exchange.operations.preapprove import needs_nobody, standing_for
from exchange.operations.waive import waiver_for
from exchange.policies.decide import Decision
from exchange.ports import Unit

RULE = "standing:"
"""Begins the name of a standing rule, `standing:AG-…`. No person can have such an id."""


class Nobody:
    """The agreement asks for no approval of what its standing rule proposes."""


Substitute = Waiver | StandingApproval | Nobody


@dataclass(frozen=True, slots=True)
class Consent:
    """Who approved, and what stands for the rest."""

    given: Sequence[Approval]
    substitute: Substitute | None = None

    def use(self, unit: Unit, now: datetime) -> None:
        """A waiver serves once: the database lets the release through only with this mark of the same moment."""
        if isinstance(self.substitute, Waiver):
            unit.waivers.update(replace(self.substitute, used_at=now))

    def lines(self, proposal: Proposal, person: Person, now: datetime) -> list[bytes]:
        """Ledger entries that come before the release's own."""
        used, at, by = self.substitute, stamp(now), person.id
        about = {"release": proposal.id, "digest": proposal.digest}
        if isinstance(used, Waiver):
            return [entry("waiver.used", at=at, actor=by, waiver=used.id, **about)]
        if isinstance(used, StandingApproval):
            return [entry("standing.used", at=at, actor=by, standing=used.id, **about)]
        return []


def may_stand_in(unit: Unit, proposal: Proposal, now: datetime) -> bool:
    """Whether a proposal without its approvals is worth deciding at all; `stand_in` gives the answer afterwards."""
    return proposal.proposer == rule_of(proposal.agreement_id) or waiver_for(unit, proposal, now) is not None


def stand_in(
    unit: Unit, ground: Grounds, proposal: Proposal, decisions: Sequence[Decision], now: datetime
) -> Substitute | None:
    """What stands for the approvals that are missing, if anything does."""
    if proposal.proposer == rule_of(proposal.agreement_id):
        if needs_nobody(proposal, decisions):
            return Nobody()
        approval = standing_for(unit, ground, decisions, now)
        if approval is not None:
            return approval
    return waiver_for(unit, proposal, now)


def rule_of(agreement_id: str) -> str:
    """The name under which the standing rule of an agreement proposes."""
    return RULE + agreement_id
