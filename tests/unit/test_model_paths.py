"""The register of paths and its value checks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.crypto.profile import check_profile
from exchange.model import vocab
from exchange.model.claims import JsonValue
from exchange.model.derive import COARSER
from exchange.model.paths import PATHS, paths_of, table
from tests.unit.test_model_claim_json import ANY_JSON

SPEC = Path(__file__).resolve().parents[2] / "docs" / "spec" / "records.md"


def test_the_specification_shows_the_register() -> None:
    text = SPEC.read_text(encoding="utf-8")
    begin, end = "<!-- paths: made by exchange.model.paths.table() -->\n", "<!-- end of paths -->"
    assert text.split(begin)[1].split(end)[0] == table()


def test_every_kind_and_class_is_used() -> None:
    assert {kind for spec in PATHS.values() for kind in spec.kinds} == vocab.KINDS
    assert {spec.cls for spec in PATHS.values()} == vocab.CLASSES
    assert sum(len(paths_of(cls)) for cls in vocab.CLASSES) == len(PATHS)
    assert paths_of("no.such.class") == frozenset()


def test_coarser_paths_fit_every_kind_of_the_finer() -> None:
    for finer, rules in COARSER.items():
        for coarser, _ in rules:
            assert PATHS[finer].kinds <= PATHS[coarser].kinds, coarser


def test_governance_is_for_every_kind_except_the_category() -> None:
    for path in paths_of("governance") | paths_of("safeguard"):
        assert PATHS[path].kinds == (vocab.KINDS if path != "record.category" else {vocab.Kind.PERSON})


@given(st.sampled_from(sorted(PATHS)), ANY_JSON)
def test_checks_are_total(path: str, value: JsonValue) -> None:
    assert PATHS[path].check(value) in (True, False)


@given(st.sampled_from(sorted(PATHS)))
def test_no_path_takes_nothing(path: str) -> None:
    nothings: tuple[JsonValue, ...] = (None, "", " ", {}, [], True)
    for nothing in nothings:
        assert not PATHS[path].check(nothing)


GOOD: list[tuple[str, JsonValue]] = [
    ("name.full", {"text": "Ba Specimen", "script": "Latn", "type": "primary", "parts": ["Ba", "Specimen"]}),
    ("name.kunya", {"text": "أبو با", "script": "Arab", "type": "kunya", "lang": "ar", "quality": "low"}),
    ("birth.date", {"precision": "exact", "date": "1990-02-28"}),
    ("birth.date", {"precision": "exact", "date": "1410-02-30", "calendar": "hijri"}),
    ("birth.date", {"precision": "approximate", "year": 1990, "note": "per passport"}),
    ("birth.date", {"precision": "range", "from": 1988, "to": 1990}),
    ("birth.date", {"precision": "range", "from": "1988-01-01", "to": "1988-06-30"}),
    ("birth.year", 1990),
    ("birth.year", {"from": 1988, "to": 1990}),
    ("count", {"low": 70, "high": 75}),
    ("count", {"low": 120, "high": None}),
    ("document", {"type": "passport", "note": "number not known"}),
    ("nationality", {"country": "KW", "status": "withdrawn", "rank": 1}),
    ("nationality", {"status": "undisclosed", "region": "EUROPE", "rank": 2}),
    ("location.point", {"lat": -90_000_000, "lon": 180_000_000}),
    ("location.area", {"country": "LY", "region": "south"}),
    ("location.area", {"lat": 30, "lon": 12}),
    ("fate", {"state": "dead", "date": "2016-05-01", "country": "SY"}),
    ("record.marking", "TLP:AMBER+STRICT"),
    ("movement.month", "2016-05"),
    ("relation.from", {"originator": "DZ", "id": "rec-specimen"}),
]
BAD: list[tuple[str, JsonValue]] = [
    ("name.full", "Ba Specimen"),
    ("name.full", {"text": "Ba", "script": "latn", "type": "primary"}),
    ("name.full", {"text": "Ba", "script": "Latn", "type": "primary", "parts": ["Ba"]}),
    ("name.full", {"text": "x" * 501, "script": "Latn", "type": "primary"}),
    ("birth.date", {"precision": "exact", "date": "1990-02-30"}),
    ("birth.date", {"precision": "exact", "year": 1990}),
    ("birth.date", {"precision": "exact", "date": "1410-02-30"}),
    ("birth.date", {"precision": "range", "from": 1990, "to": 1988}),
    ("birth.date", {"precision": "range", "from": 1990, "to": "1991-01-01"}),
    ("birth.date", {"precision": ["exact"], "date": "1990-01-01"}),
    ("birth.date", {"precision": "exact", "date": "1990-01-01", "calendar": ["hijri"]}),
    ("birth.year", {"from": 1990, "to": 1988}),
    ("birth.year", True),
    ("count", {"low": 75, "high": 70}),
    ("count", {"low": -1, "high": 0}),
    ("count", {"low": 1}),
    ("document", {"type": "passport"}),
    ("document", {"number": "1"}),
    ("nationality", {"country": "XX", "status": "confirmed"}),
    ("nationality", "KW"),
    ("nationality", {"status": "undisclosed"}),
    ("nationality", {"status": "undisclosed", "region": "FR"}),
    ("nationality", {"status": "undisclosed", "region": "EUROPE", "country": "FR"}),
    ("nationality", {"status": "undisclosed", "region": "EUROPE", "note": "French"}),
    ("nationality", {"status": "undisclosed", "country": "FR"}),
    ("nationality", {"status": "confirmed", "region": "EUROPE"}),
    ("nationality", {"status": "confirmed", "country": "FR", "region": "EUROPE"}),
    ("location.point", {"lat": 90_000_001, "lon": 0}),
    ("location.area", {"lat": 30}),
    ("record.marking", "tlp:amber"),
    ("record.marking", "TLP:WHITE"),
    ("record.review", "2026-1-1"),
    ("record.purpose", "counter_terrorism"),
    ("movement.month", "2016-13"),
    ("relation.from", {"originator": "DZ", "id": "REC-SPECIMEN"}),
]


@pytest.mark.parametrize(("path", "value"), GOOD)
def test_good_values(path: str, value: JsonValue) -> None:
    assert PATHS[path].check(value)


@pytest.mark.parametrize(("path", "value"), BAD)
def test_bad_values(path: str, value: JsonValue) -> None:
    assert not PATHS[path].check(value)


ODD: tuple[Any, ...] = (1.5, 2**53, -(2**53), float("nan"), [[[1]]], {"é": 1}, {"a": {"b": 2}}, 1e300)


@given(st.sampled_from(GOOD), st.sampled_from(ODD), st.integers(0, 9))
def test_what_a_check_takes_is_in_the_profile(good: tuple[str, JsonValue], odd: Any, where: int) -> None:
    """Claims that arrive are not walked a second time for floats, large numbers, names and depth (`check_text`)."""
    path, value = good
    bent = odd
    if isinstance(value, dict) and where < len(value):
        bent = {**value, sorted(value)[where]: odd}
    assert not PATHS[path].check(bent)
    check_profile(value)


@given(st.sampled_from(sorted(PATHS)), ANY_JSON)
def test_whatever_a_check_takes_is_in_the_profile(path: str, value: JsonValue) -> None:
    if PATHS[path].check(value):
        check_profile(value)


def test_markings_are_the_five_of_tlp_2() -> None:
    labels = ["TLP:RED", "TLP:AMBER+STRICT", "TLP:AMBER", "TLP:GREEN", "TLP:CLEAR"]
    assert [str(label) for label in vocab.TLP_BY_STRICTNESS] == labels
    assert [vocab.strictness(label) for label in labels] == [4, 3, 2, 1, 0]
    with pytest.raises(ValueError):
        vocab.strictness("TLP:WHITE")
    assert len(vocab.COUNTRIES) == 250
