"""Two heads of one size that a node signed for one ledger: a file that proves it to anybody, offline (threat T-46).

    {"cards":[b64…],"fingerprint":…,"heads":[note,note],"kind":"exchange-contradiction","node":…,"v":1}

It needs no signature of whoever wrote it: everything in it is signed by the accused. Spec: docs/spec/ledger.md §12.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from exchange.crypto import checkpoint
from exchange.crypto.descriptor import verified
from exchange.crypto.encoding import b64, canonical, read_canonical, unb64
from exchange.crypto.fields import HEX32, NODE, Fields
from exchange.errors import BadInput, Code, ExchangeError, SignatureInvalid, UntrustedKey
from exchange.ledger.book import of_node
from exchange.model.claims import JsonObject

KIND: Final = "exchange-contradiction"
MAX_FILE: Final = 16 << 20
MAX_CARDS: Final = 64


@dataclass(frozen=True, slots=True)
class Checked:
    """What a file proves. `exit_code`: 0 proven; 10 a signature does not verify; 11 no contradiction, or malformed;
    13 a key that nothing leads to."""

    node: str
    size: int
    fault: str | None
    exit_code: int


def contradiction_file(node: str, fingerprint: str, cards: Sequence[bytes], heads: Sequence[bytes]) -> bytes:
    """The file: the accused node's cards as it signed them, and two notes."""
    value: JsonObject = {
        "v": 1,
        "kind": KIND,
        "node": node,
        "fingerprint": fingerprint,
        "cards": [b64(card) for card in dict.fromkeys(cards)],
        "heads": [note.decode() for note in heads[:2]],
    }
    return canonical(value) + b"\n"


def check(data: bytes, fingerprint: str) -> Checked:
    """Checks a file against the root fingerprint that the reader brings. Never raises for what is in it."""
    try:
        fields = Fields(
            read_canonical(data.removesuffix(b"\n"), limit=MAX_FILE),
            ("v", "kind", "node", "fingerprint", "cards", "heads"),
            Code.EXPORT_MALFORMED,
        )
        fields.integer("v", 1, 1)
        fields.choice("kind", (KIND,))
        node, said = fields.text("node", NODE), fields.text("fingerprint", HEX32)
        cards = [unb64(card) for card in fields.items("cards", MAX_CARDS)]
        heads = [checkpoint.read(note.encode()) for note in fields.strings("heads", 2, checkpoint.MAX_NOTE)]
    except ExchangeError:
        return Checked("", 0, "FILE_MALFORMED", 11)
    if said != fingerprint:
        return Checked(node, 0, "ROOT_MISMATCH", 13)
    keys = _ledger_keys(node, fingerprint, cards)
    if keys is None:
        return Checked(node, 0, "DESCRIPTOR_INVALID", 13)
    return _compare(node, heads, keys)


def _ledger_keys(node: str, fingerprint: str, cards: Sequence[bytes]) -> list[str] | None:
    """The ledger keys of the node's cards, each signed by the root; None if one is not."""
    keys = []
    for card in cards:
        try:
            read = verified(card, fingerprint=fingerprint)
        except ExchangeError:
            return None
        if read.node != node:
            return None
        keys.append(read.ledger)
    return keys or None


def _compare(node: str, heads: Sequence[checkpoint.Checkpoint], keys: Sequence[str]) -> Checked:
    if len(heads) != 2:
        return Checked(node, 0, "FILE_MALFORMED", 11)
    first, second = heads
    for head in heads:
        try:
            _signed(head, keys)
        except UntrustedKey:
            return Checked(node, head.size, "LEDGER_KEY_UNKNOWN", 13)
        except (SignatureInvalid, BadInput):
            return Checked(node, head.size, "CHECKPOINT_SIGNATURE", 10)
    named = of_node(first.origin, node)
    if not named or (first.origin, first.size) != (second.origin, second.size) or first.root == second.root:
        return Checked(node, first.size, "NO_CONTRADICTION", 11)
    return Checked(node, first.size, None, 0)


def _signed(head: checkpoint.Checkpoint, keys: Sequence[str]) -> None:
    for key in dict.fromkeys(keys):
        try:
            checkpoint.verify_note(head.note, key)
        except UntrustedKey:
            continue
        return
    raise UntrustedKey(Code.KEY_UNKNOWN)
