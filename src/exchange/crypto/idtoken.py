"""An ID token of OpenID Connect, checked from its bytes and one public key alone, without any library of JOSE.

The edge checks it when it comes (`exchange.oidc`), this checks it again, then and whenever somebody looks at evidence.
The algorithm must be allowed and fit the key: `none`, HMAC and keys inside the token are refused.
Source: OpenID Connect Core 1.0, section 3.1.3.7; RFC 7515, 7517, 7518, 8037.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, NoReturn

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicNumbers
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from exchange.crypto.base64url import unb64url
from exchange.errors import BadInput, SignatureInvalid

LEEWAY_S: Final = 60
"""Seconds by which the provider's clock may differ."""
MAX_TOKEN: Final = 1 << 14
"""Characters."""
MAX_SUBJECT: Final = 255
_MIN_RSA, _MAX_RSA = 2048, 8192
_MEMBERS: Final = {"RSA": ("kty", "n", "e"), "EC": ("crv", "kty", "x", "y"), "OKP": ("crv", "kty", "x")}
"""Type of a JWK -> the members that make the key (RFC 7638)."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What an ID token must say. Times are seconds since 1970."""

    issuer: str
    client: str
    nonce: str
    asked_at: int
    """When it was asked for: none is older."""
    now: int
    fresh: bool = False
    """Whether the person must have shown who they are after `asked_at`."""


def bare(key: Mapping[str, object]) -> dict[str, str]:
    """The members of a JWK that make the public key, and no others. SignatureInvalid for a type not used here."""
    members = _MEMBERS.get(str(key.get("kty")), ())
    found = {name: value for name in members if isinstance(value := key.get(name), str)}
    if not members or len(found) != len(members):
        raise SignatureInvalid(at="key")
    return found


def check_id_token(token: str, key: Mapping[str, object], expected: Expected) -> str:
    """The subject of a token that `key` signed and that says all of `expected`. SignatureInvalid for any other."""
    try:
        if len(token) > MAX_TOKEN:
            raise SignatureInvalid(at="token")
        head, body, tail = token.split(".")
        _verify(_object(head), bare(key), f"{head}.{body}".encode("ascii"), unb64url(tail))
        return _subject(_object(body), expected)
    except (BadInput, InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError, RecursionError):
        raise SignatureInvalid(at="token") from None


def _verify(header: Mapping[str, object], key: Mapping[str, str], message: bytes, signature: bytes) -> None:
    name = header.get("alg")
    if "crit" in header or not isinstance(name, str) or name not in _ALGORITHMS:
        raise SignatureInvalid(at="alg")
    kind, check = _ALGORITHMS[name]
    if key["kty"] != kind:
        raise SignatureInvalid(at="key")
    check(key, message, signature)


def _rsa(key: Mapping[str, str]) -> RSAPublicKey:
    found = RSAPublicNumbers(_int(key["e"]), _int(key["n"])).public_key()
    if not _MIN_RSA <= found.key_size <= _MAX_RSA:
        raise SignatureInvalid(at="key")
    return found


def _rs256(key: Mapping[str, str], message: bytes, signature: bytes) -> None:
    _rsa(key).verify(signature, message, PKCS1v15(), SHA256())


def _ps256(key: Mapping[str, str], message: bytes, signature: bytes) -> None:
    _rsa(key).verify(signature, message, PSS(MGF1(SHA256()), SHA256().digest_size), SHA256())


def _es256(key: Mapping[str, str], message: bytes, signature: bytes) -> None:
    if key["crv"] != "P-256" or len(signature) != 64:
        raise SignatureInvalid(at="key")
    found = EllipticCurvePublicNumbers(_int(key["x"]), _int(key["y"]), SECP256R1()).public_key()
    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    found.verify(encode_dss_signature(r, s), message, ECDSA(SHA256()))


def _eddsa(key: Mapping[str, str], message: bytes, signature: bytes) -> None:
    if key["crv"] != "Ed25519":
        raise SignatureInvalid(at="key")
    Ed25519PublicKey.from_public_bytes(unb64url(key["x"])).verify(signature, message)


_ALGORITHMS: Final[dict[str, tuple[str, Callable[[Mapping[str, str], bytes, bytes], None]]]] = {
    "RS256": ("RSA", _rs256),
    "PS256": ("RSA", _ps256),
    "ES256": ("EC", _es256),
    "EdDSA": ("OKP", _eddsa),
}
ALGORITHMS: Final = {name: kind for name, (kind, _) in _ALGORITHMS.items()}
"""Names that a token's header may have, and the type of key that each takes."""


def _subject(claims: Mapping[str, object], expected: Expected) -> str:
    audience = claims.get("aud")
    several = isinstance(audience, list)
    audiences = audience if isinstance(audience, list) else [audience]
    party = claims.get("azp", None if several and len(audiences) > 1 else expected.client)
    nonce, subject = claims.get("nonce"), claims.get("sub")
    if claims.get("iss") != expected.issuer or expected.client not in audiences or party != expected.client:
        raise SignatureInvalid(at="aud")
    if not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode(), expected.nonce.encode()):
        raise SignatureInvalid(at="nonce")
    if not isinstance(subject, str) or not 1 <= len(subject) <= MAX_SUBJECT or not subject.isascii():
        raise SignatureInvalid(at="sub")
    earliest, latest = expected.asked_at - LEEWAY_S, expected.now + LEEWAY_S
    if not earliest <= _seconds(claims, "iat") <= latest or _seconds(claims, "exp") <= expected.now - LEEWAY_S:
        raise SignatureInvalid(at="exp")
    if "nbf" in claims and _seconds(claims, "nbf") > latest:
        raise SignatureInvalid(at="nbf")
    if expected.fresh and not earliest <= _seconds(claims, "auth_time") <= latest:
        raise SignatureInvalid(at="auth_time")
    return subject


def _seconds(claims: Mapping[str, object], name: str) -> int:
    value = claims.get(name)
    if type(value) is not int:
        raise SignatureInvalid(at=name)
    return value


def _int(text: str) -> int:
    return int.from_bytes(unb64url(text), "big")


def _object(text: str) -> dict[str, object]:
    """One part of a token. A member that comes twice is refused: another reader might take the other one."""
    value = json.loads(unb64url(text).decode("utf-8"), object_pairs_hook=_once, parse_constant=_never)
    if not isinstance(value, dict):
        raise SignatureInvalid(at="token")
    return value


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _never(_: str) -> NoReturn:
    raise ValueError
