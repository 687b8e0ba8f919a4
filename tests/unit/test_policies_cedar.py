"""A third opinion: both deciders against the Cedar policy engine, on random agreements, records, recipients and grants.

Restricted to records without births (`cedar_translation`). No decision means deny; a policy that errors would be
skipped by Cedar, so any error fails the test. The second checker knows no grants: it is compared on our own records.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Final

import pytest
from cedarpy import Entities, PolicySet, is_authorized_batch

from exchange.model.paths import PATHS
from exchange.model.records import Ref
from exchange.model.vocab import PathClass
from exchange.policies.agreement import Agreement
from exchange.policies.check import Question, permitted
from exchange.policies.clauses import Clause
from exchange.policies.decide import Grant, Inputs, decide
from exchange.policies.tests import ARGUMENTS
from tests.unit.cedar_translation import LABELS, UNREGISTERED, Policies, attributes, entities, policies
from tests.unit.policies_kit import NOW, agreement, name, record
from tests.unit.policy_cases import Case, a_question, with_claim
from tests.unit.policy_documents import PURPOSES, a_policy, an_agreement, chance
from tests.unit.policy_features import WANTED, features
from tests.unit.test_policies_differential import sent

REGISTER: Final = entities()
PER_AGREEMENT: Final = 5
"""Questions asked under one agreement; Cedar reads its policies once for them."""


def by_cedar(cases: Sequence[Case], rules: Policies) -> list[frozenset[str]]:
    """Ids of the claims that may leave in Cedar's opinion, of cases under the same agreement, policies and node."""
    askers = [{"type": "Question", "id": str(place)} for place in range(len(cases))]
    known = [
        {"uid": asker, "attrs": attributes(case), "parents": []} for asker, case in zip(askers, cases, strict=True)
    ]
    requests = [
        {
            "principal": asker,
            "action": {"type": "Action", "id": "release"},
            "resource": {"type": "Path", "id": path if path in PATHS else UNREGISTERED},
            "context": {"path": path, "claim": claim},
        }
        for asker, case in zip(askers, cases, strict=True)
        for path, claim in _asked(case)
    ]
    world = Entities.from_json_str(json.dumps([*REGISTER, *known]))
    answers = iter(is_authorized_batch(requests, PolicySet.from_str(rules.text), world))
    found = []
    for case in cases:
        allowed: dict[tuple[str, str], list[Clause]] = {}
        for asked in _asked(case):
            answer = next(answers)
            assert not answer.diagnostics.errors
            if answer.allowed:
                allowed[asked] = [rules.clauses[one] for one in answer.diagnostics.reasons if one in rules.clauses]
        found.append(released(case, allowed))
    return found


def _asked(case: Case) -> list[tuple[str, str]]:
    """One request a path; one a claim where a grant may tell claims of one path apart."""
    foreign = case.record.originator != case.node
    return sorted({(claim.path, claim.id if foreign else "") for claim in case.record.claims})


def released(case: Case, allowed: dict[tuple[str, str], list[Clause]]) -> frozenset[str]:
    """Spec §4, lines 21 and 22, which no single request can answer: what is allowed, and the clauses that did it."""
    substantive = [asked for asked in allowed if PATHS[asked[0]].cls != PathClass.GOVERNANCE]
    if not substantive:
        return frozenset()
    labels = set(case.record.texts("record.marking"))
    labels |= {clause.terms.tlp for asked in substantive for clause in allowed[asked] if clause.terms.tlp is not None}
    if min(labels, key=LABELS.index) not in case.agreement.approvals:
        return frozenset()
    return frozenset(
        claim.id for claim in case.record.claims if (claim.path, "") in allowed or (claim.path, claim.id) in allowed
    )


def _turned(rng: Random, case: Case) -> Case:
    """Sometimes another state's record, a refugee's from the recipient's state, or a minor's that is in order."""
    about = case.record._replace(originator="KW" if chance(rng, 12) else "DZ")
    if chance(rng, 3):
        about = with_claim(about, "record.flag", rng.choice(("asylum", "refugee")))
        about = with_claim(about, "nationality", {"country": case.recipient, "status": "claimed"})
    if chance(rng, 3):
        about = with_claim(about, "record.category", "minor")
        about = with_claim(about, "record.best_interest", "x")
        about = with_claim(about, "record.signoff", {"for": "best_interest", "authority": "x", "date": "2026-01-01"})
        about = with_claim(about, "biometric.face", "0" * 64)
    return case._replace(record=about)


