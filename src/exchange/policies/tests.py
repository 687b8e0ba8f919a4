"""Conditions: a closed vocabulary of tests over a record, joined by all_of, any_of and not.

This module reads conditions and holds them as values; `exchange.policies.facts` evaluates them, with three values.
Spec: docs/spec/policy.md §3.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

from exchange.model import vocab
from exchange.policies.reading import Part

DEPTH_MAX: Final = 8
DAYS_MAX: Final = 36_500


class Floor(NamedTuple):
    """The lowest grade that satisfies a grade test, and its scale."""

    scale: str
    grade: str


Argument = tuple[str, ...] | str | int | Floor


@dataclass(frozen=True, slots=True)
class Test:
    """One test of the closed vocabulary. `argument`: words, one TLP label, a number of days, or a grade floor."""

    name: str
    argument: Argument


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: Condition


Condition = Test | AllOf | AnyOf | Not


def _floor(part: Part, index: int) -> Floor:
    """`{scale, grade}`; `index` 0 is the source letter, 1 the information figure."""
    members = part.members(("scale", "grade"))
    scale = members["scale"].word(vocab.GRADE_SCALES)
    return Floor(scale, members["grade"].word(vocab.GRADE_SCALES[scale][index] - vocab.GRADE_UNKNOWN))


ARGUMENTS: Final[dict[str, Callable[[Part], Argument]]] = {
    "nationality": lambda part: part.words(vocab.COUNTRIES),
    "nationality_undisclosed": lambda part: part.words(vocab.REGIONS),
    "residence": lambda part: part.words(vocab.COUNTRIES),
    "theatre": lambda part: part.words(vocab.COUNTRIES),
    "route_from": lambda part: part.words(vocab.COUNTRIES),
    "route_to": lambda part: part.words(vocab.COUNTRIES),
    "group": lambda part: part.words(None),
    "role": lambda part: part.words(vocab.ROLES),
    "listed_by": lambda part: part.words(vocab.LISTS),
    "subject_category": lambda part: part.words(vocab.CATEGORIES),
    "caveat": lambda part: part.words(vocab.CAVEATS),
    "originator": lambda part: part.words(vocab.COUNTRIES),
    "marking_at_most": lambda part: part.word(vocab.TLP_BY_STRICTNESS),
    "statement": lambda part: part.words(vocab.STATEMENTS),
    "source_grade_at_least": lambda part: _floor(part, 0),
    "information_grade_at_least": lambda part: _floor(part, 1),
    "observed_within": lambda part: part.whole(1, DAYS_MAX),
}
"""Test -> reader of its argument. A test that is not here does not exist."""


def read_condition(part: Part, depth: int = 1) -> Condition:
    """The condition at `part`. BadInput(AGREEMENT_INVALID) on an unknown test, word or shape, or over 8 deep."""
    members = part.members((), (*ARGUMENTS, "all_of", "any_of", "not"))
    if len(members) != 1 or depth > DEPTH_MAX:
        part.refuse()
    ((name, inner),) = members.items()
    if name == "not":
        return Not(read_condition(inner, depth + 1))
    if name in ("all_of", "any_of"):
        parts = tuple(read_condition(item, depth + 1) for item in inner.items(least=1))
        return AllOf(parts) if name == "all_of" else AnyOf(parts)
    return Test(name, ARGUMENTS[name](inner))
