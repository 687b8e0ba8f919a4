"""What stands between the consonants of two words: weak evidence, in nats. Pure.

Arabic writes long vowels only, Latin spellings differ; how often which stands against which, in one word and in two
that only share their consonants, was counted on public names (`frequency.json`, docs/spec/names.md §6).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from exchange.matching.classes import CLOSE, EITHER, LONG, OPEN, ROUND, Sounds
from exchange.matching.rarity import table

_LETTERS: Final = ((OPEN, "a"), (CLOSE, "i"), (ROUND, "u"), (EITHER, "e"), (LONG, "-"))
UNSEEN: Final = -2.5
"""Nats of two sets that share nothing and were hardly ever seen."""


def gaps(a: Sounds, b: Sounds) -> list[str]:
    """One key for each gap behind a consonant; the words have as many places."""
    last = len(a.vowels) - 1
    return [gap(a.vowels[at], b.vowels[at], a.script + b.script, at == last) for at in range(1, last + 1)]


@lru_cache(maxsize=16384)
def gap(a: int, b: int, scripts: str, last: bool) -> str:
    """The same whoever stands first."""
    one, other = (f"{script}{_said(vowels)}" for script, vowels in zip(scripts, (a, b), strict=True))
    if other < one:
        one, other = other, one
    return f"{one} {other}{' .' if last else ''}"


def _said(vowels: int) -> str:
    return "".join(letter for bit, letter in _LETTERS if vowels & bit)


@lru_cache(maxsize=16384)
def says(a: int, b: int, scripts: str, last: bool) -> float:
    """Nats for one word."""
    known = table().vowels.get(gap(a, b, scripts, last))
    if known is not None:
        return known
    return 0.0 if a == b or _wide(a) & _wide(b) else UNSEEN


def _wide(vowels: int) -> int:
    return (vowels | OPEN | CLOSE if vowels & EITHER else vowels) & (OPEN | CLOSE | ROUND)


def agreement(a: Sounds, b: Sounds) -> float:
    """Nats of two words with as many places."""
    scripts, last = a.script + b.script, len(a.vowels) - 1
    return sum(says(a.vowels[at], b.vowels[at], scripts, at == last) for at in range(1, last + 1))
