"""Keys: both signatures must verify, serialisation round trips, nothing secret is shown, any flipped bit is refused."""

from __future__ import annotations

import pytest

from exchange.crypto import checkpoint
from exchange.crypto.encoding import canonical, read_canonical
from exchange.crypto.keys import (
    LedgerKey,
    NodeKeys,
    RootKey,
    SealingKey,
    SealingPublic,
    SigningKey,
    VerifyKey,
    WitnessKey,
    random_bytes,
)
from exchange.crypto.suites import SUITES, suite
from exchange.errors import BadInput, Code, SignatureInvalid, Untrusted, UntrustedKey
from tests.unit.crypto_kit import code_of, flipped, node_keys, root_key, sealing_key, seed, signing_key

_BOTH = pytest.mark.parametrize("suite_id", [1, 2])


@_BOTH
def test_sizes_are_those_of_the_standards(suite_id: int) -> None:
    key, prekey, kind = signing_key("DZ", suite_id), sealing_key("DZ 0", suite_id), suite(suite_id)
    ed25519, mldsa = key.sign(b"message")
    assert (len(ed25519), len(mldsa)) == (64, kind.mldsa_signature_size)
    assert (len(key.public.ed25519), len(key.public.mldsa)) == (32, kind.mldsa_public_size)
    assert len(prekey.public.data) == kind.sealing_public_size
    enc = len(prekey.public.seal(b"", b"")) - 16
    assert (len(prekey.public.data), enc) == {1: (1184 + 32, 1120), 2: (1568 + 97, 1665)}[suite_id]
    assert kind.hpke is SUITES[suite_id].hpke
    assert len(kind.hash(b"")) == kind.hash_size


@pytest.mark.parametrize("id_", [0, 3, -1, True, 2**63])
def test_there_are_two_suites(id_: int) -> None:
    assert code_of(suite, id_) is Code.SUITE_NOT_ALLOWED


@_BOTH
def test_both_signatures_must_verify(suite_id: int) -> None:
    key, other = signing_key("DZ", suite_id), signing_key("TN", suite_id)
    good, strange, later = key.sign(b"message"), other.sign(b"message"), key.sign(b"another")
    key.public.verify(b"message", *good)
    for ed25519, mldsa in (
        (good[0], strange[1]),
        (strange[0], good[1]),
        (good[0], later[1]),
        (later[0], good[1]),
        (good[0], b""),
        (b"", good[1]),
        (good[0], bytes(len(good[1]))),
        (good[1], good[0]),
    ):
        with pytest.raises(SignatureInvalid):
            key.public.verify(b"message", ed25519, mldsa)


@_BOTH
def test_any_flipped_bit_of_a_signature_is_refused(suite_id: int) -> None:
    key = signing_key("DZ", suite_id)
    ed25519, mldsa = key.sign(b"message")
    for changed in flipped(ed25519):
        with pytest.raises(SignatureInvalid):
            key.public.verify(b"message", changed, mldsa)
    for changed in flipped(mldsa, 61):
        with pytest.raises(SignatureInvalid):
            key.public.verify(b"message", ed25519, changed)


def test_keys_of_two_suites_have_different_ids_even_from_one_seed() -> None:
    one, two = (SigningKey.from_seeds(id_, seed("x"), seed("y")) for id_ in (1, 2))
    assert one.public.ed25519 == two.public.ed25519
    assert one.kid != two.kid
    assert one != two


@_BOTH
def test_sealing_opens_only_with_the_same_key_and_info(suite_id: int) -> None:
    key, other = sealing_key("TN 0", suite_id), sealing_key("TN 1", suite_id)
    sealed = key.public.seal(b"plain", b"info")
    assert key.open(sealed, b"info") == b"plain"
    assert sealed != key.public.seal(b"plain", b"info")
    for by, ciphertext, info in (
        (key, sealed, b"other"),
        (other, sealed, b"info"),
        (key, b"", b"info"),
        (key, sealed[:-1], b"info"),
        (key, sealed + b"\x00", b"info"),
    ):
        assert code_of(by.open, ciphertext, info) is Code.DECRYPT_FAILED
    for changed in flipped(sealed, 37):
        with pytest.raises(Untrusted):
            key.open(changed, b"info")


