"""One bit flipped anywhere in what is signed or sealed: refused with one of our errors, and never accepted.

Bits are sampled over every part: every 97th byte or so of the long ones, every byte of the short ones; the bit moves on
with the place. An exception that is not ours fails the test by itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from exchange.crypto import descriptor
from exchange.crypto.atrest import AtRest
from exchange.crypto.commitments import pack
from exchange.crypto.encoding import b64, canonical, unb64
from exchange.crypto.envelope import seal_info
from exchange.crypto.keys import VerifyKey
from exchange.crypto.manifest import Manifest
from exchange.crypto.manifest import read as read_manifest
from exchange.crypto.opening import parse_outer
from exchange.crypto.receipts import read_receipt
from exchange.crypto.signing import sign_batch, verify
from exchange.errors import Code, ExchangeError, SignatureInvalid
from exchange.model.claims import JsonValue
from exchange.operations.parcels import Cards, Taken, read_release
from exchange.policies.agreement import read as read_agreement
from exchange.store import SqlStore, open_engine
from tests.conformance.forging import NOW, Body, envelope, good_body, header, manifest, pairs, prekey, signer, void
from tests.conformance.vector_world import START, Recipient, card, digest_of, first, keys, recipient, root
from tests.conftest import KEK
from tests.databases import Sqlite

ENVELOPE = envelope(header(), good_body())
VOID = void(replace(header(), commitment="ab" * 32))
STEP = 97
Rebuild = Callable[[bytes], bytes]


def flipped(data: bytes, step: int = 1) -> Iterator[bytes]:
    """`data` with one bit flipped, at every `step`-th byte and at the last."""
    for count, at in enumerate(sorted({*range(0, len(data), step), len(data) - 1})):
        changed = bytearray(data)
        changed[at] ^= 1 << count % 8
        yield bytes(changed)


def parts(wire: bytes) -> dict[str, tuple[bytes, Rebuild, int]]:
    """Name -> (the part's bytes, how a wire looks with others in their place, step of the sample)."""
    document = json.loads(wire)
    signature = document["signature"]
    names: list[tuple[str, dict[str, JsonValue], int]] = [
        ("header", document, 7),
        ("sealed", document, STEP),
        ("proof", signature, 1),
        ("root", signature["root"], 1),
        ("ed25519", signature["root"], 1),
        ("mldsa", signature["root"], STEP),
    ]

    def at(name: str, holder: dict[str, JsonValue]) -> Rebuild:
        def rebuild(data: bytes) -> bytes:
            known = holder[name]
            holder[name] = b64(data)
            made = canonical(document)
            holder[name] = known
            return made

        return rebuild

    found = {name: (unb64(holder[name]), at(name, holder), step) for name, holder, step in names if holder[name]}
    for name in ("kid", "type", "size", "suite"):
        text = f'"{name}":{json.dumps(signature["root"][name])}'.encode()
        start = wire.index(text)
        found[name] = text, _between(wire[:start], wire[start + len(text) :]), 1
    found["outer"] = wire, lambda data: data, 151
    return found


def _between(before: bytes, after: bytes) -> Rebuild:
    return lambda data: before + data + after


@pytest.fixture
def kw(sqlite: Sqlite) -> Iterator[Recipient]:
    with sqlite.fresh() as url:
        store = SqlStore(open_engine(url), AtRest(KEK))
        yield recipient(store, "fresh")
        store.close()


PARTS = [(kind, part) for kind, wire in (("release", ENVELOPE), ("void", VOID)) for part in parts(wire)]


@pytest.mark.parametrize(("kind", "part"), PARTS)
def test_an_envelope(kw: Recipient, kind: str, part: str) -> None:
    wire = ENVELOPE if kind == "release" else VOID
    data, rebuild, step = parts(wire)[part]
    assert rebuild(data) == wire
    tried = 0
    for changed in flipped(data, step):
        with pytest.raises(ExchangeError):
            kw.take("DZ", rebuild(changed), NOW)
        tried += 1
    assert tried >= min(len(data), 4)
    with kw.node.store.read() as unit:
        assert unit.streams.inbox(None, None, 10) == []
        assert unit.copies.count() == 0
        assert unit.streams.evidence() == []
    taken = read_receipt(kw.take("DZ", wire, NOW), key_of_kw)
    assert (taken.kind, taken.refused) == ("accepted", ())


def test_every_part_of_an_envelope_is_tried() -> None:
    members = {"header", "sealed", "proof", "root", "ed25519", "mldsa", "kid", "type", "size", "suite", "outer"}
    assert {part for kind, part in PARTS if kind == "release"} == members
    assert {part for kind, part in PARTS if kind == "void"} == members - {"sealed"}


def test_a_signed_ciphertext() -> None:
    """A bit flipped before signing: the signature holds, and the ciphertext opens for nobody."""
    outer = parse_outer(ENVELOPE)
    (mine,) = [key for key in keys("KW").sealing if key.kid == prekey().kid]
    assert mine.open(outer.ciphertext, seal_info(outer.header_bytes))
    for changed in flipped(outer.ciphertext, STEP):
        with pytest.raises(ExchangeError) as raised:
            mine.open(changed, seal_info(outer.header_bytes))
        assert raised.value.code == Code.DECRYPT_FAILED


def key_of_kw(kid: str) -> VerifyKey:
    return card("KW").signing_key(kid, NOW)


def test_a_receipt(kw: Recipient) -> None:
    wire = kw.take("DZ", ENVELOPE, NOW)
    assert read_receipt(wire, key_of_kw).kind == "accepted"
    document = json.loads(wire)
    for changed in flipped(wire, 13):
        with pytest.raises(ExchangeError):
            read_receipt(changed, key_of_kw)
    for name in ("document", "proof"):
        for changed in flipped(unb64(document[name]), 5):
            with pytest.raises(SignatureInvalid):
                read_receipt(canonical({**document, name: b64(changed)}), key_of_kw)


def test_a_manifest() -> None:
    exact = manifest(pairs())
    batch, (proof,) = sign_batch(signer(), "exchange/manifest/1", [exact])
    good = card("DZ")

    def accepted(payload: bytes) -> Manifest:
        verify(batch, proof, "exchange/manifest/1", payload, lambda kid: good.signing_key(kid, NOW))
        return read_manifest(payload)

    assert accepted(exact).id == "rec-example-0000"
    for changed in flipped(exact):
        with pytest.raises(SignatureInvalid):
            accepted(changed)


def read_body(body: bytes) -> Taken:
    agreement = read_agreement(first(), digest_of(first()))
    return read_release(body, header(), agreement, Cards(card("DZ"), card), NOW)


@pytest.mark.parametrize("part", ["manifest", "proof", "claims", "root"])
def test_a_parcel(part: str) -> None:
    """As `read_release` gets it: a partner of good standing sealed what its originator never signed."""
    exact = Body([manifest(pairs()), manifest(pairs(), number=1)])
    assert len(read_body(exact.joined()).parcels) == 2
    roots = exact.head["roots"]
    assert isinstance(roots, list)
    data = {
        "manifest": exact.manifests[1],
        "proof": exact.proofs[1],
        "claims": pack(pairs()),
        "root": unb64(roots[0]),
    }[part]
    for changed in flipped(data, STEP if part == "root" else 1):
        if part == "manifest":
            exact.manifests[1] = changed
        elif part == "proof":
            exact.proofs[1] = changed
        elif part == "claims":
            exact.packed[1] = changed
        else:
            exact.head["roots"] = [roots[0], b64(changed)]
            exact.head["parcels"] = [[0, 0], [1, 0]]
        taken = read_body(exact.joined())
        assert [parcel.ref.id for parcel in taken.parcels] == ["rec-example-0000"]
        assert [index for index, _ in taken.refused] == [1]


def test_the_frames_of_a_body() -> None:
    """The lengths before the head and before the manifest: the whole is malformed, or its parcel is refused."""
    body = good_body()
    assert len(read_body(body).parcels) == 1
    head = int.from_bytes(body[:4], "big")
    refused: list[Code] = []
    for at in (*range(4), *range(4 + head, 8 + head)):
        for bit in range(8):
            changed = bytearray(body)
            changed[at] ^= 1 << bit
            try:
                taken = read_body(bytes(changed))
            except ExchangeError as fault:
                refused.append(fault.code)
            else:
                assert taken.parcels == []
                refused += [code for _, code in taken.refused]
    assert len(refused) == 64
    assert set(refused) == {Code.BODY_MALFORMED, Code.MANIFEST_INVALID}


def test_a_card() -> None:
    exact = descriptor.sign(card("DZ"), root("DZ"))
    fingerprint = root("DZ").fingerprint

    def read(data: bytes) -> int:
        return descriptor.read(data, fingerprint=fingerprint, now=START, newer_than=None).version

    assert read(exact) == 1
    document = json.loads(exact)
    for changed in flipped(exact, 61):
        with pytest.raises(ExchangeError):
            read(changed)
    for changed in flipped(unb64(document["document"]), 53):
        with pytest.raises(ExchangeError):
            read(canonical({**document, "document": b64(changed)}))
    (signature,) = document["signatures"]
    for half in ("ed25519", "mldsa"):
        for changed in flipped(unb64(signature[half]), 1 if half == "ed25519" else STEP):
            forged = {**signature, half: b64(changed)}
            with pytest.raises(SignatureInvalid):
                read(canonical({**document, "signatures": [forged]}))
