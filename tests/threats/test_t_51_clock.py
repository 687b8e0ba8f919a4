"""T-51 (I11): moving a clock never widens a permission. No release under an agreement that has ended.

The machine's clock lies by up to ten years in both directions; the database's clock, where there is one, is true. With
SQLite there is no second clock: then the ledger's own times are the floor.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from exchange.crypto.opening import parse_outer
from exchange.errors import Code, ExchangeError
from exchange.operations.clock import stamp
from exchange.operations.deliver import deliver
from exchange.operations.deposit import Draft, deposit
from exchange.operations.pull import answer_pull
from exchange.operations.release import release
from exchange.ports import Node, Store, Unit
from tests import invariants
from tests.databases import Sqlite
from tests.federation import START, HandClock, State, agreement_document, enact
from tests.subjects import gulf_person
from tests.threats.worlds import World, caught, world

ENDS = START + timedelta(days=3)
"""When the agreement ends. A proposal waits seven days for its approval, so it can outlive the agreement."""
DAY = 86_400
SHIFTS = st.one_of(
    st.sampled_from([timedelta(0), timedelta(days=-3650), timedelta(days=3650)]),
    st.integers(-3650 * DAY, 3650 * DAY).map(lambda seconds: timedelta(seconds=seconds)),
    st.integers(-2 * DAY, 2 * DAY).map(lambda seconds: timedelta(seconds=seconds)),
)
TRUTHS = st.integers(-2 * DAY, 3 * DAY).map(lambda seconds: ENDS + timedelta(seconds=seconds))
FREELY = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


class _UndoError(Exception):
    """Ends an attempt without a trace, so that each example begins where the one before did."""


@dataclass(frozen=True, slots=True)
class Clocked:
    """A store with a database clock of its own, or none."""

    store: Store
    truth: datetime | None

    def write(self) -> AbstractContextManager[Unit]:
        return self.store.write()

    def read(self) -> AbstractContextManager[Unit]:
        return self.store.read()

    def now(self) -> datetime | None:
        return self.truth


@pytest.fixture(scope="module")
def ending(sqlite: Sqlite) -> Iterator[World]:
    """A federation whose agreement ends soon, with a release approved in time."""
    with world(sqlite) as made:
        document = agreement_document("dz-ae-kw.yaml") | {"version": 2, "valid_until": stamp(ENDS)}
        for state in made.federation.states.values():
            enact(state, document)
        yield made


@pytest.fixture(scope="module")
def proposal(ending: World) -> str:
    dz = ending["DZ"]
    (made,) = dz.propose("KW", dz.deposit(gulf_person(1))).proposals
    dz.approve(made)
    return made.id


def lying(state: State, shown: datetime, truth: datetime | None) -> Node:
    """The node with a machine clock that shows `shown`, beside a database whose clock says `truth`."""
    return replace(state.node, clock=HandClock(shown), store=Clocked(state.node.store, truth))


def attempt(node: Node, state: State, proposal: str, *, first_log_at: datetime | None = None) -> str:
    """What would become of the release: its state, or the code of the refusal. It is undone."""
    found = ""
    try:
        with node.store.write() as unit:
            if first_log_at is not None:
                honest = lying(state, first_log_at, None)
                deposit(honest, unit, state.staff.officer, [Draft("person", gulf_person(2))])
            found = release(node, unit, state.staff.officer, proposal).state
            raise _UndoError
    except ExchangeError as refused:
        return refused.code.value
    except _UndoError:
        return found


@FREELY
@given(truth=TRUTHS, shift=SHIFTS)
@example(truth=ENDS + timedelta(hours=1), shift=timedelta(hours=-23))
@example(truth=ENDS + timedelta(seconds=1), shift=timedelta(seconds=-30))
@example(truth=ENDS - timedelta(seconds=1), shift=timedelta(0))
def test_beside_a_true_database_clock_nothing_leaves_after_the_end(
    ending: World, proposal: str, truth: datetime, shift: timedelta
) -> None:
    dz = ending["DZ"]
    outcome = attempt(lying(dz, truth + shift, truth), dz, proposal)
    assert outcome in ("released", "voided", Code.CLOCK_UNSAFE)
    if truth >= ENDS:
        assert outcome != "released", f"released {truth - ENDS} after the end with a clock {shift} off"
    if shift == timedelta(0):
        assert (outcome == "released") == (truth < ENDS), "the control: a clock that is right decides as it should"


@FREELY
@given(logged=TRUTHS, shift=SHIFTS)
@example(logged=ENDS, shift=timedelta(days=-3650))
@example(logged=ENDS, shift=timedelta(minutes=-9))
@example(logged=ENDS - timedelta(days=1), shift=timedelta(0))
def test_without_one_nothing_leaves_once_the_ledger_saw_the_end(
    ending: World, proposal: str, logged: datetime, shift: timedelta
) -> None:
    dz = ending["DZ"]
    outcome = attempt(lying(dz, logged + shift, None), dz, proposal, first_log_at=logged)
    if logged >= ENDS or logged + shift >= ENDS:
        assert outcome != "released"
    if shift == timedelta(0):
        assert (outcome == "released") == (logged < ENDS)


def test_what_was_queued_in_time_is_not_handed_over_after_the_end(lone: World) -> None:
    """policies.md, case 22: pending included, by push and by pull, whatever the machine's clock says."""
    document = agreement_document("dz-ae-kw.yaml") | {"version": 2, "valid_until": stamp(ENDS)}
    for state in lone.federation.states.values():
        enact(state, document)
    dz, network = lone["DZ"], lone.federation.network
    for code in ("AE", "KW"):
        assert [outcome.state for outcome in dz.push(code, dz.deposit(gulf_person(1)))] == ["released"]
    late = ENDS + timedelta(minutes=1)
    lone.federation.clock.time = late
    back = lying(dz, START + timedelta(days=2), late)
    assert caught(lambda: answer_pull(back, "AE", 1, 0, 10)) is Code.CLOCK_UNSAFE
    assert caught(lambda: deliver(back, "KW")) is Code.CLOCK_UNSAFE
    assert not any(data for _, _, data in network.wire)
    assert dz.deliver("KW").voided == 1
    (served,) = answer_pull(dz.node, "AE", 1, 0, 10).envelopes
    assert parse_outer(served).header.type == "void"
    sent = [parse_outer(data).header.type for _, _, data in network.wire if data.startswith(b'{"header"')]
    assert sent == ["void"]


def test_the_ledgers_time_never_goes_back(lone: World) -> None:
    dz = lone["DZ"]
    moves = (0, 40, -40, 700, 500, -3650 * DAY, 3650 * DAY, 0, -601, 1)
    shown, codes = START, []
    for move in moves:
        shown += timedelta(seconds=move)
        node = lying(dz, shown, None)

        def work(node: Node = node) -> None:
            with node.store.write() as unit:
                deposit(node, unit, dz.staff.officer, [Draft("person", gulf_person(3))])

        codes.append(caught(work))
    times = [str(line["at"]) for line in invariants.entries(dz.node)]
    assert times == sorted(times)
    assert Code.CLOCK_UNSAFE in codes
    assert codes.count(None) > 3
