"""What may mislead the eye is marked, and shown in the order in which it is stored."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.console import marks
from exchange.console.render import ident, name, tlp

RLO, ZWSP, LRI = "\u202e", "\u200b", "\u2066"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Specimen Abderrahmane", ()),
        ("عبد الرحمن", ()),
        ("عبد الرحمن Specimen", ()),
        (f"Specimen{RLO}gnp.exe", ("bidi",)),
        (f"{LRI}x", ("bidi",)),
        (f"Spe{ZWSP}cimen", ("invisible",)),
        ("Sресimen", ("mixed",)),
        (f"Sреc{RLO}{ZWSP}", ("bidi", "invisible", "mixed")),
        ("نمی\u200cخواهم", ()),
    ],
)
def test_warnings(text: str, codes: tuple[str, ...]) -> None:
    assert marks.warnings(text) == codes


@given(st.text())
def test_what_is_shown_holds_no_control(text: str) -> None:
    shown = marks.visible(text)
    assert not any(sign in marks.BIDI for sign in shown)
    assert all(unicodedata.category(sign) != "Cf" or sign in "\u200c\u200d" for sign in shown)


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_a_name_is_one_isolated_element_whatever_it_holds(text: str) -> None:
    told = str(name(text))
    assert told.startswith("<bdi class=")
    assert told.endswith("</bdi>")
    assert told.count("<") == told.count(">") == 2
    assert not any(sign in marks.BIDI for sign in told)


@pytest.mark.parametrize(
    ("text", "direction", "language"),
    [("عبد الرحمن", "rtl", "ar"), ("Abderrahmane", "ltr", "und"), ("12 عبد", "rtl", "ar"), ("12", "ltr", "und")],
)
def test_direction_and_language(text: str, direction: str, language: str) -> None:
    assert (marks.direction(text), marks.language_of(text)) == (direction, language)


def test_identifiers_and_labels_stay_left_to_right() -> None:
    assert str(ident("DZ/rec-<1>")) == '<bdi class="id" dir="ltr">DZ/rec-&lt;1&gt;</bdi>'
    assert (
        str(tlp("TLP:AMBER+STRICT"))
        == '<bdi class="tlp tlp-amber tlp-strict" dir="ltr" lang="en">TLP:AMBER+STRICT</bdi>'
    )
    assert "tlp-" not in str(tlp("TLP:<b>"))
    assert "<b>" not in str(tlp("TLP:<b>"))
