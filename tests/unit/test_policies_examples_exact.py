"""Examples of agreements: each difference by its name, and the decision without any manifest."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from exchange.errors import BadInput
from exchange.policies.agreement import Agreement, read
from exchange.policies.examples import Failure, decide_example, run_examples
from tests.unit.policies_kit import agreement, clause, document, name, policy

FULL: dict[str, Any] = {"path": "name.full", "value": name()}
DATE: dict[str, Any] = {"path": "birth.date", "value": {"precision": "exact", "date": "1990-01-01"}}
YEAR: dict[str, Any] = {"path": "birth.year", "value": 1990, "derived_from": "c2"}


def with_example(**expect: Any) -> Agreement:
    """An agreement that sends name and year of birth, with one example of a person with name, day and year of birth."""
    expected = {"record": "released", "sent": ["name.full", "birth.year"], "coarser": ["birth.date"], "withheld": []}
    made = {
        "name": "a day of birth",
        "from": "DZ",
        "to": "KW",
        "purpose": "border.checks",
        "now": "2026-06-01T00:00:00Z",
        "record": {"kind": "person", "claims": [FULL, DATE, YEAR]},
        "expect": {**expected, **expect},
    }
    rule = clause(disclose=["name.full", "birth.year"])
    return read(document(clauses=[rule], examples=[made]), "0" * 64)


@pytest.mark.parametrize(
    ("expect", "failures"),
    [
        ({}, []),
        ({"coarser": [], "withheld": ["birth.date"]}, [("coarser", "", "birth.date"), ("withheld", "birth.date", "")]),
        (
            {"sent": ["name.full"], "coarser": ["birth.date", "birth.year"]},
            [
                ("sent", "name.full", "birth.year, name.full"),
                ("coarser", "birth.date, birth.year", "birth.date"),
            ],
        ),
        (
            {"tlp": "TLP:RED", "approvals": 3, "retention_days": 30, "role": "releasing_officer", "onward": "none"}
            | {"caveats": ["NO_REMOVAL_BASIS", "NO_ARREST_BASIS"], "purposes": ["contact", "border.checks"]},
            [
                ("tlp", "TLP:RED", "TLP:AMBER"),
                ("approvals", "3", "1"),
                ("retention_days", "30", "365"),
                ("role", "releasing_officer", "officer"),
                ("caveats", "NO_ARREST_BASIS, NO_REMOVAL_BASIS", ""),
                ("purposes", "border.checks, contact", "border.checks"),
                ("onward", "none", "ask"),
            ],
        ),
    ],
)
def test_every_difference_with_both_answers(expect: dict[str, Any], failures: list[tuple[str, str, str]]) -> None:
    assert run_examples(with_example(**expect)) == [Failure("a day of birth", *each) for each in failures]


def test_a_denial_that_was_not_expected_is_the_first_difference() -> None:
    forbid = {"id": "1", "from": "*", "to": "*", "kinds": "*"}
    given = with_example(tlp="TLP:RED")
    denied = replace(given, forbids=agreement(forbids=[forbid]).forbids)
    assert run_examples(denied) == [
        Failure("a day of birth", "record", "released", "denied"),
        Failure("a day of birth", "sent", "birth.year, name.full", ""),
        Failure("a day of birth", "coarser", "birth.date", ""),
        Failure("a day of birth", "withheld", "", "birth.date, birth.year, name.full"),
    ]


def test_national_policies_are_asked_when_they_are_given() -> None:
    hold = policy(clauses=[{"id": "1", "to": "*", "kinds": "*", "withhold": ["birth.year"]}])
    given = with_example()
    assert run_examples(given) == []
    assert run_examples(given, (hold,)) == [
        Failure("a day of birth", "sent", "birth.year, name.full", "name.full"),
        Failure("a day of birth", "coarser", "birth.date", ""),
        Failure("a day of birth", "withheld", "", "birth.date, birth.year"),
    ]


def test_an_example_is_decided_without_digests() -> None:
    given = with_example()
    decision = decide_example(given, given.examples[0])
    assert (decision.manifest_digest, decision.policy_digest, decision.agreement_digest) == ("", "", "0" * 64)
    assert (decision.node, decision.recipient, decision.record_state) == ("DZ", "KW", "released")


@pytest.mark.parametrize(
    ("expect", "at"),
    [
        ({"caveats": ["NO_SUCH_CAVEAT"]}, "caveats/0"),
        ({"purposes": ["border.checks", "curiosity"]}, "purposes/1"),
        ({"retention_days": 0}, "retention_days"),
    ],
)
def test_an_example_expects_nothing_that_does_not_exist(expect: dict[str, Any], at: str) -> None:
    with pytest.raises(BadInput) as caught:
        with_example(**expect)
    assert caught.value.facts == {"at": f"/examples/0/expect/{at}"}
    assert with_example(retention_days=1, caveats=[]).examples[0].expect.retention_days == 1
