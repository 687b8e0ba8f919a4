"""HPKE vectors through our own key parsing and opening (RFC 9180; draft-ietf-hpke-pq).

The published post-quantum vectors carry associated data, which `cryptography` does not offer and we do not use, and
none is of our suite 1. So a key schedule is written here from RFC 9180 §5.1 alone; it is first checked against every
RFC 9180 vector and every post-quantum vector of a two-stage KDF; then, from a vector's `enc` and `shared_secret`, it
seals a plaintext as our suites do, and `SealingKey.open` must read it. The key comes from the vector's seed.
"""

from __future__ import annotations

import gzip
import hashlib
import hmac
import json
from typing import NamedTuple

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from exchange.crypto.keys import SealingKey, SealingPublic
from exchange.crypto.suites import SUITES
from exchange.errors import Code, Untrusted
from tests.data import DATA

FOLDER = DATA / "vectors" / "hpke"
Vector = dict[str, object]
TWO_STAGE = {1: "sha256", 2: "sha384", 3: "sha512"}
"""kdf_id -> hash, for the HKDF-based KDFs."""
KEY_SIZE = {1: 16, 2: 32, 3: 32}
OURS = {0x647A: 1, 0x0051: 2}
"""kem_id -> our suite."""
KDF_OF = {1: 1, 2: 2}
"""Our suite -> kdf_id."""
AES_256_GCM = 2


def _published(name: str) -> list[Vector]:
    data = (FOLDER / name).read_bytes()
    vectors = json.loads(gzip.decompress(data) if name.endswith(".gz") else data)
    assert isinstance(vectors, list)
    return vectors


RFC_9180 = _published("rfc9180_test-vectors.json.gz")
POST_QUANTUM = _published("hpke-pq-test-vectors.json")
HYBRID = [vector for vector in POST_QUANTUM if vector["kem_id"] in OURS]


def _bytes(vector: Vector, name: str) -> bytes:
    return bytes.fromhex(str(vector.get(name, "")))


def _number(vector: Vector, name: str) -> int:
    value = vector[name]
    assert isinstance(value, int)
    return value


def _extract(hash_: str, salt: bytes, ikm: bytes) -> bytes:
    return hmac.digest(salt or bytes(hashlib.new(hash_).digest_size), ikm, hash_)


def _expand(hash_: str, prk: bytes, info: bytes, size: int) -> bytes:
    out, block, counter = b"", b"", 1
    while len(out) < size:
        block = hmac.digest(prk, block + info + bytes([counter]), hash_)
        out, counter = out + block, counter + 1
    return out[:size]


class Schedule(NamedTuple):
    key: bytes
    base_nonce: bytes
    exporter_secret: bytes


class Ids(NamedTuple):
    mode: int
    kem: int
    kdf: int
    aead: int


def _schedule(ids: Ids, shared_secret: bytes, info: bytes, psk: bytes = b"", psk_id: bytes = b"") -> Schedule:
    """KeySchedule of RFC 9180 §5.1."""
    hash_ = TWO_STAGE[ids.kdf]
    suite_id = b"HPKE" + b"".join(part.to_bytes(2, "big") for part in ids[1:])

    def extract(salt: bytes, label: bytes, ikm: bytes) -> bytes:
        return _extract(hash_, salt, b"HPKE-v1" + suite_id + label + ikm)

    context = bytes([ids.mode]) + extract(b"", b"psk_id_hash", psk_id) + extract(b"", b"info_hash", info)
    secret = extract(shared_secret, b"secret", psk)

    def expand(label: bytes, size: int) -> bytes:
        labelled = size.to_bytes(2, "big") + b"HPKE-v1" + suite_id + label + context
        return _expand(hash_, secret, labelled, size)

    size = KEY_SIZE.get(ids.aead, 0)
    nonce = expand(b"base_nonce", 12) if size else b""
    return Schedule(expand(b"key", size) if size else b"", nonce, expand(b"exp", hashlib.new(hash_).digest_size))


def _ids(vector: Vector) -> Ids:
    return Ids(*(_number(vector, name) for name in ("mode", "kem_id", "kdf_id", "aead_id")))


def _expected(vector: Vector) -> Schedule:
    return Schedule(_bytes(vector, "key"), _bytes(vector, "base_nonce"), _bytes(vector, "exporter_secret"))


