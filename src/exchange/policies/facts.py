"""What tests ask of a record, and their answers: true, false, or `None` for "cannot be evaluated".

Conditions are turned into small functions once; a record's facts are looked up when the first test asks for them.
It decides nothing. Spec: docs/spec/policy.md §3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from exchange.model.claims import Claim, JsonValue
from exchange.model.paths import PATHS
from exchange.model.paths.checks import is_date
from exchange.model.records import Record
from exchange.model.vocab import GRADE_UNKNOWN, TLP_BY_STRICTNESS, UNDISCLOSED, PathClass
from exchange.policies.clauses import UNSELECTABLE
from exchange.policies.tests import AllOf, AnyOf, Condition, Floor, Not, Test

Answer = bool | None
READS: Final[dict[str, tuple[str, ...]]] = {
    "nationality": ("nationality",),
    "nationality_undisclosed": ("nationality",),
    "residence": ("residence.country",),
    "theatre": ("theatre", "presence.country", "location.country"),
    "route_from": ("route.from",),
    "route_to": ("route.to",),
    "group": ("affiliation.group", "group.name"),
    "role": ("role",),
    "listed_by": ("listed.by",),
    "subject_category": ("record.category",),
    "caveat": ("record.caveat",),
}
"""Tests that compare words -> the paths whose words they read."""
RANK: Final[dict[JsonValue, int]] = {str(label): rank for rank, label in enumerate(reversed(TLP_BY_STRICTNESS))}
"""TLP label -> 0 for TLP:CLEAR up to 4 for TLP:RED."""
LABELS: Final = tuple(str(label) for label in reversed(TLP_BY_STRICTNESS))


class Substance(NamedTuple):
    """Over the substantive claims of a record."""

    statements: frozenset[str]
    scales: frozenset[str]
    sources: frozenset[str]
    information: frozenset[str]
    newest: str | None
    """The last day of observation."""


class Facts:
    """One record's values by path, and what the tests read, looked up at most once."""

    __slots__ = ("_marking", "_reviews", "_substance", "answers", "known", "minor", "record", "today", "values")

    def __init__(self, record: Record, today: date) -> None:
        values: dict[str, list[JsonValue]] = {}
        for claim in record.claims:
            path = claim.path
            if path in values:
                values[path].append(claim.value)
            else:
                values[path] = [claim.value]
        self.values = values
        self.record = record
        self.today = today
        self.known: dict[str, frozenset[str]] = {}
        """What `words` has found so far."""
        self.answers: dict[Check, Answer] = {}
        """Answers of the parts that rules share, so far."""
        self._substance: Substance | None = None
        self._marking: tuple[int | None] | None = None
        self._reviews: list[str] | None = None
        self.minor: bool | None = None
        """What the safeguards found, kept by them."""

    def words(self, test: str) -> frozenset[str]:
        """The words that a test of `READS` compares with its list; empty when the record says nothing there."""
        found = self.known.get(test)
        if found is None:
            found = frozenset(_SPECIAL[test](self) if test in _SPECIAL else self._texts(READS[test]))
            self.known[test] = found
        return found

    def texts(self, path: str) -> list[str]:
        return [value for value in self.values.get(path, ()) if isinstance(value, str)]

    def marking(self) -> int | None:
        """Rank of the strictest marking; None when there is none or one cannot be read."""
        if self._marking is None:
            self._marking = (self._strictest(),)
        return self._marking[0]

    def _strictest(self) -> int | None:
        ranks = [RANK.get(value) if isinstance(value, str) else None for value in self.values.get("record.marking", ())]
        known = [rank for rank in ranks if rank is not None]
        return max(known) if known and len(known) == len(ranks) else None

    def reviews(self) -> list[str]:
        """The review dates; none when there is none or one of them cannot be read."""
        if self._reviews is None:
            values = self.values.get("record.review", [])
            dates = [value for value in values if isinstance(value, str) and is_date(value)]
            self._reviews = dates if len(dates) == len(values) else []
        return self._reviews

    def substance(self) -> Substance:
        """What is said beside the values, over the claims that are neither governance nor safeguards."""
        if self._substance is None:
            claims = list(self.substantive())
            grades = {claim.grade for claim in claims if claim.grade is not None}
            days = sorted({claim.observed for claim in claims if claim.observed is not None}, reverse=True)
            self._substance = Substance(
                frozenset([claim.statement for claim in claims]),
                frozenset([grade.scale for grade in grades]),
                frozenset([grade.source for grade in grades]),
                frozenset([grade.information for grade in grades]),
                next((day for day in days if is_date(day)), None),
            )
        return self._substance

    def substantive(self) -> Iterator[Claim]:
        """Claims that are neither governance nor safeguards."""
        return (claim for claim in self.record.claims if claim.path not in UNSELECTABLE)

    def countries(self) -> list[str]:
        """The countries of the nationality claims, whatever their status."""
        values = [value.get("country") for value in self.values.get("nationality", ()) if isinstance(value, dict)]
        return [value for value in values if isinstance(value, str)]

    def regions(self) -> list[str]:
        """The regions of the nationalities that may not be named; an empty text for one without a region."""
        values = [value for value in self.values.get("nationality", ()) if isinstance(value, dict)]
        found = [value.get("region") for value in values if value.get("status") == UNDISCLOSED]
        return [region if isinstance(region, str) else "" for region in found]

    def _texts(self, paths: tuple[str, ...]) -> list[str]:
        return [value for path in paths for value in self.texts(path)]


