"""Approvals: by another person, once each, for the digest as it stands, while it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from exchange.errors import Code, Conflict, Forbidden, NotFound
from exchange.model.state import Person, Proposal
from exchange.operations.approve import approve, withdraw
from tests import invariants
from tests.federation import Federation, State
from tests.subjects import gulf_person
from tests.threats.worlds import caught


def proposed(state: State, *, approvals: int = 2) -> Proposal:
    """A proposal that needs this many approvals."""
    for n in range(1, 60):
        (made,) = state.propose("KW", state.deposit(gulf_person(n))).proposals
        if made.approvals_needed == approvals:
            return made
    raise AssertionError("no such record")


def consent(state: State, person: Person, proposal: Proposal, digest: str | None = None) -> str:
    with state.node.store.write() as unit:
        return approve(state.node, unit, person, proposal.id, proposal.digest if digest is None else digest)


def take_back(state: State, person: Person, proposal: Proposal) -> None:
    with state.node.store.write() as unit:
        withdraw(state.node, unit, person, proposal.id)


def test_the_last_approval_needed_approves(dz: State) -> None:
    for needed in (2, 3):
        proposal = proposed(dz, approvals=needed)
        states = [consent(dz, person, proposal) for person in dz.staff.approvers[:needed]]
        assert states == ["proposed"] * (needed - 1) + ["approved"]
        assert dz.release(proposal).state == "released"


def test_the_proposer_is_refused_whatever_the_role(dz: State) -> None:
    proposal = proposed(dz)
    with pytest.raises(Forbidden) as refused:
        consent(dz, replace(dz.staff.approver, id=dz.staff.officer.id), proposal)
    assert refused.value.code is Code.SELF_APPROVAL


def test_nobody_approves_twice(dz: State) -> None:
    proposal = proposed(dz, approvals=3)
    consent(dz, dz.staff.approver, proposal)
    with pytest.raises(Conflict) as refused:
        consent(dz, dz.staff.approver, proposal)
    assert refused.value.code is Code.ALREADY_APPROVED
    assert len(invariants.entries(dz.node, "release.approved")) == 1


@pytest.mark.parametrize("change", [lambda d: "", lambda d: d[:-1], str.upper, lambda d: "0" * 64, lambda d: d + " "])
def test_another_digest_is_stale(dz: State, change: Callable[[str], str]) -> None:
    proposal = proposed(dz)
    with pytest.raises(Conflict) as refused:
        consent(dz, dz.staff.approver, proposal, change(proposal.digest))
    assert refused.value.code is Code.APPROVAL_STALE


def test_an_expired_proposal_is_not_approved(house: Federation, dz: State) -> None:
    proposal = proposed(dz)
    house.clock.forward(timedelta(days=7) - timedelta(seconds=1))
    assert consent(dz, dz.staff.approver, proposal) == "proposed"
    house.clock.forward(timedelta(seconds=1))
    with pytest.raises(Conflict) as refused:
        consent(dz, dz.staff.approvers[1], proposal)
    assert (refused.value.code, refused.value.facts["state"]) == (Code.RELEASE_STATE, "expired")


def test_a_withdrawn_approval_does_not_count_and_may_be_given_again(dz: State) -> None:
    proposal = proposed(dz)
    first, second = dz.staff.approvers[:2]
    for person in (first, second):
        consent(dz, person, proposal)
    take_back(dz, first, proposal)
    assert caught(lambda: dz.release(proposal)) is Code.APPROVAL_MISSING
    assert consent(dz, first, proposal) == "approved"
    assert dz.release(proposal).state == "released"
    reasons = [line["reason"] for line in invariants.entries(dz.node, "release.voided")]
    assert reasons == ["APPROVAL_WITHDRAWN"]


def test_withdrawing_somebody_elses_approval_changes_nothing_of_it(dz: State) -> None:
    proposal = proposed(dz)
    first, second, third = dz.staff.approvers
    for person in (first, second):
        consent(dz, person, proposal)
    assert caught(lambda: take_back(dz, third, proposal)) is Code.NOT_FOUND
    with dz.node.store.read() as unit:
        assert {each.person for each in unit.releases.approvals(proposal.id)} == {first.id, second.id}
    assert dz.release(proposal).state == "released"


def test_after_the_release_nothing_is_approved_or_withdrawn(dz: State) -> None:
    proposal = proposed(dz)
    dz.approve(proposal)
    assert caught(lambda: consent(dz, dz.staff.approvers[2], proposal)) is Code.RELEASE_STATE
    dz.release(proposal)
    assert caught(lambda: consent(dz, dz.staff.approvers[2], proposal)) is Code.RELEASE_STATE
    assert caught(lambda: take_back(dz, dz.staff.approver, proposal)) is Code.RELEASE_STATE


def test_an_unknown_proposal(dz: State) -> None:
    unknown = replace(proposed(dz), id="rel-unknown")
    with pytest.raises(NotFound):
        consent(dz, dz.staff.approver, unknown)
    with pytest.raises(NotFound):
        take_back(dz, dz.staff.approver, unknown)
