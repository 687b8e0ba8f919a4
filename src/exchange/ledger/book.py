"""The ledger as arithmetic: how a head grows by entries, and its root. Nothing is stored or signed here.

A ledger is an RFC 6962 tree. What stands in its leaves is a salted commitment to an entry, so that proofs and tiles,
which show hashes of neighbouring leaves, say nothing about entries that could be guessed. A head is all that is needed
to append.
Spec: docs/spec/ledger.md §3.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from exchange.crypto.encoding import digest
from exchange.crypto.merkle import Frontier, leaf_hash
from exchange.errors import ChainBroken

SALT: Final = 16
"""Bytes of an entry's salt, random."""


class Head(NamedTuple):
    """Where a ledger ends."""

    size: int
    frontier: tuple[bytes, ...]
    """Roots of the full subtrees, largest first, 32 bytes each: one for each bit set in `size`."""


class Leaf(NamedTuple):
    """One entry as the ledger holds it."""

    entry: bytes
    hash: bytes
    """32 bytes."""
    salt: bytes
    """16 bytes; empty of an entry from before salts."""


EMPTY = Head(0, ())


def leaf_data(salt: bytes, entry: bytes) -> bytes:
    """What the leaf of an entry holds: SHA-256(PAE("exchange/entry/1", salt, entry)), 32 bytes.

    An entry written before salts were has an empty salt, and is its own leaf.
    """
    return digest("exchange/entry/1", salt, entry) if salt else entry


def leaf_of(salt: bytes, entry: bytes) -> bytes:
    """The leaf hash of an entry, 32 bytes."""
    return leaf_hash(leaf_data(salt, entry))


def extend(head: Head, entries: Sequence[bytes], salts: Sequence[bytes]) -> tuple[Head, list[bytes]]:
    """The head after `entries` (canonical bytes, in order) with their salts, and their leaf hashes.

    ChainBroken if `head` is none.
    """
    hashes = [leaf_of(salt, entry) for entry, salt in zip(entries, salts, strict=True)]
    return extend_hashes(head, hashes), hashes


def extend_hashes(head: Head, hashes: Sequence[bytes]) -> Head:
    """The head after leaves with these hashes (32 bytes each)."""
    return Head(*_frontier(head).append(hashes))


def root(head: Head) -> bytes:
    """The tree's root, 32 bytes: what a checkpoint signs."""
    return _frontier(head).root()


def _frontier(head: Head) -> Frontier:
    if head.size < 0 or len(head.frontier) != head.size.bit_count():
        raise ChainBroken(size=head.size)
    return Frontier(head.size, head.frontier)


def of_node(origin: str, node: str) -> bool:
    """Whether an origin names a node's log, in any epoch: `DZ.exchange`, `DZ.exchange/2` (docs/spec/ledger.md §4)."""
    name, _, epoch = origin.partition("/")
    whole = epoch.isascii() and epoch.isdigit() and len(epoch) < 10 and epoch[0] != "0" and epoch != "1"
    return name == f"{node}.exchange" and (origin == name or whole)
