"""Everything private that one running node holds, in one value. Spec: docs/spec/keys.md §4.

The root is not in it: it is offline. Reading and writing here is plain bytes; `exchange.crypto.keyfile` locks them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from exchange.crypto import checkpoint
from exchange.crypto.encoding import JsonObject, b64, canonical, read_canonical
from exchange.crypto.fields import HEX32, NODE, Fields
from exchange.crypto.keys.randomness import random_bytes
from exchange.crypto.keys.sealing import SEALING_MEMBERS, SealingKey
from exchange.crypto.keys.signature import SEED, SIGNING_MEMBERS, SigningKey
from exchange.crypto.suites import SUITES
from exchange.errors import BadInput, Code, UntrustedKey

MAX_PREKEYS = 192
PREKEYS = 13
"""Prekeys of each suite made at once: seven days each, they last for the 90 days of a descriptor."""
KEK = 32
"""Bytes of the key-encryption key for data at rest (AES-256)."""
_MEMBERS = ("v", "code", "root_fingerprint", "at_rest", "ledger", "signing", "sealing")
_OPTIONAL = ("witness",)
"""Key files written before nodes were witnesses do not have it."""
_WITNESS = ("ed25519", "mldsa")
_LIMIT = 1 << 17


@dataclass(frozen=True, slots=True)
class LedgerKey:
    """The Ed25519 key that signs checkpoints: a C2SP signed-note key, named `<CODE>.exchange`."""

    name: str
    public: bytes
    """32 bytes, RFC 8032."""
    _seed: bytes = field(repr=False)
    _key: Ed25519PrivateKey = field(repr=False, compare=False)

    @classmethod
    def generate(cls, name: str) -> LedgerKey:
        return cls.from_seed(name, random_bytes(SEED))

    @classmethod
    def from_seed(cls, name: str, seed: bytes) -> LedgerKey:
        """BadInput(KEY_MALFORMED) unless the seed has 32 bytes."""
        if len(seed) != SEED:
            raise BadInput(Code.KEY_MALFORMED)
        key = Ed25519PrivateKey.from_private_bytes(seed)
        return cls(name, key.public_key().public_bytes_raw(), seed, key)

    @property
    def key_id(self) -> bytes:
        """4 bytes (signed-note, "Signatures")."""
        return checkpoint.key_id(self.name, self.public)

    @property
    def verifier(self) -> str:
        """The verifier key text that partners pin: `name+id+key` (signed-note, "Verifier keys")."""
        return checkpoint.verifier_text(self.name, self.public)

    def sign(self, message: bytes) -> bytes:
        """The 64-byte Ed25519 signature over a note's text."""
        return self._key.sign(message)

    def seed(self) -> bytes:
        return self._seed


@dataclass(frozen=True, slots=True)
class WitnessKey:
    """The two keys that cosign the heads of partners' ledgers, both named `<CODE>.exchange/witness`.

    Never the ledger key: an Ed25519 cosignature does not say who made it (tlog-cosignature, "Ed25519 signed message").
    """

    name: str
    ed25519: bytes
    """Public half, 32 bytes, RFC 8032."""
    mldsa: bytes
    """Public half, 1312 bytes, ML-DSA-44, FIPS 204."""
    _seeds: tuple[bytes, bytes] = field(repr=False)
    _ed25519: Ed25519PrivateKey = field(repr=False, compare=False)
    _mldsa: MLDSA44PrivateKey = field(repr=False, compare=False)

    @classmethod
    def generate(cls, name: str) -> WitnessKey:
        return cls.from_seeds(name, random_bytes(SEED), random_bytes(SEED))

    @classmethod
    def from_seeds(cls, name: str, ed25519: bytes, mldsa: bytes) -> WitnessKey:
        """BadInput(KEY_MALFORMED) unless both seeds have 32 bytes."""
        if len(ed25519) != SEED or len(mldsa) != SEED:
            raise BadInput(Code.KEY_MALFORMED)
        first, second = Ed25519PrivateKey.from_private_bytes(ed25519), MLDSA44PrivateKey.from_seed_bytes(mldsa)
        public = first.public_key().public_bytes_raw(), second.public_key().public_bytes_raw()
        return cls(name, *public, (ed25519, mldsa), first, second)

    @property
    def verifiers(self) -> tuple[str, str]:
        """The verifier key texts for a card: Ed25519 (0x04), then ML-DSA-44 (0x06)."""
        return (
            checkpoint.verifier_text(self.name, self.ed25519, checkpoint.COSIGNATURE),
            checkpoint.verifier_text(self.name, self.mldsa, checkpoint.COSIGNATURE_MLDSA),
        )

    def sign_ed25519(self, message: bytes) -> bytes:
        """64 bytes."""
        return self._ed25519.sign(message)

    def sign_mldsa(self, message: bytes) -> bytes:
        """2420 bytes; empty context. Hedged: two signatures of one message differ."""
        return self._mldsa.sign(message)

    def document(self) -> JsonObject:
        """The seeds, for a key file."""
        return {"ed25519": b64(self._seeds[0]), "mldsa": b64(self._seeds[1])}


