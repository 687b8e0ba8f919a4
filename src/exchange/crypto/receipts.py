"""Receipts: what a node answers to an envelope, signed, kept on both sides. Spec: docs/spec/envelope.md §7.

`accepted` is durable: the number, the ledger entry and this receipt were committed together. `refused` consumed the
number too and says why, in a code. What a receipt means for a stream is decided in `exchange.operations`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from exchange.crypto.encoding import JsonValue, canonical, read_canonical
from exchange.crypto.fields import CODE, HEX32, NODE, Fields, read_time
from exchange.crypto.keys import SigningKey
from exchange.crypto.signed import MAX_SIGNED, document_of, unwrap, wrap_all
from exchange.crypto.signing import KeyOf, RootCache
from exchange.errors import BadInput, Code

TYPE = "exchange/receipt/1"
KINDS = frozenset({"accepted", "refused"})
MAX_PARCELS = 500
_MEMBERS = (
    "checkpoint",
    "code",
    "envelope",
    "epoch",
    "issued",
    "kind",
    "ledger_index",
    "node",
    "refused",
    "sender",
    "seq",
    "v",
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """One answer to one envelope."""

    kind: str
    """`accepted` or `refused`."""
    envelope: str
    """Hex digest of the envelope."""
    sender: str
    """Whose envelope it was."""
    node: str
    """Who answers: the envelope's recipient."""
    epoch: int
    seq: int
    code: str | None
    """Why an envelope was refused; None if it was accepted."""
    refused: tuple[tuple[int, str], ...]
    """(index, code) of single parcels that were refused, by rising index; the others were taken."""
    ledger_index: int
    """Index (from 0) of the entry in the answering node's ledger."""
    checkpoint: str
    """That node's signed checkpoint, which covers the entry."""
    issued: str

    @property
    def issued_at(self) -> datetime:
        return read_time(self.issued)

    def to_bytes(self) -> bytes:
        """Canonical JSON. BadInput(RECEIPT_INVALID) if the sender could not read it."""
        data = canonical(
            {
                "v": 1,
                "kind": self.kind,
                "envelope": self.envelope,
                "sender": self.sender,
                "node": self.node,
                "epoch": self.epoch,
                "seq": self.seq,
                "code": self.code,
                "refused": [[index, code] for index, code in self.refused],
                "ledger_index": self.ledger_index,
                "checkpoint": self.checkpoint,
                "issued": self.issued,
            }
        )
        read(data)
        return data


def sign_receipt(receipt: Receipt, key: SigningKey) -> bytes:
    """The receipt on the wire."""
    return sign_receipts([receipt], key)[0]


def sign_receipts(receipts: Sequence[Receipt], key: SigningKey) -> list[bytes]:
    """Several receipts under one hybrid signature; each stands alone on the wire."""
    return wrap_all(TYPE, [receipt.to_bytes() for receipt in receipts], key)


def read_receipt(wire: bytes, key_of: KeyOf, cache: RootCache | None = None) -> Receipt:
    """A receipt whose signature verifies. SignatureInvalid, what `key_of` raises, or BadInput(RECEIPT_INVALID)."""
    return read(unwrap(TYPE, wire, key_of, cache))


def stored_receipt(wire: bytes) -> Receipt:
    """A receipt that this node signed and stored itself; its signature is not looked at again."""
    return read(document_of(wire))


def read(data: bytes) -> Receipt:
    """Parses receipt bytes; no signature is looked at. BadInput(RECEIPT_INVALID)."""
    try:
        fields = Fields(read_canonical(data, limit=MAX_SIGNED), _MEMBERS, Code.RECEIPT_INVALID)
    except BadInput as fault:
        raise BadInput(Code.RECEIPT_INVALID, **fault.facts) from None
    fields.integer("v", 1, 1)
    fields.time("issued")
    kind = fields.choice("kind", KINDS)
    code = None if fields.raw("code") is None else fields.text("code", CODE)
    refused = tuple(_parcel(fields, value) for value in fields.items("refused", MAX_PARCELS))
    indexes = [index for index, _ in refused]
    if (code is None) != (kind == "accepted"):
        raise fields.fault("code")
    if indexes != sorted(set(indexes)) or (refused and kind == "refused"):
        raise fields.fault("refused")
    return Receipt(
        kind=kind,
        envelope=fields.text("envelope", HEX32),
        sender=fields.text("sender", NODE),
        node=fields.text("node", NODE),
        epoch=fields.integer("epoch"),
        seq=fields.integer("seq", 1),
        code=code,
        refused=refused,
        ledger_index=fields.integer("ledger_index"),
        checkpoint=fields.free_text("checkpoint", 8 << 10),
        issued=fields.free_text("issued", 20),
    )


def _parcel(fields: Fields, value: JsonValue) -> tuple[int, str]:
    if not isinstance(value, list) or len(value) != 2:
        raise fields.fault("refused")
    index, code = value
    if type(index) is not int or not 0 <= index < MAX_PARCELS:
        raise fields.fault("refused")
    if not isinstance(code, str) or CODE.fullmatch(code) is None:
        raise fields.fault("refused")
    return index, code
