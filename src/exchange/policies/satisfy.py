"""Whether a condition can be true of any record at all: finds conditions that contradict themselves.

Sound, not complete: what it calls impossible is impossible; what it lets pass may still be. Tests read several values
of a record, so `nationality KW` and `nationality AE` may both hold. Spec: docs/spec/policy.md §13.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from exchange.model.paths import PATHS
from exchange.model.vocab import GRADE_SCALES, GRADE_UNKNOWN
from exchange.policies.clauses import UNSELECTABLE
from exchange.policies.facts import RANK, READS
from exchange.policies.tests import AnyOf, Condition, Floor, Not, Test

COMBINATIONS_MAX: Final = 4096
"""Alternatives looked at; a condition with more counts as possible."""


class Literal(NamedTuple):
    test: Test
    holds: bool
    """Whether the test must be true, or false."""


class _TooManyError(Exception):
    """More alternatives than `COMBINATIONS_MAX`. Private control flow."""


def can_be_true(condition: Condition | None, kind: str) -> bool:
    """False only when no record of `kind` makes the condition true."""
    if condition is None:
        return True
    try:
        return any(_possible(literals, kind) for literals in _alternatives(condition, holds=True))
    except _TooManyError:
        return True


def _alternatives(condition: Condition, *, holds: bool) -> list[tuple[Literal, ...]]:
    """Disjunctive form: each item is a set of literals that together make the condition true (or false)."""
    if isinstance(condition, Not):
        return _alternatives(condition.part, holds=not holds)
    if isinstance(condition, Test):
        return [(Literal(condition, holds),)]
    parts = [_alternatives(part, holds=holds) for part in condition.parts]
    if isinstance(condition, AnyOf) is holds:
        found = [literals for part in parts for literals in part]
    else:
        found = [()]
        for part in parts:
            if len(found) * len(part) > COMBINATIONS_MAX:
                raise _TooManyError
            found = [(*left, *right) for left in found for right in part]
    if len(found) > COMBINATIONS_MAX:
        raise _TooManyError
    return found


def _possible(literals: Iterable[Literal], kind: str) -> bool:
    by_name: dict[str, tuple[list[Test], list[Test]]] = {}
    for literal in literals:
        yes, no = by_name.setdefault(literal.test.name, ([], []))
        (yes if literal.holds else no).append(literal.test)
    return all(_readable(name, kind) and _together(name, yes, no) for name, (yes, no) in by_name.items())


def _readable(name: str, kind: str) -> bool:
    """A test that reads only paths which this kind has not is never true, nor false. Governance every kind has."""
    return name not in READS or any(path in UNSELECTABLE or kind in PATHS[path].kinds for path in READS[name])


def _together(name: str, yes: list[Test], no: list[Test]) -> bool:
    refused = frozenset(word for test in no for word in _words(test))
    if name == "originator":
        return _allowed(yes) is None or not (_allowed(yes) or frozenset()) <= refused
    if name == "statement":
        return _statements(yes, no)
    if name in READS:
        return all(not frozenset(_words(test)) <= refused for test in yes)
    return _ORDERED[name](yes, no)


def _allowed(yes: list[Test]) -> frozenset[str] | None:
    """The words that every list has; None where there is no list."""
    return frozenset.intersection(*(frozenset(_words(test)) for test in yes)) if yes else None


def _statements(yes: list[Test], no: list[Test]) -> bool:
    """Every claim's statement is in each list of the one; for each list of the other some claim's is outside."""
    allowed = _allowed(yes)
    return allowed is None or (bool(allowed) and all(not allowed <= frozenset(_words(test)) for test in no))


def _marking(yes: list[Test], no: list[Test]) -> bool:
    """At most the least of the one, above the greatest of the other; nothing is above the strictest label."""
    most = min((RANK[str(test.argument)] for test in yes), default=max(RANK.values()))
    above = max((RANK[str(test.argument)] for test in no), default=-1)
    return above < most


def _observed(yes: list[Test], no: list[Test]) -> bool:
    """Seen within the least number of days, and not within the greatest."""
    within = min((int(str(test.argument)) for test in yes), default=None)
    longer = max((int(str(test.argument)) for test in no), default=None)
    return within is None or longer is None or longer < within


def _graded(index: int) -> Callable[[list[Test], list[Test]], bool]:
    """A grade test is true or false only on its own scale, so all of them must share it."""

    def check(yes: list[Test], no: list[Test]) -> bool:
        wanted, refused = list(_floors(yes)), list(_floors(no))
        scales = {floor.scale for floor in (*wanted, *refused)}
        if len(scales) > 1:
            return False
        if not refused:
            return True
        worst = max(GRADE_SCALES[refused[0].scale][index] - GRADE_UNKNOWN)
        below = max(floor.grade for floor in refused)
        return below < min((floor.grade for floor in wanted), default=worst)

    return check


_ORDERED: Final[dict[str, Callable[[list[Test], list[Test]], bool]]] = {
    "marking_at_most": _marking,
    "observed_within": _observed,
    "source_grade_at_least": _graded(0),
    "information_grade_at_least": _graded(1),
}


def _floors(tests: list[Test]) -> Iterator[Floor]:
    return (test.argument for test in tests if isinstance(test.argument, Floor))


def _words(test: Test) -> tuple[str, ...]:
    return test.argument if isinstance(test.argument, tuple) and not isinstance(test.argument, Floor) else ()
