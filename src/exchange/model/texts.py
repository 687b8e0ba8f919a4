"""Which text a claim may hold: nothing that shows a reader something else than what was signed.

Refused: control and format characters (bidi overrides and isolates, zero-width characters, U+0000), lone surrogates,
private-use and unassigned code points. Allowed: line feed and tab, and ZWNJ and ZWJ in text with Arabic letters, where
they shape words. Look-alike letters are not judged here: matching and the console's script marks deal with them.
Sources: Unicode TR 36 §2, TR 39 §5; "Trojan Source" (CVE-2021-42574). Spec: docs/spec/records.md §2.2.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from exchange.model.claims import JsonValue

_PLAIN: Final = re.compile(r"[\t\n\x20-\x7e\u00a1-\u00ac\u00ae-\u024f\u0621-\u063a\u0640-\u0652\u0660-\u066a]*")
"""Common text: Latin, Arabic letters with their marks, figures. Everything else is looked up character by character."""
_JOINERS: Final = frozenset("\u200c\u200d")
_ARABIC: Final = re.compile("[\u0620-\u064a\u066e-\u06d3\u0750-\u077f]")
_REFUSED: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def safe(text: str) -> bool:
    """True if every character may stand in a claim."""
    if _PLAIN.fullmatch(text) is not None:
        return True
    return all(_allowed(character) or _joins(character, text) for character in text)


@lru_cache(maxsize=8192)
def _allowed(character: str) -> bool:
    return character in "\t\n" or unicodedata.category(character) not in _REFUSED


def _joins(character: str, text: str) -> bool:
    return character in _JOINERS and _ARABIC.search(text) is not None


def cleaned(text: str) -> str:
    """The text without the characters that `safe` refuses, in normal form C."""
    kept = (character for character in text if _allowed(character) or _joins(character, text))
    return unicodedata.normalize("NFC", "".join(kept))


_SCRIPT_OF: Final = {
    "ARABIC": "Arab",
    "LATIN": "Latn",
    "CYRILLIC": "Cyrl",
    "GREEK": "Grek",
    "HEBREW": "Hebr",
    "ARMENIAN": "Armn",
    "GEORGIAN": "Geor",
    "DEVANAGARI": "Deva",
    "BENGALI": "Beng",
    "THAANA": "Thaa",
    "CJK": "Hani",
    "HANGUL": "Kore",
    "HIRAGANA": "Jpan",
    "KATAKANA": "Jpan",
    "THAI": "Thai",
}


def script_of(text: str) -> str:
    """The ISO 15924 script of the text's letters; `Zyyy` for none, several, or one that claims do not name."""
    found = {_SCRIPT_OF.get(unicodedata.name(each, "").split(" ")[0], "Zyyy") for each in text if each.isalpha()}
    return found.pop() if len(found) == 1 else "Zyyy"


def texts_in(value: JsonValue) -> Iterator[str]:
    """Every text inside a JSON value, member names left out (they are checked as members)."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from texts_in(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts_in(item)


def normal(text: str) -> bool:
    """True if the text is in Unicode normal form C: demanded of names and identifiers, which are compared."""
    return unicodedata.is_normalized("NFC", text)
