"""Coarser claims: what they say, and that they never outlive the finer claim."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.errors import BadInput
from exchange.interop.synthetic import mixture
from exchange.model.claims import JsonValue
from exchange.model.derive import coarser_paths, with_coarser
from exchange.model.paths import PATHS
from tests.unit.claims_for_tests import claim
from tests.unit.test_model_claim_json import ANY_JSON

CASES: list[tuple[str, JsonValue, dict[str, JsonValue]]] = [
    ("birth.date", {"precision": "exact", "date": "1990-05-01"}, {"birth.year": 1990}),
    ("birth.date", {"precision": "approximate", "year": 1990}, {"birth.year": 1990}),
    ("birth.date", {"precision": "range", "from": 1988, "to": 1990}, {"birth.year": {"from": 1988, "to": 1990}}),
    ("birth.date", {"precision": "range", "from": "1988-01-01", "to": "1988-06-01"}, {"birth.year": 1988}),
    ("birth.date", {"precision": "exact", "date": "1410-05-01", "calendar": "hijri"}, {}),
    ("birth.place", {"city": "Specimen Town"}, {}),
    ("birth.place", {"city": "Specimen Town", "country": "QA"}, {"birth.country": "QA"}),
    ("document", {"type": "passport", "number": "1"}, {"document.type": "passport"}),
    (
        "document",
        {"type": "passport", "number": "1", "country": "SA"},
        {"document.type": "passport", "document.country": "SA"},
    ),
    ("residence.address", {"street": "1 Specimen Street", "country": "TN"}, {"residence.country": "TN"}),
    ("location.point", {"lat": 32_999_999, "lon": -1}, {"location.area": {"lat": 32, "lon": -1}}),
    ("count", {"low": 72, "high": 75}, {"count.rounded": {"low": 70, "high": 80}}),
    ("count", {"low": 120, "high": None}, {"count.rounded": {"low": 120, "high": None}}),
    ("movement.date", "2016-05-17", {"movement.month": "2016-05"}),
    ("fate", {"state": "dead", "date": "2016-05-01"}, {"fate.state": "dead"}),
]


@pytest.mark.parametrize(("path", "value", "expected"), CASES)
def test_coarser_values(path: str, value: JsonValue, expected: dict[str, JsonValue]) -> None:
    finer = claim("c7", path, value)
    first, *derived = with_coarser([finer])
    assert first == finer
    assert {each.path: each.value for each in derived} == expected
    for each in derived:
        assert each.derived_from == "c7"
        assert each.grade == finer.grade
        assert PATHS[each.path].check(each.value)
        assert each.path in coarser_paths(path)


def test_ids_go_on_from_the_highest() -> None:
    claims = with_coarser([claim("c9", "name.title", "Mr"), claim("c2", "count", {"low": 1, "high": 1})])
    assert [each.id for each in claims] == ["c9", "c2", "c10"]


@pytest.mark.parametrize("seed", range(5))
def test_idempotent(seed: int) -> None:
    for _, claims in mixture(seed, 30):
        assert with_coarser(claims) == claims


def test_an_amended_claim_leaves_no_old_year_behind() -> None:
    before = with_coarser([claim("c1", "birth.date", {"precision": "exact", "date": "1990-05-01"})])
    amended = [claim("c1", "birth.date", {"precision": "exact", "date": "1975-05-01"}), *before[1:]]
    after = with_coarser(amended)
    assert [(each.id, each.path, each.value) for each in after[1:]] == [("c2", "birth.year", 1975)]
    blurred = [claim("c1", "birth.date", {"precision": "exact", "date": "1410-05-01", "calendar": "hijri"}), *after[1:]]
    assert [each.path for each in with_coarser(blurred)] == ["birth.date"]


def test_a_claim_that_stands_on_its_own_is_kept() -> None:
    claims = (claim("c1", "birth.year", 1980), claim("c2", "birth.country", "DZ", derived_from="c1"))
    assert with_coarser(claims) == claims


@given(st.sampled_from(sorted(PATHS)), ANY_JSON)
def test_malformed_values_yield_nothing(path: str, value: JsonValue) -> None:
    finer = claim("c1", path, value)
    if not PATHS[path].check(value):
        assert with_coarser([finer]) == (finer,)


def test_a_malformed_id_is_our_error() -> None:
    with pytest.raises(BadInput):
        with_coarser([claim("x", "count", {"low": 1, "high": 1})])
