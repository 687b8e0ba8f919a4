"""Numbers that may no longer go out: whatever became of the original, the stream goes on and both sides agree."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest

from exchange.crypto.atrest import AtRest
from exchange.operations.agreements import activate, raise_flag, suspend
from exchange.operations.pull import pull
from exchange.store import SqlStore, open_engine
from tests import invariants
from tests.conftest import KEK
from tests.databases import Postgresql, Sqlite
from tests.federation import AGREEMENT, Federation, State, federate
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


def stop(state: State) -> None:
    with state.node.store.write() as unit:
        raise_flag(unit, state.staff.approver, AGREEMENT)
    with state.node.store.write() as unit:
        suspend(state.node, unit, state.staff.approver, AGREEMENT)


def resume(state: State) -> None:
    with state.node.store.write() as unit:
        activate(state.node, unit, state.staff.admin, AGREEMENT, 1)


def states_of(state: State, to: str) -> list[str]:
    return [item.state for item in invariants.sent(state.node, to)]


def test_a_queued_release_is_voided_and_the_stream_goes_on(states: Federation) -> None:
    dz, kw = states["DZ"], states["KW"]
    first, second = dz.deposit(gulf_person(1)), dz.deposit(gulf_person(2))
    dz.push("KW", first)
    stop(dz)
    assert dz.deliver("KW").voided == 1
    resume(dz)
    dz.push("KW", second)
    assert dz.deliver("KW").accepted == 1
    assert states_of(dz, "KW") == ["void", "accepted"]
    invariants.quiet(dz, kw)
    invariants.holds_exactly(dz.node, kw.node, second)


@pytest.mark.parametrize("by", ["push", "pull"])
def test_the_partner_has_the_original_and_its_receipt_was_lost(states: Federation, by: str) -> None:
    """The stored receipt for the original is the truth: the number was taken, whatever stands in its place here."""
    dz, kw = states["DZ"], states["KW"]
    first, second = dz.deposit(gulf_person(1)), dz.deposit(gulf_person(2))
    dz.push("KW", first)
    states.network.faults.drop_answers = 1
    assert dz.deliver("KW").stopped is not None
    assert states.network.faults.fired == 1
    stop(dz)
    states.clock.forward(timedelta(minutes=20))
    if by == "push":
        assert dz.deliver("KW").stopped is None
    else:
        assert pull(kw.node, "DZ").stopped is None
    assert states_of(dz, "KW") == ["accepted"]
    resume(dz)
    dz.push("KW", second)
    assert dz.deliver("KW").stopped is None
    invariants.always(dz.node, kw.node)
    invariants.nothing_under_way(dz.node, kw.node)
    invariants.holds_exactly(dz.node, kw.node, first + second)
    for state in (dz, kw):
        invariants.ledger_verifies(state.node, state.staff.auditor)


def test_a_voided_view_counts_as_not_sent(states: Federation) -> None:
    dz, kw = states["DZ"], states["KW"]
    refs = dz.deposit(gulf_person(1))
    dz.push("KW", refs)
    stop(dz)
    dz.deliver("KW")
    resume(dz)
    proposed = dz.propose("KW", refs)
    assert not proposed.unchanged, "the partner never got it, and nobody would send it again"
    assert len(proposed.proposals) == 1
    assert kw.node.code == "KW"


def test_a_partner_that_is_away_for_longer_than_an_envelope_lives(states: Federation) -> None:
    """An expired envelope can never be taken; it is voided, so that the stream is not blocked for good."""
    dz, kw = states["DZ"], states["KW"]
    first, second = dz.deposit(gulf_person(1)), dz.deposit(gulf_person(2))
    dz.push("KW", first)
    states.network.down.add("KW")
    assert dz.deliver("KW").stopped is not None
    states.clock.forward(timedelta(days=31))
    states.network.down.clear()
    assert dz.deliver("KW").voided == 1
    assert len(dz.propose("KW", first).proposals) == 1
    dz.push("KW", second)
    assert dz.deliver("KW").accepted == 1
    invariants.quiet(dz, kw)
