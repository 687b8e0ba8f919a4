"""The ledger as arithmetic: how a head grows by entries, and its root. Nothing is stored or signed here.

A ledger is an RFC 6962 tree over the exact bytes of its entries. A head is all that is needed to append.
Spec: docs/spec/ledger.md §3.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from exchange.crypto.merkle import Frontier, leaf_hash
from exchange.errors import ChainBroken


class Head(NamedTuple):
    """Where a ledger ends."""

    size: int
    frontier: tuple[bytes, ...]
    """Roots of the full subtrees, largest first, 32 bytes each: one for each bit set in `size`."""


EMPTY = Head(0, ())


def extend(head: Head, entries: Sequence[bytes]) -> tuple[Head, list[bytes]]:
    """The head after `entries` (canonical bytes, in order), and their leaf hashes. ChainBroken if `head` is none."""
    hashes = [leaf_hash(entry) for entry in entries]
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
