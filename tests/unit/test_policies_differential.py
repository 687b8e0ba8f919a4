"""`decide` and `select` against the independently written `check.permitted`, on random agreements and records."""

from __future__ import annotations

import time
from collections import Counter
from datetime import datetime
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange.model.records import HeldRecord, Pair
from exchange.policies.check import permitted
from exchange.policies.decide import Decision, Inputs, decide
from exchange.policies.select import select
from tests.unit.policy_cases import Case, a_case, a_question, an_agreement

SEEDED = 4000
"""Cases of the seeded run, about 0.3 ms each."""


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
    assert permitted(*case) == sent(case, decided(case))


def test_both_deciders_agree_on_many_seeded_cases() -> None:
    """As above at scale, and proof that the cases reach both answers and every reason."""
    seen: Counter[str] = Counter()
    rng = Random(20260315)
    for _ in range(SEEDED):
        case = a_case(rng)
        decision = decided(case)
        assert permitted(*case) == sent(case, decision), case
        seen[decision.record_reason.code if decision.record_reason else "released"] += 1
        seen.update(f"claim {outcome.reason}" for outcome in decision.outcomes.values())
    print(seen)
    assert seen["released"] > SEEDED // 10
