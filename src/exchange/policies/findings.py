"""What a test or a check found in a record: the path and the record's own word there, or the class of a date.

A date is never shown itself, a text without a closed vocabulary only where a rule compares it. Same readers as the
decision. For the node's own officers. Spec: docs/spec/policy.md §10.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final, NamedTuple

from exchange.model.paths.checks import is_date
from exchange.policies.decide import Inputs
from exchange.policies.facts import LABELS, READS, Answer, Facts, check_of
from exchange.policies.safeguards import is_minor
from exchange.policies.tests import AllOf, AnyOf, Condition, Floor, Not, Test


class Found(NamedTuple):
    """What stands at `path`. `word` is the record's own, or a class in capitals (`trace_sentences.CLASSES`)."""

    path: str
    word: str


class Tested(NamedTuple):
    """One test of a condition. `answer` is of this test alone; a `not` around it is in the rule's own text."""

    test: str
    wanted: str
    answer: Answer
    found: tuple[Found, ...]


def tested(condition: Condition, facts: Facts) -> Iterator[Tested]:
    """Every test in `condition`, in the document's order."""
    if isinstance(condition, Not):
        yield from tested(condition.part, facts)
    elif isinstance(condition, AllOf | AnyOf):
        for part in condition.parts:
            yield from tested(part, facts)
    else:
        yield Tested(condition.name, wanted(condition), check_of(condition)(facts), tuple(_of_test(condition, facts)))


def wanted(test: Test) -> str:
    """The test's argument as the document has it."""
    argument = test.argument
    if isinstance(argument, Floor):
        return f"{argument.scale} {argument.grade}"
    return ", ".join(argument) if isinstance(argument, tuple) else str(argument)


def line_findings(code: str, inputs: Inputs, facts: Facts) -> tuple[Found, ...]:
    """What the check on the record that gives `code` looked at."""
    found: list[Found] = []
    for path in _LOOKED_AT.get(code, ()):
        found += _at(path, inputs, facts)
    return tuple(dict.fromkeys(found))


def _of_test(test: Test, facts: Facts) -> Iterator[Found]:
    if test.name == "nationality":
        yield from (Found("nationality", word) for word in sorted(set(facts.countries())))
    elif test.name == "nationality_undisclosed":
        yield from (Found("nationality", word or "UNREADABLE") for word in sorted(set(facts.regions())))
    elif test.name in READS:
        for path in READS[test.name]:
            yield from (Found(path, word) for word in dict.fromkeys(facts.texts(path)))
    elif test.name == "originator":
        yield Found("originator", facts.record.originator)
    elif test.name == "marking_at_most":
        rank = facts.marking()
        yield from () if rank is None else (Found("record.marking", LABELS[rank]),)
    elif test.name == "statement":
        yield from (Found("statement", word) for word in sorted({claim.statement for claim in facts.substantive()}))
    elif isinstance(test.argument, int):
        yield from _observed(test.argument, facts)
    else:
        grades = {claim.grade for claim in facts.substantive() if claim.grade is not None}
        yield from (Found("grade", f"{each.scale} {each.source}{each.information}") for each in sorted(grades))


def _observed(days: int, facts: Facts) -> Iterator[Found]:
    dates = [claim.observed for claim in facts.substantive() if claim.observed is not None and is_date(claim.observed)]
    if dates:
        newest = max(dates) >= (facts.today - timedelta(days=days)).isoformat()
        yield Found("observed", "WITHIN" if newest else "OLDER")


_FLAGS: Final = ("record.flag",)
_SIGNED: Final = ("record.flag", "record.signoff")
_LOOKED_AT: Final[dict[str, tuple[str, ...]]] = {
    "ORIGINATOR_CONTROL": ("originator",),
    "GOVERNANCE_MISSING": ("record.marking", "record.legal_basis", "record.purpose", "record.review"),
    "PURPOSE_NOT_RECORDED": ("record.purpose",),
    "BEFORE_ACCESSION": ("issued",),
    "CATEGORY_MISSING": ("record.category",),
    "REVIEW_PASSED": ("record.review",),
    "REVIEW_TOO_FAR": ("record.review",),
    "RETENTION_PASSED": ("record.first_issued",),
    "MINOR": ("record.category", "birth.date", "birth.year", "record.best_interest", "record.signoff"),
    "DURESS": _FLAGS,
    "ORIGIN_UNKNOWN": ("record.flag", "nationality"),
    "ORIGIN_COUNTRY": ("record.flag", "nationality"),
    "ASSURANCE_MISSING": ("record.flag", "record.assurance"),
    "NEUTRALITY": _SIGNED,
    "PROTECTED_ROLE": _SIGNED,
    "FLAG_UNKNOWN": _FLAGS,
    "MARKING_NOT_COVERED": ("record.marking",),
}
"""Check -> the paths that it reads. A check that is not here reads nothing of the record."""
_PRESENCE: Final = frozenset({"record.legal_basis", "record.best_interest", "record.assurance"})
"""Free texts: only whether they are there."""


def _at(path: str, inputs: Inputs, facts: Facts) -> Iterator[Found]:
    values = facts.values.get(path, [])
    if path == "originator":
        yield Found(path, facts.record.originator)
    elif path == "issued":
        yield Found(path, "BEFORE_JOINED")
    elif path == "nationality":
        yield from (Found(path, word) for word in facts.countries())
    elif not values:
        yield Found(path, "MISSING")
    elif path in _PRESENCE:
        yield Found(path, "PRESENT" if facts.texts(path) else "UNREADABLE")
    elif path in ("record.review", "record.first_issued"):
        today = facts.today.isoformat()
        for value in values:
            known = isinstance(value, str) and is_date(value)
            yield Found(path, ("PASSED" if str(value) < today else "AHEAD") if known else "UNREADABLE")
    elif path in ("birth.date", "birth.year"):
        for claim in inputs.record.at(path):
            alone = Facts(inputs.record._replace(claims=(claim,)), facts.today)
            yield Found(path, "MAY_BE_MINOR" if is_minor(alone) else "ADULT")
    elif path == "record.signoff":
        given = [value.get("for") for value in values if isinstance(value, dict)]
        yield from (Found(path, word) for word in given if isinstance(word, str))
    else:
        yield from (Found(path, value if isinstance(value, str) else "UNREADABLE") for value in values)
