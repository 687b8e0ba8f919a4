"""The frame of an envelope that its sealer and its reader share: sizes, buckets, what is bound and what is signed.

    sealed  = HPKE.seal(recipient key, info = PAE("exchange/seal/1", SHA-256(header bytes)),
                        PAE("exchange/body/1", salt, body, padding))
    signed  = PAE("exchange/envelope/1", header bytes, SHA-256(sealed))
    wire    = canonical JSON {"header": b64, "sealed": b64, "signature": {"proof": b64, "root": {…}}}

No key is used here. Spec: docs/spec/envelope.md §3.
"""

from __future__ import annotations

from hashlib import sha256

from exchange.crypto.encoding import digest, pae

TYPE = "exchange/envelope/1"
MAX_WIRE = 6 << 20
"""Bytes of an envelope on the wire."""
SALT = 32
"""Bytes of the salt of a body's commitment."""
BUCKETS = tuple(1024 << step for step in range(13))
"""Sizes of the padded plaintext in bytes: 1, 2, 4 … 4096 KiB. The wire shows one of 13 sizes and no more."""
FRAME = len(pae("exchange/body/1", bytes(SALT), b"", b""))
"""Bytes of the plaintext that are not body or padding."""
MAX_BODY = BUCKETS[-1] - FRAME
"""Bytes of the largest body."""


def bucket_of(size: int) -> int:
    """The smallest bucket that holds `size` bytes."""
    return next(bucket for bucket in BUCKETS if size <= bucket)


def seal_info(header: bytes) -> bytes:
    """What HPKE binds a ciphertext to: this header and no other."""
    return pae("exchange/seal/1", sha256(header).digest())


def commitment_of(salt: bytes, body: bytes) -> str:
    """Hex SHA-256(PAE("exchange/commit/1", salt, body))."""
    return digest("exchange/commit/1", salt, body).hex()


def signed_payload(header: bytes, ciphertext: bytes) -> bytes:
    """What the sender signs; its hex SHA-256 is the envelope's digest."""
    return signed_digest(header, sha256(ciphertext).digest())


def signed_digest(header: bytes, sealed_sha256: bytes) -> bytes:
    """The same from the ciphertext's SHA-256 alone (32 bytes)."""
    return pae(TYPE, header, sealed_sha256)
