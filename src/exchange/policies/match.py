"""Whether a partner may learn that a record is held, and with what: the bare fact of a hit, decided like a release.

The record's own terms, the safeguards and the national policies decide as for sending (spec §4, lines 1 to 19); the
agreement's forbids are about what leaves of a record, and its match clauses are about this. What would need people to
look before it leaves is never told by a machine. Pure; default no. Spec: docs/spec/policy.md §19.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from exchange.policies.agreement import Agreement
from exchange.policies.compile import Plan, plan_of
from exchange.policies.decide import Inputs, governance, marks_of
from exchange.policies.facts import LABELS, Facts, check_of
from exchange.policies.match_clauses import CONTACT, MatchClause
from exchange.policies.safeguards import guard

_RED: Final = "TLP:RED"


@dataclass(frozen=True, slots=True)
class Between:
    """Who answers whom, for what, when: what all records of a query share."""

    holder: str
    asker: str
    purpose: str
    now: datetime


def clauses_for(agreement: Agreement, between: Between) -> tuple[MatchClause, ...]:
    """The match clauses about this direction and purpose; none where the agreement is not in force for both."""
    if between.holder == between.asker or not agreement.valid_from <= between.now < agreement.valid_until:
        return ()
    if agreement.party(between.holder) is None or agreement.party(between.asker) is None:
        return ()
    found = (each for each in agreement.matching if each.covers(between.holder, between.asker, between.purpose))
    return tuple(found) if between.purpose in agreement.purposes else ()


def tellable(inputs: Inputs) -> MatchClause | None:
    """The clause under which the partner may learn of this record, the one that says most; None: it may not."""
    if inputs.record.originator != inputs.node:
        return None
    facts = Facts(inputs.record, inputs.now.astimezone(UTC).date())
    between = Between(inputs.node, inputs.recipient, inputs.purpose, inputs.now)
    found = [each for each in clauses_for(inputs.agreement, between) if _fits(each, facts)]
    if not found or not _stands(inputs, facts):
        return None
    return max(found, key=lambda each: each.answer == CONTACT)


def _plan(inputs: Inputs) -> Plan:
    return plan_of(inputs.agreement, inputs.policies, inputs.node, inputs.recipient, inputs.purpose)


def _fits(clause: MatchClause, facts: Facts) -> bool:
    if clause.kinds is not None and facts.record.kind not in clause.kinds:
        return False
    return clause.when is None or check_of(clause.when)(facts) is True


def _stands(inputs: Inputs, facts: Facts) -> bool:
    """What holds for every record that leaves: governance, a covered marking, safeguards, national forbids."""
    plan, marks = _plan(inputs), marks_of(facts)
    if governance(inputs, plan, marks) is not None or marks is None:
        return False
    label = LABELS[marks.marking]
    if label == _RED or label not in inputs.agreement.approvals:
        return False
    if any(caveat in inputs.agreement.approvals for caveat in marks.caveats):
        return False
    guarded = guard(facts, inputs.agreement, inputs.recipient)
    if guarded.denied is not None or guarded.minor or guarded.signed:
        return False
    return not _forbidden_nationally(inputs, facts)


def _forbidden_nationally(inputs: Inputs, facts: Facts) -> bool:
    """A forbid that cannot be evaluated forbids."""
    for policy in inputs.policies:
        for forbid in policy.forbids if policy.party.code == inputs.node else ():
            if forbid.kinds is not None and facts.record.kind not in forbid.kinds:
                continue
            if forbid.to is not None and inputs.recipient not in forbid.to:
                continue
            if forbid.when is None or check_of(forbid.when)(facts) is not False:
                return True
    return False
