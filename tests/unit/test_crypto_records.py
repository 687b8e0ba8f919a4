"""Commitments, manifests, and data at rest: values, properties, and that any flipped bit is refused."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.crypto import commitments, keyfile
from exchange.crypto import manifest as manifests
from exchange.crypto.atrest import AtRest, derive
from exchange.crypto.commitments import (
    BUCKETS,
    all_open,
    commit,
    first_unopened,
    new_salts,
    opens,
    pack,
    padded,
    unpack,
    well_formed,
)
from exchange.crypto.encoding import JsonObject, b64, canonical, digest, pae, read_canonical
from exchange.crypto.manifest import Manifest
from exchange.errors import Code
from tests.unit.crypto_kit import code_of, flipped, seed

_FAST = settings(derandomize=True, deadline=None, max_examples=100)


def _pairs(count: int) -> list[tuple[bytes, bytes]]:
    claims = [canonical({"id": f"c{index}", "path": "note", "value": index}) for index in range(count)]
    return [(sha256(claim).digest()[:16], claim) for claim in claims]


def test_a_commitment_is_the_documented_hash() -> None:
    salt, claim = bytes(range(16)), b'{"id":"c1"}'
    assert commit(salt, claim) == sha256(pae("exchange/claim/1", salt, claim)).digest()
    with pytest.raises(ValueError, match="salt"):
        commit(salt + b"\x00", claim)


@pytest.mark.parametrize("count", [0, 1, 15, 16, 17, 32, 33, 64, 65, 128, 129, 256])
def test_blobs_are_padded_sorted_and_opened(count: int) -> None:
    pairs = _pairs(count)
    blob = padded([commit(*pair) for pair in pairs])
    assert len(blob) // 32 in BUCKETS
    assert len(blob) // 32 == next(bucket for bucket in BUCKETS if bucket >= count)
    assert well_formed(blob)
    assert all_open(blob, pairs)
    assert all(opens(blob, *pair) for pair in pairs)
    assert not opens(blob, bytes(16), b"{}")


def test_there_are_at_most_256_claims() -> None:
    assert code_of(padded, [bytes(32)] * 257) is Code.TOO_MANY_CLAIMS


def test_decoys_and_salts_are_fresh() -> None:
    assert padded([]) != padded([])
    salts = new_salts(300)
    assert len(set(salts)) == 300
    assert {len(salt) for salt in salts} == {16}


def test_any_flipped_bit_opens_nothing() -> None:
    pairs = _pairs(5)
    blob = padded([commit(*pair) for pair in pairs])
    salt, claim = pairs[3]
    for changed in flipped(salt):
        assert not opens(blob, changed, claim)
    for changed in flipped(claim):
        assert not opens(blob, salt, changed)
        assert first_unopened(blob, [*pairs[:3], (salt, changed), pairs[4]]) == 3
    place = blob.index(commit(salt, claim))
    for changed in flipped(commit(salt, claim)):
        assert not opens(blob[:place] + changed + blob[place + 32 :], salt, claim)


def test_a_pair_opens_once_and_salts_have_one_length() -> None:
    pairs = _pairs(2)
    blob = padded([commit(*pair) for pair in pairs])
    assert first_unopened(blob, [pairs[0], pairs[1], pairs[0]]) == 2
    salt, claim = pairs[0]
    assert opens(blob, salt, claim)
    assert not opens(blob[1:], salt, claim)
    assert not opens(b"", salt, claim)


def test_the_same_hashed_bytes_cannot_be_cut_at_another_place() -> None:
    claim = b'{"id":"c1"}'
    shifted = len(claim).to_bytes(8, "little") + claim
    salt = b"half....", len(shifted).to_bytes(8, "little")
    blob = padded([commit(b"".join(salt), claim)])
    assert opens(blob, b"".join(salt), claim)
    assert not opens(blob, salt[0], shifted)


def test_blobs_of_another_form_are_refused() -> None:
    blob = padded([])
    entries = [blob[at : at + 32] for at in range(0, len(blob), 32)]
    assert well_formed(blob)
    for bad in (blob[:-32], blob + blob[-32:], b"".join(reversed(entries)), entries[0] + blob[:-32], b"", blob[:-1]):
        assert not well_formed(bad)


@_FAST
@given(st.lists(st.tuples(st.binary(min_size=16, max_size=16), st.binary(max_size=30)), max_size=8))
def test_pack_round_trips(pairs: list[tuple[bytes, bytes]]) -> None:
    packed = pack(pairs)
    assert unpack(packed) == pairs
    for bad in (packed + b"\x00", packed[:-1]):
        assert code_of(unpack, bad) in (Code.BODY_MALFORMED, Code.TOO_MANY_CLAIMS)


@_FAST
@given(st.binary(max_size=80))
def test_unpack_takes_only_what_pack_writes(data: bytes) -> None:
    for candidate in (data, bytes(3) + data, b"\x00\x00\x00\x01" + bytes(19) + data):
        if code_of(unpack, candidate) is None:
            assert pack(unpack(candidate)) == candidate


def test_unpack_is_bounded() -> None:
    assert code_of(unpack, b"\xff" * 4) is Code.TOO_MANY_CLAIMS
    big = pack([(bytes(16), bytes(commitments.MAX_CLAIM + 1))])
    assert code_of(unpack, big) is Code.BODY_MALFORMED
    with pytest.raises(ValueError, match="salt"):
        pack([(b"short", b"{}")])


def _manifest() -> Manifest:
    blob = b"".join(sorted(commit(*pair) for pair in _pairs(16)))
    return Manifest("rec-abcdefgh", 2, "person", "DZ", "2026-11-23T12:00:00Z", "ab" * 32, blob)


def test_manifests_round_trip() -> None:
    data = _manifest().to_bytes()
    assert manifests.read(data) == _manifest()
    assert manifests.digest(data) == digest("exchange/manifest/1", data)
    first = _manifest()._replace(version=1, previous=None)
    assert manifests.read(first.to_bytes()) == first


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("v", 2),
        ("v", True),
        ("id", "short"),
        ("id", "REC-ABCDEFGH"),
        ("version", 0),
        ("version", 1),
        ("version", True),
        ("kind", "animal"),
        ("originator", "dz"),
        ("originator", "DZA"),
        ("issued", "2026-11-23"),
        ("issued", "2026-13-23T12:00:00Z"),
        ("issued", 7),
        ("previous", None),
        ("previous", "AB" * 32),
        ("commitments", ""),
        ("commitments", b64(bytes(512))),
        ("commitments", [1]),
        ("extra", 1),
    ],
)
def test_a_manifest_of_another_form_is_refused(name: str, value: object) -> None:
    document = read_canonical(_manifest().to_bytes(), limit=1 << 16)
    assert isinstance(document, dict)
    changed: JsonObject = {**document}
    assert code_of(manifests.read, canonical(changed)) is None
    assert code_of(manifests.read, canonical({**changed, name: value})) is Code.MANIFEST_INVALID
    if name != "extra":
        left_out = {each: changed[each] for each in changed if each != name}
        assert code_of(manifests.read, canonical(left_out)) is Code.MANIFEST_INVALID


def test_a_manifest_is_not_read_from_other_bytes() -> None:
    data = _manifest().to_bytes()
    for bad in (b"", data + b" ", data.replace(b":2}", b":2.0}"), b"[]", b"\xff", bytes(1 << 20)):
        assert bad != data
        assert code_of(manifests.read, bad) is Code.MANIFEST_INVALID


def test_data_at_rest_opens_only_in_its_place() -> None:
    at_rest = AtRest(seed("kek"))
    dek, wrapped = at_rest.new_key(b"place")
    assert at_rest.unwrap(wrapped, b"place") == dek
    sealed = at_rest.seal(dek, b"row", b"content")
    assert at_rest.open(dek, b"row", sealed) == b"content"
    assert len(sealed) == len(b"content") + 28
    assert sealed != at_rest.seal(dek, b"row", b"content")
    corrupt = Code.AT_REST_CORRUPT
    assert code_of(at_rest.unwrap, wrapped, b"other") is corrupt
    assert code_of(AtRest(seed("other")).unwrap, wrapped, b"place") is corrupt
    assert code_of(at_rest.open, dek, b"other", sealed) is corrupt
    assert code_of(at_rest.open, bytes(32), b"row", sealed) is corrupt
    assert code_of(at_rest.open, dek, b"place", wrapped) is corrupt
    for changed in flipped(sealed):
        assert code_of(at_rest.open, dek, b"row", changed) is corrupt
    for changed in flipped(wrapped):
        assert code_of(at_rest.unwrap, changed, b"place") is corrupt
    for short in (b"", sealed[:27], sealed[:-1]):
        assert code_of(at_rest.open, dek, b"row", short) is corrupt


def test_only_256_bit_keys() -> None:
    with pytest.raises(ValueError, match="size"):
        AtRest(bytes(16))
    with pytest.raises(ValueError, match="size"):
        AtRest(bytes(32)).seal(bytes(16), b"", b"")


def test_ledger_references_hang_on_key_and_name() -> None:
    at_rest = AtRest(seed("kek"))
    reference = at_rest.ledger_ref(seed("dek"), "DZ", "rec-abcdefgh")
    assert reference == at_rest.ledger_ref(seed("dek"), "DZ", "rec-abcdefgh")
    others = {
        at_rest.ledger_ref(seed("other"), "DZ", "rec-abcdefgh"),
        at_rest.ledger_ref(seed("dek"), "TN", "rec-abcdefgh"),
        at_rest.ledger_ref(seed("dek"), "DZ", "rec-abcdefgi"),
        at_rest.ledger_ref(seed("dek"), "DZr", "ec-abcdefgh"),
    }
    assert len(others | {reference}) == 5
    assert len(reference) == 32


def test_blinding_hangs_on_the_nodes_key() -> None:
    assert AtRest(seed("kek")).blind(b"x") == AtRest(seed("kek")).blind(b"x")
    assert len({AtRest(seed(kek)).blind(data) for kek in "ab" for data in (b"x", b"y")}) == 4
    assert derive(seed("k"), b"wrap") != derive(seed("k"), b"blind")


def test_keyfiles() -> None:
    locked = keyfile.lock(b"secret seeds", b"passphrase")
    assert keyfile.unlock(locked, b"passphrase") == b"secret seeds"
    assert b"secret" not in locked
    assert code_of(keyfile.unlock, locked, b"Passphrase") is Code.KEYFILE_LOCKED
    value = read_canonical(locked, limit=1 << 16)
    assert isinstance(value, dict)
    sealed = str(value["sealed"])
    swapped = {**value, "sealed": sealed[4:8] + sealed[:4] + sealed[8:]}
    assert code_of(keyfile.unlock, canonical(swapped), b"passphrase") is Code.KEYFILE_LOCKED
    bad: list[object] = [{**value, "v": 2}, {**value, "kdf": "none"}, {**value, "nonce": ""}, {**value, "more": 1}, []]
    for each in bad:
        assert code_of(keyfile.unlock, canonical(each), b"passphrase") is Code.KEYFILE_MALFORMED
    for data in (b"", locked[:-1], locked + b"\n", b"-----BEGIN"):
        assert code_of(keyfile.unlock, data, b"passphrase") is Code.KEYFILE_MALFORMED
