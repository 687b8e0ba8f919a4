"""The stored tree on both databases: the same proofs with nodes, with some and without any; filled bit by bit."""

from __future__ import annotations

import pytest

from exchange.crypto import merkle
from exchange.errors import ChainBroken
from exchange.ledger import book
from exchange.operations.tree import fill_nodes, reader, tree
from exchange.store import SqlStore
from tests.integration.samples import NOW

_SIZE = 1900  # seven complete tiles of leaves and a part


@pytest.fixture
def leaves(store: SqlStore) -> list[bytes]:
    entries = [b"entry %d" % number for number in range(_SIZE)]
    salts = [entry.ljust(book.SALT)[: book.SALT] for entry in entries]
    head, hashes = book.extend(book.EMPTY, entries, salts)
    with store.write() as unit:
        unit.ledger.append(head, list(map(book.Leaf, entries, hashes, salts)), NOW)
    return hashes


def _agree(store: SqlStore, leaves: list[bytes]) -> None:
    with store.read() as unit:
        found = tree(unit, _SIZE)
        assert found.root_at(_SIZE) == merkle.root_of(leaves)
        for index in (0, 255, 256, 1000, _SIZE - 1):
            assert found.inclusion(index, _SIZE) == merkle.inclusion_path(leaves, index)
        for old in (1, 256, 700, 1792, _SIZE):
            assert found.consistency(old, _SIZE) == merkle.consistency_path(leaves, old)


def test_proofs_do_not_depend_on_what_is_stored(store: SqlStore, leaves: list[bytes]) -> None:
    _agree(store, leaves)
    left = []
    for _ in range(4):
        with store.write() as unit:
            left.append(fill_nodes(unit, 3))
            known = unit.ledger.node_count(1)
            assert unit.ledger.nodes(1, 0, 10) == [
                merkle.root_of(leaves[at : at + 256]) for at in range(0, 256 * known, 256)
            ]
        _agree(store, leaves)
    assert left == [4, 1, 0, 0]
    assert known == 7


def test_a_reader_goes_no_further_than_the_ledger(store: SqlStore, leaves: list[bytes]) -> None:
    with store.read() as unit:
        assert reader(unit)(1, 5, 2) == [merkle.root_of(leaves[at : at + 256]) for at in (1280, 1536)]
        for level, start, count in ((0, _SIZE - 1, 2), (1, 6, 2), (2, 0, 1)):
            with pytest.raises(ChainBroken):
                reader(unit)(level, start, count)


def test_a_node_of_level_two(store: SqlStore) -> None:
    hashes = [number.to_bytes(32, "big") for number in range(256)]
    with store.write() as unit:
        unit.ledger.put_nodes(1, 0, hashes)
        assert reader(unit)(2, 0, 1) == [merkle.root_of(hashes)]
