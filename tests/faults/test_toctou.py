"""T-12, T-13: what a release stands on is revoked while releases run. Nothing may be released behind its revocation.

A leak is a `release.released` entry that stands behind the ledger entry that took its ground away: the agreement
suspended, an approval withdrawn, a national policy changed, the record amended. The ledger's order is the order of
commits, because every append holds the head's lock. Stores that are wrong on purpose (`races.py`) must be caught.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from exchange.crypto.atrest import AtRest
from exchange.crypto.rootsign import root_signature
from exchange.errors import Code, ExchangeError, Unavailable
from exchange.model.claims import JsonObject
from exchange.model.records import Ref
from exchange.model.state import Proposal
from exchange.operations import agreements
from exchange.operations.approve import withdraw
from exchange.operations.deposit import Amendment, amend
from exchange.operations.release import release
from exchange.ports import Node, Store
from exchange.store import SqlStore, open_engine
from tests import invariants
from tests.conftest import KEK
from tests.databases import Postgresql, Sqlite
from tests.faults.races import Dawdling, Earlier, Unlocked, deferred
from tests.federation import AGREEMENT, Federation, OnHandClock, State, federate, root_of
from tests.subjects import gulf_person

WORKERS = 4
ROUND = 10
"""Proposals that race with one revocation."""
EXTRA_ROUNDS = 8
"""At most so many more where one side was always first: a race that nobody ran proves nothing."""
POLICY = "NP-DZ"
SHARE_IN_TEST = {"agreement": 60, "approval": 30, "policy": 30, "record": 30}
SHARE_IN_TRIALS = {"agreement": 400, "approval": 200, "policy": 200, "record": 200}
"""Releases on each database: 150 in `make test`, 1,000 in `make trials`, so 2,000 on both."""


@dataclass(slots=True)
class Race:
    """One node whose releases race with revocations."""

    federation: Federation
    url: str
    seed: int = 1
    outcomes: Counter[str] = field(default_factory=Counter)
    revocations: int = 0
    policies: Iterator[int] = field(default_factory=lambda: count(1))
    others: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def dz(self) -> State:
        return self.federation["DZ"]

    def approved(self, how_many: int) -> list[tuple[Ref, Proposal]]:
        """Approved proposals of one record each."""
        refs = self.dz.deposit(*(gulf_person(next(self.others)) for _ in range(how_many)))
        pairs = [(ref, self.dz.propose("KW", [ref]).proposals[0]) for ref in refs]
        for _, proposal in pairs:
            self.dz.approve(proposal)
        return pairs

    def release_all(self, node: Node, proposals: Sequence[Proposal]) -> None:
        """From several threads; each proposal is tried until the database was not busy."""
        with ThreadPoolExecutor(WORKERS) as pool:
            self.outcomes.update(pool.map(lambda proposal: self._release(node, proposal), proposals))

    def _release(self, node: Node, proposal: Proposal) -> str:
        while True:
            try:
                with node.store.write() as unit:
                    return release(node, unit, self.dz.staff.officer, proposal.id).state
            except Unavailable as busy:
                if busy.code is not Code.DATABASE_BUSY:
                    raise
                self.outcomes["busy"] += 1
            except ExchangeError as refused:
                return refused.code.value

    def suspend(self) -> None:
        state = self.dz
        with state.node.store.write() as unit:
            agreements.raise_flag(unit, state.staff.approver, AGREEMENT)
        with state.node.store.write() as unit:
            agreements.suspend(state.node, unit, state.staff.approver, AGREEMENT)
        self.revocations += 1

    def resume(self) -> None:
        with self.dz.node.store.write() as unit:
            agreements.activate(self.dz.node, unit, self.dz.staff.admin, AGREEMENT, 1)

    def change_policy(self) -> None:
        """The next version of the national policy, in force."""
        state, document = self.dz, policy_document(next(self.policies))
        with state.node.store.write() as unit:
            stored = agreements.draft(state.node, unit, state.staff.admin, document)
            signature = root_signature(root_of("DZ"), "DZ", "exchange/policy/1", stored.document)
            agreements.add_signature(state.node, unit, state.staff.admin, POLICY, stored.version, signature)
        with state.node.store.write() as unit:
            agreements.activate(state.node, unit, state.staff.admin, POLICY, stored.version)
        self.revocations += 1

    def withdraw(self, proposals: Sequence[Proposal]) -> None:
        """An approver of each takes the approval back, if it is still possible; the last to be released first."""
        for proposal in reversed(proposals):
            try:
                with self.dz.node.store.write() as unit:
                    withdraw(self.dz.node, unit, self.dz.staff.approver, proposal.id)
                self.revocations += 1
            except ExchangeError as late:
                if late.code is not Code.RELEASE_STATE:
                    raise

    def amend(self, refs: Sequence[Ref]) -> None:
        for ref in reversed(refs):
            with self.dz.node.store.write() as unit:
                amend(self.dz.node, unit, self.dz.staff.officer, [Amendment(ref, 1, gulf_person(next(self.others)))])
            self.revocations += 1


def policy_document(version: int) -> JsonObject:
    """A reservation that takes nothing away but is another document each time: what was approved is stale."""
    return {
        "v": 1,
        "kind": "policy",
        "id": POLICY,
        "version": version,
        "title": {"ar": "تحفظ", "fr": "Réserve", "en": f"Reservation {version}"},
        "party": {"code": "DZ", "fingerprint": root_of("DZ").fingerprint},
        "legal_basis": "Example only",
        "forbids": [],
        "clauses": [],
    }


@pytest.fixture
def race(databases: Sqlite | Postgresql) -> Iterator[Race]:
    with ExitStack() as stack:
        urls = {code: stack.enter_context(databases.fresh()) for code in ("DZ", "KW")}
        stores = {code: SqlStore(open_engine(url), AtRest(KEK)) for code, url in urls.items()}
        yield Race(federate(stores), urls["DZ"])
        for store in stores.values():
            store.close()


def leaks(node: Node) -> list[str]:
    """Releases whose ground had been taken away, each with what it stood on, from the ledger's order alone."""
    suspended = False
    policy_since: str | None = None
    withdrawn: set[str] = set()
    proposed_under: dict[str, str | None] = {}
    found: list[str] = []
    for entry in invariants.entries(node):
        kind, release_id = entry["kind"], str(entry.get("release"))
        if kind == "agreement.changed" and entry["agreement"] == AGREEMENT:
            suspended = entry["state"] != "active"
        elif kind == "agreement.changed" and entry["state"] == "active":
            policy_since = str(entry["digest"])
        elif kind == "release.proposed":
            proposed_under[release_id] = policy_since
        elif kind == "release.voided":
            withdrawn.add(release_id)
        elif kind == "release.released":
            reasons = {
                "agreement": suspended,
                "approval": release_id in withdrawn,
                "policy": proposed_under[release_id] != policy_since,
            }
            found += [reason for reason, leaked in reasons.items() if leaked]
    return found + ["record"] * _stale_releases(node)


