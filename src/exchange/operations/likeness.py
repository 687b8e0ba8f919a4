"""How much two persons are alike, as every edge shows it: the probability, what speaks for and against, each word of
the best pair of names against its own. The same value wherever two records stand beside each other. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from exchange.matching.coefficients import coefficients
from exchange.matching.explain import Row, Word, rows, words
from exchange.matching.person import Comparison, compare, identity
from exchange.operations.found_lines import Inside

PERSON: Final = "person"
_DIGITS: Final = 4


class Part(NamedTuple):
    """Evidence of one kind."""

    group: str
    """`base`, `date`, `document`, `nationality`, `place`, or one of `matching.score.GROUPS`."""
    nats: float
    """Above 0: for one person."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """The best pair of names of two persons, and everything beside the names."""

    probability: float
    nats: float
    threshold: float
    """From this probability on a pair is proposed."""
    alike: bool
    name_a: str
    name_b: str
    words_a: tuple[Word, ...]
    words_b: tuple[Word, ...]
    rows: tuple[Row, ...]
    """The alignment. Words of one side only: the other is empty."""
    birth: str
    """How the birth dates stand to each other (`matching.dates.RELATIONS`), or `unknown`."""
    parts: tuple[Part, ...]
    """Their sum is `nats`."""
    kunya_only: bool
    """Nothing but a kunya is shared, which many bear."""

    @property
    def evidence_for(self) -> tuple[Part, ...]:
        """The strongest first, without what every pair begins with."""
        return tuple(sorted((each for each in self.parts if each.nats > 0 and each.group != "base"), key=_strength))

    @property
    def evidence_against(self) -> tuple[Part, ...]:
        """As `evidence_for`."""
        return tuple(sorted((each for each in self.parts if each.nats < 0 and each.group != "base"), key=_strength))


def likeness(a: Inside, b: Inside) -> Likeness | None:
    """None where one has no name, or is no person."""
    if a.kind != PERSON or b.kind != PERSON:
        return None
    found = compare(identity(a.claims), identity(b.claims))
    return None if found is None else likeness_of(found)


def likeness_of(found: Comparison) -> Likeness:
    """What a comparison says."""
    score = found.score
    return Likeness(
        probability=round(score.probability, _DIGITS),
        nats=round(score.nats, _DIGITS),
        threshold=coefficients().threshold,
        alike=score.alike,
        name_a=found.a.text,
        name_b=found.b.text,
        words_a=words(found.a),
        words_b=words(found.b),
        rows=rows(found.a, found.b, found.alignment),
        birth=found.relation,
        parts=tuple(Part(group, round(nats, _DIGITS)) for group, nats in score.by_group().items()),
        kunya_only=any(each.name == "kunya_alone" for each in score.contributions),
    )


def _strength(part: Part) -> float:
    return -abs(part.nats)