@_BOTH
def test_generated_keys_differ_and_work(suite_id: int) -> None:
    one, other = SigningKey.generate(suite_id), SigningKey.generate(suite_id)
    assert one.kid != other.kid
    one.public.verify(b"m", *one.sign(b"m"))
    prekeys = [SealingKey.generate(suite_id) for _ in range(3)]
    assert len({key.kid for key in prekeys}) == 3
    assert prekeys[0].open(prekeys[0].public.seal(b"m", b"i"), b"i") == b"m"
    assert len(random_bytes(32)) == 32
    assert random_bytes(32) != random_bytes(32)


@_BOTH
def test_what_is_not_a_key_is_refused(suite_id: int) -> None:
    public = sealing_key("TN 0", suite_id).public.data
    calls = [
        lambda: VerifyKey.of(suite_id, b"short", signing_key("DZ", suite_id).public.mldsa),
        lambda: VerifyKey.of(suite_id, signing_key("DZ", suite_id).public.ed25519, b"short"),
        lambda: VerifyKey.of(suite_id, bytes(32), signing_key("DZ", 3 - suite_id).public.mldsa),
        lambda: SigningKey.from_seeds(suite_id, b"short", bytes(32)),
        lambda: SigningKey.from_seeds(suite_id, bytes(32), b"short"),
        lambda: SealingPublic.of(suite_id, public[:-1]),
        lambda: SealingPublic.of(suite_id, public + b"\x00"),
        lambda: SealingPublic.of(3 - suite_id, public),
        lambda: SealingPublic.of(suite_id, b"\xff" * len(public)),
        lambda: SealingKey.from_seed(suite_id, b"short"),
        lambda: LedgerKey.from_seed("DZ.exchange", b"short"),
        lambda: WitnessKey.from_seeds("DZ.exchange/witness", b"short", bytes(32)),
        lambda: WitnessKey.from_seeds("DZ.exchange/witness", bytes(32), b"short"),
    ]
    for call in calls:
        assert code_of(call) is Code.KEY_MALFORMED


def test_a_p384_scalar_of_zero_or_over_the_order_is_refused() -> None:
    for scalar in (bytes(48), b"\xff" * 48):
        with pytest.raises(BadInput) as caught:
            SealingKey.from_seed(2, bytes(64) + scalar)
        assert caught.value.code is Code.KEY_MALFORMED


def test_node_keys_round_trip() -> None:
    keys = node_keys("DZ")
    data = keys.to_bytes()
    again = NodeKeys.from_bytes(data)
    assert again == keys
    assert again.to_bytes() == data
    again.signing[2].public.verify(b"m", *keys.signing[2].sign(b"m"))
    assert [key.kid for key in again.sealing] == [key.kid for key in keys.sealing]
    assert RootKey.from_bytes(root_key("DZ").to_bytes()) == root_key("DZ")


def test_node_keys_are_read_strictly() -> None:
    value = read_canonical(node_keys("DZ").to_bytes(), limit=1 << 17)
    assert isinstance(value, dict)
    bad: list[object] = [[], None, {**value, "more": 1}, {**value, "v": 2}, {**value, "code": "dz"}]
    bad += [{name: value[name] for name in value if name != left_out} for left_out in value if left_out != "witness"]
    bad += [{**value, "signing": []}, {**value, "signing": [value["signing"]]}, {**value, "at_rest": "AA=="}]
    witness = value["witness"]
    assert isinstance(witness, dict)
    others: list[object] = [None, [], {}, {**witness, "mldsa": "AA=="}, {**witness, "v": 1}]
    bad += [{**value, "witness": other} for other in others]
    assert len(bad) == 20
    for each in bad:
        assert code_of(NodeKeys.from_bytes, canonical(each)) is Code.KEY_MALFORMED
    for data in (b"", b"{}", b"\xff", node_keys("DZ").to_bytes() + b" ", root_key("DZ").to_bytes()):
        assert code_of(NodeKeys.from_bytes, data) is Code.KEY_MALFORMED
    for data in (b"", b"{}", node_keys("DZ").to_bytes()):
        assert code_of(RootKey.from_bytes, data) is Code.KEY_MALFORMED


