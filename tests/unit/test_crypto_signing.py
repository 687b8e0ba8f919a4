"""Batch signatures, signed documents, root signatures: what verifies, and that nothing else does."""

from __future__ import annotations

import pytest

from exchange.crypto.encoding import JsonObject, b64, canonical, read_canonical, unb64
from exchange.crypto.keys import VerifyKey
from exchange.crypto.receipts import Receipt, read_receipt, sign_receipt
from exchange.crypto.receipts import read as read_plain_receipt
from exchange.crypto.rootsign import read_root_signature, root_signature
from exchange.crypto.signed import unwrap, wrap, wrap_all
from exchange.crypto.signing import RootCache, read_root, root_kid, sign_batch, verify
from exchange.errors import BadInput, Code, ExchangeError, SignatureInvalid, UntrustedKey
from tests.unit.crypto_kit import code_of, flipped, key_of, root_key, signing_key

TYPE = "exchange/manifest/1"
_BOTH = pytest.mark.parametrize("suite", [1, 2])


def _payloads(count: int) -> list[bytes]:
    return [b"payload %d" % index for index in range(count)]


@_BOTH
@pytest.mark.parametrize("count", [1, 2, 3, 7, 8, 9, 33])
def test_each_payload_verifies_with_its_own_proof_only(suite: int, count: int) -> None:
    key, payloads = signing_key("DZ", suite), _payloads(count)
    root, proofs = sign_batch(key, TYPE, payloads)
    cache = RootCache(4)
    assert root_kid(root) == key.kid
    for index, (payload, proof) in enumerate(zip(payloads, proofs, strict=True)):
        assert verify(root, proof, TYPE, payload, key_of(key), cache) == key.public
        others = [each for at, each in enumerate(payloads) if at != index] or [b"another"]
        for other in others:
            assert code_of(verify, root, proof, TYPE, other, key_of(key), cache) is Code.SIGNATURE_INVALID
    assert len(cache) == 1


@_BOTH
def test_any_flipped_bit_of_a_proof_or_payload_is_refused(suite: int) -> None:
    key, payloads = signing_key("DZ", suite), _payloads(21)
    root, proofs = sign_batch(key, TYPE, payloads)
    cache = RootCache(4)
    for changed in flipped(proofs[5]):
        assert code_of(verify, root, changed, TYPE, payloads[5], key_of(key), cache) is Code.SIGNATURE_INVALID
    for changed in flipped(payloads[5]):
        assert code_of(verify, root, proofs[5], TYPE, changed, key_of(key), cache) is Code.SIGNATURE_INVALID
    for changed in (b"", proofs[5][:-1], proofs[5] + b"\x00", proofs[5] + bytes(48), proofs[5][:4], bytes(4000)):
        assert code_of(verify, root, changed, TYPE, payloads[5], key_of(key), cache) is Code.SIGNATURE_INVALID


def test_any_flipped_bit_of_a_root_document_is_refused() -> None:
    key = signing_key("DZ")
    root, proofs = sign_batch(key, TYPE, [b"payload"])
    verify(root, proofs[0], TYPE, b"payload", key_of(key))
    refused = 0
    for changed in flipped(root, 13):
        with pytest.raises((SignatureInvalid, UntrustedKey)):
            verify(changed, proofs[0], TYPE, b"payload", key_of(key))
        refused += 1
    assert refused > 300


def _changed(document: bytes, **members: object) -> bytes:
    value = read_canonical(document, limit=1 << 15)
    assert isinstance(value, dict)
    return canonical({**value, **members})


def test_every_member_of_a_root_document_is_bound() -> None:
    key = signing_key("DZ")
    payloads = _payloads(3)
    root, proofs = sign_batch(key, TYPE, payloads)
    other, _ = sign_batch(key, TYPE, _payloads(4))
    for bad in (
        _changed(root, type="exchange/receipt/1"),
        _changed(root, size=4),
        _changed(root, size=0),
        _changed(root, suite=2),
        _changed(root, suite=3),
        _changed(root, root=b64(read_root(other).root)),
        _changed(root, root=b64(bytes(48))),
        _changed(root, ed25519=b64(read_root(other).ed25519)),
        _changed(root, mldsa=b64(read_root(other).mldsa)),
        _changed(root, mldsa=""),
        _changed(root, more=1),
        canonical({}),
        b"",
        root + b"\n",
    ):
        assert code_of(verify, bad, proofs[0], TYPE, payloads[0], key_of(key)) is Code.SIGNATURE_INVALID
    assert code_of(verify, _changed(root, kid="0" * 16), proofs[0], TYPE, payloads[0], key_of(key)) is Code.KEY_UNKNOWN


