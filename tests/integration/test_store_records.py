"""Own records: what goes in comes out byte for byte, versions move forward only, pages and links are found."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from exchange import ports
from exchange.errors import Code, Conflict, NotFound
from exchange.model.records import HeldRecord, Ref
from exchange.model.state import SentView
from exchange.store import SqlStore
from tests.integration.samples import NOW, copy, held, ref


def test_fits_the_port(store: SqlStore) -> None:
    port: ports.Store = store
    with port.read() as unit:
        assert unit.records.count() == 0


@pytest.mark.parametrize("count", [1, 7, 8, 1203])
def test_round_trip(store: SqlStore, count: int) -> None:
    given = [held(number, root=b"root %d" % (number % 3)) for number in range(count)]
    with store.write() as unit:
        unit.records.add(given, NOW)
    wanted = [each.record.ref for each in given][::-1]
    with store.write() as unit:
        assert unit.records.current(wanted, lock=True) == given[::-1]
    with store.read() as unit:
        assert unit.records.current([ref(10**6), *wanted, Ref("MA", wanted[0].id)], lock=False) == given[::-1]
        assert unit.records.count() == count


def test_a_batch_root_is_stored_once(store: SqlStore) -> None:
    with store.write() as unit:
        unit.records.add([held(1), held(2)], NOW)
        unit.records.add([held(3)], NOW)
    with store._engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM batches")).scalar() == 1


def test_versions(store: SqlStore) -> None:
    first, second = held(1), held(1, version=2, text="amended", kind="group", root=b"other")
    with store.write() as unit:
        unit.records.add([first, held(2)], NOW)
        unit.records.add([second], NOW + timedelta(hours=1))
    with store.read() as unit:
        assert unit.records.current([ref(1)], lock=False) == [second]
        assert unit.records.version(ref(1), 1) == first
        assert unit.records.version(ref(1), 2) == second
        assert unit.records.version(ref(1), 3) is None
        line = unit.records.lines(None, None, 1)[0]
    assert (line.ref, line.version, line.kind, line.held) == (ref(1), 2, "group", "own")
    assert line.changed_at == NOW + timedelta(hours=1)


@pytest.mark.parametrize("version", [1, 2])
def test_a_version_that_is_there_is_refused(store: SqlStore, version: int) -> None:
    with store.write() as unit:
        unit.records.add([held(1)], NOW)
        unit.records.add([held(1, version=2)], NOW)
    with pytest.raises(Conflict) as caught, store.write() as unit:
        unit.records.add([held(5), held(1, version=version, text="forged")], NOW)
    assert caught.value.code is Code.ALREADY_EXISTS
    with store.read() as unit:
        assert unit.records.current([ref(1), ref(5)], lock=False) == [held(1, version=2)]


def test_an_older_version_never_becomes_current(store: SqlStore) -> None:
    with store.write() as unit:
        unit.records.add([held(1)], NOW)
        unit.records.add([held(1, version=4)], NOW)
    with pytest.raises(Conflict) as caught, store.write() as unit:
        unit.records.add([held(1, version=3)], NOW)
    assert caught.value.code is Code.STALE


def test_a_later_version_of_an_unknown_record_is_refused(store: SqlStore) -> None:
    with pytest.raises(NotFound), store.write() as unit:
        unit.records.add([held(1, version=2)], NOW)


def test_pages_follow_one_another(store: SqlStore) -> None:
    with store.write() as unit:
        unit.records.add([held(number, kind="camp" if number % 5 == 0 else "person") for number in range(20)], NOW)
    with store.read() as unit:
        first = unit.records.lines(None, None, 12)
        rest = unit.records.lines(None, first[-1].ref, 12)
        assert [line.ref for line in first + rest] == [ref(number) for number in range(20)]
        camps = unit.records.lines("camp", None, 3)
        assert [line.ref for line in camps + unit.records.lines("camp", camps[-1].ref, 3)] == [
            ref(number) for number in (0, 5, 10, 15)
        ]


def test_ledger_refs_are_per_record_and_stable(store: SqlStore) -> None:
    with store.write() as unit:
        unit.records.add([held(1), held(2)], NOW)
        written = unit.records.ledger_refs([ref(2), ref(1)])
    with store.write() as unit:
        unit.records.add([held(1, version=2)], NOW)
        assert unit.records.ledger_refs([ref(1), ref(2)]) == written[::-1]
    assert len(set(written)) == 2
    assert {len(each) for each in written} == {32}
    with pytest.raises(NotFound), store.read() as unit:
        unit.records.ledger_refs([ref(3)])


def test_outside_keys_are_blinded_and_replaced(store: SqlStore) -> None:
    with store.write() as unit:
        unit.records.link_external("un", [(f"QDi.{number}", ref(number), f"d{number}") for number in range(30)])
        unit.records.link_external("un", [("QDi.3", ref(99), "new")])
        unit.records.mark_external("un", [(unit.records.blind("un", "QDi.5"), ref(5), "delisted")])
        unit.records.link_external("other", [("QDi.3", ref(3), "d3")])
    with store.read() as unit:
        found = unit.records.external("un", ["QDi.3", "QDi.4", "QDi.5", "QDi.400"])
        assert found == {"QDi.3": (ref(99), "new"), "QDi.4": (ref(4), "d4"), "QDi.5": (ref(5), "delisted")}
        everything = unit.records.external_all("un")
        assert len(everything) == 30
        assert everything[unit.records.blind("un", "QDi.3")] == (ref(99), "new")
        assert unit.records.blind("un", "QDi.3") != unit.records.blind("other", "QDi.3")


def test_rows_cannot_be_exchanged(store: SqlStore) -> None:
    """A thief with SQL swaps two bodies: neither opens in the other's place."""
    with store.write() as unit:
        unit.records.add([held(1), replaced(held(1), 2)], NOW)
    swap = "UPDATE record_versions SET body = (SELECT body FROM record_versions WHERE id = :from) WHERE id = :to"
    with store._engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA query_only=OFF")
        connection.execute(text(swap), {"from": ref(1).id, "to": ref(2).id})
    with store.read() as unit:
        assert unit.records.current([ref(1)], lock=False) == [held(1)]
        with pytest.raises(Exception, match="AT_REST_CORRUPT"):
            unit.records.current([ref(2)], lock=False)


