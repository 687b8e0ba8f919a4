"""Two texts with one meaning have no difference; where the meaning differs it is told."""

from __future__ import annotations

import pytest

from exchange.model.claims import JsonObject
from exchange.policies.diff import diff
from tests.unit.policies_kit import agreement, clause

ONE: JsonObject = {"count": 1, "role": "officer"}
TWO: JsonObject = {"count": 2, "role": "officer"}


def test_a_cadence_that_the_agreement_has_anyway() -> None:
    plain, written = agreement(clauses=[clause()]), agreement(clauses=[clause(cadence="manual")])
    assert diff(plain, written) == diff(written, plain) == ()
    (change,) = diff(plain, agreement(clauses=[clause(cadence="daily")]))
    assert (change.code, change.before, change.after) == ("CADENCE_CHANGED", "", "daily")
    kept = agreement(cadence="daily", clauses=[clause(cadence="manual")])
    assert [each.at for each in diff(plain, kept)] == ["/cadence", "/clauses/0/cadence"], "what stays is said as well"


def test_a_row_that_the_agreement_has_anyway() -> None:
    rows: JsonObject = {"TLP:AMBER": ONE}
    plain = agreement(approvals=rows, clauses=[clause()])
    written = agreement(approvals=rows, clauses=[clause(approvals=rows)])
    assert diff(plain, written) == diff(written, plain) == ()
    (change,) = diff(plain, agreement(approvals=rows, clauses=[clause(approvals={"TLP:AMBER": TWO})]))
    assert (change.code, change.after) == ("APPROVALS_RAISED", "2 officer")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"nationality": ["KW", "AE"]}, {"nationality": ["AE", "KW"]}),
        (
            {"all_of": [{"role": ["fighter"]}, {"theatre": ["LY"]}]},
            {"all_of": [{"theatre": ["LY"]}, {"role": ["fighter"]}]},
        ),
        ({"not": {"role": ["fighter", "leader"]}}, {"not": {"role": ["leader", "fighter"]}}),
    ],
)
def test_the_order_of_what_is_said(one: JsonObject, other: JsonObject) -> None:
    assert diff(agreement(clauses=[clause(when=one)]), agreement(clauses=[clause(when=other)])) == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"nationality": ["KW", "AE"]}, {"nationality": ["KW"]}),
        ({"all_of": [{"role": ["fighter"]}]}, {"any_of": [{"role": ["fighter"]}]}),
        ({"role": ["fighter"]}, {"not": {"role": ["fighter"]}}),
        ({"observed_within": 30}, {"observed_within": 31}),
        (
            {"source_grade_at_least": {"scale": "admiralty", "grade": "C"}},
            {"source_grade_at_least": {"scale": "admiralty", "grade": "B"}},
        ),
    ],
)
def test_another_meaning(one: JsonObject, other: JsonObject) -> None:
    (change,) = diff(agreement(clauses=[clause(when=one)]), agreement(clauses=[clause(when=other)]))
    assert change.code == "CONDITION_CHANGED"