def test_a_root_is_of_suite_1() -> None:
    data = canonical({"v": 1, "root": signing_key("DZ", 2).document()})
    assert code_of(RootKey.from_bytes, data) is Code.KEY_MALFORMED


def test_no_secret_is_shown() -> None:
    keys = node_keys("DZ")
    shown = repr(keys) + repr(root_key("DZ")) + str(keys.sealing[0]) + repr(keys.ledger) + repr(keys.witness)
    value = read_canonical(keys.to_bytes(), limit=1 << 17)
    assert isinstance(value, dict)
    for secret in (keys.at_rest, keys.ledger.seed(), seed("DZ", "1", "ed25519"), seed("DZ", "witness mldsa")):
        assert repr(secret) not in shown
        assert secret.hex() not in shown
    assert "_seed" not in shown


def test_node_keys_change_as_asked() -> None:
    keys = NodeKeys.generate("TN", root_key("TN").fingerprint, prekeys=2)
    assert len(keys.sealing) == 4
    more = keys.with_new_prekeys(1)
    assert more.sealing[:4] == keys.sealing
    assert sorted(key.suite for key in more.sealing[4:]) == [1, 2]
    gone = more.without_prekeys({keys.sealing[0].kid})
    assert [key.kid for key in gone.sealing] == [key.kid for key in more.sealing[1:]]
    assert gone.prekey(keys.sealing[1].kid) == keys.sealing[1]
    with pytest.raises(UntrustedKey):
        gone.prekey(keys.sealing[0].kid)
    renewed = keys.with_new_signing()
    assert {key.kid for key in renewed.signing.values()}.isdisjoint(key.kid for key in keys.signing.values())
    assert renewed.ledger == keys.ledger


def test_fingerprints_are_stable_and_tell_roots_apart() -> None:
    assert root_key("DZ").fingerprint != root_key("TN").fingerprint
    assert len(root_key("DZ").fingerprint) == 64
    assert int(root_key("DZ").fingerprint, 16) > 0


def test_the_ledger_key_signs_checkpoints() -> None:
    key = node_keys("DZ").ledger
    note = checkpoint.make("DZ.exchange", 0, bytes(32), key)
    assert checkpoint.verify(note, key.verifier).size == 0
    assert checkpoint.read_verifier(key.verifier).key_id == key.key_id


def test_a_key_file_older_than_witnessing_is_read_and_gets_its_witness_once() -> None:
    value = read_canonical(node_keys("DZ").to_bytes(), limit=1 << 17)
    assert isinstance(value, dict)
    older = canonical({name: value[name] for name in value if name != "witness"})
    keys = NodeKeys.from_bytes(older)
    assert keys.witness is None
    assert keys.to_bytes() == older
    again = NodeKeys.from_bytes(keys.with_witness().to_bytes())
    assert again.witness is not None
    assert again.witness.name == "DZ.exchange/witness"
    assert again.with_witness() == again
    assert again.ledger == keys.ledger
    assert keys.with_witness().witness != again.witness


def test_the_witness_key_is_never_another_key_of_the_node() -> None:
    keys = NodeKeys.generate("TN", root_key("TN").fingerprint, prekeys=1)
    assert keys.witness is not None
    assert keys.witness.ed25519 not in {keys.ledger.public, *(key.public.ed25519 for key in keys.signing.values())}
    assert all(text.startswith("TN.exchange/witness+") for text in keys.witness.verifiers)
    assert NodeKeys.from_bytes(keys.to_bytes()) == keys
