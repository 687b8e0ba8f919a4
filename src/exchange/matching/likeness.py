"""Two words: how far their consonants are apart, and how far their vowels. Pure. Rules: docs/spec/names.md §4."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from exchange.matching.classes import BIT, SERVANT, Sounds
from exchange.matching.tokens import Token
from exchange.matching.vowels import agreement, says

LIMIT: Final = 0.34
"""Cost for each place above which two words are different words."""
OTHER_FORM: Final = 0.06
"""Cost of a word that is alike only in what it may also be."""
_NEAR: Final = {
    "kx": 0.4, "kg": 0.4, "xh": 0.4, "xg": 0.4, "sS": 0.4, "sz": 0.4, "td": 0.4, "dz": 0.4, "bf": 0.5, "mn": 0.5,
    "jS": 0.4, "jg": 0.5, "jz": 0.5, "AW": 0.3, "AY": 0.3, "Ah": 0.5, "jY": 0.5, "ts": 0.6, "Wb": 0.5, "Wf": 0.5,
    "lr": 0.7, "zS": 0.7, "kj": 0.6, "tz": 0.7, "ln": 0.7, "gh": 0.6, "kh": 0.6, "gr": 0.7,
}  # fmt: skip
_FALLS: Final = {"A": 0.35, "W": 0.5, "Y": 0.5, "h": 0.45, "n": 0.8, "C": 0.9}
_COSTS: Final = {BIT[pair[0]] | BIT[pair[1]]: cost for pair, cost in _NEAR.items()}
_DROPS: Final = {BIT[letter]: cost for letter, cost in _FALLS.items()}
_TWICE: Final = 0.4
"""Cost of a consonant written twice."""


class Likeness(NamedTuple):
    edit: float
    """Cost of the consonants for each place of the longer word; 0 for the same."""
    vowels: float
    """Nats that the vowels say for one word: below 0, against it."""


@lru_cache(maxsize=1 << 17)
def alike(a: Token, b: Token) -> Likeness | None:
    """The nearest of their forms; None for different words."""
    best: Likeness | None = None
    limit = 0.0 if a.role == "faith" or b.role == "faith" else LIMIT
    for at, form in enumerate(a.forms):
        for other_at, other in enumerate(b.forms):
            # What both may also be is no reason to hold them for one; and what one may be, only if it is the same.
            if at and other_at:
                continue
            found = near(form, other, 0.0 if at or other_at else limit)
            if found is not None:
                if at or other_at:
                    found = Likeness(OTHER_FORM, found.vowels)
                if best is None or found.edit - 0.1 * found.vowels < best.edit - 0.1 * best.vowels:
                    best = found
    return best


@lru_cache(maxsize=1 << 16)
def near(a: Sounds, b: Sounds, limit: float = LIMIT) -> Likeness | None:
    """None where the consonants are further apart than `limit` for each place."""
    if len(a.places) == len(b.places) and all(map(int.__and__, a.places, b.places)):
        return Likeness(0.0, agreement(a, b))
    if not limit:
        return None
    servants = a.places[0] == b.places[0] == SERVANT
    longest = max(len(a.places), len(b.places)) - servants
    if abs(len(a.places) - len(b.places)) > limit * longest / 0.35 or longest < 2:
        return None
    return _apart(a, b, limit * longest)


def _apart(a: Sounds, b: Sounds, most: float) -> Likeness | None:
    """The cheapest way from one to the other (Wagner and Fischer), and the vowels along it."""
    width = len(b.places)
    rows = [[0.0] * (width + 1)]
    for at, place in enumerate(b.places):
        rows[0][at + 1] = rows[0][at] + _drop(place, b.places[at - 1] if at else 0)
    for at, place in enumerate(a.places):
        before = rows[-1]
        fall = _drop(place, a.places[at - 1] if at else 0)
        row = [before[0] + fall]
        for other_at, other in enumerate(b.places):
            row.append(
                min(
                    before[other_at] + _swap(place, other),
                    before[other_at + 1] + fall,
                    row[other_at] + _drop(other, b.places[other_at - 1] if other_at else 0),
                )
            )
        if min(row) > most:
            return None
        rows.append(row)
    cost = rows[-1][-1]
    if cost > most:
        return None
    return Likeness(cost / max(len(a.places), width), _along(a, b, rows))


def _along(a: Sounds, b: Sounds, rows: list[list[float]]) -> float:
    """Nats of the gaps behind places that were paired."""
    i, j = len(a.places), len(b.places)
    total, scripts = 0.0, a.script + b.script
    while i and j:
        place, other = a.places[i - 1], b.places[j - 1]
        if abs(rows[i][j] - rows[i - 1][j - 1] - _swap(place, other)) < 1e-9:
            total += says(a.vowels[i], b.vowels[j], scripts, i == len(a.places) and j == len(b.places))
            i, j = i - 1, j - 1
        elif abs(rows[i][j] - rows[i - 1][j] - _drop(place, a.places[i - 2] if i > 1 else 0)) < 1e-9:
            i -= 1
        else:
            j -= 1
    return total


@lru_cache(maxsize=4096)
def _swap(a: int, b: int) -> float:
    if a & b:
        return 0.0
    pairs = [_COSTS.get(x | y, 1.0) for x in _singles(a) for y in _singles(b)]
    return min(pairs, default=1.0)


@lru_cache(maxsize=4096)
def _drop(place: int, before: int) -> float:
    cost = min((_DROPS.get(each, 1.0) for each in _singles(place)), default=1.0)
    return min(cost, _TWICE) if place & before else cost


def _singles(place: int) -> list[int]:
    return [bit for bit in BIT.values() if place & bit]