def test_a_root_document_names_the_key_that_signed_it() -> None:
    key = signing_key("DZ")
    root, proofs = sign_batch(key, TYPE, [b"payload"])

    def always(kid: str) -> VerifyKey:
        return key.public

    assert code_of(verify, root, proofs[0], TYPE, b"payload", always) is None
    renamed = _changed(root, kid="0" * 16)
    assert code_of(verify, renamed, proofs[0], TYPE, b"payload", always) is Code.SIGNATURE_INVALID


def test_a_type_is_never_taken_for_another() -> None:
    key = signing_key("DZ")
    root, proofs = sign_batch(key, TYPE, [b"payload"])
    for cache in (None, RootCache(4)):
        assert code_of(verify, root, proofs[0], TYPE, b"payload", key_of(key), cache) is None
        bad = code_of(verify, root, proofs[0], "exchange/receipt/1", b"payload", key_of(key), cache)
        assert bad is Code.SIGNATURE_INVALID


def test_a_cached_root_still_asks_for_the_key() -> None:
    key, other = signing_key("DZ"), signing_key("TN")
    root, proofs = sign_batch(key, TYPE, [b"payload"])
    cache = RootCache(4)
    verify(root, proofs[0], TYPE, b"payload", key_of(key), cache)
    assert code_of(verify, root, proofs[0], TYPE, b"payload", key_of(), cache) is Code.KEY_UNKNOWN

    def another(kid: str) -> VerifyKey:
        return other.public

    assert code_of(verify, root, proofs[0], TYPE, b"payload", another, cache) is Code.SIGNATURE_INVALID


def test_the_cache_is_bounded_and_keeps_what_is_used() -> None:
    key = signing_key("DZ")
    cache = RootCache(2)
    batches = [sign_batch(key, TYPE, [b"%d" % number]) for number in range(3)]
    for number in (0, 1, 0, 2):
        root, proofs = batches[number]
        verify(root, proofs[0], TYPE, b"%d" % number, key_of(key), cache)
    assert len(cache) == 2
    assert [cache.get(root) is not None for root, _ in batches] == [True, False, True]


def test_a_batch_is_not_empty() -> None:
    with pytest.raises(BadInput):
        sign_batch(signing_key("DZ"), TYPE, [])


def test_an_unregistered_type_is_a_mistake_of_the_program() -> None:
    root, proofs = sign_batch(signing_key("DZ"), "exchange/heartbeat/1", [b"x"])
    assert code_of(verify, root, proofs[0], "exchange/receipt/1", b"x", key_of(signing_key("DZ"))) is not None


@_BOTH
def test_signed_documents(suite: int) -> None:
    key = signing_key("DZ", suite)
    wires = wrap_all("exchange/heartbeat/1", [b"one", b"two"], key)
    assert [unwrap("exchange/heartbeat/1", wire, key_of(key)) for wire in wires] == [b"one", b"two"]
    assert [canonical(read_canonical(wire, limit=1 << 16)) for wire in wires] == wires
    assert code_of(unwrap, "exchange/receipt/1", wires[0], key_of(key)) is Code.SIGNATURE_INVALID
    assert code_of(unwrap, "exchange/heartbeat/1", wires[0], key_of(signing_key("TN", suite))) is Code.KEY_UNKNOWN
    refused = 0
    for changed in flipped(wires[0], 97):
        with pytest.raises((SignatureInvalid, UntrustedKey)):
            unwrap("exchange/heartbeat/1", changed, key_of(key))
        refused += 1
    assert refused > 40


def test_a_document_and_its_proof_cannot_be_exchanged() -> None:
    key = signing_key("DZ")
    one, two = (read_canonical(wire, limit=1 << 16) for wire in wrap_all(TYPE, [b"one", b"two"], key))
    assert isinstance(one, dict)
    assert isinstance(two, dict)
    for mixed in ({**one, "document": two["document"]}, {**one, "proof": two["proof"]}, {**one, "more": 1}):
        assert code_of(unwrap, TYPE, canonical(mixed), key_of(key)) is Code.SIGNATURE_INVALID


