"""The second checker's tables: rules flattened into rows, and tests that answer with the set of possible outcomes.

It shares no evaluation with `decide` and its helpers, only the values that `agreement.read` returns: two authors, two
methods, one specification. Spec: docs/spec/policy.md §2, §3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from exchange.model.claims import Grade, JsonValue
from exchange.model.paths import PATHS
from exchange.model.vocab import CLASSES, TLP_BY_STRICTNESS, PathClass
from exchange.policies.agreement import Agreement, NationalPolicy
from exchange.policies.clauses import Clause, Forbid
from exchange.policies.tests import AllOf, Argument, Condition, Floor, Not, Test

# The set of outcomes that a condition may have, as two bits: {False}, {True}, and {True, False} for the unknown.
NO: Final = 1
YES: Final = 2
EITHER: Final = NO | YES

RANK: Final[dict[str, int]] = {label.value: rank for rank, label in enumerate(reversed(TLP_BY_STRICTNESS))}
"""TLP label -> 0 for TLP:CLEAR up to 4 for TLP:RED."""
CLASS_OF: Final[dict[str, PathClass]] = {path: spec.cls for path, spec in PATHS.items()}
_NOTHING: Final[frozenset[str]] = frozenset()


@dataclass(slots=True)
class Facts:
    """What the tests ask of one record. `words` holds, by the name of a test, every text that the claims say."""

    today: date
    words: dict[str, set[str]]
    grades: set[Grade] = field(default_factory=set)
    marking: int | None = None
    """Rank of the strictest `record.marking`."""


Answer = Callable[[Facts, str, Argument], int]


def one_of(facts: Facts, name: str, argument: Argument) -> int:
    """One known word is in the list; nothing known, nothing decided."""
    known = facts.words.get(name)
    if not known or not isinstance(argument, tuple):
        return EITHER
    return NO if known.isdisjoint(argument) else YES


def one_of_or_none(facts: Facts, name: str, argument: Argument) -> int:
    """As `one_of`, but no word is an answer too."""
    return one_of(facts, name, argument) if facts.words.get(name) else NO


def named(facts: Facts, name: str, argument: Argument) -> int:
    """As `one_of`, but beside a nationality that may not be named a "no" is not certain."""
    answer = one_of(facts, name, argument)
    return EITHER if answer == NO and facts.words.get("nationality_undisclosed") else answer


def unnamed(facts: Facts, name: str, argument: Argument) -> int:
    """One region is in the list; a named country is a "no", an unreadable region or no nationality leaves it open."""
    regions = facts.words.get(name, set())
    if isinstance(argument, tuple) and not regions.isdisjoint(argument):
        return YES
    known = regions or facts.words.get("nationality")
    return NO if known and "" not in regions else EITHER


def all_of_them(facts: Facts, name: str, argument: Argument) -> int:
    known = facts.words.get(name)
    if not known or not isinstance(argument, tuple):
        return EITHER
    return YES if known.issubset(argument) else NO


def marked(facts: Facts, _name: str, argument: Argument) -> int:
    if facts.marking is None or not isinstance(argument, str):
        return EITHER
    return YES if facts.marking <= RANK[argument] else NO


def recent(facts: Facts, _name: str, argument: Argument) -> int:
    observed = facts.words.get("observed")
    if not observed or not isinstance(argument, int):
        return EITHER
    try:
        oldest = facts.today - timedelta(days=argument)
    except OverflowError:
        return EITHER
    return YES if max(observed) >= oldest.isoformat() else NO


_JUDGED: Final[dict[tuple[str, bool], str]] = {
    ("admiralty", True): "ABCDE",
    ("admiralty", False): "12345",
    ("4x4", True): "ABC",
    ("4x4", False): "1234",
}
"""(scale, whether the source is meant) -> the marks that are a judgement, best first."""


def graded(facts: Facts, name: str, argument: Argument) -> int:
    """Every mark is the floor's or better; marks of another scale, or that judge nothing, leave it open."""
    if not isinstance(argument, Floor) or not facts.grades:
        return EITHER
    of_source = name == "source_grade_at_least"
    judged = _JUDGED.get((argument.scale, of_source), "")
    marks = {grade.source if of_source else grade.information for grade in facts.grades}
    if {grade.scale for grade in facts.grades} != {argument.scale} or not marks.issubset(judged):
        return EITHER
    return YES if max(marks) <= argument.grade else NO


ANSWERS: Final[dict[str, Answer]] = {
    "nationality": named,
    "nationality_undisclosed": unnamed,
    "residence": one_of,
    "theatre": one_of,
    "route_from": one_of,
    "route_to": one_of,
    "group": one_of,
    "role": one_of,
    "listed_by": one_of,
    "subject_category": one_of,
    "caveat": one_of_or_none,
    "originator": one_of,
    "marking_at_most": marked,
    "statement": all_of_them,
    "source_grade_at_least": graded,
    "information_grade_at_least": graded,
    "observed_within": recent,
}
"""Test name -> how it is answered."""
WORD_OF: Final[dict[str, str]] = {
    "nationality": "nationality",
    "residence.country": "residence",
    "theatre": "theatre",
    "presence.country": "theatre",
    "location.country": "theatre",
    "route.from": "route_from",
    "route.to": "route_to",
    "affiliation.group": "group",
    "group.name": "group",
    "role": "role",
    "listed.by": "listed_by",
    "record.category": "subject_category",
    "record.caveat": "caveat",
}
"""Path -> the test that its texts answer."""


