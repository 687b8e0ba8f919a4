"""why: the trace comes to what decide decides, for every claim of random agreements and records, denied ones too."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange.errors import NotFound
from exchange.policies.cures import WHO
from exchange.policies.decide import Grant, Inputs, decide
from exchange.policies.reasons import REMEDY_OF
from exchange.policies.trace import LINES, Trace, why
from tests.unit.policy_cases import Case, a_case, nudged


def inputs_of(case: Case, *, grants: tuple[Grant, ...] = ()) -> Inputs:
    return Inputs(
        agreement=case.agreement,
        policies=case.policies,
        record=case.record,
        node=case.node,
        recipient=case.recipient,
        purpose=case.purpose,
        now=case.now,
        manifest_digest="a" * 64,
        policy_digest="b" * 64,
        grants=grants,
    )


def traces(inputs: Inputs) -> list[Trace]:
    """One for each claim id, after comparing it with the decision."""
    decision = decide(inputs)
    found = [why(inputs, claim_id) for claim_id in decision.outcomes]
    for trace in found:
        assert trace.outcome == decision.outcomes[trace.claim], trace.steps
        assert trace.decision == decision
        assert trace.steps[0].code == "DEFAULT"
        assert trace.steps[-1].code == f"OUTCOME_{trace.outcome.state.upper()}"
        assert trace.cure.what in WHO
    return found


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.large_base_example])
@given(st.randoms(use_true_random=False))
def test_the_trace_comes_to_what_is_decided(rng: Random) -> None:
    case = a_case(rng)
    traces(inputs_of(case))
    traces(inputs_of(nudged(rng, case)))


def test_every_reason_is_traced_and_agrees() -> None:
    """The same over a fixed run that is long enough to meet every reason but those of another originator's record,
    and of a recall, which the proposal tells and no decision."""
    rng, seen = Random(11), Counter[str]()
    for _ in range(900):
        case = a_case(rng)
        inputs = inputs_of(case if rng.random() < 0.5 else nudged(rng, case))
        for trace in traces(inputs):
            seen[trace.outcome.reason] += 1
            if trace.decision.record_reason is not None:
                seen[trace.decision.record_reason.code] += 1
    assert set(REMEDY_OF) - set(seen) <= {"NOT_GRANTED", "RECIPIENT_IS_US", "RECALLED"}


def test_a_grant_that_names_claims_limits_the_others() -> None:
    rng, limited = Random(11), 0
    for _ in range(400):
        case = a_case(rng)
        record = case.record._replace(originator="KW")
        some = frozenset(claim.id for claim in record.claims[::2])
        grant = Grant(record.ref, case.recipient, case.purpose, case.now.replace(year=2030), some)
        found = traces(inputs_of(case._replace(record=record), grants=(grant._replace(recipient="FR"), grant)))
        limited += sum(trace.outcome.reason == "NOT_GRANTED" for trace in found)
    assert limited > 50


def test_a_denied_record_shows_the_checks_before_and_no_clause() -> None:
    rng = Random(3)
    found = [trace for _ in range(200) for trace in traces(inputs_of(a_case(rng)))]
    denied = [each for each in found if each.decision.record_reason and each.decision.record_reason.code in LINES]
    assert len(denied) > 100
    for trace in denied:
        reason = trace.decision.record_reason
        assert reason is not None
        codes = [step.reason for step in trace.steps if step.code == "LINE_CLEAR"]
        assert codes == list(LINES[: LINES.index(reason.code)])
        assert not [step for step in trace.steps if step.code.startswith(("CLAUSE_", "DISCLOSE_", "WITHHOLD_"))]
        assert any(step.code == "LINE_HOLDS" and step.reason == reason.code for step in trace.steps)


def test_every_clause_is_considered_for_a_claim_that_clauses_decide() -> None:
    rng, looked = Random(8), 0
    for _ in range(300):
        case = a_case(rng)
        for trace in traces(inputs_of(case)):
            named = {step.rule for step in trace.steps if step.code.startswith(("CLAUSE_", "DISCLOSE_", "WITHHOLD_"))}
            if not named:
                continue
            own = [f"{p.id}/{c.id}" for p in case.policies if p.party.code == case.node for c in p.clauses]
            assert named == {clause.id for clause in case.agreement.clauses} | set(own)
            looked += 1
    assert looked > 200


def test_an_unknown_claim_is_not_found() -> None:
    with pytest.raises(NotFound):
        why(inputs_of(a_case(Random(1))), "c999999")
