"""Merkle trees as in RFC 6962, section 2.1: hashes, compact ranges, inclusion and consistency proofs.

Everything works on leaf *hashes* (`leaf_hash` makes them) and takes the hash function as its last argument, SHA-256 by
default. Nothing here stores a tree, signs a head or knows what an entry means. Spec: docs/spec/envelope.md §2 (batches)
and docs/spec/ledger.md (the log).

The tree is built level by level: neighbours are joined, an odd last node moves up unchanged. That is the same tree as
the recursive split at the largest power of two below n.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import NamedTuple

from exchange.errors import ChainBroken, Code

Hash = Callable[[bytes], bytes]


def sha256(data: bytes) -> bytes:
    """SHA-256 (FIPS 180-4), 32 bytes."""
    return hashlib.sha256(data).digest()


def leaf_hash(entry: bytes, hash_: Hash = sha256) -> bytes:
    """The hash of one leaf: H(0x00 ‖ entry)."""
    return hash_(b"\x00" + entry)


def node_hash(left: bytes, right: bytes, hash_: Hash = sha256) -> bytes:
    """The hash of an inner node: H(0x01 ‖ left ‖ right)."""
    return hash_(b"\x01" + left + right)


class Frontier(NamedTuple):
    """A compact range: what must be kept of a tree in order to append to it and to know its root."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()
    """Roots of the full subtrees, largest first: one for each bit set in `size`."""

    def append(self, leaves: Sequence[bytes], hash_: Hash = sha256) -> Frontier:
        """The frontier after `leaves` (leaf hashes). Amortised one inner hash a leaf."""
        size, hashes = self.size, list(self.hashes)
        for leaf in leaves:
            node, full = leaf, size
            while full & 1:
                node = hash_(b"\x01" + hashes.pop() + node)
                full >>= 1
            hashes.append(node)
            size += 1
        return Frontier(size, tuple(hashes))

    def root(self, hash_: Hash = sha256) -> bytes:
        """The tree's root; H() of nothing for the empty tree."""
        if not self.hashes:
            return hash_(b"")
        node = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            node = hash_(b"\x01" + left + node)
        return node


def levels_of(leaves: Sequence[bytes], hash_: Hash = sha256) -> list[list[bytes]]:
    """Every level from the leaf hashes up to the root. Memory: twice the leaves."""
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        above = [hash_(b"\x01" + below[i] + below[i + 1]) for i in range(0, len(below) - 1, 2)]
        if len(below) % 2:
            above.append(below[-1])
        levels.append(above)
    return levels


def path_in(levels: Sequence[Sequence[bytes]], index: int) -> list[bytes]:
    """The inclusion path of leaf `index` (from 0) in the tree that `levels_of` made, lowest sibling first."""
    if not 0 <= index < len(levels[0]):
        raise IndexError("no such leaf")
    path = []
    for level in levels[:-1]:
        if index ^ 1 < len(level):
            path.append(level[index ^ 1])
        index >>= 1
    return path


def root_of(leaves: Sequence[bytes], hash_: Hash = sha256) -> bytes:
    """MTH over leaf hashes; H() of nothing for no leaves."""
    return Frontier().append(leaves, hash_).root(hash_)


def inclusion_path(leaves: Sequence[bytes], index: int, hash_: Hash = sha256) -> list[bytes]:
    """PATH(index, leaves) of section 2.1.1. IndexError if there is no such leaf."""
    return path_in(levels_of(leaves, hash_), index)


def root_from_path(leaf: bytes, index: int, size: int, path: Sequence[bytes], hash_: Hash = sha256) -> bytes:
    """The root that `path` leads to from leaf hash `leaf` (RFC 9162, section 2.1.3.2, steps 1-4).

    ChainBroken(PROOF_INVALID) if index, size and the length of the path do not belong together.
    """
    if not 0 <= index < size:
        raise ChainBroken(Code.PROOF_INVALID)
    node, at, last = leaf, index, size - 1
    for sibling in path:
        if not last:
            raise ChainBroken(Code.PROOF_INVALID)
        if at & 1 or at == last:
            node = hash_(b"\x01" + sibling + node)
            while not at & 1 and at:
                at >>= 1
                last >>= 1
        else:
            node = hash_(b"\x01" + node + sibling)
        at >>= 1
        last >>= 1
    if last:
        raise ChainBroken(Code.PROOF_INVALID)
    return node


def verify_inclusion(*, leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """Checks that leaf hash `leaf` is number `index` (from 0) of the SHA-256 tree of `size` leaves with this `root`.

    ChainBroken(PROOF_INVALID) if not.
    """
    _hashes(path, root, leaf)
    if root_from_path(leaf, index, size, path) != root:
        raise ChainBroken(Code.PROOF_INVALID)


def consistency_path(leaves: Sequence[bytes], old_size: int, hash_: Hash = sha256) -> list[bytes]:
    """PROOF(old_size, leaves) of section 2.1.2; empty for old_size 0 or the whole. IndexError if it is larger."""
    if not 0 <= old_size <= len(leaves):
        raise IndexError("no such size")
    if old_size in (0, len(leaves)):
        return []
    return _subproof(leaves, old_size, True, hash_)


def _subproof(leaves: Sequence[bytes], old: int, whole: bool, hash_: Hash) -> list[bytes]:
    """SUBPROOF(old, leaves, whole) of section 2.1.2."""
    if old == len(leaves):
        return [] if whole else [root_of(leaves, hash_)]
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    left, right = leaves[:split], leaves[split:]
    if old <= split:
        return [*_subproof(left, old, whole, hash_), root_of(right, hash_)]
    return [*_subproof(right, old - split, False, hash_), root_of(left, hash_)]


def verify_consistency(*, old_size: int, old_root: bytes, size: int, root: bytes, path: Sequence[bytes]) -> None:
    """Checks that the SHA-256 tree of `size` leaves begins with the tree of `old_size` (RFC 9162, section 2.1.4.2).

    The empty tree is a beginning of every tree. ChainBroken(PROOF_INVALID) if the proof does not show it.
    """
    _hashes(path, old_root, root)
    if not 0 <= old_size <= size:
        raise ChainBroken(Code.PROOF_INVALID)
    if old_size in (0, size):
        expected = root if old_size else sha256(b"")
        if path or old_root != expected:
            raise ChainBroken(Code.PROOF_INVALID)
        return
    if _joined(old_size, size, path, old_root) != (old_root, root):
        raise ChainBroken(Code.PROOF_INVALID)


def _joined(old_size: int, size: int, path: Sequence[bytes], old_root: bytes) -> tuple[bytes, bytes]:
    """The two roots that a consistency proof leads to, for 0 < old_size < size."""
    steps = list(path)
    if old_size & (old_size - 1) == 0:
        steps.insert(0, old_root)
    if not steps:
        raise ChainBroken(Code.PROOF_INVALID)
    at, last = old_size - 1, size - 1
    while at & 1:
        at >>= 1
        last >>= 1
    old = new = steps[0]
    for step in steps[1:]:
        if not last:
            raise ChainBroken(Code.PROOF_INVALID)
        if at & 1 or at == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not at & 1 and at:
                at >>= 1
                last >>= 1
        else:
            new = node_hash(new, step)
        at >>= 1
        last >>= 1
    if last:
        raise ChainBroken(Code.PROOF_INVALID)
    return old, new


def _hashes(path: Sequence[bytes], *more: bytes) -> None:
    """A node that is not exactly one hash long could be read as a leaf or as two nodes."""
    if any(len(node) != 32 for node in (*path, *more)):
        raise ChainBroken(Code.PROOF_INVALID)