def replaced(given: HeldRecord, number: int) -> HeldRecord:
    """The same record under another id."""
    return given._replace(record=given.record._replace(id=ref(number).id))


def test_nothing_of_a_failed_unit_stays(store: SqlStore) -> None:
    with pytest.raises(ZeroDivisionError), store.write() as unit:
        unit.records.add([held(1)], NOW)
        unit.set_setting("a", "b")
        _ = 1 // 0
    with store.read() as unit:
        assert unit.records.count() == 0
        assert unit.setting("a") is None
    with store.write() as unit:
        unit.set_setting("a", "b")
        unit.set_setting("a", "c")
    with store.read() as unit:
        assert unit.setting("a") == "c"


def test_copies_and_own_records_never_meet(store: SqlStore) -> None:
    """A partner may send back a record of ours: it is a copy, under a key of its own."""
    mine = replace(copy(1), ref=ref(1))
    with store.write() as unit:
        unit.records.add([held(1)], NOW)
        unit.copies.add([mine])
        assert unit.copies.ledger_refs([ref(1)]) != unit.records.ledger_refs([ref(1)])
    with store.read() as unit:
        assert unit.records.current([ref(1)], lock=False) == [held(1)]
        assert unit.copies.latest(ref(1)) == mine


def test_an_id_alone_finds_nothing(store: SqlStore) -> None:
    """Two originators use one id: neither record, key nor view of the one answers for the other."""
    ours, theirs = copy(1), replace(copy(1), ref=Ref("TN", ref(1).id), sender="TN")
    with store.write() as unit:
        unit.records.add([held(1)], NOW)
        unit.copies.add([ours])
        unit.copies.add([theirs])
        unit.releases.put_sent_views([SentView("FR", theirs.ref, 1, bytes(32))])
    with store.write() as unit:
        assert unit.copies.ledger_refs([theirs.ref]) != unit.copies.ledger_refs([ours.ref])
        assert (unit.copies.latest(ours.ref), unit.copies.latest(theirs.ref)) == (ours, theirs)
        assert unit.records.current([theirs.ref], lock=True) == []
        assert unit.releases.sent_views("FR", [ref(1)]) == {}
    with pytest.raises(NotFound), store.write() as unit:
        unit.records.ledger_refs([theirs.ref])
