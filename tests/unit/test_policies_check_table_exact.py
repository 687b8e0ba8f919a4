"""The tables of the second checker: every test with every answer, the rows of an agreement, and what they come to."""

from __future__ import annotations

from datetime import date

import pytest

from exchange.model.claims import Grade
from exchange.policies import tests as conditions
from exchange.policies.check_table import (
    EITHER,
    NO,
    YES,
    Facts,
    Row,
    Scope,
    Sheet,
    Verdict,
    outcomes,
    sheet,
    texts,
    verdict,
)
from exchange.policies.tests import AllOf, AnyOf, Argument, Condition, Floor, Not
from tests.unit.policies_kit import agreement, clause, policy

TODAY = date(2026, 6, 1)
SCOPE = Scope("DZ", "KW", "person", "border.checks")


def answer(name: str, argument: Argument, /, **words: set[str]) -> int:
    return outcomes(conditions.Test(name, argument), Facts(TODAY, words))


def graded(matter: str, argument: Argument, grades: set[Grade]) -> int:
    return outcomes(conditions.Test(f"{matter}_grade_at_least", argument), Facts(TODAY, {}, grades))


@pytest.mark.parametrize(
    "name",
    ["residence", "theatre", "route_from", "route_to", "group", "role", "listed_by", "subject_category", "originator"],
)
def test_one_of_the_known_words(name: str) -> None:
    assert answer(name, ("a", "b"), **{name: {"b", "c"}}) == YES
    assert answer(name, ("a",), **{name: {"b", "c"}}) == NO
    assert answer(name, ("a",), **{name: set()}) == EITHER
    assert answer(name, ("a",), other={"a"}) == EITHER
    assert answer(name, "a", **{name: {"a"}}) == EITHER


def test_no_caveat_is_an_answer() -> None:
    assert answer("caveat", ("a",)) == NO
    assert answer("caveat", ("a",), caveat=set()) == NO
    assert answer("caveat", ("a",), caveat={"b"}) == NO
    assert answer("caveat", ("a",), caveat={"a", "b"}) == YES


@pytest.mark.parametrize(
    ("named", "unnamed", "is_named", "is_unnamed"),
    [
        (set(), set(), EITHER, EITHER),
        ({"KW"}, set(), YES, NO),
        ({"TN"}, set(), NO, NO),
        (set(), {"EUROPE"}, EITHER, YES),
        (set(), {"ASIA"}, EITHER, NO),
        (set(), {""}, EITHER, EITHER),
        (set(), {"", "ASIA"}, EITHER, EITHER),
        (set(), {"", "EUROPE"}, EITHER, YES),
        ({"KW"}, {"ASIA"}, YES, NO),
        ({"TN"}, {"ASIA"}, EITHER, NO),
        ({"TN"}, {""}, EITHER, EITHER),
        ({"TN"}, {"EUROPE"}, EITHER, YES),
    ],
)
def test_nationalities_that_are_named_and_that_are_not(
    named: set[str], unnamed: set[str], is_named: int, is_unnamed: int
) -> None:
    words = {"nationality": named, "nationality_undisclosed": unnamed}
    assert answer("nationality", ("KW",), **words) == is_named
    assert answer("nationality_undisclosed", ("EUROPE", "AFRICA"), **words) == is_unnamed
    said = {name: word for name, word in words.items() if word}
    assert answer("nationality", ("KW",), **said) == is_named
    assert answer("nationality_undisclosed", ("EUROPE", "AFRICA"), **said) == is_unnamed


def test_every_statement_is_in_the_list() -> None:
    assert answer("statement", ("fact", "hearsay"), statement={"fact"}) == YES
    assert answer("statement", ("fact",), statement={"fact", "hearsay"}) == NO
    assert answer("statement", ("fact",), statement=set()) == EITHER
    assert answer("statement", ("fact",)) == EITHER
    assert answer("statement", "fact", statement={"f"}) == EITHER


@pytest.mark.parametrize(
    ("marking", "argument", "found"),
    [
        (2, "TLP:AMBER", YES),
        (3, "TLP:AMBER", NO),
        (0, "TLP:CLEAR", YES),
        (1, "TLP:CLEAR", NO),
        (4, "TLP:RED", YES),
        (None, "TLP:RED", EITHER),
        (0, 5, EITHER),
        (0, ("TLP:RED",), EITHER),
    ],
)
def test_the_strictest_marking(marking: int | None, argument: Argument, found: int) -> None:
    assert outcomes(conditions.Test("marking_at_most", argument), Facts(TODAY, {}, set(), marking)) == found


