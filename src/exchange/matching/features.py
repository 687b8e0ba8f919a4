"""What an alignment says, as a few numbers: the names' half of the score. Pure. Rules: docs/spec/names.md §5."""

from __future__ import annotations

from itertools import pairwise
from math import sqrt
from typing import Final, NamedTuple

from exchange.matching.align import Alignment, Match
from exchange.matching.likeness import OTHER_FORM
from exchange.matching.names import Name

NAMES: Final = (
    "shared", "shared_root", "shared_much", "shared_little", "covered", "vowels", "near", "near_common", "near_few",
    "differ", "spare", "spare_shared", "first_spare", "first_spare_long", "first_differ", "first_differ_long",
    "order",
)  # fmt: skip
"""In this order. Nats are in tens.

`shared` what the words in common say; `shared_root`, `shared_much` (above 12 nats) and `shared_little` (up to 7) bend
its line; `covered` how much of the longer name that is; `vowels` nats of the vowels, a word; `near` words that only
come near; `near_common` the same, of common names; `near_few` how far the furthest is off where two words or fewer are
shared; `differ` words of each that have no like in the other; `spare` words that one has more; `spare_shared` what is
shared in spite of these; `first_spare` one's first word is spare; `first_spare_long` how far above 4 nats that word is
where three others are shared, as of a father and his child; `first_differ` both first words have no like;
`first_differ_long` and three others are shared, as of brothers; `order` words in another order.
"""
_MUCH, _LITTLE = 12.0, 7.0
_NEAR_BELOW: Final = 10.0
"""Nats below which a name that only comes near is likely another common name."""
_FEW, _LONG = 2, 3
_VOWELS_LEAST: Final = -3.0


_RARE_FIRST: Final = 4.0


class Head(NamedTuple):
    """What stands at the head of both names."""

    spare: float
    rare: float
    """Nats of the spare word above `_RARE_FIRST`, in fours."""
    differ: float


def features(a: Name, b: Name, found: Alignment) -> tuple[float, ...]:
    """Numbers in the order of `NAMES`."""
    exact = near = common = worst = vowels = 0.0
    words = nears = 0
    matches = found.matches
    for match in matches:
        if match.title:
            continue
        edit, said = match.like
        words += 1
        vowels += said
        if edit <= OTHER_FORM:
            exact += match.weight
        else:
            near += match.weight * (1.0 - edit)
            nears += 1
            common += max(0.0, _NEAR_BELOW - match.heavier) / 4.0
            worst = max(worst, edit)
    shared = exact + near
    differ = min(len(found.left_a), len(found.left_b))
    spare = max(len(found.left_a), len(found.left_b)) - differ
    head = _head(a, b, found)
    return (
        exact / 10.0,
        sqrt(shared / 10.0),
        max(0.0, shared - _MUCH) / 10.0,
        min(shared, _LITTLE) / 10.0,
        min(1.0, shared / max(a.total, b.total, 1.0)),
        max(_VOWELS_LEAST, vowels / max(1, words)),
        float(nears),
        common,
        worst if words <= _FEW else 0.0,
        float(min(differ, 3)),
        float(min(spare, 4)),
        shared / 10.0 if spare else 0.0,
        head.spare,
        head.rare if words >= _LONG else 0.0,
        head.differ,
        head.differ if words >= _LONG else 0.0,
        1.0 if _turned(matches) else 0.0,
    )


def _head(a: Name, b: Name, found: Alignment) -> Head:
    no_a, no_b = a.head in found.left_a, b.head in found.left_b
    if no_a == no_b:
        return Head(0.0, 0.0, float(no_a))
    weight = a.weights[a.head] if no_a else b.weights[b.head]
    return Head(1.0, max(0.0, weight - _RARE_FIRST) / _RARE_FIRST, 0.0)


def _turned(matches: tuple[Match, ...]) -> bool:
    """Matches stand in order of the one name: are they in order of the other?"""
    return any(first.b > second.b for first, second in pairwise(matches))
