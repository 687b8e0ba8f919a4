"""Merkle trees against the recursive definitions of RFC 6962, section 2.1, written again here as they stand there."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.crypto import merkle
from exchange.crypto.suites import SUITES
from exchange.errors import ChainBroken
from tests.unit.crypto_kit import flipped

_FAST = settings(derandomize=True, deadline=None, max_examples=40)
_SIZES = range(1, 36)


def _hash(data: bytes) -> bytes:
    return sha256(data).digest()


def _split(count: int) -> int:
    half = 1
    while half * 2 < count:
        half *= 2
    return half


def _mth(entries: Sequence[bytes]) -> bytes:
    if not entries:
        return _hash(b"")
    if len(entries) == 1:
        return _hash(b"\x00" + entries[0])
    half = _split(len(entries))
    return _hash(b"\x01" + _mth(entries[:half]) + _mth(entries[half:]))


def _path(index: int, entries: Sequence[bytes]) -> list[bytes]:
    if len(entries) == 1:
        return []
    half = _split(len(entries))
    if index < half:
        return [*_path(index, entries[:half]), _mth(entries[half:])]
    return [*_path(index - half, entries[half:]), _mth(entries[:half])]


def _entries(count: int) -> list[bytes]:
    return [b"entry %d" % index for index in range(count)]


def _leaves(count: int) -> list[bytes]:
    return [merkle.leaf_hash(entry) for entry in _entries(count)]


@pytest.mark.parametrize("size", _SIZES)
def test_roots_and_paths_are_those_of_the_rfc(size: int) -> None:
    entries, leaves = _entries(size), _leaves(size)
    assert merkle.root_of(leaves) == _mth(entries)
    assert merkle.levels_of(leaves)[-1] == [_mth(entries)]
    for index in range(size):
        assert merkle.inclusion_path(leaves, index) == _path(index, entries)


@pytest.mark.parametrize("size", _SIZES)
def test_every_inclusion_proof_verifies_only_in_its_place(size: int) -> None:
    leaves = _leaves(size)
    root = merkle.root_of(leaves)
    for index in range(size):
        path = merkle.inclusion_path(leaves, index)
        merkle.verify_inclusion(leaf=leaves[index], index=index, size=size, path=path, root=root)
        for other in range(size):
            if other != index:
                with pytest.raises(ChainBroken):
                    merkle.verify_inclusion(leaf=leaves[index], index=other, size=size, path=path, root=root)
        for wrong in ([*path, root], path[:-1] if path else [root], [root, *path]):
            with pytest.raises(ChainBroken):
                merkle.verify_inclusion(leaf=leaves[index], index=index, size=size, path=wrong, root=root)


@pytest.mark.parametrize("size", _SIZES)
def test_every_consistency_proof_verifies_only_for_its_roots(size: int) -> None:
    leaves = _leaves(size)
    root = merkle.root_of(leaves)
    for old in range(size + 1):
        path, old_root = merkle.consistency_path(leaves, old), merkle.root_of(leaves[:old])
        merkle.verify_consistency(old_size=old, old_root=old_root, size=size, root=root, path=path)
        for wrong in ([*path, root], [root, *path]):
            with pytest.raises(ChainBroken):
                merkle.verify_consistency(old_size=old, old_root=old_root, size=size, root=root, path=wrong)
        for changed in flipped(old_root, 7):
            with pytest.raises(ChainBroken):
                merkle.verify_consistency(old_size=old, old_root=changed, size=size, root=root, path=path)


@_FAST
@given(st.lists(st.integers(0, 9), max_size=6))
def test_a_frontier_grows_to_the_same_root_in_any_steps(steps: list[int]) -> None:
    leaves = _leaves(sum(steps))
    frontier, at = merkle.Frontier(), 0
    for step in steps:
        frontier = frontier.append(leaves[at : at + step])
        at += step
        assert frontier.root() == merkle.root_of(leaves[:at])
        assert frontier.size == at
        assert len(frontier.hashes) == at.bit_count()


def test_any_flipped_bit_of_a_proof_is_refused() -> None:
    leaves = _leaves(21)
    root, path = merkle.root_of(leaves), merkle.inclusion_path(leaves, 13)
    tried = 0
    for changed in flipped(b"".join(path)):
        nodes = [changed[at : at + 32] for at in range(0, len(changed), 32)]
        with pytest.raises(ChainBroken):
            merkle.verify_inclusion(leaf=leaves[13], index=13, size=21, path=nodes, root=root)
        tried += 1
    assert tried == 5 * 32


def test_nodes_of_another_length_are_refused() -> None:
    leaves = _leaves(4)
    root, path = merkle.root_of(leaves), merkle.inclusion_path(leaves, 0)
    with pytest.raises(ChainBroken):
        merkle.verify_inclusion(leaf=leaves[0], index=0, size=4, path=[path[0] + path[1]], root=root)
    with pytest.raises(ChainBroken):
        merkle.verify_consistency(old_size=0, old_root=b"", size=4, root=root, path=[])


def test_an_inner_node_is_not_a_leaf() -> None:
    left, right = _leaves(2)
    assert merkle.leaf_hash(left + right) != merkle.node_hash(left, right)


def test_the_hash_is_a_parameter() -> None:
    hash_ = SUITES[2].hash
    leaves = [merkle.leaf_hash(entry, hash_) for entry in _entries(5)]
    root = merkle.root_of(leaves, hash_)
    assert len(root) == 48
    assert merkle.root_from_path(leaves[4], 4, 5, merkle.inclusion_path(leaves, 4, hash_), hash_) == root


def test_there_is_no_path_outside_the_tree() -> None:
    for index in (-1, 3):
        with pytest.raises(IndexError):
            merkle.inclusion_path(_leaves(3), index)
        with pytest.raises(ChainBroken):
            merkle.root_from_path(_leaves(1)[0], index, 3, [])
    with pytest.raises(IndexError):
        merkle.consistency_path(_leaves(3), 4)
