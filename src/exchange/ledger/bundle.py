"""The evidence bundle of one exchange: one canonical JSON document that a court can verify offline.

Everything in it is bytes that were signed or logged when the exchange happened; nothing is written anew but the
node's signature over the whole. Made by `exchange.operations.bundle`, judged by `exchange.ledger.bundle_verify`.
Spec: docs/spec/bundle.md §1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from exchange.crypto.encoding import b64, canonical, read_canonical, unb64
from exchange.crypto.fields import HEX32, NAME, NODE, Fields
from exchange.crypto.keys import SigningKey
from exchange.crypto.signing import sign_batch
from exchange.errors import BadInput, Code
from exchange.ledger.book import SALT
from exchange.ledger.export import AgreementPart, DescriptorPart
from exchange.model.claims import JsonObject, JsonValue

KIND: Final = "exchange-bundle"
TYPE: Final = "exchange/bundle/1"
MAX_BUNDLE: Final = 64 << 20
"""Bytes: an envelope of 6 MiB, and the decisions on 500 records with their values."""
MAX_DESCRIPTORS: Final = 64
MAX_ENTRIES: Final = 10_000
MAX_STAMPS: Final = 16
MAX_PATH: Final = 64
"""Hashes of one inclusion path."""


@dataclass(frozen=True, slots=True)
class ProvenEntry:
    """An entry of the ledger and its way to the checkpoint's root."""

    index: int
    entry: bytes
    salt: bytes
    path: tuple[bytes, ...]
    """32 bytes each, lowest sibling first."""


class SentEnvelope(NamedTuple):
    """What the sender signed of the envelope; the whole of it only where that was asked for."""

    header: bytes
    sealed_sha256: bytes
    root: bytes
    """The root document of its batch signature."""
    proof: bytes
    wire: bytes | None


@dataclass(frozen=True, slots=True)
class Bundle:
    """All members of a bundle but its own signature."""

    node: str
    root_fingerprint: str
    made: str
    """`YYYY-MM-DDTHH:MM:SSZ`; the node's signing key must be valid then."""
    release: str
    descriptors: Sequence[DescriptorPart]
    """The node's and the recipient's, as many versions as the signatures here need, and those of witnesses."""
    agreement: AgreementPart
    checkpoint: bytes
    """The one note that every path leads to, with the cosignatures that it has."""
    entries: Sequence[ProvenEntry]
    """By rising index."""
    envelope: SentEnvelope
    decision: bytes | None
    """A file of `exchange decision export`; None for a release without records."""
    receipt: bytes | None
    """Wire bytes; None as long as none came."""
    stamps: Sequence[bytes]
    """RFC 3161 time-stamp tokens (DER) over the SHA-256 of the checkpoint's text."""

    def document(self) -> JsonObject:
        """The members as JSON."""
        cards: list[JsonValue] = [
            {"party": each.party, "fingerprint": each.fingerprint, "data": b64(each.data)} for each in self.descriptors
        ]
        signatures: JsonObject = {code: b64(each) for code, each in sorted(self.agreement.signatures.items())}
        entries: list[JsonValue] = [
            {"index": each.index, "entry": b64(each.entry), "salt": b64(each.salt), "path": b64(b"".join(each.path))}
            for each in self.entries
        ]
        envelope: JsonObject = {name: _b64(value) for name, value in self.envelope._asdict().items()}
        return {
            "v": 1,
            "kind": KIND,
            "node": self.node,
            "root_fingerprint": self.root_fingerprint,
            "made": self.made,
            "release": self.release,
            "descriptors": cards,
            "agreement": {"document": b64(self.agreement.document), "signatures": signatures},
            "checkpoint": self.checkpoint.decode("utf-8"),
            "entries": entries,
            "envelope": envelope,
            "decision": _b64(self.decision),
            "receipt": _b64(self.receipt),
            "stamps": [b64(each) for each in self.stamps],
        }


class Signed(NamedTuple):
    """A read bundle and its signature. Nothing in it is believed."""

    bundle: Bundle
    payload: bytes
    """What was signed: the document without its signature."""
    root: bytes
    proof: bytes


def build(bundle: Bundle, key: SigningKey) -> bytes:
    """The file. TooLarge if nobody could read it."""
    document = bundle.document()
    root, proofs = sign_batch(key, TYPE, [canonical(document)])
    data = canonical({**document, "signature": {"root": b64(root), "proof": b64(proofs[0])}})
    read(data)
    return data


def recognised(beginning: bytes) -> bool:
    """Whether a file that begins like this may be a bundle: an export is lines and begins with `exported`."""
    return beginning.startswith(b'{"agreement":')


