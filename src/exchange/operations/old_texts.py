"""Texts of messages live as long as copies under their agreement; codes, times and numbers stay. Part of retention.

Three kinds stay longer, because something still needs them: a recall or correction that waits for its answer, one that
its recipient has not receipted, and the thread of a recall whose copy is kept by law. Spec: docs/spec/messages.md §8.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from exchange.errors import ExchangeError
from exchange.model.messages import KEPT
from exchange.model.state import MessageKey, StoredMessage
from exchange.operations import journal
from exchange.operations.clock import safe_now
from exchange.operations.destroy import NO_MESSAGE, Why, destroyed_entry
from exchange.operations.grounds import parsed, was_in_force
from exchange.operations.obligations import obligations
from exchange.ports import Node, Unit

PAGE = 200
"""Messages looked at in one transaction."""


def destroy_texts(node: Node) -> int:
    """Destroys the texts whose time is over; returns how many. Pages are bounded, each a transaction."""
    with node.store.read() as unit:
        lives = dict(_lives(unit))
    return sum(_destroy(node, agreement_id, live) for agreement_id, live in sorted(lives.items()))


def _lives(unit: Unit) -> Iterator[tuple[str, timedelta]]:
    """By the newest version that every party signed and that was in force: a draft shortens nothing."""
    for stored in unit.agreements.all():
        try:
            if was_in_force(stored):
                yield stored.id, timedelta(days=parsed(stored.document, stored.digest).retention_days)
        except ExchangeError:
            continue  # damaged: nothing is destroyed on its word


def _destroy(node: Node, agreement_id: str, live: timedelta) -> int:
    count, after = 0, None
    while True:
        with node.store.write() as unit:
            now = safe_now(node, unit)
            old = unit.messages.texts_before(agreement_id, now - live, after, PAGE)
            gone = [each.key for each in old if not _needed(unit, each)]
            for key in gone:
                unit.messages.shred(key)
            if gone:
                line = destroyed_entry(node, unit, [], "text", Why(node.code, "retention", NO_MESSAGE), now)
                journal.write(node, unit, [line], now)
            node.faults.reach("retention.texts")  # uncommitted: the texts are as they were
        count += len(gone)
        if len(old) < PAGE:
            return count
        after = old[-1].key


def _needed(unit: Unit, line: StoredMessage) -> bool:
    if line.type in ("recall", "correction") and obligations([line], line.created_at):
        return True
    partner = line.key.partner
    if line.key.direction == "out" and line.epoch is not None and line.seq is not None:
        item = unit.streams.out_item(partner, line.epoch, line.seq)
        if item is not None and item.receipt is None and item.state != "void":
            return True
    thread = (unit.messages.get(MessageKey(line.thread, partner, way)) for way in ("in", "out"))
    return any(each is not None and each.type == "recall" and each.outcome in KEPT for each in thread)
