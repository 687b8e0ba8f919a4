"""What random agreements, policies, records and grants consist of, counted: so that a comparison cannot pass without
having looked at every member of a clause, every test, every safeguard and every grant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from exchange.model import vocab
from exchange.policies.agreement import Agreement, NationalPolicy
from exchange.policies.clauses import Clause, Forbid
from exchange.policies.decide import Decision, Grant
from exchange.policies.reasons import REMEDY_OF
from exchange.policies.tests import ARGUMENTS, AllOf, AnyOf, Condition, Not
from tests.unit.policy_cases import Case

WANTED: Final = frozenset(
    {f"test {name}" for name in ARGUMENTS}
    | {"all_of", "any_of", "not", "forbid", "forbid when", "policy", "policy withhold", "policy forbid"}
    | {f"clause {name}" for name in ("from", "to", "kinds", "when", "disclose", "withhold", "approvals", "cadence")}
    | {f"handling {name}" for name in ("tlp", "caveats", "purposes", "retention_days", "onward")}
    | {"agreement excluded", "agreement joined", "agreement assurance_required", "agreement uncovered label"}
    | {"grant", "grant claims", "grant expired", "foreign released", "foreign denied"}
    | {f"flag {flag.value}" for flag in vocab.Flag}
    | {f"path record.{name}" for name in ("signoff", "assurance", "best_interest", "first_issued", "renewal")}
    | {f"reason {code}" for code in REMEDY_OF if code != "RECALLED"}  # what the proposal tells, and no decision
)
"""Everything that a comparison must have met. `reason …` are the answers of `decide`, for records and claims."""


def features(
    case: Case, decision: Decision, grants: Iterable[Grant], agreement: Agreement, own: Iterable[NationalPolicy]
) -> Counter[str]:
    """Which of `WANTED`, and what else, one question consists of."""
    found = Counter(_of_agreement(agreement))
    for policy in own:
        found.update(["policy", *(f"policy {name}" for name in _policy_parts(policy))])
        found.update(_of_rules((*policy.clauses, *policy.forbids)))
    for grant in grants:
        found.update(["grant", *(["grant claims"] if grant.claims is not None else [])])
        found.update(["grant expired"] if grant.expires <= case.now else [])
    for claim in case.record.claims:
        found.update([f"path {claim.path}"])
        found.update([f"flag {claim.value}"] if claim.path == "record.flag" else [])
    found.update([f"reason {outcome.reason}" for outcome in decision.outcomes.values()])
    found.update([] if decision.record_reason is None else [f"reason {decision.record_reason.code}"])
    if case.record.originator != case.node:
        found.update([f"foreign {decision.record_state}"])
    return found


def _of_agreement(agreement: Agreement) -> Iterator[str]:
    if not agreement.back_catalogue:
        yield "agreement excluded"
    if any(party.joined for party in agreement.parties):
        yield "agreement joined"
    if agreement.assurance_required:
        yield "agreement assurance_required"
    if len(agreement.approvals) < len(vocab.TLP_BY_STRICTNESS):
        yield "agreement uncovered label"
    yield from _of_rules((*agreement.clauses, *agreement.forbids))


def _policy_parts(policy: NationalPolicy) -> list[str]:
    return [*(["withhold"] if policy.clauses else []), *(["forbid"] if policy.forbids else [])]


def _of_rules(rules: Iterable[Clause | Forbid]) -> Iterator[str]:
    for rule in rules:
        if rule.when is not None:
            yield from _of_condition(rule.when)
        if isinstance(rule, Forbid):
            yield from ("forbid", *(["forbid when"] if rule.when is not None else []))
            continue
        members: dict[str, object] = {
            "from": rule.from_,
            "to": rule.to,
            "kinds": rule.kinds,
            "when": rule.when,
            "disclose": rule.disclose,
        }
        members |= {"withhold": rule.withhold, "approvals": rule.approvals, "cadence": rule.cadence}
        yield from (f"clause {name}" for name, value in members.items() if value)
        terms = rule.terms
        given: dict[str, object] = {
            "tlp": terms.tlp,
            "caveats": terms.caveats,
            "purposes": terms.purposes,
            "onward": terms.onward,
        }
        given |= {"retention_days": terms.retention_days}
        yield from (f"handling {name}" for name, value in given.items() if value)


def _of_condition(condition: Condition) -> Iterator[str]:
    if isinstance(condition, Not):
        yield "not"
        yield from _of_condition(condition.part)
    elif isinstance(condition, AllOf | AnyOf):
        yield "all_of" if isinstance(condition, AllOf) else "any_of"
        for part in condition.parts:
            yield from _of_condition(part)
    else:
        yield f"test {condition.name}"
