"""Coarser claims: what may be disclosed where the finer claim may not (protocol.md, claims).

They are made once, at deposit, and committed beside the finer claim, so that generalising needs no new signature.
It decides nothing about who sees which. Spec: docs/spec/records.md §3.3.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from exchange.model.claim_json import claim_number
from exchange.model.claims import Claim, JsonValue
from exchange.model.paths import PATHS

Coarsen = Callable[[JsonValue], JsonValue]
"""The coarser value of a well-formed value, or None where the finer value holds too little."""


def _year(value: JsonValue) -> JsonValue:
    """A Gregorian year or years. Hijri dates are not converted here: a guess would be committed as a claim."""
    if not isinstance(value, dict) or value.get("calendar", "gregorian") != "gregorian":
        return None
    if value["precision"] == "range":
        low, high = _year_of(value["from"]), _year_of(value["to"])
        return low if low == high else {"from": low, "to": high}
    return _year_of(value["date"] if "date" in value else value["year"])


def _year_of(value: JsonValue) -> int:
    return value if isinstance(value, int) else int(str(value)[:4])


def _member(name: str) -> Coarsen:
    def coarsen(value: JsonValue) -> JsonValue:
        return value.get(name) if isinstance(value, dict) else None

    return coarsen


def _cell(value: JsonValue) -> JsonValue:
    """Whole degrees, the south-west corner of the cell (about 111 km a side)."""
    return (
        {name: int(str(degrees)) // 1_000_000 for name, degrees in value.items()} if isinstance(value, dict) else None
    )


def _rounded(value: JsonValue) -> JsonValue:
    """Outwards to tens: 72 becomes 70 to 80. An open end stays open."""
    if not isinstance(value, dict):
        return None
    low, high = value["low"], value["high"]
    return {"low": int(str(low)) // 10 * 10, "high": None if high is None else -(-int(str(high)) // 10) * 10}


def _month(value: JsonValue) -> JsonValue:
    return str(value)[:7]


COARSER: Final[dict[str, tuple[tuple[str, Coarsen], ...]]] = {
    "birth.date": (("birth.year", _year),),
    "birth.place": (("birth.country", _member("country")),),
    "document": (("document.type", _member("type")), ("document.country", _member("country"))),
    "residence.address": (("residence.country", _member("country")),),
    "location.address": (("location.country", _member("country")),),
    "location.point": (("location.area", _cell),),
    "count": (("count.rounded", _rounded),),
    "fate": (("fate.state", _member("state")),),
    "movement.from": (("route.from", _member("country")),),
    "movement.to": (("route.to", _member("country")),),
    "movement.date": (("movement.month", _month),),
}
"""Finer path -> (coarser path, how), in the order in which the coarser claims are made."""


def with_coarser(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """The claims, then one derived claim for each coarser value; its id follows the highest id in use.

    Idempotent. A derived claim that is already there keeps its id and takes the value of today's finer claim, so that
    an amended date cannot leave an old year behind; one whose finer claim no longer yields a value is dropped.
    Malformed values yield nothing: `check_record` refuses them. BadInput for a malformed claim id.
    """
    paths = {claim.id: claim.path for claim in claims}
    ours: dict[tuple[str, str | None], Claim] = {}
    kept = []
    for claim in claims:
        if claim.derived_from is not None and claim.path in coarser_paths(paths.get(claim.derived_from, "")):
            ours[claim.path, claim.derived_from] = claim
        else:
            kept.append(claim)
    number = max((claim_number(claim.id) for claim in claims), default=0)
    made = [_derived(claim, path, value) for claim in kept for path, value in _coarser(claim)]
    for coarser in made:
        old = ours.get((coarser.path, coarser.derived_from))
        if old is None:
            number += 1
        kept.append(coarser._replace(id=f"c{number}" if old is None else old.id))
    return tuple(kept)


def coarser_paths(path: str) -> tuple[str, ...]:
    """The paths that generalise `path`."""
    return tuple(coarser for coarser, _ in COARSER.get(path, ()))


def _coarser(claim: Claim) -> list[tuple[str, JsonValue]]:
    rules = COARSER.get(claim.path)
    if rules is None or not PATHS[claim.path].check(claim.value):
        return []
    found = [(path, coarsen(claim.value)) for path, coarsen in rules]
    return [(path, coarser) for path, coarser in found if coarser is not None]


def _derived(claim: Claim, path: str, value: JsonValue) -> Claim:
    return Claim("", path, value, claim.statement, claim.grade, claim.observed, derived_from=claim.id)
