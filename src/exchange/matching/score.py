"""The score: a logistic regression whose every term is shown. Pure. Rules: docs/spec/names.md §5.

The sum of nats for and against becomes a probability among the pairs that a search brings up. The same for A and B as
for B and A, to the last bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp
from typing import Final, NamedTuple

from exchange.matching.align import Alignment, align
from exchange.matching.coefficients import coefficients
from exchange.matching.dates import UNKNOWN
from exchange.matching.features import NAMES, features
from exchange.matching.names import Name

GROUPS: Final = {
    "shared": ("shared", "shared_root", "shared_much", "shared_little", "covered"),
    "vowels": ("vowels",),
    "near": ("near", "near_common", "near_few"),
    "differ": ("differ",),
    "spare": ("spare", "spare_shared"),
    "first": ("first_spare", "first_spare_long", "first_differ", "first_differ_long"),
    "order": ("order",),
}
"""What an officer reads -> the terms that are summed for it."""
_GROUP: Final = {name: group for group, names in GROUPS.items() for name in names}
_DIGITS: Final = 6
_SHARED: Final = NAMES.index("shared_root")


class Contribution(NamedTuple):
    """One term."""

    name: str
    group: str
    """One of `GROUPS`, or `base`, `date`, `document`, `nationality`, `place`."""
    value: float
    nats: float
    """Above 0: for one person."""


class Score(NamedTuple):
    probability: float
    nats: float
    contributions: tuple[Contribution, ...]
    """Every term that is not 0, `base` first."""
    alike: bool
    """Whether it reaches the threshold, and a word or a document is shared: a birth date alone is nobody's."""

    def by_group(self) -> dict[str, float]:
        """Nats of each group, in the order in which they stand."""
        found: dict[str, float] = {}
        for each in self.contributions:
            found[each.group] = found.get(each.group, 0.0) + each.nats
        return {group: round(nats, _DIGITS) for group, nats in found.items()}


def compare_names(a: Name, b: Name) -> tuple[Alignment, tuple[float, ...]]:
    """How their words stand to each other, and what that says, in the order of `features.NAMES`."""
    if _first(b) < _first(a):
        found = align(b, a)
        return _flipped(found), features(b, a, found)
    found = align(a, b)
    return found, features(a, b, found)


def score(a: Name, b: Name, relation: str = UNKNOWN, more: Sequence[Contribution] = ()) -> Score:
    """Of two names, how their birth dates stand to each other, and other evidence."""
    _, values = compare_names(a, b)
    return weigh(values, relation, more)


def weigh(values: Sequence[float], relation: str = UNKNOWN, more: Sequence[Contribution] = ()) -> Score:
    known = coefficients()
    dated = relation != UNKNOWN
    scale = known.names_with_date if dated else 1.0
    found = [Contribution("base", "base", 1.0, known.intercept * scale)]
    found += [
        Contribution(name, _GROUP[name], value, value * each * scale)
        for name, value, each in zip(NAMES, values, known.names, strict=True)
        if value
    ]
    if dated:
        over = sum(each.nats for each in found) - known.names_at_most * scale
        if over > 0:
            found.append(Contribution("namesakes", "base", over, -over))
        found.append(Contribution(f"date_{relation}", "date", 1.0, known.dates[relation]))
    found += more
    nats = round(sum(each.nats for each in found), _DIGITS)
    probability = 1.0 / (1.0 + exp(-max(-60.0, min(60.0, nats))))
    linked = values[_SHARED] > 0 or any(each.name == "document_same" for each in more)
    alike = probability >= known.threshold and linked
    return Score(probability, nats, tuple(found), alike)


def quick(a: Name, b: Name, relation: str = UNKNOWN) -> float:
    """The probability alone."""
    return score(a, b, relation).probability


def _first(name: Name) -> tuple[tuple[str, str], ...]:
    return tuple((token.text, token.role) for token in name.tokens)


def _flipped(found: Alignment) -> Alignment:
    turned = sorted(match._replace(a=match.b, b=match.a) for match in found.matches)
    return Alignment(tuple(turned), found.left_b, found.left_a)
