"""One consent to everything that waits of one push: all or nothing, never one's own, never what was not seen."""

from __future__ import annotations

import pytest

from exchange.errors import Code, Conflict, Forbidden, NotFound
from exchange.model.state import Person, Proposal
from exchange.operations.approve import approve
from exchange.operations.bulk import Bulk, approve_bulk, bulk_digest, read_bulk
from exchange.operations.deposit import Amendment, amend
from exchange.operations.propose import Wish, propose
from tests.federation import AGREEMENT, PURPOSE, State
from tests.operations.test_corrections import renamed
from tests.subjects import gulf_person

BULK = "blk-0123456789abcdef"


def pushed(state: State) -> list[Proposal]:
    """A correction and a release in one push."""
    refs = state.deposit(gulf_person(1), gulf_person(2), gulf_person(3))
    state.push("KW", refs[:1])
    with state.node.store.write() as unit:
        amend(state.node, unit, state.staff.officer, [Amendment(refs[0], 1, renamed(gulf_person(1)))])
    with state.node.store.write() as unit:
        wish = Wish("KW", AGREEMENT, PURPOSE, tuple(refs))
        return propose(state.node, unit, state.staff.officer, wish, BULK).proposals


def read(state: State, person: Person) -> Bulk:
    with state.node.store.write() as unit:
        return read_bulk(state.node, unit, person, BULK)


def consent(state: State, person: Person, digest: str) -> int:
    with state.node.store.write() as unit:
        return approve_bulk(state.node, unit, person, BULK, digest)


def test_everything_that_waits_is_approved_under_its_own_digest(dz: State) -> None:
    made = pushed(dz)
    found = read(dz, dz.staff.approver)
    assert sorted(found.sizes.values()) == [1, 2]
    assert found.digest == bulk_digest(found.open)
    assert {each.id for each in found.open} == {each.id for each in made}
    assert consent(dz, dz.staff.approver, found.digest) == 2
    with dz.node.store.read() as unit:
        for each in made:
            (given,) = unit.releases.approvals(each.id)
            assert (given.person, given.digest) == (dz.staff.approver.id, each.digest)
    after = read(dz, dz.staff.approver)
    assert (after.open, after.digest) == ((), "")
    with pytest.raises(Conflict):
        consent(dz, dz.staff.approver, found.digest)


def test_another_order_or_another_proposal_is_another_digest(dz: State) -> None:
    first, second = pushed(dz)
    assert bulk_digest([first, second]) != bulk_digest([second, first])
    assert bulk_digest([first]) != bulk_digest([first, second])


def test_what_was_not_seen_is_not_approved(dz: State) -> None:
    first, _ = pushed(dz)
    seen = read(dz, dz.staff.approver).digest
    with dz.node.store.write() as unit:
        approve(dz.node, unit, dz.staff.approver, first.id, first.digest)
    with pytest.raises(Conflict) as refused:
        consent(dz, dz.staff.approver, seen)
    assert refused.value.code is Code.APPROVAL_STALE
    assert len(read(dz, dz.staff.approver).open) == 1


def test_who_proposed_has_nothing_open_and_officers_may_not_approve(dz: State) -> None:
    pushed(dz)
    assert read(dz, dz.staff.officer).open == ()
    with pytest.raises(Forbidden):
        consent(dz, dz.staff.officer, "00" * 32)
    with pytest.raises(Forbidden):
        read(dz, dz.staff.admin)


def test_a_push_that_never_was_is_not_found(dz: State) -> None:
    with pytest.raises(NotFound):
        read(dz, dz.staff.approver)
    with pytest.raises(NotFound):
        consent(dz, dz.staff.approver, "00" * 32)
