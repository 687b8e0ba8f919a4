"""The ledger's rows: serial appends, nothing changed or removed, heads and checkpoints found."""

from __future__ import annotations

from datetime import timedelta

import pytest

from exchange.errors import Code, Conflict
from exchange.ledger import book
from exchange.store import SqlStore, SqlUnit
from tests.databases import succeeds
from tests.integration.samples import NOW

ENTRIES = [b"entry %d" % number for number in range(700)]


def append(unit: SqlUnit, entries: list[bytes]) -> list[bytes]:
    head, leaves = grown(unit.ledger.head(lock=True), entries)
    unit.ledger.append(head, leaves, NOW)
    return [leaf.hash for leaf in leaves]


def grown(head: book.Head, entries: list[bytes]) -> tuple[book.Head, list[book.Leaf]]:
    """Entry 0 is from before salts."""
    salts = [b"" if entry == ENTRIES[0] else entry.ljust(book.SALT) for entry in entries]
    head, hashes = book.extend(head, entries, salts)
    return head, list(map(book.Leaf, entries, hashes, salts))


def test_appends_join(store: SqlStore) -> None:
    hashes: list[bytes] = []
    with store.read() as unit:
        assert unit.ledger.head(lock=False) == book.EMPTY
        assert unit.ledger.last_time() is None
        assert unit.ledger.entries(0, 10) == []
    for start, end in ((0, 1), (1, 4), (4, 700)):
        with store.write() as unit:
            hashes += append(unit, ENTRIES[start:end])
    with store.read() as unit:
        assert unit.ledger.head(lock=False) == grown(book.EMPTY, ENTRIES)[0]
        assert unit.ledger.entries(0, 1000) == ENTRIES
        assert unit.ledger.entries(3, 2) == ENTRIES[3:5]
        assert unit.ledger.leaves(0, 500) == grown(book.EMPTY, ENTRIES)[1][:500]
        assert unit.ledger.nodes(0, 2, 500) == hashes[2:502]
        assert unit.ledger.last_time() == NOW


def test_an_append_behind_an_old_head_is_refused(store: SqlStore) -> None:
    with store.write() as unit:
        old = unit.ledger.head(lock=True)
        append(unit, ENTRIES[:3])
    head, leaves = grown(old, ENTRIES[5:8])
    with pytest.raises(Conflict) as caught, store.write() as unit:
        unit.ledger.append(head, leaves, NOW)
    assert caught.value.code is Code.STALE
    with store.read() as unit:
        assert unit.ledger.entries(0, 10) == ENTRIES[:3]


def test_checkpoints(store: SqlStore) -> None:
    with store.write() as unit:
        assert unit.ledger.checkpoint() is None
        for size in (1, 3, 200):
            unit.ledger.put_checkpoint(size, b"note %d" % size)
        unit.ledger.put_checkpoint(3, b"note 3 with a cosignature")
    with store.read() as unit:
        assert unit.ledger.checkpoint() == b"note 200"
        assert unit.ledger.checkpoints(0, 2) == [(1, b"note 1"), (3, b"note 3 with a cosignature")]
        assert unit.ledger.checkpoints(3, 9) == [(200, b"note 200")]


EDITS = {
    "change": "UPDATE ledger_entries SET entry = leaf_hash WHERE position = 1",
    "move": "UPDATE ledger_entries SET position = 9 WHERE position = 1",
    "remove": "DELETE FROM ledger_entries WHERE position = 2",
    "empty": "DELETE FROM ledger_entries",
    "shrink": "UPDATE ledger_head SET size = 1",
    "forget": "DELETE FROM ledger_head",
}
ONLY_SQLITE = {"replace": "INSERT OR REPLACE INTO ledger_entries SELECT position, entry, entry FROM ledger_entries"}
ONLY_POSTGRESQL = {
    "truncate": "TRUNCATE ledger_entries",
    "upsert": "INSERT INTO ledger_entries SELECT * FROM ledger_entries ON CONFLICT (position) DO UPDATE SET entry = ''",
}


def test_sql_beside_the_program_is_refused(store: SqlStore, database: str) -> None:
    with store.write() as unit:
        append(unit, ENTRIES[:3])
    edits = EDITS | (ONLY_SQLITE if database.startswith("sqlite") else ONLY_POSTGRESQL)
    assert [name for name, statement in edits.items() if succeeds(database, statement)] == []
    assert succeeds(database, "UPDATE ledger_head SET at = 1")
    with store.read() as unit:
        assert unit.ledger.entries(0, 10) == ENTRIES[:3]
        assert unit.ledger.last_time() == NOW.replace(year=1970, month=1, day=1, hour=0, microsecond=1)


def test_the_database_clock(store: SqlStore, database: str) -> None:
    first, second = store.now(), store.now()
    if database.startswith("sqlite"):
        assert first is None
        return
    assert first is not None
    assert second is not None
    assert first.utcoffset() == timedelta(0)
    assert timedelta(0) <= second - first < timedelta(seconds=30)