def read(data: bytes) -> Signed:
    """Reads a bundle strictly. BadInput(EXPORT_MALFORMED, at=the first member that is not in its form), or empty."""
    try:
        fields = Fields(read_canonical(data, limit=MAX_BUNDLE), _MEMBERS, Code.EXPORT_MALFORMED)
    except BadInput:
        raise BadInput(Code.EXPORT_MALFORMED, at="") from None
    found: JsonObject = {}
    for name in _MEMBERS:
        found[name] = fields.raw(name)
        try:
            _CHECKS[name](fields)
        except BadInput:
            raise BadInput(Code.EXPORT_MALFORMED, at=name) from None
    root, proof = _signature(fields)
    del found["signature"]
    bundle = Bundle(
        node=fields.text("node", NODE),
        root_fingerprint=fields.text("root_fingerprint", HEX32),
        made=str(fields.raw("made")),
        release=fields.text("release", NAME),
        descriptors=_descriptors(fields),
        agreement=_agreement(fields),
        checkpoint=_note(fields),
        entries=_entries(fields),
        envelope=_envelope(fields),
        decision=_optional(fields, "decision"),
        receipt=_optional(fields, "receipt"),
        stamps=_stamps(fields),
    )
    return Signed(bundle, canonical(found), root, proof)


def _descriptors(fields: Fields) -> list[DescriptorPart]:
    return [
        DescriptorPart(each.text("party", NODE), each.text("fingerprint", HEX32), each.binary("data"))
        for each in fields.objects("descriptors", ("data", "fingerprint", "party"), MAX_DESCRIPTORS)
    ]


def _agreement(fields: Fields) -> AgreementPart:
    inner = fields.object("agreement", ("document", "signatures"))
    signatures = inner.raw("signatures")
    if not isinstance(signatures, dict):
        raise fields.fault("agreement")
    return AgreementPart(inner.binary("document"), {code: unb64(each) for code, each in signatures.items()})


def _note(fields: Fields) -> bytes:
    return fields.free_text("checkpoint", 128 << 10).encode("utf-8")


def _entries(fields: Fields) -> list[ProvenEntry]:
    return [_entry(each) for each in fields.objects("entries", ("entry", "index", "path", "salt"), MAX_ENTRIES)]


def _entry(fields: Fields) -> ProvenEntry:
    path, salt = fields.binary("path"), fields.binary("salt")
    if len(path) % 32 or len(path) > 32 * MAX_PATH or len(salt) not in (0, SALT):
        raise fields.fault("path")
    steps = tuple(path[at : at + 32] for at in range(0, len(path), 32))
    return ProvenEntry(fields.integer("index"), fields.binary("entry"), salt, steps)


def _envelope(fields: Fields) -> SentEnvelope:
    inner = fields.object("envelope", ("header", "proof", "root", "sealed_sha256", "wire"))
    header, root, proof = (inner.binary(name) for name in ("header", "root", "proof"))
    return SentEnvelope(header, inner.binary("sealed_sha256", 32), root, proof, _optional(inner, "wire"))


def _stamps(fields: Fields) -> list[bytes]:
    return [unb64(each) for each in fields.items("stamps", MAX_STAMPS)]


def _signature(fields: Fields) -> tuple[bytes, bytes]:
    inner = fields.object("signature", ("proof", "root"))
    return inner.binary("root"), inner.binary("proof")


def _optional(fields: Fields, name: str) -> bytes | None:
    return None if fields.raw(name) is None else fields.binary(name)


def _b64(value: bytes | None) -> str | None:
    return None if value is None else b64(value)


_CHECKS: Final[dict[str, Callable[[Fields], object]]] = {
    "v": lambda fields: fields.integer("v", 1, 1),
    "kind": lambda fields: fields.choice("kind", (KIND,)),
    "node": lambda fields: fields.text("node", NODE),
    "root_fingerprint": lambda fields: fields.text("root_fingerprint", HEX32),
    "made": lambda fields: fields.time("made"),
    "release": lambda fields: fields.text("release", NAME),
    "descriptors": _descriptors,
    "agreement": _agreement,
    "checkpoint": _note,
    "entries": _entries,
    "envelope": _envelope,
    "decision": lambda fields: _optional(fields, "decision"),
    "receipt": lambda fields: _optional(fields, "receipt"),
    "stamps": _stamps,
    "signature": _signature,
}
"""How each member must look, in the order in which they are read."""
_MEMBERS: Final = tuple(_CHECKS)
