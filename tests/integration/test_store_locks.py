"""Who waits for whom: what a release stands on cannot change under it, and a revocation never starves.

On SQLite a second writer waits for the whole transaction; on PostgreSQL for the rows. The outcome must be the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from typing import Any, TypeVar

import pytest

from exchange.crypto.atrest import AtRest
from exchange.model.state import Approval, StoredAgreement
from exchange.store import SqlStore, SqlUnit, open_engine
from tests.conftest import KEK
from tests.databases import Postgresql
from tests.integration.samples import NOW, agreement, held, items, person, proposal, ref

Result = TypeVar("Result")
PATIENCE = 20.0
"""Seconds after which something that ought to happen has not."""
YES = Approval("rel-1", "person-2", "releasing_officer", proposal().digest, NOW)


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as pool:
        yield pool


@pytest.fixture
def on_postgresql(postgresql: Postgresql) -> Iterator[SqlStore]:
    with postgresql.fresh() as url:
        opened = SqlStore(open_engine(url), AtRest(KEK))
        yield opened
        opened.close()


def later(threads: ThreadPoolExecutor, store: SqlStore, work: Callable[[SqlUnit], Result]) -> Future[Result]:
    """Does `work` in a write unit of its own."""

    def run() -> Result:
        with store.write() as unit:
            return work(unit)

    return threads.submit(run)


def waits(future: Future[Any]) -> bool:
    """True if it is still waiting after a moment."""
    try:
        future.result(timeout=0.3)
    except NotYet:
        return True
    return False


def test_a_record_amended_while_we_waited_is_seen_not_lost(store: SqlStore, threads: ThreadPoolExecutor) -> None:
    with store.write() as unit:
        unit.records.add([held(1), held(2)], NOW)
    with store.write() as unit:
        unit.records.add([held(1, version=2)], NOW)
        reader = later(threads, store, lambda own: own.records.current([ref(1), ref(2)], lock=True))
        assert waits(reader)
    assert reader.result(PATIENCE) == [held(1, version=2), held(2)]


def test_an_amendment_waits_for_a_release(store: SqlStore, threads: ThreadPoolExecutor) -> None:
    with store.write() as unit:
        unit.records.add([held(1)], NOW)
    with store.write() as unit:
        assert unit.records.current([ref(1)], lock=True) == [held(1)]
        writer = later(threads, store, lambda own: own.records.add([held(1, version=2)], NOW))
        assert waits(writer)
        assert unit.records.current([ref(1)], lock=True) == [held(1)]
    writer.result(PATIENCE)


def test_a_revocation_waits_for_a_release(store: SqlStore, threads: ThreadPoolExecutor) -> None:
    with store.write() as unit:
        unit.agreements.put(agreement())
    with store.write() as unit:
        assert unit.agreements.active("agr-1", lock=True) is not None
        revocation = later(threads, store, lambda own: own.agreements.put(agreement(state="superseded")))
        assert waits(revocation)
        assert unit.agreements.active("agr-1", lock=True) == agreement()
    revocation.result(PATIENCE)
    with store.write() as unit:
        assert unit.agreements.active("agr-1", lock=True) is None


def test_a_new_policy_waits_for_a_release(store: SqlStore, threads: ThreadPoolExecutor) -> None:
    """No row is there to be locked yet: without the advisory lock the release would leave under the old policies."""
    new = agreement("pol-1", kind="policy")
    with store.write() as unit:
        assert unit.agreements.active_policies(lock=True) == []
        change = later(threads, store, lambda own: own.agreements.put(new))
        assert waits(change)
        assert unit.agreements.active_policies(lock=True) == []
    change.result(PATIENCE)
    with store.write() as unit:
        assert unit.agreements.active_policies(lock=True) == [new]


def test_a_new_policy_does_not_starve(on_postgresql: SqlStore, threads: ThreadPoolExecutor) -> None:
    """A release that begins after the change began to wait stands behind it, and sees it."""
    new = agreement("pol-1", kind="policy")
    with on_postgresql.write() as unit:
        unit.agreements.active_policies(lock=True)
        change = later(threads, on_postgresql, lambda own: own.agreements.put(new))
        assert waits(change)
        release = later(threads, on_postgresql, lambda own: own.agreements.active_policies(lock=True))
        assert waits(release)
    change.result(PATIENCE)
    assert release.result(PATIENCE) == [new]


def test_the_flag_is_raised_and_seen_while_releases_run(on_postgresql: SqlStore, threads: ThreadPoolExecutor) -> None:
    with on_postgresql.write() as unit:
        unit.agreements.put(agreement())
    with on_postgresql.write() as unit:
        assert unit.agreements.active("agr-1", lock=True) == agreement()
        later(threads, on_postgresql, lambda own: own.agreements.request_suspension("agr-1")).result(PATIENCE)
        revocation = later(threads, on_postgresql, lambda own: own.agreements.put(agreement(state="suspended")))
        assert waits(revocation)

        def next_release(own: SqlUnit) -> StoredAgreement | None:
            return own.agreements.active("agr-1", lock=True)

        flagged = later(threads, on_postgresql, next_release).result(PATIENCE)
        assert flagged == agreement(suspend_requested=True)
    revocation.result(PATIENCE)


def test_a_withdrawn_approval_waits_for_the_release(store: SqlStore, threads: ThreadPoolExecutor) -> None:
    with store.write() as unit:
        unit.people.add(person("person-2", "releasing_officer"))
        unit.releases.add(proposal(), items([1]))
        unit.releases.approve(YES)
    with store.write() as unit:
        assert unit.releases.approvals("rel-1") == [YES]
        withdrawal = later(threads, store, lambda own: own.releases.revoke_approval("rel-1", "person-2"))
        assert waits(withdrawal)
        assert unit.releases.approvals("rel-1") == [YES]
    withdrawal.result(PATIENCE)


@pytest.mark.parametrize("thing", ["proposal", "stream out", "stream in", "ledger"])
def test_one_at_a_time(store: SqlStore, threads: ThreadPoolExecutor, thing: str) -> None:
    take: dict[str, Callable[[SqlUnit], object]] = {
        "proposal": lambda own: own.releases.get("rel-1", lock=True),
        "stream out": lambda own: own.streams.end_out("MA", lock=True),
        "stream in": lambda own: own.streams.end_in("MA", lock=True),
        "ledger": lambda own: own.ledger.head(lock=True),
    }
    with store.write() as unit:
        unit.releases.add(proposal(), items([1]))
    with store.write() as unit:
        first = take[thing](unit)
        second = later(threads, store, take[thing])
        assert waits(second)
    assert second.result(PATIENCE) == first


def test_readers_never_wait(store: SqlStore, threads: ThreadPoolExecutor) -> None:
    with store.write() as unit:
        unit.records.add([held(1)], NOW)

    def look() -> int:
        with store.read() as own:
            return own.records.count()

    with store.write() as unit:
        unit.records.add([held(2)], NOW)
        assert threads.submit(look).result(PATIENCE) == 1
    assert look() == 2


def test_a_reader_sees_one_snapshot(store: SqlStore, threads: ThreadPoolExecutor) -> None:
    with store.read() as unit:
        assert unit.records.count() == 0
        later(threads, store, lambda own: own.records.add([held(1)], NOW)).result(PATIENCE)
        assert unit.records.count() == 0
        assert unit.records.current([ref(1)], lock=False) == []
