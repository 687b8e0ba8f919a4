"""What may mislead the eye: bidi controls, invisible characters, look-alike letters of another script. Pure.

A claim that holds bidi controls is refused at entry (`model.texts`); partners' texts, messages and what is typed into
a form may still show them. Sources: Unicode TR 36, TR 39 §4; "Trojan Source" (CVE-2021-42574).
"""

from __future__ import annotations

import unicodedata
from typing import Final

BIDI: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_MIXABLE: Final = frozenset({"ARABIC", "LATIN", "CYRILLIC", "GREEK", "HEBREW", "ARMENIAN"})


def warnings(text: str) -> tuple[str, ...]:
    """Codes of what a reader should know of the text: `bidi`, `invisible`, `mixed` (scripts inside one word)."""
    found = []
    if any(sign in BIDI for sign in text):
        found.append("bidi")
    if any(_invisible(sign) for sign in text):
        found.append("invisible")
    if any(len(_scripts(word)) > 1 for word in text.split()):
        found.append("mixed")
    return tuple(found)


def visible(text: str) -> str:
    """The text with controls written out as `[U+202E]`, so that it reads in the order in which it is stored."""
    return "".join(f"[U+{ord(sign):04X}]" if sign in BIDI or _invisible(sign) else sign for sign in text)


def direction(text: str) -> str:
    """`rtl` or `ltr`, by the first strong letter (UAX 9, P2); `ltr` without one."""
    for sign in text:
        kind = unicodedata.bidirectional(sign)
        if kind in ("R", "AL"):
            return "rtl"
        if kind == "L":
            return "ltr"
    return "ltr"


def language_of(text: str) -> str:
    """The value of `lang` for one form of a name: `ar` for Arabic script, `und` for any other."""
    return "ar" if direction(text) == "rtl" and _scripts(text) <= {"ARABIC"} else "und"


def _invisible(sign: str) -> bool:
    if sign in "\t\n\r" or sign in BIDI or sign in "\u200c\u200d":
        return False
    return unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def _scripts(word: str) -> set[str]:
    names = (unicodedata.name(sign, "").split(" ")[0] for sign in word if sign.isalpha())
    return {name for name in names if name in _MIXABLE}
