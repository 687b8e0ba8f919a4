"""Canonical JSON, strict reading, PAE and base64: values, properties, and an independent RFC 8785 writer as oracle."""

from __future__ import annotations

import base64
import hashlib
import json
import math
from datetime import UTC, datetime

import pytest
import rfc8785
from hypothesis import example, given, settings
from hypothesis import strategies as st

from exchange.crypto.encoding import (
    MAX_INT,
    TYPES,
    JsonValue,
    b64,
    canonical,
    digest,
    pae,
    read_canonical,
    read_canonical_items,
    read_shaped,
    read_strict,
    unb64,
    unpae,
)
from exchange.errors import BadInput, Code, ExchangeError, TooLarge
from tests.unit.crypto_kit import code_of

_TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=12)
_NAMES = st.text(st.characters(min_codepoint=1, max_codepoint=127), max_size=8)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_INT, MAX_INT) | _TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_NAMES, inner, max_size=4),
    max_leaves=20,
)
_FAST = settings(derandomize=True, deadline=None, max_examples=150)


@_FAST
@given(_VALUES)
def test_canonical_equals_rfc_8785_and_is_read_back(value: JsonValue) -> None:
    data = canonical(value)
    assert data == rfc8785.dumps(value)
    assert read_canonical(data, limit=1 << 20) == value
    assert read_strict(data) == value
    assert read_shaped(data, limit=1 << 20) == value


@_FAST
@given(_VALUES)
def test_other_writings_of_a_value_are_read_strictly_but_are_not_canonical(value: JsonValue) -> None:
    for text in (json.dumps(value, indent=1), json.dumps(value, ensure_ascii=True), json.dumps([value, 1])):
        data = text.encode()
        assert read_strict(data) == json.loads(text)
        if data != rfc8785.dumps(json.loads(text)):
            assert code_of(read_canonical, data, limit=1 << 20) is Code.JSON_NOT_CANONICAL


@_FAST
@given(st.binary(max_size=40) | st.text(alphabet='[]{}":,\\u0019eE.-truefalsn \n', max_size=40).map(str.encode))
def test_only_our_errors_leave_the_readers(data: bytes) -> None:
    for read in (read_strict, read_canonical):
        try:
            value = read(data, limit=1 << 20)
        except ExchangeError:
            continue
        assert canonical(value) == rfc8785.dumps(json.loads(data))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"a":1,"a":1}', Code.JSON_DUPLICATE_KEY),
        ('{"a":1,"\\u0061":2}', Code.JSON_DUPLICATE_KEY),
        ('[{"b":{"a":1,"a":2}}]', Code.JSON_DUPLICATE_KEY),
        ("[1.0]", Code.JSON_NUMBER),
        ("[1e3]", Code.JSON_NUMBER),
        ("1.5", Code.JSON_NUMBER),
        ("[-0]", Code.JSON_NUMBER),
        ("[NaN]", Code.JSON_NUMBER),
        ("[-Infinity]", Code.JSON_NUMBER),
        ("[9007199254740992]", Code.JSON_NUMBER),
        ("[-9007199254740992]", Code.JSON_NUMBER),
        ("[" + "9" * 5000 + "]", Code.JSON_NUMBER),
        ('["\\u0000"]', Code.JSON_TEXT),
        ('{"\\u0000":1}', Code.JSON_TEXT),
        ('["\\ud800"]', Code.JSON_TEXT),
        ('{"\\u00e9":1}', Code.JSON_TEXT),
        ('{"é":1}', Code.JSON_TEXT),
        ("\ufeff[]", Code.JSON_TEXT),
        ("[" * 33 + "]" * 33, Code.JSON_TOO_DEEP),
        ('{"a":' * 33 + "1" + "}" * 33, Code.JSON_TOO_DEEP),
        ("[" * 100_000, Code.JSON_TOO_DEEP),
        ("[1,]", Code.JSON_MALFORMED),
        ("", Code.JSON_MALFORMED),
        ("'a'", Code.JSON_MALFORMED),
        ('["\t"]', Code.JSON_MALFORMED),
        ("[] []", Code.JSON_MALFORMED),
    ],
)
def test_each_refusal_has_its_code(text: str, code: Code) -> None:
    data = text.encode()
    assert code_of(read_strict, data) is code
    assert code_of(read_canonical, data, limit=1 << 20) is code


def test_the_limits_themselves_are_allowed() -> None:
    for text in (f"[{MAX_INT},{-MAX_INT}]", "[" * 32 + "]" * 32, '["\\\\u0000","1.5","\\"[[["]'):
        assert canonical(read_strict(text.encode())) == text.encode()
        assert read_canonical(text.encode(), limit=len(text)) == json.loads(text)


def test_not_utf_8_is_refused() -> None:
    for data in (b'["\xff"]', b'["\xed\xa0\x80"]', b'["\xc0\xaf"]', '["é"]'.encode("latin-1"), "[]".encode("utf-16")):
        assert code_of(read_strict, data) is Code.JSON_TEXT


def test_size_limits_come_before_parsing() -> None:
    for limit in (10, 0):
        with pytest.raises(TooLarge) as strict:
            read_strict(b"[" * 11, limit=limit)
        with pytest.raises(TooLarge) as one:
            read_canonical(b"[" * 11, limit=limit)
        with pytest.raises(TooLarge) as items:
            read_canonical_items([b"{}"] * 5, limit=limit)
        assert [caught.value.facts["limit"] for caught in (strict, one, items)] == [limit] * 3


