"""What waits for whom: rules of two persons, alarms of every kind, and the order by obligation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from exchange.model.state import Offer, Person
from exchange.operations.agreement_alarms import Alarm, sound
from exchange.operations.equivocation import stop
from exchange.operations.inbox import note_arrival
from exchange.operations.ledger_state import Behind, LedgerState, keep_state
from exchange.operations.preapprove import ask_standing
from exchange.operations.reconcile_alarms import NONE_YET
from exchange.operations.tasks import KINDS, STOPPED, Task, counted, described, tasks
from exchange.operations.waive import Emergency, ask_waiver, grant_waiver
from tests.federation import STANDING, Federation, State, enact, standing_document
from tests.subjects import gulf_person


def waiting(state: State, person: Person) -> list[Task]:
    with state.node.store.read() as unit:
        return tasks(state.node, unit, person)


def kinds(found: Iterable[Task]) -> set[str]:
    return {task.kind for task in found}


def test_a_waiver_waits_for_the_other_of_the_two_roles(dz: State) -> None:
    (ref,) = dz.deposit(gulf_person(1))
    (proposal,) = dz.propose("KW", [ref]).proposals
    with dz.node.store.write() as unit:
        emergency = Emergency("THREAT_TO_LIFE", "Invented.", 4)
        waiver = ask_waiver(dz.node, unit, dz.staff.approvers[2], (proposal.id, proposal.digest), emergency)
    (task,) = [each for each in waiting(dz, dz.staff.admin) if each.kind == "waiver"]
    assert (task.subject, task.facts["waiver"], task.rank) == (proposal.id, waiver.id, "due")
    assert "waiver" not in kinds(waiting(dz, dz.staff.approver))
    assert "waiver" not in kinds(waiting(dz, dz.staff.officer))
    with dz.node.store.write() as unit:
        grant_waiver(dz.node, unit, dz.staff.admin, waiver.id, proposal.digest)
    assert "waiver" not in kinds(waiting(dz, dz.staff.admin))


def test_a_standing_approval_waits_for_the_second_officer(dz: State) -> None:
    enact(dz, standing_document())
    first, second = dz.staff.approvers[:2]
    with dz.node.store.write() as unit:
        asked = ask_standing(dz.node, unit, first, STANDING, "TLP:AMBER", 30)
    (task,) = [each for each in waiting(dz, second) if each.kind == "standing"]
    assert (task.subject, task.agreement, task.facts["marking"]) == (asked.id, STANDING, "TLP:AMBER")
    assert "standing" not in kinds(waiting(dz, first))


def test_an_offer_waits_for_an_administrator(dz: State) -> None:
    offer = Offer("AE", "AG-DZ-AE", 2, "d" * 64, b"{}", {}, dz.node.clock.now())
    with dz.node.store.write() as unit:
        unit.offers.put(offer)
    (task,) = [each for each in waiting(dz, dz.staff.admin) if each.kind == "offer"]
    assert (task.partner, task.subject, task.facts["version"], task.rank) == ("AE", "d" * 64, 2, "open")
    assert "offer" not in kinds(waiting(dz, dz.staff.officer))


def test_every_alarm_rings_and_what_halts_comes_before_what_is_due(dz: State) -> None:
    now = dz.node.clock.now()
    (ref,) = dz.deposit(gulf_person(2))
    dz.propose("KW", [ref])
    with dz.node.store.write() as unit:
        stop(unit, "AE", 1, 7, now)
        sound(unit, Alarm("AG-DZ-AE-KW", 2, "2026-11-02T08:00:00Z", "AGREEMENT_UNSIGNED"))
        keep_state(unit, LedgerState(1, Behind(9, 1, "KW", "2026-11-02T08:00:00Z")))
    found = waiting(dz, dz.staff.approver)
    codes = {task.facts["code"] for task in found if task.kind == "alarm"}
    assert codes == {STOPPED, "ROLLED_BACK", "AGREEMENT_UNSIGNED"}
    assert [task.rank for task in found] == ["halting", "halting", "due", "open"]
    assert found == sorted(found, key=lambda task: task.order)
    assert ("alarm", 3, 0) in counted(found)


def test_an_agreement_with_nobody_rings_without_a_time_of_its_own(house: Federation) -> None:
    dz = house["DZ"]
    node = replace(dz.node, quorum=1)
    house.clock.forward(timedelta(days=4))
    with node.store.read() as unit:
        found = tasks(node, unit, dz.staff.auditor)
    codes = {str(task.facts["code"]) for task in found}
    assert {"WITNESS_STALE", "PARTNER_SILENT", NONE_YET} <= codes
    stale = next(task for task in found if task.facts["code"] == "WITNESS_STALE")
    assert (stale.partner, stale.since, stale.rank) == ("", house.clock.now(), "halting")
    assert all(kind in KINDS for kind, _, _ in counted(found))


def test_what_was_noted_meanwhile_is_described_as_it_stands(house: Federation) -> None:
    dz, ae = house["DZ"], house["AE"]
    dz.push("AE", dz.deposit(gulf_person(3)))
    dz.deliver("AE")
    (task,) = [each for each in waiting(ae, ae.staff.officer) if each.kind == "records"]
    with ae.node.store.write() as unit:
        note_arrival(ae.node, unit, ae.staff.officer, "DZ", 1, 1)
    with ae.node.store.read() as unit:
        told = described(unit, task)
        gone = described(unit, replace(task, subject="1/99"))
        lost = described(unit, Task("request", task.since, "DZ", "msg-" + "0" * 32))
    assert told.arrived is not None
    assert told.arrived.tlp is not None
    assert gone.arrived is None
    assert lost.facts == {}
    assert "records" not in kinds(waiting(ae, ae.staff.officer))
