"""Inclusion and consistency proofs from stored hashes of the tree, without the leaves.

What is stored are the leaf hashes (level 0) and, for each level above, the roots of 256 complete nodes of the level
below. A proof touches one tile of 256 hashes for each level on the way up, and one at the tree's right edge: at a
million entries no more than six. Nothing is verified here: `exchange.crypto.merkle` does that.
Source: RFC 6962, section 2.1; C2SP tlog-tiles for the levels. Spec: docs/spec/ledger.md §3.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from exchange.crypto.merkle import Frontier, node_hash, sha256
from exchange.errors import ChainBroken, Code

TILE: Final = 256
"""Hashes of one tile."""
_BITS: Final = 8
Hashes = Callable[[int, int, int], list[bytes]]
"""(level, start, count) -> that many hashes, 32 bytes each; of level 1 and above only complete nodes are asked for."""


class Tree:
    """The first `size` leaves of a ledger. Tiles are read once."""

    def __init__(self, hashes: Hashes, size: int) -> None:
        self._hashes = hashes
        self._size = size
        self._tiles: dict[tuple[int, int], list[bytes]] = {}

    def root_at(self, size: int) -> bytes:
        """The root over the first `size` leaves, 32 bytes. IndexError if there are not so many."""
        if not 0 <= size <= self._size:
            raise IndexError("no such size")
        return self._range(0, size) if size else sha256(b"")

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """PATH(index, the first `size` leaves), lowest sibling first. IndexError if there is no such leaf."""
        if not 0 <= index < size <= self._size:
            raise IndexError("no such leaf")
        path, start, stop = [], 0, size
        while stop - start > 1:
            middle = start + _split(stop - start)
            if index < middle:
                path.append(self._range(middle, stop))
                stop = middle
            else:
                path.append(self._range(start, middle))
                start = middle
        return path[::-1]

    def consistency(self, old: int, size: int) -> list[bytes]:
        """PROOF(old, the first `size` leaves); empty for 0 and for `size`. IndexError if `old` is larger."""
        if not 0 <= old <= size <= self._size:
            raise IndexError("no such size")
        if old in (0, size):
            return []
        path, start, stop = [], 0, size
        while stop != old:
            middle = start + _split(stop - start)
            if old <= middle:
                path.append(self._range(middle, stop))
                stop = middle
            else:
                path.append(self._range(start, middle))
                start = middle
        if start:  # else the old tree is the first node itself, and its root is known
            path.append(self._range(start, stop))
        return path[::-1]

    def hash(self, level: int, index: int) -> bytes:
        """The stored hash `index` of a level, 32 bytes. IndexError where there is none."""
        return self._tile(level, index // TILE)[index % TILE]

    def _range(self, start: int, stop: int) -> bytes:
        """The root over leaves `start` to `stop`; `start` is a multiple of the power of two that covers them."""
        parts, at = [], start
        while at < stop:
            height = (stop - at).bit_length() - 1
            parts.append(self._node(height, at >> height))
            at += 1 << height
        found = parts[-1]
        for left in reversed(parts[:-1]):
            found = node_hash(left, found)
        return found

    def _node(self, height: int, place: int) -> bytes:
        """The root of complete subtree number `place` of 2^height leaves."""
        level, above = divmod(height, _BITS)
        first = place << above
        tile = self._tile(level, first // TILE)
        found = tile[first % TILE : first % TILE + (1 << above)]
        if len(found) != 1 << above:
            raise ChainBroken(Code.LEDGER_BROKEN, size=self._size)
        return Frontier().append(found).root()

    def _tile(self, level: int, number: int) -> list[bytes]:
        tile = self._tiles.get((level, number))
        if tile is None:
            count = min(TILE, (self._size >> _BITS * level) - number * TILE)
            tile = self._hashes(level, number * TILE, count)
            self._tiles[level, number] = tile
        return tile


def _split(count: int) -> int:
    """The largest power of two below `count` (2 or more)."""
    return 1 << (count - 1).bit_length() - 1
