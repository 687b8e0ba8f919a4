"""T-13, T-14, T-15: an approval holds for one content, one release and by another person, through the API and by SQL.

Interleavings in threads are in tests/faults/test_toctou.py; here every order of the steps, one after the other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from exchange.errors import Code
from exchange.model.records import Ref
from exchange.model.state import Approval, Person, Proposal
from exchange.operations import people
from exchange.operations.approve import approve
from exchange.operations.deposit import Amendment, amend
from tests import invariants
from tests.databases import succeeds
from tests.federation import State
from tests.subjects import gulf_person
from tests.threats.worlds import World, caught, held_of


def edit(state: State, ref: Ref) -> None:
    """The author adds a note, which no partner would see: it is another version all the same."""
    (held,) = held_of(state, [ref])
    claims = held.record.claims
    note = next(claim for claim in claims if claim.path == "note")
    edited = tuple(claim._replace(value="SYNTHETIC, edited") if claim is note else claim for claim in claims)
    with state.node.store.write() as unit:
        amend(state.node, unit, state.staff.officer, [Amendment(ref, held.record.version, edited)])


def consent(state: State, person: Person, proposal: Proposal, digest: str | None = None) -> None:
    with state.node.store.write() as unit:
        approve(state.node, unit, person, proposal.id, proposal.digest if digest is None else digest)


def two_approvals(state: State) -> tuple[Ref, Proposal]:
    """A record of which a release needs two approvals."""
    for n in range(1, 30):
        (ref,) = state.deposit(gulf_person(n))
        (proposal,) = state.propose("KW", [ref]).proposals
        if proposal.approvals_needed == 2:
            return ref, proposal
    raise AssertionError("no such record")


def left(state: State) -> int:
    """How many envelopes this node ever sealed."""
    return len(invariants.sent(state.node, "KW"))


@pytest.mark.parametrize("edited_before", range(4))
def test_an_edit_voids_the_release_wherever_it_comes(lone: World, edited_before: int) -> None:
    """T-13: between proposal and release there are four places; the last one is 'not at all', and the control."""
    dz = lone["DZ"]
    ref, proposal = two_approvals(dz)
    for step, person in enumerate(dz.staff.approvers[:2]):
        if edited_before == step:
            edit(dz, ref)
        consent(dz, person, proposal)
    if edited_before == 2:
        edit(dz, ref)
    outcome = dz.release(proposal)
    if edited_before == 3:
        assert (outcome.state, left(dz)) == ("released", 1)
        return
    assert (outcome.state, outcome.reason, left(dz)) == ("voided", "APPROVAL_STALE", 0)
    assert caught(lambda: dz.release(proposal)) is Code.RELEASE_STATE
    assert [line["reason"] for line in invariants.entries(dz.node, "release.voided")] == ["APPROVAL_STALE"]


def test_nobody_approves_their_own_whatever_their_role(shared: World) -> None:
    """T-14: by operation, with any role under the proposer's name, and by SQL beside the program."""
    dz = shared["DZ"]
    _, proposal = two_approvals(dz)
    assert caught(lambda: consent(dz, dz.staff.officer, proposal)) is Code.PERMISSION_MISSING
    same = replace(dz.staff.approver, id=proposal.proposer)
    assert caught(lambda: consent(dz, same, proposal)) is Code.SELF_APPROVAL

    def second_account() -> None:
        with dz.node.store.write() as unit:
            people.add_person(dz.node, unit, "DZ", proposal.proposer, "releasing_officer")

    assert caught(second_account) is Code.ALREADY_EXISTS
    by_sql = inserting(proposal, proposal.proposer, proposal.digest)
    assert not succeeds(shared.urls["DZ"], by_sql)
    assert not succeeds(shared.urls["DZ"], f"UPDATE proposals SET proposer = 'x' WHERE id = '{proposal.id}'")
    assert caught(lambda: dz.release(proposal)) is Code.APPROVAL_MISSING
    assert succeeds(shared.urls["DZ"], inserting(proposal, dz.staff.approver.id, proposal.digest)), "the control"


def inserting(proposal: Proposal, person: str, digest: str) -> str:
    return (
        "INSERT INTO approvals (proposal_id, person, role, digest, at) "
        f"VALUES ('{proposal.id}', '{person}', 'releasing_officer', '{digest}', 1)"
    )


