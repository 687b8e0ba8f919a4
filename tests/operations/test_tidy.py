"""Proposals past their end, and a release that commits while they are being put away."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from time import sleep

import pytest

from exchange.crypto.atrest import AtRest
from exchange.operations.release import release
from exchange.operations.tidy import tidy
from exchange.store import SqlStore, open_engine
from tests import invariants
from tests.conftest import KEK
from tests.databases import Postgresql, Sqlite
from tests.federation import Federation, federate
from tests.subjects import gulf_person


@pytest.fixture
def states(databases: Sqlite | Postgresql) -> Iterator[Federation]:
    with ExitStack() as stack:
        stores = {
            code: SqlStore(open_engine(stack.enter_context(databases.fresh())), AtRest(KEK)) for code in ("DZ", "KW")
        }
        yield federate(stores)
        for store in stores.values():
            store.close()


def test_what_was_released_in_the_last_moment_stays_released(states: Federation) -> None:
    """On PostgreSQL a reader sees the row as it was before the release commits; only the row's lock shows the truth."""
    dz = states["DZ"]
    refs = dz.deposit(gulf_person(1), gulf_person(2))
    used, unused = (dz.propose("KW", [ref]).proposals[0] for ref in refs)
    dz.approve(used)
    states.clock.time = used.expires_at - timedelta(seconds=1)
    with ThreadPoolExecutor(1) as pool:
        with dz.node.store.write() as unit:
            outcome = release(dz.node, unit, dz.staff.officer, used.id)
            states.clock.forward(timedelta(hours=1))
            tidied = pool.submit(tidy, dz.node)
            sleep(0.3)  # PostgreSQL: it reads the page now and then waits; SQLite: it waits to begin
        assert outcome.state == "released"
        assert tidied.result(20) == 1
    with dz.node.store.read() as unit:
        states_now = [found and found.state for found in map(unit.releases.get, (used.id, unused.id))]
    assert states_now == ["released", "expired"]
    assert [line["release"] for line in invariants.entries(dz.node, "release.voided")] == [unused.id]
