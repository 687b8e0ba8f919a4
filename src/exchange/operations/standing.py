"""Standing rules: what was deposited or amended is proposed by itself where an agreement in force says so.

Not in the deposit's transaction: that one only leaves the names of records in a queue. The worker takes them out in
pages and, in the same transaction, proposes (`standing`) or notes them for the day's run (`daily`). The proposer is the
rule itself, `standing:AG-…`, which can never approve. What needs nobody, or is covered by a standing approval, is then
released by itself, one transaction each; everything else waits for approval. Spec: docs/spec/policy.md §17.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import NamedTuple

from exchange.errors import Code, ExchangeError, Unavailable
from exchange.model.records import HeldRecord, Ref
from exchange.model.state import Person
from exchange.operations.clock import safe_now
from exchange.operations.grounds import Grounds, grounds, parsed
from exchange.operations.permissions import STANDING
from exchange.operations.preapprove import standing_for
from exchange.operations.propose import Wish, propose
from exchange.operations.readable import readable
from exchange.operations.release import release
from exchange.operations.stand_in import rule_of
from exchange.operations.views import Asked, view
from exchange.policies import cadence
from exchange.policies.decide import Decision
from exchange.ports import Node, Unit

PAGE = 500
PAGES = 20
"""Pages of one round at most, so that a worker that is told to stop does."""


class Ran(NamedTuple):
    """Numbers of one round."""

    looked_at: int
    proposed: int
    released: int


class _Lane(Enum):
    """Why proposals are kept apart: one that waits must not hold up the others."""

    NOBODY = "nobody"
    AGREED = "agreed"
    WAITS = "waits"


class _Rule(NamedTuple):
    """One agreement in force and one party that it discloses to by itself."""

    agreement_id: str
    recipient: str


def run_standing(node: Node, daily_hour: int) -> Ran:
    """One round: changes, the day's run once it is due, releases. Several workers at once do no more than one."""
    looked_at = proposed = 0
    for _ in range(PAGES):
        seen, made = look_at_changes(node)
        looked_at, proposed = looked_at + seen, proposed + made
        if seen == 0:
            break
    proposed += run_day(node, daily_hour)
    return Ran(looked_at, proposed, release_due(node))


def look_at_changes(node: Node) -> tuple[int, int]:
    """One page of the queue: (records taken out, proposals made)."""
    with node.store.read() as unit:
        if not unit.cadences.waiting():
            return 0, 0
    with node.store.write() as unit:
        refs = unit.cadences.take_changed(PAGE)
        rules = _rules(node, unit) if refs else []
        made = sum(_apply(node, unit, rule, refs, "standing") for rule in rules)
        if refs:
            node.faults.reach("standing.taken")  # uncommitted: a crash leaves the names in the queue, and no proposal
    return len(refs), made


def run_day(node: Node, hour: int) -> int:
    """The day's proposals of every daily rule, once a UTC day from `hour` on. Takes up what a crash left.

    It waits until every change was looked at, by whichever worker: else a day would end before what belongs to it.
    """
    with node.store.read() as unit:
        if unit.cadences.unseen():
            return 0
        now = safe_now(node, unit)
        day = now.date().isoformat()
        due = [rule for rule in _rules(node, unit) if now.hour >= hour and not unit.cadences.day_done(day, *rule)]
    return sum(_run_daily(node, day, rule) for rule in due)


def _run_daily(node: Node, day: str, rule: _Rule) -> int:
    made = 0
    while True:
        with node.store.write() as unit:
            if rule not in _rules(node, unit) or not unit.cadences.begin_day(day, *rule):
                return made
            refs = unit.cadences.take_daily(rule.agreement_id, rule.recipient, PAGE)
            if refs:
                made += _apply(node, unit, rule, refs, "daily")
            else:
                unit.cadences.end_day(day, *rule)
            node.faults.reach("daily.taken")  # uncommitted: a crash leaves the page for the same day's next attempt


def release_due(node: Node) -> int:
    """Releases what may leave by itself, one transaction each; what may not after all waits for approval."""
    with node.store.read() as unit:
        due = unit.cadences.due_releases(PAGE)
    return sum(_release(node, proposal_id) for proposal_id in due)


def _release(node: Node, proposal_id: str) -> bool:
    try:
        with node.store.write() as unit:
            proposal = unit.releases.get(proposal_id, lock=True)
            if proposal is None or not unit.cadences.release_done(proposal_id):
                return False
            outcome = release(node, unit, _actor(proposal.agreement_id, proposal.created_at), proposal_id)
            node.faults.reach("standing.released")  # uncommitted: a crash leaves it proposed and due
        return outcome.state == "released"
    except ExchangeError as fault:
        if isinstance(fault, Unavailable) and fault.code is not Code.AT_REST_CORRUPT:
            raise
        with node.store.write() as unit:
            unit.cadences.release_done(proposal_id)
        return False


def _rules(node: Node, unit: Unit) -> list[_Rule]:
    """Recipients come from the agreement's parties and the direction of its clauses, never from a record."""
    in_force = [
        parsed(stored.document, stored.digest)
        for stored in unit.agreements.all()
        if stored.kind == "agreement" and stored.state == "active" and not stored.suspend_requested
    ]
    return [_Rule(each.id, code) for each in in_force for code in cadence.recipients(each, node.code)]


def _apply(node: Node, unit: Unit, rule: _Rule, refs: Sequence[Ref], turn: str) -> int:
    """Proposes what of `refs` has this turn, or a faster one; what has a slower one waits for the day's run."""
    ground = grounds(unit, rule.agreement_id, lock=True)
    now = safe_now(node, unit)
    lanes: dict[tuple[str, _Lane], list[Ref]] = {}
    later: list[Ref] = []
    for held in readable(unit, refs, lock=True)[0]:
        found = _covered(node, ground, held, rule.recipient, now)
        if found is None:
            continue
        purpose, decision = found
        if turn == "standing" and cadence.of_decision(ground.agreement, decision) == "daily":
            later.append(held.record.ref)
        else:
            lanes.setdefault((purpose, _lane(unit, ground, decision, now)), []).append(held.record.ref)
    if later:
        unit.cadences.add_daily(rule.agreement_id, rule.recipient, later)
    made = 0
    for (purpose, lane), chosen in lanes.items():
        wish = Wish(rule.recipient, rule.agreement_id, purpose, tuple(chosen))
        for proposal in propose(node, unit, _actor(rule.agreement_id, now), wish).proposals:
            made += 1
            if lane is not _Lane.WAITS:
                unit.cadences.release_later(proposal.id)
    return made


def _covered(
    node: Node, ground: Grounds, held: HeldRecord, recipient: str, now: datetime
) -> tuple[str, Decision] | None:
    """The first of the agreement's purposes under which anything may leave, if no manual clause has a part in it."""
    for purpose in ground.agreement.purposes:
        decision = view(node, ground, held, Asked(recipient, purpose, now)).decision
        if decision.record_state == "released":
            covered = cadence.of_decision(ground.agreement, decision) != "manual"
            return (purpose, decision) if covered else None
    return None


def _lane(unit: Unit, ground: Grounds, decision: Decision, now: datetime) -> _Lane:
    if decision.approvals_needed == 0 and not decision.guarded:
        return _Lane.NOBODY
    return _Lane.WAITS if standing_for(unit, ground, [decision], now) is None else _Lane.AGREED


def _actor(agreement_id: str, since: datetime) -> Person:
    return Person(rule_of(agreement_id), STANDING, since)
