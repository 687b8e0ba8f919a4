"""T-51: a clock years ahead, where no second clock is, runs through nothing until somebody confirms it by name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from exchange.errors import Code, Conflict, ExchangeError, Forbidden, Unauthenticated
from exchange.operations import people
from exchange.operations.clock import JUMP, SKEW, stamp
from exchange.operations.clock_confirm import confirm_clock, confirming
from exchange.operations.deliver import deliver
from exchange.operations.heartbeat import beat
from exchange.operations.tidy import tidy
from exchange.ports import Node
from tests import invariants
from tests.federation import State
from tests.subjects import gulf_person
from tests.threats.test_t_51_clock import lying
from tests.threats.worlds import World, caught

YEARS = timedelta(days=3650)


def token_of(state: State, who: str) -> str:
    with state.node.store.write() as unit:
        return people.issue_token(state.node, unit, state.staff.admin.id, who)


def confirmed(node: Node, token: str, read: datetime) -> timedelta:
    with node.store.write() as unit:
        return confirm_clock(node, unit, confirming(node, unit, token), read)


def test_nothing_expires_ends_or_leaves_by_a_clock_years_ahead(lone: World) -> None:
    dz = lone["DZ"]
    (waiting,) = dz.propose("KW", dz.deposit(gulf_person(1))).proposals
    dz.push("KW", dz.deposit(gulf_person(2)))
    before = len(invariants.entries(dz.node))
    ahead = lying(dz, dz.node.clock.now() + YEARS, None)
    calls: list[Callable[[], object]] = [
        lambda: tidy(ahead),
        lambda: deliver(ahead, "KW"),
        lambda: beat(ahead, "KW"),
    ]
    assert [caught(call) for call in calls] == [Code.CLOCK_UNSAFE] * 3
    assert len(invariants.entries(dz.node)) == before
    assert [proposal.state for proposal in invariants.proposals(dz.node) if proposal.id == waiting.id] == ["proposed"]
    assert [item.state for item in invariants.sent(dz.node, "KW")] == ["queued"]
    assert dz.deliver("KW").accepted == 1, "the control: the clock put right"


def test_an_administrator_confirms_by_name_with_the_time_of_another_clock(lone: World) -> None:
    """After a year at rest the clock is right; the token ended meanwhile and is judged at the last time known."""
    dz = lone["DZ"]
    admin = token_of(dz, dz.staff.admin.id)
    later = dz.node.clock.now() + timedelta(days=365)
    rested = lying(dz, later, None)
    with pytest.raises(ExchangeError) as refused:
        confirmed(rested, admin, later - YEARS)
    assert refused.value.code is Code.CLOCK_UNSAFE
    assert confirmed(rested, admin, later + SKEW) == timedelta(days=365)
    (line,) = invariants.entries(dz.node, "clock.confirmed")
    assert (line["actor"], line["at"], line["ahead"]) == (dz.staff.admin.id, stamp(later), 365 * 86_400)
    assert tidy(rested) == 0
    with pytest.raises(Conflict):
        confirmed(rested, token_of_at(rested, dz), later)


def token_of_at(node: Node, state: State) -> str:
    with node.store.write() as unit:
        return people.issue_token(node, unit, state.staff.admin.id, state.staff.admin.id)


def test_nobody_else_confirms_and_nothing_without_need(lone: World) -> None:
    dz = lone["DZ"]
    now = dz.node.clock.now()
    admin, officer = token_of(dz, dz.staff.admin.id), token_of(dz, dz.staff.officer.id)
    rested = lying(dz, now + JUMP + timedelta(seconds=1), None)
    with pytest.raises(Forbidden):
        confirmed(rested, officer, rested.clock.now())
    with pytest.raises(Unauthenticated):
        confirmed(rested, "exo_" + "A" * 43, rested.clock.now())
    with pytest.raises(Conflict):
        confirmed(lying(dz, now + JUMP, None), admin, now + JUMP)
    back = lying(dz, now - timedelta(days=1), None)
    assert caught(lambda: confirmed(back, admin, back.clock.now())) is Code.CLOCK_UNSAFE
    assert invariants.entries(dz.node, "clock.confirmed") == []


def test_a_partners_receipt_is_a_second_opinion(lone: World) -> None:
    """Heartbeats and receipts carry the partner's time: a node that hears from partners needs no confirmation."""
    dz = lone["DZ"]
    dz.push("KW", dz.deposit(gulf_person(1)))
    lone.federation.clock.forward(timedelta(days=20))
    beat(dz.node, "KW")
    lone.federation.clock.forward(timedelta(days=20))
    rested = lying(dz, dz.node.clock.now(), None)
    assert tidy(rested) == 0
    assert caught(lambda: tidy(lying(dz, dz.node.clock.now() + timedelta(days=12), None))) is Code.CLOCK_UNSAFE
