"""Invented people for tests that need records which the example agreement covers."""

from __future__ import annotations

import random

from exchange.interop.synthetic import person
from exchange.model.claims import Claim


def gulf_person(n: int) -> tuple[Claim, ...]:
    """A Kuwaiti suspect in Syria, with every claim that the generator knows. The same `n`, the same person."""
    rng = random.Random(n)
    while True:
        claims = person(rng, n, nationality="KW", theatre="SY")
        values = {(claim.path, str(claim.value)) for claim in claims}
        if ("record.category", "suspect") in values and not any(path == "record.flag" for path, _ in values):
            return claims
