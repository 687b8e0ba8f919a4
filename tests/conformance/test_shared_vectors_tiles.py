"""Foreign logs by their tiles: the mirror of skylight's test log, and sunlight's navigli; whole, then altered.

The mirror has a cosigned checkpoint over its tiles. Navigli has level 0 tiles only: the levels above are made here.
The entry bundles and the log's own tiles are placeholders (gzip over "fake …"), and must not pass for real ones.
"""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from exchange.crypto import checkpoint
from exchange.crypto.merkle import root_of, verify_consistency, verify_inclusion
from exchange.crypto.tiles import WIDTH, Tile, TiledTree, hash_tiles, read_path, tiles_of
from exchange.errors import BadInput, ChainBroken, Code
from tests.conformance.test_shared_vectors_tlog import MIRROR, SKYLIGHT, TLOG, verifier
from tests.unit.crypto_kit import code_of, flipped

NAVIGLI = TLOG / "sunlight_navigli"
HEAD = checkpoint.read((MIRROR / "checkpoint").read_bytes())
SIZES = [778, 1024]


def from_files(folder: Path, size: int) -> TiledTree:
    return TiledTree(size, lambda tile: (folder / tile.path).read_bytes())


def mirror_with(tile: Tile, data: bytes) -> TiledTree:
    held = {each: (MIRROR / each.path).read_bytes() for each in tiles_of(300)}
    return TiledTree(300, {**held, tile: data}.__getitem__)


def navigli(size: int) -> TiledTree:
    """Level 0 from the files, the partial tile too; the levels above from those."""
    below = [tile for tile in tiles_of(size) if tile.level == 0]
    blobs = {tile: (NAVIGLI / tile.path).read_bytes() for tile in below}
    leaves = [data[at : at + 32] for data in blobs.values() for at in range(0, len(data), 32)]
    return TiledTree(size, {**dict(hash_tiles(leaves)), **blobs}.__getitem__)


def test_every_stored_tile_has_the_path_that_we_write() -> None:
    for folder in (MIRROR, NAVIGLI):
        stored = [path for path in (folder / "tile").rglob("*") if path.is_file()]
        assert stored
        for path in stored:
            assert read_path(path.relative_to(folder).as_posix()).path == path.relative_to(folder).as_posix()
    with pytest.raises(BadInput):  # tiles of static-ct-api, which are not tlog-tiles
        read_path("tile/data/000")
    with pytest.raises(BadInput):
        read_path("tile/names/000")


def test_the_mirrors_tiles_are_those_of_its_size() -> None:
    hashes = {path.relative_to(MIRROR).as_posix() for path in (MIRROR / "tile").rglob("*") if path.is_file()}
    wanted = {tile.path for tile in tiles_of(HEAD.size)}
    assert wanted == {path for path in hashes if "entries" not in path}


def test_the_mirrors_tiles_give_its_cosigned_root() -> None:
    assert checkpoint.verify_cosignature(HEAD, verifier(SKYLIGHT / "witness/mirror/mirror.v0.json")) > 0
    tree = from_files(MIRROR, HEAD.size)
    assert tree.root() == HEAD.root
    tree.check(HEAD.root)


def test_every_leaf_and_every_older_head_is_proven_from_the_mirrors_tiles() -> None:
    tree = from_files(MIRROR, HEAD.size)
    leaves = [tree.leaf(index) for index in range(300)]
    for index, leaf in enumerate(leaves):
        path = tree.inclusion_path(index)
        verify_inclusion(leaf=leaf, index=index, size=300, path=path, root=HEAD.root)
        old_root = root_of(leaves[: index + 1])
        shown = tree.consistency_path(index + 1)
        verify_consistency(old_size=index + 1, old_root=old_root, size=300, root=HEAD.root, path=shown)


@pytest.mark.parametrize("size", SIZES)
def test_navigli_s_tiles_prove_every_leaf(size: int) -> None:
    tree = navigli(size)
    tree.check(tree.root())
    for index in range(0, size, 7):
        path = tree.inclusion_path(index)
        verify_inclusion(leaf=tree.leaf(index), index=index, size=size, path=path, root=tree.root())


def test_navigli_grew_from_its_partial_tile() -> None:
    before, after = navigli(778), navigli(1024)
    shown = after.consistency_path(778)
    verify_consistency(old_size=778, old_root=before.root(), size=1024, root=after.root(), path=shown)
    with pytest.raises(ChainBroken):
        verify_consistency(old_size=777, old_root=before.root(), size=1024, root=after.root(), path=shown)


@pytest.mark.parametrize("tile", list(tiles_of(300)), ids=lambda tile: tile.path)
def test_a_flipped_bit_in_a_foreign_tile_is_caught(tile: Tile) -> None:
    data = (MIRROR / tile.path).read_bytes()
    for changed in flipped(data, 97):
        with pytest.raises(ChainBroken):
            mirror_with(tile, changed).check(HEAD.root)


@pytest.mark.parametrize("tile", list(tiles_of(300)), ids=lambda tile: tile.path)
def test_a_cut_padded_or_compressed_tile_is_refused(tile: Tile) -> None:
    data = (MIRROR / tile.path).read_bytes()
    for changed in (data[:-1], data[:-32], data + bytes(32), gzip.compress(data), b""):
        assert code_of(mirror_with(tile, changed).check, HEAD.root) is Code.PROOF_INVALID


def test_two_leaves_exchanged_are_caught() -> None:
    data = (MIRROR / "tile/0/000").read_bytes()
    swapped = data[32:64] + data[:32] + data[64:]
    assert code_of(mirror_with(Tile(0, 0), swapped).check, HEAD.root) is Code.PROOF_INVALID
    partial = (MIRROR / "tile/0/001.p/44").read_bytes()
    moved = partial[-32:] + partial[:-32]
    assert code_of(mirror_with(Tile(0, 1, 44), moved).check, HEAD.root) is Code.CHECKPOINT_MISMATCH


def test_a_shorter_or_another_log_is_not_this_one() -> None:
    full = {each: (MIRROR / each.path).read_bytes() for each in tiles_of(300)}
    cut = {**full, Tile(0, 1, 43): full[Tile(0, 1, 44)][:-32]}
    assert code_of(TiledTree(299, cut.__getitem__).check, HEAD.root) is Code.CHECKPOINT_MISMATCH
    other = checkpoint.read((SKYLIGHT / "tree/checkpoint").read_bytes())
    assert other.size == 300
    assert code_of(from_files(MIRROR, 300).check, other.root) is Code.CHECKPOINT_MISMATCH


def test_placeholders_do_not_pass_for_tiles_or_entries() -> None:
    assert code_of(from_files(SKYLIGHT / "tree", 300).root) is Code.PROOF_INVALID
    tree = from_files(MIRROR, 300)
    for number, name in ((0, "tile/entries/000"), (1, "tile/entries/001.p/44")):
        stored = (MIRROR / name).read_bytes()
        for data in (stored, gzip.decompress(stored)):
            assert code_of(tree.check_bundle, number, data) is Code.FILE_NOT_WELL_FORMED
    assert len((MIRROR / "tile/0/000").read_bytes()) == WIDTH * 32
