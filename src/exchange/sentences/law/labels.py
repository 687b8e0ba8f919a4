"""The labels of list items and the ordinals of sections, as lawyers of each language write them."""

from __future__ import annotations

from typing import Final

_LETTERS: Final = {
    "ar": "أبجدهوزحطيكلمنسعفصقرشتثخذضظغ",
    "fr": "abcdefghijklmnopqrstuvwxyz",
    "en": "abcdefghijklmnopqrstuvwxyz",
}
_ROMAN: Final = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_FIRST_TEN: Final = ("الأول", "الثاني", "الثالث", "الرابع", "الخامس", "السادس", "السابع", "الثامن", "التاسع", "العاشر")
_TEENS: Final = ("الحادي", *_FIRST_TEN[1:9])


def label(lang: str, depth: int, index: int) -> str:
    """Of the item `index` (from 0): letters, below them Roman numerals (in Arabic figures), below them figures."""
    number = index + 1
    letters = _LETTERS[lang]
    if depth == 0 and number <= len(letters):
        sign = letters[index]
    elif depth == 1 and lang != "ar" and number < 40:
        sign = roman(number)
    else:
        sign = str(number)
    return f"{sign})" if lang == "fr" else f"({sign})"


def ordinal(lang: str, number: int) -> str:
    """`IV`; in Arabic `الرابع`, up to nineteen."""
    if lang != "ar":
        return roman(number).upper()
    return _FIRST_TEN[number - 1] if number <= len(_FIRST_TEN) else f"{_TEENS[number - 11]} عشر"


def roman(number: int) -> str:
    told = ""
    for value, sign in _ROMAN:
        while number >= value:
            told, number = told + sign, number - value
    return told
