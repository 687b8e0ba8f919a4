"""lint: what is wrong, doubtful or missing in a document before anybody signs it, as codes with places.

It decides nothing and changes nothing; a document with findings can still be drafted. `error` means that a rule says
what it cannot do, `warning` that something is probably missing. Sentences: `lint_sentences`.
Spec: docs/spec/policy.md §13.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from exchange.model.records import Record
from exchange.model.vocab import KINDS, PathClass
from exchange.policies.agreement import Agreement
from exchange.policies.cases import Example
from exchange.policies.clauses import Clause, Forbid, Need, selected
from exchange.policies.compile import Matched, answers, plan_of, table_of
from exchange.policies.decide import Decision
from exchange.policies.examples import compare, decide_example
from exchange.policies.facts import LABELS, RANK, Facts, check_of, class_of
from exchange.policies.safeguards import guard
from exchange.policies.satisfy import can_be_true
from exchange.policies.scope import Document, always_withheld, cells, directions, kinds, paths

ERROR: Final = "error"
WARNING: Final = "warning"
EXAMPLES_EXPECTED: Final = 12
RECENT_DAYS: Final = 90
"""How old the records are at most that a `when` is held against."""

SEVERITY: Final[dict[str, str]] = {
    "DIRECTION_IMPOSSIBLE": ERROR,
    "KINDS_WITHOUT_PATHS": ERROR,
    "CLAUSE_SHADOWED": ERROR,
    "WHEN_CONTRADICTS": ERROR,
    "HANDLING_LOOSER": ERROR,
    "APPROVALS_LOWER": ERROR,
    "APPROVALS_MISSING": ERROR,
    "EXAMPLES_NONE": ERROR,
    "EXAMPLE_FAILS": ERROR,
    "SELECTOR_IDLE": WARNING,
    "APPROVALS_IDLE": WARNING,
    "MARKING_NOT_COVERED": WARNING,
    "CLASS_NOT_MENTIONED": WARNING,
    "PARTY_IN_NO_CLAUSE": WARNING,
    "PURPOSE_UNUSED": WARNING,
    "EXAMPLES_FEW": WARNING,
    "CLAUSE_WITHOUT_EXAMPLE": WARNING,
    "WHEN_MATCHES_NOTHING": WARNING,
    "NO_RECENT_RECORDS": WARNING,
}
"""Every code that lint can give, and how bad it is."""


class Finding(NamedTuple):
    """One thing found. Nothing in it comes from a record."""

    code: str
    at: str
    """JSON pointer into the document."""
    clause: str = ""
    """Id of the clause or forbid, where there is one."""
    what: str = ""
    """The word that it is about: a class, label, purpose, party, member or number."""

    @property
    def severity(self) -> str:
        return SEVERITY[self.code]


@dataclass(frozen=True, slots=True)
class Recent:
    """Records to hold conditions against: those of the last `RECENT_DAYS` days, as whoever asks chose them."""

    node: str
    records: Iterable[Record]
    today: date


def lint(document: Document, recent: Recent | None = None) -> tuple[Finding, ...]:
    """Every finding, in the order of the document. `recent.records` is read once and may be a stream."""
    found = [finding for place, rule in _rules(document) for finding in _of_rule(document, place, rule)]
    if isinstance(document, Agreement):
        found += [*_of_agreement(document), *_of_examples(document)]
    if recent is not None:
        found += _unmatched(document, recent)
    return tuple(found)


def _rules(document: Document) -> list[tuple[str, Clause | Forbid]]:
    """Every clause and forbid with its pointer."""
    clauses = [(f"/clauses/{index}", clause) for index, clause in enumerate(document.clauses)]
    forbids = [(f"/forbids/{index}", forbid) for index, forbid in enumerate(document.forbids)]
    return [*clauses, *forbids]


def _of_rule(document: Document, at: str, rule: Clause | Forbid) -> Iterator[Finding]:
    if not directions(document, rule):
        yield Finding("DIRECTION_IMPOSSIBLE", at, rule.id)
        return
    if rule.when is not None and not any(can_be_true(rule.when, kind) for kind in kinds(rule)):
        yield Finding("WHEN_CONTRADICTS", f"{at}/when", rule.id)
    if isinstance(rule, Clause):
        yield from _selectors(at, rule)
        if isinstance(document, Agreement):
            yield from _shadowed(document, at, rule)
            yield from _handling(document, at, rule)
            yield from _rows(document, at, rule)


def _selectors(at: str, clause: Clause) -> Iterator[Finding]:
    """Selectors that mean no path of the clause's kinds; all of them: the clause does nothing."""
    idle = [
        Finding("SELECTOR_IDLE", f"{at}/{member}/{index}", clause.id, selector)
        for member, selectors in (("disclose", clause.disclose), ("withhold", clause.withhold))
        for index, selector in enumerate(selectors)
        if not any(paths((selector,), kind) for kind in kinds(clause))
    ]
    if len(idle) == len(clause.disclose) + len(clause.withhold):
        yield Finding("KINDS_WITHOUT_PATHS", f"{at}/kinds", clause.id)
    else:
        yield from idle


def _shadowed(agreement: Agreement, at: str, clause: Clause) -> Iterator[Finding]:
    """Everything that it discloses is withheld by clauses without condition, whichever record it is."""
    reached = set(cells(agreement, clause, clause.disclose))
    if reached and reached <= always_withheld(agreement, agreement.clauses):
        yield Finding("CLAUSE_SHADOWED", at, clause.id)


