"""What may mislead the eye: bidi controls, invisible characters, look-alike letters of another script. Pure.

A claim that holds bidi controls is refused at entry (`model.texts`); partners' texts, messages and what is typed into
a form may still show them. Sources: Unicode TR 36, TR 39 §4; "Trojan Source" (CVE-2021-42574).
"""

from __future__ import annotations

import unicodedata
from typing import Final

from exchange.sentences.visible import BIDI, direction, invisible, visible

__all__ = ["BIDI", "direction", "language_of", "visible", "warnings"]
_MIXABLE: Final = frozenset({"ARABIC", "LATIN", "CYRILLIC", "GREEK", "HEBREW", "ARMENIAN"})


def warnings(text: str) -> tuple[str, ...]:
    """Codes of what a reader should know of the text: `bidi`, `invisible`, `mixed` (scripts inside one word)."""
    found = []
    if any(sign in BIDI for sign in text):
        found.append("bidi")
    if any(invisible(sign) for sign in text):
        found.append("invisible")
    if any(len(_scripts(word)) > 1 for word in text.split()):
        found.append("mixed")
    return tuple(found)


def language_of(text: str) -> str:
    """The value of `lang` for one form of a name: `ar` for Arabic script, `und` for any other."""
    return "ar" if direction(text) == "rtl" and _scripts(text) <= {"ARABIC"} else "und"


def _scripts(word: str) -> set[str]:
    names = (unicodedata.name(sign, "").split(" ")[0] for sign in word if sign.isalpha())
    return {name for name in names if name in _MIXABLE}
