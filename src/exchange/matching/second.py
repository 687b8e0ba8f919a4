"""The second stage between two nodes: what equal and unequal pieces say, when nothing else of the other side is known.

Only equality is looked at: which tokens of a name have an equal one, how many have none, and which parts of a date are
equal. Pure. Rules: docs/spec/names.md §6.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from exchange.matching.keys import Piece

DIFFER: Final = -2.0
"""Nats for each token of one side that stands against one of the other, both without an equal."""
SPARE: Final = -1.2
"""Nats for each token that one side has more."""
FIRST: Final = -1.5
"""Nats for a first word of the asker's that has no equal."""
YEAR_OTHER: Final = -1.0
PART_OTHER: Final = -1.0
"""Nats of another year, and of another month or day."""

Tokens = dict[int, tuple[float, frozenset[bytes]]]
"""Token -> its nats and the elements of its readings."""


def settle(asked: Sequence[Piece], held: Sequence[Piece]) -> float:
    """Nats for one person, by the best pair of names; a candidate is settled where they reach a level."""
    some, others = _names(asked), _names(held)
    best = max((_pair(one, other) for one in some for other in others), default=0.0)
    return best + _dates(asked, held)


def _names(pieces: Sequence[Piece]) -> list[Tokens]:
    found: dict[int, dict[int, tuple[float, set[bytes]]]] = defaultdict(dict)
    for piece in pieces:
        if piece.kind == "token":
            found[piece.name].setdefault(piece.at, (piece.nats, set()))[1].add(piece.element)
    return [
        {at: (nats, frozenset(elements)) for at, (nats, elements) in tokens.items()}
        for _, tokens in sorted(found.items())
    ]


def _pair(some: Tokens, others: Tokens) -> float:
    left = dict(others)
    said, alone, first = 0.0, 0, 0.0
    for number, (nats, elements) in enumerate(some.values()):
        for at, (_, theirs) in left.items():
            if elements & theirs:
                said += nats
                del left[at]
                break
        else:
            alone += 1
            first = first if number else FIRST
    differ = min(alone, len(left))
    return said + first + DIFFER * differ + SPARE * (max(alone, len(left)) - differ)


def _dates(asked: Sequence[Piece], held: Sequence[Piece]) -> float:
    mine, theirs = _by_kind(asked), _by_kind(held)
    if not mine["year"] or not theirs["year"]:
        return 0.0
    said = YEAR_OTHER
    for piece in asked:
        if piece.kind in ("year", "beside") and piece.element in theirs["year"]:
            said = max(said, piece.nats)
    if not mine["day"] or not theirs["day"]:
        return said
    return said + sum(
        piece.nats if piece.element in theirs[piece.kind] else PART_OTHER
        for piece in asked
        if piece.kind in ("month", "day")
    )


def _by_kind(pieces: Sequence[Piece]) -> dict[str, set[bytes]]:
    found: dict[str, set[bytes]] = defaultdict(set)
    for piece in pieces:
        found[piece.kind].add(piece.element)
    return found
