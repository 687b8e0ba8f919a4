"""A third opinion: both deciders against the Cedar policy engine, on random agreements, records and recipients.

Restricted to conditions without date arithmetic and records without births (`cedar_translation`). No decision means
deny; a policy that errors would be skipped by Cedar, so any error fails the test.
"""

from __future__ import annotations

import json
from collections import Counter
from random import Random
from typing import Final

import pytest
from cedarpy import Entities, PolicySet, is_authorized_batch

from exchange.model.paths import PATHS
from exchange.model.vocab import PathClass
from exchange.policies.check import Question, permitted
from exchange.policies.clauses import Clause
from tests.unit.cedar_translation import LABELS, UNREGISTERED, Policies, context, entities, policies
from tests.unit.policy_cases import Case, a_question
from tests.unit.policy_documents import TIMELESS, a_policy, an_agreement
from tests.unit.test_policies_differential import decided, sent

ENTITIES: Final = Entities.from_json_str(json.dumps(entities()))
PER_AGREEMENT: Final = 5
"""Questions asked under one agreement; Cedar reads its policies once for them."""


def by_cedar(cases: list[Case], rules: Policies) -> list[frozenset[str]]:
    """Ids of the claims that may leave in Cedar's opinion, of cases under the same agreement, policies and node."""
    asked = [sorted({claim.path for claim in case.record.claims}) for case in cases]
    requests = []
    for case, paths in zip(cases, asked, strict=True):
        known = context(case)
        for path in paths:
            resource = {"type": "Path", "id": path if path in PATHS else UNREGISTERED}
            requests.append(
                {
                    "principal": {"type": "State", "id": case.recipient},
                    "action": {"type": "Action", "id": "release"},
                    "resource": resource,
                    "context": {**known, "path": path},
                }
            )
    answers = iter(is_authorized_batch(requests, PolicySet.from_str(rules.text), ENTITIES))
    found = []
    for case, paths in zip(cases, asked, strict=True):
        allowed: dict[str, list[Clause]] = {}
        for path in paths:
            answer = next(answers)
            assert not answer.diagnostics.errors
            if answer.allowed:
                allowed[path] = [rules.clauses[name] for name in answer.diagnostics.reasons if name in rules.clauses]
        found.append(released(case, allowed))
    return found


def released(case: Case, allowed: dict[str, list[Clause]]) -> frozenset[str]:
    """Spec §4, lines 21 and 22, which no single request can answer: the paths allowed, and the clauses that did it."""
    substantive = [path for path in allowed if PATHS[path].cls != PathClass.GOVERNANCE]
    if not substantive:
        return frozenset()
    labels = set(case.record.texts("record.marking"))
    labels |= {clause.terms.tlp for path in substantive for clause in allowed[path] if clause.terms.tlp is not None}
    if min(labels, key=LABELS.index) not in case.agreement.approvals:
        return frozenset()
    return frozenset(claim.id for claim in case.record.claims if claim.path in allowed)


def compare(triples: int, seed: int) -> Counter[str]:
    """Compares on that many triples; says how many released what."""
    rng, seen = Random(seed), Counter[str]()
    for _ in range(-(-triples // PER_AGREEMENT)):
        agreement = an_agreement(rng, TIMELESS)
        own = tuple(a_policy(rng, TIMELESS) for _ in range(rng.randrange(3)))
        cases = [a_question(rng, agreement, own, births=False) for _ in range(PER_AGREEMENT)]
        cases = [case._replace(node=cases[0].node) for case in cases]
        rules = policies(agreement, own, cases[0].node)
        for case, opinion in zip(cases, by_cedar(cases, rules), strict=True):
            decision = decided(case)
            assert opinion == permitted(Question(*case)), (case.record, decision)
            assert opinion == sent(case, decision), (case.record, decision)
            seen["released" if opinion else "denied"] += 1
            seen["claims"] += len(opinion)
    return seen


def test_cedar_agrees_with_both_deciders() -> None:
    seen = compare(600, seed=4)
    assert min(seen["released"], seen["denied"]) > 60
    assert seen["claims"] > 300


@pytest.mark.trials
def test_cedar_agrees_on_a_hundred_thousand_triples() -> None:
    assert compare(100_000, seed=100_000)["released"] > 9_000
