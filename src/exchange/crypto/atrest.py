"""Data at rest: one key for each record (AES-256-GCM), wrapped by the node's key-encryption key.

Destroying a wrapped key erases its record, and with it the link from the ledger. Where keys and ciphertexts are kept
is the store's affair; `aad` ties each ciphertext to its place, so that rows cannot be exchanged. Spec: keys.md §6.

A sealed value is nonce (12 random bytes) ‖ ciphertext ‖ tag (16). With random nonces a data key may seal 2^32 values
(NIST SP 800-38D §8.3); it seals one for each version of its record.
"""

from __future__ import annotations

import hmac
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from exchange.crypto.encoding import digest, pae
from exchange.crypto.keys.randomness import random_bytes
from exchange.errors import Code, Unavailable

KEY = 32
NONCE = 12
_TAG = 16


class AtRest:
    """Wraps and unwraps data keys, seals and opens under them. Holds only the key-encryption key."""

    __slots__ = ("_blinding", "_index", "_kek", "_match")

    def __init__(self, kek: bytes) -> None:
        """`kek`: 32 bytes. ValueError for any other length."""
        if len(kek) != KEY:
            raise ValueError("key size")
        self._kek = AESGCM(derive(kek, b"wrap"))
        self._blinding = derive(kek, b"blind")
        self._index = hmac.new(derive(kek, b"index"), digestmod="sha256")
        self._match = hmac.new(derive(kek, b"match"), digestmod="sha256")

    def new_key(self, aad: bytes) -> tuple[bytes, bytes]:
        """(data key of 32 bytes, the same wrapped): the first is used, the second stored."""
        dek, nonce = random_bytes(KEY), random_bytes(NONCE)
        return dek, nonce + self._kek.encrypt(nonce, dek, aad)

    def unwrap(self, wrapped: bytes, aad: bytes) -> bytes:
        """The data key. Unavailable(AT_REST_CORRUPT) if it was wrapped under another key or for another place."""
        return _open(self._kek, wrapped, aad)

    def seal(self, dek: bytes, aad: bytes, plaintext: bytes) -> bytes:
        """Seals under a data key for the place `aad`; 28 bytes longer than `plaintext`."""
        nonce = random_bytes(NONCE)
        return nonce + _key(dek).encrypt(nonce, plaintext, aad)

    def open(self, dek: bytes, aad: bytes, data: bytes) -> bytes:
        """What `seal` sealed. Unavailable(AT_REST_CORRUPT) for anything else."""
        return _open(_key(dek), data, aad)

    def ledger_ref(self, dek: bytes, originator: str, id_: str) -> bytes:
        """How the ledger names a record: 32 bytes that nobody can compute, or test a guess against, without its key."""
        message = pae("exchange/ledger-ref/1", originator.encode("utf-8"), id_.encode("utf-8"))
        return hmac_sha256(derive(dek, b"ledger-ref"), message)

    def blind(self, data: bytes) -> bytes:
        """A 32-byte stand-in for an outside key, the same each time; the database alone cannot test a guess."""
        return hmac_sha256(self._blinding, pae("exchange/at-rest/1", b"blind", data))

    def index_term(self, data: bytes) -> int:
        """A word of the index: the first 48 bits of an HMAC under a key that serves nothing else (docs/spec/search.md).

        Two words meet by chance once in 2^48; whoever reads a record that was found sees that it is another.
        """
        keyed = self._index.copy()  # the key's part of the work is done once
        keyed.update(data)
        return int.from_bytes(keyed.digest()[:6], "big")

    def match_tag(self, token: bytes) -> int:
        """A token of blinded matching as it is kept: the first 63 bits of an HMAC under a key of its own.

        Who steals the database, and even the key of the node that asks, can test no guess without ours.
        """
        keyed = self._match.copy()
        keyed.update(token)
        return int.from_bytes(keyed.digest()[:8], "big") >> 1


def request_mark(dek: bytes, request_digest: str) -> str:
    """How a kept answer knows its request again: hex, 32 bytes, that nobody can test a guess against without `dek`."""
    message = pae("exchange/at-rest/1", b"request", request_digest.encode("ascii"))
    return hmac_sha256(derive(dek, b"request"), message).hex()


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    """HMAC-SHA-256 (RFC 2104), 32 bytes."""
    return hmac.digest(key, message, sha256)


def derive(key: bytes, purpose: bytes) -> bytes:
    """A 32-byte key for one purpose: HMAC-SHA-256 as a PRF (NIST SP 800-108 needs no more for one block)."""
    return hmac_sha256(key, digest("exchange/at-rest/1", b"derive", purpose))


def _key(dek: bytes) -> AESGCM:
    """AES-256 only: the library would take a shorter key too."""
    if len(dek) != KEY:
        raise ValueError("key size")
    return AESGCM(dek)


def _open(key: AESGCM, data: bytes, aad: bytes) -> bytes:
    if len(data) < NONCE + _TAG:
        raise Unavailable(Code.AT_REST_CORRUPT)
    try:
        return key.decrypt(data[:NONCE], data[NONCE:], aad)
    except InvalidTag:
        raise Unavailable(Code.AT_REST_CORRUPT) from None
