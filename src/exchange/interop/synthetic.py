"""Makes records that are plainly invented, for the demonstration, the tests and the benchmark. Same seed, same records.

Names are syllables with a family name that means "specimen", document numbers begin with SYN, every record has the note
SYNTHETIC. Nothing is taken from real people or real lists. It makes claims; it stores nothing.
"""

from __future__ import annotations

import random
from datetime import date
from typing import Final

from exchange.interop.synthetic_subjects import assessment, camp, group, movement, network, relation
from exchange.interop.synthetic_words import REVIEW, Sheet, family, given, invented, pick, place
from exchange.model.claims import Claim, JsonValue
from exchange.model.records import Ref

__all__ = ["REVIEW", "assessment", "bench_person", "camp", "group", "mixture", "movement", "network", "person"]

BENCH_CLAIMS: Final = 30

_ORIGINS: Final = ("AE", "KW", "SA", "QA", "DZ", "TN", "EG", "FR")
_THEATRES: Final = ("LY", "SY")
_TRANSIT: Final = ("TR", "SD", "NE", "ML", "JO")
_FATES: Final = ("alive", "dead", "detained", "unknown", "returned")
_ROLES: Final = ("fighter", "facilitator", "recruiter", "trainer", "courier", "unknown")
_CATEGORIES: Final = ("suspect", "suspect", "suspect", "associate", "convicted", "witness", "minor", "unknown")
_KINDS: Final = ("person",) * 8 + ("group", "network", "camp", "movement", "movement", "relation", "assessment")


def person(
    rng: random.Random, n: int, *, nationality: str | None = None, theatre: str | None = None, review: date = REVIEW
) -> tuple[Claim, ...]:
    """A person with names in two scripts, ranges, contested fates; with governance and derived claims, 15 to 45."""
    sheet = Sheet(rng)
    origin = nationality or pick(rng, _ORIGINS)
    goal = theatre or pick(rng, _THEATRES)
    _identity(sheet, n, origin)
    _affairs(sheet, n, goal)
    _route(sheet, origin, goal)
    _fate(sheet, goal)
    category = pick(rng, _CATEGORIES)
    return sheet.governed(category=category, purposes=_purposes(rng), review=review)


def _purposes(rng: random.Random) -> tuple[str, ...]:
    return (
        "counter_terrorism.travel",
        *rng.sample(("counter_terrorism.networks", "analysis.joint"), rng.randint(0, 2)),
    )


def _identity(sheet: Sheet, n: int, origin: str) -> None:
    rng = sheet.rng
    first, last = given(rng), family(rng)
    sheet.put("name.full", invented(f"{first.latin} {last.latin}", "Latn", "primary"))
    sheet.put("name.full", invented(f"{first.arabic} {last.arabic}", "Arab", "primary"))
    for _ in range(rng.randint(0, 3)):
        sheet.put("name.alias", invented(f"{given(rng).latin} {last.latin}", "Latn", "alias") | {"quality": "good"})
    if rng.random() < 0.6:
        child = given(rng)
        sheet.put("name.kunya", invented(f"Abu {child.latin}", "Latn", "kunya"))
        sheet.put("name.kunya", invented(f"أبو {child.arabic}", "Arab", "kunya"))
    _births(sheet, origin)
    sheet.put("nationality", {"country": origin, "status": "confirmed"})
    if rng.random() < 0.2:
        sheet.put("nationality", {"country": pick(rng, ("FR", "BE", "MA")), "status": "presumed", "rank": 2})
    sheet.put("gender", "male" if rng.random() < 0.9 else "female")
    if rng.random() < 0.7:
        number = f"SYN{n:07d}"
        sheet.put(
            "document", {"type": "passport", "number": number, "country": origin, "issued": sheet.day(2008, 2014)}
        )


def _births(sheet: Sheet, origin: str) -> None:
    rng = sheet.rng
    year = rng.randint(1965, 2002)
    precise: dict[str, JsonValue] = {"precision": "exact", "date": sheet.day(year, year)}
    ranged: dict[str, JsonValue] = {"precision": "range", "from": year - 2, "to": year + 1}
    near: dict[str, JsonValue] = {"precision": "approximate", "year": year}
    first = sheet.put("birth.date", pick(rng, (precise, ranged, near)))
    if rng.random() < 0.25:
        sheet.put("birth.date", {"precision": "year", "year": year + 3}, contests=first)
    sheet.put("birth.place", {"country": origin, "city": place(rng)})


