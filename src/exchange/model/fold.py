"""Text as it is compared: one spelling for what a reader would call the same letters. Pure, and it loses on purpose.

Compatibility forms, case, diacritics, Arabic vowel signs, the forms of hamza and alef, ta marbuta, alef maqsura,
tatweel, invisible characters and the digits of other scripts are made alike. Sounds are not: that is matching.
"""

from __future__ import annotations

import unicodedata
from typing import Final

_ALIKE: Final = str.maketrans(
    {
        "ٱ": "ا", "ٲ": "ا", "ٳ": "ا", "ء": None, "ة": "ه", "ۀ": "ه", "ە": "ه", "ہ": "ه", "ھ": "ه", "ۃ": "ه",
        "ى": "ي", "ی": "ي", "ې": "ي", "ے": "ي", "ک": "ك", "ڪ": "ك", "ـ": None,
        "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "æ": "ae", "œ": "oe", "ħ": "h", "ŧ": "t",
        "ə": "e", "ŋ": "n",
    }
)  # fmt: skip
_DROPPED: Final = frozenset({"Mn", "Me", "Cf"})
"""Marks above and below a letter, and characters that are not seen."""


class _Letters(dict[int, "int | str | None"]):
    """What becomes of each character; found out once for each of the first plane."""

    def __missing__(self, point: int) -> int | str | None:
        letter = chr(point)
        made: int | str | None = point
        if unicodedata.category(letter) in _DROPPED:
            made = None
        elif point in _ALIKE:
            made = _ALIKE[point]
        elif letter.isdecimal():
            made = str(unicodedata.decimal(letter))
        if point < 0x10000:
            self[point] = made
        return made


_LETTERS: Final = _Letters()


def fold(text: str) -> str:
    """`text` in the one spelling; the same again when folded again."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return apart.translate(_LETTERS)
