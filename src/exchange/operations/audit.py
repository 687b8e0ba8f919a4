"""Exports the ledger with everything needed to verify it offline. The export itself is an entry."""

from __future__ import annotations

from collections.abc import Iterator

from exchange.crypto import checkpoint as notes
from exchange.errors import Code, Unavailable
from exchange.ledger.entries import entry
from exchange.ledger.export import AgreementPart, CheckpointPart, DescriptorPart, EntryPart, Parts, build
from exchange.model.state import Person
from exchange.operations import journal
from exchange.operations.clock import safe_now, stamp
from exchange.operations.partners import kept_cards
from exchange.operations.permissions import Permission, require
from exchange.ports import Node

PAGE = 1000
OWN_DESCRIPTOR = "descriptor"
"""Setting: our newest descriptor document, canonical JSON text."""


def note_export(node: Node, person: Person) -> int:
    """Logs that `person` exports; returns the ledger's size with that entry: what the export will cover."""
    require(person, Permission.AUDIT_EXPORT)
    with node.store.write() as unit:
        now = safe_now(node, unit)
        size = unit.ledger.head(lock=True).size + 1
        journal.write(node, unit, [entry("audit.exported", at=stamp(now), actor=person.id, size=size)], now)
    return size


def export_lines(node: Node, size: int) -> Iterator[bytes]:
    """The lines of an export of the first `size` entries, streamed: no more than a page is in memory."""
    with node.store.read() as unit:
        exported = stamp(safe_now(node, unit))
        descriptors = tuple(_descriptors(node))
        agreements = tuple(
            AgreementPart(stored.document, stored.signatures)
            for stored in unit.agreements.all()
            if stored.state != "draft"
        )
    parts = Parts(
        node=node.code,
        root_fingerprint=node.keys.root_fingerprint,
        exported=exported,
        size=size,
        descriptors=descriptors,
        agreements=agreements,
        entries=_entries(node, size),
        checkpoints=_checkpoints(node, size),
        receipts=_receipts(node),
    )
    yield from build(parts, node.keys.signing[node.suite])


def _descriptors(node: Node) -> Iterator[DescriptorPart]:
    with node.store.read() as unit:
        own = unit.setting(OWN_DESCRIPTOR)
        if own is None:
            raise Unavailable(Code.CONFIG_INVALID, at=OWN_DESCRIPTOR)
        current = own.encode("utf-8")
        for card in dict.fromkeys([*kept_cards(unit, node.code), current]):
            yield DescriptorPart(node.code, node.keys.root_fingerprint, card)
        for partner in unit.partners.all():
            for card in kept_cards(unit, partner.code):
                yield DescriptorPart(partner.code, partner.root_fingerprint, card)


def _entries(node: Node, size: int) -> Iterator[EntryPart]:
    for start in range(0, size, PAGE):
        limit = min(PAGE, size - start)
        with node.store.read() as unit:
            leaves = unit.ledger.leaves(start, limit)
        yield from (EntryPart(*leaf) for leaf in leaves)


def _checkpoints(node: Node, size: int) -> Iterator[CheckpointPart]:
    after = 0
    while True:
        with node.store.read() as unit:
            page = [each for each in unit.ledger.checkpoints(after, PAGE) if each[0] <= size]
        if not page:
            return
        for covered, note in page:
            yield CheckpointPart(notes.read(note).size, note)
            after = covered


def _receipts(node: Node) -> Iterator[bytes]:
    after: tuple[str, int, int] | None = None
    while True:
        with node.store.read() as unit:
            page = unit.streams.receipts(after, PAGE)
        if not page:
            return
        yield from (receipt for _, receipt in page)
        after = page[-1][0]
