"""What this node has of the streams between it and one partner, block by block: from its store, in one snapshot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from exchange.crypto.encoding import JsonValue, canonical_own, read_canonical
from exchange.crypto.receipts import stored_receipt
from exchange.ledger.statements import (
    BLOCK,
    MAX_EPOCHS,
    MAX_WIRE,
    NO_OUTCOME,
    Block,
    Row,
    Statement,
    Stream,
    block_digest,
    read_rows,
    window,
)
from exchange.model.state import InboxItem, OutboxItem
from exchange.operations.clock import stamp
from exchange.operations.receipts import digests_named
from exchange.ports import Node, Unit


class Held(NamedTuple):
    """One block, small: its rows as canonical JSON."""

    digest: str
    size: int
    """How many rows."""
    rows: bytes


class Snapshot(NamedTuple):
    """All blocks of both directions."""

    streams: tuple[Stream, ...]
    blocks: Mapping[Block, Held]

    def rows(self, place: Block) -> tuple[Row, ...]:
        """None held: no rows."""
        held = self.blocks.get(place)
        return () if held is None else read_block(held.rows, place)

    def equal(self, other: Statement) -> int:
        """How many numbers are in the blocks that the other has alike."""
        return sum(held.size for place, held in self.blocks.items() if other.block(place) == held.digest)


def read_block(data: bytes, place: Block) -> tuple[Row, ...]:
    """What `Held.rows` holds."""
    value = read_canonical(data, limit=MAX_WIRE)
    return read_rows(value if isinstance(value, list) else [], place, ours=True)


def snapshot(node: Node, unit: Unit, partner: str) -> Snapshot:
    """The last 64 blocks of the newest epoch of each direction, the last 4 of up to 7 before it."""
    streams: list[Stream] = []
    blocks: dict[Block, Held] = {}
    ends = {
        node.code: unit.reconciles.epochs_out(partner, MAX_EPOCHS),
        partner: unit.reconciles.epochs_in(partner, MAX_EPOCHS),
    }
    for sender, epochs in sorted(ends.items()):
        for epoch, last in reversed(epochs):
            first = window(last, newest=epoch == epochs[0][0])
            numbers = range((first - 1) // BLOCK, (last - 1) // BLOCK + 1)
            held = [_held(node, unit, partner, Block(sender, epoch, number)) for number in numbers]
            blocks.update((Block(sender, epoch, number), each) for number, each in zip(numbers, held, strict=True))
            streams.append(Stream(sender, epoch, first, last, tuple(each.digest for each in held)))
    return Snapshot(tuple(streams), blocks)


def _held(node: Node, unit: Unit, partner: str, place: Block) -> Held:
    first = place.number * BLOCK + 1
    span = (place.epoch, first, first + BLOCK - 1)
    if place.sender == node.code:
        rows = [_sent(unit, item) for item in unit.reconciles.sent(partner, *span)]
    else:
        rows = [_taken(item) for item in unit.reconciles.taken(partner, *span)]
    listed: list[JsonValue] = [list(row) for row in rows]
    return Held(block_digest(place.epoch, rows), len(rows), canonical_own(listed))


def _sent(unit: Unit, item: OutboxItem) -> Row:
    """What the partner signed counts; without that, what would go out now."""
    if item.receipt is not None:
        receipt = stored_receipt(item.receipt)
        return Row(item.seq, receipt.envelope, receipt.kind, receipt.issued)
    others: Iterator[str] = iter(sorted(digests_named(unit, item) - {item.envelope_digest}))
    return Row(item.seq, item.envelope_digest, NO_OUTCOME, stamp(item.created_at), next(others, ""))


def _taken(item: InboxItem) -> Row:
    """A void was answered `accepted`: nothing of it was refused."""
    outcome = "refused" if item.state == "refused" else "accepted"
    return Row(item.seq, item.envelope_digest, outcome, stamp(item.received_at))
