"""Claims to and from JSON: the strict reader takes exactly what the writer makes, and nothing else."""

from __future__ import annotations

import random
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.errors import BadInput, Code
from exchange.interop.synthetic import mixture
from exchange.model.claim_json import CLAIMS_MAX, claim_number, claim_to_json, claims_from_json, sound
from exchange.model.claims import JsonValue
from tests.unit.claims_for_tests import FULL, claim, name

ANY_JSON: st.SearchStrategy[JsonValue] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def _code(*items: JsonValue, whole: bool = False) -> Code:
    with pytest.raises(BadInput) as caught:
        claims_from_json(items, whole=whole)
    return caught.value.code


@pytest.mark.parametrize("seed", range(5))
def test_round_trip_of_synthetic_records(seed: int) -> None:
    for _, claims in mixture(seed, 40):
        items = orjson.loads(orjson.dumps([claim_to_json(each) for each in claims]))
        assert claims_from_json(items) == claims
        assert sound(claims, whole=True)


def test_every_member_is_read() -> None:
    read = claims_from_json([FULL], whole=False)[0]
    assert claim_to_json(read) == FULL
    assert read.grade is not None
    assert read.grade.scale == "4x4"


@pytest.mark.parametrize("member", ["id", "path", "value", "statement"])
def test_missing_member(member: str) -> None:
    assert _code({key: value for key, value in FULL.items() if key != member}) is Code.MISSING_MEMBER


WRONG: list[tuple[str, JsonValue, Code]] = [
    ("id", "c02", Code.VALUE_NOT_ALLOWED),
    ("id", "c\u0661", Code.VALUE_NOT_ALLOWED),
    ("id", "c1\n", Code.VALUE_NOT_ALLOWED),
    ("id", 2, Code.VALUE_NOT_ALLOWED),
    ("path", "birth.yeer", Code.UNKNOWN_PATH),
    ("path", ["birth.year"], Code.UNKNOWN_PATH),
    ("value", True, Code.VALUE_NOT_ALLOWED),
    ("value", "1990", Code.VALUE_NOT_ALLOWED),
    ("statement", "rumour", Code.VALUE_NOT_ALLOWED),
    ("statement", None, Code.VALUE_NOT_ALLOWED),
    ("grade", None, Code.VALUE_NOT_ALLOWED),
    ("grade", {"scale": "admiralty", "source": "X", "information": "1"}, Code.VALUE_NOT_ALLOWED),
    ("grade", {"scale": "admiralty", "source": "A", "information": 1}, Code.VALUE_NOT_ALLOWED),
    ("grade", {"scale": "admiralty", "source": "A", "information": "1", "x": 1}, Code.VALUE_NOT_ALLOWED),
    ("observed", "2021-02-29", Code.VALUE_NOT_ALLOWED),
    ("observed", "2021-W01-1", Code.VALUE_NOT_ALLOWED),
    ("observed", None, Code.VALUE_NOT_ALLOWED),
    ("derived_from", "c2", Code.VALUE_NOT_ALLOWED),
    ("derived_from", None, Code.VALUE_NOT_ALLOWED),
    ("contests", "x1", Code.VALUE_NOT_ALLOWED),
    ("extra", 1, Code.UNKNOWN_MEMBER),
]


@pytest.mark.parametrize(("member", "value", "code"), WRONG)
def test_wrong_member(member: str, value: JsonValue, code: Code) -> None:
    assert _code(FULL | {member: value}) is code


def test_an_unknown_member_is_refused_beside_four_known_ones() -> None:
    bare = {key: FULL[key] for key in ("id", "path", "value", "statement")}
    assert claims_from_json([bare])[0].grade is None
    assert _code(bare | {"grades": FULL["grade"]}) is Code.UNKNOWN_MEMBER


def test_ids_are_unique_and_links_resolve() -> None:
    first = claim_to_json(claim("c1", "birth.date", {"precision": "exact", "date": "1990-01-01"}))
    second = claim_to_json(claim("c2", "birth.year", 1990, derived_from="c1"))
    assert len(claims_from_json([first, second])) == 2
    assert _code(first, first) is Code.RECORD_INVALID
    assert _code(second, whole=True) is Code.VALUE_NOT_ALLOWED
    assert claims_from_json([second], whole=False)[0].derived_from == "c1"


def test_no_more_claims_than_a_manifest_commits_to() -> None:
    items: list[JsonValue] = [claim_to_json(claim(f"c{n}", "name.title", "x")) for n in range(CLAIMS_MAX + 1)]
    assert len(claims_from_json(items[1:])) == CLAIMS_MAX
    assert _code(*items) is Code.TOO_MANY_CLAIMS


@given(ANY_JSON)
def test_the_reader_raises_only_our_error(item: JsonValue) -> None:
    with pytest.raises(BadInput):
        claims_from_json([item])


@given(st.sampled_from(sorted(FULL)), ANY_JSON)
def test_one_odd_member_gives_the_same_claim_or_our_error(member: str, value: JsonValue) -> None:
    item = FULL | {member: value}
    try:
        read = claims_from_json([item], whole=False)
    except BadInput:
        return
    assert claim_to_json(read[0]) == item


def test_errors_name_no_value() -> None:
    secret = "Specimen-Secret"
    with pytest.raises(BadInput) as caught:
        claims_from_json([claim_to_json(claim("c1", "gender", secret)) | {"path": "gender"}])
    assert secret not in str(caught.value) + repr(caught.value.facts)


def test_claim_number() -> None:
    assert claim_number("c17") == 17
    for wrong in ("17", "c", "c-1", "c01", "C1", ""):
        with pytest.raises(BadInput):
            claim_number(wrong)


def test_synthetic_order_does_not_matter_to_ids() -> None:
    rng = random.Random(3)
    claims = [claim(f"c{n}", "name.full", name("Ba Specimen")) for n in range(9)]
    rng.shuffle(claims)
    assert [each.id for each in claims_from_json([claim_to_json(c) for c in claims])] == [c.id for c in claims]


@pytest.mark.parametrize("number", [1.5, 2**53, 1e300, True])
def test_a_number_outside_the_profile_is_no_claim(number: float) -> None:
    claim: Any = {"id": "c1", "path": "birth.year", "value": number, "statement": "fact"}
    with pytest.raises(BadInput):
        claims_from_json([claim])
