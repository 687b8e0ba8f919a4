"""Two records side by side, dates as spans, and how many sources stand behind a thing: pure values."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.model.claims import Claim, JsonValue
from exchange.model.compare import DOCUMENT, NAME, compare, reasons
from exchange.model.dates import Span, span_of
from exchange.model.matching import Pair, pair_of
from exchange.model.paths import PATHS
from exchange.model.records import Ref
from exchange.model.sources import CERTAINTIES, Behind, behind, certainty, independent


def claim(path: str, value: Any) -> Claim:
    return Claim("c1", path, value, "fact")


def name(text: str, path: str = "name.full", type_: str = "primary") -> Claim:
    return claim(path, {"text": text, "script": "Latn", "type": type_})


def passport(number: str) -> Claim:
    return claim("document", {"type": "passport", "number": number})


def mark(a: list[Claim], b: list[Claim], path: str) -> str:
    (row,) = [row for row in compare(a, b) if row.path == path]
    return row.mark


SAME: list[tuple[Claim, Claim]] = [
    (name("Sālim al-Specimen"), name("SALIM SPECIMEN")),
    (passport("SYN 00-12"), passport("syn0012")),
    (claim("contact.phone", "+000 555 1"), claim("contact.phone", "0005551")),
    (claim("birth.date", {"precision": "exact", "date": "1985-03-12"}), claim("birth.date", {"year": 1985})),
    (claim("birth.date", {"precision": "approximate", "year": 1987}), claim("birth.date", {"year": 1985})),
    (
        claim("birth.date", {"precision": "exact", "date": "1985-03-12"}),
        claim("birth.date", {"precision": "exact", "date": "1405-06-20", "calendar": "hijri"}),
    ),
    (claim("birth.year", 1985), claim("birth.year", {"from": 1980, "to": 1985})),
    (claim("nationality", {"country": "KW", "status": "confirmed"}),) * 2,
    (
        claim("birth.place", {"country": "KW", "city": "Specimen Town", "note": "said"}),
        claim("birth.place", {"city": "SPECIMEN TOWN", "country": "KW"}),
    ),
    (claim("occupation", "Driver"), claim("occupation", "DRIVER")),
]  # fmt: skip
DIFFERENT: list[tuple[Claim, Claim]] = [
    (name("Salim Specimen"), name("Salim Exempli")),
    (passport("SYN0012"), passport("SYN0013")),
    (claim("birth.date", {"precision": "exact", "date": "1985-03-12"}), claim("birth.date", {"year": 1986})),
    (claim("birth.date", {"precision": "approximate", "year": 1989}), claim("birth.date", {"year": 1985})),
    (claim("gender", "male"), claim("gender", "female")),
    (claim("document", {"type": "passport", "note": "x"}), claim("document", {"type": "other", "note": "x"})),
]


@pytest.mark.parametrize(("a", "b"), SAME)
def test_values_that_agree_as_they_are_compared(a: Claim, b: Claim) -> None:
    assert mark([a], [b], a.path) == mark([b], [a], a.path) == "same"
    assert mark([a, *(pair[0] for pair in DIFFERENT)], [b], a.path) == "same"


@pytest.mark.parametrize(("a", "b"), DIFFERENT)
def test_values_that_do_not(a: Claim, b: Claim) -> None:
    assert mark([a], [b], a.path) == mark([b], [a], a.path) == "different"


def test_what_one_of_them_does_not_say_is_unknown() -> None:
    (row,) = compare([claim("gender", "male")], [])
    assert (row.path, row.a_values, row.b_values, row.mark) == ("gender", ("male",), (), "unknown")


def test_a_full_name_here_may_be_an_alias_there() -> None:
    a, b = [name("Abu Salim", "name.alias", "alias"), name("Karim Specimen")], [name("ABU SALIM")]
    assert mark(a, b, "name.alias") == "same"
    assert mark(a, b, "name.full") == "same"
    assert mark([name("Salim", "name.given")], b, "name.given") == "unknown"


def test_what_is_about_the_record_is_left_out() -> None:
    left_out = [claim("record.marking", "TLP:RED"), claim("record.flag", "asylum"), claim("record.source", "a")]
    assert compare(left_out, left_out) == ()
    assert [row.path for row in compare([claim("note", "a"), name("B")], [])] == ["note", "name.full"]


@pytest.mark.parametrize("path", sorted(PATHS))
def test_no_value_is_an_error(path: str) -> None:
    values: list[Any] = ["text", 5, True, None, [], {}, {"text": 5}, {"date": "x"}, {"number": 1}, {"year": "1"}]
    for value in values:
        for other in values:
            assert {row.mark for row in compare([claim(path, value)], [claim(path, other)])} <= {"same", "different"}


@given(st.lists(st.sampled_from([pair[0] for pair in (*SAME, *DIFFERENT)])), st.lists(st.sampled_from(SAME)))
def test_it_does_not_matter_who_is_first(a: list[Claim], pairs: list[tuple[Claim, Claim]]) -> None:
    b = [pair[1] for pair in pairs]
    there = [(row.path, row.b_values, row.a_values, row.mark) for row in compare(b, a)]
    assert [tuple(row) for row in compare(a, b)] == there


def test_why_two_records_are_candidates() -> None:
    one = [name("Salim Specimen"), passport("SYN0012345")]
    assert reasons("person", one, [name("SALIM SPECIMEN"), passport("SYN 0012345")]) == (DOCUMENT, NAME)
    assert reasons("person", one, [name("Salim Exempli"), passport("SYN 0012345")]) == (DOCUMENT,)
    assert reasons("person", one, [name("Salim"), passport("SYN")]) == ()


SPANS = [
    ("2016-05-01", date(2016, 5, 1), date(2016, 5, 1), "exact"),
    ("2016-02", date(2016, 2, 1), date(2016, 2, 29), "month"),
    ("2016-12", date(2016, 12, 1), date(2016, 12, 31), "month"),
    (1985, date(1985, 1, 1), date(1985, 12, 31), "year"),
    ({"precision": "range", "from": 1979, "to": 1981}, date(1979, 1, 1), date(1981, 12, 31), "range"),
    ({"precision": "range", "from": "1979-05-02", "to": "1979-06-03"}, date(1979, 5, 2), date(1979, 6, 3), "range"),
    ({"from": 1979, "to": 1981}, date(1979, 1, 1), date(1981, 12, 31), "range"),
    ({"precision": "approximate", "year": 1985}, date(1985, 1, 1), date(1985, 12, 31), "approximate"),
]


@pytest.mark.parametrize(("value", "low", "high", "precision"), SPANS)
def test_a_date_is_a_span_of_days(value: JsonValue, low: date, high: date, precision: str) -> None:
    assert span_of(value) == Span(low, high, precision)


HIJRI = [("1446-01-01", date(2024, 7, 8)), ("1400-01-01", date(1979, 11, 21)), ("1442-09-01", date(2021, 4, 13))]
"""Of the tabular calendar, civil epoch."""


@pytest.mark.parametrize(("said", "day"), HIJRI)
def test_hijri_days_by_the_tabular_calendar(said: str, day: date) -> None:
    assert span_of({"precision": "exact", "date": said, "calendar": "hijri"}) == Span(day, day, "exact", "hijri")
    assert span_of(said) == Span(day, day, "exact", "hijri")


def test_a_year_below_1600_is_hijri() -> None:
    span = span_of(1402)
    assert span is not None
    assert (span.calendar, span.low.year, span.high.year, (span.high - span.low).days) == ("hijri", 1981, 1982, 353)


@pytest.mark.parametrize(
    "value", [None, True, [], {}, "x", "2016-13", "2016-02-30", {"year": None}, {"date": []}, "-1"]
)
def test_what_is_no_date(value: JsonValue) -> None:
    assert span_of(value) is None


def test_the_ends_of_time_stand_still() -> None:
    first = Span(date.min, date.min, "approximate")
    last = Span(date.max, date.max, "approximate")
    assert first.may_meet(first)
    assert not first.may_meet(last)


def test_pairs_have_one_order() -> None:
    a, b = Ref("DZ", "rec-00000001"), Ref("AE", "rec-00000002")
    assert pair_of(a, b) == pair_of(b, a) == Pair(b, a)
    with pytest.raises(ValueError, match="one record"):
        pair_of(a, a)


def told(number: int, *texts: str, originator: str = "DZ", records: tuple[int, ...] = ()) -> Behind:
    refs = (Ref(originator, f"rec-{each:08d}") for each in (number, *records))
    ref, *others = refs
    return Behind(ref, frozenset(texts), frozenset(others))


def test_sources_are_counted_once() -> None:
    assert independent([]) == 0
    assert independent([told(1, "a"), told(2, "b")]) == 2
    assert independent([told(1, "a"), told(2, "a")]) == 1
    assert independent([told(1, "a"), told(2, "a", originator="KW")]) == 2
    assert independent([told(1), told(2), told(3, originator="KW")]) == 2
    assert independent([told(1, "a"), told(2, "b", records=(1,))]) == 1
    assert independent([told(1, "a", records=(9,)), told(2, "b", records=(9,))]) == 1
    assert independent([told(1, "a"), told(2, "b"), told(3, "a", "b")]) == 1


@given(st.lists(st.builds(told, st.integers(1, 4), st.sampled_from("abc")), max_size=6), st.randoms())
def test_the_order_of_records_does_not_matter(found: list[Behind], random: Any) -> None:
    count = independent(found)
    random.shuffle(found)
    assert independent(found) == count <= len(found)


def test_what_a_record_says_of_its_sources() -> None:
    other = Ref("KW", "rec-00000009")
    claims = [
        claim("record.source", "Sourcé A"),
        claim("source.reference", "file 7"),
        claim("source.record", {"originator": other.originator, "id": other.id}),
        claim("source.record", "odd"),
    ]
    assert behind(Ref("DZ", "rec-00000001"), claims)[1:] == (frozenset({"source a", "file 7"}), frozenset({other}))


def test_the_best_that_is_said_counts_and_a_contest_first() -> None:
    found = [
        certainty(["fact"], 2, contested=True),
        certainty(["hearsay", "fact"], 2, contested=False),
        certainty(["fact", "assessment"], 1, contested=False),
        certainty(["hearsay", "assessment"], 3, contested=False),
        certainty(["hearsay"], 3, contested=False),
    ]
    assert found == list(CERTAINTIES)
