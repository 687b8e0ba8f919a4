"""Erasing on both databases: keys and rows go, what stays opens under a new key, and nothing can be opened again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import create_engine

from exchange.errors import ExchangeError, NotFound
from exchange.model.afterwards import Erased
from exchange.model.records import ERASED, Ref
from exchange.model.state import MessageKey
from exchange.store import SqlStore
from tests.integration.samples import NOW, copy, held, message, ref


def dump(database: str) -> bytes:
    """Every value of every table, one after another."""
    engine = create_engine(database)
    found = []
    with engine.connect() as connection:
        for table in ("record_keys", "records", "record_versions", "copies", "copy_heads", "external_links", "erased"):
            found += [repr(tuple(row)) for row in connection.exec_driver_sql(f"SELECT * FROM {table}")]
    engine.dispose()
    return "\n".join(found).encode()


def test_a_destroyed_copy_opens_no_more(store: SqlStore, database: str) -> None:
    one, other = copy(1), copy(2)
    with store.write() as unit:
        unit.copies.add([one, other])
    before = dump(database)
    with store.write() as unit:
        gone = unit.copies.places([one.ref])
        unit.copies.destroy(gone)
        unit.erasures.bury([Erased(one.ref, "received", "MA", 1, NOW, "recall")])
    with store.read() as unit:
        assert unit.copies.latest(one.ref) is None
        assert unit.copies.latest(other.ref) == other
        assert unit.copies.count() == 1
        assert unit.copies.places([one.ref]) == []
        assert unit.erasures.versions("MA", [one.ref, other.ref]) == {one.ref: 1}
        assert unit.erasures.versions("TN", [one.ref]) == {}
        with pytest.raises(NotFound):
            unit.copies.ledger_refs([one.ref])
    assert one.ref.id.encode() in before
    assert dump(database).count(one.ref.id.encode()) == 1  # the tombstone


def test_what_stays_of_a_record_is_sealed_anew(store: SqlStore) -> None:
    """Two states sent the same record. One recalls it: the other's copy stays, and the old key opens nothing."""
    first, second = copy(1), copy(1, sender="TN")
    newer = replace(copy(1, version=2, seq=2), claims=b"newer")
    with store.write() as unit:
        unit.copies.add([first, second, newer])
        name = unit.copies.ledger_refs([first.ref])
    with store.write() as unit:
        unit.copies.destroy(unit.copies.places([first.ref], "MA"))
    with store.read() as unit:
        assert unit.copies.latest(first.ref) == second
        assert [line.sender for line in unit.copies.places([first.ref])] == ["TN"]
        assert unit.copies.held_from("MA", [first.ref]) == set()
        assert unit.copies.count("TN") == 1
        assert unit.copies.ledger_refs([first.ref]) != name
    with store.write() as unit:
        unit.copies.add([newer])
    with store.read() as unit:
        assert unit.copies.two_newest(first.ref) == [newer, second]


def test_copies_run_out_in_order_and_by_page(store: SqlStore) -> None:
    times = [NOW + timedelta(days=days) for days in (3, 1, 2)]
    with store.write() as unit:
        unit.copies.add([replace(copy(n), expires_at=time) for n, time in enumerate(times)])
        unit.copies.add([replace(copy(9), expires_at=None)])
    with store.read() as unit:
        assert unit.copies.expired(NOW, 9) == []
        assert [line.ref for line in unit.copies.expired(times[1], 9)] == [ref(1, "MA")]
        assert [line.ref for line in unit.copies.expired(times[0], 2)] == [ref(1, "MA"), ref(2, "MA")]


def test_an_erased_record_is_gone_in_every_version(store: SqlStore, database: str) -> None:
    one, two = held(1), held(2)
    mine = one.record.ref
    with store.write() as unit:
        unit.records.add([one, two], NOW)
        unit.records.add([held(1, version=2)], NOW)
        unit.records.link_external("un-list", [("K1", mine, "0" * 64)])
        assert unit.records.current([mine], lock=False)  # opened, and kept in memory for a moment
    with store.write() as unit:
        unit.records.erase([mine])
        unit.erasures.bury([Erased(mine, "own", "", 2, NOW, "RETENTION")])
    with store.read() as unit:
        assert unit.records.current([mine], lock=False) == []
        assert unit.records.version(mine, 1) is None
        assert unit.records.count() == 1
        assert unit.records.external("un-list", ["K1"]) == {"K1": (Ref("", ""), ERASED)}, "it stays out"
        assert [each.why for each in unit.erasures.of(mine)] == ["RETENTION"]
        with pytest.raises(ExchangeError):
            unit.records.ledger_refs([mine])
    assert dump(database).count(mine.id.encode()) == 1


def test_messages_are_found_by_the_records_they_name(store: SqlStore) -> None:
    said = message()
    refs = [Ref("DZ", "rec-" + "1" * 32), Ref("MA", "rec-" + "1" * 32)]
    with store.write() as unit:
        unit.messages.add(said)
        unit.messages.name(said.key, refs[:1])
        unit.messages.name(said.key, refs[:1])
    with store.read() as unit:
        assert unit.messages.named(said.key) == {refs[0]}
        assert unit.messages.named(MessageKey("msg-1", "MA", "out")) == set()
        assert [(ref_, each.key) for ref_, each in unit.messages.about(refs)] == [(refs[0], said.key)]
