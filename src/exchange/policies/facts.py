"""What tests ask of a record, and their answers: true, false, or `None` for "cannot be evaluated".

Conditions are turned into small functions once; a record's facts are looked up when the first test asks for them.
It decides nothing. Spec: docs/spec/policy.md §3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Final

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


class Facts:
    """One record's values by path, and the words that tests read, looked up at most once."""

    __slots__ = ("_newest", "_reviews", "_words", "minor", "record", "today", "values")

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
        self._words: dict[str, frozenset[str]] = {}
        self._reviews: list[str] | None = None
        self._newest: str | None = None
        self.minor: bool | None = None
        """What the safeguards found, kept by them."""

    def words(self, test: str) -> frozenset[str]:
        """The words that a test of `READS` compares with its list; empty when the record says nothing there."""
        found = self._words.get(test)
        if found is None:
            found = frozenset(_SPECIAL[test](self) if test in _SPECIAL else self._texts(READS[test]))
            self._words[test] = found
        return found

    def texts(self, path: str) -> list[str]:
        return [value for value in self.values.get(path, ()) if isinstance(value, str)]

    def marking(self) -> int | None:
        """Rank of the strictest marking; None when there is none or one cannot be read."""
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

    def newest(self) -> str:
        """The newest day on which a substantive claim was observed; empty when none was."""
        if self._newest is None:
            days = [claim.observed for claim in self.substantive() if claim.observed is not None]
            self._newest = max(filter(is_date, days), default="")
        return self._newest

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
        return _not(check_of(condition.part))
    if isinstance(condition, AllOf):
        return _joined(tuple(map(check_of, condition.parts)), decides=False)
    if isinstance(condition, AnyOf):
        return _joined(tuple(map(check_of, condition.parts)), decides=True)
    return _test(condition)


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
        seen = {claim.statement for claim in facts.substantive()}
        return seen <= allowed if seen else None

    return check


def _marking(highest: int) -> Check:
    def check(facts: Facts) -> Answer:
        rank = facts.marking()
        return None if rank is None else rank <= highest

    return check


def _observed(within: timedelta) -> Check:
    def check(facts: Facts) -> Answer:
        newest = facts.newest()
        return newest >= (facts.today - within).isoformat() if newest else None

    return check


def _graded(floor: Floor, *, source: bool) -> Check:
    """Letters and figures are both best at the low end. One grade that was not judged leaves the test open."""

    def check(facts: Facts) -> Answer:
        grades = {claim.grade for claim in facts.substantive() if claim.grade is not None}
        marks = {grade.source if source else grade.information for grade in grades}
        if not marks or marks & GRADE_UNKNOWN or any(grade.scale != floor.scale for grade in grades):
            return None
        return max(marks) <= floor.grade

    return check


def class_of(path: str, kind: str) -> PathClass | None:
    """The disclosure class of a path registered for this kind of record, else None. Governance fits every kind."""
    spec = PATHS.get(path)
    return spec.cls if spec is not None and (kind in spec.kinds or path in UNSELECTABLE) else None
