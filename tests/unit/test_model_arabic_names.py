"""Names in Arabic script, divided; the names are invented or common words put together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.model.arabic_names import KINDS, Part, parts

TEXT = """
محمد أحمد علي سليم نموذج عبد الرحمن نور الدين أبو أم بن بنت ابن ولد آل المثالي الجزائري الكبير الملقب المكنى الشيخ
فَاطِمَة مثالي نصر الله
"""
WORDS = TEXT.split()


def told(text: str) -> list[tuple[str, str]]:
    return [(part.kind, part.text) for part in parts(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("سليم", [("ism", "سليم")]),
        (
            "سليم بن نموذج بن أحمد المثالي",
            [("ism", "سليم"), ("nasab", "بن نموذج"), ("nasab", "بن أحمد"), ("nisba", "المثالي")],
        ),
        (
            "أبو عبد الله سليم بن عبد الرحمن الجزائري",
            [("kunya", "أبو عبد الله"), ("ism", "سليم"), ("nasab", "بن عبد الرحمن"), ("nisba", "الجزائري")],
        ),
        ("أم نموذج فاطمة بنت سليم", [("kunya", "أم نموذج"), ("ism", "فاطمة"), ("nasab", "بنت سليم")]),
        ("نور الدين سليم", [("ism", "نور الدين"), ("nasab", "سليم")]),
        ("سليم نور الدين", [("ism", "سليم"), ("laqab", "نور الدين")]),
        ("سليم بن أبي بكر نموذج", [("ism", "سليم"), ("nasab", "بن أبي بكر"), ("nasab", "نموذج")]),
        ("سليم آل نموذج", [("ism", "سليم"), ("nisba", "آل نموذج")]),
        ("الشيخ سليم نموذج", [("laqab", "الشيخ"), ("ism", "سليم"), ("nasab", "نموذج")]),
        ("سليم المهدي", [("ism", "سليم"), ("laqab", "المهدي")]),
        ("الهادي المثالي", [("ism", "الهادي"), ("nisba", "المثالي")]),
        ("سليم الملقب بالنموذج", [("ism", "سليم"), ("mark", "الملقب"), ("laqab", "بالنموذج")]),
        ("سليم المكنى أبو نموذج", [("ism", "سليم"), ("mark", "المكنى"), ("kunya", "أبو نموذج")]),
        ("سليم ولد نموذج", [("ism", "سليم"), ("nasab", "ولد نموذج")]),
        ("عبد الرحمن", [("ism", "عبد الرحمن")]),
        ("بن", [("ism", "بن")]),
        ("سليم بن", [("ism", "سليم"), ("nasab", "بن")]),
        ("سليم المكنى", [("ism", "سليم"), ("mark", "المكنى")]),
    ],
)
def test_divided(text: str, expected: list[tuple[str, str]]) -> None:
    assert told(text) == expected


def test_what_form_alone_does_not_settle_is_not_sure() -> None:
    assert parts("سليم نموذج مثالي") == (
        Part("ism", "سليم"),
        Part("nasab", "نموذج", sure=False),
        Part("nisba", "مثالي", sure=False),
    )
    assert parts("سليم علي")[1] == Part("nasab", "علي", sure=False)
    assert parts("سليم أبو نموذج")[1] == Part("kunya", "أبو نموذج", sure=False)
    assert parts("أبو نموذج سليم")[0].sure


def test_vowel_signs_and_forms_of_hamza_are_read_and_stay() -> None:
    assert told("اَبُو نَموذَج سَلِيم") == [("kunya", "اَبُو نَموذَج"), ("ism", "سَلِيم")]


@pytest.mark.parametrize("text", ["", "Rifa Exempli", "سليم Exempli", "123", " ".join(["سليم"] * 41)])
def test_what_is_no_arabic_name_is_not_divided(text: str) -> None:
    assert parts(text) == ()


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=12), st.sampled_from([" ", "  ", "\u00a0", "\t"]))
def test_nothing_is_lost_or_changed(words: list[str], blank: str) -> None:
    found = parts(blank.join(words))
    assert " ".join(part.text for part in found) == " ".join(words)
    assert {part.kind for part in found} <= set(KINDS)
    assert sum(part.kind == "ism" for part in found) <= 1
