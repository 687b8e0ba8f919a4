"""What fonts can draw: every sign that is said to be drawable is drawn, and what is not is told by its number."""

from __future__ import annotations

import json
import random
import unicodedata

import pytest
import typst

from exchange import paper
from exchange.paper.signs import SIGNS, Signs, writable
from exchange.sentences.law.text import Block, Grid, LawText, Paragraph, Section
from exchange.sentences.record.values import written
from tests.paper_kit import drawn, flat, pages

HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
ONE_BY_ONE = b"""
#set document(title: "t", date: none)
#set text(font: "Noto Sans Arabic", lang: "en")
#for sign in json(bytes(sys.inputs.signs)) [#sign #parbreak()]
"""


def assigned(first: int, last: int, step: int = 1) -> list[str]:
    return [chr(code) for code in range(first, last, step) if unicodedata.category(chr(code)) not in HIDDEN]


def text_of(*told: str, lang: str = "en") -> LawText:
    blocks: list[Block] = [Paragraph(each) for each in told]
    blocks.append(Grid(("a", "b"), ((told[0], told[-1]),), (1, 1)))
    return LawText(lang, "TLP:GREEN", "title", "line", (), (Section("heading", tuple(blocks)),))


def test_what_is_said_to_be_drawable_is_drawn() -> None:
    """PDF/UA-1 refuses a text that no font can show: all the drawable ones pass in one document."""
    known = paper.fonts()
    signs = [
        *assigned(0xA1, 0x3100),
        *assigned(0xFB00, 0x10000),
        *assigned(0x1D400, 0x1D500),
        *assigned(0x4E00, 0x20000, 97),
    ]
    drawn = SIGNS.drawn(signs, known)
    good = [sign for sign in signs if drawn[sign]]
    assert 5_000 < len(good) < len(signs)
    made = typst.compile(ONE_BY_ONE, font_paths=known, sys_inputs={"signs": json.dumps(good)}, pdf_standards="ua-1")
    assert made.startswith(b"%PDF-")
    bad = [sign for sign in signs if not drawn[sign]]
    for sign in random.Random(5).sample(bad, 40):
        with pytest.raises(typst.TypstError):
            typst.compile(ONE_BY_ONE, font_paths=known, sys_inputs={"signs": json.dumps([sign])}, pdf_standards="ua-1")


def test_scripts_of_names_that_our_fonts_have() -> None:
    for text in ("عبد الرحمن", "الهُوِيّة", "Œuvre Žižek", "Юрий", "Ελένη", "עברית", "Հայկ", "ქართული", "देव"):
        drawn = SIGNS.drawn(text, paper.fonts())
        assert all(drawn[sign] for sign in text), text


def test_a_sign_without_a_glyph_is_told_by_its_number_and_a_note_says_so() -> None:
    data = paper.pdf(text_of("名 a\U0001f600 b"))
    assert "[U+540D]a[U+1F600]b" in flat(data)
    assert "Signsthatourfontslack" in flat(data)
    assert "Signsthatourfontslack" not in flat(paper.pdf(text_of("plain")))


def test_what_hides_or_steers_is_never_on_paper_unseen() -> None:
    told = flat(paper.pdf(text_of("a\u202eb\u200ec\u0000d\ue000e\ud800f\u00adg")))
    assert "a[U+202E]b[U+200E]c[U+0000]d[U+E000]e[U+D800]f[U+00AD]g" in told


def test_the_answer_for_a_sign_is_the_same_whatever_was_asked_before() -> None:
    fresh = Signs()
    fresh.drawn("中文 a", paper.fonts())
    assert fresh.drawn("文é", paper.fonts()) == {"文": False, "é": True}
    assert writable(["é", {"x": "文"}, 3, None], paper.fonts()) == (
        ["é", {"x": "\u2066[U+6587]\u2069"}, 3, None],
        True,
    )


def test_any_pair_of_letter_and_mark_makes_a_page() -> None:
    """No single font has every pair; then the mark is told by its number. Nothing fails and nothing is left out."""
    rng = random.Random(11)
    letters = [sign for sign in assigned(0x41, 0x900) if unicodedata.category(sign).startswith("L")]
    marks = [sign for sign in assigned(0x300, 0xE00) if unicodedata.category(sign).startswith("M")]
    told = ["".join(rng.choice(letters) + rng.choice(marks) for _ in range(12)) for _ in range(60)]
    for some in (told[:20], told[20:40], told[40:]):
        for lang in ("ar", "en"):
            assert pages(paper.pdf(text_of(*some, lang=lang)))


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_nothing_runs_off_the_page(lang: str) -> None:
    """A long run without a space ends its lines inside the page: the page, drawn, is white in its margins."""
    runs = ("W" * 400, "م" * 400, "\ufdfd" * 12, "中" * 60, "a" * 400, "ab" * 32)
    width, rows = drawn(text_of(*runs, *(written(run) for run in runs), lang=lang))
    margin = 4 * (width * 18 // 210)
    for y in range(len(rows) * 12 // 100, len(rows) * 88 // 100):
        for side in (rows[y][:margin], rows[y][-margin:]):
            assert set(side) == {255}, y


def test_a_cell_holds_what_is_written_in_it() -> None:
    """Between two columns runs a line; what one holds never crosses it."""
    long = [written(sign * 300) for sign in ("W", "م", "a", "m")]
    text = LawText(
        "en", "TLP:GREEN", "t", "l", (), (Section("h", (Grid(("a", "b"), tuple((x, "") for x in long), (1, 3)),)),)
    )
    width, rows = drawn(text, 72)
    first, last = 4 * (width * 66 // 210), 4 * (width * 185 // 210)
    for y in range(len(rows) * 25 // 100, len(rows) * 85 // 100):
        dark = sum(1 for value in rows[y][first:last:4] if value < 100)
        assert dark == 0 or dark > (last - first) // 8, y
