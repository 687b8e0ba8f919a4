"""The reviewed numbers of the score, from `coefficients.json`. Fitted by scripts/fit_names.py; none is about a name."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

from exchange.matching.features import NAMES


class Coefficients(NamedTuple):
    intercept: float
    names: tuple[float, ...]
    """In the order of `features.NAMES`."""
    names_with_date: float
    """What the names' nats count where there is a date to say more."""
    names_at_most: float
    """Nats that names say there, at most."""
    dates: dict[str, float]
    """Nats of each of `dates.RELATIONS`."""
    reviewed: dict[str, float]
    """Nats set by judgement: there is nothing to fit them from. See docs/spec/names.md §5."""
    threshold: float
    """Probability from which two names are a proposal."""
    digest: str
    """SHA-256 of the file, in hex."""


@lru_cache(maxsize=1)
def coefficients() -> Coefficients:
    """Those of the package. KeyError for a file that lacks one: it was made for other features."""
    raw = resources.files("exchange.matching").joinpath("coefficients.json").read_bytes()
    return read(raw)


def read(raw: bytes) -> Coefficients:
    document = json.loads(raw)
    return Coefficients(
        document["names"]["intercept"],
        tuple(document["names"][name] for name in NAMES),
        document["dates"]["names"],
        document["dates"]["names_at_most"],
        {name: nats for name, nats in document["dates"].items() if not name.startswith("names")},
        document["reviewed"],
        document["threshold"],
        hashlib.sha256(raw).hexdigest(),
    )
