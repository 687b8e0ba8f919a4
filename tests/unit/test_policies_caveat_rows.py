"""Rows of approvals for a caveat: they cover no marking and only raise what is asked, so a change of one is told."""

from __future__ import annotations

from typing import Final

from exchange.model.claims import JsonObject
from exchange.policies.decide import Inputs
from exchange.policies.diff import diff
from exchange.policies.lint import lint
from exchange.policies.trace import why
from tests.unit.policies_kit import NAME, NOW, agreement, ask, clause, record

ROW: Final[JsonObject] = {"count": 1, "role": "officer"}
FOUR: Final[JsonObject] = {"count": 4, "role": "releasing_officer"}
LABELS: Final[JsonObject] = {"TLP:AMBER": ROW, "TLP:RED": {"count": 3, "role": "releasing_officer"}}
CAVEAT: Final = "NO_ARREST_BASIS"


def test_a_row_that_goes_or_comes_is_told() -> None:
    with_row, without = agreement(approvals={**LABELS, CAVEAT: FOUR}), agreement(approvals=LABELS)
    about = record(NAME, ("record.caveat", CAVEAT))
    assert (ask(with_row, about).approvals_needed, ask(without, about).approvals_needed) == (4, 1)
    (gone,) = diff(with_row, without)
    assert (gone.code, gone.at, gone.what, gone.before, gone.after) == (
        "APPROVALS_LOWERED", f"/approvals/{CAVEAT}", CAVEAT, "4 releasing_officer", "",
    )  # fmt: skip
    (come,) = diff(without, with_row)
    assert (come.code, come.effect) == ("APPROVALS_RAISED", "narrower")
    two: JsonObject = {"count": 2, "role": "releasing_officer"}
    (less,) = diff(with_row, agreement(approvals={**LABELS, CAVEAT: two}))
    assert (less.code, less.before, less.after) == ("APPROVALS_LOWERED", "4 releasing_officer", "2 releasing_officer")


def test_a_clauses_row_is_told_as_well() -> None:
    plain = agreement(clauses=[clause()])
    (come,) = diff(plain, agreement(clauses=[clause(approvals={CAVEAT: FOUR})]))
    assert (come.code, come.what) == ("APPROVALS_RAISED", CAVEAT)


def test_lint_knows_that_it_is_used() -> None:
    given = agreement(clauses=[clause(approvals={CAVEAT: FOUR})])
    assert ask(given, record(NAME, ("record.caveat", CAVEAT))).approvals_needed == 4
    assert not [each for each in lint(given) if each.code == "APPROVALS_IDLE"]


def test_lint_reads_it_beside_a_marking() -> None:
    rule = clause(handling={"tlp": "TLP:AMBER"}, approvals={CAVEAT: FOUR})
    found = lint(agreement(approvals={**LABELS, CAVEAT: ROW}, clauses=[rule]))
    assert not [each for each in found if each.code in ("APPROVALS_IDLE", "APPROVALS_LOWER")]
    lower = lint(agreement(approvals={**LABELS, CAVEAT: FOUR}, clauses=[clause(approvals={CAVEAT: ROW})]))
    assert [each.what for each in lower if each.code == "APPROVALS_LOWER"] == [CAVEAT]


def test_a_trace_says_nothing_of_recalls() -> None:
    inputs = Inputs(agreement(), (), record(NAME), "DZ", "KW", "border.checks", NOW, "3" * 64, "4" * 64)
    assert "RECALLED" not in [step.reason for step in why(inputs, "c1").steps]


def test_a_change_within_a_day_is_told_to_the_second() -> None:
    (found,) = diff(agreement(valid_until="2027-01-01T00:00:00Z"), agreement(valid_until="2027-01-01T12:00:00Z"))
    assert (found.code, found.before, found.after) == ("ENDS_LATER", "2027-01-01T00:00:00Z", "2027-01-01T12:00:00Z")
