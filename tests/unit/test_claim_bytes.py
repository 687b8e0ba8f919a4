"""Claims from their bytes: the fast reader takes exactly what the strict one takes, and fails with its codes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.crypto.encoding import canonical, read_canonical_items
from exchange.errors import BadInput, Code, ExchangeError
from exchange.interop.synthetic import mixture
from exchange.model.claim_bytes import claims_stored
from exchange.model.claim_json import CLAIMS_MAX, claim_to_json, claims_from_json
from exchange.model.claims import Claim, JsonValue
from exchange.operations.claims import claims_of
from tests.unit.claims_for_tests import FULL, claim, name

WRONG: dict[str, JsonValue] = {
    "id": "c02",
    "path": "birth.century",
    "value": "1990",
    "statement": "rumour",
    "grade": {"scale": "4x4", "source": "X", "information": "9"},
    "observed": "2020-02-30",
    "derived_from": "c2",
    "contests": 3,
}


def slowly(items: Sequence[bytes], whole: bool) -> tuple[Claim, ...]:
    return claims_from_json(read_canonical_items(items, limit=4 << 20), whole=whole)


def outcome(read: Callable[[Sequence[bytes], bool], tuple[Claim, ...]], items: Sequence[bytes], whole: bool) -> object:
    try:
        return read(items, whole)
    except ExchangeError as fault:
        return fault.code, fault.facts


def fast(items: Sequence[bytes], whole: bool) -> tuple[Claim, ...]:
    return claims_of(items, whole=whole)


@pytest.mark.parametrize("seed", range(5))
def test_synthetic_records_are_read(seed: int) -> None:
    for _, claims in mixture(seed, 40):
        items = [canonical(claim_to_json(each)) for each in claims]
        assert claims_of(items) == claims_stored(items) == claims == slowly(items, True)


@pytest.mark.parametrize("member", sorted(WRONG))
@pytest.mark.parametrize("change", ["wrong", "null", "gone", "added"])
def test_a_wrong_member_is_refused_with_the_strict_readers_code(member: str, change: str) -> None:
    values = {"wrong": WRONG[member], "null": None, "added": FULL[member]}
    made = {key: value for key, value in FULL.items() if key != member}
    if change != "gone":
        made[member + "_" * (change == "added")] = values[change]
    item = [canonical(made)]
    assert outcome(fast, item, False) == outcome(slowly, item, False)
    assert isinstance(outcome(fast, item, False), tuple)
    if change == "wrong":
        with pytest.raises(BadInput):
            claims_of(item, whole=False)


def test_claims_are_canonical_one_by_one() -> None:
    assert claims_of([]) == ()
    good = canonical(claim_to_json(claim("c1", "gender", "male")))
    swapped = good.replace(b'"id":"c1","path":"gender"', b'"path":"gender","id":"c1"')
    assert swapped != good
    for bad in (
        [good[:9], good[9:]],
        [swapped],
        [good + b" "],
        [b""],
        [b"null"],
        [b"\xff"],
        [good, good],
        [b"[" * 9000],
    ):
        with pytest.raises(BadInput):
            claims_of(bad)


@pytest.mark.parametrize("text", ["a\\u0000b", "a\\u001bb", "a\\tb", "a\\u00e9b", "a\u202eb"])
def test_control_characters_are_left_to_the_strict_reader(text: str) -> None:
    items = [canonical(claim_to_json(claim("c1", "name.full", name("x")))).replace(b'"x"', f'"{text}"'.encode())]
    assert outcome(fast, items, False) == outcome(slowly, items, False)


def test_links_and_counts() -> None:
    first, second = claim("c1", "gender", "male"), claim("c2", "gender", "male")
    items = [canonical(claim_to_json(each)) for each in (first, second._replace(derived_from="c9"))]
    with pytest.raises(BadInput):
        claims_of(items)
    assert claims_of(items, whole=False)[1].derived_from == "c9"
    many = [canonical(claim_to_json(claim(f"c{n}", "gender", "male"))) for n in range(CLAIMS_MAX + 1)]
    assert len(claims_of(many[1:])) == CLAIMS_MAX
    with pytest.raises(BadInput) as caught:
        claims_of(many)
    assert caught.value.code is Code.TOO_MANY_CLAIMS


@given(st.data())
def test_any_change_of_a_byte_gives_what_the_strict_reader_gives(data: st.DataObject) -> None:
    (_, claims), *_ = mixture(data.draw(st.integers(0, 50)), 1)
    items = [canonical(claim_to_json(each)) for each in claims]
    at = data.draw(st.integers(0, len(items) - 1))
    place = data.draw(st.integers(0, len(items[at])))
    kind = data.draw(st.sampled_from(["flip", "cut", "insert"]))
    piece = data.draw(st.sampled_from([b"", b" ", b"0", b"\\", b'"', b",", b"null", b"1.0", b"99999999999999999999"]))
    old, rest = items[at], {"flip": 1, "insert": 0}.get(kind)
    items[at] = old[:place] if rest is None else old[:place] + piece + old[place + rest :]
    whole = data.draw(st.booleans())
    assert outcome(fast, items, whole) == outcome(slowly, items, whole)
