"""The main job: DZ shares with AE and KW under their agreement; exactly what it permits arrives; both logs say so."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from exchange.crypto.atrest import AtRest
from exchange.interop.synthetic import person
from exchange.ledger.report import Report
from exchange.ledger.verify import verify
from exchange.model.claims import Claim
from exchange.model.records import Ref
from exchange.operations.audit import export_lines, note_export
from exchange.operations.pull import pull
from exchange.operations.read import ReceivedRecord, read_received
from exchange.store import SqlStore, open_engine
from tests.conftest import KEK
from tests.databases import Postgresql, Sqlite
from tests.federation import Federation, State, federate


@pytest.fixture
def states(databases: Sqlite | Postgresql) -> Iterator[Federation]:
    with ExitStack() as stack:
        stores = {
            code: SqlStore(open_engine(stack.enter_context(databases.fresh())), AtRest(KEK))
            for code in ("DZ", "AE", "KW")
        }
        yield federate(stores)
        for store in stores.values():
            store.close()


def gulf_person(n: int) -> tuple[Claim, ...]:
    """A Kuwaiti bound for Libya, invented, that the agreement covers."""
    rng = random.Random(n)
    while True:
        claims = person(rng, n, nationality="KW", theatre="SY")
        values = {(claim.path, str(claim.value)) for claim in claims}
        if ("record.category", "suspect") in values and not any(path == "record.flag" for path, _ in values):
            return claims


def received(state: State, ref: Ref) -> ReceivedRecord:
    with state.node.store.write() as unit:
        return read_received(state.node, unit, state.staff.officer, ref)


def paths(record: ReceivedRecord) -> set[str]:
    return {claim.path for claim in record.claims}


def verified(state: State) -> Report:
    size = note_export(state.node, state.staff.auditor)
    return verify(export_lines(state.node, size), fingerprint=state.node.keys.root_fingerprint)


def test_each_partner_gets_its_own_view_and_both_logs_prove_it(states: Federation) -> None:
    dz = states["DZ"]
    refs = dz.deposit(gulf_person(1), gulf_person(2))
    for code in ("AE", "KW"):
        outcomes = dz.push(code, refs)
        assert [outcome.state for outcome in outcomes] == ["released"]
        assert dz.deliver(code).accepted == 1
    ae, kw = received(states["AE"], refs[0]), received(states["KW"], refs[0])
    assert "birth.date" not in paths(ae) | paths(kw)
    assert "birth.year" in paths(ae) & paths(kw)
    assert paths(ae) != paths(kw)
    for state in states.states.values():
        report = verified(state)
        assert report.exit_code == 0, report


def test_a_partner_that_was_down_pulls_what_it_missed(states: Federation) -> None:
    dz, kw = states["DZ"], states["KW"]
    refs = dz.deposit(gulf_person(3))
    states.network.down.add("KW")
    dz.push("KW", refs)
    assert dz.deliver("KW").stopped is not None
    states.network.down.clear()
    assert pull(kw.node, "DZ").envelopes == 1
    assert received(kw, refs[0]).copy.ref == refs[0]
    with dz.node.store.read() as unit:
        assert unit.streams.outbox_counts("KW") == {"accepted": 1}
