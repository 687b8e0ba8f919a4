"""The second stage between two nodes: what equal and unequal pieces say, when nothing else of the other side is known.

Only equality is looked at: which tokens of a name have an equal one, in which order, how many have none, and which
parts of a date are equal. The nats are those of a fit (benchmarks/second_stage.py), rounded. Pure. Rules:
docs/spec/names.md §6.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from exchange.matching.keys import Piece

OF_NAMES: Final = {
    "nats": 0.8,
    "other": -0.35,
    "differ": -2.3,
    "spare": -1.2,
    "first": -1.6,
    "turned": -2.2,
}
"""For each nat of an equal token; for each of them again where it is only one that the asker's may also be; for each
token that stands against one of the other side, both without an equal; for each that one side has more; where the
asker's first has no equal; where equal tokens stand in another order."""
OF_DATES: Final = {"year": 4.2, "beside": 2.1, "year_other": -1.3, "day": 1.3, "day_turned": 1.4, "day_other": 0.3}
"""One of the first three where both have a year; one of the others where both have a day. `day_turned`: the asker's
day is the month of the other, and its month the day."""


class _Word(NamedTuple):
    nats: float
    is_: frozenset[bytes]
    """Elements of its readings."""
    may_be: frozenset[bytes]


def settle(asked: Sequence[Piece], held: Sequence[Piece]) -> float:
    """Nats for one person, by the best pair of names; a candidate is settled where they reach a level."""
    names, dates = patterns(asked, held)
    best = max((_sum(OF_NAMES.values(), each) for each in names), default=0.0)
    return best + _sum(OF_DATES.values(), dates)


def patterns(asked: Sequence[Piece], held: Sequence[Piece]) -> tuple[list[tuple[float, ...]], tuple[float, ...]]:
    """How often each of `OF_NAMES` is true of each pair of names, and each of `OF_DATES`."""
    some, others = _names(asked), _names(held)
    return [_pair(one, other) for one in some for other in others], _dates(asked, held)


def _sum(nats: Iterable[float], times: Iterable[float]) -> float:
    return sum(each * often for each, often in zip(nats, times, strict=True))


def _names(pieces: Sequence[Piece]) -> list[list[_Word]]:
    found: dict[int, dict[int, list[Piece]]] = defaultdict(lambda: defaultdict(list))
    for piece in pieces:
        if piece.kind in ("token", "other"):
            found[piece.name][piece.at].append(piece)
    return [[_word(words[at]) for at in sorted(words)] for _, words in sorted(found.items())]


def _word(pieces: Sequence[Piece]) -> _Word:
    of = {kind: frozenset(piece.element for piece in pieces if piece.kind == kind) for kind in ("token", "other")}
    return _Word(max(piece.nats for piece in pieces), of["token"], of["other"])


def _pair(some: Sequence[_Word], others: Sequence[_Word]) -> tuple[float, ...]:
    """The nats of a token are the holder's: it knows them, and nothing of the asker's that is not equal."""
    left = dict(enumerate(others))
    equal: dict[int, int] = {}
    said = less = 0.0
    for wide in (False, True):
        for at, word in enumerate(some):
            mine = word.may_be if wide else word.is_
            place = next((place for place, other in left.items() if mine & other.is_), None)
            if at not in equal and place is not None:
                equal[at] = place
                nats = left.pop(place).nats
                said += nats
                less += nats if wide else 0.0
    alone = len(some) - len(equal)
    differ = min(alone, len(left))
    order = [equal[at] for at in sorted(equal)]
    return (
        said,
        less,
        differ,
        max(alone, len(left)) - differ,
        float(0 not in equal),
        float(any(one > next_ for one, next_ in pairwise(order))),
    )


def _dates(asked: Sequence[Piece], held: Sequence[Piece]) -> tuple[float, ...]:
    years, beside, theirs = (
        _elements(some, kind) for some, kind in ((asked, "year"), (asked, "beside"), (held, "year"))
    )
    if not years or not theirs:
        return (0.0,) * len(OF_DATES)
    year = "year" if years & theirs else "beside" if beside & theirs else "year_other"
    mine, turned, days = _days(asked, "month", "day"), _days(asked, "swapped"), _days(held, "month", "day")
    day = ""
    if mine and days:
        day = "day" if _meet(mine, days) else "day_turned" if _meet(turned, days) else "day_other"
    return tuple(float(each in (year, day)) for each in OF_DATES)


def _meet(some: Sequence[frozenset[bytes]], others: Sequence[frozenset[bytes]]) -> bool:
    """Whether one of them, both its parts, is one of the others."""
    return any(one == other for one in some for other in others)


def _elements(pieces: Sequence[Piece], kind: str) -> frozenset[bytes]:
    return frozenset(piece.element for piece in pieces if piece.kind == kind)


def _days(pieces: Sequence[Piece], *kinds: str) -> list[frozenset[bytes]]:
    """Month and day of each date."""
    found: dict[int, set[bytes]] = defaultdict(set)
    for piece in pieces:
        if piece.kind in kinds:
            found[piece.at].add(piece.element)
    return [frozenset(each) for each in found.values()]
