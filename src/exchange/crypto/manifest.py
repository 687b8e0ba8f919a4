"""The manifest: what the originator signs of one record version, once, whoever is shown what. Spec: records.md §4.

It names the record and holds the commitments to its claims. Its signature is outside (`signing`, type
`exchange/manifest/1`), so it survives redaction and relay. Nothing here says who may see what.
"""

from __future__ import annotations

from typing import NamedTuple

from exchange.crypto import commitments as blobs
from exchange.crypto.encoding import b64, canonical, read_shaped
from exchange.crypto.encoding import digest as typed_digest
from exchange.crypto.fields import HEX32, NODE, RECORD, Fields, read_time
from exchange.errors import BadInput, Code

KINDS = frozenset({"person", "group", "network", "camp", "movement", "relation", "assessment"})
MAX_MANIFEST = 16 << 10
"""Bytes."""
_MEMBERS = ("commitments", "id", "issued", "kind", "originator", "previous", "v", "version")


class Manifest(NamedTuple):
    """One version of one record."""

    id: str
    version: int
    """From 1."""
    kind: str
    originator: str
    """Node code."""
    issued: str
    """`YYYY-MM-DDTHH:MM:SSZ`."""
    previous: str | None
    """Hex digest of the manifest before; None for version 1 only."""
    commitments: bytes
    """The blob of `commitments.padded`."""

    def to_bytes(self) -> bytes:
        """Canonical JSON: the payload that is signed."""
        return canonical(
            {
                "v": 1,
                "id": self.id,
                "version": self.version,
                "kind": self.kind,
                "originator": self.originator,
                "issued": self.issued,
                "previous": self.previous,
                "commitments": b64(self.commitments),
            }
        )


def digest(manifest: bytes) -> bytes:
    """SHA-256(PAE("exchange/manifest/1", manifest bytes)), 32 bytes."""
    return typed_digest("exchange/manifest/1", manifest)


def read(data: bytes) -> Manifest:
    """Parses a manifest strictly; its signature is not looked at. BadInput(MANIFEST_INVALID)."""
    try:
        fields = Fields(read_shaped(data, limit=MAX_MANIFEST), _MEMBERS, Code.MANIFEST_INVALID)
    except BadInput:
        raise BadInput(Code.MANIFEST_INVALID) from None
    fields.integer("v", 1, 1)
    version = fields.integer("version", 1)
    first = fields.raw("previous") is None
    if first != (version == 1):
        raise fields.fault("previous")
    blob = fields.binary("commitments")
    if not blobs.well_formed(blob):
        raise fields.fault("commitments")
    return Manifest(
        id=fields.text("id", RECORD),
        version=version,
        kind=fields.choice("kind", KINDS),
        originator=fields.text("originator", NODE),
        issued=_time(fields),
        previous=None if first else fields.text("previous", HEX32),
        commitments=blob,
    )


def _time(fields: Fields) -> str:
    value = fields.free_text("issued", 20)
    try:
        read_time(value)
    except BadInput:
        raise fields.fault("issued") from None
    return value
