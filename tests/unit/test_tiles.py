"""Tiles: paths and bytes of the specification, and a tree from tiles that is the tree over the leaves."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.crypto.merkle import consistency_path, inclusion_path, leaf_hash, root_of, sha256
from exchange.crypto.tiles import (
    ENTRIES,
    Tile,
    TiledTree,
    bundles_of,
    hash_tiles,
    read_bundle,
    read_path,
    tile_bytes,
    tiles_of,
    write_bundle,
)
from exchange.errors import BadInput, ChainBroken, Code
from tests.unit.crypto_kit import code_of

LEAVES = [leaf_hash(b"%d" % number) for number in range(70_000)]
SIZES = [1, 2, 3, 7, 255, 256, 257, 300, 511, 512, 513, 1024, 65_535, 65_536, 65_537, 70_000]


def tiled(size: int) -> TiledTree:
    return TiledTree(size, dict(hash_tiles(LEAVES[:size])).__getitem__)


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 1, 44), "tile/0/001.p/44"),
        (Tile(1, 999), "tile/1/999"),
        (Tile(0, 1000), "tile/0/x001/000"),
        (Tile(3, 1_234_067), "tile/3/x001/x234/067"),
        (Tile(ENTRIES, 1_234_067, 255), "tile/entries/x001/x234/067.p/255"),
        (Tile(0, (1 << 45) - 2), "tile/0/x035/x184/x372/x088/830"),
        (Tile(5, 0, 1), "tile/5/000.p/1"),
    ],
)
def test_a_path_is_a_tile(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert read_path(path) == tile


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "/tile/0/000",
        "tile/0/000/",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/data/000",
        "tile/0/0",
        "tile/0/0000",
        "tile/0/x000/000",
        "tile/0/001/000",
        "tile/0/x001",
        "tile/0/X001/000",
        "tile/0/x001/x000",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/257",
        "tile/0/000.p/",
        "tile/0/000\n",
        "tile/0/../../etc",
        "tile/0/٠٠٠",
        "tile/7/000",
        "tile/0/x999/x999/x999/x999/x999/999",
        "tile/0/x035/x184/x372/x088/832",
    ],
)
def test_other_paths_are_refused(bad: str) -> None:
    assert code_of(read_path, bad) is Code.VALUE_NOT_ALLOWED


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.integers(ENTRIES, 5), st.integers(0, 4000) | st.integers(0, (1 << 45) - 2), st.integers(1, 256))
def test_every_path_is_read_back_or_too_far(level: int, index: int, width: int) -> None:
    tile = Tile(level, index, width)
    if tile.end < 1 << 53:
        assert read_path(tile.path) == tile
    else:
        assert code_of(read_path, tile.path) is Code.VALUE_NOT_ALLOWED


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text("tile/0123456789x.pentries", max_size=40).map("tile/".__add__))
def test_what_is_read_is_written_the_same(path: str) -> None:
    try:
        tile = read_path(path)
    except BadInput:
        return
    assert tile.path == path


def test_the_specifications_example_sizes() -> None:
    counted = Counter((tile.level, tile.width) for tile in tiles_of(70_000))
    assert counted == {(0, 256): 273, (0, 112): 1, (1, 256): 1, (1, 17): 1, (2, 1): 1}
    assert list(tiles_of(256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert list(tiles_of(0)) == list(bundles_of(0)) == []
    assert list(bundles_of(300)) == [Tile(ENTRIES, 0), Tile(ENTRIES, 1, 44)]
    assert (Tile(1, 2).first, Tile(1, 2).end, Tile(ENTRIES, 1, 44).end) == (131_072, 196_608, 300)


@pytest.mark.parametrize("size", SIZES)
def test_tiles_hold_the_hashes_that_the_specification_defines(size: int) -> None:
    made = dict(hash_tiles(LEAVES[:size]))
    assert list(made) == list(tiles_of(size))
    asked = [tile for tile in made if tile.level or tile.number in (0, size // 256)]
    for tile in asked:
        assert made[tile] == tile_bytes(tile, lambda first, end: LEAVES[:size][first:end])
        assert tile.end <= size


def test_a_tile_that_the_log_does_not_have_is_not_made() -> None:
    def leaves(first: int, end: int) -> list[bytes]:
        return LEAVES[:300][first:end]

    assert tile_bytes(Tile(0, 1, 44), leaves) == b"".join(LEAVES[256:300])
    assert code_of(tile_bytes, Tile(0, 1, 45), leaves) is Code.PROOF_INVALID
    assert code_of(tile_bytes, Tile(1, 0, 2), leaves) is Code.PROOF_INVALID
    assert code_of(tile_bytes, Tile(ENTRIES, 0), leaves) is Code.VALUE_NOT_ALLOWED


@pytest.mark.parametrize("size", SIZES)
def test_root_and_proofs_from_tiles_are_those_over_the_leaves(size: int) -> None:
    tree, leaves = tiled(size), LEAVES[:size]
    assert tree.root() == root_of(leaves)
    tree.check(root_of(leaves))
    picked = {0, 1, size // 2, 255, 256, 257, size - 256, size - 2, size - 1}
    for index in sorted(each for each in picked if 0 <= each < size):
        assert tree.leaf(index) == leaves[index]
        assert tree.inclusion_path(index) == inclusion_path(leaves, index)
        assert tree.consistency_path(index) == consistency_path(leaves, index)
    assert tree.consistency_path(size) == []


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.integers(1, 1500), st.data())
def test_proofs_of_any_tree(size: int, data: st.DataObject) -> None:
    tree, leaves = tiled(size), LEAVES[:size]
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size))
    assert tree.root() == root_of(leaves)
    assert tree.inclusion_path(index) == inclusion_path(leaves, index)
    assert tree.consistency_path(old) == consistency_path(leaves, old)


def test_the_ends_of_a_tree() -> None:
    assert tiled(0).root() == sha256(b"")
    tiled(0).check(sha256(b""))
    for call in (
        lambda: tiled(0).leaf(0),
        lambda: tiled(9).leaf(9),
        lambda: tiled(9).leaf(-1),
        lambda: tiled(9).inclusion_path(9),
        lambda: tiled(9).inclusion_path(-1),
        lambda: tiled(9).consistency_path(10),
        lambda: tiled(9).consistency_path(-1),
        lambda: tiled(9).check_bundle(1, b""),
        lambda: tiled(9).check_bundle(-1, b""),
    ):
        with pytest.raises(IndexError):
            call()
    for size in (-1, 1 << 53):
        assert code_of(TiledTree, size, lambda _: b"") is Code.VALUE_NOT_ALLOWED


def test_a_proof_asks_for_few_tiles_and_for_each_once() -> None:
    held = dict(hash_tiles(LEAVES))
    asked: list[Tile] = []

    def read(tile: Tile) -> bytes:
        asked.append(tile)
        return held[tile]

    tree = TiledTree(70_000, read)
    tree.inclusion_path(12_345)
    tree.inclusion_path(12_346)
    tree.root()
    assert len(asked) == len(set(asked)) <= 6


def test_every_altered_tile_is_found_and_named() -> None:
    size = 1300
    held, root = dict(hash_tiles(LEAVES[:size])), root_of(LEAVES[:size])
    for tile, data in held.items():
        for at in {0, 31, len(data) // 2, len(data) - 1}:
            changed = {**held, tile: data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]}
            with pytest.raises(ChainBroken) as caught:
                TiledTree(size, changed.__getitem__).check(root)
            if caught.value.code is Code.PROOF_INVALID:
                # A wrong hash in an upper tile shows at the full tile below it.
                under = tile if tile.level == 0 else Tile(tile.level - 1, tile.number * 256 + at // 32)
                assert caught.value.facts["at"] == under.path
            else:
                assert tile.width < 256
        for wrong in (data[:-1], data + b"\0", data[:-32], b""):
            changed = {**held, tile: wrong}
            with pytest.raises(ChainBroken) as caught:
                TiledTree(size, changed.__getitem__).check(root)
            assert caught.value.facts["at"] == tile.path
    with pytest.raises(ChainBroken) as caught:
        TiledTree(size, held.__getitem__).check(root_of(LEAVES[: size - 1]))
    assert caught.value.code is Code.CHECKPOINT_MISMATCH


def test_bundles_are_read_back_and_held_against_the_leaves() -> None:
    entries = [b"%d" % number for number in range(300)]
    tree = tiled(300)
    first, second = write_bundle(entries[:256]), write_bundle(entries[256:])
    assert first.startswith(b"\0\x010\0\x011")
    assert tree.check_bundle(0, first) == entries[:256]
    assert tree.check_bundle(1, second) == entries[256:]
    for number, data in ((0, second), (1, first), (1, second + b"\0\0"), (1, second[:-1]), (1, second + b"\0")):
        assert code_of(tree.check_bundle, number, data) is Code.FILE_NOT_WELL_FORMED
    with pytest.raises(ChainBroken) as caught:
        tree.check_bundle(1, write_bundle([*entries[256:299], b"x"]))
    assert caught.value.facts == {"index": 299}
    swapped = write_bundle([entries[257], entries[256], *entries[258:]])
    assert code_of(tree.check_bundle, 1, swapped) is Code.PROOF_INVALID


def test_limits_of_a_bundle() -> None:
    longest = b"x" * 65_535
    assert read_bundle(write_bundle([longest, b""]), 2) == [longest, b""]
    assert code_of(write_bundle, [longest + b"x"]) is Code.TOO_LARGE
    assert code_of(write_bundle, [b""] * 257) is Code.TOO_LARGE
    assert read_bundle(write_bundle([b""] * 256), 256) == [b""] * 256
    assert read_bundle(b"", 0) == []
    assert code_of(read_bundle, b"", 1) is Code.FILE_NOT_WELL_FORMED


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.binary(max_size=60), st.integers(0, 8))
def test_a_bundle_has_one_reading(data: bytes, width: int) -> None:
    try:
        entries = read_bundle(data, width)
    except BadInput:
        return
    assert write_bundle(entries) == data
    assert len(entries) == width
