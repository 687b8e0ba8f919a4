"""Waivers: two persons of two roles, one digest, a day; they stand for approvals and for nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from exchange.errors import Code
from exchange.model.records import Ref
from exchange.model.state import Person, Proposal, Waiver
from exchange.operations import people
from exchange.operations.deposit import Amendment, amend
from exchange.operations.overview import status
from exchange.operations.waive import LONGEST, Emergency, ask_waiver, grant_waiver, list_waivers, revoke_waiver
from tests import invariants
from tests.federation import Federation, State
from tests.subjects import gulf_person
from tests.threats.worlds import caught

WHY = Emergency("THREAT_TO_LIFE", "Invented: he boards in an hour.", 4)


def proposed(state: State, n: int = 1) -> tuple[Ref, Proposal]:
    (ref,) = state.deposit(gulf_person(n))
    (proposal,) = state.propose("KW", [ref]).proposals
    assert proposal.approvals_needed >= 2
    return ref, proposal


def ask(state: State, person: Person, proposal: Proposal, why: Emergency = WHY, digest: str = "") -> Waiver:
    with state.node.store.write() as unit:
        return ask_waiver(state.node, unit, person, (proposal.id, digest or proposal.digest), why)


def grant(state: State, person: Person, waiver: Waiver, digest: str = "") -> Waiver:
    with state.node.store.write() as unit:
        return grant_waiver(state.node, unit, person, waiver.id, digest or waiver.digest)


def whole(state: State, proposal: Proposal) -> Waiver:
    return grant(state, state.staff.admin, ask(state, state.staff.approvers[2], proposal))


def test_with_a_waiver_it_leaves_and_the_ledger_says_so(dz: State) -> None:
    _, proposal = proposed(dz)
    assert caught(lambda: dz.release(proposal)) is Code.APPROVAL_MISSING
    waiver = whole(dz, proposal)
    assert waiver.state == "granted"
    assert dz.release(proposal).state == "released"
    kinds = [entry["kind"] for entry in invariants.entries(dz.node)][-4:]
    assert kinds == ["waiver.granted", "waiver.used", "release.released", "release.decided"]
    (said,) = invariants.entries(dz.node, "waiver.granted")
    assert {said["administrator"], said["officer"]} == {dz.staff.admin.id, dz.staff.approvers[2].id}
    assert invariants.entries(dz.node, "release.released")[0]["approvals"] == []
    invariants.ledger_verifies(dz.node, dz.staff.auditor)
    with dz.node.store.read() as unit:
        assert [each.state for each in list_waivers(unit, dz.staff.auditor)] == ["used"]
        assert status(dz.node, unit, dz.staff.auditor).waivers == {"used": 1}


@pytest.mark.parametrize("first", ["administrator", "releasing_officer"])
def test_one_person_or_two_of_one_role_are_not_enough(dz: State, first: str) -> None:
    _, proposal = proposed(dz)
    one = dz.staff.admin if first == "administrator" else dz.staff.approver
    waiver = ask(dz, one, proposal)
    assert caught(lambda: grant(dz, one, waiver)) is Code.ALREADY_APPROVED
    assert caught(lambda: grant(dz, replace(one, id="somebody-else"), waiver)) is Code.ALREADY_APPROVED
    assert caught(lambda: dz.release(proposal)) is Code.APPROVAL_MISSING


@pytest.mark.parametrize("role", ["administrator", "releasing_officer"])
def test_the_proposer_has_no_part_in_it(dz: State, role: str) -> None:
    _, proposal = proposed(dz)
    same = Person(proposal.proposer, role, proposal.created_at)
    assert caught(lambda: ask(dz, same, proposal)) is Code.SELF_APPROVAL
    waiver = ask(dz, dz.staff.approver, proposal)
    assert caught(lambda: grant(dz, same, waiver)) is Code.SELF_APPROVAL


@pytest.mark.parametrize(
    "why",
    [
        WHY._replace(reason="BECAUSE"),
        WHY._replace(text=" "),
        WHY._replace(text="x" * 1001),
        WHY._replace(hours=0),
        WHY._replace(hours=25),
    ],
)
def test_reason_words_and_hours_are_checked(dz: State, why: Emergency) -> None:
    _, proposal = proposed(dz)
    assert caught(lambda: ask(dz, dz.staff.approver, proposal, why)) is Code.VALUE_NOT_ALLOWED


def test_it_is_for_one_digest(dz: State) -> None:
    _, proposal = proposed(dz)
    _, other = proposed(dz, 2)
    assert caught(lambda: ask(dz, dz.staff.approver, proposal, digest=other.digest)) is Code.APPROVAL_STALE
    waiver = ask(dz, dz.staff.approver, proposal)
    assert caught(lambda: grant(dz, dz.staff.admin, waiver, other.digest)) is Code.APPROVAL_STALE
    grant(dz, dz.staff.admin, waiver)
    assert caught(lambda: dz.release(other)) is Code.APPROVAL_MISSING


def test_it_replaces_no_decision(dz: State) -> None:
    """An edit voids the release, waiver or not."""
    ref, proposal = proposed(dz)
    whole(dz, proposal)
    with dz.node.store.write() as unit:
        amend(dz.node, unit, dz.staff.officer, [Amendment(ref, 1, gulf_person(1))])
    outcome = dz.release(proposal)
    assert (outcome.state, outcome.reason) == ("voided", "APPROVAL_STALE")


def disable(state: State, person: Person) -> None:
    with state.node.store.write() as unit:
        people.disable_person(state.node, unit, state.staff.admin.id, person.id)


def take_back(state: State, waiver: Waiver) -> None:
    with state.node.store.write() as unit:
        revoke_waiver(state.node, unit, state.staff.approver, waiver.id)


ENDS: dict[str, Callable[[Federation, Waiver], None]] = {
    "expired": lambda house, waiver: house.clock.forward(timedelta(hours=WHY.hours)),
    "revoked": lambda house, waiver: take_back(house["DZ"], waiver),
    "administrator disabled": lambda house, waiver: disable(house["DZ"], house["DZ"].staff.admin),
    "officer disabled": lambda house, waiver: disable(house["DZ"], house["DZ"].staff.approvers[2]),
}


@pytest.mark.parametrize("end", ENDS)
def test_it_ends(house: Federation, end: str) -> None:
    dz = house["DZ"]
    _, proposal = proposed(dz)
    ENDS[end](house, whole(dz, proposal))
    assert caught(lambda: dz.release(proposal)) is Code.APPROVAL_MISSING
    dz.approve(proposal)
    assert dz.release(proposal).state == "released", "with its approvals it leaves all the same"
    invariants.ledger_verifies(dz.node, dz.staff.auditor)


def test_it_serves_once_and_is_not_revoked_afterwards(dz: State) -> None:
    _, proposal = proposed(dz)
    waiver = whole(dz, proposal)
    dz.release(proposal)
    assert caught(lambda: take_back(dz, waiver)) is Code.RELEASE_STATE
    assert caught(lambda: dz.release(proposal)) is Code.RELEASE_STATE
    assert caught(lambda: ask(dz, dz.staff.approver, proposal)) is Code.RELEASE_STATE
    assert timedelta(hours=24) == LONGEST