def _stale_releases(node: Node) -> int:
    """Releases behind the amendment of their record; the ledger names records by HMAC, so we compare those."""
    amended: set[str] = set()
    leaked = 0
    for entry in invariants.entries(node, "record.amended", "release.released"):
        refs = entry["refs"]
        assert isinstance(refs, list)
        if entry["kind"] == "record.amended":
            amended.update(refs)
        else:
            leaked += bool(amended.intersection(refs))
    return leaked


def run(race: Race, node: Node, kind: str, releases: int) -> None:
    """`releases` tries to release, in rounds, each against revocations of one kind."""
    rng = random.Random(race.seed)
    for _ in range(0, releases, ROUND):
        pairs = race.approved(ROUND)
        proposals = [proposal for _, proposal in pairs]
        revoke: dict[str, Callable[[], None]] = {
            "agreement": race.suspend,
            "approval": partial(race.withdraw, proposals),
            "policy": race.change_policy,
            "record": partial(race.amend, [ref for ref, _ in pairs]),
        }
        timer = threading.Timer(rng.uniform(0.0, 0.04), revoke[kind])
        timer.start()
        race.release_all(node, proposals)
        timer.join()
        if kind == "agreement":
            race.resume()


def dawdling(race: Race, store: Store | None = None) -> Node:
    """The node with waits at the points of a release, on its own store or another."""
    node = race.dz.node
    return replace(node, faults=Dawdling(), store=node.store if store is None else store)


