"""Persons whose names sound like a question, in any spelling and either script, ranked by score.

Two ways lead there: every word of the question sounds like a word of the person's names, or the whole of it makes a key
that the person has. What has the words as they are written is found already, and left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from exchange.matching.keys import ASKER, keys
from exchange.matching.person import Identity, compare, identity, of_name
from exchange.matching.sounds import asked
from exchange.model.found import Place, Wanted
from exchange.model.terms import terms
from exchange.operations.found_lines import FoundLine, Inside, opened
from exchange.operations.search_filters import Filters
from exchange.ports import Unit

SIMILAR_MAX: Final = 20
LOOKED_AT: Final = 100
"""Persons of each way that are opened, the newest."""


@dataclass(frozen=True, slots=True)
class Similar:
    """A person that sounds like the question."""

    line: FoundLine
    probability: float
    """That the name asked for is this person's, as everywhere (`likeness.py`); low for a single common word."""


def similar_to(unit: Unit, text: str, words: Sequence[str], held: str | None, filters: Filters) -> list[Similar]:
    """The most alike first, `SIMILAR_MAX` at most. `words`: those that were looked for as written."""
    groups = asked(text)
    if not groups:
        return []
    sounding = unit.search.find(Wanted((), held, ("person",), groups), None, LOOKED_AT)
    person = of_name(text)
    keyed = [each.place for each, _ in unit.identities.having(keys(person, ASKER), LOOKED_AT)]
    places = list(dict.fromkeys([*sounding, *(place for place in keyed if held in (None, place.held))]))
    every = set(sounding)
    found = [
        made
        for inside in opened(unit, places)
        if inside.kind == "person" and filters.keep(inside) and not _written(inside, words)
        if (made := _similar(person, inside, every)) is not None
    ]
    return sorted(found, key=lambda each: -each.probability)[:SIMILAR_MAX]


def _written(inside: Inside, words: Sequence[str]) -> bool:
    return bool(words) and set(words) <= terms(inside.claims)


def _similar(person: Identity, inside: Inside, sounding: set[Place]) -> Similar | None:
    """None where only a key is shared and the two are not alike."""
    said = compare(person, identity(inside.claims))
    if said is None or (inside.place not in sounding and not said.score.alike):
        return None
    return Similar(inside.line(), round(said.score.probability, 4))
