"""The PDF: same bytes every time, the label on every page, only our fonts, and text that stays text."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from pypdf import PageObject, PdfReader

from exchange import paper
from exchange.errors import Code, Unavailable
from exchange.sentences.law import decision_text, document_text
from exchange.sentences.law.words import TLP_COLOURS
from tests.unit.policies_kit import agreement, ask, example, name, record

LANGUAGES = ("ar", "fr", "en")


def pages(data: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_same_text_gives_the_same_bytes(lang: str) -> None:
    law = document_text(example("dz-ae-kw"), lang)
    data = paper.pdf(law)
    assert data.startswith(b"%PDF-")
    assert data == paper.pdf(law)
    info = PdfReader(io.BytesIO(data)).metadata
    assert info is not None
    assert info.creation_date is None


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("label", TLP_COLOURS)
def test_the_label_stands_above_and_below_on_every_page(label: str, lang: str) -> None:
    reader = PdfReader(io.BytesIO(paper.pdf(document_text(example("dz-tn-eg"), lang, label))))
    assert len(reader.pages) > 3
    for page in reader.pages:
        heights = heights_of(page, label)
        assert [height for height in heights if height > 760]
        assert [height for height in heights if height < 80]


def heights_of(page: PageObject, label: str) -> list[float]:
    """How high on the page (of 842 points) the label stands, each time it does."""
    found: list[float] = []

    def visit(text: str, place: list[float], *_more: object) -> None:
        if re.sub(r"[\s\u2066-\u2069]", "", text) == label:
            found.append(place[5])

    page.extract_text(visitor_text=visit)
    return found


def test_the_label_is_in_its_colour_on_black_and_large_enough() -> None:
    for label, colour in TLP_COLOURS.items():
        (page, *_) = PdfReader(io.BytesIO(paper.pdf(document_text(example("dz-qa"), "ar", label)))).pages
        contents = page.get_contents()
        assert contents is not None
        drawn = contents.get_data().decode("latin-1")
        wanted = tuple(round(int(colour[at : at + 2], 16) / 255, 2) for at in (1, 3, 5))
        colours = triples(drawn)
        assert wanted in colours
        assert (0.0, 0.0, 0.0) in colours
        assert re.findall(r"/f\d+ ([\d.]+) Tf", drawn).count("12") >= 2


def triples(drawn: str) -> set[tuple[float, ...]]:
    """The colours that a page's operators set; greys as three equal parts."""
    found = re.findall(r"((?:[\d.]+ ){1,3})(?:rg|g|scn|sc)\b", drawn)
    parts = [[round(float(each), 2) for each in numbers.split()] for numbers in found]
    return {tuple(each * 3 if len(each) == 1 else each) for each in parts}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_only_the_installed_family_is_embedded(lang: str) -> None:
    data = paper.pdf(document_text(example("dz-ae-un"), lang))
    resources: list[Any] = [page["/Resources"] for page in PdfReader(io.BytesIO(data)).pages]
    names = {font.get_object()["/BaseFont"] for each in resources for font in each["/Font"].values()}
    assert names
    assert all(re.fullmatch(r"/[A-Z]{6}\+NotoSansArabic-\w+(-Identity-H)?", each) for each in names)


def test_what_a_state_wrote_is_text_and_never_code() -> None:
    title = {"ar": '#panic("x")', "fr": "$ x $ #sys.inputs", "en": '= H #read("/etc/passwd") *b* @x <y> \\ // z'}
    document = agreement(title=title)
    (first, *_) = pages(paper.pdf(document_text(document, "en")))
    flat = re.sub(r"\s", "", first)
    assert re.sub(r"\s", "", title["en"]) in flat
    for lang in LANGUAGES:
        assert pages(paper.pdf(document_text(document, lang)))


def test_a_decision_is_printed_too() -> None:
    about = record(("name.full", name("Secretive")))
    (first, *_) = pages(paper.pdf(decision_text(ask(agreement(), about), about, "en")))
    assert "Decision on one record and one recipient" in first
    assert "Secretive" not in first


def test_without_the_fonts_it_fails_with_a_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "_PACKAGE", "exchange_has_no_such_fonts")
    with pytest.raises(Unavailable) as refused:
        paper.pdf(document_text(agreement(), "fr"))
    assert refused.value.code is Code.FONTS_MISSING


def test_a_package_without_the_family_is_not_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "_PACKAGE", "exchange")
    with pytest.raises(Unavailable):
        paper.fonts()
