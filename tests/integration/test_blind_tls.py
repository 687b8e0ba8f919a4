"""Blinded matching between whole nodes over mutual TLS, on both databases: bytes, rows, times, worker."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from concurrent.futures import wait
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from exchange.api.app import partner_app
from exchange.api.matching import FLOOR_S
from exchange.errors import Code, Remote
from exchange.model.claims import Claim
from exchange.operations.match_prepare import match_prepare
from exchange.operations.match_stats import set_contact
from exchange.peers import ClientCertificate, HttpPeers
from exchange.ports import Node
from exchange.worker import Pace, Worker
from tests.api_kit import HOST, Identity, identity, serving
from tests.databases import Postgresql, Sqlite
from tests.federation import Federation, State
from tests.integration.api_office import federation
from tests.integration.test_api_partners import _recard
from tests.invariants import entries, ledger_verifies
from tests.match_kit import CLAUSE, ask, can_match, named, person

NAME = "Salim Specimen Invented"
CODES = ("DZ", "KW")


@pytest.fixture
def pair(databases: Sqlite | Postgresql, tmp_path: Path) -> Iterator[tuple[Federation, State, State]]:
    """DZ asks KW, which holds one person that may be told and one that may not."""
    with ExitStack() as stack:
        house = stack.enter_context(federation(databases))
        can_match(house, {**CLAUSE, "per_case": 900, "per_day": 900})
        identities = {code: identity(tmp_path, code) for code in CODES}
        ports = {code: stack.enter_context(_serving(house[code].node, identities, code)) for code in CODES}
        for code in CODES:
            other = CODES[1 - CODES.index(code)]
            _recard(house[code].node, other, identities[other], ports[other])
            own = ClientCertificate(identities[code].certificate, identities[code].key, None)
            peers = HttpPeers(own, loopback=True)
            stack.callback(peers.close)
            house[code].node = replace(house[code].node, peers=peers)
        kw = house["KW"]
        with kw.node.store.write() as unit:
            set_contact(kw.node, unit, kw.staff.approver, "Liaison desk +000")
        red = [each for each in person(1, "Hidden From All") if each.path != "record.marking"]
        kw.deposit(person(1, NAME), (*red, Claim("c900", "record.marking", "TLP:RED", "fact")))
        yield house, house["DZ"], kw


def _serving(node: Node, identities: dict[str, Identity], code: str) -> Any:
    return serving(partner_app(node, hosts=[HOST]), identities[code].server_context(list(identities.values())))


def rows(node: Node, table: str) -> list[dict[str, Any]]:
    store: Any = getattr(node.store, "store", node.store)
    engine = create_engine(store._engine.url)
    with engine.connect() as connection:
        found = [dict(row._mapping) for row in connection.execute(text(f"SELECT * FROM {table}"))]
    engine.dispose()
    return found


def test_hit_no_hit_and_not_allowed_over_the_wire(pair: tuple[Federation, State, State]) -> None:
    _, dz, kw = pair
    made = match_prepare(kw.node, "DZ")
    assert (made.records, made.pages, made.size) == (2, 1, 2)
    began = time.monotonic()
    levels = [ask(dz, "KW", named(name)).told[0].level for name in (NAME, "Hidden From All", "Nobody Atall")]
    assert levels == [2, 0, 0]
    assert time.monotonic() - began >= 3 * FLOOR_S
    kept = rows(kw.node, "blind_queries")
    assert {(each["direction"], len(each["seen"]), each["purpose"]) for each in kept} == {
        ("in", 8192, "counter_terrorism.travel")
    }
    assert sorted(each["hits"] for each in kept) == [0, 0, 1]
    (seed,) = [bytes(each["seed"]) for each in rows(dz.node, "blind_epochs")]
    with dz.node.store.read() as unit:
        epoch = unit.blinded.epoch("KW", "asks", lock=False)
    assert epoch is not None
    assert epoch.seed not in seed
    assert [bytes(each["seed"]) for each in rows(kw.node, "blind_epochs")] == [b""]
    for state in (dz, kw):
        ledger_verifies(state.node, state.staff.auditor)


def test_an_error_of_the_partner_comes_as_its_code(pair: tuple[Federation, State, State]) -> None:
    _, dz, kw = pair
    match_prepare(kw.node, "DZ")
    with kw.node.store.write() as unit:
        unit.blinded.drop_epoch("DZ", "holds")
    with pytest.raises(Remote) as refused:
        ask(dz, "KW", named(NAME))
    assert refused.value.code is Code.MATCH_NOT_READY
    (line,) = entries(dz.node, "match.asked")
    assert line["case"] == "CASE-1"


def test_the_worker_prepares(pair: tuple[Federation, State, State]) -> None:
    _, dz, kw = pair
    pace = Pace(timedelta(0), timedelta(days=1), timedelta(days=1), daily_hour=23, reconcile_hour=23)
    worker = Worker(kw.node, pace)
    worker.once()
    assert not wait(worker._runs.values(), 60).not_done
    assert ask(dz, "KW", named(NAME)).told[0].level == 2
    with kw.node.store.write() as unit:
        assert unit.blinded.size("DZ") == 2
        unit.blinded.forget("DZ", None)
        assert unit.blinded.size("DZ") == 0


@pytest.mark.trials
def test_times_of_hit_no_hit_and_not_allowed_are_alike(pair: tuple[Federation, State, State]) -> None:
    """Interleaved, 60 each. Medians within 3 ms, and no pair that a rank test tells apart (z < 4)."""
    _, dz, kw = pair
    match_prepare(kw.node, "DZ")
    kinds = {"hit": NAME, "not allowed": "Hidden From All", "no hit": "Nobody Atall"}
    taken: dict[str, list[float]] = {kind: [] for kind in kinds}
    for number in range(60):
        for kind, name in kinds.items():
            with kw.node.store.write() as unit:
                unit.blinded.forget_seen(kw.node.clock.now() + timedelta(days=1))
            with dz.node.store.write() as unit:
                unit.blinded.forget_seen(kw.node.clock.now() + timedelta(days=1))
            began = time.perf_counter()
            ask(dz, "KW", named(name), case=f"C-{number}")
            taken[kind].append(time.perf_counter() - began)
    print({kind: f"{statistics.median(each) * 1000:.2f} ms" for kind, each in taken.items()})
    medians = [statistics.median(each) for each in taken.values()]
    assert max(medians) - min(medians) < 0.003
    for one, other in (("hit", "no hit"), ("hit", "not allowed"), ("no hit", "not allowed")):
        assert abs(z_of(taken[one], taken[other])) < 4


def z_of(one: list[float], other: list[float]) -> float:
    """Mann-Whitney: how many standard deviations the ranks are apart."""
    wins = sum((a > b) + 0.5 * (a == b) for a in one for b in other)
    n, m = len(one), len(other)
    return float((wins - n * m / 2) / (n * m * (n + m + 1) / 12) ** 0.5)
