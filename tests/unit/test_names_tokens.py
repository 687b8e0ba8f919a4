"""Particles, articles, compounds, kunyas: what the words of a name become (docs/spec/names.md §1 to §3)."""

from __future__ import annotations

import pytest

from exchange.matching.classes import SERVANT, readings
from exchange.matching.fold import fold
from exchange.matching.names import analyse
from exchange.matching.parts import parts
from exchange.matching.tokens import tokens


def skeletons(text: str) -> list[str]:
    """The first reading of each word."""
    return [readings(token.sound.places)[0] for token in tokens(text)]


def forms(text: str) -> list[set[str]]:
    """Everything that each word may be."""
    return [{each for form in token.forms for each in readings(form.places)} for token in tokens(text)]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Şeyh ǦĀBIR", "sheyh jabir"),
        ("Muʿāḏ", "muadh"),
        ("Ḫālid Ġāzī", "khalid ghazi"),
        ("مُحَمَّدٌ", "محمد"),
        ("محـــمد", "محمد"),
        ("إبراهيم أحمد آمنة ٱلله", "ابراهيم احمد امنه الله"),
        ("کریم ی\u200cگ", "كريم يگ"),
        ("a\u202eb\u200fc", "abc"),
        ("Jean-Pierre  O'Neil", "jean pierre oneil"),
        ("Mo7ammed 3ali", "mohammed ali"),
        ("٢٠٠٣", "2003"),
        ("ｆｕｌｌ", "full"),
        ("ﻣﺤﻤﺪ", "محمد"),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(folded) == folded


@pytest.mark.parametrize(
    "spellings",
    [
        ("Abdelmalek", "Abd al-Malik", "Abdoul Malick", "Abdul-Malik", "عبد المالك", "عبدالملك", "Abd El Malek"),
        ("Abderrahmane", "Abdurrahman", "Abd ar-Rahman", "Abdul Rahman", "Abdirahman", "عبد الرحمن", "عبدالرحمان"),
        ("Abdallah", "Abd Allah", "Abdullah", "Abdoullah", "عبد الله", "عبدالله"),
        ("Abdelaziz", "Abdul Aziz", "Abd al-'Aziz", "عبد العزيز"),
        ("Abdellatif", "Abdul Latif", "Abdelatif", "عبد اللطيف"),
        ("Nasrallah", "Nasr Allah", "Nasrullah", "نصر الله", "نصرالله"),
    ],
)
def test_a_compound_is_one_word_in_all_its_spellings(spellings: tuple[str, ...]) -> None:
    found = {tuple(skeletons(spelling)) for spelling in spellings}
    assert len(found) == 1
    assert len(found.pop()) == 1


@pytest.mark.parametrize(
    "spellings",
    [
        ("Salaheddine", "Salah ad-Din", "Salahuddin", "Salah al-Deen", "صلاح الدين", "صلاح‌الدین"),
        ("Noureddine", "Nour-Eddine", "Nur al-Din", "Nuruddin", "نور الدين", "نورالدين"),
    ],
)
def test_din_is_a_word_of_its_own(spellings: tuple[str, ...]) -> None:
    found = {tuple(skeletons(spelling)) for spelling in spellings}
    assert len(found) == 1
    assert len(found.pop()) == 2


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Ali ibn Omar al-Hassan", ["Al", "Amr", "hsn"]),
        ("علي بن عمر الحسن", ["Al", "Amr", "hsn"]),
        ("es-Salem", ["slm"]),
        ("ech-Cherif Omar", ["xrf", "Amr"]),
        ("as-Sadiq", ["sdk"]),
        ("Ennaceur", ["njr"]),
        ("AlGhanim", ["gnm"]),
        ("Ould Omar", ["Amr"]),
        ("ولد عمر", ["Amr"]),
        ("Belmokhtar", ["mxtr"]),
        ("بلمختار", ["mxtr"]),
        ("Bensalem", ["slm"]),
        ("Majeed Abdul", ["Cmjd"]),
        ("Ahmed K. Omar", ["Ahmd", "Amr"]),
    ],
)
def test_particles_and_articles_fall(text: str, wanted: list[str]) -> None:
    assert skeletons(text) == wanted


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Benounes", "بن وناس"),
        ("Benabdellah", "بن عبد الله"),
        ("Benali", "Ben Ali"),
        ("Boubakeur", "أبو بكر"),
        ("Aboubakar", "Abu Bakr"),
        ("Larbi", "العربي"),
        ("Lakhdar", "الأخضر"),
        ("Elhachemi", "الهاشمي"),
        ("Errachid", "الرشيد"),
        ("Matiur", "Mati"),
        ("Cumar", "Omar"),
    ],
)
def test_what_a_word_may_also_be(one: str, other: str) -> None:
    assert any(some & others for some in forms(one) for others in forms(other))


def test_a_kunya_is_marked() -> None:
    assert [token.role for token in tokens("Abu Bakr al-Tunisi")] == ["kunya", "article"]
    assert [token.role for token in tokens("أم محمد")] == ["kunya"]
    assert analyse("Umm Omar").kunya
    assert analyse("أبو أحمد").kunya
    assert not analyse("Abu Omar al-Tunisi").kunya
    assert not analyse("Omar").kunya


def test_titles_say_nothing() -> None:
    with_title, without = analyse("Sheikh Omar Tounsi"), analyse("Omar Tounsi")
    assert with_title.total == without.total
    assert with_title.head == 1
    assert [token.role for token in analyse("الشيخ").tokens] != ["title"]


def test_nothing_is_nothing() -> None:
    for text in ("", "   ", "\u200b", "...", "123"):
        assert len(tokens(text)) <= 1


def test_ambiguous_letters_have_at_most_twelve_readings() -> None:
    every = readings(tokens("ghchthdhghchthdhgch")[0].sound.places)
    assert len(every) == 12
    assert len(set(every)) == 12
    assert readings((SERVANT,)) == ("C",)


def test_other_scripts_are_found_as_they_are_written() -> None:
    assert skeletons("Иванов") == skeletons("иванов")
    assert skeletons("Иванов") != skeletons("Петров")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Omar ben Ahmed al-Tounsi", ["ism", "nasab", "nisba"]),
        ("عمر بن أحمد التونسي", ["ism", "nasab", "nisba"]),
        ("Abu Bakr al-Tunisi", ["kunya", "ism"]),
        ("Sheikh Nour Eddine Omar", ["title", "ism", "laqab", "nasab"]),
        ("Omar al-Tawil", ["ism", "laqab"]),
        ("Omar Benali", ["ism", "nasab"]),
        ("Omar Hachemi", ["ism", "nisba"]),
    ],
)
def test_parts(text: str, wanted: list[str]) -> None:
    assert [part.kind for part in parts(analyse(text))] == wanted
