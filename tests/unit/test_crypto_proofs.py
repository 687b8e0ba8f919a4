"""Proofs from stored hashes are those of the whole tree, and read few of them."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.crypto import merkle
from exchange.crypto.proofs import TILE, Tree
from exchange.errors import ChainBroken

_SIZE = 67_000
_LEAVES = [sha256(index.to_bytes(4, "big")).digest() for index in range(_SIZE)]
_FIRST = [merkle.root_of(_LEAVES[at : at + TILE]) for at in range(0, _SIZE - _SIZE % TILE, TILE)]
_LEVELS = [_LEAVES, _FIRST, [merkle.root_of(_FIRST[:TILE])]]
_FEW = settings(derandomize=True, deadline=None, max_examples=60)
_SIZES = st.one_of(
    st.integers(1, 700),
    st.builds(lambda near, off: near + off, st.sampled_from((256, 512, 4096, 65_536)), st.integers(-2, 2)),
)


def _stored(level: int, start: int, count: int) -> list[bytes]:
    assert 0 < count <= TILE
    assert start % TILE == 0
    return _LEVELS[level][start : start + count]


@_FEW
@given(_SIZES)
def test_roots(size: int) -> None:
    assert Tree(_stored, _SIZE).root_at(size) == Tree(_stored, size).root_at(size) == merkle.root_of(_LEAVES[:size])


@_FEW
@given(_SIZES, st.data())
def test_inclusion_paths(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    path = Tree(_stored, size).inclusion(index, size)
    assert path == merkle.inclusion_path(_LEAVES[:size], index)
    assert Tree(_stored, _SIZE).inclusion(index, size) == path


@_FEW
@given(_SIZES, st.data())
def test_consistency_paths(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(0, size))
    path = Tree(_stored, size).consistency(old, size)
    assert path == merkle.consistency_path(_LEAVES[:size], old)
    assert Tree(_stored, _SIZE).consistency(old, size) == path


def test_every_small_tree() -> None:
    for size in range(1, 40):
        tree = Tree(_stored, size)
        assert [tree.inclusion(at, size) for at in range(size)] == [
            merkle.inclusion_path(_LEAVES[:size], at) for at in range(size)
        ]
        assert [tree.consistency(old, size) for old in range(size + 1)] == [
            merkle.consistency_path(_LEAVES[:size], old) for old in range(size + 1)
        ]


def test_a_proof_at_a_million_entries_reads_six_tiles() -> None:
    asked: list[tuple[int, int, int]] = []

    def made_up(level: int, start: int, count: int) -> list[bytes]:
        asked.append((level, start, count))
        return [bytes(32)] * count

    assert len(Tree(made_up, 1_000_000).inclusion(123_456, 1_000_000)) == 20
    assert len(asked) <= 6
    assert sum(count for _, _, count in asked) <= 6 * TILE
    asked.clear()
    Tree(made_up, 1_000_000).consistency(123_457, 1_000_000)
    assert len(asked) <= 6


def test_outside_the_tree_there_is_nothing() -> None:
    tree = Tree(_stored, 10)
    assert tree.root_at(0) == sha256(b"").digest()
    for call in (
        lambda: tree.root_at(11),
        lambda: tree.root_at(-1),
        lambda: tree.inclusion(3, 11),
        lambda: tree.inclusion(3, 3),
        lambda: tree.inclusion(-1, 3),
        lambda: tree.consistency(4, 3),
        lambda: tree.consistency(4, 11),
    ):
        with pytest.raises(IndexError):
            call()


def test_a_store_that_lacks_hashes_makes_no_proof() -> None:
    with pytest.raises(ChainBroken):
        Tree(lambda level, start, count: _stored(level, start, count)[:-1], 300).root_at(300)
