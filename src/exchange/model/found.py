"""What goes into the index and what comes out of it, as values."""

from __future__ import annotations

from collections.abc import Sequence
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
    """What is looked for: every word, and only among these."""

    words: tuple[str, ...]
    """As `model/terms.py` has them."""
    held: str | None = None
    kinds: tuple[str, ...] = ()
    """Empty for every kind."""
