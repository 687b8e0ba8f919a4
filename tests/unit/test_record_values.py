"""Values of claims in words: every form of the register, in three languages, with nothing of the value lost."""

from __future__ import annotations

import random
import re

import pytest

from exchange.interop import synthetic
from exchange.model.claims import Claim, Grade, JsonValue
from exchange.sentences.law.grammar import Tongue
from exchange.sentences.record.values import (
    certainty_lines,
    country,
    date_text,
    named_field,
    point_text,
    range_text,
    value_lines,
    written,
)
from exchange.sentences.visible import BREAK, breakable, direction, visible

LANGUAGES = ("ar", "fr", "en")
STEERING = re.compile(f"[\u2066-\u2069{BREAK}]")


def told(path: str, value: JsonValue, lang: str = "en") -> list[str]:
    claim = Claim("c1", path, value, "fact")
    return [STEERING.sub("", line) for line in value_lines(Tongue(lang), claim)]


CASES: list[tuple[str, JsonValue, list[str]]] = [
    ("birth.date", {"precision": "exact", "date": "1991-03-14"}, ["14 March 1991"]),
    ("birth.date", {"precision": "approximate", "year": 1990}, ["About year 1990"]),
    ("birth.date", {"precision": "year", "year": 1412, "calendar": "hijri"}, ["Year 1412 in the Hijri calendar"]),
    ("birth.date", {"precision": "range", "from": 1988, "to": 1990, "note": "x"}, ["Between 1988 and 1990", "Note: x"]),
    (
        "birth.date",
        {"precision": "exact", "date": "1412-09-30", "calendar": "hijri"},
        ["1412-09-30 in the Hijri calendar"],
    ),
    ("birth.year", 1991, ["1991"]),
    ("birth.year", {"from": 1988, "to": 1990}, ["Between 1988 and 1990"]),
    ("movement.month", "2014-06", ["June 2014"]),
    ("movement.date", "2014-06-01", ["1 June 2014"]),
    ("route.to", "LY", ["Libya (LY)"]),
    ("count", {"low": 70, "high": 75}, ["70 to 75"]),
    ("count", {"low": 120, "high": None}, ["At least 120"]),
    ("count", {"low": 3, "high": 3}, ["3"]),
    ("location.point", {"lat": -33512300, "lon": 36291200}, ["33.512300° S, 36.291200° E"]),
    ("location.area", {"lat": 33, "lon": -4, "city": "X"}, ["City: X", "Cell of one degree at 33° N, 4° W"]),
    ("birth.place", {"country": "DZ", "street": "1 A", "note": "n"}, ["Algeria (DZ)", "Street: 1 A", "Note: n"]),
    ("nationality", {"country": "KW", "status": "claimed", "rank": 2}, ["Kuwait (KW)", "Claimed", "Rank: 2"]),
    ("nationality", {"region": "ASIA", "status": "undisclosed"}, ["Asia", "Not disclosed"]),
    ("document.type", "passport", ["Passport"]),
    ("biometric.blood_type", "AB+", ["AB+"]),
    ("biometric.face", "ab" * 32, ["ab" * 8] * 4),
    ("record.marking", "TLP:AMBER", ["TLP:AMBER"]),
    ("record.caveat", "NO_ARREST_BASIS", ["The record is no ground for arrest"]),
    ("affiliation.record", {"originator": "DZ", "id": "rec-00000001"}, ["DZ/rec-00000001"]),
    ("fate", {"state": "dead", "date": "2016-01-02", "country": "SY"}, ["Dead", "Date: 2 January 2016", "Syria (SY)"]),
    (
        "record.renewal",
        {"reason": "r", "authority": "a", "until": "2030-01-01"},
        ["Reason: r", "Authority: a", "Until: 1 January 2030"],
    ),
    (
        "record.signoff",
        {"for": "listing", "authority": "a", "date": "2026-01-01"},
        ["Listing", "Authority: a", "Date: 1 January 2026"],
    ),
    (
        "document",
        {"type": "passport", "number": "A (1)", "country": "DZ", "city": "C", "issued": "2015-01-01", "note": "n"},
        ["Passport", "Number: A (1)", "Issued by: Algeria (DZ)", "City: C", "Issued: 1 January 2015", "Note: n"],
    ),
    (
        "name.full",
        {"text": "A B", "script": "Latn", "type": "alias", "lang": "fr", "quality": "low", "parts": ["A", "B"]},
        ["A B", "Alias · Latin script", "Language: fr", "Quality of the name: low", "Parts of the name: A · B"],
    ),
]


