"""Dates and numbers as each reader wants them; identifiers and exactness never change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.console import when
from exchange.model.sessions import Preferences

AT = datetime(2026, 11, 2, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("lang", "told"),
    [("en", "2 Nov 2026, 23:30 UTC"), ("fr", "2 nov. 2026, 23:30 UTC"), ("ar", "2 نوفمبر 2026، 23:30 UTC")],
)
def test_a_moment_is_told_in_utc(lang: str, told: str) -> None:
    assert when.moment(AT, Preferences(lang=lang)) == told
    elsewhere = AT.astimezone(timezone(timedelta(hours=4)))
    assert when.moment(elsewhere, Preferences(lang=lang)) == told


def test_digits_are_a_choice() -> None:
    wanted = Preferences(lang="ar", digits="arab")
    assert when.moment(AT, wanted) == "٢ نوفمبر ٢٠٢٦، ٢٣:٣٠ UTC"
    assert when.number(12_345, Preferences(lang="fr")).replace("\u202f", " ") == "12 345"
    assert "٥" in when.number(12_345, wanted)
    assert not any(sign in "٠١٢٣٤٥٦٧٨٩" for sign in when.number(12_345, Preferences(lang="ar")))


@pytest.mark.parametrize(("lang", "hijri"), [("en", "AH"), ("fr", "H."), ("ar", "هـ")])
def test_hijri_stands_beside_gregorian(lang: str, hijri: str) -> None:
    told = when.day(date(2026, 11, 2), Preferences(lang=lang, calendar="both"))
    assert "2026" in told
    assert "1448" in told
    assert hijri in told
    assert when.hijri(date(1900, 1, 1), Preferences(lang=lang)) == ""


def test_a_known_day_of_the_calendar_of_umm_al_qura() -> None:
    assert when.hijri(date(2024, 7, 7), Preferences()) == "1 Muharram 1446 AH"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1991-03-14", "14 March 1991"),
        ("1991-03", "March 1991"),
        ("1991", "1991"),
        ("1991-02-31", "1991-02-31"),
        ("about 1991", "about 1991"),
        ("", ""),
    ],
)
def test_a_date_is_told_as_exact_as_it_is(text: str, told: str) -> None:
    assert when.partial(text, Preferences()) == told


@given(st.dates(when.HIJRI_FROM, when.HIJRI_TO), st.sampled_from(["ar", "fr", "en"]), st.sampled_from(["latn", "arab"]))
def test_every_day_of_the_tables_can_be_told(at: date, lang: str, digits: str) -> None:
    assert when.hijri(at, Preferences(lang=lang, digits=digits))
