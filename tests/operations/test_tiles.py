"""Tiles as they are served: exactly those of the size, and nothing of entries from before salts."""

from __future__ import annotations

from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.crypto.merkle import root_of
from exchange.crypto.tiles import (
    ENTRIES,
    WIDTH,
    Tile,
    TiledTree,
    bundles_of,
    hash_tiles,
    read_bundle,
    tiles_of,
)
from exchange.errors import NotFound
from exchange.ledger.book import SALT, Leaf, leaf_of
from exchange.operations.tiles import tile_of
from exchange.ports import Unit

SIZES = [0, 1, 255, 256, 257, 65_535, 65_536, 65_537]


def leaf(number: int, salt: bytes) -> Leaf:
    line = b'{"n":%d}' % number
    return Leaf(line, leaf_of(salt, line), salt)


LEAVES = [leaf(number, number.to_bytes(SALT, "big")) for number in range(SIZES[-1])]
HASHES = [each.hash for each in LEAVES]
TILES = {size: dict(hash_tiles(HASHES[:size])) for size in SIZES}


class Rows:
    """The two reads that tiles need; `stored` nodes of level 1 are there."""

    def __init__(self, leaves: list[Leaf], size: int, stored: int = 0) -> None:
        self._leaves, self._size = leaves, size
        self._nodes = [root_of(HASHES[at : at + WIDTH]) for at in range(0, stored * WIDTH, WIDTH)]

    def leaves(self, start: int, limit: int) -> list[Leaf]:
        return self._leaves[start : min(start + limit, self._size)]

    def nodes(self, level: int, start: int, limit: int) -> list[bytes]:
        if level == 0:
            return [each.hash for each in self.leaves(start, limit)]
        return self._nodes[start : start + limit] if level == 1 else []


class Part:
    def __init__(self, ledger: Rows) -> None:
        self.ledger = ledger


def unit_of(size: int, leaves: list[Leaf] = LEAVES, stored: int = 0) -> Unit:
    made: Any = Part(Rows(leaves, size, stored))
    return cast(Unit, made)


def served(unit: Unit, tile: Tile, size: int) -> bool:
    try:
        tile_of(unit, tile, size)
    except NotFound:
        return False
    return True


@pytest.mark.parametrize("size", SIZES)
def test_every_tile_and_bundle_of_the_size(size: int) -> None:
    unit = unit_of(size, stored=size // WIDTH // 2)
    assert {tile: tile_of(unit, tile, size) for tile in tiles_of(size)} == TILES[size]
    tree = TiledTree(size, lambda tile: tile_of(unit, tile, size))
    tree.check(root_of(HASHES[:size]))
    for bundle in bundles_of(size):
        data = tile_of(unit, bundle, size)
        assert tree.check_bundle(bundle.number, data) == read_bundle(data, bundle.width)
        assert all(len(each) == 32 for each in read_bundle(data, bundle.width))


@pytest.mark.parametrize("size", SIZES)
def test_nothing_beyond_the_size(size: int) -> None:
    unit = unit_of(size)
    for level in (ENTRIES, 0, 1, 2, 3):
        count = size >> (8 * max(level, 0))
        number, width = divmod(count, WIDTH)
        assert not served(unit, Tile(level, number, width + 1), size)
        assert not served(unit, Tile(level, number), size)
        assert not served(unit, Tile(level, number + 1, 1), size)
        assert width == 0 or served(unit, Tile(level, number, width), size)


@settings(max_examples=30, deadline=None)
@given(
    size=st.sampled_from(SIZES),
    level=st.sampled_from([ENTRIES, 0, 1, 2]),
    near=st.integers(-2, 2),
    width=st.integers(1, WIDTH),
)
def test_a_tile_is_served_exactly_if_the_tree_has_it(size: int, level: int, near: int, width: int) -> None:
    count = size >> (8 * max(level, 0))
    number = max(0, count // WIDTH + near)
    tile = Tile(level, number, width)
    unit = unit_of(size)
    assert served(unit, tile, size) == (number * WIDTH + width <= count)
    if served(unit, tile, size) and level != ENTRIES:
        whole = HASHES[tile.first : tile.end]
        step = len(whole) // width
        assert tile_of(unit, tile, size) == b"".join(
            root_of(whole[at : at + step]) for at in range(0, len(whole), step)
        )


def test_entries_from_before_salts_are_withheld_with_their_hashes() -> None:
    """Their leaf is the entry, which nobody may read, and its hash, which somebody could guess."""
    old = [leaf(number, b"") for number in range(300)] + LEAVES[300:1024]
    unit = unit_of(1024, old)
    for level in (ENTRIES, 0):
        assert [served(unit, Tile(level, number), 1024) for number in range(4)] == [False, False, True, True]
        assert not served(unit, Tile(level, 1, 1), 1024)
    above = tile_of(unit, Tile(1, 0, 4), 1024)
    hashes = [each.hash for each in old]
    assert above == b"".join(root_of(hashes[at : at + WIDTH]) for at in range(0, 1024, WIDTH))
