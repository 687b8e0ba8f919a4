"""A log as C2SP tiles: their paths, their bytes, and root and proofs from tiles alone.

A tile of level L is up to 256 hashes, each the root over 256^L leaves; an entry bundle is up to 256 entries, each with
its length in front. Where tiles come from is the caller's: `TiledTree` asks a function for them and believes none:
what it computes is worth something when its root is the one of a verified checkpoint.
Spec: docs/spec/ledger.md §3; C2SP tlog-tiles; trees as in `exchange.crypto.merkle`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from exchange.crypto.checkpoint import MAX_SIZE
from exchange.crypto.merkle import leaf_hash, root_of
from exchange.crypto.proofs import TILE, Tree
from exchange.errors import BadInput, ChainBroken, Code, TooLarge

WIDTH = TILE
"""Hashes of a full tile, entries of a full bundle."""
ENTRIES = -1
"""The level of entry bundles."""
MAX_ENTRY = (1 << 16) - 1
"""Bytes of one entry in a bundle."""
_HASH = 32
_PATH = re.compile(
    r"tile/(entries|[0-9]|[1-5][0-9]|6[0-3])/((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII
)


class Tile(NamedTuple):
    """The name of a tile or of an entry bundle."""

    level: int
    """0 to 63, or `ENTRIES`."""
    number: int
    """From 0, within its level."""
    width: int = WIDTH
    """1 to 256; below 256 the tile is partial."""

    @property
    def path(self) -> str:
        """Its place under the log's address: `tile/<L>/<N>[.p/<W>]`."""
        groups = f"{self.number:03}"
        groups = groups.zfill(-(-len(groups) // 3) * 3)
        *upper, last = (groups[at : at + 3] for at in range(0, len(groups), 3))
        number = "".join(f"x{each}/" for each in upper) + last
        level = "entries" if self.level == ENTRIES else str(self.level)
        return f"tile/{level}/{number}" + ("" if self.width == WIDTH else f".p/{self.width}")

    @property
    def first(self) -> int:
        """Index of the first leaf under it."""
        return self.number * WIDTH * self._leaves

    @property
    def end(self) -> int:
        """Index after the last leaf under it: a tree has this tile if its size is not below this."""
        return (self.number * WIDTH + self.width) * self._leaves

    @property
    def _leaves(self) -> int:
        """Under each of its hashes."""
        return 1 << (8 * max(self.level, 0))


TileReader = Callable[[Tile], bytes]
"""Gives the bytes of a tile, which nobody has verified; raises what it likes when it has none."""


def read_path(path: str) -> Tile:
    """What `Tile.path` writes, and nothing else. BadInput(VALUE_NOT_ALLOWED)."""
    found = _PATH.fullmatch(path)
    if found is None:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="tile")
    level = ENTRIES if found[1] == "entries" else int(found[1])
    index = int(found[2].replace("x", "").replace("/", ""))
    tile = Tile(level, index, WIDTH if found[3] is None else int(found[3]))
    if tile.path != path or not 1 <= tile.width <= WIDTH or tile.end > MAX_SIZE:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="tile")
    return tile


def tiles_of(size: int) -> Iterator[Tile]:
    """Every hash tile of a tree of `size` leaves, by level, then number. None for the empty tree."""
    level, count = 0, size
    while count:
        yield from _row(level, count)
        level, count = level + 1, count // WIDTH


def bundles_of(size: int) -> Iterator[Tile]:
    """Every entry bundle of a tree of `size` leaves."""
    return _row(ENTRIES, size)


def _row(level: int, count: int) -> Iterator[Tile]:
    full, rest = divmod(count, WIDTH)
    yield from (Tile(level, index) for index in range(full))
    if rest:
        yield Tile(level, full, rest)


def tile_bytes(tile: Tile, leaves: Callable[[int, int], Sequence[bytes]]) -> bytes:
    """The bytes of a hash tile. `leaves(first, end)`: that many leaf hashes (32 bytes each) of the log.

    BadInput(VALUE_NOT_ALLOWED) for an entry bundle, ChainBroken(PROOF_INVALID) if the log has not that many leaves.
    """
    if tile.level == ENTRIES:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="tile")
    step = 1 << (8 * tile.level)
    made = []
    for first in range(tile.first, tile.end, step):
        under = leaves(first, first + step)
        if len(under) != step:
            raise ChainBroken(Code.PROOF_INVALID, at=tile.path)
        made.append(root_of(under))
    return b"".join(made)