_SPECIAL: Final[dict[str, Callable[[Facts], list[str]]]] = {
    "nationality": Facts.countries,
    "nationality_undisclosed": Facts.regions,
}
"""Tests whose words are inside an object."""
Check = Callable[[Facts], Answer]


def check_of(condition: Condition) -> Check:
    """The function that evaluates `condition`."""
    if isinstance(condition, Not):
        return _not(_part(condition.part))
    if isinstance(condition, AllOf):
        return _joined(tuple(map(_part, condition.parts)), decides=False)
    if isinstance(condition, AnyOf):
        return _joined(tuple(map(_part, condition.parts)), decides=True)
    return _test(condition)


def _part(condition: Condition) -> Check:
    """A part of a condition. What joins several tests is evaluated once a record, however many rules contain it."""
    return check_of(condition) if isinstance(condition, Test) else shared(condition)


def _remembering(condition: Condition) -> Check:
    inner = check_of(condition)

    def check(facts: Facts) -> Answer:
        answers = facts.answers
        if inner not in answers:
            answers[inner] = inner(facts)
        return answers[inner]

    return check


shared: Final = lru_cache(maxsize=4096)(_remembering)
"""One function for all equal conditions."""


def _not(inner: Check) -> Check:
    def check(facts: Facts) -> Answer:
        answer = inner(facts)
        return None if answer is None else not answer

    return check


def _joined(checks: tuple[Check, ...], *, decides: bool) -> Check:
    """One answer equal to `decides` settles it; else one unknown makes it unknown (Kleene's strong logic)."""

    def check(facts: Facts) -> Answer:
        result: Answer = not decides
        for inner in checks:
            answer = inner(facts)
            if answer is decides:
                return decides
            if answer is None:
                result = None
        return result

    return check


def _test(test: Test) -> Check:
    argument = test.argument
    if test.name == "nationality" and isinstance(argument, tuple):
        return _named(frozenset(argument))
    if test.name == "nationality_undisclosed" and isinstance(argument, tuple):
        return _unnamed(frozenset(argument))
    if test.name in READS and isinstance(argument, tuple):
        return _any_word(test.name, frozenset(argument))
    if test.name == "originator" and isinstance(argument, tuple):
        allowed = frozenset(argument)
        return lambda facts: facts.record.originator in allowed
    if test.name == "statement" and isinstance(argument, tuple):
        return _statements(frozenset(argument))
    if test.name == "marking_at_most" and isinstance(argument, str):
        return _marking(RANK[argument])
    if test.name == "observed_within" and type(argument) is int:
        return _observed(timedelta(days=argument))
    if isinstance(argument, Floor):
        return _graded(argument, source=test.name == "source_grade_at_least")
    raise TypeError("a test that tests.py cannot have read")


def _any_word(name: str, wanted: frozenset[str]) -> Check:
    absent: Answer = False if name == "caveat" else None

    def check(facts: Facts) -> Answer:
        found = facts.known.get(name)
        if found is None:
            found = facts.words(name)
        return not wanted.isdisjoint(found) if found else absent

    return check


def _named(wanted: frozenset[str]) -> Check:
    """A nationality that may not be named could be any country: without a match it leaves the test open."""

    def check(facts: Facts) -> Answer:
        found = facts.words("nationality")
        if not wanted.isdisjoint(found):
            return True
        return None if not found or facts.words("nationality_undisclosed") else False

    return check


def _unnamed(wanted: frozenset[str]) -> Check:
    def check(facts: Facts) -> Answer:
        found = facts.words("nationality_undisclosed")
        if not wanted.isdisjoint(found):
            return True
        return None if "" in found or not (found or facts.words("nationality")) else False

    return check


def _statements(allowed: frozenset[str]) -> Check:
    def check(facts: Facts) -> Answer:
        seen = facts.substance().statements
        return seen <= allowed if seen else None

    return check


def _marking(highest: int) -> Check:
    def check(facts: Facts) -> Answer:
        rank = facts.marking()
        return None if rank is None else rank <= highest

    return check


def _observed(within: timedelta) -> Check:
    def check(facts: Facts) -> Answer:
        newest = facts.substance().newest
        return None if newest is None else newest >= (facts.today - within).isoformat()

    return check


def _graded(floor: Floor, *, source: bool) -> Check:
    """Letters and figures are both best at the low end. One grade that was not judged leaves the test open."""
    scale = frozenset({floor.scale})

    def check(facts: Facts) -> Answer:
        said = facts.substance()
        marks = said.sources if source else said.information
        if marks & GRADE_UNKNOWN or said.scales != scale:
            return None
        return max(marks) <= floor.grade

    return check


def class_of(path: str, kind: str) -> PathClass | None:
    """The disclosure class of a path registered for this kind of record, else None. Governance fits every kind."""
    spec = PATHS.get(path)
    return spec.cls if spec is not None and (kind in spec.kinds or path in UNSELECTABLE) else None
