"""What people type, read; and what is stored, written so that it reads back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.console.pages import entry_typed as typed
from exchange.console.pages.entry_typed import Wrong
from exchange.model.claims import JsonObject
from exchange.model.vocab import GRADE_SCALES

EXACT = {"precision": "exact", "date": "1991-03-14"}


@pytest.mark.parametrize(
    "text",
    ["1991-03-14", "1991-3-14", "14/03/1991", "14.3.1991", "14 03 1991", "١٤/٠٣/١٩٩١", "14 March 1991", "14 mars 1991",
     "14 مارس 1991", "14 آذار 1991", " 14/03/1991 "],
)  # fmt: skip
def test_one_day(text: str) -> None:
    assert typed.day(text) == "1991-03-14"
    assert typed.when(text) == EXACT


@pytest.mark.parametrize("text", ["", "yesterday", "03/14/1991", "1991-02-30", "14/03/91", "14 Marsh 1991", "1991"])
def test_no_day(text: str) -> None:
    with pytest.raises(Wrong):
        typed.day(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1991", {"precision": "year", "year": 1991}),
        ("about 1991", {"precision": "approximate", "year": 1991}),
        ("~ 1991", {"precision": "approximate", "year": 1991}),
        ("vers 14/03/1991", {"precision": "approximate", "date": "1991-03-14"}),
        ("حوالي ١٩٩١", {"precision": "approximate", "year": 1991}),
        ("1988-1990", {"precision": "range", "from": 1988, "to": 1990}),
        ("1988 – 1990", {"precision": "range", "from": 1988, "to": 1990}),
        ("between 1988 and 1990", {"precision": "range", "from": 1988, "to": 1990}),
        ("entre 1988 et 1990", {"precision": "range", "from": 1988, "to": 1990}),
        ("بين 1988 و 1990", {"precision": "range", "from": 1988, "to": 1990}),
        ("1988-01-02 / 1990-03-04", {"precision": "range", "from": "1988-01-02", "to": "1990-03-04"}),
        ("2/1/1988 to 4/3/1990", {"precision": "range", "from": "1988-01-02", "to": "1990-03-04"}),
    ],
)
def test_as_much_as_is_known(text: str, value: JsonObject) -> None:
    assert typed.when(text) == value
    about = value["precision"] == "approximate"
    assert typed.when(typed.when_text(value), about=about) == value


def test_other_calendar_and_note() -> None:
    value = typed.when("30/02/1411", calendar="hijri", note="as on the card")
    assert value == {"precision": "exact", "date": "1411-02-30", "calendar": "hijri", "note": "as on the card"}
    with pytest.raises(Wrong):
        typed.when("30/02/1991")


@pytest.mark.parametrize("text", ["1990-1988", "1988 to 2/1/1990", "12", "1988 1990 1992", "99999", "about", "x - y"])
def test_no_time(text: str) -> None:
    with pytest.raises(Wrong):
        typed.when(text)
    with pytest.raises(Wrong):
        typed.years(text)


def test_years_and_months() -> None:
    assert typed.years("1991") == 1991
    assert typed.years("1988 - 1990") == {"from": 1988, "to": 1990}
    assert typed.years(typed.years_text({"from": 1988, "to": 1990})) == {"from": 1988, "to": 1990}
    assert typed.years_text(1991) == "1991"
    assert typed.month("٢٠١٩-٠٧") == "2019-07"
    for text in ("7/2019", "2019-13", ""):
        with pytest.raises(Wrong):
            typed.month(text)
    with pytest.raises(Wrong):
        typed.years("14/03/1991")


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("72", 72, 72), ("70-75", 70, 75), ("70 to 75", 70, 75), ("70 – 75", 70, 75), ("120+", 120, None),
     ("at least 120", 120, None), ("على الأقل ١٢٠", 120, None)],
)  # fmt: skip
def test_counts(text: str, low: int, high: int | None) -> None:
    value = typed.count(text)
    assert value == {"low": low, "high": high}
    assert typed.count(typed.count_text(value)) == value


@pytest.mark.parametrize("text", ["", "many", "75-70", "-3", "99999999", "1-2-3", "9" * 5000])
def test_no_counts(text: str) -> None:
    with pytest.raises(Wrong):
        typed.count(text)


@given(st.integers(-90_000_000, 90_000_000), st.integers(-180_000_000, 180_000_000))
def test_points_lose_nothing(lat: int, lon: int) -> None:
    value: JsonObject = {"lat": lat, "lon": lon}
    assert typed.point(typed.point_text(value)) == value


def test_points() -> None:
    assert typed.point("34.5631N 38.2814E") == {"lat": 34_563_100, "lon": 38_281_400}
    assert typed.point("34.5 S, 38 W") == {"lat": -34_500_000, "lon": -38_000_000}
    for text in ("91, 0", "0, 181", "34", "here", "1.1234567, 2"):
        with pytest.raises(Wrong):
            typed.point(text)


def test_records() -> None:
    assert typed.record("DZ/rec-synthetic-01", "AE") == {"originator": "DZ", "id": "rec-synthetic-01"}
    assert typed.record("rec-synthetic-01", "AE") == {"originator": "AE", "id": "rec-synthetic-01"}
    assert typed.record_text({"originator": "DZ", "id": "rec-synthetic-01"}) == "DZ/rec-synthetic-01"
    for text in ("", "DZ/", "dz/rec-synthetic-01", "DZ/REC", "https://x/rec-synthetic-01"):
        with pytest.raises(Wrong):
            typed.record(text, "AE")


@pytest.mark.parametrize("text", ["DZ", "dz", "Algeria", "Algérie", "l'Algérie", "الجزائر", " algeria "])
def test_countries(text: str) -> None:
    assert typed.country(text) == "DZ"


def test_countries_as_lists_have_them() -> None:
    assert typed.country_name("GB", "en") == "United Kingdom"
    assert typed.country_name("DZ", "fr") == "Algérie"
    assert typed.country_name("DZ", "ar") == "الجزائر"
    assert typed.country_name("ZZ", "en") == "ZZ"
    for text in ("", "Atlantis", "D"):
        with pytest.raises(Wrong):
            typed.country(text)


@pytest.mark.parametrize("scale", sorted(GRADE_SCALES))
def test_grades(scale: str) -> None:
    for source in GRADE_SCALES[scale][0]:
        for figure in GRADE_SCALES[scale][1]:
            assert typed.grade(typed.grade_text(scale, source, figure), "admiralty") == (scale, source, figure)
    assert typed.grade("b 2", scale) == (scale, "B", "2")
    assert typed.grade("4×4 B2", "admiralty") == ("4x4", "B", "2")


@pytest.mark.parametrize("text", ["", "B", "2", "B7", "G1", "4x4 E1", "4x4 B5", "B2 C3", "X1"])
def test_no_grades(text: str) -> None:
    with pytest.raises(Wrong):
        typed.grade(text, "admiralty")
