"""Agreements made ready to decide fast: rules chosen once per direction, answers per path once per set of matches.

A plan is kept per agreement and policy *object* (they are frozen and compared by identity), so that a wrong digest can
never fetch another document's plan. Pure: the caches change speed only. Spec: docs/spec/policy.md §2, §5.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from exchange.model.vocab import KINDS, PathClass
from exchange.policies.agreement import Agreement, NationalPolicy, Party
from exchange.policies.clauses import Clause, Forbid, Need, selected
from exchange.policies.facts import Answer, Check, Facts, check_of, class_of
from exchange.policies.handling import Handling, Marks, approvals, fold
from exchange.policies.reasons import REMEDY_OF
from exchange.policies.tests import Condition

MASKED_ON_AID_CORRIDORS: Final = frozenset({PathClass.MOVEMENT, PathClass.PRECISE})


class Outcome(NamedTuple):
    """What becomes of one claim."""

    state: str
    """`sent`, `coarser` or `withheld`."""
    clause: str | None
    reason: str
    instead: str | None = None
    """Id of the claim that is sent in place of this finer one."""
    remedy: str | None = None


class Rule(NamedTuple):
    """A clause that applies in this direction, with its selectors resolved."""

    label: str
    clause: Clause
    check: Check | None
    discloses: frozenset[str]
    withholds: frozenset[str]
    purpose_fits: bool


class Ban(NamedTuple):
    """A forbid that applies in this direction."""

    label: str
    check: Check | None


class Cell(NamedTuple):
    """The answer for one path: the outcome, and which rules contribute (bit i is rule i)."""

    outcome: Outcome
    rules: int


class Asked(NamedTuple):
    """Conditions to evaluate for one record, and where each rule finds its answer."""

    checks: tuple[Check, ...]
    places: tuple[int, ...]
    """For each rule an index into the answers; -1 for a rule without condition."""


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Everything about agreement, policies, node, recipient and purpose that no record changes."""

    agreement: Agreement
    recipient: Party | None
    """None: node or recipient is not a party."""
    purpose_agreed: bool
    rules: dict[str, tuple[Rule, ...]]
    """Record kind -> rules, the agreement's first, then each policy's, in document order."""
    asked: dict[str, Asked]
    """Record kind -> the conditions of its rules, each different one once."""
    bans: dict[str, tuple[Ban, ...]]


class Matched(NamedTuple):
    """What decides every path of a record: hashable, so that equal records share one table."""

    kind: str
    answers: tuple[Answer, ...]
    """Of the plan's rules for that kind, in order."""
    aid_corridor: bool
    minor: bool


def _plan(agreement: Agreement, policies: tuple[NationalPolicy, ...], node: str, recipient: str, purpose: str) -> Plan:
    ours = [policy for policy in policies if policy.party.code == node]
    clauses = [(clause.id, clause) for clause in agreement.clauses]
    clauses += [(f"{policy.id}/{clause.id}", clause) for policy in ours for clause in policy.clauses]
    forbids = [(forbid.id, forbid) for forbid in agreement.forbids]
    forbids += [(f"{policy.id}/{forbid.id}", forbid) for policy in ours for forbid in policy.forbids]
    rules = [(clause, _rule(label, clause, purpose)) for label, clause in clauses if _applies(clause, node, recipient)]
    bans = [
        (forbid, Ban(label, check_of(forbid.when) if forbid.when is not None else None))
        for label, forbid in forbids
        if _applies(forbid, node, recipient)
    ]
    of_kind: dict[str, tuple[Rule, ...]] = {
        kind: tuple(rule for clause, rule in rules if _of_kind(clause, kind)) for kind in KINDS
    }
    return Plan(
        agreement=agreement,
        recipient=agreement.party(recipient) if agreement.party(node) is not None else None,
        purpose_agreed=purpose in agreement.purposes,
        rules=of_kind,
        asked={kind: _asked(of_kind[kind]) for kind in KINDS},
        bans={kind: tuple(ban for forbid, ban in bans if _of_kind(forbid, kind)) for kind in KINDS},
    )


# Caches are put around functions rather than on them: mutation testing leaves decorated functions alone.
plan_of: Final = lru_cache(maxsize=512)(_plan)
"""The plan for one direction and purpose. Policies of other nodes are ignored."""


def answers(plan: Plan, facts: Facts) -> tuple[Answer, ...]:
    """Every rule's condition, evaluated for one record."""
    asked = plan.asked.get(facts.record.kind)
    if asked is None:
        return ()
    given: list[Answer] = [check(facts) for check in asked.checks]
    given.append(True)
    return tuple([given[place] for place in asked.places])


