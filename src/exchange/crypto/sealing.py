"""THE ONLY SEALER: commit, encrypt, sign. Only `exchange.operations.release` may import it (import-linter holds that).

Header, recipient and body are bound to one another three times: the ciphertext opens only under its own header and for
its recipient, the header commits to the body, and the signature covers both. What is in a body, and whether it may
leave, is not known here. Spec: docs/spec/envelope.md §3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

import orjson

from exchange.crypto.encoding import b64, pae
from exchange.crypto.envelope import FRAME, MAX_BODY, SALT, TYPE, bucket_of, commitment_of, seal_info, signed_payload
from exchange.crypto.header import Header, header_digest
from exchange.crypto.keys import SealingPublic, SigningKey, random_bytes
from exchange.crypto.signing import sign_batch
from exchange.errors import Code, TooLarge


@dataclass(frozen=True, slots=True)
class Unsigned:
    """An envelope that lacks only its signature."""

    header: bytes
    ciphertext: bytes

    @property
    def payload(self) -> bytes:
        return signed_payload(self.header, self.ciphertext)


@dataclass(frozen=True, slots=True)
class SealedEnvelope:
    """Final bytes: every attempt to deliver sends exactly these."""

    wire: bytes
    header: bytes
    header_digest: str
    """Hex: what the next header names as `previous`."""
    envelope_digest: str
    """Hex SHA-256 of the signed payload: what receipts and ledgers name."""


def prepare(header: Header, body: bytes, recipient_key: SealingPublic) -> Unsigned:
    """Commits to `body` in the header (whose `commitment` is filled in) and encrypts it.

    TooLarge over `MAX_BODY` bytes. ValueError when the header names another prekey or suite than `recipient_key`.
    """
    if (header.sealing_kid, header.suite) != (recipient_key.kid, recipient_key.suite):
        raise ValueError("header and recipient key differ")
    if len(body) > MAX_BODY:
        raise TooLarge(Code.TOO_LARGE, size=len(body), limit=MAX_BODY)
    salt = random_bytes(SALT)
    data = replace(header, commitment=commitment_of(salt, body)).to_bytes()
    padding = bytes(bucket_of(FRAME + len(body)) - FRAME - len(body))
    plaintext = pae("exchange/body/1", salt, body, padding)
    return Unsigned(data, recipient_key.seal(plaintext, seal_info(data)))


def finish(unsigned: Sequence[Unsigned], signer: SigningKey) -> list[SealedEnvelope]:
    """Signs envelopes as one batch: one hybrid signature, however many. Their headers must name `signer`."""
    payloads = [each.payload for each in unsigned]
    root, proofs = sign_batch(signer, TYPE, payloads)
    return [
        _sealed(each, payload, root, proof) for each, payload, proof in zip(unsigned, payloads, proofs, strict=True)
    ]


def void(header: Header, signer: SigningKey) -> SealedEnvelope:
    """A signed envelope that closes a number and carries nothing; its sealed part is empty.

    `header.commitment` is the digest of the header that had the number, so the stream's chain goes on over it.
    """
    data = replace(header, type="void", suite=signer.suite, signing_kid=signer.kid).to_bytes()
    return finish([Unsigned(data, b"")], signer)[0]


def _sealed(unsigned: Unsigned, payload: bytes, root: bytes, proof: bytes) -> SealedEnvelope:
    wire = orjson.dumps(
        {
            "header": b64(unsigned.header),
            "sealed": b64(unsigned.ciphertext),
            "signature": {"proof": b64(proof), "root": orjson.Fragment(root)},
        }
    )
    return SealedEnvelope(wire, unsigned.header, header_digest(unsigned.header), sha256(payload).hexdigest())
