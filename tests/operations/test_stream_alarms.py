"""What heartbeats tell: a silent partner, numbers that do not come, a store that is older than it was."""

from __future__ import annotations

from datetime import timedelta

import pytest

from exchange.operations.heartbeat import beat
from exchange.operations.partners import suspend_partner
from exchange.operations.pull import pull
from exchange.operations.stream_alarms import (
    CUT_HERE,
    CUT_THERE,
    MISSING,
    SILENCE,
    SILENT,
    Beat,
    keep_beat,
    last_beat,
    stream_alarms,
)
from tests.federation import Federation, State
from tests.subjects import gulf_person

EVERY = timedelta(minutes=5)


def ringing(state: State) -> list[tuple[str, str, int, int]]:
    with state.node.store.read() as unit:
        found = stream_alarms(unit, state.node.clock.now())
    return [(each.partner, each.code, each.ours, each.theirs) for each in found]


def of(state: State, partner: str) -> list[tuple[str, int, int]]:
    return [each[1:] for each in ringing(state) if each[0] == partner]


def told(state: State, partner: str, head: int, received: int = 0) -> None:
    with state.node.store.write() as unit:
        at = state.node.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        keep_beat(unit, partner, Beat(at, head, received))


def test_three_heartbeats_without_a_word(house: Federation) -> None:
    dz = house["DZ"]
    house.clock.forward(SILENCE)
    assert ringing(dz) == []
    house.clock.forward(timedelta(seconds=1))
    assert ringing(dz) == [("AE", SILENT, 0, 0), ("KW", SILENT, 0, 0)]
    beat(dz.node, "KW")
    assert ringing(dz) == [("AE", SILENT, 0, 0)]
    assert ringing(house["KW"]) == [("AE", SILENT, 0, 0)], "who answers has heard as well"
    with dz.node.store.write() as unit:
        suspend_partner(dz.node, unit, dz.staff.admin, "AE")
    assert ringing(dz) == []
    house.clock.forward(SILENCE + timedelta(seconds=1))
    assert ringing(dz) == [("KW", SILENT, 0, 0)]


def test_numbers_that_do_not_come_from_one_heartbeat_to_the_next(house: Federation) -> None:
    dz, kw = house["DZ"], house["KW"]
    dz.push("KW", dz.deposit(gulf_person(1)))
    beat(kw.node, "DZ")
    assert ringing(kw) == [], "it may be on its way"
    house.clock.forward(EVERY)
    beat(kw.node, "DZ")
    assert ringing(kw) == [("DZ", MISSING, 0, 1)]
    assert pull(kw.node, "DZ").envelopes == 1
    assert ringing(kw) == []


def test_what_moves_is_no_alarm(house: Federation) -> None:
    dz, kw = house["DZ"], house["KW"]
    for number in range(4):
        dz.push("KW", dz.deposit(gulf_person(number)))
        beat(kw.node, "DZ")
        assert of(kw, "DZ") == []
        dz.deliver("KW")
        dz.push("KW", dz.deposit(gulf_person(number + 10)))
        house.clock.forward(EVERY)
        beat(kw.node, "DZ")
        assert of(kw, "DZ") == [], "more is on its way, and what was has come"
        dz.deliver("KW")


def test_a_partner_whose_tail_was_cut(house: Federation) -> None:
    dz, kw = house["DZ"], house["KW"]
    for number in range(3):
        dz.push("KW", dz.deposit(gulf_person(number)))
    assert dz.deliver("KW").accepted == 3
    told(kw, "DZ", head=2)
    assert ringing(kw) == [], "it may have been written before the last one left"
    house.clock.forward(EVERY)
    told(kw, "DZ", head=2)
    assert ringing(kw) == [("DZ", CUT_THERE, 3, 2)]
    house.clock.forward(EVERY)
    told(kw, "DZ", head=3)
    assert ringing(kw) == []


def test_our_own_tail_was_cut(house: Federation) -> None:
    dz = house["DZ"]
    dz.push("KW", dz.deposit(gulf_person(1)))
    dz.deliver("KW")
    told(dz, "KW", head=0, received=1)
    assert ringing(dz) == []
    told(dz, "KW", head=0, received=2)
    assert ringing(dz) == [("KW", CUT_HERE, 1, 2)], "it cannot have what we never sent: at once"


@pytest.mark.parametrize("later", [-1, 0])
def test_an_older_heartbeat_changes_nothing(house: Federation, later: int) -> None:
    kw = house["KW"]
    told(kw, "DZ", head=5)
    with kw.node.store.write() as unit:
        at = (house.clock.now() + timedelta(seconds=later)).strftime("%Y-%m-%dT%H:%M:%SZ")
        keep_beat(unit, "DZ", Beat(at, 1, 1))
        said = last_beat(unit, "DZ")
    assert said is not None
    assert said.head == (5 if later else 1)
