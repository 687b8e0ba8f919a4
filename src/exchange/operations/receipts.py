"""Takes a partner's signed receipt for one of our envelopes, whether it answers a push or comes after a pull."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from exchange.crypto.receipts import Receipt, read_receipt
from exchange.crypto.signed import root_kid_of
from exchange.crypto.signing import RootCache
from exchange.errors import BadInput, Code, Untrusted
from exchange.ledger.entries import entry
from exchange.ledger.export import receipt_digest
from exchange.model.state import OutboxItem, Partner
from exchange.operations import journal
from exchange.operations.clock import SKEW, note_partner_time, safe_now, stamp
from exchange.operations.known_partners import card_in_use
from exchange.operations.seen_heads import note_heads
from exchange.operations.sent import forget_views, message_failed
from exchange.ports import Node, Unit

_ROOTS = RootCache(64)
"""Batch roots already verified: one hybrid verification serves every receipt of one answer."""


class _Read(NamedTuple):
    """A receipt whose signature verified, and what it came as."""

    receipt: Receipt
    wire: bytes


def take_receipt(node: Node, partner: Partner, wire: bytes, place: tuple[int, int] | None = None) -> str:
    """Verifies and stores the receipt; returns the envelope's state: `accepted`, `refused` or `void`. Idempotent.

    A partner that got an envelope before it was voided here answers with its receipt for the original. That is the
    truth of the number: it was taken, and the void in its place was never needed.

    `partner` as just read from the store, in use; `place`: the (epoch, number) just pushed, whose receipt it must be:
    an old one would let a partner have us push the same envelope for ever. Untrusted(RECEIPT_INVALID) when the receipt
    names no envelope of ours, or another one; SIGNATURE_INVALID, KEY_*.
    """
    return take_row(node, partner, [wire], None if place is None else [place])[0]


def take_row(
    node: Node, partner: Partner, wires: Sequence[bytes], places: Sequence[tuple[int, int]] | None = None
) -> list[str]:
    """Stores the receipts of one answer in one transaction, as far as they are good; returns the envelopes' states.

    Errors (as of `take_receipt`) are raised for the first alone: a later one ends the row before it.
    """
    now = node.clock.now()
    good = _verified(node, partner, wires, places, now)
    with node.store.write() as unit:
        states: list[str] = []
        lines: list[bytes] = []
        for each in good:
            try:
                state, entries = _taken(node, unit, partner, each, now)
            except (BadInput, Untrusted):
                if not states:
                    raise
                break
            states.append(state)
            lines += entries
        note_heads(unit, partner.code, partner.code, (each.receipt.checkpoint for each in good[: len(states)]), now)
        if lines:
            journal.write(node, unit, lines, safe_now(node, unit))
        node.faults.reach("receipt.stored")
    return states


def _verified(
    node: Node, partner: Partner, wires: Sequence[bytes], places: Sequence[tuple[int, int]] | None, now: datetime
) -> list[_Read]:
    descriptor = card_in_use(partner, now)
    good: list[_Read] = []
    for index, wire in enumerate(wires):
        try:
            receipt = read_receipt(wire, lambda kid: descriptor.signing_key(kid, now), _ROOTS)
            elsewhere = places is not None and places[index] != (receipt.epoch, receipt.seq)
            if receipt.node != partner.code or receipt.sender != node.code or elsewhere:
                raise Untrusted(Code.RECEIPT_INVALID, partner=partner.code)
        except (BadInput, Untrusted):
            if not good:
                raise
            break
        good.append(_Read(receipt, wire))
    return good


def _taken(node: Node, unit: Unit, partner: Partner, read: _Read, now: datetime) -> tuple[str, list[bytes]]:
    """The envelope's state, and the ledger lines: none for a receipt that is here already. Raises before it writes."""
    receipt, wire = read
    item = unit.streams.out_item(partner.code, receipt.epoch, receipt.seq, lock=True)
    if item is None or receipt.envelope not in digests_named(unit, item):
        raise Untrusted(Code.RECEIPT_INVALID, partner=partner.code, seq=receipt.seq)
    if item.receipt is not None:
        return item.state, []
    _check_time(receipt, item, now)
    card_in_use(partner, now).signing_key(root_kid_of(wire), receipt.issued_at)
    state = "void" if item.state == "void" and item.envelope_digest == receipt.envelope else receipt.kind
    now = safe_now(node, unit)
    note_partner_time(unit, receipt.issued_at)
    unit.streams.settle(partner.code, receipt.epoch, receipt.seq, state, wire)
    if receipt.kind == "refused" or receipt.refused:
        forget_views(unit, item, [index for index, _ in receipt.refused] or None)
    if receipt.kind == "refused":
        message_failed(unit, item, "refused")
    return state, [entry("receipt.received", at=stamp(now), actor=partner.code, **_facts(partner.code, receipt, wire))]


def _check_time(receipt: Receipt, item: OutboxItem, now: datetime) -> None:
    """Dated between the release and now: an auditor judges the receipt by its own date, so that date must be true."""
    if not item.created_at - SKEW <= receipt.issued_at <= now + SKEW:
        raise Untrusted(Code.RECEIPT_INVALID, partner=item.recipient, seq=item.seq)


def digests_named(unit: Unit, item: OutboxItem) -> set[str]:
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
