"""The second check of an ID token, which is the one that evidence is checked with: alone, from bytes and one key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.crypto.base64url import b64url, unb64url
from exchange.crypto.idtoken import Expected, bare, check_id_token
from exchange.errors import SignatureInvalid
from tests.oidc_kit import ALGORITHMS, Key, ec_key, ed_key, hmac_key, jws, rsa_key

NOW = 1_790_000_000
EXPECTED = Expected("https://agency.example", "exchange", "n", NOW - 100, NOW)
CLAIMS: dict[str, Any] = {
    "iss": "https://agency.example",
    "sub": "a.officer",
    "aud": "exchange",
    "exp": NOW + 300,
    "iat": NOW - 5,
    "nonce": "n",
    "auth_time": NOW - 5,
    "email": "officer@agency.invalid",
    "weight": 1.5,
}
KEY = ec_key()


def token(key: Key = KEY, header: dict[str, Any] | None = None, **changes: Any) -> str:
    claims = {name: value for name, value in {**CLAIMS, **changes}.items() if value is not None}
    return jws({"alg": key.alg, **(header or {})}, claims, key.sign)


def refused(text: str, key: dict[str, Any] | None = None, expected: Expected = EXPECTED) -> bool:
    with pytest.raises(SignatureInvalid):
        check_id_token(text, KEY.jwk if key is None else key, expected)
    return True


@pytest.mark.parametrize("name", sorted(ALGORITHMS))
def test_every_allowed_algorithm(name: str) -> None:
    key = ALGORITHMS[name]()
    assert check_id_token(token(key), key.jwk, EXPECTED) == "a.officer"
    assert check_id_token(token(key), {**key.jwk, "kid": "1", "use": "sig", "d": "no"}, EXPECTED) == "a.officer"
    assert refused(token(key), ALGORITHMS[name]().jwk)


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://agency.example/"},
        {"iss": None},
        {"aud": "other"},
        {"aud": []},
        {"aud": ["exchange", "other"]},
        {"aud": {"exchange": 1}},
        {"aud": ["exchange", "other"], "azp": "other"},
        {"azp": "other"},
        {"nonce": "m"},
        {"nonce": "é"},
        {"nonce": None},
        {"exp": NOW - 60},
        {"exp": float(NOW + 300)},
        {"exp": True},
        {"exp": None},
        {"iat": NOW + 61},
        {"iat": NOW - 161},
        {"iat": None},
        {"nbf": NOW + 61},
        {"nbf": "now"},
        {"sub": ""},
        {"sub": "a" * 256},
        {"sub": "ض"},
        {"sub": None},
    ],
    ids=str,
)
def test_a_wrong_claim(changes: dict[str, Any]) -> None:
    assert refused(token(**changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": NOW - 59},
        {"iat": NOW + 60},
        {"iat": NOW - 160},
        {"nbf": NOW + 60},
        {"aud": ["exchange"]},
        {"aud": ["exchange", "other"], "azp": "exchange"},
        {"auth_time": None},
        {"auth_time": 5},
        {"sub": "a" * 255, "email": None},
    ],
    ids=str,
)
def test_what_is_just_right(changes: dict[str, Any]) -> None:
    assert check_id_token(token(**changes), KEY.jwk, EXPECTED) == changes.get("sub", "a.officer")


@pytest.mark.parametrize("at", [None, "now", 0, NOW - 161, NOW + 61, float(NOW)])
def test_a_fresh_proof_is_as_old_as_the_question(at: object) -> None:
    fresh = replace(EXPECTED, fresh=True)
    assert check_id_token(token(), KEY.jwk, fresh) == "a.officer"
    assert check_id_token(token(auth_time=NOW - 160), KEY.jwk, fresh) == "a.officer"
    assert refused(token(auth_time=at), expected=fresh)


def test_algorithms_that_are_none() -> None:
    head, body, tail = token().split(".")
    for name in ("none", "None", "HS256", "ES384", "ES256K", "RS1", "", 5, None, ["ES256"]):
        text = jws({"alg": name}, CLAIMS, KEY.sign)
        assert refused(text)
        assert refused(f"{text.rpartition('.')[0]}.")
    assert refused(f"{b64url(b'{}')}.{body}.{tail}")
    assert refused(f"{b64url(b'[]')}.{body}.{tail}")
    assert refused(f"{head}.{b64url(b'[]')}.{tail}")


def test_a_key_of_another_kind() -> None:
    secret = hmac_key(b"k" * 32)
    for key in (secret.jwk, ed_key().jwk, rsa_key().jwk, {}, {"kty": "EC"}, {**KEY.jwk, "x": 5}):
        assert refused(token(), key)
    assert refused(token(secret), KEY.jwk)
    assert refused(token(secret), secret.jwk)
    for changes in ({"crv": "P-384"}, {"x": KEY.jwk["y"]}, {"x": "="}, {"y": ""}):
        assert refused(token(), {**KEY.jwk, **changes})
    edwards = ed_key()
    assert refused(token(edwards), {**edwards.jwk, "crv": "Ed448"})


@pytest.mark.parametrize("bits", [1024, 1536])
def test_a_short_rsa_key(bits: int) -> None:
    for name in ("RS256", "PS256"):
        key = rsa_key(name, bits)
        assert refused(token(key), key.jwk)


def test_one_padding_is_not_the_other() -> None:
    key = rsa_key("PS256")
    assert refused(jws({"alg": "RS256"}, CLAIMS, key.sign), key.jwk)


def test_what_must_be_understood() -> None:
    assert refused(token(header={"crit": ["b64"], "b64": False}))
    assert refused(token(header={"crit": []}))


@pytest.mark.parametrize(
    "text", ["", "..", "a.b", "a.b.c.d", "é.é.é", "a" * (1 << 15), token() + ".", token() + "=", token() + " "]
)
def test_what_is_no_token(text: str) -> None:
    assert refused(text)


@pytest.mark.parametrize(
    "claims",
    ['{"sub":"a","sub":"b"}', "{" * 5000, '{"a":' * 5000, '{"exp": NaN}', '{"exp": Infinity}', "\ufeff{}", "null"],
    ids=lambda text: text[:12],
)
def test_claims_that_two_readers_might_read_differently(claims: str) -> None:
    assert refused(jws({"alg": KEY.alg}, claims, KEY.sign))


def test_only_what_makes_the_key_is_kept() -> None:
    assert bare({**KEY.jwk, "d": "secret", "kid": "1"}) == KEY.jwk
    for key in ({}, {"kty": "oct", "k": "x"}, {"kty": "EC", "crv": "P-256", "x": "x"}, {"kty": ["EC"]}):
        with pytest.raises(SignatureInvalid):
            bare(key)


def _flipped(text: str, bit: int) -> str:
    raw = bytearray(unb64url(text))
    raw[bit // 8 % len(raw)] ^= 1 << bit % 8
    return b64url(bytes(raw))


@settings(max_examples=150, deadline=None)
@given(part=st.integers(0, 2), bit=st.integers(0, 1 << 12), make=st.sampled_from([ec_key, ed_key]))
def test_no_flipped_bit_verifies(part: int, bit: int, make: Callable[[], Key]) -> None:
    key = make()
    parts = token(key).split(".")
    parts[part] = _flipped(parts[part], bit)
    assert refused(".".join(parts), key.jwk)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60), st.dictionaries(st.text(max_size=4), st.text(max_size=8), max_size=4))
def test_only_our_error_leaves_it(text: str, key: dict[str, str]) -> None:
    for tried in (text, f"{text}.{text}.{text}", token()):
        try:
            check_id_token(tried, key, EXPECTED)
        except SignatureInvalid:
            continue
        raise AssertionError(tried)
