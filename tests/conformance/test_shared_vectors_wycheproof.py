"""Wycheproof vectors through our own functions. What our functions cannot express is counted and told here.

x25519, chacha20-poly1305 and bare ML-KEM encapsulation are not reachable through our code: HPKE has them inside or we
do not use them. HKDF is inside HPKE as well; the HKDF of the HPKE conformance test is checked here. ML-DSA-44 is in
test_shared_vectors_witness.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from exchange.crypto.atrest import AtRest, hmac_sha256
from exchange.crypto.keys import SealingKey, SealingPublic, SigningKey, VerifyKey
from exchange.errors import BadInput, Code, SignatureInvalid, Unavailable
from tests.conformance import test_shared_vectors_hpke as hpke
from tests.data import DATA
from tests.unit.crypto_kit import code_of, seed, signing_key

FOLDER = DATA / "vectors" / "wycheproof"


def _cases(name: str, count: int) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """(group, case), and fails unless the file has exactly `count` cases."""
    document = json.loads((FOLDER / f"{name}.json").read_bytes())
    cases = [(group, case) for group in document["testGroups"] for case in group["tests"]]
    assert len(cases) == count
    yield from cases


def _hex(case: dict[str, Any], name: str) -> bytes:
    return bytes.fromhex(case[name])


def test_ed25519_verifies_as_published() -> None:
    """Each vector's signature beside a good ML-DSA signature of ours over the same message."""
    lattice = signing_key("vectors")
    seen = {"valid": 0, "invalid": 0}
    for group, case in _cases("ed25519_test", 151):
        message = _hex(case, "msg")
        key = VerifyKey.of(1, bytes.fromhex(group["publicKey"]["pk"]), lattice.public.mldsa)
        good = lattice.sign(message)[1]
        expected = None if case["result"] == "valid" else Code.SIGNATURE_INVALID
        assert code_of(key.verify, message, _hex(case, "sig"), good) is expected, case["tcId"]
        seen[case["result"]] += 1
    assert seen["valid"] > 50
    assert seen["invalid"] > 50


def test_mldsa_65_verifies_as_published() -> None:
    """Each vector's signature beside a good Ed25519 signature of ours. With a context we have none: then it fails."""
    curve = signing_key("vectors")
    seen = {"valid": 0, "invalid": 0, "context": 0}
    for group, case in _cases("mldsa_65_verify_test", 210):
        message, public = _hex(case, "msg"), bytes.fromhex(group["publicKey"])
        valid, kind = case["result"] == "valid", case["result"]
        if case.get("ctx"):
            valid, kind = False, "context"
        seen[kind] += 1
        try:
            key = VerifyKey.of(1, curve.public.ed25519, public)
        except BadInput:
            assert not valid, case["tcId"]
            continue
        expected = None if valid else Code.SIGNATURE_INVALID
        assert code_of(key.verify, message, curve.sign(message)[0], _hex(case, "sig")) is expected, case["tcId"]
    assert min(seen.values()) >= 2


def test_mldsa_65_keys_from_seeds_are_the_published_ones() -> None:
    """Signing is hedged, so signatures differ: the key must be the published one and verify both signatures."""
    used = malformed = 0
    for group, case in _cases("mldsa_65_sign_seed_test", 105):
        private = bytes.fromhex(group["privateSeed"])
        if len(private) != 32:
            assert code_of(SigningKey.from_seeds, 1, seed("x"), private) is Code.KEY_MALFORMED
            malformed += 1
            continue
        key = SigningKey.from_seeds(1, seed("x"), private)
        if group.get("publicKey") is not None:
            assert key.public.mldsa.hex() == group["publicKey"]
        if case["result"] != "valid" or case.get("ctx") or "msg" not in case:
            continue
        message = _hex(case, "msg")
        ed25519, mldsa = key.sign(message)
        key.public.verify(message, ed25519, mldsa)
        key.public.verify(message, ed25519, _hex(case, "sig"))
        used += 1
    assert used >= 40
    assert malformed >= 1


