"""The agreements of docs/examples decide their own examples, and a difference is found and named."""

from __future__ import annotations

from typing import Any

import pytest

from exchange.errors import BadInput
from exchange.model.vocab import PathClass
from exchange.policies.agreement import read
from exchange.policies.clauses import selected
from exchange.policies.examples import decide_example, run_examples
from tests.unit.policies_kit import document, example, example_document, name


@pytest.mark.parametrize(("agreement", "least"), [("dz-ae-kw", 12), ("dz-tn-eg", 12), ("dz-qa", 5), ("dz-ae-un", 3)])
def test_the_example_agreements_decide_their_examples(agreement: str, least: int) -> None:
    loaded = example(agreement)
    assert len(loaded.examples) >= least
    assert run_examples(loaded) == []
    states = {decide_example(loaded, each).record_state for each in loaded.examples}
    assert states == {"released", "denied"}


def test_contact_only_lets_nothing_identifying_leave() -> None:
    loaded = example("dz-qa")
    told = {path for clause in loaded.clauses for selector in clause.disclose for path in selected(selector)}
    named = (
        PathClass.NAME,
        PathClass.BIRTH,
        PathClass.DOCUMENT,
        PathClass.BIOMETRIC,
        PathClass.CONTACT,
        PathClass.FAMILY,
    )
    assert told
    assert told.isdisjoint({path for cls in named for path in selected(cls)})


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