class Table(dict[str, Cell]):
    """Path -> cell, made when first asked for. Paths that are not registered are never kept."""

    def __init__(self, plan: Plan, matched: Matched) -> None:
        super().__init__()
        self._plan = plan
        self._matched = matched

    def __missing__(self, path: str) -> Cell:
        cls = class_of(path, self._matched.kind)
        if cls is None:
            return Cell(_withheld("PATH_UNKNOWN"), 0)
        cell = self[path] = _cell(self._plan, self._matched, path, cls)
        return cell


class Settled(NamedTuple):
    """What the contributing rules say together."""

    handling: Handling
    need: Need | None
    clauses: tuple[str, ...]
    """Ids of the contributing clauses, in document order."""


def _terms(plan: Plan, kind: str, rules: int, marks: Marks) -> Settled:
    clauses = [rule.clause for index, rule in enumerate(plan.rules.get(kind, ())) if rules >> index & 1]
    handling = fold(plan.agreement, clauses, marks)
    need = approvals(plan.agreement, clauses, handling)
    return Settled(handling, need, tuple(clause.id for clause in clauses))


table_of: Final = lru_cache(maxsize=1024)(Table)
"""One table for all records of equal matches."""
terms_of: Final = lru_cache(maxsize=1024)(_terms)
"""Handling and approvals for the contributing rules (bits of `rules`)."""


def _asked(rules: tuple[Rule, ...]) -> Asked:
    """Clauses of one article often share their condition: it is evaluated once a record."""
    places: dict[Condition, int] = {}
    checks: list[Check] = []
    for rule in rules:
        if rule.clause.when is not None and rule.check is not None and rule.clause.when not in places:
            places[rule.clause.when] = len(checks)
            checks.append(rule.check)
    return Asked(tuple(checks), tuple(-1 if rule.clause.when is None else places[rule.clause.when] for rule in rules))


def _applies(rule: Clause | Forbid, node: str, recipient: str) -> bool:
    return (rule.from_ is None or node in rule.from_) and (rule.to is None or recipient in rule.to)


def _of_kind(rule: Clause | Forbid, kind: str) -> bool:
    return rule.kinds is None or kind in rule.kinds


def _rule(label: str, clause: Clause, purpose: str) -> Rule:
    return Rule(
        label=label,
        clause=clause,
        check=check_of(clause.when) if clause.when is not None else None,
        discloses=_paths(clause.disclose),
        withholds=_paths(clause.withhold),
        purpose_fits=clause.terms.purposes is None or purpose in clause.terms.purposes,
    )


def _paths(selectors: tuple[str, ...]) -> frozenset[str]:
    return frozenset(path for selector in selectors for path in selected(selector))


def _withheld(code: str, clause: str | None = None) -> Outcome:
    return Outcome("withheld", clause, code, None, REMEDY_OF[code])


def _cell(plan: Plan, matched: Matched, path: str, cls: PathClass) -> Cell:
    """Spec §5, in its order."""
    if cls is PathClass.SAFEGUARD:
        return Cell(_withheld("SAFEGUARD"), 0)
    if cls is PathClass.GOVERNANCE:
        return Cell(Outcome("sent", None, "GOVERNANCE"), 0)
    if matched.aid_corridor and cls in MASKED_ON_AID_CORRIDORS:
        return Cell(_withheld("AID_CORRIDOR"), 0)
    if matched.minor and cls is PathClass.BIOMETRIC:
        return Cell(_withheld("MINOR_BIOMETRIC"), 0)
    rules = plan.rules[matched.kind]
    for index, rule in enumerate(rules):
        answer = matched.answers[index]
        if path in rule.withholds and answer is not False:
            return Cell(_withheld("WITHHELD" if answer else "WITHHELD_NOT_EVALUABLE", rule.label), 0)
    return _disclosed(rules, matched.answers, path)


def _disclosed(rules: tuple[Rule, ...], given: tuple[Answer, ...], path: str) -> Cell:
    """Sent under the first matching clause; every matching one contributes to the handling. Otherwise why not."""
    bits = 0
    first: str | None = None
    near: dict[str, str] = {}
    for index, rule in enumerate(rules):
        answer = given[index]
        if path not in rule.discloses:
            continue
        if answer and rule.purpose_fits:
            first = first or rule.label
            bits |= 1 << index
        elif answer is None:
            near.setdefault("CLAUSE_NOT_EVALUABLE", rule.label)
        else:
            near.setdefault("PURPOSE_NOT_IN_CLAUSE" if answer else "CLAUSE_NOT_MET", rule.label)
    if first is not None:
        return Cell(Outcome("sent", first, "CLAUSE"), bits)
    for code in ("CLAUSE_NOT_EVALUABLE", "PURPOSE_NOT_IN_CLAUSE", "CLAUSE_NOT_MET"):
        if code in near:
            return Cell(_withheld(code, near[code]), 0)
    return Cell(_withheld("NO_CLAUSE"), 0)
