"""The skeleton's folding: one spelling of the letters, before they become sounds. Pure, and it loses on purpose.

What comes out has lower-case Latin letters without marks, Arabic letters of one form each, figures and blanks; letters
of other scripts stay as they are. Folding twice is folding once. Rules: docs/spec/names.md §1.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LONGEST: Final = 300
"""Characters of a name that are looked at: the longest name of a list has under 200."""

_LATIN: Final = {
    "š": "sh", "ş": "sh", "ș": "sh", "ś": "sh", "ǧ": "j", "ğ": "gh", "ġ": "gh", "ḡ": "gh", "ḫ": "kh", "ḵ": "kh",
    "ẖ": "kh", "ṯ": "th", "ḏ": "dh", "ẕ": "dh", "č": "tch", "ć": "tch", "ç": "tch", "ž": "j", "ź": "z", "ı": "i",
    "ø": "o", "ł": "l", "đ": "d", "ð": "dh", "þ": "th", "æ": "ae", "œ": "oe", "ß": "ss", "ə": "a", "ħ": "h", "ŧ": "t",
    "ŋ": "n", "ɣ": "gh", "ɛ": "",
}  # fmt: skip
_ARABIC: Final = {
    "ٱ": "ا", "ٲ": "ا", "ٳ": "ا", "ٵ": "ا", "ء": "", "ٴ": "", "ة": "ه", "ۀ": "ه", "ە": "ه", "ہ": "ه", "ھ": "ه",
    "ۂ": "ه", "ۃ": "ه", "ى": "ي", "ی": "ي", "ې": "ي", "ے": "ي", "ۓ": "ي", "ێ": "ي", "ۍ": "ي", "ک": "ك", "ڪ": "ك",
    "ګ": "گ", "ڭ": "گ", "ݣ": "گ", "ڨ": "گ", "ڥ": "ف", "ڤ": "ف", "ٹ": "ت", "ټ": "ت", "ڈ": "د", "ډ": "د", "ڑ": "ر",
    "ړ": "ر", "ں": "ن", "ڼ": "ن", "ښ": "ش", "ږ": "ژ", "څ": "ج", "ځ": "ز", "ۋ": "و", "ۆ": "و", "ۇ": "و", "ڕ": "ر",
    "ڵ": "ل", "ـ": "",
}  # fmt: skip
_SILENT: Final = frozenset("'’‘ʼʻʾʿ`´ˈ′ʹ＇·")
"""Apostrophes and the signs for hamza and ayn: they part nothing."""
_DROPPED: Final = frozenset({"Mn", "Me", "Cf", "Cs", "Co", "Cn"})
_FIGURES: Final = {"2": "", "3": "", "5": "kh", "6": "t", "7": "h", "8": "gh", "9": "k"}
"""Figures that stand for letters between Latin ones, as in messages: 3 is ayn, 7 is ha."""
_FIGURE: Final = re.compile(r"(?<=[a-z])[2356789](?=[a-z])|\b[2356789](?=[a-z])", re.ASCII)
_BLANKS: Final = re.compile(r"\s+")


class _Letters(dict[int, str]):
    """What becomes of each character; found out once for each of the first plane."""

    def __missing__(self, point: int) -> str:
        made = _letter(chr(point))
        if point < 0x10000:
            self[point] = made
        return made


def _letter(letter: str) -> str:
    if letter in _SILENT:
        return ""
    for table in (_LATIN, _ARABIC):
        if letter in table:
            return table[letter]
    category = unicodedata.category(letter)
    if category in _DROPPED:
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(letter))
    return letter if category[0] == "L" else " "


_LETTERS: Final = _Letters()


def fold(text: str) -> str:
    """The first `LONGEST` characters of `text` in the one spelling, words apart by one blank."""
    text = text[:LONGEST]
    if text.isascii():
        bare = text.casefold().translate(_LETTERS)
    else:
        # Whole letters first, for those that mean a sound of their own; then what is left of them without marks.
        whole = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())[:LONGEST]
        sounds = "".join(_LATIN.get(each, each) for each in whole)
        bare = unicodedata.normalize("NFKD", sounds).translate(_LETTERS)
    said = _BLANKS.sub(" ", bare).strip()
    if not said.isalpha() and any(map(str.isdigit, said)):
        said = _FIGURE.sub(lambda found: _FIGURES[found[0]], said)
    return unicodedata.normalize("NFC", said)[:LONGEST].rstrip()
