"""A passkey in software: makes and answers as a browser with an authenticator does (W3C WebAuthn Level 2, §6).

Every member that an attacker could change can be changed here. It needs `cryptography` and a CBOR writer alone, so that
what it says comes from the standard and not from the library under test.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_bytes
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from exchange.crypto.base64url import b64url, unb64url
from exchange.passkeys import WebAuthnPasskeys

ORIGIN = "https://localhost:8441"
RP_ID = "localhost"
DOOR = WebAuthnPasskeys(RP_ID, ORIGIN, "Exchange DZ")
PRESENT, VERIFIED, MAY_BACK_UP, BACKED_UP, WITH_KEY = 0x01, 0x04, 0x08, 0x10, 0x40
Signer = Callable[[bytes], bytes]


def _es256() -> tuple[dict[int, Any], Signer]:
    key = ec.generate_private_key(ec.SECP256R1())
    numbers = key.public_key().public_numbers()
    cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
    return cose, lambda message: key.sign(message, ec.ECDSA(SHA256()))


def _eddsa() -> tuple[dict[int, Any], Signer]:
    key = ed25519.Ed25519PrivateKey.generate()
    return {1: 1, 3: -8, -1: 6, -2: key.public_key().public_bytes_raw()}, key.sign


def _rs256() -> tuple[dict[int, Any], Signer]:
    key = rsa.generate_private_key(65537, 2048)
    numbers = key.public_key().public_numbers()
    cose = {1: 3, 3: -257, -1: numbers.n.to_bytes(256, "big"), -2: numbers.e.to_bytes(3, "big")}
    return cose, lambda message: key.sign(message, padding.PKCS1v15(), SHA256())


def _mldsa() -> tuple[dict[int, Any], Signer]:
    key = mldsa.MLDSA65PrivateKey.generate()
    return {1: 7, 3: -49, -1: key.public_key().public_bytes_raw()}, key.sign


ALGORITHMS = {"ES256": _es256, "EdDSA": _eddsa, "RS256": _rs256, "ML-DSA-65": _mldsa}


@dataclass(slots=True)
class Authenticator:
    """One passkey and the browser before it. `step` 0: a passkey that is on several devices and does not count."""

    algorithm: str = "ES256"
    step: int = 1
    flags: int = PRESENT | VERIFIED
    origin: str = ORIGIN
    rp_id: str = RP_ID
    cross_origin: bool | None = False
    count: int = 0
    id: bytes = field(default_factory=lambda: token_bytes(32))
    handle: bytes | None = None
    fmt: str = "none"
    cose: dict[int, Any] = field(init=False)
    sign: Signer = field(init=False)

    def __post_init__(self) -> None:
        self.cose, self.sign = ALGORITHMS[self.algorithm]()

    @property
    def name(self) -> str:
        """The credential's id, as the browser says it."""
        return b64url(self.id)

    def make(self, options: str, **changed: Any) -> str:
        """The answer to options for a new passkey."""
        asked = json.loads(options)
        self.handle = unb64url(asked["user"]["id"])
        client = self._client("webauthn.create", asked["challenge"])
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(self.cose)
        data = self._data(WITH_KEY) + attested
        attestation = cbor2.dumps({"fmt": self.fmt, "attStmt": {}, "authData": data})
        response = {"clientDataJSON": b64url(client), "attestationObject": b64url(attestation)}
        return self._said({**response, **changed})

    def answer(self, options: str, **changed: Any) -> str:
        """The answer to options for signing in or confirming."""
        client = self._client("webauthn.get", json.loads(options)["challenge"])
        self.count += self.step
        data = self._data(0)
        response: dict[str, Any] = {
            "clientDataJSON": b64url(client),
            "authenticatorData": b64url(data),
            "signature": b64url(self.sign(data + sha256(client).digest())),
        }
        if self.handle is not None:
            response["userHandle"] = b64url(self.handle)
        return self._said({**response, **changed})

    def _client(self, kind: str, challenge: str) -> bytes:
        said: dict[str, Any] = {"type": kind, "challenge": challenge, "origin": self.origin}
        if self.cross_origin is not None:
            said["crossOrigin"] = self.cross_origin
        return json.dumps(said).encode()

    def _data(self, more: int) -> bytes:
        return sha256(self.rp_id.encode()).digest() + bytes([self.flags | more]) + self.count.to_bytes(4, "big")

    def _said(self, response: dict[str, Any]) -> str:
        whole = {"id": self.name, "rawId": self.name, "type": "public-key", "response": response}
        return json.dumps({**whole, "clientExtensionResults": {}, "authenticatorAttachment": "platform"})
