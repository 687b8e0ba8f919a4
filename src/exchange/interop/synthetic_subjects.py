"""Synthetic groups, networks, camps, movements, relations and assessments. Same rules as `synthetic`."""

from __future__ import annotations

import random
from datetime import date
from typing import Final

from exchange.interop.synthetic_words import REVIEW, Sheet, family, given, invented, pick, place
from exchange.model.claims import Claim, JsonObject
from exchange.model.records import Ref

_THEATRES: Final = ("LY", "SY")
_NETWORKS: Final = ("counter_terrorism.networks", "analysis.joint")
_TRAVEL: Final = ("counter_terrorism.travel", "analysis.joint")


def _named(sheet: Sheet, label: str, n: int) -> None:
    word = family(sheet.rng)
    sheet.put("name.full", invented(f"{word.latin} {label} {n}", "Latn", "primary"))
    sheet.put("name.full", invented(f"{word.arabic} {n}", "Arab", "primary"))


def _ref(rng: random.Random) -> JsonObject:
    return {"originator": "DZ", "id": f"rec-synthetic-{rng.randrange(1_000_000):06d}"}


def group(rng: random.Random, n: int, *, review: date = REVIEW) -> tuple[Claim, ...]:
    """A group whose alliance is contested."""
    sheet = Sheet(rng)
    _named(sheet, "Group", n)
    sheet.put("group.type", pick(rng, ("armed_group", "cell", "brigade")))
    first = sheet.put("group.ally", f"Specimen Group {rng.randint(1, 9)}", statement="assessment")
    sheet.put("group.rival", f"Specimen Group {rng.randint(1, 9)}", statement="hearsay", contests=first)
    sheet.put("group.leader", f"{given(rng).latin} Exempli")
    sheet.put("theatre", pick(rng, _THEATRES))
    sheet.put("count", sheet.count(200), statement="assessment")
    sheet.put("founded", {"precision": "year", "year": rng.randint(2011, 2018)})
    return sheet.governed(category=None, purposes=_NETWORKS, review=review)


def network(rng: random.Random, n: int, *, review: date = REVIEW) -> tuple[Claim, ...]:
    sheet = Sheet(rng)
    _named(sheet, "Network", n)
    sheet.put("network.type", pick(rng, ("recruitment", "smuggling", "finance", "documents")))
    sheet.put("network.method", "SYNTHETIC: false papers and two drivers")
    sheet.put("network.member", _ref(rng))
    sheet.put("route.from", pick(rng, ("AE", "KW", "SA")))
    sheet.put("route.via", pick(rng, ("TR", "SD", "NE")))
    sheet.put("route.to", pick(rng, _THEATRES))
    sheet.put("count", sheet.count(40), statement="assessment")
    return sheet.governed(category=None, purposes=_NETWORKS, review=review)


def camp(rng: random.Random, n: int, *, review: date = REVIEW) -> tuple[Claim, ...]:
    sheet = Sheet(rng)
    _named(sheet, "Camp", n)
    sheet.put("camp.type", pick(rng, ("training", "transit", "base")))
    sheet.put("theatre", pick(rng, _THEATRES))
    sheet.put(
        "location.point", {"lat": rng.randint(26_000_000, 36_000_000), "lon": rng.randint(10_000_000, 40_000_000)}
    )
    sheet.put("count", sheet.count(150), statement="assessment")
    sheet.put("camp.trainer", f"{given(rng).latin} Specimen")
    return sheet.governed(category=None, purposes=_NETWORKS, review=review)


def movement(rng: random.Random, n: int, *, review: date = REVIEW) -> tuple[Claim, ...]:
    """A journey of several people, with a range for how many."""
    sheet = Sheet(rng)
    sheet.put("movement.from", {"country": pick(rng, ("AE", "KW", "DZ", "TN")), "city": place(rng)})
    sheet.put("movement.to", {"country": pick(rng, _THEATRES)})
    sheet.put("theatre", pick(rng, _THEATRES))
    sheet.put("movement.date", sheet.day(2013, 2020))
    sheet.put("movement.means", pick(rng, ("air", "sea", "land")))
    sheet.put("movement.person", _ref(rng))
    sheet.put("facilitation.by", f"{given(rng).latin} Exempli", statement="hearsay")
    sheet.put("count", sheet.count(75), statement="assessment")
    sheet.put("record.source", f"SYNTHETIC source {n % 40}")
    return sheet.governed(category=None, purposes=_TRAVEL, review=review)


def relation(rng: random.Random, n: int, left: Ref, right: Ref, *, review: date = REVIEW) -> tuple[Claim, ...]:
    """A relation between two records."""
    sheet = Sheet(rng)
    sheet.put("relation.type", pick(rng, ("recruits", "travelled_with", "sibling_of", "child_of", "member_of")))
    sheet.put("relation.from", {"originator": left.originator, "id": left.id})
    sheet.put("relation.to", {"originator": right.originator, "id": right.id})
    sheet.put("relation.since", {"precision": "approximate", "year": 2010 + n % 10})
    return sheet.governed(category=None, purposes=_NETWORKS, review=review)


def assessment(rng: random.Random, n: int, *, review: date = REVIEW) -> tuple[Claim, ...]:
    sheet = Sheet(rng)
    sheet.put(
        "assessment.text",
        f"SYNTHETIC assessment {n}: the flow through the crossing is falling.",
        statement="assessment",
    )
    sheet.put("assessment.likelihood", pick(rng, ("likely", "unlikely", "roughly_even_chance")), statement="assessment")
    sheet.put("assessment.confidence", pick(rng, ("low", "moderate")), statement="assessment")
    sheet.put("theatre", pick(rng, _THEATRES))
    sheet.put("count", sheet.count(500), statement="assessment")
    return sheet.governed(category=None, purposes=_NETWORKS, review=review)
