"""Our ledger as C2SP tlog-tiles: for partners by request, and as an export that any follower of such logs can read.

An entry is its salted commitment, 32 bytes, so neither tiles nor bundles tell anything that could be guessed. Entries
from before salts are their own leaves: their bundles and the leaf hashes of such tiles are withheld, as if the log were
pruned so far; the levels above show that nothing else is missing. Spec: docs/spec/transport.md §9.3.
"""

from __future__ import annotations

from collections.abc import Iterator

from exchange.crypto import checkpoint as notes
from exchange.crypto.keys import witness_name
from exchange.crypto.tiles import ENTRIES, WIDTH, Tile, bundles_of, read_path, tiles_of, write_bundle
from exchange.errors import BadInput, NotFound
from exchange.ledger import book
from exchange.ledger.entries import entry
from exchange.model.state import Person
from exchange.operations import journal
from exchange.operations.clock import safe_now, stamp
from exchange.operations.known_partners import partner_in_use
from exchange.operations.ledger_state import able_to_sign
from exchange.operations.permissions import Permission, require
from exchange.operations.tree import reader
from exchange.ports import Node, Unit

TILE_TYPE = "application/octet-stream"
CHECKPOINT = "checkpoint"
"""Its path beside those of the tiles."""


def newest_checkpoint(node: Node, partner_code: str) -> bytes:
    """Our newest head, signed, with the asker's own cosignatures: who else is a witness is nobody's business.

    Unavailable(ROLLED_BACK) while we are behind.
    """
    with node.store.read() as unit:
        partner_in_use(unit, partner_code)
        able_to_sign(unit)
        note = unit.ledger.checkpoint()
    if note is None:
        raise NotFound(at=CHECKPOINT)
    head = notes.read(note)
    named = (node.keys.ledger.name, witness_name(partner_code))
    lines = "".join(each.line() for each in head.signatures if each.name in named)
    return head.note.text + b"\n" + lines.encode()


def read_tile(node: Node, partner_code: str, path: str) -> bytes:
    """The bytes of the tile or bundle `tile/…`. NotFound for what is no such path, lies beyond our size or is withheld.

    A partial tile may have any width that our size allows, also one that is full by now. Unavailable(ROLLED_BACK).
    """
    try:
        tile = read_path(path)
    except BadInput:
        raise NotFound(at="tile") from None
    with node.store.read() as unit:
        partner_in_use(unit, partner_code)
        able_to_sign(unit)
        return tile_of(unit, tile, unit.ledger.head(lock=False).size)


def tile_of(unit: Unit, tile: Tile, size: int) -> bytes:
    """The bytes of one tile or bundle of the first `size` entries. NotFound as in `read_tile`."""
    if tile.end > size:
        raise NotFound(at="tile")
    if tile.level == ENTRIES:
        leaves = unit.ledger.leaves(tile.first, tile.width)
        if len(leaves) != tile.width or not all(leaf.salt for leaf in leaves):
            raise NotFound(at="tile")
        return write_bundle([book.leaf_data(leaf.salt, leaf.entry) for leaf in leaves])
    if tile.level == 0 and not unit.ledger.leaves(tile.first, 1)[0].salt:  # those without salts came first
        raise NotFound(at="tile")
    return b"".join(reader(unit)(tile.level, tile.number * WIDTH, tile.width))


def note_tiles(node: Node, person: Person) -> int:
    """Logs that `person` exports; returns the ledger's size with that entry: what the export will cover."""
    require(person, Permission.AUDIT_EXPORT)
    with node.store.write() as unit:
        now = safe_now(node, unit)
        size = unit.ledger.head(lock=True).size + 1
        journal.write(node, unit, [entry("audit.tiles-exported", at=stamp(now), actor=person.id, size=size)], now)
    return size


def tile_files(node: Node, size: int) -> Iterator[tuple[str, bytes]]:
    """(path, content) of the checkpoint over the first `size` entries and of every tile and bundle under it.

    One is in memory at a time; what is withheld is left out.
    """
    with node.store.read() as unit:
        notes = [note for covered, note in unit.ledger.checkpoints(size - 1, 1) if covered == size]
    if not notes:
        raise NotFound(at=CHECKPOINT)
    yield CHECKPOINT, notes[0]
    for tiles in (tiles_of(size), bundles_of(size)):
        for tile in tiles:
            try:
                with node.store.read() as unit:
                    data = tile_of(unit, tile, size)
            except NotFound:
                continue
            yield tile.path, data
