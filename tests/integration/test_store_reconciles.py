"""Reconciliations at rest: kept once, made whole once, acknowledged once; epochs and numbers; two runs take turns."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest

from exchange.crypto.atrest import AtRest
from exchange.model.reconciled import Reconciled, Run
from exchange.store import SqlStore, open_engine
from tests.conftest import KEK
from tests.databases import Postgresql, Sqlite
from tests.integration.samples import NOW, incoming, outgoing

FOUND = Reconciled("MA", "r1", "2026-11-23", NOW, "pending", "d1", "f1", b"document", b"ours")


@pytest.fixture
def store(databases: Sqlite | Postgresql) -> Iterator[SqlStore]:
    with databases.fresh() as url:
        made = SqlStore(open_engine(url), AtRest(KEK))
        yield made
        made.close()


def test_a_result_is_kept_once_and_made_whole_once(store: SqlStore) -> None:
    with store.write() as unit:
        assert unit.reconciles.keep(FOUND)
        assert not unit.reconciles.keep(replace(FOUND, digest="other"))
        assert unit.reconciles.finish("MA", "r1", "agreed", b"theirs")
        assert not unit.reconciles.finish("MA", "r1", "differs", b"again")
        assert not unit.reconciles.finish("MA", "none", "agreed", b"theirs")
    with store.read() as unit:
        assert unit.reconciles.get("MA", "r1") == replace(FOUND, outcome="agreed", theirs=b"theirs")
        assert unit.reconciles.get("TN", "r1") is None


def test_the_newest_comes_first(store: SqlStore) -> None:
    rows = [replace(FOUND, run=f"r{hours}", at=NOW + timedelta(hours=hours)) for hours in range(3)]
    other = replace(FOUND, partner="TN", at=NOW + timedelta(hours=9))
    with store.write() as unit:
        for each in (*rows, other):
            unit.reconciles.keep(each)
        assert unit.reconciles.of("MA", 2) == [rows[2], rows[1]]
        assert unit.reconciles.of(None, 9) == [other, *reversed(rows)]
        half = replace(FOUND, run="r9", at=NOW + timedelta(hours=9), theirs=None)
        alone = replace(FOUND, run="r8", at=NOW + timedelta(hours=8), ours=b"", theirs=b"theirs")
        for each in (half, alone):
            unit.reconciles.keep(each)
        both = [each.at for each in rows if each.ours and each.theirs is not None]
        assert unit.reconciles.last_signed("MA") == max(both, default=None)
        assert unit.reconciles.last_signed("DZ") is None
        unit.reconciles.keep(replace(FOUND, run="r7", at=NOW + timedelta(hours=7), ours=b"ours", theirs=b"theirs"))
        assert unit.reconciles.last_signed("MA") == NOW + timedelta(hours=7)


def test_an_acknowledgement_stays_as_it_was_first_given(store: SqlStore) -> None:
    later = replace(FOUND, run="r2", at=NOW + timedelta(days=1))
    with store.write() as unit:
        unit.reconciles.keep(FOUND)
        unit.reconciles.keep(later)
        assert unit.reconciles.since("MA", "f1") == (NOW, False)
        unit.reconciles.acknowledge("MA", "r2", "p-1", NOW, "INVESTIGATED")
        unit.reconciles.acknowledge("MA", "r2", "p-2", NOW + timedelta(hours=1), "OWN_RESTORED")
        assert unit.reconciles.since("MA", "f1") == (NOW, True)
        assert unit.reconciles.since("MA", "f2")[1] is False
    with store.read() as unit:
        kept = unit.reconciles.get("MA", "r2")
    assert kept == replace(later, acknowledged_by="p-1", acknowledged_at=NOW, reason="INVESTIGATED")


def test_epochs_and_numbers(store: SqlStore) -> None:
    with store.write() as unit:
        unit.streams.queue([outgoing(seq, epoch=epoch) for epoch in (1, 3) for seq in (1, 2, 3)])
        unit.streams.queue([outgoing(9, recipient="TN")])
        for seq in (1, 2):
            unit.streams.add_inbox(incoming(seq, epoch=2))
    with store.read() as unit:
        assert unit.reconciles.epochs_out("MA", 8) == [(3, 3), (1, 3)]
        assert unit.reconciles.epochs_out("MA", 1) == [(3, 3)]
        assert unit.reconciles.epochs_in("MA", 8) == [(2, 2)]
        assert unit.reconciles.epochs_in("TN", 8) == []
        assert unit.reconciles.sent("MA", 1, 2, 9) == [replace(outgoing(seq), wire=b"") for seq in (2, 3)]
        assert unit.reconciles.taken("MA", 2, 1, 1) == [incoming(1, epoch=2)]
        assert unit.reconciles.taken("MA", 1, 1, 9) == []


def test_a_run_is_replaced_by_the_next(store: SqlStore) -> None:
    with store.write() as unit:
        assert unit.reconciles.run("MA", lock=True) is None
    with store.read() as unit:
        assert unit.reconciles.run("MA", lock=False) is None
    for run in (Run("MA", "r1", NOW, b""), Run("MA", "r2", NOW + timedelta(hours=1), b"state")):
        with store.write() as unit:
            unit.reconciles.put_run(run)
        with store.write() as unit:
            assert unit.reconciles.run("MA", lock=True) == run


def test_of_two_that_begin_at_once_one_sees_the_other(store: SqlStore) -> None:
    """The hour holds across processes: the row is locked before it is looked at."""
    at_once = Barrier(4)

    def begin(name: str) -> bool:
        at_once.wait()
        with store.write() as unit:
            if unit.reconciles.run("MA", lock=True) is not None:
                return False
            unit.reconciles.put_run(Run("MA", name, NOW, b""))
            return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(begin, ["a", "b", "c", "d"])) == [False, False, False, True]
