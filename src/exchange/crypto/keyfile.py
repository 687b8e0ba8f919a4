"""A file locked by a passphrase: Argon2id (RFC 9106) and AES-256-GCM. Spec: docs/spec/keys.md §5.

    file = canonical JSON {"kdf": "argon2id-64MiB-3-4", "nonce": b64, "salt": b64, "sealed": b64, "v": 1}

The parameters are fixed by the version, so a file cannot ask for more memory or for less work: RFC 9106's second
recommended option, 64 MiB, 3 passes, 4 lanes, about a quarter of a second. What is inside is not known here, nor where
files and passphrases come from.
"""

from __future__ import annotations

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from exchange.crypto.encoding import b64, canonical, pae, read_canonical
from exchange.crypto.fields import Fields
from exchange.crypto.keys.randomness import random_bytes
from exchange.errors import BadInput, Code, Unavailable

KDF = "argon2id-64MiB-3-4"
SALT = 16
NONCE = 12
MAX_KEYFILE = 256 << 10
"""Bytes."""
_MEMORY_KIB = 64 << 10
_PASSES = 3
_LANES = 4
_MEMBERS = ("kdf", "nonce", "salt", "sealed", "v")


def lock(plaintext: bytes, passphrase: bytes) -> bytes:
    """The file's bytes. Fresh salt and nonce each time."""
    salt, nonce = random_bytes(SALT), random_bytes(NONCE)
    sealed = AESGCM(_key(passphrase, salt)).encrypt(nonce, plaintext, _bound(salt))
    return canonical({"v": 1, "kdf": KDF, "salt": b64(salt), "nonce": b64(nonce), "sealed": b64(sealed)})


def unlock(data: bytes, passphrase: bytes) -> bytes:
    """The plaintext. Unavailable(KEYFILE_LOCKED): wrong passphrase or changed file; BadInput(KEYFILE_MALFORMED)."""
    try:
        fields = Fields(read_canonical(data, limit=MAX_KEYFILE), _MEMBERS, Code.KEYFILE_MALFORMED)
    except BadInput:
        raise BadInput(Code.KEYFILE_MALFORMED) from None
    fields.integer("v", 1, 1)
    fields.choice("kdf", (KDF,))
    salt, nonce, sealed = fields.binary("salt", SALT), fields.binary("nonce", NONCE), fields.binary("sealed")
    try:
        return AESGCM(_key(passphrase, salt)).decrypt(nonce, sealed, _bound(salt))
    except InvalidTag:
        raise Unavailable(Code.KEYFILE_LOCKED) from None


def _key(passphrase: bytes, salt: bytes) -> bytes:
    """By argon2-cffi: two derivations at once by OpenSSL's Argon2id, in two threads, wait for each other for ever."""
    return hash_secret_raw(passphrase, salt, _PASSES, _MEMORY_KIB, _LANES, 32, Type.ID)


def _bound(salt: bytes) -> bytes:
    return pae("exchange/keyfile/1", KDF.encode("ascii"), salt)
