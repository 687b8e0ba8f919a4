"""What an attacker may do with an envelope: build one from parts of his choice, sign any bytes, swap any part.

Only tests use it. Unlike `exchange.crypto.sealing` it keeps no rule: headers need not be readable, ciphertexts need
not fit their header, and a signature may be put together from two.
"""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import datetime, timedelta
from hashlib import sha256

from exchange.crypto.commitments import commit, pack
from exchange.crypto.encoding import JsonObject, JsonValue, b64, canonical, pae, unb64
from exchange.crypto.envelope import FRAME, TYPE, bucket_of, commitment_of, seal_info, signed_payload
from exchange.crypto.frames import join
from exchange.crypto.header import NO_PREVIOUS, Header
from exchange.crypto.keys import SealingPublic, SigningKey
from exchange.crypto.manifest import Manifest
from exchange.crypto.signing import sign_batch
from tests.conformance.vector_world import AGREEMENT, PURPOSE, START, digest_of, first, keys

NOW = START + timedelta(hours=1)
SALT = bytes(range(32))
Pairs = list[tuple[bytes, bytes]]


def stamp(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def header(issued: datetime = NOW) -> Header:
    """The header of DZ's first envelope to KW; its commitment is still empty."""
    return Header(
        suite=1,
        type="release",
        id="rel-0f1e2d3c4b5a69788796a5b4c3d2e1f0",
        sender="DZ",
        recipient="KW",
        agreement=AGREEMENT,
        agreement_digest=digest_of(first()),
        stream="DZ-KW",
        epoch=1,
        seq=1,
        previous=NO_PREVIOUS,
        issued=stamp(issued),
        expires=stamp(issued + timedelta(days=30)),
        commitment="",
        policy_digest="ef" * 32,
        signing_kid=signer().kid,
        sealing_kid=prekey().kid,
        checkpoint="",
    )


def signer(code: str = "DZ", suite: int = 1) -> SigningKey:
    return keys(code).signing[suite]


def prekey(code: str = "KW", suite: int = 1) -> SealingPublic:
    return next(key.public for key in keys(code).sealing if key.suite == suite)


def header_bytes(value: Header, **members: JsonValue) -> bytes:
    """Canonical bytes, unchecked, with other or more members."""
    named: JsonObject = {field.name: getattr(value, field.name) for field in fields(Header)}
    return canonical({"v": 1, **named, **members})


def plaintext(body: bytes, salt: bytes = SALT) -> bytes:
    size = bucket_of(FRAME + len(body))
    return pae("exchange/body/1", salt, body, bytes(size - FRAME - len(body)))


def seal(head: bytes, plain: bytes, key: SealingPublic) -> bytes:
    return key.seal(plain, seal_info(head))


def committed(value: Header, body: bytes) -> Header:
    return replace(value, commitment=commitment_of(SALT, body))


def sign(head: bytes, ciphertext: bytes, key: SigningKey, type_: str = TYPE) -> bytes:
    """The wire of an envelope that `key` signed alone."""
    root, (proof,) = sign_batch(key, type_, [signed_payload(head, ciphertext)])
    return wire(head, ciphertext, json.loads(root), proof)


def wire(head: bytes, ciphertext: bytes, root: JsonValue, proof: bytes) -> bytes:
    signature: JsonObject = {"proof": b64(proof), "root": root}
    return canonical({"header": b64(head), "sealed": b64(ciphertext), "signature": signature})


def envelope(value: Header, body: bytes, key: SigningKey | None = None, to: SealingPublic | None = None) -> bytes:
    """An envelope with all its parts right, if `value` and `body` are."""
    head = header_bytes(committed(value, body))
    suite = value.suite
    return sign(head, seal(head, plaintext(body), to or prekey(suite=suite)), key or signer(suite=suite))


def void(value: Header) -> bytes:
    return sign(header_bytes(replace(value, type="void")), b"", signer())


class Parts:
    """An envelope taken apart, to be put together again with other parts."""

    def __init__(self, data: bytes) -> None:
        document = json.loads(data)
        self.head = unb64(document["header"])
        self.ciphertext = unb64(document["sealed"])
        self.root: dict[str, JsonValue] = document["signature"]["root"]
        self.proof = unb64(document["signature"]["proof"])

    def wire(self) -> bytes:
        return wire(self.head, self.ciphertext, self.root, self.proof)


GRADE: JsonObject = {"scale": "admiralty", "source": "B", "information": "2"}
NAME: JsonObject = {"script": "Latn", "text": "Rifa Exempli", "type": "primary"}
CLAIMS: tuple[JsonObject, ...] = (
    {"id": "c1", "path": "name.full", "value": NAME, "statement": "fact", "grade": GRADE},
    {"id": "c2", "path": "record.marking", "value": "TLP:AMBER", "statement": "fact"},
    {"id": "c3", "path": "record.category", "value": "suspect", "statement": "fact"},
)


def pairs(claims: tuple[JsonObject, ...] = CLAIMS) -> Pairs:
    """Claims with fixed salts."""
    return [(sha256(b"salt %d" % n).digest()[:16], canonical(claim)) for n, claim in enumerate(claims)]


def manifest(committed_to: Pairs, kind: str = "person", originator: str = "DZ", number: int = 0) -> bytes:
    """Record `number`, version 1, with decoys that are always the same."""
    known = [commit(salt, claim) for salt, claim in committed_to]
    decoys = [sha256(b"decoy %d" % n).digest() for n in range(16 - len(known))]
    blob = b"".join(sorted((*known, *decoys)))
    return Manifest(f"rec-example-{number:04d}", 1, kind, originator, stamp(START), None, blob).to_bytes()


class Body:
    """A body in the making. Each member may be changed before `joined`."""

    def __init__(self, manifests: list[bytes], key: SigningKey | None = None, packed: bytes | None = None) -> None:
        root, self.proofs = sign_batch(key or signer(), "exchange/manifest/1", manifests)
        self.manifests = manifests
        self.packed = [packed if packed is not None else pack(pairs())] * len(manifests)
        self.handling: dict[str, JsonValue] = {
            "tlp": "TLP:AMBER",
            "caveats": [],
            "purposes": [PURPOSE],
            "retention_days": 365,
            "onward": "none",
        }
        self.head: dict[str, JsonValue] = {
            "v": 1,
            "type": "release",
            "purpose": PURPOSE,
            "roots": [b64(root)],
            "handlings": [self.handling],
            "parcels": [[0, 0] for _ in manifests],
        }

    def frames(self) -> list[bytes]:
        parcels = zip(self.manifests, self.proofs, self.packed, strict=True)
        return [canonical(self.head), *(frame for parcel in parcels for frame in parcel)]

    def joined(self) -> bytes:
        return join(self.frames())


def good_body() -> bytes:
    """One person's name."""
    return Body([manifest(pairs())]).joined()