@pytest.mark.parametrize("text", ['{"b":1,"a":2}', "[1, 2]", '["\\u0041"]', '["\\/"]', "[] ", '["\\u00e9"]'])
def test_what_is_json_but_not_canonical_is_refused(text: str) -> None:
    read_strict(text.encode())
    for read in (read_canonical, read_shaped):
        assert code_of(read, text.encode(), limit=100) is Code.JSON_NOT_CANONICAL


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (1.0, Code.JSON_NUMBER),
        ([math.nan], Code.JSON_NUMBER),
        ({"a": [None, math.inf]}, Code.JSON_NUMBER),
        (MAX_INT + 1, Code.JSON_NUMBER),
        (-(10**30), Code.JSON_NUMBER),
        ("a\x00b", Code.JSON_TEXT),
        ("\ud800", Code.JSON_TEXT),
        ({"é": 1}, Code.JSON_TEXT),
        ({1: 1}, Code.WRONG_TYPE),
        (b"bytes", Code.WRONG_TYPE),
        (datetime(2026, 1, 1, tzinfo=UTC), Code.WRONG_TYPE),
        ({1, 2}, Code.WRONG_TYPE),
    ],
)
def test_the_writer_refuses_what_is_not_in_the_profile(value: object, code: Code) -> None:
    with pytest.raises(BadInput) as caught:
        canonical(value)
    assert caught.value.code is code


@pytest.mark.parametrize("extra", [1, 10, 300])
def test_the_writer_refuses_depth(extra: int) -> None:
    value: JsonValue = 1
    for _ in range(32):
        value = [value]
    assert canonical(value).count(b"[") == 32
    for _ in range(extra):
        value = [value]
    assert code_of(canonical, value) is Code.JSON_TOO_DEEP


def test_items_are_proven_one_by_one() -> None:
    items = [b'{"a":1}', b'{"b":[2]}', b'"c"']
    assert read_canonical_items(items, limit=100) == [{"a": 1}, {"b": [2]}, "c"]
    assert read_canonical_items([], limit=100) == []
    for bad in (
        [b'{"a":[1', b"2]}", b"{},{}"],
        [b'{"a":[{"b":1}', b'{"c":2}]}', b"{},{}"],
        [b"1,2"],
        [b""],
        [b'{"a": 1}'],
        [b'{"a":1,"a":1}'],
    ):
        with pytest.raises(BadInput):
            read_canonical_items(bad, limit=100)


def test_pae_is_the_documented_bytes() -> None:
    assert pae("exchange/claim/1", b"", b"abc") == (
        b"\x03" + bytes(7) + b"\x10" + bytes(7) + b"exchange/claim/1" + bytes(8) + b"\x03" + bytes(7) + b"abc"
    )
    assert digest("exchange/claim/1", b"x") == hashlib.sha256(pae("exchange/claim/1", b"x")).digest()
    with pytest.raises(ValueError, match="unregistered"):
        pae("exchange/unknown/1", b"")


@_FAST
@given(st.lists(st.binary(max_size=20), max_size=4), st.lists(st.binary(max_size=20), max_size=4))
@example([b"ab", b"c"], [b"a", b"bc"])
@example([b""], [])
def test_pae_is_injective_and_read_back(one: list[bytes], other: list[bytes]) -> None:
    assert (pae("exchange/body/1", *one) == pae("exchange/body/1", *other)) == (one == other)
    assert pae("exchange/body/1", *one) != pae("exchange/claim/1", *one)
    assert unpae("exchange/body/1", pae("exchange/body/1", *one), len(one)) == one


@_FAST
@given(st.binary(max_size=80))
def test_unpae_takes_only_what_pae_writes(data: bytes) -> None:
    whole = pae("exchange/body/1", b"salt", b"body")
    for candidate in (data, whole[: len(data)], whole + data, whole[:-4] + data):
        if code_of(unpae, "exchange/body/1", candidate, 2) is not Code.BODY_MALFORMED:
            assert pae("exchange/body/1", *unpae("exchange/body/1", candidate, 2)) == candidate
    for size in range(len(whole)):
        assert code_of(unpae, "exchange/body/1", whole[:size], 2) is Code.BODY_MALFORMED


def test_types_are_named_alike() -> None:
    assert len(TYPES) >= 20
    assert all(type_.startswith("exchange/") and type_.endswith("/1") for type_ in TYPES)


@_FAST
@given(st.binary(max_size=100))
def test_base64_has_one_text_for_one_value(data: bytes) -> None:
    text = b64(data)
    assert text == base64.b64encode(data).decode()
    assert unb64(text) == data
    assert unb64(text, size=len(data)) == data
    with pytest.raises(BadInput):
        unb64(text, size=len(data) + 1)


@_FAST
@given(st.text(alphabet="AB/+=- \nQg", max_size=12))
@example("QQ=")
@example("QR==")
@example("QQ==QQ==")
@example("QQ==\n")
@example("====")
@example("QUJ=")
@example("é===")
def test_base64_takes_nothing_else(text: str) -> None:
    if code_of(unb64, text) is not Code.VALUE_NOT_ALLOWED:
        assert base64.b64encode(unb64(text)).decode() == text


def test_base64_must_be_text() -> None:
    assert code_of(unb64, 7) is Code.WRONG_TYPE
