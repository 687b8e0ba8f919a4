"""Numbers, lists, contractions and direction in the three languages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from exchange.policies.agreement import Text
from exchange.sentences.law.grammar import APPROVERS, CLAIMS, DAYS, PERSONS, Listing, Noun, Tongue, unisolated
from exchange.sentences.law.labels import label, ordinal

AR, FR, EN = Tongue("ar"), Tongue("fr"), Tongue("en")


@pytest.mark.parametrize(
    ("number", "noun", "told"),
    [
        (1, DAYS, "يوم واحد"),
        (2, DAYS, "يومين"),
        (3, DAYS, "ثلاثة أيام"),
        (10, DAYS, "عشرة أيام"),
        (11, DAYS, "11 يوماً"),
        (99, DAYS, "99 يوماً"),
        (100, DAYS, "100 يوم"),
        (102, DAYS, "102 يوم"),
        (103, DAYS, "103 أيام"),
        (180, DAYS, "180 يوماً"),
        (365, DAYS, "365 يوماً"),
        (1000, DAYS, "1000 يوم"),
        (1, CLAIMS, "معلومة واحدة"),
        (2, CLAIMS, "معلومتين"),
        (3, CLAIMS, "ثلاث معلومات"),
        (8, CLAIMS, "ثماني معلومات"),
        (12, CLAIMS, "12 معلومةً"),
        (8, PERSONS, "ثمانية أشخاص"),
        (11, PERSONS, "11 شخصاً"),
        (3, APPROVERS["releasing_officer"], "ثلاثة ضباط إرسال"),
        (2, APPROVERS["officer"], "ضابطي اتصال"),
    ],
)
def test_arabic_nouns_agree_with_their_number(number: int, noun: Noun, told: str) -> None:
    assert AR.count(number, noun) == told


def test_french_and_english_have_two_numbers() -> None:
    assert [FR.count(number, DAYS) for number in (1, 2)] == ["1 jour", "2 jours"]
    assert [EN.count(number, PERSONS) for number in (1, 3)] == ["1 person", "3 persons"]


@pytest.mark.parametrize(
    ("template", "codes", "told"),
    [
        ("de {x}", ["KW"], "du Koweït"),
        ("de {x}", ["AE", "DZ", "CU", "OM"], "des Émirats arabes unis, de l'Algérie, de Cuba et d'Oman"),
        ("à {x}", ["KW", "AE", "MT"], "au Koweït, aux Émirats arabes unis et à Malte"),
        ("De {x} à Tunis", ["FR"], "De la France à Tunis"),
        ("De {x}", ["MA"], "Du Maroc"),
        ("pour {x}", ["KW"], "pour le Koweït"),
        ("communauté : {x}", ["KW"], "communauté\u00a0: le Koweït"),
    ],
)
def test_french_prepositions_contract_and_repeat(template: str, codes: list[str], told: str) -> None:
    phrase = Text("{x}", template, "{x}")
    assert FR.say(phrase, x=FR.countries(codes)) == told


def test_lists_are_joined_as_each_language_does() -> None:
    items = ("1", "2", "3")
    assert AR.join(items) == "1 و2 و3"
    assert AR.say(Text("{x}", "", ""), x=Listing(items, "or")) == "1 أو 2 أو 3"
    assert FR.join(items) == "1, 2 et 3"
    assert EN.say(Text("", "", "{x}"), x=Listing(items, "or")) == "1, 2 or 3"


def test_dates_are_written_out() -> None:
    at = datetime(2026, 7, 1, 9, 5, tzinfo=UTC)
    assert AR.moment(at) == "1 يوليو 2026، الساعة 09:05 بالتوقيت العالمي"
    assert FR.moment(at) == "1er juillet 2026 à 09:05 (temps universel)"
    assert EN.moment(at) == "1 July 2026, 09:05 UTC"


def test_latin_text_is_isolated_in_arabic() -> None:
    assert AR.name("AG-DZ-AE") == "\u2066AG-DZ-AE\u2069"
    assert EN.name("AG-DZ-AE") == "AG-DZ-AE"
    told = AR.say(Text("وفق بروتوكول TLP رقم {x} (DZ).", "", ""), x=AR.name("NP-DZ/2.1"))
    assert told == "وفق بروتوكول \u2066TLP\u2069 رقم \u2066NP-DZ/2.1\u2069 (\u2066DZ\u2069)."
    assert not any("A" <= sign <= "z" for sign in unisolated(told))
    assert AR.authored("Example only (2014)") == "\u2068Example only (2014)\u2069"
    assert AR.authored("Группа") == "\u2068Группа\u2069"
    assert EN.authored("اتفاق") == "\u2068اتفاق\u2069"
    assert AR.authored("اتفاق") == "اتفاق"


@pytest.mark.parametrize("lang", ["ar", "fr", "en"])
def test_nothing_hidden_comes_through(lang: str) -> None:
    """What a state wrote cannot reverse the text, close our isolates or bring its own."""
    hostile = "deny\u202etimrep\u2069 \u2066 a\nb\u200b"
    for told in (Tongue(lang).authored(hostile), Tongue(lang).prose(hostile)):
        bare = told.removeprefix("\u2068")
        assert not {"\u202e", "\n", "\u200b"} & set(bare)
        assert told.count("\u2069") == told.count("\u2066") + told.count("\u2068")
        assert told.count("\ufffd") == 4


def test_labels_and_ordinals() -> None:
    assert [label("ar", 0, 0), label("fr", 0, 1), label("en", 0, 2)] == ["(أ)", "b)", "(c)"]
    assert [label("ar", 1, 3), label("fr", 1, 3), label("en", 1, 8)] == ["(4)", "iv)", "(ix)"]
    assert [label("en", 2, 0), label("en", 0, 26)] == ["(1)", "(27)"]
    assert [ordinal("fr", 4), ordinal("en", 14), ordinal("ar", 4)] == ["IV", "XIV", "الرابع"]
    assert [ordinal("ar", 11), ordinal("ar", 12), ordinal("ar", 19)] == ["الحادي عشر", "الثاني عشر", "التاسع عشر"]
