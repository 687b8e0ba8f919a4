"""Match clauses: read strictly, shown in differences, and what may be told of a record as a bare hit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from exchange.errors import BadInput, Code
from exchange.model.claims import Claim, JsonObject
from exchange.model.records import Record
from exchange.policies.agreement import Agreement, NationalPolicy, read, read_policy
from exchange.policies.decide import Inputs
from exchange.policies.diff import diff
from exchange.policies.diff_sentences import change_sentence
from exchange.policies.match import Between, clauses_for, tellable
from tests.unit.policies_kit import NOW, document, name, record

CLAUSE: dict[str, Any] = {
    "id": "m1",
    "from": "*",
    "to": "*",
    "kinds": ["person"],
    "purposes": ["counter_terrorism.travel"],
    "answer": "level",
    "per_case": 5,
    "per_day": 50,
}


def person() -> Record:
    return record(("name.full", name()), ("theatre", "SY"))


def agreement(*clauses: dict[str, Any], **changes: Any) -> Agreement:
    return read(document(matching=list(clauses), **changes), "0" * 64)


def told(found: Agreement, held: Record, policies: tuple[NationalPolicy, ...] = (), **changes: Any) -> str | None:
    """The answer that the clause allows."""
    inputs = Inputs(found, policies, held, "DZ", "KW", "counter_terrorism.travel", NOW, "a" * 64, "b" * 64)
    clause = tellable(replace(inputs, **changes))
    return None if clause is None else clause.answer


def changed(held: Record, path: str, *values: object) -> Record:
    kept = [claim for claim in held.claims if claim.path != path]
    more = [Claim(f"c{900 + at}", path, value, "fact") for at, value in enumerate(values)]
    return held._replace(claims=(*kept, *more))


def test_nothing_is_told_without_a_clause() -> None:
    assert told(read(document(), "0" * 64), person()) is None


def test_a_level_or_a_contact_is_told_as_the_clause_says() -> None:
    assert told(agreement(CLAUSE), person()) == "level"
    assert told(agreement(CLAUSE, {**CLAUSE, "id": "m2", "answer": "contact"}), person()) == "contact"


def test_matching_needs_no_clause_about_sending_and_the_agreements_forbids_are_about_sending() -> None:
    forbid = {"id": "9", "from": "*", "to": "*", "kinds": ["person"]}
    assert told(agreement(CLAUSE, clauses=[], forbids=[forbid], examples=[]), person()) == "level"


@pytest.mark.parametrize(
    "change",
    [
        {"purpose": "contact"},
        {"recipient": "QA"},
        {"recipient": "DZ"},
        {"node": "AE"},
        {"now": NOW.replace(year=2040)},
    ],
)
def test_another_purpose_party_or_time_is_told_nothing(change: dict[str, Any]) -> None:
    assert told(agreement(CLAUSE), person(), **change) is None


@pytest.mark.parametrize(
    "change",
    [{"from": ["KW"]}, {"to": ["AE"]}, {"kinds": ["group"]}, {"when": {"theatre": ["ML"]}}],
)
def test_a_clause_about_something_else_tells_nothing(change: dict[str, Any]) -> None:
    assert told(agreement({**CLAUSE, **change}), person()) is None


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("record.marking", ["TLP:RED"]),
        ("record.marking", []),
        ("record.purpose", ["contact"]),
        ("record.purpose", []),
        ("record.category", ["minor"]),
        ("record.category", []),
        ("record.flag", ["obtained_under_duress"]),
        ("record.flag", ["neutrality_religious"]),
        ("record.flag", ["journalist"]),
        ("record.review", ["2020-01-01"]),
    ],
)
def test_safeguards_and_governance_stop_a_hit_as_they_stop_a_release(path: str, values: list[object]) -> None:
    assert told(agreement(CLAUSE), changed(person(), path, *values)) is None


def test_a_marking_without_a_row_is_not_told() -> None:
    rows = {"TLP:GREEN": {"count": 1, "role": "officer"}}
    held = changed(person(), "record.marking", "TLP:AMBER")
    assert told(agreement(CLAUSE, approvals=rows, examples=[]), held) is None
    assert told(agreement(CLAUSE, approvals=rows, examples=[]), changed(held, "record.marking", "TLP:GREEN"))


def test_a_caveat_with_a_row_of_its_own_is_not_told_without_its_approvals() -> None:
    rows = {"TLP:AMBER": {"count": 1, "role": "officer"}, "NO_ARREST_BASIS": {"count": 2, "role": "releasing_officer"}}
    held = record(("name.full", name()), ("record.caveat", "NO_ARREST_BASIS"))
    assert told(agreement(CLAUSE, approvals=rows), held) is None
    assert told(agreement(CLAUSE), held) == "level"
    assert told(agreement(CLAUSE, approvals=rows), person()) == "level"


def test_a_record_of_another_state_is_never_told() -> None:
    assert told(agreement(CLAUSE), person()._replace(originator="AE")) is None


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        ({}, None),
        ({"to": ["FR"]}, "level"),
        ({"kinds": ["camp"]}, "level"),
        ({"when": {"theatre": ["SY"]}}, None),
        ({"when": {"theatre": ["ML"]}}, "level"),
    ],
)
def test_a_national_forbid_stops_a_hit(change: dict[str, Any], answer: str | None) -> None:
    document_: JsonObject = {
        "v": 1,
        "kind": "policy",
        "id": "NP-DZ",
        "version": 1,
        "title": {"ar": "سياسة", "fr": "politique", "en": "policy"},
        "party": {"code": "DZ", "fingerprint": "d" * 64},
        "legal_basis": "law",
        "clauses": [],
        "forbids": [{"id": "1", "to": "*", "kinds": "*", **change}],
    }
    policy = read_policy(document_, "c" * 64)
    assert told(agreement(CLAUSE), person(), (policy,)) == answer
    other = replace(policy, party=policy.party._replace(code="KW"))
    assert told(agreement(CLAUSE), person(), (other,)) == "level"


def test_limits_are_those_of_the_clauses() -> None:
    found = clauses_for(agreement(CLAUSE), Between("DZ", "KW", "counter_terrorism.travel", NOW))
    assert [(each.per_case, each.per_day) for each in found] == [(5, 50)]


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ({"answer": "all"}, "/matching/0/answer"),
        ({"purposes": []}, "/matching/0/purposes"),
        ({"purposes": ["analysis.joint"]}, "/matching/0/purposes/0"),
        ({"per_case": 0}, "/matching/0/per_case"),
        ({"per_day": 10_001}, "/matching/0/per_day"),
        ({"kinds": ["people"]}, "/matching/0/kinds/0"),
        ({"to": ["US"]}, "/matching/0/to/0"),
        ({"disclose": ["name.full"]}, "/matching/0/disclose"),
        ({"when": {}}, "/matching/0/when"),
    ],
)
def test_a_clause_that_is_not_understood_is_refused(change: dict[str, Any], at: str) -> None:
    with pytest.raises(BadInput) as refused:
        agreement({**CLAUSE, **change})
    assert (refused.value.code, refused.value.facts["at"]) == (Code.AGREEMENT_INVALID, at)


def test_an_empty_list_and_a_repeated_id_are_refused() -> None:
    for clauses in ((), (CLAUSE, CLAUSE)):
        with pytest.raises(BadInput) as refused:
            agreement(*clauses)
        assert refused.value.facts["at"] == "/matching"


def test_differences_are_told() -> None:
    old = read(document(), "0" * 64)
    one, other = agreement(CLAUSE), agreement({**CLAUSE, "answer": "contact", "per_day": 60})
    assert [(each.code, each.clause) for each in diff(old, one)] == [("MATCHING_ADDED", "m1")]
    assert [(each.code, each.clause) for each in diff(one, old)] == [("MATCHING_REMOVED", "m1")]
    found = diff(one, other)
    assert [(each.what, each.before, each.after) for each in found] == [
        ("answer", "level", "contact"),
        ("per_day", "50", "60"),
    ]
    assert change_sentence(found[0], "en") == "answer changes in the clause on matching m1, from level to contact."
