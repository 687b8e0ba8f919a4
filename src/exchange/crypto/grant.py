"""The signature of a grant: an originator's consent that its records go on to a third state. Spec: docs/spec/onward.md.

It is signed by the originator's signing key like a receipt, and travels as it was signed: with the holder that asked
for it, then inside every release that rests on it. What it says is read elsewhere (`exchange.policies.grants`).
"""

from __future__ import annotations

from exchange.crypto.encoding import digest as typed_digest
from exchange.crypto.keys import SigningKey
from exchange.crypto.signed import unwrap, wrap
from exchange.crypto.signing import KeyOf, RootCache

TYPE = "exchange/grant/1"


def sign_grant(document: bytes, key: SigningKey) -> bytes:
    """The grant on the wire. `document`: canonical JSON."""
    return wrap(TYPE, document, key)


def open_grant(wire: bytes, key_of: KeyOf, cache: RootCache | None = None) -> bytes:
    """The document, verified under a key of its originator's card. SignatureInvalid, or what `key_of` raises."""
    return unwrap(TYPE, wire, key_of, cache)


def grant_digest(document: bytes) -> str:
    """Names a grant: hex digest of its document, whoever signed it and however often."""
    return typed_digest(TYPE, document).hex()
