"""Writes ledger entries in the transaction of what they record: if the entry cannot be written, it does not happen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from exchange.crypto import checkpoint
from exchange.crypto.keys import random_bytes
from exchange.ledger import book
from exchange.ledger.entries import redated
from exchange.operations.clock import stamp
from exchange.operations.ledger_state import able_to_sign, origin
from exchange.ports import Node, Unit


class Written(NamedTuple):
    """Where the entries stand and what vouches for them."""

    first: int
    """Ledger index of the first entry (0-based)."""
    checkpoint: bytes
    """The signed checkpoint over the ledger with these entries (C2SP tlog-checkpoint)."""


def write(node: Node, unit: Unit, entries: Sequence[bytes], now: datetime) -> Written:
    """Appends `entries` in order and signs the new head. Takes the head's lock: appends are serial.

    Unavailable(ROLLED_BACK) while our ledger is older than what we signed before.
    Another transaction may have written a later time while this one was at work; the ledger's time never goes back, so
    the entries then take that time.
    """
    head = unit.ledger.head(lock=True)
    state = able_to_sign(unit)  # behind the lock: an epoch that is opened meanwhile is seen
    last = unit.ledger.last_time()
    if last is not None and now < last:
        now = last
        entries = [redated(line, stamp(last)) for line in entries]
    random = random_bytes(book.SALT * len(entries))
    salts = [random[at : at + book.SALT] for at in range(0, len(random), book.SALT)]
    grown, hashes = book.extend(head, entries, salts)
    unit.ledger.append(grown, list(map(book.Leaf, entries, hashes, salts)), now)
    note = checkpoint.make(origin(node.code, state.epoch), grown.size, book.root(grown), node.keys.ledger)
    unit.ledger.put_checkpoint(grown.size, note)
    return Written(head.size, note)


def head_text(node: Node, unit: Unit) -> str:
    """Our newest head with our own signature alone, as envelopes and heartbeats carry it; empty before the first."""
    note = unit.ledger.checkpoint()
    return "" if note is None else checkpoint.only(checkpoint.read(note), node.keys.ledger.name).decode()