def _receipt() -> Receipt:
    return Receipt(
        kind="accepted",
        envelope="ab" * 32,
        sender="DZ",
        node="TN",
        epoch=1,
        seq=7,
        code=None,
        refused=((0, "CLAIM_NOT_COMMITTED"), (3, "MANIFEST_INVALID")),
        ledger_index=12,
        checkpoint="TN.exchange\n1\n",
        issued="2026-11-23T12:00:00Z",
    )


def test_receipts_round_trip() -> None:
    key, receipt = signing_key("TN"), _receipt()
    assert read_receipt(sign_receipt(receipt, key), key_of(key)) == receipt
    assert receipt.issued_at.isoformat() == "2026-11-23T12:00:00+00:00"
    beat = wrap("exchange/heartbeat/1", receipt.to_bytes(), key)
    assert code_of(read_receipt, beat, key_of(key)) is Code.SIGNATURE_INVALID


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("v", 2),
        ("v", True),
        ("kind", "maybe"),
        ("kind", "refused"),
        ("code", "NO"),
        ("envelope", "AB" * 32),
        ("sender", "dz"),
        ("node", ""),
        ("seq", 0),
        ("seq", "1"),
        ("epoch", -1),
        ("refused", [[0, "X"]]),
        ("refused", [[3, "MANIFEST_INVALID"], [0, "MANIFEST_INVALID"]]),
        ("refused", [[0, "MANIFEST_INVALID"], [0, "MANIFEST_INVALID"]]),
        ("refused", [[500, "MANIFEST_INVALID"]]),
        ("refused", ["MANIFEST_INVALID"]),
        ("ledger_index", -1),
        ("checkpoint", "\n" * 9000),
        ("issued", "2026-11-23T12:00:00"),
        ("issued", "2026-02-30T12:00:00Z"),
        ("extra", 1),
    ],
)
def test_a_receipt_of_another_form_is_refused(name: str, value: object) -> None:
    document = read_canonical(_receipt().to_bytes(), limit=1 << 16)
    assert isinstance(document, dict)
    changed: JsonObject = {**document}
    assert code_of(read_plain_receipt, canonical(changed)) is None
    assert code_of(read_plain_receipt, canonical({**changed, name: value})) is Code.RECEIPT_INVALID
    left_out = {each: changed[each] for each in changed if each != name}
    if name != "extra":
        assert code_of(read_plain_receipt, canonical(left_out)) is Code.RECEIPT_INVALID


def test_root_signatures_name_party_and_fingerprint() -> None:
    root = root_key("DZ")
    signature = root_signature(root, "DZ", "exchange/agreement/1", b"document")
    party = read_root_signature(signature, "exchange/agreement/1", b"document")
    assert party == ("DZ", root.fingerprint)
    for type_, document in (("exchange/policy/1", b"document"), ("exchange/agreement/1", b"documenT")):
        assert code_of(read_root_signature, signature, type_, document) is Code.SIGNATURE_INVALID
    value = read_canonical(signature, limit=1 << 16)
    assert isinstance(value, dict)
    other = read_canonical(root_signature(root_key("TN"), "DZ", "exchange/agreement/1", b"document"), limit=1 << 16)
    assert isinstance(other, dict)
    for bad in ({**value, "code": "TN"}, {**value, "root": other["root"]}, {**value, "signature": other["signature"]}):
        code = code_of(read_root_signature, canonical(bad), "exchange/agreement/1", b"document")
        assert code is Code.SIGNATURE_INVALID
    for changed in flipped(signature, 101):
        try:
            found = read_root_signature(changed, "exchange/agreement/1", b"document")
        except ExchangeError:
            continue
        raise AssertionError(found)


def test_nothing_hangs_on_the_encoding_of_a_proof() -> None:
    key = signing_key("DZ")
    wire = read_canonical(wrap(TYPE, b"one", key), limit=1 << 16)
    assert isinstance(wire, dict)
    assert unb64(wire["proof"]) == bytes(4)