def outcomes(condition: Condition, facts: Facts) -> int:
    """The outcomes that `condition` may have, were every unknown test free to come out either way."""
    if isinstance(condition, Test):
        answer = ANSWERS.get(condition.name)
        return EITHER if answer is None else answer(facts, condition.name, condition.argument)
    if isinstance(condition, Not):
        inner = outcomes(condition.part, facts)
        return (NO if inner & YES else 0) | (YES if inner & NO else 0)
    some, every = 0, EITHER
    for part in condition.parts:
        possible = outcomes(part, facts)
        some |= possible
        every &= possible
    # A conjunction may be false when one part may, and true only when every part may; a disjunction the reverse.
    return (some & NO) | (every & YES) if isinstance(condition, AllOf) else (some & YES) | (every & NO)


class Row(NamedTuple):
    """One line of the table: what happens to `paths` when the condition at `condition` comes out so."""

    effect: str
    """`disclose`, `withhold` or `forbid`."""
    condition: int | None
    """Place in the sheet's conditions; None where the rule has none."""
    paths: frozenset[str]
    tlp: int
    """Rank that the clause's handling demands."""


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """The rows that apply between two states, for one kind of record and one purpose."""

    rows: tuple[Row, ...]
    conditions: tuple[Condition, ...]
    """Each different one once: clauses of one article often share theirs."""
    names: frozenset[str]
    """The tests that the conditions contain."""


class Verdict(NamedTuple):
    forbidden: bool
    open: dict[str, int]
    """Path -> strictest rank that the clauses which disclose it demand; withheld paths are not in it."""


class Scope(NamedTuple):
    """Between whom, of which kind, for which purpose."""

    node: str
    recipient: str
    kind: str
    purpose: str


@lru_cache(maxsize=1024)
def sheet(agreement: Agreement, policies: tuple[NationalPolicy, ...], scope: Scope) -> Sheet:
    """The table of `agreement` and of the node's own policies. Kept per object: agreements compare by identity."""
    rows: list[Row] = []
    places: dict[Condition, int] = {}
    own = (policy for policy in policies if policy.party.code == scope.node)
    documents: tuple[Agreement | NationalPolicy, ...] = (agreement, *own)
    rules: list[Clause | Forbid] = []
    for document in documents:
        rules += (*document.clauses, *document.forbids)
    for rule in rules:
        if _applies(rule, scope):
            place = None if rule.when is None else places.setdefault(rule.when, len(places))
            rows.extend(_rows(rule, place, scope))
    return Sheet(tuple(rows), tuple(places), frozenset(name for condition in places for name in _tests_of(condition)))


def _tests_of(condition: Condition) -> Iterable[str]:
    if isinstance(condition, Test):
        return (condition.name,)
    parts = (condition.part,) if isinstance(condition, Not) else condition.parts
    return [name for part in parts for name in _tests_of(part)]


def _applies(rule: Clause | Forbid, scope: Scope) -> bool:
    asked = ((rule.from_, scope.node), (rule.to, scope.recipient), (rule.kinds, scope.kind))
    return all(allowed is None or word in allowed for allowed, word in asked)


def _rows(rule: Clause | Forbid, place: int | None, scope: Scope) -> Iterable[Row]:
    if isinstance(rule, Forbid):
        yield Row("forbid", place, _NOTHING, 0)
        return
    if rule.withhold:
        yield Row("withhold", place, _paths(rule.withhold, scope.kind), 0)
    purposes = rule.terms.purposes
    if rule.disclose and (purposes is None or scope.purpose in purposes):
        tlp = 0 if rule.terms.tlp is None else RANK[rule.terms.tlp]
        yield Row("disclose", place, _paths(rule.disclose, scope.kind), tlp)


def _paths(selectors: Iterable[str], kind: str) -> frozenset[str]:
    """The paths that records of `kind` have and that one of the selectors names."""
    return frozenset(
        path
        for path, spec in PATHS.items()
        if kind in spec.kinds and any(_names(selector, path, spec.cls) for selector in selectors)
    )


def _names(selector: str, path: str, cls: str) -> bool:
    if selector.endswith(".*"):
        return path.startswith(selector[:-1])
    return selector == path or (selector in CLASSES and selector == cls)


def verdict(table: Sheet, facts: Facts) -> Verdict:
    """What the rows together say of a record with these facts."""
    return _combined(table, tuple([outcomes(condition, facts) for condition in table.conditions]))


@lru_cache(maxsize=4096)
def _combined(table: Sheet, possible: tuple[int, ...]) -> Verdict:
    """A `disclose` needs certainty; a `withhold` and a forbid hold unless they certainly do not."""
    disclosed: dict[str, int] = {}
    withheld: set[str] = set()
    forbidden = False
    for row in table.rows:
        outcome = YES if row.condition is None else possible[row.condition]
        if row.effect == "disclose":
            if outcome == YES:
                disclosed |= {path: max(row.tlp, disclosed.get(path, 0)) for path in row.paths}
        elif outcome != NO:
            forbidden = forbidden or row.effect == "forbid"
            withheld |= row.paths
    return Verdict(forbidden, {path: rank for path, rank in disclosed.items() if path not in withheld})


def texts(values: Iterable[JsonValue]) -> set[str]:
    """The values that are text; any other form is as if it were not there."""
    return {value for value in values if isinstance(value, str)}