@dataclass(frozen=True, slots=True)
class NodeKeys:
    """What a node signs, opens and encrypts with."""

    code: str
    """Node code, for example `DZ`."""
    root_fingerprint: str
    """Hex; of this node's own root."""
    signing: Mapping[int, SigningKey]
    """The current pair of each suite."""
    sealing: tuple[SealingKey, ...]
    """Every prekey whose private half still exists; in each suite in order of use."""
    ledger: LedgerKey
    at_rest: bytes = field(repr=False)
    """Key-encryption key for data at rest, 32 bytes."""
    witness: WitnessKey | None = None
    """None when the key file is older than witnessing, until the next renewal: such a node cosigns nothing."""

    @classmethod
    def generate(
        cls, code: str, root_fingerprint: str, suites: Sequence[int] = tuple(SUITES), prekeys: int = PREKEYS
    ) -> NodeKeys:
        """New keys of every kind for node `code`: of each suite one signing pair and `prekeys` prekeys."""
        return cls(
            code=code,
            root_fingerprint=root_fingerprint,
            signing={suite: SigningKey.generate(suite) for suite in suites},
            sealing=tuple(SealingKey.generate(suite) for suite in suites for _ in range(prekeys)),
            ledger=LedgerKey.generate(f"{code}.exchange"),
            at_rest=random_bytes(KEK),
            witness=WitnessKey.generate(witness_name(code)),
        )

    def with_witness(self) -> NodeKeys:
        """With a new witness key if there is none."""
        return self if self.witness else replace(self, witness=WitnessKey.generate(witness_name(self.code)))

    def with_new_prekeys(self, prekeys: int = PREKEYS) -> NodeKeys:
        """With `prekeys` more for every suite, to be announced in the next descriptor."""
        fresh = (SealingKey.generate(suite) for suite in self.signing for _ in range(prekeys))
        return replace(self, sealing=(*self.sealing, *fresh))

    def without_prekeys(self, kids: Collection[str]) -> NodeKeys:
        """Without the private halves named: what was sealed to them stays sealed for good."""
        return replace(self, sealing=tuple(key for key in self.sealing if key.kid not in kids))

    def with_new_signing(self) -> NodeKeys:
        """New signing pairs for every suite. The old public halves stay in the descriptor while they are valid."""
        return replace(self, signing={suite: SigningKey.generate(suite) for suite in self.signing})

    def prekey(self, kid: str) -> SealingKey:
        """The private prekey `kid`. UntrustedKey(KEY_UNKNOWN) if it never existed or was destroyed."""
        for key in self.sealing:
            if key.kid == kid:
                return key
        raise UntrustedKey(Code.KEY_UNKNOWN)

    def to_bytes(self) -> bytes:
        """Canonical JSON with all private seeds; only ever written through `keyfile.lock`."""
        document: JsonObject = {
            "v": 1,
            "code": self.code,
            "root_fingerprint": self.root_fingerprint,
            "at_rest": b64(self.at_rest),
            "ledger": b64(self.ledger.seed()),
            "signing": [key.document() for _, key in sorted(self.signing.items())],
            "sealing": [key.document() for key in self.sealing],
        }
        if self.witness:
            document["witness"] = self.witness.document()
        return canonical(document)

    @classmethod
    def from_bytes(cls, data: bytes) -> NodeKeys:
        """BadInput(KEY_MALFORMED) if `data` is not what `to_bytes` writes."""
        try:
            fields = Fields(read_canonical(data, limit=_LIMIT), _MEMBERS, Code.KEY_MALFORMED, _OPTIONAL)
        except BadInput:
            raise BadInput(Code.KEY_MALFORMED) from None
        fields.integer("v", 1, 1)
        code = fields.text("code", NODE)
        signing = [SigningKey.read(each) for each in fields.objects("signing", SIGNING_MEMBERS, len(SUITES))]
        if not signing or len({key.suite for key in signing}) != len(signing):
            raise fields.fault("signing")
        return cls(
            code=code,
            root_fingerprint=fields.text("root_fingerprint", HEX32),
            signing={key.suite: key for key in signing},
            sealing=tuple(SealingKey.read(each) for each in fields.objects("sealing", SEALING_MEMBERS, MAX_PREKEYS)),
            ledger=LedgerKey.from_seed(f"{code}.exchange", fields.binary("ledger", SEED)),
            at_rest=fields.binary("at_rest", KEK),
            witness=_witness(code, fields.object("witness", _WITNESS)) if fields.has("witness") else None,
        )


def witness_name(code: str) -> str:
    """The name of a node's witness keys."""
    return f"{code}.exchange/witness"


def _witness(code: str, fields: Fields) -> WitnessKey:
    return WitnessKey.from_seeds(witness_name(code), fields.binary("ed25519", SEED), fields.binary("mldsa", SEED))