def _affairs(sheet: Sheet, n: int, goal: str) -> None:
    rng = sheet.rng
    sheet.put("theatre", goal)
    sheet.put("role", pick(rng, _ROLES))
    sheet.put("affiliation.group", f"Specimen Group {rng.randint(1, 9)}")
    if rng.random() < 0.4:
        sheet.put("affiliation.group", f"Specimen Group {rng.randint(1, 9)}", statement="hearsay")
    if rng.random() < 0.6:
        sheet.put("recruitment.by", f"{given(rng).latin} Exempli", statement="assessment")
    if rng.random() < 0.4:
        sheet.put("training.camp", f"Specimen Camp {rng.randint(1, 5)}")
    if rng.random() < 0.3:
        sheet.put("contact.phone", f"+000 555 {n % 10_000:04d}")
    sheet.put("record.source", f"SYNTHETIC source {rng.randint(1, 40)}")


def _route(sheet: Sheet, origin: str, goal: str) -> None:
    rng = sheet.rng
    sheet.put("route.from", origin)
    sheet.put("route.via", pick(rng, _TRANSIT))
    sheet.put("route.to", goal)
    sheet.put("movement.date", sheet.day(2013, 2019))
    if rng.random() < 0.3:
        sheet.put(
            "location.point", {"lat": rng.randint(29_000_000, 36_000_000), "lon": rng.randint(10_000_000, 40_000_000)}
        )


def _fate(sheet: Sheet, goal: str) -> None:
    rng = sheet.rng
    state = pick(rng, _FATES)
    first = sheet.put("fate", {"state": state, "country": goal}, statement="assessment")
    if rng.random() < 0.3:
        other = pick(rng, [each for each in _FATES if each != state])
        sheet.put("fate", {"state": other}, statement="hearsay", contests=first)


_BENCH_NOTE: Final = (
    "SYNTHETIC. This text stands where an officer writes what is known of a journey: who paid, who waited at the "
    "border, which house was used, how the group divided after it, and what the returned traveller said of it later. "
)


def bench_person(rng: random.Random, n: int, *, review: date = REVIEW) -> tuple[Claim, ...]:
    """A person of exactly 30 claims with governance and derived ones, about 2 kB of values: the benchmark's unit."""
    sheet = Sheet(rng)
    origin, goal = pick(rng, _ORIGINS[:6]), pick(rng, _THEATRES)
    first, last = given(rng), family(rng)
    sheet.put("name.full", invented(f"{first.latin} {last.latin}", "Latn", "primary"))
    sheet.put("name.full", invented(f"{first.arabic} {last.arabic}", "Arab", "primary"))
    sheet.put("name.alias", invented(f"{given(rng).latin} {last.latin}", "Latn", "alias") | {"quality": "low"})
    sheet.put("name.father", invented(f"{given(rng).latin} {last.latin}", "Latn", "primary"))
    sheet.put("name.kunya", invented(f"Abu {given(rng).latin}", "Latn", "kunya"))
    sheet.put("birth.date", {"precision": "exact", "date": sheet.day(1970, 2000)})
    sheet.put("birth.place", {"country": origin, "city": place(rng), "region": place(rng)})
    sheet.put("nationality", {"country": origin, "status": "confirmed"})
    sheet.put("document", {"type": "passport", "number": f"SYN{n:07d}", "country": origin, "expires": "2031-01-01"})
    sheet.put("residence.address", {"country": origin, "city": place(rng), "street": f"{n % 200 + 1} {place(rng)}"})
    sheet.put("theatre", goal)
    sheet.put("role", "fighter")
    sheet.put("affiliation.group", f"Specimen Group {rng.randint(1, 9)}")
    sheet.put("recruitment.by", f"{given(rng).latin} Exempli")
    sheet.put("route.from", origin)
    sheet.put("route.to", goal)
    sheet.put("fate", {"state": pick(rng, _FATES), "country": goal})
    sheet.put("record.source", f"SYNTHETIC source {rng.randint(1, 40)}")
    sheet.put("note", (_BENCH_NOTE * 5)[:1100])
    claims = sheet.governed(category="suspect", purposes=("counter_terrorism.travel",), review=review)
    if len(claims) != BENCH_CLAIMS:
        raise ValueError(f"a bench record has {BENCH_CLAIMS} claims, this has {len(claims)}")
    return claims


def mixture(seed: int, count: int, *, review: date = REVIEW) -> list[tuple[str, tuple[Claim, ...]]]:
    """`count` records as (kind, claims), mostly persons. Relations and movements name records that need not exist."""
    rng = random.Random(seed)
    return [_one(rng, pick(rng, _KINDS), n, review) for n in range(count)]


def _one(rng: random.Random, kind: str, n: int, review: date) -> tuple[str, tuple[Claim, ...]]:
    makers = {"group": group, "network": network, "camp": camp, "movement": movement, "assessment": assessment}
    if kind == "person":
        return kind, person(rng, n, review=review)
    if kind == "relation":
        left, right = (Ref("DZ", f"rec-synthetic-{rng.randint(0, n):06d}") for _ in range(2))
        return kind, relation(rng, n, left, right, review=review)
    return kind, makers[kind](rng, n, review=review)
