"""Takes a partner's signed receipt for one of our envelopes, whether it answers a push or comes after a pull."""

from __future__ import annotations

from exchange.crypto.receipts import Receipt, read_receipt
from exchange.errors import Code, Untrusted
from exchange.ledger.entries import entry
from exchange.ledger.export import receipt_digest
from exchange.operations import journal
from exchange.operations.clock import safe_now, stamp
from exchange.operations.known_partners import descriptor_of, partner_in_use
from exchange.ports import Node


def take_receipt(node: Node, partner_code: str, wire: bytes) -> str:
    """Verifies and stores the receipt; returns the envelope's state: `accepted`, `refused` or `void`. Idempotent.

    Untrusted(RECEIPT_INVALID) when it names no envelope of ours, or another one; SIGNATURE_INVALID, KEY_*.
    """
    with node.store.read() as unit:
        now = safe_now(node, unit)
        descriptor = descriptor_of(partner_in_use(unit, partner_code))
    receipt = read_receipt(wire, lambda kid: descriptor.signing_key(kid, now))
    if receipt.node != partner_code or receipt.sender != node.code:
        raise Untrusted(Code.RECEIPT_INVALID, partner=partner_code)
    with node.store.write() as unit:
        item = unit.streams.out_item(partner_code, receipt.epoch, receipt.seq, lock=True)
        if item is None or item.envelope_digest != receipt.envelope:
            raise Untrusted(Code.RECEIPT_INVALID, partner=partner_code, seq=receipt.seq)
        if item.receipt is not None:
            return item.state
        state = "void" if item.state == "void" else receipt.kind
        now = safe_now(node, unit)
        line = entry("receipt.received", at=stamp(now), actor=partner_code, **_facts(partner_code, receipt, wire))
        journal.write(node, unit, [line], now)
        unit.streams.settle(partner_code, receipt.epoch, receipt.seq, state, wire)
        node.faults.reach("receipt.stored")
    return state


def _facts(partner: str, receipt: Receipt, wire: bytes) -> dict[str, str | int]:
    return {
        "recipient": partner,
        "epoch": receipt.epoch,
        "seq": receipt.seq,
        "envelope": receipt.envelope,
        "outcome": receipt.kind,
        "receipt": receipt_digest(wire),
    }
