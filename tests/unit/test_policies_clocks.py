"""The clocks of a record: review, retention, renewal, and the day of first issue (policy.md §4.1; policies.md,
Safeguards). Both deciders and the deposit hold the same limits.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from exchange.errors import BadInput, Code
from exchange.model.claims import Claim, JsonValue
from exchange.model.records import Record
from exchange.policies.check import Question, permitted
from exchange.policies.clocks import Clocks, carried, check_clocks, clocks
from tests.unit.policies_kit import agreement, ask, code, name, record

NAME: tuple[str, JsonValue] = ("name.full", name())
ISSUED = "2026-05-01T00:00:00Z"
"""When `policies_kit.record` is issued."""


def moment(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


NOW = moment("2026-06-01T12:00:00")
FRAME: dict[str, Any] = {"valid_from": "2020-01-01T00:00:00Z", "valid_until": "2040-01-01T00:00:00Z"}


def renewal(until: str, **changes: JsonValue) -> tuple[str, JsonValue]:
    value: dict[str, JsonValue] = {"reason": "an open case", "authority": "an authority", "until": until, **changes}
    return ("record.renewal", {name: part for name, part in value.items() if part is not None})


def of(*facts: tuple[str, JsonValue], issued: str = ISSUED, kind: str = "person") -> Record:
    return record(NAME, *facts, kind=kind)._replace(issued=issued)


def asked(about: Record, day: str) -> str | None:
    """The code of the denial on `day`; both deciders must deny or both release."""
    given = agreement(**FRAME)
    decision = ask(given, about, now=moment(day))
    both = permitted(Question(given, (), about, "DZ", "KW", "border.checks", moment(day)))
    assert bool(both) is (decision.record_state == "released")
    return code(decision)


@pytest.mark.parametrize(
    ("review", "reason"),
    [("2029-05-01", None), ("2029-05-02", "REVIEW_TOO_FAR"), ("2028-12-31", None), ("9999-12-31", "REVIEW_TOO_FAR")],
)
def test_a_review_is_at_most_three_years_from_issue(review: str, reason: str | None) -> None:
    about = of(("record.review", review))
    assert asked(about, "2026-06-01") == reason
    if reason is None:
        check_clocks(about)
        return
    with pytest.raises(BadInput) as caught:
        check_clocks(about)
    assert caught.value.code is Code.RECORD_INVALID
    assert caught.value.facts == {"path": "record.review", "reason": "review_too_far"}


@pytest.mark.parametrize(("review", "good"), [("2031-02-28", True), ("2031-03-01", False)])
def test_three_years_from_a_leap_day_end_before_march(review: str, good: bool) -> None:
    about = of(("record.review", review), issued="2028-02-29T00:00:00Z")
    assert (asked(about, "2028-03-01") is None) is good


@pytest.mark.parametrize("issued", ["2026-05-01", "soon", "", "2026-05-01T00:00:00", "x2026-05-01T00:00:00Z"])
def test_a_record_whose_issue_cannot_be_read_stays(issued: str) -> None:
    assert asked(of(issued=issued), "2026-06-01") == "REVIEW_TOO_FAR"


@pytest.mark.parametrize(
    ("facts", "day", "reason"),
    [
        ((), "2026-05-01", None),
        ((), "2026-05-02", "RETENTION_PASSED"),
        ((renewal("2026-06-30"),), "2026-06-30", None),
        ((renewal("2026-06-30"),), "2026-07-01", "RETENTION_PASSED"),
        ((renewal("2026-06-30", reason=None),), "2026-05-02", "RETENTION_PASSED"),
        ((renewal("2026-06-30", reason=" "),), "2026-05-02", "RETENTION_PASSED"),
        ((renewal("2026-06-30", authority=None),), "2026-05-02", "RETENTION_PASSED"),
        ((renewal("2026-06-31"),), "2026-05-02", "RETENTION_PASSED"),
        ((("record.renewal", "2027-01-01"),), "2026-05-02", "RETENTION_PASSED"),
        ((renewal("2026-05-20"), renewal("2026-06-10")), "2026-06-10", None),
        ((renewal("2026-05-20"), renewal("2026-06-10")), "2026-06-11", "RETENTION_PASSED"),
    ],
)
def test_retention_is_five_years_from_first_issue_without_a_reasoned_renewal(
    facts: tuple[tuple[str, JsonValue], ...], day: str, reason: str | None
) -> None:
    """The version is of 2026, so that its own five years are far; the first issue counts."""
    about = of(*facts, ("record.first_issued", "2021-05-01"), issued="2026-01-10T00:00:00Z")
    assert asked(about, day) == reason


@pytest.mark.parametrize(
    ("first", "reason"),
    [
        (["2021-01-01"], "RETENTION_PASSED"),
        (["2022-01-01"], None),
        (["2027-01-01"], None),
        (["2022-01-01", "2021-01-01"], "RETENTION_PASSED"),
        (["long ago"], None),
        (["2021-02-30"], None),
    ],
)
def test_the_earliest_first_issue_counts_and_never_makes_a_record_younger(first: list[str], reason: str | None) -> None:
    about = of(*(("record.first_issued", day) for day in first), issued="2026-01-10T00:00:00Z")
    assert asked(about, "2026-06-01") == reason
    if first == ["2027-01-01"]:
        assert clocks(about, NOW).erase_after == date(2031, 1, 10)


@pytest.mark.parametrize(("until", "good"), [("2031-05-01", True), ("2031-05-02", False)])
def test_one_renewal_reaches_at_most_five_years(until: str, good: bool) -> None:
    about = of(renewal(until), ("record.first_issued", "2020-05-01"))
    assert (asked(about, "2026-06-01") is None) is good
    if good:
        check_clocks(about)
        assert clocks(about, NOW) == Clocks(date(2026, 12, 31), date(2031, 5, 1), "RETENTION")
        return
    with pytest.raises(BadInput) as caught:
        check_clocks(about)
    assert caught.value.code is Code.RECORD_INVALID
    assert caught.value.facts == {"path": "record.renewal", "reason": "renewal_too_far"}
    assert clocks(about, NOW).erase_after == date(2025, 5, 1)


def test_no_category_is_not_releasable_and_expires_at_six_months() -> None:
    for facts in ([("record.category", "unknown")], [("record.category", "not a category")]):
        about = of(*facts)
        assert asked(about, "2026-06-01") == "CATEGORY_MISSING"
        assert clocks(about, NOW) == Clocks(date(2026, 12, 31), date(2026, 11, 1), "CATEGORY")
    without = record(NAME, without="record.category")
    assert asked(without, "2026-06-01") == "CATEGORY_MISSING"
    assert clocks(without, NOW).why == "CATEGORY"


def test_six_months_are_not_prolonged_by_an_amendment_or_a_renewal() -> None:
    facts: list[tuple[str, JsonValue]] = [("record.category", "unknown"), ("record.first_issued", "2025-12-31")]
    about = of(*facts, renewal("2030-01-01"))
    assert clocks(about, NOW).erase_after == date(2026, 6, 30)


@pytest.mark.parametrize(
    ("issued", "last"),
    [
        ("2026-08-31", date(2027, 2, 28)),
        ("2027-08-31", date(2028, 2, 29)),
        ("2026-06-30", date(2026, 12, 30)),
        ("2026-07-01", date(2027, 1, 1)),
        ("2026-12-15", date(2027, 6, 15)),
        ("2026-01-31", date(2026, 7, 31)),
    ],
)
def test_six_months_end_on_the_same_day_or_the_last_of_the_month(issued: str, last: date) -> None:
    about = of(("record.category", "unknown"), issued=f"{issued}T23:00:00Z")
    assert clocks(about, moment(issued)).erase_after == last


def test_what_is_no_person_has_no_category_and_five_years() -> None:
    about = of(kind="network")
    assert clocks(about, NOW) == Clocks(date(2026, 12, 31), date(2031, 5, 1), "RETENTION")
    odd = of(("record.category", "minor"), ("record.review", "2029-01-01"), kind="network")
    assert clocks(odd, NOW).review_by == date(2029, 1, 1)
    check_clocks(odd)


def test_the_review_is_the_earliest_and_never_later_than_three_years() -> None:
    assert clocks(of(("record.review", "2027-05-01"), ("record.review", "2027-02-01")), NOW).review_by == date(
        2027, 2, 1
    )
    assert clocks(of(("record.review", "2040-01-01")), NOW).review_by == date(2029, 5, 1)
    assert clocks(of(("record.review", "soon")), NOW).review_by == date(2029, 5, 1)
    leap = of(("record.review", "2040-01-01"), issued="2028-02-29T00:00:00Z")
    assert clocks(leap, NOW).review_by == date(2031, 2, 28)


def test_a_minor_is_reviewed_within_a_year() -> None:
    for facts in ([("record.category", "minor")], [("birth.year", 2010)]):
        far, near = of(*facts, ("record.review", "2027-05-02")), of(*facts, ("record.review", "2027-05-01"))
        assert clocks(far, NOW).review_by == date(2027, 5, 1)
        assert asked(far, "2026-06-01") == "MINOR"
        check_clocks(near)
        with pytest.raises(BadInput) as caught:
            check_clocks(far)
        assert caught.value.facts == {"path": "record.review", "reason": "review_too_far"}


def test_who_is_a_minor_at_deposit_is_told_by_the_day_of_issue() -> None:
    """18 on 2026-05-01, so an adult on the day of issue; 18 a day later, so a child on it."""
    review: tuple[str, JsonValue] = ("record.review", "2028-01-01")
    adult = of(("birth.date", {"precision": "exact", "date": "2008-05-01"}), review)
    child = of(("birth.date", {"precision": "exact", "date": "2008-05-02"}), review)
    check_clocks(adult)
    with pytest.raises(BadInput):
        check_clocks(child)
    assert clocks(child, moment("2026-05-01")).review_by == date(2027, 5, 1)
    assert clocks(child, moment("2026-05-02")).review_by == date(2028, 1, 1)


def test_overdue_begins_the_day_after_in_utc() -> None:
    found = Clocks(date(2026, 6, 1), date(2026, 6, 2), "RETENTION")
    late = datetime.fromisoformat("2026-06-02T03:00:00+04:00")
    assert not found.must_be_reviewed(late)
    assert found.must_be_reviewed(moment("2026-06-02"))
    assert not found.must_be_erased(datetime.fromisoformat("2026-06-03T03:00:00+04:00"))
    assert found.must_be_erased(moment("2026-06-03"))


def test_the_day_in_utc_tells_who_is_a_minor() -> None:
    about = of(("birth.date", {"precision": "exact", "date": "2008-06-02"}), ("record.review", "2029-05-01"))
    assert clocks(about, datetime.fromisoformat("2026-06-02T03:00:00+04:00")).review_by == date(2027, 5, 1)
    assert clocks(about, datetime.fromisoformat("2026-06-02T04:00:00+04:00")).review_by == date(2029, 5, 1)


def test_an_amendment_carries_the_day_of_first_issue() -> None:
    old = of()
    claims = carried(old.claims, old)
    assert claims[:-1] == old.claims
    assert claims[-1] == Claim(f"c{len(old.claims) + 1}", "record.first_issued", "2026-05-01", "fact")
    second = old._replace(version=2, issued="2028-01-01T00:00:00Z", claims=claims)
    younger = [claim._replace(value="2028-01-01") for claim in claims if claim.path == "record.first_issued"]
    for written in ((), tuple(younger)):
        third = carried((*old.claims, *written), second)
        assert [claim.value for claim in third if claim.path == "record.first_issued"] == ["2026-05-01"]
    assert carried((), old)[0].id == "c1"


def test_the_clock_of_the_machine_has_no_say(gulf: None) -> None:
    """Four hours before the day ends in UTC it is tomorrow in the Gulf."""
    evening, midnight = moment("2026-06-01T23:00:00"), moment("2026-06-02")
    found = Clocks(date(2026, 6, 1), date(2026, 6, 1), "RETENTION")
    assert (found.must_be_reviewed(evening), found.must_be_erased(evening)) == (False, False)
    assert (found.must_be_reviewed(midnight), found.must_be_erased(midnight)) == (True, True)
    about = of(("birth.date", {"precision": "exact", "date": "2008-06-02"}), ("record.review", "2029-05-01"))
    assert clocks(about, evening).review_by == date(2027, 5, 1)
    assert clocks(about, midnight).review_by == date(2029, 5, 1)
