"""The hybrid signature pair: Ed25519 (RFC 8032) and ML-DSA (FIPS 204, empty context) over the same message.

Both must verify, always: who breaks one of the two gains nothing, and a signature cannot be stripped to one half.
What a message is, and whether a key was valid, is decided elsewhere. Spec: docs/spec/keys.md §2.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from exchange.crypto.encoding import JsonObject, b64, canonical, digest, read_canonical
from exchange.crypto.fields import Fields
from exchange.crypto.keys.randomness import random_bytes
from exchange.crypto.suites import MlDsaPrivate, MlDsaPublic, suite
from exchange.errors import BadInput, Code, SignatureInvalid

SEED = 32
"""Bytes of either private seed."""
ED25519_SIGNATURE = 64


@dataclass(frozen=True, slots=True)
class VerifyKey:
    """The public halves. Equal if suite and both halves are equal."""

    kid: str
    """First 16 hex digits of SHA-256(PAE("exchange/key/1", "signing", suite, Ed25519 key, ML-DSA key))."""
    suite: int
    ed25519: bytes
    """32 bytes, RFC 8032."""
    mldsa: bytes
    """1952 bytes (ML-DSA-65) or 2592 bytes (ML-DSA-87), FIPS 204."""
    _ed25519: Ed25519PublicKey = field(repr=False, compare=False)
    _mldsa: MlDsaPublic = field(repr=False, compare=False)

    @classmethod
    def of(cls, suite_id: int, ed25519: bytes, mldsa: bytes) -> VerifyKey:
        """Parses both halves. BadInput(KEY_MALFORMED) if either is not a key of the suite."""
        try:
            first = Ed25519PublicKey.from_public_bytes(ed25519)
            second = suite(suite_id).mldsa_public.from_public_bytes(mldsa)
        except ValueError:
            raise BadInput(Code.KEY_MALFORMED) from None
        kid = digest("exchange/key/1", b"signing", b"%d" % suite_id, ed25519, mldsa).hex()[:16]
        return cls(kid, suite_id, ed25519, mldsa, first, second)

    def verify(self, message: bytes, ed25519: bytes, mldsa: bytes) -> None:
        """SignatureInvalid unless both signatures are this key's over exactly `message`."""
        try:
            self._ed25519.verify(ed25519, message)
            self._mldsa.verify(mldsa, message)
        except (InvalidSignature, ValueError):
            raise SignatureInvalid(kid=self.kid) from None


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private pair. Neither `repr` nor an error shows its seeds."""

    public: VerifyKey
    _seeds: tuple[bytes, bytes] = field(repr=False)
    _ed25519: Ed25519PrivateKey = field(repr=False, compare=False)
    _mldsa: MlDsaPrivate = field(repr=False, compare=False)

    @classmethod
    def generate(cls, suite_id: int) -> SigningKey:
        """A new pair from the operating system's generator."""
        return cls.from_seeds(suite_id, random_bytes(SEED), random_bytes(SEED))

    @classmethod
    def from_seeds(cls, suite_id: int, ed25519: bytes, mldsa: bytes) -> SigningKey:
        """The pair of two 32-byte seeds (RFC 8032 private key; FIPS 204 ξ). BadInput(KEY_MALFORMED)."""
        try:
            first = Ed25519PrivateKey.from_private_bytes(ed25519)
            second = suite(suite_id).mldsa_private.from_seed_bytes(mldsa)
        except ValueError:
            raise BadInput(Code.KEY_MALFORMED) from None
        public = VerifyKey.of(suite_id, first.public_key().public_bytes_raw(), second.public_key().public_bytes_raw())
        return cls(public, (ed25519, mldsa), first, second)

    @property
    def kid(self) -> str:
        return self.public.kid

    @property
    def suite(self) -> int:
        return self.public.suite

    def sign(self, message: bytes) -> tuple[bytes, bytes]:
        """(Ed25519 signature, ML-DSA signature). ML-DSA is hedged: two signatures of one message differ."""
        return self._ed25519.sign(message), self._mldsa.sign(message)

    def document(self) -> JsonObject:
        """The seeds, for a key file."""
        return {"suite": self.suite, "ed25519": b64(self._seeds[0]), "mldsa": b64(self._seeds[1])}

    @classmethod
    def read(cls, fields: Fields) -> SigningKey:
        """From `document`. BadInput(KEY_MALFORMED)."""
        return cls.from_seeds(
            fields.integer("suite", 1, 2), fields.binary("ed25519", SEED), fields.binary("mldsa", SEED)
        )


SIGNING_MEMBERS = ("suite", "ed25519", "mldsa")
ROOT_SUITE = 1


def fingerprint(root: VerifyKey) -> str:
    """What people compare out of band: hex SHA-256(PAE("exchange/fingerprint/1", Ed25519 key, ML-DSA-65 key))."""
    return digest("exchange/fingerprint/1", root.ed25519, root.mldsa).hex()


@dataclass(frozen=True, slots=True)
class RootKey:
    """A node's root: a suite 1 pair that signs descriptors only and is kept offline, in its own file."""

    pair: SigningKey

    @classmethod
    def generate(cls) -> RootKey:
        return cls(SigningKey.generate(ROOT_SUITE))

    @property
    def public(self) -> VerifyKey:
        return self.pair.public

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.public)

    def sign(self, message: bytes) -> tuple[bytes, bytes]:
        return self.pair.sign(message)

    def to_bytes(self) -> bytes:
        """Canonical JSON with the private seeds; only ever written through `keyfile.lock`."""
        return canonical({"v": 1, "root": self.pair.document()})

    @classmethod
    def from_bytes(cls, data: bytes) -> RootKey:
        """BadInput(KEY_MALFORMED) if `data` is not what `to_bytes` writes."""
        try:
            fields = Fields(read_canonical(data, limit=4096), ("v", "root"), Code.KEY_MALFORMED)
        except BadInput:
            raise BadInput(Code.KEY_MALFORMED) from None
        fields.integer("v", 1, 1)
        pair = SigningKey.read(fields.object("root", SIGNING_MEMBERS))
        if pair.suite != ROOT_SUITE:
            raise BadInput(Code.KEY_MALFORMED)
        return cls(pair)