def test_an_approval_of_somebody_disabled_since_counts_no_more(lone: World) -> None:
    """T-14: an account is disabled because its holder is not to be trusted, or is somebody else by now."""
    dz = lone["DZ"]
    _, proposal = two_approvals(dz)
    for person in dz.staff.approvers[:2]:
        consent(dz, person, proposal)
    with dz.node.store.write() as unit:
        people.disable_person(dz.node, unit, dz.staff.admin.id, dz.staff.approvers[1].id)
    assert caught(lambda: dz.release(proposal)) is Code.APPROVAL_MISSING
    assert left(dz) == 0


def test_one_person_counts_once(shared: World) -> None:
    """T-14: the same approver a second time, by operation and by SQL."""
    dz = shared["DZ"]
    before = left(dz)
    _, proposal = two_approvals(dz)
    consent(dz, dz.staff.approver, proposal)
    assert caught(lambda: consent(dz, dz.staff.approver, proposal)) is Code.ALREADY_APPROVED
    assert not succeeds(shared.urls["DZ"], inserting(proposal, dz.staff.approver.id, proposal.digest))
    assert caught(lambda: dz.release(proposal)) is Code.APPROVAL_MISSING
    assert left(dz) == before


def test_an_approval_is_worth_nothing_for_another_release(shared: World) -> None:
    """T-15: moved or copied by SQL to another proposal, an approval does not carry the digest of what would leave."""
    dz, url = shared["DZ"], shared.urls["DZ"]
    before = left(dz)
    _, given = two_approvals(dz)
    _, wanted = two_approvals(dz)
    for person in dz.staff.approvers[:2]:
        consent(dz, person, given)
    move = f"UPDATE approvals SET proposal_id = '{wanted.id}' WHERE proposal_id = '{given.id}'"
    assert not succeeds(url, move)
    for person in dz.staff.approvers[:2]:
        assert not succeeds(url, inserting(wanted, person.id, given.digest))
    assert not succeeds(url, f"UPDATE proposals SET state = 'approved' WHERE id = '{wanted.id}'")
    assert caught(lambda: dz.release(wanted)) is Code.APPROVAL_MISSING
    assert left(dz) == before
    assert dz.release(given).state == "released", "the control"


def test_the_terms_of_a_proposal_cannot_be_rewritten(shared: World) -> None:
    dz = shared["DZ"]
    _, proposal = two_approvals(dz)
    for column in ("recipient = 'AE'", "purpose = 'border.checks'", "expires_at = expires_at + 1", "digest = 'x'"):
        assert not succeeds(shared.urls["DZ"], f"UPDATE proposals SET {column} WHERE id = '{proposal.id}'")


def test_without_the_databases_guard_the_digest_still_holds(lone: World) -> None:
    """T-15: the triggers gone, an approved proposal is turned to another recipient, purpose or a later day."""
    dz, url = lone["DZ"], lone.urls["DZ"]
    guards = ("guard_proposal_update", "guard_approval_update", "guard_self_approval", "guard_items_update")
    for trigger in (*guards, "guard_proposal_state"):
        assert succeeds(url, f"DROP TRIGGER {trigger}")
    changes: list[Callable[[Proposal], str]] = [
        lambda p: f"UPDATE proposals SET recipient = 'AE' WHERE id = '{p.id}'",
        lambda p: f"UPDATE proposals SET purpose = 'border.checks' WHERE id = '{p.id}'",
        lambda p: f"UPDATE proposals SET expires_at = expires_at + 86400000000 WHERE id = '{p.id}'",
        lambda p: f"UPDATE proposal_items SET version = 2 WHERE proposal_id = '{p.id}'",
        lambda p: f"UPDATE proposal_items SET view_digest = zeroblob(32) WHERE proposal_id = '{p.id}'",
    ]
    for change in changes:
        _, proposal = two_approvals(dz)
        dz.approve(proposal)
        assert succeeds(url, change(proposal))
        outcome = dz.release(proposal)
        assert (outcome.state, outcome.reason) == ("voided", "APPROVAL_STALE"), change(proposal)
    _, proposal = two_approvals(dz)
    dz.approve(proposal)
    forged = f"UPDATE approvals SET person = '{proposal.proposer}' WHERE proposal_id = '{proposal.id}' AND person = "
    assert succeeds(url, f"{forged}'{dz.staff.approver.id}'")
    assert caught(lambda: dz.release(proposal)) is Code.APPROVAL_MISSING
    assert left(dz) == 0
    with dz.node.store.read() as unit:
        assert {type(each) for each in unit.releases.approvals(proposal.id)} == {Approval}