def some_grants(rng: Random, cases: Sequence[Case]) -> tuple[Grant, ...]:
    """For the records of other states among `cases`: most of them fit, some are of another hour, purpose or state."""
    grants = []
    for case in cases:
        if case.record.originator != case.node and chance(rng, 80):
            ids = [claim.id for claim in case.record.claims if chance(rng, 70)]
            grants.append(
                Grant(
                    case.record.ref if chance(rng, 90) else Ref("LY", case.record.id),
                    case.recipient if chance(rng, 90) else "LY",
                    case.purpose if chance(rng, 90) else rng.choice(PURPOSES),
                    case.now + timedelta(seconds=rng.choice((-1, 0, 1, 3600, 86_400))),
                    frozenset(ids) if chance(rng, 60) else None,
                )
            )
    return tuple(grants)


def compare(triples: int, seed: int) -> Counter[str]:
    """Compares on that many triples; says what they consisted of, and how many released what."""
    rng, seen = Random(seed), Counter[str]()
    for _ in range(-(-triples // PER_AGREEMENT)):
        given = an_agreement(rng)
        own = tuple(a_policy(rng) for _ in range(rng.randrange(3)))
        drawn = [a_question(rng, given, own, births=False) for _ in range(PER_AGREEMENT)]
        cases = [_turned(rng, case)._replace(node=drawn[0].node) for case in drawn]
        grants = some_grants(rng, cases)
        rules = policies(given, own, cases[0].node, grants)
        for case, opinion in zip(cases, by_cedar(cases, rules), strict=True):
            decision = decide(Inputs(*case, manifest_digest="2" * 64, policy_digest="3" * 64, grants=grants))
            ours = case.record.originator == case.node
            assert permitted(Question(*case)) == (opinion if ours else frozenset()), (case.record, decision)
            assert opinion == sent(case, decision), (case.record, decision)
            seen["released" if opinion else "denied"] += 1
            seen["claims"] += len(opinion)
            seen += features(case, decision, grants, given, own)
    return seen


def test_cedar_agrees_with_both_deciders() -> None:
    """And the triples had every clause member, test, safeguard and grant, and every answer, in them."""
    seen = compare(1500, seed=4)
    assert min(seen["released"], seen["denied"]) > 150
    assert seen["claims"] > 750
    assert seen.keys() >= WANTED, WANTED - seen.keys()


@pytest.mark.trials
@pytest.mark.parametrize("part", range(20))
def test_cedar_agrees_on_a_hundred_thousand_triples(part: int) -> None:
    """Twenty parts of 5,000, each of another seed."""
    seen = compare(5_000, seed=100_000 + part)
    assert seen["released"] > 450
    assert seen.keys() >= WANTED, WANTED - seen.keys()


UNKNOWN: Final[dict[str, object]] = {
    "nationality": ["KW"],
    "nationality_undisclosed": ["EUROPE"],
    "residence": ["KW"],
    "theatre": ["SY"],
    "route_from": ["KW"],
    "route_to": ["LY"],
    "group": ["one"],
    "role": ["fighter"],
    "listed_by": ["UN"],
    "source_grade_at_least": {"scale": "4x4", "grade": "A"},
    "information_grade_at_least": {"scale": "4x4", "grade": "1"},
    "observed_within": 30,
}
"""Tests that a record of a name alone leaves open. The others are always known of a record that could leave."""


def _forbidding(when: dict[str, object]) -> Agreement:
    return agreement(forbids=[{"id": "9", "from": "*", "to": "*", "kinds": "*", "when": when}])


@pytest.mark.parametrize("test", sorted(UNKNOWN))
def test_a_forbid_that_cannot_be_evaluated_denies_in_all_three_opinions(test: str) -> None:
    about = record(("name.full", name()))
    conditions: list[dict[str, object]] = [{test: UNKNOWN[test]}, {"not": {test: UNKNOWN[test]}}]
    for when in conditions:
        given = _forbidding(when)
        case = Case(given, (), about, "DZ", "KW", "border.checks", NOW)
        decision = decide(Inputs(*case, manifest_digest="2" * 64, policy_digest="3" * 64))
        assert decision.record_reason is not None
        assert decision.record_reason.code == "FORBID_NOT_EVALUABLE"
        assert permitted(Question(*case)) == by_cedar([case], policies(given, (), "DZ"))[0] == frozenset()
    calm = _forbidding({"not": {"originator": ["DZ"]}})
    case = Case(calm, (), about, "DZ", "KW", "border.checks", NOW)
    assert permitted(Question(*case)) == by_cedar([case], policies(calm, (), "DZ"))[0] != frozenset()


def test_every_test_is_either_left_open_above_or_always_known() -> None:
    always = {"subject_category", "caveat", "originator", "marking_at_most", "statement"}
    assert UNKNOWN.keys() | always == ARGUMENTS.keys()
