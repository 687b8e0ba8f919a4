"""Activation at a date: by the worker's clock, with every check again; a failed one leaves the old version."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from exchange.errors import Code, Conflict, Denied, Forbidden, Unavailable
from exchange.model.state import StoredAgreement
from exchange.operations import agreements
from exchange.operations.agreement_alarms import Alarm, alarms
from exchange.operations.clock import stamp
from exchange.operations.overview import status
from exchange.operations.schedule import Enacted, enact, unschedule
from exchange.worker import ENACT_EVERY, Pace, Worker
from tests import invariants
from tests.federation import AGREEMENT, Federation, State, root_of
from tests.operations.life_kit import signed, version, versions

LATER = timedelta(days=3)
PACE = Pace(timedelta(hours=1), timedelta(days=99), timedelta(days=99))


def schedule(state: State, number: int, starts: datetime) -> StoredAgreement:
    with state.node.store.write() as unit:
        return agreements.activate(state.node, unit, state.staff.admin, AGREEMENT, number, starts)


def sounding(state: State) -> list[Alarm]:
    with state.node.store.read() as unit:
        return alarms(unit)


def test_a_scheduled_version_comes_into_force_at_its_time_and_not_before(house: Federation) -> None:
    dz, clock = house["DZ"], house.clock
    signed(dz, version(2))
    starts = clock.now() + LATER
    assert schedule(dz, 2, starts).state == "scheduled"
    assert versions(dz) == {1: "active", 2: "scheduled"}
    clock.forward(LATER - timedelta(seconds=1))
    assert enact(dz.node) == Enacted([], [])
    assert versions(dz) == {1: "active", 2: "scheduled"}
    clock.forward(timedelta(seconds=1))
    assert enact(dz.node) == Enacted([(AGREEMENT, 2)], [])
    assert versions(dz) == {1: "superseded", 2: "active"}
    assert enact(dz.node) == Enacted([], [])
    with dz.node.store.read() as unit:
        active = unit.agreements.active(AGREEMENT, lock=False)
    assert active is not None
    assert active.starts_at is None
    said = [(e["actor"], e["version"], e["state"]) for e in invariants.entries(dz.node, "agreement.changed")][-2:]
    assert said == [("DZ", 1, "superseded"), ("DZ", 2, "active")]


def test_the_worker_enacts_with_the_clock_that_it_was_given(house: Federation) -> None:
    dz, clock = house["DZ"], house.clock
    signed(dz, version(2))
    schedule(dz, 2, clock.now() + LATER)
    worker = Worker(dz.node, PACE)
    worker.once()
    clock.forward(LATER)
    worker.once()
    assert versions(dz) == {1: "superseded", 2: "active"}
    assert timedelta(minutes=1) > ENACT_EVERY


@pytest.mark.parametrize("off", [timedelta(0), -LATER, timedelta(days=4000)])
def test_a_date_that_is_past_or_outside_the_validity_is_refused(house: Federation, off: timedelta) -> None:
    dz = house["DZ"]
    signed(dz, version(2))
    with pytest.raises(Denied) as caught:
        schedule(dz, 2, house.clock.now() + off)
    assert caught.value.code is Code.AGREEMENT_NOT_IN_FORCE
    assert versions(dz)[2] == "draft"


def test_what_could_not_be_activated_now_is_not_scheduled(house: Federation) -> None:
    dz = house["DZ"]
    signed(dz, version(2), "DZ", "AE")
    with pytest.raises(Denied) as caught:
        schedule(dz, 2, house.clock.now() + LATER)
    assert caught.value.code is Code.AGREEMENT_UNSIGNED


def test_one_date_for_one_agreement(house: Federation) -> None:
    dz = house["DZ"]
    signed(dz, version(2))
    signed(dz, version(3))
    schedule(dz, 2, house.clock.now() + LATER)
    with pytest.raises(Conflict) as caught:
        schedule(dz, 3, house.clock.now() + LATER)
    assert caught.value.code is Code.ALREADY_EXISTS


def test_a_check_that_fails_at_the_time_is_an_alarm_and_the_old_version_stays(house: Federation) -> None:
    dz, clock = house["DZ"], house.clock
    signed(dz, version(2))
    schedule(dz, 2, clock.now() + LATER)
    with dz.node.store.write() as unit:
        kuwait = unit.partners.get("KW")
        assert kuwait is not None
        unit.partners.put(replace(kuwait, root_fingerprint=root_of("QA").fingerprint))
    clock.forward(LATER)
    assert enact(dz.node) == Enacted([], [(AGREEMENT, 2)])
    assert versions(dz) == {1: "active", 2: "draft"}
    assert sounding(dz) == [Alarm(AGREEMENT, 2, stamp(clock.now()), "ROOT_MISMATCH")]
    failed = invariants.entries(dz.node, "agreement.failed")
    assert [(each["actor"], each["version"], each["code"]) for each in failed] == [("DZ", 2, "ROOT_MISMATCH")]
    with dz.node.store.read() as unit:
        assert status(dz.node, unit, dz.staff.auditor).alarms == sounding(dz)
    assert enact(dz.node) == Enacted([], []), "it is not tried again behind anybody's back"


def test_an_alarm_is_settled_by_activation(house: Federation) -> None:
    test_a_check_that_fails_at_the_time_is_an_alarm_and_the_old_version_stays(house)
    dz = house["DZ"]
    with dz.node.store.write() as unit:
        kuwait = unit.partners.get("KW")
        assert kuwait is not None
        unit.partners.put(replace(kuwait, root_fingerprint=root_of("KW").fingerprint))
        agreements.activate(dz.node, unit, dz.staff.admin, AGREEMENT, 2)
    assert sounding(dz) == []


def test_a_date_never_lifts_a_suspension(house: Federation) -> None:
    dz, clock = house["DZ"], house.clock
    signed(dz, version(2))
    schedule(dz, 2, clock.now() + LATER)
    with dz.node.store.write() as unit:
        agreements.suspend(dz.node, unit, dz.staff.approver, AGREEMENT)
    clock.forward(LATER)
    assert enact(dz.node).failed == [(AGREEMENT, 2)]
    assert versions(dz) == {1: "suspended", 2: "draft"}
    assert [alarm.code for alarm in sounding(dz)] == ["SUSPENDED"]


def test_a_database_that_is_away_is_no_reason_to_give_up(house: Federation) -> None:
    dz, clock = house["DZ"], house.clock
    signed(dz, version(2))
    schedule(dz, 2, clock.now() + LATER)
    clock.forward(LATER)
    clock.forward(-timedelta(hours=1))
    with dz.node.store.write() as unit:  # a ledger time ahead of the clock makes every write refuse
        unit.set_setting("clock.partner", str(int((clock.now() + LATER).timestamp())))
    with pytest.raises(Unavailable):
        enact(dz.node)
    assert versions(dz)[2] == "scheduled"


def test_a_scheduled_version_can_be_taken_back_and_keeps_its_signatures(house: Federation) -> None:
    dz = house["DZ"]
    before = signed(dz, version(2))
    schedule(dz, 2, house.clock.now() + LATER)
    with pytest.raises(Forbidden), dz.node.store.write() as unit:
        unschedule(dz.node, unit, dz.staff.officer, AGREEMENT, 2)
    with dz.node.store.write() as unit:
        back = unschedule(dz.node, unit, dz.staff.admin, AGREEMENT, 2)
    assert (back.state, back.starts_at, back.signatures) == ("draft", None, before.signatures)
    with pytest.raises(Conflict), dz.node.store.write() as unit:
        unschedule(dz.node, unit, dz.staff.admin, AGREEMENT, 2)
    house.clock.forward(LATER)
    assert enact(dz.node) == Enacted([], [])


def test_one_person_suspends_and_only_an_administrator_resumes(house: Federation) -> None:
    """ADR 21: resuming is an activation, with every check, and it is in the ledger."""
    dz = house["DZ"]
    with dz.node.store.write() as unit:
        agreements.suspend(dz.node, unit, dz.staff.approver, AGREEMENT)
    with pytest.raises(Forbidden), dz.node.store.write() as unit:
        agreements.activate(dz.node, unit, dz.staff.approver, AGREEMENT, 1)
    with pytest.raises(Conflict), dz.node.store.write() as unit:
        agreements.activate(dz.node, unit, dz.staff.admin, AGREEMENT, 1, house.clock.now() + LATER)
    with dz.node.store.write() as unit:
        agreements.activate(dz.node, unit, dz.staff.admin, AGREEMENT, 1)
    assert versions(dz) == {1: "active"}
    said = [(each["actor"], each["state"]) for each in invariants.entries(dz.node, "agreement.changed")][-2:]
    assert said == [(dz.staff.approver.id, "suspended"), (dz.staff.admin.id, "active")]
