"""What a claim says, for every path of the register, in the three languages."""

from __future__ import annotations

import pytest

from exchange.console.pages.entry_editors import members, value_of
from exchange.console.pages.records_values import Piece, Told, contested, field_name, grade_words, language_name, told
from exchange.interop.synthetic import mixture
from exchange.model.claims import Claim, Grade, JsonValue
from exchange.model.paths import PATHS
from exchange.sentences import LANGUAGES
from tests.console.test_entry_editors import sample


def texts(found: Told) -> list[str]:
    return [text for piece in (*found.main, *found.details) for text in (piece.text, piece.other) if text]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_path_is_told(lang: str) -> None:
    for path, spec in PATHS.items():
        given = {
            member.name: sample(member)
            for member in members(spec.form)
            if member.name != "region" or spec.form != "nationality"
        }
        found = told(path, value_of(path, given, "DZ"), lang)
        assert found.main, path
        assert all(text.strip() for text in texts(found)), path
        assert field_name(path, lang) != path


def test_no_code_is_shown_raw() -> None:
    for _, claims in mixture(5, 200):
        for claim in claims:
            for piece in (*told(claim.path, claim.value, "fr").main, *told(claim.path, claim.value, "fr").details):
                assert piece.kind != "word" or "_" not in piece.text


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("birth.date", {"precision": "approximate", "year": 1991}, ["1991"]),
        ("birth.date", {"precision": "range", "from": 1988, "to": 1990}, ["1988", "1990"]),
        ("birth.date", {"precision": "year", "year": 1411, "calendar": "hijri"}, ["1411", "Hijri calendar"]),
        ("birth.year", {"from": 1988, "to": 1990}, ["1988", "1990"]),
        ("count", {"low": 120, "high": None}, ["120"]),
        ("count", {"low": 72, "high": 72}, ["72"]),
        ("count", {"low": 70, "high": 75}, ["70", "75"]),
        ("nationality", {"status": "undisclosed", "region": "AFRICA", "rank": 2}, ["Africa", "not disclosed", "2"]),
        ("record.marking", "TLP:RED", ["TLP:RED"]),
        ("location.point", {"lat": 34_500_000, "lon": -38_000_000}, ["34.5, -38"]),
        ("birth.date", "no date at all", ["no date at all"]),
        ("later.path", {"x": 1}, ["{'x': 1}"]),
    ],
)
def test_told(path: str, value: JsonValue, expected: list[str]) -> None:
    assert texts(told(path, value, "en")) == expected


def test_what_is_not_exact_says_so() -> None:
    assert told("birth.date", {"precision": "approximate", "year": 1991}, "en").main[0].kind == "about"
    assert told("count", {"low": 120, "high": None}, "en").main[0].kind == "least"
    assert told("count", {"low": 70, "high": 75}, "en").main[0].kind == "span"
    assert told("birth.date", {"precision": "year", "year": 1411, "calendar": "hijri"}, "en").main[0].form == "hijri"


def test_names_keep_their_language_and_numbers_stand_apart() -> None:
    name = told("name.full", {"text": "ريفا", "script": "Arab", "type": "primary", "parts": ["ر", "ف"]}, "fr")
    assert name.main == (Piece("name", "ريفا", lang="ar"),)
    assert [piece.lang for piece in name.details if piece.kind == "name"] == ["ar", "ar"]
    assert told("contact.phone", "+000 1", "ar").main[0].kind == "ident"
    assert told("contact.account", "حساب", "ar").main[0].kind == "text"
    assert told("note", "a\nb", "ar").main[0].kind == "lines"


def test_contested_claims_stand_together() -> None:
    one, two, three, four = (Claim(f"c{n}", "fate", {"state": "dead"}, "fact") for n in range(4))
    two, four = two._replace(contests="c0"), four._replace(contests="c1")
    assert contested([one, two, three, four]) == [[one, two, four], [three]]
    assert contested([two]) == [[two]]


def test_grades_and_languages() -> None:
    assert grade_words(Grade("admiralty", "B", "2"), "en") == (
        "Admiralty scale",
        "usually reliable source",
        "probably true",
    )
    assert grade_words(Grade("4x4", "X", "4"), "fr")[1] == "fiabilité non évaluable"
    assert language_name("ar", "fr") == "arabe"
    assert language_name("xx", "fr") == "xx"
