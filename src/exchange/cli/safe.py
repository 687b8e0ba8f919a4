"""Makes any text safe for a terminal: the one function that everything from records, files and partners passes.

It hides nothing: what could move a cursor, reverse what is read (U+202E) or join lines is shown as `\\u{202e}`, and
right-to-left text is isolated so that it never reorders its neighbours (Unicode TR36 §2, TR9 §2.7).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LIMIT: Final = 400
"""Characters of one shown text at most."""
_ISOLATE, _POP = "\u2068", "\u2069"
_ISOLATED: Final = re.compile("([\u2066\u2068])([^\u2066\u2068\u2069]*)\u2069")
_JOINERS: Final = frozenset("\u200c\u200d")
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_RIGHT_TO_LEFT: Final = frozenset({"R", "AL", "AN"})
_MARKS: Final = 8
"""Combining marks on one character at most; Arabic with full vowels needs 3."""


def shown(value: object, limit: int = LIMIT) -> str:
    """`value` as one line of harmless text."""
    text = value if isinstance(value, str) else str(value)
    safe = _plain(text[:limit]) + ("…" if len(text) > limit else "")
    isolate = any(unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in safe)
    return f"{_ISOLATE}{safe}{_POP}" if isolate else safe


def told(text: str) -> str:
    """A line that this program made, however long: closed isolates in it stay, all else is treated as in `shown`."""
    parts: list[str] = []
    end = 0
    for found in _ISOLATED.finditer(text):
        parts += [_plain(text[end : found.start()]), found[1], _plain(found[2]), _POP]
        end = found.end()
    return "".join([*parts, _plain(text[end:])])


def _plain(text: str) -> str:
    """Every sign as it is, or escaped if it could move, hide or reverse something."""
    parts: list[str] = []
    marks = 0
    for index, char in enumerate(text):
        marks = marks + 1 if unicodedata.combining(char) else 0
        parts.append(char if marks <= _MARKS and _harmless(char, text, index) else _escaped(char))
    return "".join(parts)


def _harmless(char: str, text: str, index: int) -> bool:
    if char == "\\":
        return False  # so that an escape shown here was never in the text itself
    if char in _JOINERS:
        return 0 < index < len(text) - 1 and _arabic(text[index - 1])
    return unicodedata.category(char) not in _HIDDEN


def _arabic(char: str) -> bool:
    return unicodedata.bidirectional(char) in ("AL", "NSM")


def _escaped(char: str) -> str:
    return "\\\\" if char == "\\" else f"\\u{{{ord(char):x}}}"
