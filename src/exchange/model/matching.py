"""Pairs of records that may be of one person or thing, and what people decided about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from exchange.model.found import Numbered
from exchange.model.records import Ref

DECISIONS: Final = ("same", "different", "unsure")
OPEN: Final = "open"
"""State of a pair that nobody decided, or whose decision was taken back."""


class Pair(NamedTuple):
    """Two records, in one order whoever names them."""

    a: Ref
    b: Ref


def pair_of(one: Ref, other: Ref) -> Pair:
    """The pair of two different records. ValueError for a record and itself."""
    if one == other:
        raise ValueError("one record")
    return Pair(*sorted((one, other)))


def shown_as(one: Ref, other: Ref, ours: str) -> Pair:
    """As a pair of candidates is kept: the record that we (`ours`) issued first, else in the order of `pair_of`."""
    a, b = pair_of(one, other)
    return Pair(b, a) if b.originator == ours != a.originator else Pair(a, b)


@dataclass(frozen=True, slots=True)
class FoundPair:
    """Two records that share a mark, or whose persons are alike."""

    a: Ref
    """Ours, where one of them is ours."""
    b: Ref
    found_at: datetime
    state: str
    """`open`, or the decision that stands."""


class Proposed(NamedTuple):
    """A pair that somebody should look at, or that was decided without having waited."""

    a: Numbered
    """As `FoundPair`."""
    b: Numbered
    state: str = OPEN


@dataclass(frozen=True, slots=True)
class MatchDecision:
    """One decision. It stands until it is undone or another is made."""

    id: str
    pair: Pair
    decision: str
    person: str
    at: datetime
    note: str
    """In words; encrypted at rest, never in the ledger."""
    undone_by: str | None = None
    undone_at: datetime | None = None