def all_kinds(race: Race, share: dict[str, int]) -> None:
    """Every kind of revocation against releases on the real store."""
    node = dawdling(race)
    for kind, releases in share.items():
        before, revoked = race.outcomes["released"], race.revocations
        run(race, node, kind, releases)
        for _ in range(EXTRA_ROUNDS):
            if 0 < race.outcomes["released"] - before < releases and race.revocations > revoked:
                break
            run(race, node, kind, ROUND)
        else:
            raise AssertionError(f"{kind}: nothing raced, {race.outcomes}")
    assert race.outcomes.total() - race.outcomes["busy"] >= sum(share.values())
    assert race.outcomes["released"] == len(invariants.entries(node, "release.released"))
    assert leaks(node) == []
    invariants.always(node, race.federation["KW"].node)
    invariants.ledger_verifies(node, race.dz.staff.auditor)


def test_nothing_is_released_behind_its_revocation(race: Race) -> None:
    all_kinds(race, SHARE_IN_TEST)


@pytest.mark.trials
@pytest.mark.timeout(3600)
def test_nothing_is_released_behind_its_revocation_in_two_thousand(race: Race) -> None:
    all_kinds(race, SHARE_IN_TRIALS)


@pytest.fixture
def on_postgresql(postgresql: Postgresql) -> Iterator[Race]:
    with postgresql.fresh() as url, postgresql.fresh() as other:
        stores = {code: SqlStore(open_engine(each), AtRest(KEK)) for code, each in (("DZ", url), ("KW", other))}
        yield Race(federate(stores), url)
        for store in stores.values():
            store.close()


@pytest.fixture
def on_sqlite(sqlite: Sqlite) -> Iterator[Race]:
    with sqlite.fresh() as url, sqlite.fresh() as other:
        stores = {code: SqlStore(open_engine(each), AtRest(KEK)) for code, each in (("DZ", url), ("KW", other))}
        yield Race(federate(stores), url)
        for store in stores.values():
            store.close()


def test_a_store_that_takes_no_locks_is_caught(on_postgresql: Race) -> None:
    """The canary: READ COMMITTED without FOR SHARE leaks, and this trial sees it."""
    race = on_postgresql
    node = dawdling(race, Unlocked(race.dz.node.store))
    for kind in ("agreement", "policy"):
        _until_it_leaks(race, node, kind)


def test_a_store_that_decides_before_its_transaction_is_caught(race: Race) -> None:
    """The canary for both databases: also BEGIN IMMEDIATE protects nothing that was read before it."""
    node = dawdling(race)
    node = replace(node, store=Earlier(node.store, AGREEMENT, node.faults.reach))
    _until_it_leaks(race, node, "agreement")


def _until_it_leaks(race: Race, node: Node, kind: str) -> None:
    for _ in range(12):
        run(race, node, kind, ROUND)
        if kind in leaks(node):
            return
    raise AssertionError(f"{kind}: {race.outcomes} and no leak: this trial would not see one")


def test_deferred_transactions_of_sqlite_are_locked_out_and_do_not_leak(on_sqlite: Race, tmp_path: Path) -> None:
    """Why there is no canary of a missing write lock on SQLite.

    A deferred transaction reads a snapshot. When it first writes and anybody else has committed since, SQLite answers
    SQLITE_BUSY_SNAPSHOT, whatever the timeout: the release fails and begins again on the new state. So it cannot leak;
    it is locked out. BEGIN IMMEDIATE waits in the queue instead, and the release gets its turn.
    """
    race = on_sqlite
    store = SqlStore(deferred(race.url, tmp_path / "alias.db"), AtRest(KEK))
    run(race, dawdling(race, OnHandClock(store, race.federation.clock)), "agreement", 60)
    assert race.outcomes["busy"] > 0
    assert race.outcomes["released"] > 0
    assert leaks(race.dz.node) == []
    store.close()
