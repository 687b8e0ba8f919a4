"""Which word of one name is which word of the other. Pure. Rules: docs/spec/names.md §4."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from exchange.matching.classes import joined
from exchange.matching.likeness import Likeness, alike, near
from exchange.matching.names import Name
from exchange.matching.tokens import Token


class Match(NamedTuple):
    """One word, or two that are one elsewhere, and its like."""

    a: tuple[int, ...]
    b: tuple[int, ...]
    like: Likeness
    weight: float
    """Nats that the pair says: of the more common of the two."""
    heavier: float
    """Nats of the other."""
    title: bool = False
    """A title on either side: it says nothing."""


class Alignment(NamedTuple):
    matches: tuple[Match, ...]
    """In order of `a`."""
    left_a: tuple[int, ...]
    left_b: tuple[int, ...]


def align(a: Name, b: Name) -> Alignment:
    """Best words first; then two words of one side that are one of the other."""
    found = []
    for i, token in enumerate(a.tokens):
        for j, other in enumerate(b.tokens):
            like = alike(token, other)
            if like is not None:
                weight = min(a.weights[i], b.weights[j])
                gain = weight * (1.0 - like.edit) + like.vowels
                found.append((-gain, abs(i - j), i + j, i, j, like, weight))
    found.sort(key=lambda each: each[:4])
    free_a, free_b = set(range(len(a.tokens))), set(range(len(b.tokens)))
    matches = []
    for _, _, _, i, j, like, weight in found:
        if i in free_a and j in free_b:
            free_a.discard(i)
            free_b.discard(j)
            title = a.tokens[i].role == "title" or b.tokens[j].role == "title"
            matches.append(Match((i,), (j,), like, weight, max(a.weights[i], b.weights[j]), title))
    if free_a and free_b and (len(free_a) > 1 or len(free_b) > 1):
        matches += _joins(a, b, free_a, free_b)
    return Alignment(tuple(sorted(matches)), _names(a, free_a), _names(b, free_b))


def _names(name: Name, free: set[int]) -> tuple[int, ...]:
    """A title that the other lacks says nothing."""
    return tuple(at for at in sorted(free) if name.tokens[at].role != "title")


def _joins(a: Name, b: Name, free_a: set[int], free_b: set[int]) -> list[Match]:
    """Neighbours that nobody took, as one word."""
    matches = []
    for i in sorted(free_a):
        if i in free_a and i + 1 in free_a:
            for j in sorted(free_b):
                like = _as_one(a.tokens[i], a.tokens[i + 1], b.tokens[j])
                if like is not None:
                    both = a.weights[i] + a.weights[i + 1], b.weights[j]
                    matches.append(Match((i, i + 1), (j,), like, min(both), max(both)))
                    free_a -= {i, i + 1}
                    free_b.discard(j)
                    break
    for j in sorted(free_b):
        if j in free_b and j + 1 in free_b:
            for i in sorted(free_a):
                like = _as_one(b.tokens[j], b.tokens[j + 1], a.tokens[i])
                if like is not None:
                    both = b.weights[j] + b.weights[j + 1], a.weights[i]
                    matches.append(Match((i,), (j, j + 1), like, min(both), max(both)))
                    free_b -= {j, j + 1}
                    free_a.discard(i)
                    break
    return matches


@lru_cache(maxsize=1 << 14)
def _as_one(first: Token, second: Token, whole: Token) -> Likeness | None:
    return near(joined(first.sound, second.sound), whole.sound, 0.25)
