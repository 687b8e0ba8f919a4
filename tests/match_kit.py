"""For tests of blinded matching: an agreement that permits it, keys that a reader can follow, people of no country."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from exchange.matching.keys import Piece
from exchange.model.claims import Claim, JsonObject
from exchange.operations.match_ask import MatchFound, MatchWish, match_ask
from exchange.operations.match_prepare import Made, match_prepare
from tests.federation import PURPOSE, Federation, State, agreement_document, enact
from tests.subjects import gulf_person

AGREEMENT: Final = "AG-DZ-AE-KW-9"
CLAUSE: Final[dict[str, Any]] = {
    "id": "m1",
    "from": "*",
    "to": "*",
    "kinds": ["person"],
    "purposes": [PURPOSE],
    "answer": "contact",
    "per_case": 20,
    "per_day": 40,
}


class PlainKeys:
    """Fits `ports.MatchKeys`: a key for every two words of a name, and one for the whole name with each birth."""

    version = "plain-1"

    def keys(self, claims: Sequence[Claim], *, asking: bool) -> frozenset[bytes]:
        births = sorted(str(each.value) for each in claims if each.path in ("birth.date", "birth.year"))
        if asking:
            births += [str(int(each[:4]) + by) for each in births for by in (-1, 1) if each[:4].isdigit()]
        found: set[bytes] = set()
        for claim in claims:
            if claim.path == "name.full":
                words = sorted(str(claim.value["text"]).lower().split())
                found |= {f"{a} {b}".encode() for at, a in enumerate(words) for b in words[at + 1 :]}
                found |= {f"{' '.join(words)} {birth}".encode() for birth in births}
        return frozenset(found)

    def pieces(self, claims: Sequence[Claim], *, asking: bool) -> Sequence[Piece]:
        """Every word of a name at 5 nats, every year of birth at 4."""
        words = [str(claim.value["text"]).lower().split() for claim in claims if claim.path == "name.full"]
        found = [
            Piece("token", name, at, 5.0, f"word {each}".encode())
            for name, some in enumerate(words)
            for at, each in enumerate(some)
        ]
        years = sorted({str(claim.value) for claim in claims if claim.path == "birth.year"})
        return [*found, *(Piece("year", -1, at, 4.0, f"year {each}".encode()) for at, each in enumerate(years))]


def named(text: str, birth: str = "") -> tuple[Claim, ...]:
    """What an officer types: a name, perhaps a birth."""
    name = Claim("c1", "name.full", {"text": text, "script": "Latn", "type": "primary"}, "fact")
    return (name, Claim("c2", "birth.year", int(birth), "fact")) if birth else (name,)


def person(number: int, text: str) -> tuple[Claim, ...]:
    """A record of this invented name."""
    return tuple(
        each._replace(value={**each.value, "text": text}) if each.path == "name.full" else each
        for each in gulf_person(number)
    )


def matching_document(*clauses: dict[str, Any]) -> JsonObject:
    """The example agreement once more, with match clauses."""
    document = agreement_document("dz-ae-kw.yaml")
    return {**document, "id": AGREEMENT, "matching": list(clauses or (CLAUSE,))}


def can_match(house: Federation, *clauses: dict[str, Any], codes: Sequence[str] = ()) -> None:
    """Puts the agreement in force and gives every node its keys."""
    for code in codes or tuple(house.states):
        state = house[code]
        enact(state, matching_document(*clauses))
        state.node = replace(state.node, match_keys=PlainKeys())
        house.network.nodes[code] = state.node


def prepare(holder: State, asker: str) -> Made:
    return match_prepare(holder.node, asker)


def ask(state: State, partner: str, *persons: tuple[Claim, ...], case: str = "CASE-1") -> MatchFound:
    wish = MatchWish(partner, AGREEMENT, PURPOSE, case, tuple(persons))
    return match_ask(state.node, state.staff.officer, wish)
