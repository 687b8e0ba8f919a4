"""Releases: the states that a proposal must be in, what voids it, and that each of these leaves nothing outside."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from exchange.errors import Code, NotFound
from exchange.model.state import Proposal
from exchange.operations import people
from exchange.operations.agreements import activate, raise_flag, suspend
from exchange.operations.partners import suspend_partner
from exchange.operations.release import release
from exchange.policies import check
from tests import invariants
from tests.federation import AGREEMENT, Federation, State, agreement_document, enact
from tests.subjects import gulf_person
from tests.threats.worlds import caught


@pytest.fixture
def approved(dz: State) -> Proposal:
    (proposal,) = dz.propose("KW", dz.deposit(gulf_person(1))).proposals
    dz.approve(proposal)
    return proposal


def nothing_left(state: State) -> bool:
    return invariants.sent(state.node, "KW") == [] and invariants.entries(state.node, "release.released") == []


def test_it_is_released_once(dz: State, approved: Proposal) -> None:
    outcome = dz.release(approved)
    assert (outcome.state, outcome.seq, outcome.records) == ("released", 1, 1)
    assert caught(lambda: dz.release(approved)) is Code.RELEASE_STATE
    assert len(invariants.sent(dz.node, "KW")) == 1


def test_without_the_approvals_nothing_leaves(dz: State) -> None:
    (proposal,) = dz.propose("KW", dz.deposit(gulf_person(1))).proposals
    assert caught(lambda: dz.release(proposal)) is Code.APPROVAL_MISSING
    assert nothing_left(dz)


def test_an_unknown_one(dz: State) -> None:
    with pytest.raises(NotFound), dz.node.store.write() as unit:
        release(dz.node, unit, dz.staff.officer, "rel-unknown")


def test_one_that_waited_too_long(house: Federation, dz: State, approved: Proposal) -> None:
    house.clock.forward(timedelta(days=7))
    assert caught(lambda: dz.release(approved)) is Code.RELEASE_STATE
    assert nothing_left(dz)


def test_a_suspension_voids_it_for_good(dz: State, approved: Proposal) -> None:
    with dz.node.store.write() as unit:
        raise_flag(unit, dz.staff.admin, AGREEMENT)
        suspend(dz.node, unit, dz.staff.admin, AGREEMENT)
    outcome = dz.release(approved)
    assert (outcome.state, outcome.reason) == ("voided", "SUSPENDED")
    with dz.node.store.write() as unit:
        activate(dz.node, unit, dz.staff.admin, AGREEMENT, 1)
    assert caught(lambda: dz.release(approved)) is Code.RELEASE_STATE
    assert nothing_left(dz)


def test_a_new_version_of_the_agreement_voids_it(dz: State, approved: Proposal) -> None:
    enact(dz, agreement_document("dz-ae-kw.yaml") | {"version": 2})
    assert (dz.release(approved).reason, nothing_left(dz)) == ("APPROVAL_STALE", True)


def test_a_suspended_partner_gets_nothing(dz: State, approved: Proposal) -> None:
    with dz.node.store.write() as unit:
        suspend_partner(dz.node, unit, dz.staff.admin, "KW")
    assert caught(lambda: dz.release(approved)) is Code.SUSPENDED
    assert nothing_left(dz)


def test_an_approver_who_was_disabled_no_longer_counts(dz: State, approved: Proposal) -> None:
    with dz.node.store.write() as unit:
        people.disable_person(dz.node, unit, "DZ", dz.staff.approver.id)
    assert caught(lambda: dz.release(approved)) is Code.APPROVAL_MISSING
    assert nothing_left(dz)


def test_a_checker_that_disagrees_stops_it(dz: State, approved: Proposal, monkeypatch: pytest.MonkeyPatch) -> None:
    """T-01: the second checker permits one claim less, or one more; either way nothing is sealed, nothing is voided."""
    from exchange.operations import views

    for answer in (frozenset[str](), frozenset({"c1", "c2"})):
        monkeypatch.setattr(views, "permitted", lambda *_, answer=answer: answer)
        assert caught(lambda: dz.release(approved)) is Code.CHECKER_DISAGREES
        assert nothing_left(dz)
    monkeypatch.setattr(views, "permitted", check.permitted)
    assert dz.release(approved).state == "released"


def test_numbers_follow_without_gap_and_voids_take_none(dz: State) -> None:
    made = [dz.propose("KW", dz.deposit(gulf_person(n))).proposals[0] for n in range(4)]
    for proposal in made:
        dz.approve(proposal)
    first = dz.release(made[0])
    assert caught(lambda: dz.release(replace(made[1], id="rel-unknown"))) is Code.NOT_FOUND
    numbers = [first.seq, *(dz.release(proposal).seq for proposal in made[1:])]
    assert numbers == [1, 2, 3, 4]
    invariants.always(dz.node, dz.node)
