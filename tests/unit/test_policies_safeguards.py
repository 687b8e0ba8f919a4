"""Governance and safeguards, line by line of docs/spec/policy.md §4: what blocks a record whatever its clauses say."""

from __future__ import annotations

import pytest

from exchange.model.claims import JsonValue
from tests.unit.policies_kit import (
    NAME,
    SIGNED,
    UNNAMED,
    agreement,
    ask,
    clause,
    code,
    kuwaiti,
    record,
    sent,
)


@pytest.mark.parametrize("path", ["record.marking", "record.legal_basis", "record.purpose", "record.review"])
def test_governance_is_mandatory(path: str) -> None:
    assert code(ask(agreement(), record(NAME, without=path))) == "GOVERNANCE_MISSING"


def test_a_marking_that_cannot_be_read_denies() -> None:
    about = record(NAME, ("record.marking", "TLP:AMBER"), ("record.marking", "TLP:WHITE"))
    assert code(ask(agreement(), about)) == "GOVERNANCE_MISSING"


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ([("record.category", "unknown")], "CATEGORY_MISSING"),
        ([("record.category", "not a category")], "CATEGORY_MISSING"),
        ([("record.review", "2026-05-31")], "REVIEW_PASSED"),
        ([("record.review", "2026-06-01")], None),
        ([("record.category", "minor")], "MINOR"),
        ([("record.category", "suspect"), ("record.category", "minor")], "MINOR"),
        ([("record.flag", "obtained_under_duress")], "DURESS"),
        ([("record.flag", "asylum")], "ORIGIN_UNKNOWN"),
        ([("record.flag", "refugee"), kuwaiti("former")], "ORIGIN_COUNTRY"),
        ([("record.flag", "refugee"), ("nationality", {"country": "SY", "status": "confirmed"})], None),
        ([("record.flag", "asylum"), UNNAMED], "ORIGIN_UNKNOWN"),
        (
            [("record.flag", "asylum"), UNNAMED, ("nationality", {"country": "SY", "status": "former"})],
            "ORIGIN_UNKNOWN",
        ),
        ([("record.flag", "torture_risk")], "ASSURANCE_MISSING"),
        ([("record.flag", "torture_risk"), ("record.assurance", "reference")], None),
        ([("record.flag", "neutrality_religious")], "NEUTRALITY"),
        ([("record.flag", "neutrality_religious"), SIGNED], None),
        ([("record.flag", "journalist")], "PROTECTED_ROLE"),
        ([("record.flag", "lawyer"), SIGNED], "PROTECTED_ROLE"),
        ([("record.flag", "a new flag")], "FLAG_UNKNOWN"),
        ([("record.flag", ["refugee"])], "FLAG_UNKNOWN"),
        ([("record.review", "2026-12-31"), ("record.review", "soon")], "GOVERNANCE_MISSING"),
    ],
)
def test_safeguards(facts: list[tuple[str, JsonValue]], reason: str | None) -> None:
    assert code(ask(agreement(), record(NAME, *facts))) == reason


def test_a_person_needs_a_category_and_a_network_does_not() -> None:
    assert code(ask(agreement(), record(NAME, without="record.category"))) == "CATEGORY_MISSING"
    given = agreement(clauses=[clause(kinds=["network"])])
    assert code(ask(given, record(NAME, kind="network"))) is None


@pytest.mark.parametrize(
    ("path", "value", "minor"),
    [
        ("birth.date", {"precision": "exact", "date": "2008-06-01"}, False),
        ("birth.date", {"precision": "exact", "date": "2008-06-02"}, True),
        ("birth.date", {"precision": "year", "year": 2007}, False),
        ("birth.date", {"precision": "year", "year": 2008}, True),
        ("birth.date", {"precision": "range", "from": 2000, "to": 2009}, True),
        ("birth.date", {"precision": "range", "from": "2000-01-01", "to": "2008-06-01"}, False),
        ("birth.date", {"precision": "exact", "date": "1420-01-01", "calendar": "hijri"}, False),
        ("birth.date", {"precision": "exact", "date": "1432-01-01", "calendar": "hijri"}, True),
        ("birth.year", 2007, False),
        ("birth.year", 2008, True),
        ("birth.year", {"from": 1990, "to": 2012}, True),
        ("birth.year", 1433, True),
        ("birth.year", None, True),
        ("birth.year", 12, True),
        ("birth.date", 1985, True),
        ("birth.date", {"precision": "exact", "date": "1980-99-01"}, True),
        ("birth.date", {"precision": "exact", "date": "0001-01-01"}, True),
    ],
)
def test_a_birth_that_allows_an_age_under_18_is_a_minors(path: str, value: JsonValue, minor: bool) -> None:
    assert (code(ask(agreement(), record(NAME, (path, value)))) == "MINOR") is minor


def test_a_minor_leaves_only_in_his_interest_signed_reviewed_and_without_biometrics() -> None:
    note: tuple[str, JsonValue] = ("record.best_interest", "a note")
    sign: tuple[str, JsonValue] = ("record.signoff", {"for": "best_interest", "authority": "x", "date": "2026-01-01"})
    facts = (NAME, ("record.category", "minor"), ("biometric.face", "0" * 64))
    given = agreement(clauses=[clause(disclose=["identity.name", "identity.biometric"])])
    about = record(*facts, note, sign)
    decision = ask(given, about)
    assert sent(decision, about) == ["name.full"]
    assert decision.outcomes["c3"].reason == "MINOR_BIOMETRIC"
    assert decision.approvals_needed == 3
    assert code(ask(given, record(*facts, note))) == "MINOR"
    assert code(ask(given, record(*facts, sign))) == "MINOR"
    assert code(ask(given, record(*facts, note, sign, ("record.review", "2027-05-02")))) == "MINOR"
    assert code(ask(given, record(*facts, note, sign, ("record.review", "2027-05-01")))) is None


def test_what_an_authority_signed_for_needs_three_approvals() -> None:
    assert ask(agreement(), record(NAME, ("record.flag", "neutrality_racial"), SIGNED)).approvals_needed == 3


def test_assurance_required_of_a_recipient() -> None:
    given = agreement(assurance_required=["KW"], clauses=[clause(to="*")])
    assert code(ask(given, record(NAME))) == "ASSURANCE_MISSING"
    assert code(ask(given, record(NAME), to="AE")) is None
    assert code(ask(given, record(NAME, ("record.assurance", "reference")))) is None


def test_movements_along_aid_corridors_are_masked() -> None:
    given = agreement(clauses=[clause(disclose=["identity.name", "movement", "location.precise", "location.coarse"])])
    point: tuple[str, JsonValue] = ("location.point", {"lat": 1, "lon": 1})
    about = record(NAME, ("record.flag", "aid_corridor"), ("route.to", "LY"), point, ("theatre", "LY"))
    assert sent(ask(given, about), about) == ["name.full", "theatre"]