@pytest.mark.parametrize(
    ("observed", "days", "found"),
    [
        ({"2026-05-02"}, 30, YES),
        ({"2026-05-01"}, 30, NO),
        ({"2026-05-01", "2026-05-02", "2020-01-01"}, 30, YES),
        ({"2026-05-31"}, 1, YES),
        ({"2026-05-30"}, 1, NO),
        (set(), 30, EITHER),
        ({"2026-05-02"}, "30", EITHER),
        ({"2026-05-02"}, 10**9, EITHER),
    ],
)
def test_the_newest_observation(observed: set[str], days: Argument, found: int) -> None:
    assert answer("observed_within", days, observed=observed) == found


B2, C1, F6 = Grade("admiralty", "B", "2"), Grade("admiralty", "C", "1"), Grade("admiralty", "F", "6")


@pytest.mark.parametrize(
    ("grades", "scale", "letter", "figure", "source", "information"),
    [
        ({B2}, "admiralty", "B", "2", YES, YES),
        ({B2}, "admiralty", "A", "3", NO, YES),
        ({B2}, "admiralty", "C", "1", YES, NO),
        ({B2, C1}, "admiralty", "C", "2", YES, YES),
        ({B2, C1}, "admiralty", "B", "1", NO, NO),
        ({B2, F6}, "admiralty", "E", "5", EITHER, EITHER),
        ({B2, Grade("4x4", "A", "1")}, "admiralty", "E", "5", EITHER, EITHER),
        ({Grade("4x4", "C", "4")}, "4x4", "C", "3", YES, NO),
        ({Grade("4x4", "X", "4")}, "4x4", "C", "4", EITHER, YES),
        ({Grade("other", "X", "X")}, "other", "X", "X", EITHER, EITHER),
        (set(), "admiralty", "E", "5", EITHER, EITHER),
    ],
)
def test_the_worst_grade(
    grades: set[Grade], scale: str, letter: str, figure: str, source: int, information: int
) -> None:
    assert graded("source", Floor(scale, letter), grades) == source
    assert graded("information", Floor(scale, figure), grades) == information


@pytest.mark.parametrize("argument", ["B", 2, ("admiralty", "B"), ("B",)])
def test_a_grade_without_a_floor_is_open(argument: Argument) -> None:
    assert graded("source", argument, {B2}) == EITHER
    assert graded("information", argument, {B2}) == EITHER


def test_a_test_that_does_not_exist_is_open() -> None:
    assert answer("hair_colour", ("KW",), hair_colour={"KW"}) == EITHER


ARE: dict[int, Condition] = {
    YES: conditions.Test("role", ("fighter",)),
    NO: conditions.Test("role", ("smuggler",)),
    EITHER: conditions.Test("group", ("one",)),
}
"""A condition for each set of outcomes."""


@pytest.mark.parametrize(
    ("parts", "every", "some"),
    [
        ((YES,), YES, YES),
        ((NO,), NO, NO),
        ((EITHER,), EITHER, EITHER),
        ((YES, YES), YES, YES),
        ((YES, NO), NO, YES),
        ((NO, YES), NO, YES),
        ((NO, NO), NO, NO),
        ((YES, EITHER), EITHER, YES),
        ((EITHER, YES), EITHER, YES),
        ((NO, EITHER), NO, EITHER),
        ((EITHER, NO), NO, EITHER),
        ((EITHER, EITHER), EITHER, EITHER),
        ((YES, EITHER, NO), NO, YES),
    ],
)
def test_what_parts_come_to(parts: tuple[int, ...], every: int, some: int) -> None:
    facts = Facts(TODAY, {"role": {"fighter"}})
    given = tuple(ARE[part] for part in parts)
    assert outcomes(AllOf(given), facts) == every
    assert outcomes(AnyOf(given), facts) == some
    turned = {YES: NO, NO: YES, EITHER: EITHER}
    assert outcomes(Not(AllOf(given)), facts) == turned[every]
    assert outcomes(Not(Not(AnyOf(given))), facts) == some


WHEN: dict[str, object] = {"when": {"role": ["fighter"]}}
ELSE: dict[str, object] = {"when": {"any_of": [{"not": {"group": ["one"]}}, {"caveat": ["NO_ARREST_BASIS"]}]}}


