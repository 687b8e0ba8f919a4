"""What partners disclosed: every parcel kept, the newest found, one line a record."""

from __future__ import annotations

from dataclasses import replace

import pytest

from exchange.errors import Code, Conflict
from exchange.store import SqlStore
from tests.integration.samples import copy, ref


def test_the_newest_version_is_latest(store: SqlStore) -> None:
    old, new, again = copy(1, version=1, seq=1), copy(1, version=2, seq=2), copy(1, version=1, seq=3)
    with store.write() as unit:
        unit.copies.add([old, copy(2)])
        unit.copies.add([new])
        unit.copies.add([again])
    with store.read() as unit:
        assert unit.copies.latest(old.ref) == new
        assert unit.copies.latest(ref(2, "MA")) == copy(2)
        assert unit.copies.latest(ref(3, "MA")) is None
        assert [line.version for line in unit.copies.lines("MA", None, 9)] == [2, 1]


def test_the_same_version_seen_anew_is_latest(store: SqlStore) -> None:
    """A wider view of the same version came later: that is the one to work with."""
    wider = replace(copy(1, seq=2), claims=b"more claims")
    with store.write() as unit:
        unit.copies.add([copy(1, seq=1)])
        unit.copies.add([wider])
    with store.read() as unit:
        assert unit.copies.latest(wider.ref) == wider


def test_a_parcel_is_taken_once(store: SqlStore) -> None:
    with store.write() as unit:
        unit.copies.add([copy(1)])
    with pytest.raises(Conflict) as caught, store.write() as unit:
        unit.copies.add([copy(1)])
    assert caught.value.code is Code.ALREADY_EXISTS


def test_lines_and_counts_by_sender(store: SqlStore) -> None:
    with store.write() as unit:
        unit.copies.add([copy(number) for number in range(20)])
        unit.copies.add([copy(number, seq=2, version=2) for number in range(5)])
        unit.copies.add([copy(number, sender="TN") for number in range(3, 25)])
        unit.copies.add([])
    with store.read() as unit:
        assert (unit.copies.count(), unit.copies.count("MA"), unit.copies.count("TN")) == (25, 20, 22)
        assert unit.copies.count("FR") == 0
        page = unit.copies.lines(None, None, 20)
        page += unit.copies.lines(None, page[-1].ref, 20)
        assert [line.ref for line in page] == [ref(number, "MA") for number in range(25)]
        assert {line.held for line in page} == {"received"}
        from_tn = unit.copies.lines("TN", ref(20, "MA"), 2)
        assert [line.ref for line in from_tn] == [ref(21, "MA"), ref(22, "MA")]


def test_bulk_round_trip(store: SqlStore) -> None:
    given = [replace(copy(number), expires_at=None, claims=b"x" * number) for number in range(500)]
    with store.write() as unit:
        unit.copies.add(given)
        refs = unit.copies.ledger_refs([each.ref for each in given])
    assert len(set(refs)) == 500
    with store.read() as unit:
        assert [unit.copies.latest(each.ref) for each in given[::50]] == given[::50]
