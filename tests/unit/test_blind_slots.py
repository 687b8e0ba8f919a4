"""Slots, documents and probing: sizes that never change, strict reading, and neighbours counted without names."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.crypto.encoding import canonical, read_canonical
from exchange.errors import BadInput, Code, TooLarge
from exchange.matching.blind import messages, probing, slots
from exchange.matching.blind.messages import PAGE, QUERY_SIZE, Answer, Prepare, Prepared, Query
from exchange.matching.blind.slots import ANSWER, NO_HIT, QUERY, Told, level_of

AT = "2026-06-01T08:00:00Z"
FILLER = random.Random(1).randbytes(QUERY)


def tokens(seed: int, count: int) -> frozenset[bytes]:
    source = random.Random(seed)
    return frozenset(source.randbytes(16) for _ in range(count))


QUERY_DOC = Query(
    node="DZ",
    to="QA",
    issued=AT,
    epoch=3,
    key_version="k1",
    agreement="AG-DZ-QA",
    agreement_version=2,
    purpose="contact",
    case="CASE-1",
    officer="0123456789abcdef",
    tokens=slots.pack_query([tokens(1, 5)], FILLER),
)


@given(st.lists(st.integers(0, 64), max_size=16), st.text("ABC-0123456789", min_size=1, max_size=64))
def test_a_query_is_one_size(counts: list[int], case: str) -> None:
    packed = slots.pack_query([tokens(at, count) for at, count in enumerate(counts)], FILLER)
    assert len(packed) == QUERY
    assert len(replace(QUERY_DOC, tokens=packed, case=case).to_bytes()) == QUERY_SIZE


@given(st.lists(st.integers(0, 200), max_size=4))
def test_every_token_is_found_in_its_person(counts: list[int]) -> None:
    persons = [tokens(at, count) for at, count in enumerate(counts)]
    found = slots.unpack_query(slots.pack_query(persons, FILLER))
    assert len(found) == 16
    assert all(len(slot) == 64 and slot == sorted(slot) for slot in found)
    at = 0
    for person, width in zip(persons, slots.slots_of(persons), strict=True):
        assert person <= {each for slot in found[at : at + width] for each in slot}
        at += width


def test_too_many_persons_are_refused() -> None:
    with pytest.raises(TooLarge):
        slots.pack_query([tokens(n, 1) for n in range(17)], FILLER)
    with pytest.raises(TooLarge):
        slots.pack_query([tokens(1, 64 * 16 + 1)], FILLER)


def test_filler_is_not_used_twice() -> None:
    packed = slots.pack_query([], FILLER)
    assert len({packed[at : at + 16] for at in range(0, QUERY, 16)}) == 1024


def test_answers_come_back() -> None:
    told = [NO_HIT] * 14 + [Told(1, "", b"t" * 16), Told(3, "مكتب الاتصال +000", b"u" * 16)]
    packed = slots.pack_answer(told)
    assert len(packed) == ANSWER == len(slots.pack_answer([NO_HIT] * 16))
    assert slots.unpack_answer(packed) == told


@pytest.mark.parametrize(
    ("at", "value"), [(0, 4), (0, 255), (1, 111), (1, 1), (5, 7), (112, 1), (127, 9)], ids=lambda each: str(each)
)
def test_bytes_where_none_belong_are_refused(at: int, value: int) -> None:
    """A holder could hide a message to somebody else, or a mark, in an answer that says no hit."""
    packed = bytearray(ANSWER)
    packed[at] = value
    with pytest.raises(BadInput):
        slots.unpack_answer(bytes(packed))


def test_contact_that_is_no_text_is_refused() -> None:
    packed = bytes([1, 2]) + b"\xff\xfe" + bytes(ANSWER - 4)
    with pytest.raises(BadInput):
        slots.unpack_answer(packed)


@pytest.mark.parametrize("text", ["a\x1b[2J", "a\u202eb", "a\nb"], ids=["escape", "turned round", "two lines"])
def test_contact_that_steers_a_screen_is_refused(text: str) -> None:
    data = text.encode()
    with pytest.raises(BadInput):
        slots.unpack_answer((bytes([1, len(data)]) + data).ljust(ANSWER, b"\0"))


@pytest.mark.parametrize("size", [0, ANSWER - 1, ANSWER + 128])
def test_answers_of_another_size_are_refused(size: int) -> None:
    with pytest.raises(BadInput):
        slots.unpack_answer(bytes(size))


@pytest.mark.parametrize("size", [0, QUERY - 16, QUERY + 16])
def test_tokens_of_another_size_are_refused(size: int) -> None:
    with pytest.raises(BadInput):
        slots.unpack_query(bytes(size))


def test_levels() -> None:
    assert [level_of(count) for count in range(6)] == [0, 1, 2, 2, 3, 3]


def test_key_inputs_differ_by_version_and_key() -> None:
    made = {slots.key_input(version, key) for version in ("k1", "k2") for key in (b"", b"a", b"ab")}
    assert len(made) == 6
    assert {len(each) for each in made} == {32}


def test_documents_come_back() -> None:
    assert messages.read_query(QUERY_DOC.to_bytes()) == QUERY_DOC
    page = Prepare("QA", "DZ", AT, 3, tuple([b"e" * 32] * PAGE))
    assert messages.read_prepare(page.to_bytes()) == page
    hello = Prepare("QA", "DZ", AT, 0, ())
    assert messages.read_prepare(hello.to_bytes()) == hello
    public = bytes.fromhex("c803e2cc6b05fc15064549b5920659ca4a77b2cca6f04f6b357009335476ad4e")
    prepared = Prepared("DZ", "QA", AT, "ab" * 32, 3, public, b"p" * (64 + 32 * PAGE))
    assert messages.read_prepared(prepared.to_bytes(), page.elements) == prepared
    answer = Answer("QA", "DZ", AT, "cd" * 32, 19, 199, bytes(ANSWER))
    assert messages.read_answer(answer.to_bytes()) == answer
    assert len(answer.to_bytes()) == len(replace(answer, left_case=0, left_day=0).to_bytes())


@pytest.mark.parametrize("count", [1, PAGE - 1, PAGE + 1])
def test_a_page_that_tells_how_many_records_is_refused(count: int) -> None:
    with pytest.raises(BadInput):
        messages.read_prepare(Prepare("QA", "DZ", AT, 3, tuple([b"e" * 32] * count)).to_bytes())


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("case", ""),
        ("case", "two words"),
        ("case", "x" * 65),
        ("officer", "Officer One"),
        ("epoch", 0),
        ("tokens", "AAAA"),
        ("pad", "1"),
        ("v", 2),
        ("node", "dz"),
        ("issued", "yesterday"),
    ],
)
def test_a_query_with_another_form_is_refused(member: str, value: str | int) -> None:
    document = read_canonical(QUERY_DOC.to_bytes(), limit=1 << 20)
    assert isinstance(document, dict)
    changed = {**document, member: value}
    short = QUERY_SIZE - len(canonical(changed))
    if member != "pad" and isinstance(document["pad"], str):
        changed["pad"] = "0" * (len(document["pad"]) + short)
    with pytest.raises(BadInput):
        messages.read_query(canonical(changed))


def test_a_query_of_another_size_is_refused() -> None:
    """Otherwise its size could carry what the tokens must not."""
    document = read_canonical(QUERY_DOC.to_bytes(), limit=1 << 20)
    assert isinstance(document, dict)
    with pytest.raises(BadInput) as refused:
        messages.read_query(canonical({**document, "pad": ""}))
    assert refused.value.code is Code.VALUE_NOT_ALLOWED


def test_neighbours_are_counted_without_names() -> None:
    base = {1, 2, 3}
    earlier = [{3, 100 + n} for n in range(8)] + [{1000 + n} for n in range(50)]
    assert probing.neighbours(base, earlier) == 8
    assert not probing.is_probing([base], earlier)
    assert probing.is_probing([base], [*earlier, {2}])
    assert not probing.is_probing([{9999}], [*earlier, {2}])


def test_neighbours_in_one_query_count_too() -> None:
    assert not probing.is_probing([{1, 100 + n} for n in range(9)], [])
    assert probing.is_probing([{1, 100 + n} for n in range(10)], [])
