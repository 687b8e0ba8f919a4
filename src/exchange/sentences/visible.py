"""Text from outside made harmless to look at: what would turn a line around, or hide in it, is written out. Pure.

A claim that holds bidi controls is refused at entry (`model.texts`); partners' messages and documents of any age are
shown all the same, and a reader must see what is there. Sources: Unicode TR 9, TR 36; "Trojan Source" (CVE-2021-42574).
"""

from __future__ import annotations

import unicodedata
from itertools import groupby
from typing import Final

BIDI: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
BREAK: Final = "\u200b"
"""Zero width: where a line may end inside what has no space."""
CELL: Final = 20
"""Letters of common width that a narrow column holds in one line."""
MARKS: Final = 8
"""Marks above or below one letter that are drawn: no script needs more, and thousands of them would never be set."""
_JOINED: Final = 12
_WIDE: Final = frozenset("mwMW@%&—")
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def invisible(sign: str) -> bool:
    """True for what leaves no mark on the page; joiners of Arabic letters, tabs and ends of lines are not meant."""
    if sign in "\t\n\r" or sign in BIDI or sign in "\u200c\u200d":
        return False
    return unicodedata.category(sign) in _HIDDEN


def visible(text: str) -> str:
    """The text with controls written out as `[U+202E]`, so that it reads in the order in which it is stored."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(written_out(sign) if sign in BIDI or invisible(sign) else sign for sign in text)


def few_marks(text: str) -> str:
    """The text in which no letter carries more than `MARKS` marks: the others are told by number and how often."""
    if text.isascii():
        return text
    out: list[str] = []
    carried = 0
    for sign, run in groupby(text):
        times = sum(1 for _ in run)
        if unicodedata.category(sign)[0] != "M":
            carried = 0
            out.append(sign * times)
            continue
        drawn = min(times, max(0, MARKS - carried))
        carried += times
        out.append(sign * drawn + (written_out(sign, times - drawn) if times > drawn else ""))
    return "".join(out)


def written_out(sign: str, times: int = 1) -> str:
    """The number of a character, as Unicode writes it; how often, where it stands several times."""
    return f"[U+{ord(sign):04X}]" if times == 1 else f"[U+{ord(sign):04X}×{times}]"


def breakable(text: str, run: int = CELL) -> str:
    """The text with places to end a line behind `run` signs without a space, so that none of it leaves the page.

    Wide signs count twice. Between Arabic letters, which join, there is one in twelve.
    """
    if len(text) <= run // 2 and not any(map(_ligature, text)):
        return text
    out: list[str] = []
    width, due = 0, False
    for sign in text:
        if unicodedata.category(sign)[0] == "M":
            out.append(sign)  # a mark stays with its letter
            continue
        if due:
            out.append(BREAK)
        out.append(sign)
        width = 0 if sign.isspace() or sign in BIDI or sign == "-" else width + 1 + _wide(sign)
        due = _ligature(sign) or (width > run and (not arabic(sign) or width % _JOINED == 0))
    return "".join(out)


def arabic(sign: str) -> bool:
    """Whether the sign belongs to the Arabic script, its marks and its presentation forms."""
    return "\u0600" <= sign <= "\u08ff" or "\ufb50" <= sign <= "\ufefc"


def _ligature(sign: str) -> bool:
    """Whole words in one sign, up to nine letters wide."""
    return "\ufdf0" <= sign <= "\ufdfd"


def _wide(sign: str) -> bool:
    return sign.isupper() or sign in _WIDE or (sign > "\u2000" and not arabic(sign))


def direction(text: str) -> str:
    """`rtl` or `ltr`, by the first strong letter (UAX 9, P2); `ltr` without one."""
    for sign in text:
        kind = unicodedata.bidirectional(sign)
        if kind in ("R", "AL"):
            return "rtl"
        if kind == "L":
            return "ltr"
    return "ltr"
