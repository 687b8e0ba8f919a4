"""The words of a name as they sound, for a search that takes any spelling in either script. Pure.

A holder keeps what each word is; who asks looks for everything that it may also be. Rules: docs/spec/names.md §2.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Final

from exchange.matching.classes import VARIANTS_MAX, readings
from exchange.matching.names import Name, analyse

SOUND_RULES: Final = 1
"""Raised with every change of what is kept, or of what a word sounds like."""
SOUNDS_MAX: Final = 64
"""Skeletons of one person."""
_LEFT_OUT: Final = ("title", "faith")


def sounds_of(names: Iterable[Name]) -> frozenset[str]:
    """The skeletons of each word of each name, titles left out; `SOUNDS_MAX` at most, the first names first."""
    found = (
        each
        for name in names
        for token in name.tokens
        if token.role not in _LEFT_OUT
        for each in readings(token.sound.places)
    )
    return frozenset(islice(dict.fromkeys(each for each in found if each), SOUNDS_MAX))


def asked(text: str) -> tuple[tuple[str, ...], ...]:
    """For each word of a question what it may sound like. Empty for one without a word of a name, or with digits: a
    number sounds like nothing."""
    if any(map(str.isdecimal, text)):
        return ()
    groups = []
    for token in analyse(text).tokens:
        if token.role not in _LEFT_OUT:
            every = dict.fromkeys(each for form in token.forms for each in readings(form.places) if each)
            if every:
                groups.append(tuple(islice(every, 2 * VARIANTS_MAX)))
    return tuple(groups)
