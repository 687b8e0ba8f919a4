"""A head that grows by entries has the root of the whole tree, however they were grouped."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.crypto.merkle import leaf_hash, root_of
from exchange.errors import ChainBroken
from exchange.ledger import book


def test_the_empty_book() -> None:
    assert book.Head(0, ()) == book.EMPTY
    assert book.root(book.EMPTY) == hashlib.sha256(b"").digest()
    assert book.extend(book.EMPTY, []) == (book.EMPTY, [])


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.lists(st.binary(max_size=8), max_size=9), max_size=9))
def test_grouping_does_not_matter(groups: list[list[bytes]]) -> None:
    head, hashes = book.EMPTY, []
    for group in groups:
        head, new = book.extend(head, group)
        hashes += new
    entries = [entry for group in groups for entry in group]
    assert hashes == [leaf_hash(entry) for entry in entries]
    assert head == book.extend(book.EMPTY, entries)[0] == book.extend_hashes(book.EMPTY, hashes)
    assert (head.size, book.root(head)) == (len(entries), root_of(hashes))
    assert len(head.frontier) == len(entries).bit_count()


@pytest.mark.parametrize("head", [book.Head(1, ()), book.Head(2, (b"", b"")), book.Head(-1, (b"",))])
def test_a_head_that_is_none(head: book.Head) -> None:
    with pytest.raises(ChainBroken):
        book.extend(head, [b"entry"])
    with pytest.raises(ChainBroken):
        book.root(head)
