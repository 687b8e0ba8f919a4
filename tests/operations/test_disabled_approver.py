"""An approver who may no longer act: the approval lapses in that transaction, and another one can be given.

Otherwise the proposal would stay approved, release would refuse it, and nobody could approve it again.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from exchange.crypto.atrest import AtRest
from exchange.errors import Code
from exchange.model.state import Person, Proposal
from exchange.operations import people
from exchange.operations.approve import approve
from exchange.store import SqlStore, open_engine
from tests import invariants
from tests.conftest import KEK
from tests.databases import Postgresql, Sqlite
from tests.federation import State, federate
from tests.subjects import gulf_person
from tests.threats.worlds import caught


@pytest.fixture
def dz(databases: Sqlite | Postgresql) -> Iterator[State]:
    with databases.fresh() as url, databases.fresh() as other:
        stores = {code: SqlStore(open_engine(at), AtRest(KEK)) for code, at in (("DZ", url), ("KW", other))}
        yield federate(stores)["DZ"]
        for store in stores.values():
            store.close()


def proposed(dz: State, n: int = 1) -> Proposal:
    (proposal,) = dz.propose("KW", dz.deposit(gulf_person(n))).proposals
    return proposal


def consent(dz: State, person: Person, proposal: Proposal) -> str:
    with dz.node.store.write() as unit:
        return approve(dz.node, unit, person, proposal.id, proposal.digest)


def disable(dz: State, person: Person) -> None:
    with dz.node.store.write() as unit:
        people.disable_person(dz.node, unit, dz.staff.admin.id, person.id)


def state_of(dz: State, proposal: Proposal) -> str:
    with dz.node.store.read() as unit:
        found = unit.releases.get(proposal.id)
    assert found is not None
    return found.state


def given(dz: State, proposal: Proposal) -> list[str]:
    with dz.node.store.read() as unit:
        return [each.person for each in unit.releases.approvals(proposal.id)]


def test_the_proposal_waits_again_and_another_persons_approval_completes_it(dz: State) -> None:
    proposal = proposed(dz)
    assert proposal.approvals_needed == 2
    first, second, third = dz.staff.approvers
    for person in (first, second):
        consent(dz, person, proposal)
    assert state_of(dz, proposal) == "approved"
    disable(dz, first)
    assert (state_of(dz, proposal), given(dz, proposal)) == ("proposed", [second.id])
    lines = invariants.entries(dz.node)[-2:]
    assert [line["kind"] for line in lines] == ["person.disabled", "approval.lapsed"]
    assert (lines[1]["actor"], lines[1]["release"], lines[1]["person"]) == (dz.staff.admin.id, proposal.id, first.id)
    assert caught(lambda: dz.release(proposal)) is Code.APPROVAL_MISSING
    assert consent(dz, third, proposal) == "approved"
    assert dz.release(proposal).state == "released"
    (line,) = invariants.entries(dz.node, "release.released")
    assert line["approvals"] == sorted([second.id, third.id])
    invariants.ledger_verifies(dz.node, dz.staff.auditor)


def test_an_approval_given_in_part_lapses_too(dz: State) -> None:
    proposal = proposed(dz)
    first, second, third = dz.staff.approvers
    consent(dz, first, proposal)
    disable(dz, first)
    assert (state_of(dz, proposal), given(dz, proposal)) == ("proposed", [])
    assert consent(dz, second, proposal) == "proposed"
    assert consent(dz, third, proposal) == "approved"


def test_more_approvals_than_needed_keep_it_approved(dz: State) -> None:
    proposal = proposed(dz)
    with dz.node.store.write() as unit:  # a third one came in between: the database takes it, whoever wrote it
        for person in dz.staff.approvers[:2]:
            approve(dz.node, unit, person, proposal.id, proposal.digest)
        unit.releases.set_state(proposal.id, "proposed")
        approve(dz.node, unit, dz.staff.approvers[2], proposal.id, proposal.digest)
    disable(dz, dz.staff.approvers[0])
    assert state_of(dz, proposal) == "approved"
    assert dz.release(proposal).state == "released"


def test_what_is_released_or_of_others_is_not_touched(dz: State) -> None:
    out, other = proposed(dz, 1), proposed(dz, 2)
    dz.approve(out)
    assert dz.release(out).state == "released"
    for person in dz.staff.approvers[1:]:
        consent(dz, person, other)
    disable(dz, dz.staff.approvers[0])
    assert (state_of(dz, out), state_of(dz, other)) == ("released", "approved")
    assert invariants.entries(dz.node, "approval.lapsed") == []
    assert dz.staff.approvers[0].id in given(dz, out), "what was approved then stays on record"


def test_a_state_from_before_this_rule_is_put_back_by_release(dz: State) -> None:
    """A database of an older version may hold an approved proposal with the approval of somebody disabled."""
    proposal = proposed(dz)
    first, second, third = dz.staff.approvers
    for person in (first, second):
        consent(dz, person, proposal)
    with dz.node.store.write() as unit:
        unit.people.disable(first.id)
    outcome = dz.release(proposal)
    assert (outcome.state, outcome.reason, outcome.seq) == ("proposed", "APPROVAL_MISSING", None)
    assert (state_of(dz, proposal), given(dz, proposal)) == ("proposed", [second.id])
    assert [line["person"] for line in invariants.entries(dz.node, "approval.lapsed")] == [first.id]
    assert consent(dz, third, proposal) == "approved"
    assert dz.release(proposal).state == "released"
    invariants.ledger_verifies(dz.node, dz.staff.auditor)


def test_an_approval_of_somebody_disabled_never_completes_a_proposal(dz: State) -> None:
    proposal = proposed(dz)
    first, second, third = dz.staff.approvers
    consent(dz, first, proposal)
    with dz.node.store.write() as unit:
        unit.people.disable(first.id)
    assert consent(dz, second, proposal) == "proposed"
    assert consent(dz, third, proposal) == "approved"
    assert dz.release(proposal).state == "released"
