"""Takes a partner's signed receipt for one of our envelopes, whether it answers a push or comes after a pull."""

from __future__ import annotations

from datetime import datetime

from exchange.crypto.receipts import Receipt, read_receipt
from exchange.crypto.signed import root_kid_of
from exchange.errors import Code, Untrusted
from exchange.ledger.entries import entry
from exchange.ledger.export import receipt_digest
from exchange.model.state import OutboxItem, Partner
from exchange.operations import journal
from exchange.operations.clock import SKEW, note_partner_time, safe_now, stamp
from exchange.operations.known_partners import card_in_use
from exchange.operations.sent import forget_views, message_failed
from exchange.ports import Node, Unit


def take_receipt(node: Node, partner: Partner, wire: bytes, place: tuple[int, int] | None = None) -> str:
    """Verifies and stores the receipt; returns the envelope's state: `accepted`, `refused` or `void`. Idempotent.

    A partner that got an envelope before it was voided here answers with its receipt for the original. That is the
    truth of the number: it was taken, and the void in its place was never needed.

    `partner` as just read from the store, in use; `place`: the (epoch, number) just pushed, whose receipt it must be:
    an old one would let a partner have us push the same envelope for ever. Untrusted(RECEIPT_INVALID) when the receipt
    names no envelope of ours, or another one; SIGNATURE_INVALID, KEY_*.
    """
    partner_code, now = partner.code, node.clock.now()
    descriptor = card_in_use(partner, now)
    receipt = read_receipt(wire, lambda kid: descriptor.signing_key(kid, now))
    elsewhere = place is not None and place != (receipt.epoch, receipt.seq)
    if receipt.node != partner_code or receipt.sender != node.code or elsewhere:
        raise Untrusted(Code.RECEIPT_INVALID, partner=partner_code)
    with node.store.write() as unit:
        item = unit.streams.out_item(partner_code, receipt.epoch, receipt.seq, lock=True)
        if item is None or receipt.envelope not in _named(unit, item):
            raise Untrusted(Code.RECEIPT_INVALID, partner=partner_code, seq=receipt.seq)
        if item.receipt is not None:
            return item.state
        _check_time(receipt, item, now)
        descriptor.signing_key(root_kid_of(wire), receipt.issued_at)
        state = "void" if item.state == "void" and item.envelope_digest == receipt.envelope else receipt.kind
        now = safe_now(node, unit)
        note_partner_time(unit, receipt.issued_at)
        line = entry("receipt.received", at=stamp(now), actor=partner_code, **_facts(partner_code, receipt, wire))
        journal.write(node, unit, [line], now)
        unit.streams.settle(partner_code, receipt.epoch, receipt.seq, state, wire)
        if receipt.kind == "refused" or receipt.refused:
            forget_views(unit, item, [index for index, _ in receipt.refused] or None)
        if receipt.kind == "refused":
            message_failed(unit, item, "refused")
        node.faults.reach("receipt.stored")
    return state


def _check_time(receipt: Receipt, item: OutboxItem, now: datetime) -> None:
    """Dated between the release and now: an auditor judges the receipt by its own date, so that date must be true."""
    if not item.created_at - SKEW <= receipt.issued_at <= now + SKEW:
        raise Untrusted(Code.RECEIPT_INVALID, partner=item.recipient, seq=item.seq)


def _named(unit: Unit, item: OutboxItem) -> set[str]:
    """Digests of what stood at this number: the envelope, and the one that a void replaced."""
    digests = {item.envelope_digest}
    if item.state == "void":
        message = unit.messages.at(item.recipient, "out", item.epoch, item.seq)
        original = message if item.proposal_id is None else unit.releases.get(item.proposal_id)
        if original is not None and original.envelope_digest is not None:
            digests.add(original.envelope_digest)
    return digests


def _facts(partner: str, receipt: Receipt, wire: bytes) -> dict[str, str | int]:
    return {
        "recipient": partner,
        "epoch": receipt.epoch,
        "seq": receipt.seq,
        "envelope": receipt.envelope,
        "outcome": receipt.kind,
        "receipt": receipt_digest(wire),
    }
