"""One row that cannot be opened any more holds up none of the others: retention, standing rules, the ledger's names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, text

from exchange.crypto.atrest import AtRest
from exchange.errors import Code, Unavailable
from exchange.model.records import Ref
from exchange.operations.deliver import deliver
from exchange.operations.deposit import Amendment, amend
from exchange.operations.message_facts import blinded
from exchange.operations.retention import retention
from exchange.operations.standing import run_standing
from exchange.store import SqlStore, open_engine
from tests import invariants
from tests.conftest import KEK
from tests.databases import Postgresql, Sqlite
from tests.federation import Federation, enact, federate, preapprove, standing_document
from tests.operations.test_retention import long_ago
from tests.subjects import gulf_person


class Nodes:
    """DZ and KW, and the URL of DZ's database."""

    def __init__(self, states: Federation, url: str) -> None:
        self.states, self.url = states, url

    def spoil(self, ref: Ref, table: str, column: str, version: int | None = None) -> None:
        """A disk loses what stands there of this record, or of one version of it."""
        engine = create_engine(self.url)
        with engine.begin() as connection:
            which = "" if version is None else f" AND version = {version:d}"
            change = text(f"UPDATE {table} SET {column} = :bytes WHERE id = :id{which}")
            assert connection.execute(change, {"bytes": b"\0" * 60, "id": ref.id}).rowcount == 1
        engine.dispose()


@pytest.fixture
def nodes(databases: Sqlite | Postgresql) -> Iterator[Nodes]:
    with ExitStack() as stack:
        urls = {code: stack.enter_context(databases.fresh()) for code in ("DZ", "KW")}
        stores = {code: SqlStore(open_engine(url), AtRest(KEK)) for code, url in urls.items()}
        yield Nodes(federate(stores), urls["DZ"])
        for store in stores.values():
            store.close()


def test_retention_goes_on_and_counts_it(nodes: Nodes) -> None:
    dz = nodes.states["DZ"]
    bad, *fine = dz.deposit(*((*gulf_person(number), long_ago(10)) for number in range(1, 5)))
    nodes.spoil(bad, "record_versions", "body")
    with pytest.raises(Unavailable) as caught, dz.node.store.read() as unit:
        unit.records.current([bad], lock=False)
    assert caught.value.code is Code.AT_REST_CORRUPT
    nodes.states.clock.forward(timedelta(days=30))
    done = retention(dz.node)
    assert (done.records, done.damaged) == (len(fine), 1)
    with dz.node.store.read() as unit:
        assert [line.ref for line in unit.records.lines(None, None, 99)] == [bad]
    invariants.ledger_verifies(dz.node, dz.staff.auditor)


@pytest.mark.parametrize(("table", "column"), [("record_keys", "wrapped"), ("copies", "body")])
def test_a_partners_record_that_is_damaged_goes_in_its_time_and_holds_up_no_other(
    nodes: Nodes, table: str, column: str
) -> None:
    dz, kw = nodes.states["DZ"], nodes.states["KW"]
    bad, *fine = kw.deposit(*(gulf_person(number) for number in range(1, 4)))
    kw.push("DZ", [bad, *fine])
    kw.deliver("DZ")
    nodes.spoil(bad, table, column)
    nodes.states.clock.forward(timedelta(days=2000))
    assert retention(dz.node).copies == len([bad, *fine])
    with dz.node.store.read() as unit:
        assert unit.copies.lines(None, None, 99) == []
    (line,) = invariants.entries(dz.node, "record.destroyed")
    refs = line["refs"]
    assert isinstance(refs, list)
    assert len(refs) == len(fine) + (table == "copies"), "whose key is gone has no name"


@pytest.mark.parametrize(("table", "column"), [("record_keys", "wrapped"), ("copies", "body")])
def test_what_stays_of_a_damaged_record_holds_up_nothing_and_is_listed(nodes: Nodes, table: str, column: str) -> None:
    """One of two copies goes, and the other cannot be sealed anew."""
    dz, kw = nodes.states["DZ"], nodes.states["KW"]
    (ref,) = kw.deposit(gulf_person(1))
    kw.push("DZ", [ref])
    kw.deliver("DZ")
    with kw.node.store.write() as unit:
        amend(kw.node, unit, kw.staff.officer, [Amendment(ref, 1, gulf_person(2))])
    kw.push("DZ", [ref])
    kw.deliver("DZ")
    with dz.node.store.read() as unit:
        first, second = sorted(unit.copies.places([ref]), key=lambda line: line.version)
    nodes.spoil(ref, table, column, version=None if table == "record_keys" else second.version)
    with dz.node.store.write() as unit:
        unit.copies.destroy([first])
    with dz.node.store.read() as unit:
        assert [line.version for line in unit.copies.places([ref])] == [second.version]
        assert [line.ref for line in unit.copies.lines(None, None, 9)] == [ref]
    with dz.node.store.write() as unit:
        unit.copies.destroy([second])
    with dz.node.store.read() as unit:
        assert unit.copies.lines(None, None, 9) == []


def test_standing_rules_go_on(nodes: Nodes) -> None:
    dz, kw = nodes.states["DZ"], nodes.states["KW"]
    for state in (dz, kw):
        enact(state, standing_document())
    preapprove(dz, "TLP:AMBER+STRICT")
    bad, *fine = dz.deposit(*(gulf_person(number) for number in range(1, 4)))
    nodes.spoil(bad, "record_versions", "body")
    ran = run_standing(dz.node, 5)
    assert ran.looked_at == 3
    assert ran.released > 0
    assert deliver(dz.node, "KW").stopped is None
    with kw.node.store.read() as unit:
        assert sorted(line.ref for line in unit.copies.lines(None, None, 99)) == sorted(fine)


def test_the_ledger_names_the_others(nodes: Nodes) -> None:
    dz = nodes.states["DZ"]
    bad, *fine = dz.deposit(*(gulf_person(number) for number in range(1, 4)))
    with dz.node.store.read() as unit:
        names = blinded(dz.node, unit, fine)
    nodes.spoil(bad, "record_keys", "wrapped")
    with dz.node.store.read() as unit:
        assert blinded(dz.node, unit, [bad, *fine]) == names
