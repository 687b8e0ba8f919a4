"""The words of the index: one spelling, every part and its beginning finds a name, and nothing fills the index."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.model.claims import Claim
from exchange.model.fold import fold
from exchange.model.paths import PATHS
from exchange.model.records import Ref
from exchange.model.terms import (
    LINKS_MAX,
    MARKS_MAX,
    TERMS_MAX,
    asked_id,
    document_number,
    full_names,
    links,
    matched,
    questions,
    terms,
)
from exchange.model.words import FORMS_MAX, LONGEST, SHORTEST, TEXT_MAX, Words, squeezed

ALIKE = [
    ("أحمد", "احمد"), ("إبراهيم", "ابراهيم"), ("آمنة", "امنه"), ("ٱلرحمن", "الرحمن"),
    ("فاطمة", "فاطمه"), ("مصطفى", "مصطفي"), ("مُحَمَّد", "محمد"), ("محـــمد", "محمد"),
    ("رؤوف", "رووف"), ("مسؤول", "مسوول"), ("سناء", "سنا"), ("علی", "علي"),
    ("كريم", "کریم"), ("ﷲ", "الله"), ("ﻻ", "لا"), ("١٩٨٥", "1985"),
    ("۱۹۸۵", "1985"), ("１９８５", "1985"), ("Šāmil", "samil"), ("Aḥmad", "ahmad"),
    ("ĞÜNEŞ", "gunes"), ("İstanbul", "istanbul"), ("ıraz", "iraz"), ("Łukasz", "lukasz"),
    ("Øyvind", "oyvind"), ("Straße", "strasse"), ("Ærø", "aero"), ("Hélène", "helene"),
    ("ＡＢＣ", "abc"), ("a\u200db", "ab"), ("Nguyễn", "nguyen"), ("Đình", "dinh"),
]  # fmt: skip
FINDS = [
    ("Al-Qaʿida", "qaida"), ("Al-Qaʿida", "alqaida"), ("Al Qaida", "alqaida"), ("Alqaida", "al-qaida"),
    ("Al-Qa'ida", "Qaida"), ("El-Khalifi", "khalifi"), ("القاعدة", "قاعدة"), ("القاعدة", "القاعد"),
    ("Abd al-Rahman", "Abdulrahman"), ("Abdulrahman", "Abd al-Rahman"), ("Abdel Rahman", "abd el rahman"),
    ("Abderrahmane", "abd errahmane"), ("عبد الرحمن", "عبدالرحمن"), ("عبدالرحمن", "عبد الرحمن"),
    ("Ben Ali", "Benali"), ("Benali", "Ben Ali"), ("Ben-Ali", "ben ali"), ("بن علي", "بنعلي"), ("بنعلي", "بن علي"),
    ("Abu Bakr", "Abubakr"), ("Abubakr", "abu bakr"), ("أبو بكر", "ابوبكر"), ("أبوبكر", "أبو بكر"),
    ("Jean-Pierre", "jean pierre"), ("Jean Pierre", "Jean-Pierre"), ("O’Brien", "obrien"), ("O'Brien", "O'Brien"),
    ("Mohamed Specimen", "moh"), ("Mohamed Specimen", "specimen moha"), ("Abdurrahmanzadeh", "Abdurrahmanzadeh"),
]  # fmt: skip
NAMES = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "Mn", "Zs", "Pd", "Po")) | st.sampled_from(" -'’.ـاأإآةىىabde"),
    min_size=1,
    max_size=60,
)


def claim(path: str, value: Any, number: int = 1) -> Claim:
    return Claim(f"c{number}", path, value, "fact")


def name(text: str, path: str = "name.full", **more: str) -> Claim:
    return claim(path, {"text": text, "script": "Zyyy", "type": "primary"} | more)


@pytest.mark.parametrize(("text", "same"), ALIKE)
def test_what_a_reader_calls_the_same_is_folded_to_one(text: str, same: str) -> None:
    assert fold(text) == fold(same)


@given(st.text(max_size=80))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_other_names_stay_others() -> None:
    assert len({fold(each) for each in ("حسن", "حسين", "Hasan", "Husayn", "سالم", "سليم")}) == 6


@pytest.mark.parametrize(("text", "question"), FINDS)
def test_a_name_is_found_however_it_is_written(text: str, question: str) -> None:
    found = terms([name(text)])
    assert any(set(row) <= found for row in questions(question)), (sorted(found), questions(question))


@given(NAMES, st.integers(0, 8), st.integers(1, 8))
def test_every_part_of_a_name_finds_it(text: str, start: int, count: int) -> None:
    """Any of the words, in a row, as they stand there."""
    words = text.split()[:6]
    part = " ".join(words[start : start + count])
    assert set(Words().asked(part)) <= terms([name(" ".join(words))])


@given(NAMES)
def test_the_beginning_of_a_word_finds_it(text: str) -> None:
    found = terms([name(text)])
    for word in Words().asked(text):
        assert {word[:size] for size in range(SHORTEST, len(word) + 1)} <= found


@given(NAMES)
def test_order_and_repetition_do_not_matter(text: str) -> None:
    words = Words()
    assert terms([name(text), name(text)]) == terms([name(text)])
    assert terms([name(text)], words) == terms([name(text)], words) == terms([name(text)])
    assert set(words.asked(" ".join(reversed(text.split())))) <= terms([name(text)])


@given(NAMES)
def test_terms_are_folded_words_of_bounded_length(text: str) -> None:
    for form in terms([name(text)]):
        assert 0 < len(form) <= LONGEST
        assert fold(form) == form
        assert not form.isspace()
        assert " " not in form


def test_two_letters_are_found_whole_and_begin_nothing() -> None:
    found = terms([name("Li Lianne")])
    assert "li" in found
    assert not found & {"l"}
    assert questions("li") == [["li"]]


def test_an_article_alone_asks_for_nothing() -> None:
    assert questions("al") == questions("  ") == questions("!?") == []
    assert questions("al Ahmad") == [["ahmad"]]


def test_numbers_years_places_and_ids() -> None:
    found = terms(
        [
            claim("document", {"type": "passport", "number": "SYN 00-12/345"}),
            claim("contact.phone", "+000 555 1234"),
            claim("birth.date", {"precision": "exact", "date": "1985-03-12"}),
            claim("birth.date", {"precision": "range", "from": 1979, "to": 1981}),
            claim("birth.year", 1402),
            claim("birth.place", {"country": "DZ", "city": "Oran", "region": "Wahrān"}),
            claim("movement.from", {"country": "TR", "city": "Hatay"}),
        ]
    )
    for question in ("SYN0012345", "syn 00 12 345", "syn00-12/345", "000555 1234", "1985", "12/03/1985"):
        assert any(set(row) <= found for row in questions(question)), question
    for question in ("1979", "1981", "1402", "oran", "wahran", "hata", "١٩٨٥"):
        assert any(set(row) <= found for row in questions(question)), question
    assert not found & {"dz", "tr", "passport"}
    assert asked_id(" rec-abcdefghij ") == asked_id("DZ/rec-abcdefghij") == "rec-abcdefghij"
    assert asked_id("Rec-ABCDEFGHIJ") is asked_id("two words") is asked_id("short") is None


def test_notes_sources_and_the_unsaid_are_not_indexed() -> None:
    claims = [
        claim("note", "Specimenword"),
        claim("record.source", "Specimenword"),
        claim("assessment.text", "Specimenword"),
        claim("document", {"type": "passport", "note": "Specimenword"}),
        claim("birth.place", {"note": "Specimenword"}),
        claim("name.full", {"text": "Other", "script": "Latn", "type": "primary", "note": "Specimenword"}),
    ]
    assert terms(claims) == terms([name("Other")])


@pytest.mark.parametrize("path", sorted(PATHS))
def test_a_value_of_another_form_is_no_error(path: str) -> None:
    odd: list[Any] = ["text", 5, True, None, [], {}, {"text": 5}, {"city": []}, ["a"]]
    for value in odd:
        terms([claim(path, value)])
        links([claim(path, value)])
        full_names("person", [claim(path, value)])
        matched([claim(path, value)], ["text"])


def hostile(number: int) -> Claim:
    letters = "".join(chr(0x4E00 + number * 40 + each) + " " for each in range(40))
    return claim("name.alias", {"text": (letters + "x" * 10_000), "script": "Zyyy", "type": "alias"}, number)


def test_one_record_fills_nothing() -> None:
    many = [hostile(number) for number in range(250)]
    every = [*many, claim("document", {"type": "passport", "number": "SYN0012345"}, 251), name("Hidden Specimen")]
    found = terms(every)
    assert len(found) == TERMS_MAX
    assert {"syn0012345", "syn00"} <= found
    assert sum(len(form) for form in found) <= TERMS_MAX * LONGEST
    one = terms([hostile(1)])
    assert len(one) <= FORMS_MAX
    assert terms([name("y" * 10_000 + " Z" * 5000)]) == terms([name(("y" * 10_000 + " Z" * 5000)[:TEXT_MAX])])


def test_where_there_is_no_room_each_claim_gives_a_word() -> None:
    every = [name(f"Unique{number}name Long{number}word Other{number}thing", "name.alias") for number in range(200)]
    found = terms(every)
    assert len(found) == TERMS_MAX
    assert all(any(f"{number}" in form for form in found) for number in range(200))
    assert {f"unique{number}name"[:LONGEST] for number in range(200)} <= found


def test_what_matched_is_told_by_path() -> None:
    claims = [name("Salim Specimen"), name("Abu Salim", "name.kunya"), claim("birth.year", 1985)]
    assert matched(claims, ["salim"]) == ("name.full", "name.kunya")
    assert matched(claims, ["1985", "spec"]) == ("name.full", "birth.year")
    assert matched(claims, ["nobody"]) == matched(claims, []) == ()


def test_full_names_are_compared_within_one_kind() -> None:
    salim = full_names("person", [name("Sālim al-Specimen")])
    assert salim == full_names("person", [name("SALIM SPECIMEN")]) == ["person:salim specimen"]
    assert full_names("group", [name("Salim Specimen")]) != salim
    assert full_names("person", [name("Salim")]) == []
    assert full_names("camp", [name("Salim")]) == ["camp:salim"]
    for weak in ("kunya", "nom_de_guerre", "alias", "acronym"):
        assert full_names("person", [name("Abu Salim", type=weak)]) == []
    many = [name(f"First{number} Last{number}") for number in range(200)]
    assert len(full_names("person", many)) == MARKS_MAX


def test_short_numbers_mean_nothing() -> None:
    assert document_number({"type": "passport", "number": "12 34"}) is None
    assert document_number({"type": "passport", "number": "12 34-A"}) == "1234a"
    assert document_number({"type": "passport", "note": "lost"}) is document_number("12345") is None
    assert squeezed("A-12/ ٣٤") == "a1234"


def test_links_are_the_records_that_claims_name() -> None:
    end = {"originator": "KW", "id": "rec-00000001"}
    found = links([claim("relation.from", end), claim("relation.to", end), claim("note", "KW/rec-2")])
    assert found == [Ref("KW", "rec-00000001")]
    many = [claim("network.member", {"originator": "KW", "id": f"rec-{number:08d}"}) for number in range(400)]
    assert len(links(many)) == LINKS_MAX
