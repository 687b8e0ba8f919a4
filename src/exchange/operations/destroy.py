"""Destroys partners' copies for good, in the transaction of whatever asked for it. It decides and tells nothing.

The key of the record goes, its rows go, and so does every envelope kept whole that brought it. A tombstone without
content stays, so that the same version does not come back unnoticed. Spec: docs/spec/messages.md §6.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from exchange.crypto.opening import parse_outer
from exchange.errors import BadInput
from exchange.ledger.entries import entry
from exchange.model.afterwards import CopyLine, Erased
from exchange.model.records import Ref
from exchange.operations.clock import stamp
from exchange.operations.message_facts import blinded
from exchange.ports import Node, Unit

NO_MESSAGE = "-"
"""Member `message` of a `record.destroyed` that no message asked for."""


class Why(NamedTuple):
    """What the ledger says of a destruction."""

    actor: str
    why: str
    """`recall`, `correction`, `retention`, or the clock of an own record."""
    message: str
    """The recall or correction that asked for it, or `NO_MESSAGE`."""


def destroy_copies(node: Node, unit: Unit, gone: Sequence[CopyLine], why: Why, now: datetime) -> bytes:
    """Destroys these parcels; returns the ledger entry to write. `gone` is not empty."""
    refs = sorted({line.ref for line in gone})
    line = destroyed_entry(node, unit, refs, "received", why, now)
    unit.copies.destroy(gone)
    unit.answers.drop_naming(refs)
    unit.erasures.bury(_tombstones(unit, gone, why.why, now))
    for place in sorted({(each.sender, each.epoch, each.seq) for each in gone}):
        _keep_proof_only(unit, *place)
    return line


def destroyed_entry(node: Node, unit: Unit, refs: Sequence[Ref], held: str, why: Why, now: datetime) -> bytes:
    """Made before the keys go: afterwards the records have no name in the ledger any more."""
    return entry(
        "record.destroyed",
        at=stamp(now),
        actor=why.actor,
        held=held,
        why=why.why,
        message=why.message,
        refs=blinded(node, unit, refs),
    )


def _tombstones(unit: Unit, gone: Sequence[CopyLine], why: str, now: datetime) -> list[Erased]:
    """One a record and sender, unless the same version, or an older one, is still held from that sender."""
    highest: dict[tuple[Ref, str], int] = {}
    for line in gone:
        key = (line.ref, line.sender)
        highest[key] = max(highest.get(key, 0), line.version)
    kept = {(line.ref, line.sender): line.version for line in unit.copies.places(sorted({ref for ref, _ in highest}))}
    return [
        Erased(ref, "received", sender, version, now, why)
        for (ref, sender), version in sorted(highest.items())
        if kept.get((ref, sender), version + 1) > version
    ]


def _keep_proof_only(unit: Unit, sender: str, epoch: int, seq: int) -> None:
    """An envelope with a refused parcel was kept whole, and our own key would open it."""
    item = unit.streams.inbox_item(sender, epoch, seq)
    if item is None or item.wire is None:
        return
    try:
        proof = parse_outer(item.wire).without_content()
    except BadInput:
        return  # it is the proof already
    unit.streams.keep_proof(sender, epoch, seq, proof)
