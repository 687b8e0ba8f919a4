"""A head that grows by entries has the root of the whole tree, however they were grouped."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.crypto.encoding import digest
from exchange.crypto.merkle import leaf_hash, root_of
from exchange.errors import ChainBroken
from exchange.ledger import book


def test_the_empty_book() -> None:
    assert book.Head(0, ()) == book.EMPTY
    assert book.root(book.EMPTY) == hashlib.sha256(b"").digest()
    assert book.extend(book.EMPTY, [], []) == (book.EMPTY, [])


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.lists(
        st.lists(st.tuples(st.binary(max_size=8), st.binary(min_size=16, max_size=16) | st.just(b"")), max_size=9),
        max_size=9,
    )
)
def test_grouping_does_not_matter(groups: list[list[tuple[bytes, bytes]]]) -> None:
    head, hashes = book.EMPTY, []
    for group in groups:
        head, new = book.extend(head, [entry for entry, _ in group], [salt for _, salt in group])
        hashes += new
    entries = [each for group in groups for each in group]
    assert hashes == [book.leaf_of(salt, entry) for entry, salt in entries]
    assert head == book.extend_hashes(book.EMPTY, hashes)
    assert (head.size, book.root(head)) == (len(entries), root_of(hashes))
    assert len(head.frontier) == len(entries).bit_count()


@pytest.mark.parametrize("head", [book.Head(1, ()), book.Head(2, (b"", b"")), book.Head(-1, (b"",))])
def test_a_head_that_is_none(head: book.Head) -> None:
    with pytest.raises(ChainBroken):
        book.extend(head, [b"entry"], [bytes(16)])
    with pytest.raises(ChainBroken):
        book.root(head)


def test_a_leaf_holds_a_salted_commitment() -> None:
    """What proofs and tiles show of a neighbour is nothing that can be guessed (T-49)."""
    salt = bytes(range(16))
    assert book.leaf_data(salt, b"entry") == digest("exchange/entry/1", salt, b"entry")
    assert book.leaf_of(salt, b"entry") == leaf_hash(digest("exchange/entry/1", salt, b"entry"))
    assert book.leaf_of(b"", b"entry") == leaf_hash(b"entry"), "an entry from before salts is its own leaf"
    assert book.leaf_of(bytes(16), b"entry") != book.leaf_of(salt, b"entry")
