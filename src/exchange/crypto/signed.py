"""A small signed document on the wire: its bytes, and a batch signature of one of them. Heartbeats, receipts, and such.

    wire = canonical JSON {"document": b64, "proof": b64, "root": {root document}}

The type is not in the wire: who reads one says which type is expected. Spec: docs/spec/envelope.md §7.
"""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from exchange.crypto.encoding import b64, canonical, read_shaped
from exchange.crypto.fields import Fields
from exchange.crypto.keys import SigningKey
from exchange.crypto.signing import KeyOf, RootCache, root_of_value, sign_batch, verify
from exchange.errors import BadInput, Code, SignatureInvalid

MAX_SIGNED = 64 << 10
"""Bytes on the wire."""
_MEMBERS = ("document", "proof", "root")


def wrap(type_: str, document: bytes, key: SigningKey) -> bytes:
    """Signs one document."""
    return wrap_all(type_, [document], key)[0]


def wrap_all(type_: str, documents: Sequence[bytes], key: SigningKey) -> list[bytes]:
    """Signs several documents with one hybrid signature; each result stands alone."""
    root, proofs = sign_batch(key, type_, documents)
    fragment = orjson.Fragment(root)
    return [
        orjson.dumps({"document": b64(document), "proof": b64(proof), "root": fragment})
        for document, proof in zip(documents, proofs, strict=True)
    ]


def root_kid_of(wire: bytes) -> str:
    """The id of the key that a signed document names; verify it with `unwrap`. SignatureInvalid if it is none."""
    try:
        fields = Fields(read_shaped(wire, limit=MAX_SIGNED), _MEMBERS, Code.SIGNATURE_INVALID)
        return root_of_value(fields.raw("root")).kid
    except BadInput:
        raise SignatureInvalid from None


def document_of(wire: bytes) -> bytes:
    """The document inside, without looking at the signature: for what this node signed itself. SignatureInvalid."""
    try:
        fields = Fields(read_shaped(wire, limit=MAX_SIGNED), _MEMBERS, Code.SIGNATURE_INVALID)
        return fields.binary("document")
    except BadInput:
        raise SignatureInvalid from None


def unwrap(type_: str, wire: bytes, key_of: KeyOf, cache: RootCache | None = None, *, limit: int = MAX_SIGNED) -> bytes:
    """The document, verified as a `type_` under a key that `key_of` accepts. SignatureInvalid, or what it raises.

    `limit`: bytes on the wire.
    """
    try:
        fields = Fields(read_shaped(wire, limit=limit), _MEMBERS, Code.SIGNATURE_INVALID)
        root_of_value(fields.raw("root"))
        root = canonical(fields.raw("root"))
        document, proof = fields.binary("document"), fields.binary("proof")
    except BadInput:
        raise SignatureInvalid from None
    verify(root, proof, type_, document, key_of, cache)
    return document