@pytest.mark.parametrize(("path", "value", "expected"), CASES, ids=lambda each: str(each)[:40])
def test_a_value_is_told_in_words(path: str, value: JsonValue, expected: list[str]) -> None:
    assert told(path, value) == expected


def test_a_value_of_another_form_or_path_is_seen_too() -> None:
    assert told("birth.year", "later") == ["later"]
    assert told("no.such.path", {"b": 1, "a": "x"}) == ['{"a": "x", "b": 1}']
    assert named_field(Tongue("en"), "no.such.path").strip("\u2066\u2069") == "no.such.path"
    assert country(Tongue("en"), "QQ").strip("\u2066\u2069") == "QQ"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_text_of_a_record_is_lost(lang: str) -> None:
    """Every text in 60 invented records stands in the words, whatever language they are in."""
    seen = 0
    for _, claims in synthetic.mixture(7, 60):
        for claim in claims:
            shown = "".join("\n".join(told(claim.path, claim.value, lang)).split())
            for text in free(claim.value):
                assert "".join(text.split()) in shown, (claim.path, lang)
                seen += 1
    assert seen > 100


def free(value: JsonValue) -> list[str]:
    """Members that somebody wrote."""
    if not isinstance(value, dict):
        return []
    return [str(value[name]) for name in ("text", "note", "city", "street", "number") if name in value]


def test_how_sure_a_claim_is() -> None:
    claim = Claim("c1", "note", "x", "hearsay", Grade("admiralty", "B", "2"), "2024-05-01")
    assert certainty_lines(Tongue("en"), claim) == (
        "Hearsay",
        "B2 (Admiralty scale): usually reliable source; probably true",
        "observed 1 May 2024",
    )
    assert certainty_lines(Tongue("en"), Claim("c1", "note", "x", "rumour"))[0].strip("\u2066\u2069") == "rumour"


def test_dates_as_exact_as_they_are() -> None:
    french = Tongue("fr")
    assert date_text(french, "2024-05-01") == "1er mai 2024"
    assert date_text(Tongue("ar"), "2024-05-02") == "2 مايو 2024"
    for odd in ("2024-13-01", "soon", "1991", "1-2-3-4"):
        assert date_text(french, odd).strip("\u2066\u2069") == odd


def test_points_and_ranges() -> None:
    assert point_text(0, -1).strip("\u2066\u2069") == "0.000000° N, 0.000001° W"
    assert range_text(Tongue("fr"), 1, 2) == "de 1 à 2"


def test_what_somebody_wrote_is_isolated_line_by_line_and_nothing_hides_in_it() -> None:
    shown = written("a\u202eb\r\n\tc\u200b\n\nd")
    assert shown == "\u2068a[U+202E]b\u2069\n\u2068 c[U+200B]\u2069\n\n\u2068d\u2069"
    assert visible("plain") == "plain"
    assert (direction("1 عربي"), direction("- x"), direction("12")) == ("rtl", "ltr", "ltr")


def test_a_long_run_can_end_a_line_and_loses_nothing() -> None:
    rng = random.Random(3)
    for _ in range(200):
        text = "".join(rng.choice("aW ع\ufdfd中-x") for _ in range(rng.randint(0, 200)))
        assert breakable(text).replace(BREAK, "") == text
    assert BREAK not in breakable("a" * 20)
    longest = max(breakable("W" * 500).split(BREAK), key=len)
    assert len(longest) <= 11
    assert max(len(each) for each in breakable("ع" * 500).split(BREAK)) <= 24
