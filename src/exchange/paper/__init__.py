"""Paper: a text as PDF. The one door to typst, and to the fonts that the installation brings.

The text goes in as data and is never read as typst code. No system font, no date, no network: the same text gives the
same bytes. The TLP label stands on every page above and below, as FIRST's TLP 2.0 asks. What is made is PDF/UA-1: a
screen reader finds headings, tables and the order of reading. Spec: docs/spec/policy.md §12.2.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, cast

import typst

from exchange.errors import Code, TooLarge, Unavailable
from exchange.paper.signs import EXAMPLE, Tree, writable
from exchange.policies.agreement import LANGUAGES
from exchange.sentences.guides.guide import Guide
from exchange.sentences.law.phrases import FRAME
from exchange.sentences.law.text import LawText
from exchange.sentences.law.words import TLP_COLOURS

FAMILY: Final = "Noto Sans Arabic"
"""Arabic and Latin in one family, under the SIL Open Font License; installed with the lock, not part of this tree."""
MAX_SIGNS: Final = 1_000_000
"""Characters of one document: some five hundred pages, made in a few seconds."""
_PACKAGE: Final = "pylopdf_fonts_ar"
_STANDARD: Final = "ua-1"


def pdf(law: LawText, *, mono: bool = False, watermark: str = "") -> bytes:
    """The text as PDF, A4; `mono`: digests in signs of one width. `watermark`: who printed it and when.

    A sign that no font has is written as its number, and a note says so. Unavailable(FONTS_MISSING) without the fonts,
    TooLarge above `MAX_SIGNS`.
    """
    return _made("law.typ", given(law, mono=mono, watermark=watermark))


def given(law: LawText, *, mono: bool = False, watermark: str = "") -> dict[str, Any]:
    """What the template is given of a text."""
    at = LANGUAGES.index(law.lang)
    return {
        **asdict(law),
        "colour": TLP_COLOURS[law.marking],
        "rtl": law.lang == "ar",
        "page": FRAME["page"][at],
        "mono": mono,
        "watermark": watermark,
        "unwritable": FRAME["unwritable"][at].format(x=f"\u2066{EXAMPLE}\u2069"),
    }


def card(guide: Guide) -> bytes:
    """A guide for one role as one page A4, to be laminated."""
    return _made("card.typ", {**asdict(guide), "rtl": guide.lang == "ar"})


def fonts() -> typst.Fonts:
    """The installed fonts, and those inside typst for scripts that they lack; none of the system.

    Unavailable(FONTS_MISSING) if ours are not there.
    """
    found = find_spec(_PACKAGE)
    folder = [] if found is None or found.origin is None else [Path(found.origin).parent]
    known = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=list(folder))
    if FAMILY not in known.families():
        raise Unavailable(Code.FONTS_MISSING)
    return known


def _made(template: str, values: dict[str, Any]) -> bytes:
    known = fonts()
    tree = cast(Tree, json.loads(json.dumps(values)))
    if _size(tree) > MAX_SIGNS:
        raise TooLarge(limit=MAX_SIGNS)
    try:
        return _compiled(template, tree, known, marks=True)
    except typst.TypstError as fault:
        # Some letter and some mark above it stand in no single font: only such a pair is left when each sign was asked.
        if "could not be displayed" not in fault.message:
            raise
        return _compiled(template, tree, known, marks=False)


def _compiled(template: str, tree: Tree, known: typst.Fonts, *, marks: bool) -> bytes:
    return typst.compile(
        source(template), font_paths=known, sys_inputs=inputs(tree, known, marks=marks), pdf_standards=_STANDARD
    )


def source(template: str) -> bytes:
    """A template of this folder."""
    return (resources.files(__package__) / template).read_bytes()


def inputs(tree: Tree, known: typst.Fonts, *, marks: bool) -> dict[str, str]:
    """Values as typst takes them: one JSON text, in which every sign can be drawn."""
    shown, changed = writable(tree, known, marks=marks)
    law = {**shown, "changed": changed} if isinstance(shown, dict) else shown
    return {"law": json.dumps(law, ensure_ascii=False), "family": FAMILY}


def _size(tree: Tree) -> int:
    if isinstance(tree, str):
        return len(tree)
    if isinstance(tree, list):
        return sum(_size(each) for each in tree)
    return sum(_size(each) for each in tree.values()) if isinstance(tree, dict) else 0
