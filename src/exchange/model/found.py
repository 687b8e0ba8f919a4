"""What goes into the index and what comes out of it, as values."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from exchange.model.claims import Claim
from exchange.model.records import Ref


class Indexed(NamedTuple):
    """What is indexed of a record."""

    ref: Ref
    kind: str
    claims: Sequence[Claim]


class Place(NamedTuple):
    """A record that was found."""

    ref: Ref
    held: str
    """`own` or `received`."""


class Wanted(NamedTuple):
    """What is looked for: every word and every sound, and only among these."""

    words: tuple[str, ...]
    """As `model/terms.py` has them."""
    held: str | None = None
    kinds: tuple[str, ...] = ()
    """Empty for every kind."""
    sounds: tuple[tuple[str, ...], ...] = ()
    """Skeletons of names: one of each group."""


class Numbered(NamedTuple):
    """A record as it stands in the index. It gets another number when it changes."""

    place: Place
    doc: int


class Keyed(NamedTuple):
    """What makes a person comparable: it goes into the index blinded."""

    there: Numbered
    keys: Collection[bytes]
    """Of the holder's side (`matching/keys.py`)."""
    sounds: Collection[str]
    """Skeletons of the words of names."""
