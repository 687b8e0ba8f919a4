"""The ledger's tree as it is stored: a reader for proofs and tiles, and what stores nodes as they become complete.

Stored nodes only save work: each can be made from the leaves at any time, and is made where it is missing. They are
stored from the first on, without gaps. Spec: docs/spec/ledger.md §3.
"""

from __future__ import annotations

from typing import Final

from exchange.crypto.merkle import root_of
from exchange.crypto.proofs import TILE, Hashes, Tree
from exchange.errors import ChainBroken, Code
from exchange.ports import Unit

FILL: Final = 256
"""Nodes of level 1 that one call stores at most: it reads so many times 256 leaf hashes."""


def reader(unit: Unit) -> Hashes:
    """Hashes of the tree by (level, start, count); what is not stored yet is computed from the level below.

    ChainBroken(LEDGER_BROKEN) where the ledger does not go so far.
    """

    def hashes(level: int, start: int, count: int) -> list[bytes]:
        found = unit.ledger.nodes(level, start, count)
        if level:
            for place in range(start + len(found), start + count):
                found.append(root_of(hashes(level - 1, place * TILE, TILE)))
        if len(found) != count:
            raise ChainBroken(Code.LEDGER_BROKEN, at=f"level {level}", size=start + len(found))
        return found

    return hashes


def tree(unit: Unit, size: int) -> Tree:
    """The first `size` entries, for roots and proofs."""
    return Tree(reader(unit), size)


def fill_nodes(unit: Unit, limit: int = FILL) -> int:
    """Stores complete nodes that are missing, at most `limit` of each level, the lowest level first.

    Returns how many of level 1 are still missing: 0 when the next call has nothing to do.
    """
    below = size = unit.ledger.head(lock=False).size
    left, level = 0, 1
    while below >= TILE:
        known = unit.ledger.node_count(level)
        stop = min(below // TILE, known + limit)
        if stop > known:
            read = reader(unit)
            made = [root_of(read(level - 1, place * TILE, TILE)) for place in range(known, stop)]
            unit.ledger.put_nodes(level, known, made)
        if level == 1:
            left = size // TILE - stop
        below, level = stop, level + 1
    return left
