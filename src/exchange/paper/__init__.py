"""Paper: a text of law as PDF. The one door to typst, and to the fonts that the installation brings.

The text goes in as data and is never read as typst code. No system font, no date, no network: the same text gives
the same bytes. The TLP label stands on every page above and below, as FIRST's TLP 2.0 asks.
Spec: docs/spec/policy.md §12.2.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import typst

from exchange.errors import Code, Unavailable
from exchange.policies.agreement import LANGUAGES
from exchange.sentences.law.phrases import FRAME
from exchange.sentences.law.text import LawText
from exchange.sentences.law.words import TLP_COLOURS

FAMILY: Final = "Noto Sans Arabic"
"""Arabic and Latin in one family, under the SIL Open Font License; installed with the lock, not part of this tree."""
_PACKAGE: Final = "pylopdf_fonts_ar"
_TEMPLATE: Final = "law.typ"


def pdf(law: LawText, *, mono: bool = False) -> bytes:
    """The text as PDF, A4; `mono`: digests in signs of one width. Unavailable(FONTS_MISSING) without the fonts."""
    page = FRAME["page"][LANGUAGES.index(law.lang)]
    given = {**asdict(law), "colour": TLP_COLOURS[law.marking], "rtl": law.lang == "ar", "page": page, "mono": mono}
    return typst.compile(
        (resources.files(__package__) / _TEMPLATE).read_bytes(),
        font_paths=fonts(),
        sys_inputs={"law": json.dumps(given, ensure_ascii=False), "family": FAMILY},
    )


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
