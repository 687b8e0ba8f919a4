"""How much a word says: the rarer its skeleton among public names, the more. From `frequency.json`. Pure.

The table is public and the same everywhere: docs/spec/names.md §6. What it does not hold is as rare as one in all.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from importlib import resources
from math import log
from typing import Final, NamedTuple

from exchange.matching.classes import readings


class Table(NamedTuple):
    """Counts of skeletons over `names` names."""

    names: int
    counts: dict[str, int]
    vowels: dict[str, float]
    """Nats of a pair of gaps: `vowels.py`."""
    digest: str
    """SHA-256 of the file, in hex."""


@lru_cache(maxsize=1)
def table() -> Table:
    """The table of the package."""
    raw = resources.files("exchange.matching").joinpath("frequency.json").read_bytes()
    document = json.loads(raw)
    return Table(document["names"], document["counts"], document["vowels"], hashlib.sha256(raw).hexdigest())


MOST: Final = 12.0
"""Nats that any one word says, at most."""


def probability(reading: str) -> float:
    """The chance that a name holds a token read so."""
    known = table()
    return (known.counts.get(reading, 0) + 1) / (known.names + 1)


@lru_cache(maxsize=16384)
def information(places: tuple[int, ...]) -> float:
    """Nats: by the most common of its readings."""
    return min(MOST, -log(max(probability(each) for each in readings(places))))