def _handling(agreement: Agreement, at: str, clause: Clause) -> Iterator[Finding]:
    """Handling is only ever tightened: what a clause says more loosely than the agreement has no effect."""
    days, onward = clause.terms.retention_days, clause.terms.onward
    if days is not None and days > agreement.retention_days:
        yield Finding("HANDLING_LOOSER", f"{at}/handling/retention_days", clause.id, "retention_days")
    if onward == "ask" and agreement.onward == "none":
        yield Finding("HANDLING_LOOSER", f"{at}/handling/onward", clause.id, "onward")


def _rows(agreement: Agreement, at: str, clause: Clause) -> Iterator[Finding]:
    """Approvals: a row for the marking that the clause gives, and own rows that can only raise."""
    least = clause.terms.tlp
    if clause.disclose and least is not None and least not in agreement.approvals:
        yield Finding("APPROVALS_MISSING", f"{at}/handling/tlp", clause.id, least)
    for label, need in clause.approvals.items():
        row, place = agreement.approvals.get(label), f"{at}/approvals/{label}"
        unreached = least is not None and RANK.get(label, RANK[least]) < RANK[least]
        if label in RANK and (row is None or unreached):
            yield Finding("APPROVALS_IDLE", place, clause.id, label)
        elif row is not None and _easier(need, row):
            yield Finding("APPROVALS_LOWER", place, clause.id, label)


def _easier(need: Need, row: Need) -> bool:
    return need.people < row.people or (need.role == "officer" and row.role == "releasing_officer")


def _of_agreement(agreement: Agreement) -> Iterator[Finding]:
    disclosing = [clause for clause in agreement.clauses if clause.disclose]
    for label in LABELS:
        if label not in agreement.approvals and any(_can_mark(clause, label) for clause in disclosing):
            yield Finding("MARKING_NOT_COVERED", "/approvals", what=label)
    named = {
        class_of(path, kind)
        for clause in agreement.clauses
        for selector in (*clause.disclose, *clause.withhold)
        for path in selected(selector)
        for kind in KINDS
    }
    for cls in PathClass:
        if cls not in named and cls not in (PathClass.GOVERNANCE, PathClass.SAFEGUARD):
            yield Finding("CLASS_NOT_MENTIONED", "/clauses", what=cls.value)
    sides = {code for clause in agreement.clauses for pair in directions(agreement, clause) for code in pair}
    for index, party in enumerate(agreement.parties):
        if party.code not in sides:
            yield Finding("PARTY_IN_NO_CLAUSE", f"/parties/{index}", what=party.code)
    for index, purpose in enumerate(agreement.purposes):
        if not any(clause.terms.purposes is None or purpose in clause.terms.purposes for clause in disclosing):
            yield Finding("PURPOSE_UNUSED", f"/purposes/{index}", what=purpose)


def _can_mark(clause: Clause, label: str) -> bool:
    """A record may be marked more strictly than the clause marks it, never less."""
    return clause.terms.tlp is None or RANK[label] > RANK[clause.terms.tlp]


def _of_examples(agreement: Agreement) -> Iterator[Finding]:
    count = len(agreement.examples)
    if not count:
        yield Finding("EXAMPLES_NONE", "/examples")
    elif count < EXAMPLES_EXPECTED:
        yield Finding("EXAMPLES_FEW", "/examples", what=str(count))
    exercised: set[str] = set()
    for index, example in enumerate(agreement.examples):
        decision = decide_example(agreement, example)
        if compare(example, decision):
            yield Finding("EXAMPLE_FAILS", f"/examples/{index}", what=str(index + 1))
        exercised |= _exercised(agreement, example, decision)
    if count:
        for at, rule in _rules(agreement):
            if rule.id not in exercised:
                yield Finding("CLAUSE_WITHOUT_EXAMPLE", at, rule.id)


def _exercised(agreement: Agreement, example: Example, decision: Decision) -> set[str]:
    """Ids of the rules that made a difference: they denied, withheld, or contribute to what is sent."""
    if decision.record_reason is not None:
        reason = decision.record_reason.clause
        return set() if reason is None else {reason}
    plan = plan_of(agreement, (), example.node, example.to, example.purpose)
    record, facts = example.record, Facts(example.record, example.now.date())
    guarded = guard(facts, agreement, example.to)
    table = table_of(plan, Matched(record.kind, answers(plan, facts), guarded.aid_corridor, guarded.minor))
    bits = 0
    named: set[str] = set()
    for claim in record.claims:
        outcome, rules = table[claim.path]
        bits |= rules
        if outcome.clause is not None and outcome.reason in ("WITHHELD", "WITHHELD_NOT_EVALUABLE"):
            named.add(outcome.clause)
    return named | {rule.label for index, rule in enumerate(plan.rules[record.kind]) if bits >> index & 1}


def _unmatched(document: Document, recent: Recent) -> Iterator[Finding]:
    """Rules of ours whose condition was true of no recent record. A record's other side is another state's business."""
    ours = [
        (at, rule, check_of(rule.when), kinds(rule))
        for at, rule in _rules(document)
        if rule.when is not None and any(pair.sender == recent.node for pair in directions(document, rule))
    ]
    waiting, seen = list(ours), False
    for record in recent.records:
        seen = True
        if not waiting:
            break
        facts = Facts(record, recent.today)
        waiting = [each for each in waiting if record.kind not in each[3] or each[2](facts) is not True]
    if not seen:
        yield Finding("NO_RECENT_RECORDS", "", what=str(RECENT_DAYS))
        return
    for at, rule, _, _ in waiting:
        yield Finding("WHEN_MATCHES_NOTHING", f"{at}/when", rule.id, str(RECENT_DAYS))
