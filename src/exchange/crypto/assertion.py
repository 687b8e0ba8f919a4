"""The signed answer of a passkey, checked without any library of passkeys: who has the bytes can check it again.

A passkey signs authenticator data ‖ SHA-256(client data). Client data is the browser's JSON: type, challenge, origin.
Authenticator data begins with SHA-256 of the host name, a byte of flags and a counter. Keys are SubjectPublicKeyInfo.
Source: W3C WebAuthn Level 2, §6.1, §7.2; algorithms RFC 9053 (ES256, EdDSA), RFC 8812 (RS256),
FIPS 204 (ML-DSA).
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey, MLDSA65PublicKey, MLDSA87PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from exchange.crypto.base64url import unb64url
from exchange.errors import BadInput, Code, SignatureInvalid

PublicKey = (
    EllipticCurvePublicKey | Ed25519PublicKey | RSAPublicKey | MLDSA44PublicKey | MLDSA65PublicKey | MLDSA87PublicKey
)
MIN_RSA: Final = 2048
"""Bits."""
_PRESENT, _VERIFIED = 0x01, 0x04
_HEAD: Final = 37
"""Bytes: SHA-256 of the host name, flags, counter."""


def key_bytes(key: PublicKey) -> bytes:
    """SubjectPublicKeyInfo (DER) of a passkey's key. BadInput(KEY_MALFORMED) for a curve or size not used here."""
    if isinstance(key, EllipticCurvePublicKey) and not isinstance(key.curve, SECP256R1):
        raise BadInput(Code.KEY_MALFORMED)
    if isinstance(key, RSAPublicKey) and key.key_size < MIN_RSA:
        raise BadInput(Code.KEY_MALFORMED)
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def check_answer(key: bytes, signed: tuple[bytes, bytes, bytes], *, challenge: bytes, rp_id: str, origin: str) -> None:
    """Raises SignatureInvalid unless `signed` is this key's answer to exactly `challenge`, at this place.

    `signed` is (authenticator data, client data, signature). The person was present and verified (PIN, finger, face).
    """
    authenticator_data, client_data, signature = signed
    if not _said(client_data, challenge, origin) or not _marked(authenticator_data, rp_id):
        raise SignatureInvalid(at="answer")
    verify(key, authenticator_data + sha256(client_data).digest(), signature)


def verify(key: bytes, message: bytes, signature: bytes) -> None:
    """SignatureInvalid unless `signature` is this key's (SubjectPublicKeyInfo) over exactly `message`."""
    try:
        found = load_der_public_key(key)
        if isinstance(found, EllipticCurvePublicKey):
            found.verify(signature, message, ECDSA(SHA256()))
        elif isinstance(found, RSAPublicKey):
            found.verify(signature, message, PKCS1v15(), SHA256())
        elif isinstance(found, Ed25519PublicKey | MLDSA44PublicKey | MLDSA65PublicKey | MLDSA87PublicKey):
            found.verify(signature, message)
        else:
            raise SignatureInvalid(at="key")
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        raise SignatureInvalid(at="signature") from None


def _said(client_data: bytes, challenge: bytes, origin: str) -> bool:
    """Whether the browser says that it was asked this, by a page of this origin and no frame of another."""
    try:
        said = json.loads(client_data.decode("utf-8"))
        if not isinstance(said, dict) or not isinstance(said.get("challenge"), str):
            return False
        asked = unb64url(said["challenge"])
    except (ValueError, RecursionError, BadInput):
        return False
    here = said.get("type") == "webauthn.get" and said.get("origin") == origin
    return here and asked == challenge and said.get("crossOrigin", False) is False


def _marked(authenticator_data: bytes, rp_id: str) -> bool:
    """Whether the device says that it was asked for this host, and that the person was there and verified."""
    if len(authenticator_data) < _HEAD:
        return False
    flags = authenticator_data[32]
    here = authenticator_data[:32] == sha256(rp_id.encode("utf-8")).digest()
    return here and flags & (_PRESENT | _VERIFIED) == _PRESENT | _VERIFIED
