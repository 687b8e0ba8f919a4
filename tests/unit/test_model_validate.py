"""The whole check of a record: kinds, governance, grades, texts that lie to their reader."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.errors import BadInput, Code
from exchange.interop.synthetic import mixture
from exchange.model.claims import Claim
from exchange.model.records import Record
from exchange.model.texts import cleaned, normal, safe, script_of
from exchange.model.validate import MANDATORY, check_claims, check_record, with_governance
from tests.unit.claims_for_tests import GOVERNANCE, claim, name, person

NAMED = claim("c1", "name.full", name("Ba Specimen"))


def _refused(record: Record) -> BadInput:
    with pytest.raises(BadInput) as caught:
        check_record(record)
    return caught.value


def test_a_plain_person_passes() -> None:
    check_record(person(NAMED))


@pytest.mark.parametrize("seed", range(3))
def test_synthetic_records_pass(seed: int) -> None:
    for kind, claims in mixture(seed, 60):
        check_record(Record("DZ", "rec-specimen-1", 1, kind, "2026-11-01T00:00:00Z", claims))


@pytest.mark.parametrize("path", [*MANDATORY, "record.category"])
def test_governance_is_demanded(path: str) -> None:
    record = person(NAMED)
    error = _refused(record._replace(claims=tuple(each for each in record.claims if each.path != path)))
    assert (error.code, error.facts) == (Code.GOVERNANCE_MISSING, {"path": path})


def test_a_group_needs_no_category_and_may_have_none() -> None:
    claims = (claim("c1", "name.full", name("Specimen Group")), *GOVERNANCE)
    group = Record("DZ", "rec-specimen-2", 1, "group", "2026-11-01T00:00:00Z", claims)
    assert _refused(group).code is Code.PATH_NOT_FOR_KIND
    check_record(group._replace(claims=claims[:-1]))


@pytest.mark.parametrize("path", ["record.marking", "record.review", "record.legal_basis", "record.category"])
def test_two_markings_never_coexist(path: str) -> None:
    record = person(NAMED)
    twin = next(each for each in record.claims if each.path == path)._replace(id="c99")
    assert _refused(record._replace(claims=(*record.claims, twin))).facts["reason"] == "more_than_one"


def test_several_purposes_and_caveats_are_fine() -> None:
    check_record(person(NAMED, Claim("c2", "record.purpose", "contact", "fact")))


def test_a_claim_without_grade_is_refused_but_governance_has_none() -> None:
    error = _refused(person(NAMED._replace(grade=None)))
    assert (error.code, error.facts["claim"]) == (Code.GOVERNANCE_MISSING, "c1")
    check_record(person(NAMED, Claim("c2", "record.flag", "journalist", "fact")))


def test_path_for_another_kind() -> None:
    assert _refused(person(NAMED, claim("c2", "camp.type", "training"))).code is Code.PATH_NOT_FOR_KIND


def test_nothing_but_governance_is_no_record() -> None:
    assert _refused(person()).facts["reason"] == "only_governance"


def test_unknown_kind() -> None:
    assert _refused(person(NAMED)._replace(kind="vehicle")).code is Code.RECORD_INVALID
    with pytest.raises(BadInput):
        check_claims("vehicle", [NAMED], [b"{}"])


HOSTILE = {
    "nul": "Ba\u0000",
    "escape": "Ba\u001b[2J",
    "right-to-left override": "\u202eBa",
    "isolate": "Ba\u2066",
    "right-to-left mark": "Ba\u200f",
    "zero-width space": "B\u200ba",
    "word joiner": "B\u2060a",
    "byte order mark": "\ufeffBa",
    "soft hyphen": "B\u00ada",
    "joiner in Latin": "B\u200da",
    "lone surrogate": "Ba\ud800",
    "private use": "Ba\ue000",
    "unassigned": "Ba\u0378",
    "line separator": "Ba\u2028",
    "next line": "Ba\u0085",
    "tag character": "Ba\U000e0041",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_refused_without_being_shown(text: str) -> None:
    error = _refused(person(claim("c1", "name.full", name(text))))
    assert (error.code, error.facts) == (Code.TEXT_NOT_ALLOWED, {"claim": "c1", "path": "name.full"})
    with pytest.raises(BadInput):
        check_claims("person", [claim("c1", "note", f"before {text} after")], ["é".encode()])
    assert safe(cleaned(text))


def test_joiners_shape_arabic_words() -> None:
    check_record(person(claim("c1", "name.full", name("نمي\u200cخواهم", "Arab"))))


def test_names_are_in_normal_form_and_notes_need_not_be() -> None:
    decomposed = "Cafe\u0301"
    assert _refused(person(claim("c1", "name.full", name(decomposed)))).code is Code.TEXT_NOT_ALLOWED
    check_record(person(NAMED, claim("c2", "note", f"{decomposed}\n\ttwo lines")))


@given(st.text())
def test_cleaned_text_is_safe_and_normal(text: str) -> None:
    once = cleaned(text)
    assert safe(once)
    assert normal(once)
    if safe(text):
        assert once == unicodedata.normalize("NFC", text)


@given(st.characters())
def test_safe_agrees_with_the_character_table(character: str) -> None:
    allowed = unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") or character in "\t\n"
    assert safe(character) is allowed


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("Ba Specimen-2", "Latn"),
        ("أبو با", "Arab"),
        ("Иван", "Cyrl"),
        ("김", "Kore"),
        ("Ba أبو", "Zyyy"),
        ("12", "Zyyy"),
    ],
)
def test_script_of(text: str, script: str) -> None:
    assert script_of(text) == script


def test_with_governance_makes_a_record_complete() -> None:
    claims = with_governance(
        [NAMED], legal_basis="Act", purpose="contact", marking="TLP:RED", review=date(2027, 1, 1), category="witness"
    )
    record = Record("DZ", "rec-specimen-1", 1, "person", "2026-11-01T00:00:00Z", claims)
    check_record(record)
    assert [each.id for each in claims] == [f"c{n}" for n in range(1, 7)]
    assert record.texts("record.category") == ("witness",)
