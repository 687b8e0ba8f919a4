"""Which conditions contradict themselves, at the edges of each test: grades, statements, markings, days, counts."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from exchange.model.claims import JsonValue
from exchange.policies import satisfy
from exchange.policies import tests as conditions
from exchange.policies.reading import Part
from exchange.policies.satisfy import can_be_true
from exchange.policies.tests import AllOf, AnyOf, Condition, Floor, Not

SOURCE, INFORMATION = "source_grade_at_least", "information_grade_at_least"
DZ, KW = conditions.Test("originator", ("DZ",)), conditions.Test("originator", ("KW",))


def together(name: str, yes: Sequence[conditions.Argument], no: Sequence[conditions.Argument] = ()) -> bool:
    """Whether the tests of one name can all be true, and those of `no` all be false."""
    parts: list[Condition] = [conditions.Test(name, argument) for argument in yes]
    parts += [Not(conditions.Test(name, argument)) for argument in no]
    return can_be_true(AllOf(tuple(parts)), "person")


def admiralty(marks: str) -> list[Floor]:
    return [Floor("admiralty", mark) for mark in marks]


@pytest.mark.parametrize(
    ("index", "yes", "no", "found"),
    [
        (0, "", "", True),
        (0, "A", "", True),
        (0, "AE", "", True),
        (0, "", "A", True),
        (0, "", "D", True),
        (0, "", "E", False),
        (0, "", "AE", False),
        (0, "B", "A", True),
        (0, "B", "B", False),
        (0, "B", "C", False),
        (0, "BD", "A", True),
        (0, "BD", "B", False),
        (0, "D", "AB", True),
        (0, "C", "AC", False),
        (1, "1", "", True),
        (1, "", "4", True),
        (1, "", "5", False),
        (1, "2", "1", True),
        (1, "2", "2", False),
        (1, "24", "2", False),
        (1, "3", "12", True),
    ],
)
def test_floors_of_one_scale(index: int, yes: str, no: str, found: bool) -> None:
    """A floor that is met is below every floor that is missed; the worst judgement misses nothing but itself."""
    name = (SOURCE, INFORMATION)[index]
    assert together(name, admiralty(yes), admiralty(no)) is found
    check = satisfy._graded(index)
    tests = [[conditions.Test(name, floor) for floor in admiralty(marks)] for marks in (yes, no)]
    assert check(*tests) is found


@pytest.mark.parametrize(
    ("yes", "no", "found"),
    [
        (["B"], [], True),
        ([], ["B"], True),
        ([], ["C"], False),
        (["C"], ["B"], True),
        (["C"], ["C"], False),
    ],
)
def test_the_other_scale_has_a_worst_mark_of_its_own(yes: list[str], no: list[str], found: bool) -> None:
    """Letter X judges nothing, so C is the worst; figure 4 is a judgement."""
    assert together(SOURCE, [Floor("4x4", mark) for mark in yes], [Floor("4x4", mark) for mark in no]) is found
    assert together(INFORMATION, [], [Floor("4x4", "3")])
    assert not together(INFORMATION, [], [Floor("4x4", "4")])


def test_floors_of_two_scales_never_hold_together() -> None:
    ours, other = Floor("admiralty", "B"), Floor("4x4", "B")
    assert not together(SOURCE, [ours, other])
    assert not together(SOURCE, [ours], [other])
    assert not together(SOURCE, [], [ours, other])
    tests = [conditions.Test(SOURCE, floor) for floor in (ours, other)]
    check = satisfy._graded(0)
    assert not check(tests, [])
    assert not check(tests[:1], tests[1:])
    assert not check([], tests)
    assert check(tests[:1], [])


@pytest.mark.parametrize(
    ("yes", "no", "found"),
    [
        ([("fact",)], [], True),
        ([("fact",)], [("fact",)], False),
        ([("fact",)], [("hearsay",)], True),
        ([("fact", "hearsay")], [("fact",)], True),
        ([("fact", "hearsay")], [("hearsay", "fact")], False),
        ([("fact",), ("hearsay",)], [], False),
        ([("fact", "hearsay"), ("hearsay", "assessment")], [("fact",)], True),
        ([("fact", "hearsay"), ("hearsay", "assessment")], [("hearsay",)], False),
        ([], [("fact",), ("hearsay",)], True),
    ],
)
def test_statements(yes: list[tuple[str, ...]], no: list[tuple[str, ...]], found: bool) -> None:
    assert together("statement", yes, no) is found


@pytest.mark.parametrize(
    ("yes", "no", "found"),
    [
        (["TLP:CLEAR"], [], True),
        ([], ["TLP:CLEAR"], True),
        ([], ["TLP:RED"], False),
        (["TLP:GREEN"], ["TLP:CLEAR"], True),
        (["TLP:GREEN"], ["TLP:GREEN"], False),
        (["TLP:GREEN", "TLP:RED"], ["TLP:GREEN"], False),
        (["TLP:RED"], ["TLP:CLEAR", "TLP:AMBER"], True),
    ],
)
def test_markings(yes: list[str], no: list[str], found: bool) -> None:
    assert together("marking_at_most", yes, no) is found


@pytest.mark.parametrize(
    ("yes", "no", "found"),
    [([30], [], True), ([], [30], True), ([30], [29], True), ([30], [30], False), ([30, 90], [1, 30], False)],
)
def test_observations(yes: list[int], no: list[int], found: bool) -> None:
    assert together("observed_within", yes, no) is found


def test_caveats_are_read_of_every_kind() -> None:
    caveat = conditions.Test("caveat", ("NO_ARREST_BASIS",))
    for kind in ("person", "network", "movement"):
        assert can_be_true(caveat, kind)
        assert can_be_true(Not(caveat), kind)
        assert not can_be_true(AllOf((caveat, Not(caveat))), kind)


def test_one_of_nothing_is_never_true_and_all_of_nothing_always() -> None:
    assert not can_be_true(AnyOf(()), "person")
    assert not can_be_true(AllOf((DZ, AnyOf(()))), "person")
    assert can_be_true(AllOf(()), "person")
    assert can_be_true(Not(AnyOf(())), "person")


def test_as_many_alternatives_as_are_looked_at() -> None:
    """2 to the power of 12 is 4096: one more and the answer is given without looking."""
    two = AnyOf((conditions.Test("theatre", ("SY",)), conditions.Test("theatre", ("IQ",))))
    contradiction = AllOf((DZ, KW))
    assert satisfy.COMBINATIONS_MAX == 2**12
    assert not can_be_true(AllOf((contradiction, *[two] * 12)), "person")
    assert can_be_true(AllOf((contradiction, *[two] * 13)), "person")
    assert not can_be_true(AnyOf((contradiction,) * 4096), "person")
    assert can_be_true(AnyOf((contradiction,) * 4097), "person")


@pytest.mark.parametrize("raw", [{"observed_within": 1}, {"group": ["one"]}, {"not": {"role": ["fighter"]}}])
def test_what_a_document_says_once_can_be_true(raw: JsonValue) -> None:
    assert can_be_true(conditions.read_condition(Part(raw, "")), "person")
