"""`decide` and `select` against the independently written `check.permitted`, on random agreements and records."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta, timezone
from random import Random
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange.model.records import HeldRecord, Pair
from exchange.policies.check import Question, permitted
from exchange.policies.decide import Decision, Inputs, decide
from exchange.policies.select import select
from tests.unit.policies_kit import NOW, agreement, clause, name, record
from tests.unit.policy_cases import Case, a_case, nudged

SEEDED: Final = 3000
"""Cases of the seeded run, about 1 ms each."""
NUDGES: Final = 10
"""How often a released case is changed a little and asked again."""
REACHED: Final = frozenset(
    {"released", "NOTHING_TO_RELEASE", "MARKING_NOT_COVERED", "FORBIDDEN", "FORBID_NOT_EVALUABLE", "MINOR", "DURESS"}
    | {"ORIGINATOR_CONTROL", "RECIPIENT_IS_US", "NOT_A_PARTY", "AGREEMENT_NOT_IN_FORCE", "PURPOSE_NOT_AGREED"}
    | {"GOVERNANCE_MISSING", "PURPOSE_NOT_RECORDED", "BEFORE_ACCESSION", "CATEGORY_MISSING", "REVIEW_PASSED"}
    | {"REVIEW_TOO_FAR", "RETENTION_PASSED"}
    | {"ORIGIN_UNKNOWN", "ORIGIN_COUNTRY", "ASSURANCE_MISSING", "NEUTRALITY", "PROTECTED_ROLE", "FLAG_UNKNOWN"}
    | {"CLAIMS_AMBIGUOUS", "claim CLAUSE", "claim NO_CLAUSE", "claim WITHHELD", "claim WITHHELD_NOT_EVALUABLE"}
    | {"claim CLAUSE_NOT_EVALUABLE", "claim CLAUSE_NOT_MET", "claim PURPOSE_NOT_IN_CLAUSE", "claim AID_CORRIDOR"}
    | {"claim MINOR_BIOMETRIC", "claim PATH_UNKNOWN", "claim SAFEGUARD", "claim GOVERNANCE"}
)
"""Every answer of the specification that these cases must bring about, grants aside."""


def decided(case: Case) -> Decision:
    return decide(Inputs(*case, manifest_digest="2" * 64, policy_digest="3" * 64))


def sent(case: Case, decision: Decision) -> frozenset[str]:
    """Ids that the first path lets go: of the decision, confirmed by what `select` makes of it."""
    if decision.record_state != "released":
        return frozenset()
    pairs = tuple(Pair(b"salt" * 4, claim.id.encode()) for claim in case.record.claims)
    selected = select(HeldRecord(case.record, b"", b"", b"", pairs), decision)
    ids = frozenset(pair.claim.decode() for pair in selected.pairs)
    assert ids == {id_ for id_, outcome in decision.outcomes.items() if outcome.state == "sent"}
    return ids


@settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    # A whole agreement and a whole record are drawn at once: large, and slower than a simple value, on purpose.
    suppress_health_check=[HealthCheck.large_base_example, HealthCheck.data_too_large, HealthCheck.too_slow],
)
@given(st.randoms(use_true_random=False))
def test_both_deciders_agree(rng: Random) -> None:
    case = a_case(rng)
    assert permitted(Question(*case)) == sent(case, decided(case))


def test_both_deciders_agree_on_many_seeded_cases() -> None:
    """As above at scale, and the cases bring about every answer there is."""
    seen: Counter[str] = Counter()
    rng = Random(20260315)
    for _ in range(SEEDED):
        case = a_case(rng)
        nudges = NUDGES if permitted(Question(*case)) else 0
        for asked in (case, *(nudged(rng, case) for _ in range(nudges))):
            decision = decided(asked)
            assert permitted(Question(*asked)) == sent(asked, decision), asked
            seen[decision.record_reason.code if decision.record_reason else "released"] += 1
            seen.update(f"claim {outcome.reason}" for outcome in decision.outcomes.values())
    assert seen.keys() >= REACHED
    assert seen["released"] > SEEDED // 10


def test_a_record_of_another_state_never_passes() -> None:
    """Without a consent; with one: test_policies_grants.py."""
    case = _released()
    assert permitted(Question(*case._replace(record=case.record._replace(originator="KW")))) == frozenset()


@pytest.mark.parametrize("labels", [("TLP:GREEN", "TLP:RED"), ("TLP:RED", "TLP:GREEN"), ("TLP:RED", "TLP:RED")])
def test_the_strictest_of_the_clauses_that_disclose_a_path_must_be_covered(labels: tuple[str, str]) -> None:
    clauses = [clause(id=f"{place}", handling={"tlp": label}) for place, label in enumerate(labels)]
    rows = {"TLP:GREEN": {"count": 1, "role": "officer"}, "TLP:AMBER": {"count": 1, "role": "officer"}}
    covered = {**rows, "TLP:RED": {"count": 1, "role": "officer"}}
    about = record(("name.full", name()))
    for approvals, leaves in ((rows, False), (covered, True)):
        case = Case(agreement(clauses=clauses, approvals=approvals), (), about, "DZ", "KW", "border.checks", NOW)
        assert permitted(Question(*case)) == sent(case, decided(case))
        assert bool(permitted(Question(*case))) is leaves


def test_a_moment_without_zone_denies() -> None:
    case = _released()
    assert permitted(Question(*case._replace(now=case.now.replace(tzinfo=None)))) == frozenset()


def test_another_zone_of_the_same_moment_changes_nothing() -> None:
    case = _released()
    elsewhere = case._replace(now=case.now.astimezone(timezone(timedelta(hours=9))))
    assert permitted(Question(*elsewhere)) == permitted(Question(*case)) == sent(case, decided(elsewhere))


def _released() -> Case:
    rng = Random(1)
    return next(case for case in (a_case(rng) for _ in range(SEEDED)) if permitted(Question(*case)))