def _computed(vector: Vector) -> Schedule:
    psk, psk_id = _bytes(vector, "psk"), _bytes(vector, "psk_id")
    return _schedule(_ids(vector), _bytes(vector, "shared_secret"), _bytes(vector, "info"), psk, psk_id)


def test_the_vectors_are_all_there() -> None:
    assert len(RFC_9180) == 128
    assert len(POST_QUANTUM) == 13
    assert sorted(_ids(vector) for vector in HYBRID) == [(0, 0x51, 2, 2), (0, 0x647A, 1, 3), (0, 0x647A, 17, 3)]


def test_the_key_schedule_written_here_is_that_of_rfc_9180() -> None:
    for vector in RFC_9180:
        assert _computed(vector) == _expected(vector), _ids(vector)


def test_the_key_schedule_written_here_is_that_of_the_post_quantum_draft() -> None:
    checked = [vector for vector in POST_QUANTUM if vector["kdf_id"] in TWO_STAGE]
    assert len(checked) == 6
    for vector in checked:
        assert _computed(vector) == _expected(vector), _ids(vector)


def _our_key(vector: Vector) -> SealingKey:
    """The vector's 32-byte seed expanded as the draft says, as our own serialisation of ML-KEM seed and curve key."""
    suite = OURS[_number(vector, "kem_id")]
    size = SUITES[suite].sealing_seed_size
    return SealingKey.from_seed(suite, hashlib.shake_256(_bytes(vector, "skRm")).digest(size))


@pytest.mark.parametrize("vector", HYBRID, ids=lambda vector: str(_ids(vector)))
def test_our_keys_are_the_vectors_keys(vector: Vector) -> None:
    key = _our_key(vector)
    assert key.public.data == _bytes(vector, "pkRm")
    assert SealingPublic.of(key.suite, _bytes(vector, "pkRm")) == key.public
    assert len(key.public.seal(b"", b"")) - 16 == len(_bytes(vector, "enc"))


@pytest.mark.parametrize("vector", HYBRID, ids=lambda vector: str(_ids(vector)))
def test_our_open_reads_what_the_vectors_encapsulation_seals(vector: Vector) -> None:
    """For our own suites: the vector's encapsulated key and shared secret, our KDF and AES-256-GCM, no AAD."""
    key, kem, info = _our_key(vector), _number(vector, "kem_id"), _bytes(vector, "info")
    ours = Ids(0, kem, KDF_OF[key.suite], AES_256_GCM)
    schedule = _schedule(ours, _bytes(vector, "shared_secret"), info)
    encryptions = vector["encryptions"]
    assert isinstance(encryptions, list)
    plaintexts = {bytes.fromhex(each["pt"]) for each in encryptions} | {b"", bytes(5000)}
    assert len(plaintexts) >= 3
    for plaintext in plaintexts:
        ciphertext = AESGCM(schedule.key).encrypt(schedule.base_nonce, plaintext, b"")
        assert key.open(_bytes(vector, "enc") + ciphertext, info) == plaintext
        with pytest.raises(Untrusted) as caught:
            key.open(_bytes(vector, "enc") + ciphertext, info + b"\x00")
        assert caught.value.code is Code.DECRYPT_FAILED


def test_a_published_ciphertext_of_suite_2_is_sealed_under_the_key_that_we_derive() -> None:
    """The one vector that is exactly our suite: its ciphertexts open under the key that `open` above derives."""
    (vector,) = [each for each in HYBRID if _ids(each) == (0, 0x51, 2, AES_256_GCM)]
    schedule = _computed(vector)
    encryptions = vector["encryptions"]
    assert isinstance(encryptions, list)
    assert len(encryptions) == 10
    for each in encryptions:
        nonce, aad, sealed = (bytes.fromhex(each[name]) for name in ("nonce", "aad", "ct"))
        assert AESGCM(schedule.key).decrypt(nonce, sealed, aad).hex() == each["pt"]


@pytest.mark.parametrize("suite", [1, 2])
def test_a_wrong_public_key_is_refused_or_opens_nothing(suite: int) -> None:
    vector = next(each for each in HYBRID if OURS[_number(each, "kem_id")] == suite)
    key = _our_key(vector)
    sealed = key.public.seal(b"plain", b"info")
    assert key.open(sealed, b"info") == b"plain"
    for other in HYBRID:
        if _bytes(other, "pkRm") != key.public.data:
            with pytest.raises(Untrusted):
                _our_key(other).open(sealed, b"info")