def hash_tiles(leaves: Sequence[bytes]) -> Iterator[tuple[Tile, bytes]]:
    """Every hash tile of the tree over these leaf hashes, with its bytes; in the order of `tiles_of`."""
    level, row = 0, list(leaves)
    while row:
        above = []
        for tile in _row(level, len(row)):
            hashes = row[tile.number * WIDTH : tile.number * WIDTH + tile.width]
            yield tile, b"".join(hashes)
            if tile.width == WIDTH:
                above.append(root_of(hashes))
        level, row = level + 1, above


def write_bundle(entries: Sequence[bytes]) -> bytes:
    """An entry bundle: each entry behind its length (2 bytes, big endian). TooLarge over 65535 bytes or 256 entries."""
    if len(entries) > WIDTH:
        raise TooLarge(limit=WIDTH)
    if any(len(entry) > MAX_ENTRY for entry in entries):
        raise TooLarge(limit=MAX_ENTRY)
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def read_bundle(data: bytes, width: int) -> list[bytes]:
    """The `width` entries of a bundle. BadInput(FILE_NOT_WELL_FORMED) for any other number, or bytes left over."""
    entries: list[bytes] = []
    at = 0
    while at < len(data) and len(entries) < width:
        length = int.from_bytes(data[at : at + 2], "big")
        entries.append(data[at + 2 : at + 2 + length])
        at += 2 + length  # beyond the end when the entry is cut
    if at != len(data) or len(entries) != width:
        raise BadInput(Code.FILE_NOT_WELL_FORMED, at="bundle")
    return entries


class TiledTree:
    """The tree of `size` leaves whose tiles `read` gives. What a proof needs is asked for once and kept.

    ChainBroken(PROOF_INVALID) from every method when a tile has not the length that its name says.
    """

    def __init__(self, size: int, read: TileReader) -> None:
        if not 0 <= size <= MAX_SIZE:
            raise BadInput(Code.VALUE_NOT_ALLOWED, at="size")
        self.size = size
        self._read = read
        self._tree = Tree(self._hashes, size)

    def root(self) -> bytes:
        """MTH over all leaves; SHA-256 of nothing for none."""
        return self._tree.root_at(self.size)

    def leaf(self, index: int) -> bytes:
        """The leaf hash `index` (from 0). IndexError if there is no such leaf."""
        if not 0 <= index < self.size:
            raise IndexError("no such leaf")
        return self._tree.hash(0, index)

    def inclusion_path(self, index: int) -> list[bytes]:
        """PATH(index, leaves) of RFC 6962, section 2.1.1. IndexError if there is no such leaf."""
        return self._tree.inclusion(index, self.size)

    def consistency_path(self, old_size: int) -> list[bytes]:
        """PROOF(old_size, leaves) of section 2.1.2; empty for 0 or the whole. IndexError if it is larger."""
        return self._tree.consistency(old_size, self.size)

    def check(self, root: bytes) -> None:
        """Every tile is the beginning of the one above it, and all of them lead to `root` (of a verified checkpoint).

        ChainBroken(PROOF_INVALID) with the path of the first full tile that does not fit, lowest level first;
        ChainBroken(CHECKPOINT_MISMATCH) when the root is another. Reads every tile; keeps few.
        """
        for tile in tiles_of(self.size):
            if tile.width == WIDTH and root_of(self._fetch(tile)) != self._tree.hash(tile.level + 1, tile.number):
                raise ChainBroken(Code.PROOF_INVALID, at=tile.path)
        if self.root() != root:
            raise ChainBroken(Code.CHECKPOINT_MISMATCH, size=self.size)

    def check_bundle(self, number: int, data: bytes) -> list[bytes]:
        """The entries of bundle `number`, each the one that its leaf hash says.

        BadInput(FILE_NOT_WELL_FORMED), ChainBroken(PROOF_INVALID) with the index of the first other entry; IndexError
        if there is no such bundle.
        """
        tile = Tile(ENTRIES, number, min(WIDTH, self.size - number * WIDTH))
        if number < 0 or tile.width < 1:
            raise IndexError("no such bundle")
        entries = read_bundle(data, tile.width)
        for place, entry in enumerate(entries):
            if leaf_hash(entry) != self._tree.hash(0, tile.first + place):
                raise ChainBroken(Code.PROOF_INVALID, index=tile.first + place)
        return entries

    def _hashes(self, level: int, start: int, count: int) -> list[bytes]:
        return self._fetch(Tile(level, start // WIDTH, count))

    def _fetch(self, tile: Tile) -> list[bytes]:
        data = self._read(tile)
        if len(data) != tile.width * _HASH:
            raise ChainBroken(Code.PROOF_INVALID, at=tile.path)
        return [data[at : at + _HASH] for at in range(0, len(data), _HASH)]
