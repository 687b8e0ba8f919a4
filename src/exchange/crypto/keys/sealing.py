"""The hybrid sealing pair: ML-KEM (FIPS 203) with X25519 (RFC 7748) or P-384, and HPKE base mode with it (RFC 9180).

`cryptography` has no serialisation for hybrid keys, so it is here: the public halves one after the other, and the
private seeds one after the other. The KEMs themselves, X-Wing (0x647A) and MLKEM1024-P384 (0x0051), follow
draft-ietf-hpke-pq and are pinned by its vectors. What is sealed is decided in `exchange.crypto.sealing`.
Spec: docs/spec/keys.md §3.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric import ec, mlkem, x25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from exchange.crypto.encoding import JsonObject, b64, digest
from exchange.crypto.fields import Fields
from exchange.crypto.keys.randomness import random_bytes
from exchange.crypto.suites import suite
from exchange.errors import BadInput, Code, Untrusted

_Private = hpke.MLKEM768X25519PrivateKey | hpke.MLKEM1024P384PrivateKey
_Public = hpke.MLKEM768X25519PublicKey | hpke.MLKEM1024P384PublicKey
MLKEM_SEED = 64
"""Bytes of an ML-KEM seed (FIPS 203: d ‖ z)."""
SEALING_MEMBERS = ("suite", "seed")
_CURVE = ec.SECP384R1()


@dataclass(frozen=True, slots=True)
class SealingPublic:
    """What one seals to. `data`: ML-KEM key ‖ X25519 key (1184+32), or ML-KEM key ‖ P-384 point (1568+97, SEC 1)."""

    kid: str
    """First 16 hex digits of SHA-256(PAE("exchange/key/1", "sealing", suite, data))."""
    suite: int
    data: bytes
    _key: _Public = field(repr=False, compare=False)

    @classmethod
    def of(cls, suite_id: int, data: bytes) -> SealingPublic:
        """Parses a public key. BadInput(KEY_MALFORMED) if it is not of the suite (FIPS 203 §7.2; point on curve)."""
        if len(data) != suite(suite_id).sealing_public_size:
            raise BadInput(Code.KEY_MALFORMED)
        try:
            key = _public_1(data) if suite_id == 1 else _public_2(data)
        except ValueError:
            raise BadInput(Code.KEY_MALFORMED) from None
        return cls(_kid(suite_id, data), suite_id, data, key)

    def seal(self, plaintext: bytes, info: bytes) -> bytes:
        """HPKE base mode, single shot, no AAD (RFC 9180 §6.1): encapsulated key ‖ AES-256-GCM ciphertext."""
        return suite(self.suite).hpke.encrypt(plaintext, self._key, info=info)


@dataclass(frozen=True, slots=True)
class SealingKey:
    """A private prekey, of 7 days. Neither `repr` nor an error shows its seed."""

    public: SealingPublic
    _seed: bytes = field(repr=False)
    _key: _Private = field(repr=False, compare=False)

    @classmethod
    def generate(cls, suite_id: int) -> SealingKey:
        """A new pair from the operating system's generator."""
        if suite_id == 1:
            return cls.from_seed(1, random_bytes(MLKEM_SEED + 32))
        scalar = ec.generate_private_key(_CURVE).private_numbers().private_value
        return cls.from_seed(suite_id, random_bytes(MLKEM_SEED) + scalar.to_bytes(48, "big"))

    @classmethod
    def from_seed(cls, suite_id: int, seed: bytes) -> SealingKey:
        """`seed`: ML-KEM seed (64) ‖ X25519 key (32) or P-384 scalar, big endian (48). BadInput(KEY_MALFORMED)."""
        if len(seed) != suite(suite_id).sealing_seed_size:
            raise BadInput(Code.KEY_MALFORMED)
        try:
            key, public = _private_1(seed) if suite_id == 1 else _private_2(seed)
        except ValueError:
            raise BadInput(Code.KEY_MALFORMED) from None
        return cls(SealingPublic.of(suite_id, public), seed, key)

    @property
    def kid(self) -> str:
        return self.public.kid

    @property
    def suite(self) -> int:
        return self.public.suite

    def open(self, ciphertext: bytes, info: bytes) -> bytes:
        """What `SealingPublic.seal` sealed with the same `info`. Untrusted(DECRYPT_FAILED) for anything else."""
        try:
            return suite(self.suite).hpke.decrypt(ciphertext, self._key, info=info)
        except (InvalidTag, ValueError):
            raise Untrusted(Code.DECRYPT_FAILED) from None

    def document(self) -> JsonObject:
        """The seed, for a key file."""
        return {"suite": self.suite, "seed": b64(self._seed)}

    @classmethod
    def read(cls, fields: Fields) -> SealingKey:
        """From `document`. BadInput(KEY_MALFORMED)."""
        return cls.from_seed(fields.integer("suite", 1, 2), fields.binary("seed"))


def _kid(suite_id: int, data: bytes) -> str:
    return digest("exchange/key/1", b"sealing", b"%d" % suite_id, data).hex()[:16]


def _public_1(data: bytes) -> hpke.MLKEM768X25519PublicKey:
    lattice = mlkem.MLKEM768PublicKey.from_public_bytes(data[:1184])
    return hpke.MLKEM768X25519PublicKey(lattice, x25519.X25519PublicKey.from_public_bytes(data[1184:]))


def _public_2(data: bytes) -> hpke.MLKEM1024P384PublicKey:
    lattice = mlkem.MLKEM1024PublicKey.from_public_bytes(data[:1568])
    return hpke.MLKEM1024P384PublicKey(lattice, ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, data[1568:]))


def _private_1(seed: bytes) -> tuple[hpke.MLKEM768X25519PrivateKey, bytes]:
    lattice = mlkem.MLKEM768PrivateKey.from_seed_bytes(seed[:MLKEM_SEED])
    curve = x25519.X25519PrivateKey.from_private_bytes(seed[MLKEM_SEED:])
    public = lattice.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()
    return hpke.MLKEM768X25519PrivateKey(lattice, curve), public


def _private_2(seed: bytes) -> tuple[hpke.MLKEM1024P384PrivateKey, bytes]:
    lattice = mlkem.MLKEM1024PrivateKey.from_seed_bytes(seed[:MLKEM_SEED])
    curve = ec.derive_private_key(int.from_bytes(seed[MLKEM_SEED:], "big"), _CURVE)
    point = curve.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return hpke.MLKEM1024P384PrivateKey(lattice, curve), lattice.public_key().public_bytes_raw() + point