def test_the_rows_of_an_agreement_and_of_our_policies() -> None:
    given = agreement(
        clauses=[
            clause(disclose=["birth.year"]),
            clause(id="2", disclose=["gender"], handling={"tlp": "TLP:AMBER"}, **WHEN),
            clause(id="3", disclose=["gender"], handling={"tlp": "TLP:CLEAR", "purposes": ["border.checks"]}),
            clause(id="4", disclose=["gender"], handling={"purposes": ["counter_terrorism.travel"]}),
            clause(id="5", disclose=["role"], withhold=["birth.year"], **ELSE),
            clause(id="6", disclose=None, withhold=["gender"], **WHEN),
            clause(id="7", to=["AE"]),
            clause(id="8", kinds=["network"], disclose=["network.type"]),
            clause(id="9", **{"from": ["KW"]}),
        ],
        forbids=[
            {"id": "f1", "from": "*", "to": "*", "kinds": "*", **WHEN},
            {"id": "f2", "from": ["KW"], "to": "*", "kinds": "*"},
        ],
    )
    ours = policy(clauses=[{"id": "1", "to": "*", "kinds": "*", "withhold": ["theatre"]}])
    theirs = policy(
        id="NP-KW",
        party={"code": "KW", "fingerprint": "c" * 64},
        clauses=[{"id": "1", "to": "*", "kinds": "*", "withhold": ["role"]}],
    )
    table = sheet(given, (theirs, ours), SCOPE)
    year, gender, nothing = frozenset({"birth.year"}), frozenset({"gender"}), frozenset[str]()
    assert table.rows == (
        Row("disclose", None, year, 0),
        Row("disclose", 0, gender, 2),
        Row("disclose", None, gender, 0),
        Row("withhold", 1, year, 0),
        Row("disclose", 1, frozenset({"role"}), 0),
        Row("withhold", 0, gender, 0),
        Row("forbid", 0, nothing, 0),
        Row("withhold", None, frozenset({"theatre"}), 0),
    )
    assert table.conditions == (
        conditions.Test("role", ("fighter",)),
        AnyOf((Not(conditions.Test("group", ("one",))), conditions.Test("caveat", ("NO_ARREST_BASIS",)))),
    )
    assert table.names == {"role", "group", "caveat"}


@pytest.mark.parametrize(
    ("selector", "kind", "paths"),
    [
        ("document.*", "person", {"document.type", "document.country"}),
        ("birth.year", "person", {"birth.year"}),
        ("birth.year", "network", set()),
        ("family", "network", set()),
    ],
)
def test_the_paths_of_a_selector(selector: str, kind: str, paths: set[str]) -> None:
    table = sheet(agreement(clauses=[clause(disclose=[selector], kinds="*")]), (), SCOPE._replace(kind=kind))
    assert [row.paths for row in table.rows] == [paths]


def row(effect: str, condition: int | None, *paths: str, tlp: int = 0) -> Row:
    return Row(effect, condition, frozenset(paths), tlp)


@pytest.mark.parametrize(
    ("possible", "found"),
    [
        (YES, Verdict(True, {"a": 3, "b": 4})),
        (NO, Verdict(False, {"a": 1, "b": 4, "c": 0})),
        (EITHER, Verdict(True, {"a": 1, "b": 4})),
    ],
)
def test_what_the_rows_come_to(possible: int, found: Verdict) -> None:
    """A condition that may come out either way opens nothing, and holds back what it could."""
    rows = (
        row("disclose", None, "a", tlp=1),
        row("disclose", 0, "a", tlp=3),
        row("disclose", None, "b", tlp=4),
        row("disclose", None, "b", "c"),
        row("withhold", 0, "c", "d"),
        row("forbid", 0),
    )
    table = Sheet(rows, (ARE[possible],), frozenset())
    assert verdict(table, Facts(TODAY, {"role": {"fighter"}})) == found


def test_a_row_without_condition_always_holds() -> None:
    facts = Facts(TODAY, {})
    assert verdict(Sheet((row("forbid", None),), (), frozenset()), facts) == Verdict(True, {})
    rows = (row("disclose", None, "a", "b"), row("withhold", None, "a"))
    assert verdict(Sheet(rows, (), frozenset()), facts) == Verdict(False, {"b": 0})
    assert verdict(Sheet((), (), frozenset()), facts) == Verdict(False, {})


def test_only_text_is_text() -> None:
    assert texts(["a", "b", "a", 5, None, True, ["c"], {"d": "e"}]) == {"a", "b"}
    assert texts([]) == set()
