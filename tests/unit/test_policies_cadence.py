"""Cadence: the slowest of what contributes; recipients by parties and direction, never by the record."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest

from exchange.errors import BadInput
from exchange.policies.cadence import cadence, of_decision, recipients
from tests.unit.policies_kit import agreement, ask, clause, name, record

NAME = ("name.full", name())


@pytest.mark.parametrize(
    ("own", "whole", "expected"),
    [
        (["standing"], "manual", "standing"),
        ([None], "daily", "daily"),
        (["standing", "daily"], "manual", "daily"),
        (["standing", "manual"], "standing", "manual"),
        (["daily", None], "manual", "manual"),
        (["manual", "daily", "standing"], "standing", "manual"),
    ],
)
def test_the_slowest_counts(own: list[str | None], whole: str, expected: str) -> None:
    for order in permutations(own):
        clauses = [clause(id=f"5.{place}", cadence=each) for place, each in enumerate(order)]
        given = agreement(clauses=clauses, cadence=whole)
        assert cadence(given, [each.id for each in given.clauses]) == expected


def test_nothing_and_the_unknown_are_manual() -> None:
    given = agreement(cadence="standing")
    assert cadence(given, []) == cadence(given, ["9.9"]) == cadence(given, ["5.1", "9.9"]) == "manual"
    assert of_decision(given, ask(given, record(NAME))) == "standing"
    assert of_decision(given, ask(given, record(NAME, without="record.review"))) == "manual"


def test_what_does_not_leave_is_manual_whatever_it_names() -> None:
    given = agreement(cadence="standing")
    assert of_decision(given, replace(ask(given, record(NAME)), record_state="denied")) == "manual"


def test_only_clauses_that_contribute_count() -> None:
    slow = clause(id="5.2", disclose=["gender"], cadence="manual")
    given = agreement(clauses=[clause(cadence="standing"), slow])
    assert of_decision(given, ask(given, record(NAME))) == "standing"
    assert of_decision(given, ask(given, record(NAME, ("gender", "male")))) == "manual"


def test_recipients_come_from_parties_and_directions() -> None:
    assert recipients(agreement(cadence="standing"), "DZ") == ("KW",)
    assert recipients(agreement(cadence="manual"), "DZ") == ()
    assert recipients(agreement(cadence="standing"), "KW") == ()
    assert recipients(agreement(cadence="standing"), "FR") == ()
    everybody = clause(**{"from": "*", "to": "*"}, cadence="daily")
    assert recipients(agreement(clauses=[everybody]), "DZ") == ("AE", "KW")
    assert recipients(agreement(clauses=[everybody]), "KW") == ("DZ", "AE")
    withheld = clause(disclose=None, withhold=["gender"], cadence="standing")
    assert recipients(agreement(clauses=[withheld]), "DZ") == ()


@pytest.mark.parametrize("label", ["TLP:AMBER", "TLP:AMBER+STRICT", "TLP:GREEN", "TLP:CLEAR"])
def test_a_label_may_ask_for_nobody(label: str) -> None:
    given = agreement(approvals={label: {"count": 0, "role": "releasing_officer"}})
    assert ask(given, record(NAME, ("record.marking", label))).approvals_needed == 0


@pytest.mark.parametrize("name_", ["TLP:RED", "COURT_USE_NEEDS_CONSENT", "NO_ARREST_BASIS"])
def test_red_and_caveats_may_not(name_: str) -> None:
    with pytest.raises(BadInput) as caught:
        agreement(approvals={name_: {"count": 0, "role": "releasing_officer"}})
    assert caught.value.facts["at"] == f"/approvals/{name_}/count"
