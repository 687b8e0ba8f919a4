"""Examples of agreements: a difference is found and named. The agreements of docs/examples: test_example_agreements."""

from __future__ import annotations

from typing import Any

import pytest

from exchange.errors import BadInput
from exchange.policies.agreement import read
from exchange.policies.examples import run_examples
from tests.unit.policies_kit import document, example, example_document, name


def test_red_needs_more_approvals_than_amber() -> None:
    for agreement in ("dz-ae-kw", "dz-tn-eg"):
        rows = example(agreement).approvals
        assert rows["TLP:RED"].people > rows["TLP:AMBER"].people


def _example(**expect: Any) -> dict[str, Any]:
    claims = [{"path": "name.full", "value": name()}, {"path": "birth.year", "value": 1990}]
    return {
        "name": "one",
        "from": "DZ",
        "to": "KW",
        "purpose": "border.checks",
        "now": "2026-06-01T00:00:00Z",
        "record": {"kind": "person", "claims": claims},
        "expect": expect,
    }


@pytest.mark.parametrize(
    ("expect", "members"),
    [
        ({"record": "released", "sent": ["name.full"], "coarser": [], "withheld": ["birth.year"]}, []),
        (
            {"record": "released", "sent": ["name.full", "birth.year"], "coarser": [], "withheld": []},
            ["sent", "withheld"],
        ),
        (
            {"record": "released", "sent": ["name.full"], "coarser": [], "withheld": ["birth.year"], "approvals": 2},
            ["approvals"],
        ),
        (
            {"record": "released", "sent": ["name.full"], "coarser": [], "withheld": ["birth.year"]}
            | {"role": "officer", "caveats": [], "purposes": ["border.checks"], "onward": "ask", "retention_days": 365},
            [],
        ),
        (
            {"record": "released", "sent": ["name.full"], "coarser": [], "withheld": ["birth.year"]}
            | {"role": "releasing_officer", "caveats": ["NO_ARREST_BASIS"], "purposes": [], "onward": "none"},
            ["role", "caveats", "purposes", "onward"],
        ),
        ({"record": "denied"}, ["record"]),
        ({"record": "denied", "reason": "MINOR"}, ["record", "reason"]),
    ],
)
def test_differences_are_named(expect: dict[str, Any], members: list[str]) -> None:
    loaded = read(document(examples=[_example(**expect)]), "0" * 64)
    assert [failure.member for failure in run_examples(loaded)] == members


def test_an_example_must_name_every_claim_and_no_other() -> None:
    for told in (["name.full"], ["name.full", "birth.year", "gender"]):
        expect = {"record": "released", "sent": told, "coarser": [], "withheld": []}
        with pytest.raises(BadInput):
            read(document(examples=[_example(**expect)]), "0" * 64)


def test_changing_a_clause_breaks_an_example() -> None:
    changed = example_document("dz-ae-kw")
    changed["clauses"][0]["disclose"].append("birth.date")
    changed["clauses"][3]["withhold"].remove("birth.date")
    assert run_examples(read(changed, "0" * 64, draft=True))
