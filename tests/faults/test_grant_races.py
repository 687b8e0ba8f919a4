"""T-13 for consent: a grant is taken back while releases under it run. Nothing goes on behind its revocation.

A leak is a `release.onward` entry that names a grant and stands behind the `grant.revoked` of it: the ledger's order is
the order of commits. A store that reads grants without their lock must be caught where locks matter (PostgreSQL).
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pytest

from exchange.crypto.atrest import AtRest
from exchange.errors import Code, ExchangeError, Unavailable
from exchange.model.afterwards import StoredGrant
from exchange.model.state import Proposal
from exchange.operations.onward import revoke_onward
from exchange.operations.release import release
from exchange.ports import Node, Store, Unit
from exchange.store import SqlStore, open_engine
from tests import invariants
from tests.conftest import KEK
from tests.databases import Postgresql, Sqlite
from tests.faults.races import Dawdling
from tests.federation import Federation
from tests.onward_kit import AE_KW, asked, granted, in_a_row, offer, shared, wish_for

WORKERS = 4
ROUND = 10
EXTRA_ROUNDS = 10
"""At most so many more where one side was always first: a race that nobody ran proves nothing."""


class _Grants:
    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def usable(self, holder: str, recipient: str, now: datetime, *, lock: bool) -> list[StoredGrant]:
        found: list[StoredGrant] = self._inner.usable(holder, recipient, now, lock=False)
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


class _Changed:
    def __init__(self, inner: Unit) -> None:
        self._inner, self.grants = inner, _Grants(inner.grants)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


@dataclass(frozen=True, slots=True)
class Unlocked:
    """Ignores `lock=True` for grants."""

    inner: Store

    @contextmanager
    def write(self) -> Iterator[Unit]:
        with self.inner.write() as unit:
            yield _Changed(unit)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


@dataclass(slots=True)
class Race:
    """AE passes DZ's records on to KW while DZ takes the consent back."""

    house: Federation
    seed: int
    outcomes: Counter[str]

    def run(self, node: Node, rounds: int) -> None:
        rng = random.Random(self.seed)
        for number in range(rounds):
            thread, proposals = self._approved(number)
            timer = threading.Timer(rng.uniform(0.0, 0.03), self._bring)
            self._revoke(thread)
            timer.start()
            with ThreadPoolExecutor(WORKERS) as pool:
                self.outcomes.update(pool.map(lambda one: self._release(node, one), proposals))
            timer.join()

    def _approved(self, number: int) -> tuple[str, list[Proposal]]:
        """Proposals of one record each, approved, all under one grant."""
        ae = self.house["AE"]
        refs = shared(self.house, *range(number * ROUND, number * ROUND + ROUND))
        thread = asked(self.house, refs)
        granted(self.house, wish_for(thread))
        proposals = [offer(ae, "KW", AE_KW, [ref]).proposals[0] for ref in refs]
        for proposal in proposals:
            ae.approve(proposal)
        return thread, proposals

    def _revoke(self, thread: str) -> None:
        dz = self.house["DZ"]
        with dz.node.store.write() as unit:
            revoke_onward(dz.node, unit, dz.staff.approver, "AE", thread)

    def _bring(self) -> None:
        assert self.house["DZ"].deliver("AE").accepted == 1

    def _release(self, node: Node, proposal: Proposal) -> str:
        while True:
            try:
                with node.store.write() as unit:
                    return release(node, unit, self.house["AE"].staff.officer, proposal.id).state
            except Unavailable as busy:
                if busy.code is not Code.DATABASE_BUSY:
                    raise
            except ExchangeError as refused:
                return refused.code.value


def leaks(node: Node) -> list[str]:
    """Grants under which something went on behind their revocation."""
    gone: set[str] = set()
    found = []
    for line in invariants.entries(node, "grant.revoked", "release.onward"):
        if line["kind"] == "grant.revoked":
            gone.add(str(line["grant"]))
        else:
            assert isinstance(line["grants"], list)
            found += [str(each) for each in line["grants"] if each in gone]
    return found


@contextmanager
def racing(databases: Sqlite | Postgresql, seed: int = 1) -> Iterator[Race]:
    with ExitStack() as stack:
        stores = {
            code: SqlStore(open_engine(stack.enter_context(databases.fresh())), AtRest(KEK))
            for code in ("DZ", "AE", "KW")
        }
        yield Race(in_a_row(stores), seed, Counter())
        for store in stores.values():
            store.close()


def nothing_leaks(databases: Sqlite | Postgresql, rounds: int) -> None:
    with racing(databases) as race:
        ae = race.house["AE"]
        node = replace(ae.node, faults=Dawdling(longest=0.02))
        race.run(node, rounds)
        for _ in range(EXTRA_ROUNDS):
            if 0 < race.outcomes["released"] < race.outcomes.total():
                break
            race.seed += 1
            race.run(node, 1)
        else:
            raise AssertionError(f"nothing raced, {race.outcomes}")
        assert leaks(ae.node) == []
        invariants.ledger_verifies(ae.node, ae.staff.auditor)


def test_nothing_goes_on_behind_its_revocation(databases: Sqlite | Postgresql) -> None:
    nothing_leaks(databases, 5)


@pytest.mark.trials
@pytest.mark.timeout(3600)
def test_nothing_goes_on_behind_its_revocation_in_many(databases: Sqlite | Postgresql) -> None:
    nothing_leaks(databases, 100)


def test_a_store_that_takes_no_lock_on_grants_is_caught(postgresql: Postgresql) -> None:
    """The canary: else the test above would prove nothing."""
    for seed in range(1, 30):
        with racing(postgresql, seed) as race:
            ae = race.house["AE"]
            race.run(replace(ae.node, store=Unlocked(ae.node.store), faults=Dawdling(longest=0.02)), 4)
            if leaks(ae.node):
                return
    pytest.fail("no leak was ever seen")
