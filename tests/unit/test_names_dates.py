"""How two birth dates stand to each other."""

from __future__ import annotations

import pytest

from exchange.matching.dates import UNKNOWN, nearest, relate
from exchange.matching.pairs import birth
from exchange.model.claims import JsonValue
from exchange.model.dates import span_of


@pytest.mark.parametrize(
    ("a", "b", "wanted"),
    [
        ("1970-03-05", "1970-03-05", "day"),
        ("1970-03-05", "1970-05-03", "swapped"),
        ("1970-03-05", "1970-08-21", "other_day"),
        ("1970-03-05", "1970", "year"),
        ("1970-01-01", "1970-08-21", "year"),
        ("1970-03", "1970-03-05", "year"),
        ("1970~", "1970", "year"),
        ("1968/1972", "1970", "meets"),
        ("1968/1972", "1973", "one_off"),
        ("1970", "1971", "one_off"),
        ("1970-03-05", "1972-03-05", "few_off"),
        ("1970", "1977", "apart"),
        ("1970", "1990", "far"),
        ("", "1970", UNKNOWN),
        ("", "", UNKNOWN),
    ],
)
def test_relations(a: str, b: str, wanted: str) -> None:
    assert nearest(birth(a), birth(b)) == nearest(birth(b), birth(a)) == wanted


def test_the_best_of_several_counts() -> None:
    assert nearest([*birth("1960"), *birth("1970-03-05")], [*birth("1999"), *birth("1970-03-05")]) == "day"


@pytest.mark.parametrize("off", ["1970-03-09", "1970-03-10", "1970-03-11"])
def test_a_hijri_day_is_the_same_within_three(off: str) -> None:
    hijri = span_of({"precision": "exact", "date": "1390-01-01", "calendar": "hijri"})
    gregorian = span_of(off)
    assert hijri is not None
    assert gregorian is not None
    assert relate(hijri, gregorian) == "day"


def test_a_hijri_year_meets_the_two_that_it_lies_in() -> None:
    hijri = span_of({"precision": "year", "year": 1390, "calendar": "hijri"})
    assert hijri is not None
    wanted: dict[JsonValue, str] = {1970: "meets", 1971: "meets", 1975: "apart"}
    for year, relation in wanted.items():
        span = span_of(year)
        assert span is not None
        assert relate(hijri, span) == relation


@pytest.mark.parametrize(
    "text", ["x", "19700305", "1970-13-01", "1970-02-30", "/1970", "1970/", "~", "1970~/1971", "٠"]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        birth(text)
