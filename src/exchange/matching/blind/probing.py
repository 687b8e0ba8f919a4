"""Finds who feels around one name: many persons in a short time that share keys with each other.

Keys are rare combinations of name parts and births, so two people share one seldom, and spellings or births next to one
another nearly always. Tokens of equal keys are equal while a key of the asker lasts, so both nodes can count this, and
neither needs a name for it: only how many of the earlier persons meet the new one. Spec: docs/spec/matching.md §7.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Final

NEIGHBOURS: Final = 8
"""Earlier persons of one day that may meet a new one. The ninth is probing."""


def neighbours(tokens: Collection[int], earlier: Iterable[Collection[int]]) -> int:
    """How many of the earlier persons have a token in common with this one. Filler meets nothing."""
    own = frozenset(tokens)
    return sum(1 for each in earlier if not own.isdisjoint(each))


def most_neighbours(persons: Sequence[Collection[int]], earlier: Sequence[Collection[int]]) -> int:
    """Of the person that meets most: of the earlier ones, and of those before it in the same query."""
    found = 0
    for at, person in enumerate(persons):
        found = max(found, neighbours(person, [*earlier, *persons[:at]]))
    return found


def is_probing(persons: Sequence[Collection[int]], earlier: Sequence[Collection[int]]) -> bool:
    """Whether one of these persons meets more than `NEIGHBOURS`."""
    return most_neighbours(persons, earlier) > NEIGHBOURS
