"""Invented people, a group, a network, camps and journeys that belong together: for pictures of a network and a map.

First `subjects`, and once they are stored and have names, `ties` between them. Same rules as `synthetic`.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date
from typing import Final

from exchange.interop.synthetic import person
from exchange.interop.synthetic_subjects import camp, group, movement, network
from exchange.interop.synthetic_words import REVIEW, Sheet
from exchange.model.claims import Claim, JsonValue
from exchange.model.records import Ref

Draft = tuple[str, tuple[Claim, ...]]
KINDS: Final = ("person", "person", "person", "group", "network", "camp", "camp")
_TIES: Final = (
    (0, "member_of", 3, "fact", 2),
    (1, "recruits", 0, "assessment", 1),
    (1, "works_with", 4, "hearsay", 1),
    (0, "trained_at", 5, "fact", 1),
    (2, "travelled_with", 0, "fact", 3),
    (2, "leads", 3, "assessment", 1),
    (4, "operates_from", 6, "assessment", 1),
)
"""(from, relation, to, statement, independent sources), by place in `KINDS`."""


def subjects(seed: int, *, review: date = REVIEW) -> list[Draft]:
    """One record of each of `KINDS`."""
    rng = random.Random(seed)
    make = {"group": group, "network": network, "camp": camp}
    return [
        (kind, make[kind](rng, n, review=review) if kind in make else person(rng, n, review=review, theatre="LY"))
        for n, kind in enumerate(KINDS)
    ]


def ties(seed: int, refs: Sequence[Ref], *, review: date = REVIEW) -> list[Draft]:
    """Relations and journeys between `refs`, the stored records of `subjects` in their order."""
    rng = random.Random(seed)
    found: list[Draft] = []
    for left, kind, right, statement, sources in _TIES:
        for source in range(sources):
            sheet = Sheet(rng)
            sheet.put("relation.type", kind, statement=statement)
            sheet.put("relation.from", _named(refs[left]))
            sheet.put("relation.to", _named(refs[right]))
            sheet.put("relation.since", {"precision": "approximate", "year": 2014 + left})
            sheet.put("record.source", f"SYNTHETIC source {left}{right}{source}")
            found.append(
                ("relation", sheet.governed(category=None, purposes=("counter_terrorism.networks",), review=review))
            )
    for n, traveller in enumerate((0, 2)):
        claims = movement(rng, n, review=review)
        found.append(("movement", tuple(_moved(each, refs[traveller]) for each in claims)))
    return found


def _moved(claim: Claim, who: Ref) -> Claim:
    return claim._replace(value=_named(who)) if claim.path == "movement.person" else claim


def _named(ref: Ref) -> dict[str, JsonValue]:
    return {"originator": ref.originator, "id": ref.id}
