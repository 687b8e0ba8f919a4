"""Signatures of root keys: under descriptors and under agreements. Spec: docs/spec/keys.md §2, docs/spec/policy.md §2.

A root signs seldom and by hand, so each signature stands alone and carries the public key; who verifies one compares
the fingerprint with the one that people compared out of band. Here it is only told, never trusted.
"""

from __future__ import annotations

from typing import NamedTuple

from exchange.crypto.encoding import JsonObject, b64, canonical, pae, read_canonical
from exchange.crypto.fields import NODE, Fields
from exchange.crypto.keys import RootKey, VerifyKey, fingerprint
from exchange.crypto.keys.signature import ED25519_SIGNATURE, ROOT_SUITE
from exchange.crypto.suites import suite
from exchange.errors import BadInput, Code, SignatureInvalid

MAX_SIGNATURE = 16 << 10
"""Bytes."""
ROOT_MEMBERS = ("ed25519", "mldsa")
_MEMBERS = ("code", "root", "signature", "v")
_MLDSA_SIGNATURE = suite(ROOT_SUITE).mldsa_signature_size


class Party(NamedTuple):
    """Who signed: the node code that the signature names, and the fingerprint of the root that made it."""

    code: str
    fingerprint: str


def root_signature(root: RootKey, code: str, type_: str, document: bytes) -> bytes:
    """A detached signature of party `code` over PAE(type_, code, document), canonical JSON."""
    ed25519, mldsa = root.sign(pae(type_, code.encode("ascii"), document))
    return canonical(
        {
            "v": 1,
            "code": code,
            "root": public_document(root.public),
            "signature": {"ed25519": b64(ed25519), "mldsa": b64(mldsa)},
        }
    )


def read_root_signature(signature: bytes, type_: str, document: bytes) -> Party:
    """Verifies a detached signature over `document`. SignatureInvalid.

    The caller compares the fingerprint with the one that it expects of that code.
    """
    try:
        fields = Fields(read_canonical(signature, limit=MAX_SIGNATURE), _MEMBERS, Code.SIGNATURE_INVALID)
        fields.integer("v", 1, 1)
        code = fields.text("code", NODE)
        root = read_public(fields.object("root", ROOT_MEMBERS))
        pair = fields.object("signature", ROOT_MEMBERS)
        ed25519, mldsa = pair.binary("ed25519", ED25519_SIGNATURE), pair.binary("mldsa", _MLDSA_SIGNATURE)
    except BadInput:
        raise SignatureInvalid from None
    root.verify(pae(type_, code.encode("ascii"), document), ed25519, mldsa)
    return Party(code, fingerprint(root))


def public_document(root: VerifyKey) -> JsonObject:
    """A root's public key as a document's member."""
    return {"ed25519": b64(root.ed25519), "mldsa": b64(root.mldsa)}


def read_public(fields: Fields) -> VerifyKey:
    """From `public_document`. BadInput."""
    return VerifyKey.of(ROOT_SUITE, fields.binary("ed25519"), fields.binary("mldsa"))