def test_aes_256_gcm_opens_as_published() -> None:
    """Through `AtRest.open`, which takes 32-byte keys, 12-byte nonces and 16-byte tags only: the rest it refuses."""
    at_rest = AtRest(bytes(32))
    used = {"valid": 0, "invalid": 0}
    for group, case in _cases("aes_gcm_test", 316):
        data = _hex(case, "iv") + _hex(case, "ct") + _hex(case, "tag")
        key, aad = _hex(case, "key"), _hex(case, "aad")
        if group["keySize"] != 256:
            with pytest.raises(ValueError, match="key size"):
                at_rest.open(key, aad, data)
        elif group["ivSize"] != 96 or group["tagSize"] != 128:
            with pytest.raises(Unavailable):
                at_rest.open(key, aad, data)
        elif case["result"] == "valid":
            assert at_rest.open(key, aad, data) == _hex(case, "msg"), case["tcId"]
            used["valid"] += 1
        else:
            with pytest.raises(Unavailable):
                at_rest.open(key, aad, data)
            used["invalid"] += 1
    assert used["valid"] > 20
    assert used["invalid"] > 10


def test_hmac_sha256_is_as_published() -> None:
    """Tags may be truncated in the file; ours are whole, so a prefix is compared."""
    seen = {"valid": 0, "invalid": 0}
    for group, case in _cases("hmac_sha256_test", 174):
        tag = hmac_sha256(_hex(case, "key"), _hex(case, "msg"))
        same = tag[: group["tagSize"] // 8] == _hex(case, "tag")
        assert same == (case["result"] == "valid"), case["tcId"]
        seen[case["result"]] += 1
    assert min(seen.values()) > 20


@pytest.mark.parametrize(("name", "hash_", "count"), [("hkdf_sha256", "sha256", 86), ("hkdf_sha384", "sha384", 83)])
def test_the_hkdf_of_the_hpke_test_is_as_published(name: str, hash_: str, count: int) -> None:
    used = 0
    for _, case in _cases(f"{name}_test", count):
        if case["result"] == "valid":
            prk = hpke._extract(hash_, _hex(case, "salt"), _hex(case, "ikm"))
            assert hpke._expand(hash_, prk, _hex(case, "info"), case["size"]).hex() == case["okm"], case["tcId"]
            used += 1
    assert used > 50


def test_mlkem_768_keys_are_the_published_ones() -> None:
    """The ML-KEM half of our suite 1 keys: seed -> public key; a seed of another length is refused."""
    used = malformed = 0
    for _, case in _cases("mlkem_768_test", 193):
        private, curve = _hex(case, "seed"), seed("x25519")
        if len(private) != 64:
            assert code_of(SealingKey.from_seed, 1, private + curve) is Code.KEY_MALFORMED
            malformed += 1
            continue
        key = SealingKey.from_seed(1, private + curve)
        if case.get("ek"):
            assert key.public.data[:1184].hex() == case["ek"], case["tcId"]
            used += 1
    assert used >= 20
    assert used + malformed > 20


def test_mlkem_768_public_keys_are_checked_as_published() -> None:
    """FIPS 203 §7.2: a key with a coefficient over the modulus, or of another length, is never sealed to."""
    curve = signing_key("vectors").public.ed25519
    seen = {"valid": 0, "invalid": 0}
    for _, case in _cases("mlkem_768_encaps_test", 265):
        expected = None if case["result"] == "valid" else Code.KEY_MALFORMED
        assert code_of(_sealed_to, _hex(case, "ek") + curve) is expected, case["tcId"]
        seen[case["result"]] += 1
    assert seen["invalid"] > 50


def _sealed_to(public: bytes) -> bytes:
    return SealingPublic.of(1, public).seal(b"plain", b"info")


def test_a_bad_half_spoils_a_good_one() -> None:
    key = signing_key("vectors")
    ed25519, mldsa = key.sign(b"m")
    for pair in ((ed25519, bytes(len(mldsa))), (bytes(64), mldsa)):
        with pytest.raises(SignatureInvalid):
            key.public.verify(b"m", *pair)
