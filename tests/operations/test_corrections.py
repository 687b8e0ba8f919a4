"""Corrections at the recipient: the newest version governs, old ones go, and somebody acknowledges what changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from exchange.errors import Code, Conflict, Denied, Forbidden, NotFound
from exchange.model.afterwards import Erased
from exchange.model.claims import Claim
from exchange.model.records import Ref
from exchange.model.state import MessageKey, Person, Proposal
from exchange.operations.account import Account, account, partners_of
from exchange.operations.agreements import raise_flag
from exchange.operations.breach import Breach, affected, notify
from exchange.operations.corrections import acknowledge, changes, difference
from exchange.operations.deposit import Amendment, amend
from exchange.operations.obligations import counts, waiting
from exchange.operations.propose import Wish, propose
from exchange.operations.read import read_received
from tests import invariants
from tests.federation import AGREEMENT, PURPOSE, START, Federation, State, enact
from tests.operations.test_amended_out import among, push_under
from tests.subjects import gulf_person

OTHER_NAME = "Newname Invented"


def renamed(claims: tuple[Claim, ...]) -> tuple[Claim, ...]:
    """The same person, with another value where the agreement lets values out."""
    return tuple(
        claim._replace(value={**claim.value, "text": OTHER_NAME})
        if claim.path.startswith("name.") and isinstance(claim.value, dict) and "text" in claim.value
        else claim
        for claim in claims
    )


def corrected(house: Federation, reason: str) -> tuple[Ref, MessageKey]:
    """A record of DZ that KW holds, amended and corrected for that reason."""
    dz = house["DZ"]
    (ref,) = dz.deposit(gulf_person(1))
    dz.push("KW", [ref])
    assert dz.deliver("KW").accepted == 1
    proposal = correction_of(house, ref, reason)
    assert dz.deliver("KW").accepted == 1
    return ref, MessageKey(f"msg-{proposal.id[4:]}", "DZ", "in")


def correction_of(house: Federation, ref: Ref, reason: str) -> Proposal:
    """DZ amends the record and releases the correction; it is not delivered yet."""
    dz = house["DZ"]
    with dz.node.store.write() as unit:
        amend(dz.node, unit, dz.staff.officer, [Amendment(ref, 1, renamed(gulf_person(1)))])
    with dz.node.store.write() as unit:
        wish = Wish("KW", AGREEMENT, PURPOSE, (ref,), reason=reason)
        (proposal,) = propose(dz.node, unit, dz.staff.officer, wish).proposals
    assert proposal.kind == "correction"
    dz.approve(proposal)
    dz.release(proposal)
    return proposal


def test_a_correction_of_which_nothing_could_be_taken_is_refused_whole(house: Federation) -> None:
    """Nobody at KW could say what of it is in use; its sender sees that it was refused and is not done."""
    dz, kw = house["DZ"], house["KW"]
    (ref,) = dz.deposit(gulf_person(1))
    dz.push("KW", [ref])
    assert dz.deliver("KW").accepted == 1
    with kw.node.store.write() as unit:
        unit.erasures.bury([Erased(ref, "received", "DZ", 2, START, "recall")])
    proposal = correction_of(house, ref, "changed")
    assert dz.deliver("KW").refused == 1
    last = invariants.taken(kw.node, "DZ")[-1]
    assert (last.state, last.code) == ("refused", "RECORD_RECALLED")
    with dz.node.store.read() as unit:
        row = unit.messages.get(MessageKey(f"msg-{proposal.id[4:]}", "KW", "out"))
        assert [(each.type, each.by) for each in waiting(unit, START)] == [("correction", "theirs")]
    assert row is not None
    assert row.state == "refused"
    with kw.node.store.read() as unit:
        assert waiting(unit, START) == []
    for state in (dz, kw):
        invariants.ledger_verifies(state.node, state.staff.auditor)


def versions(state: State, ref: Ref) -> list[int]:
    with state.node.store.read() as unit:
        return [line.version for line in unit.copies.places([ref])]


@pytest.mark.parametrize("reason", ["wrong_person", "inaccurate", "marking", "court_order"])
def test_what_was_wrong_is_destroyed_as_the_correction_comes(house: Federation, reason: str) -> None:
    ref, key = corrected(house, reason)
    kw = house["KW"]
    assert versions(kw, ref) == [2]
    (line,) = invariants.entries(kw.node, "record.destroyed")
    assert (line["why"], line["message"]) == ("correction", key.id)
    invariants.ledger_verifies(kw.node, kw.staff.auditor)


def test_the_newest_version_governs_and_the_old_one_shows_what_changed(house: Federation) -> None:
    ref, _ = corrected(house, "changed")
    kw = house["KW"]
    assert versions(kw, ref) == [1, 2]
    with kw.node.store.write() as unit:
        assert read_received(kw.node, unit, kw.staff.officer, ref).copy.version == 2
        found = difference(kw.node, unit, kw.staff.officer, ref)
    assert (found.held, found.old_version, found.new_version) == ("received", 1, 2)
    assert found.changes
    assert {each.kind for each in found.changes} <= {"changed", "added", "removed"}
    assert all(each.path.startswith("name.") for each in found.changes)
    assert any(OTHER_NAME in str(claim.value) for each in found.changes for claim in each.new)
    dz = house["DZ"]
    with dz.node.store.write() as unit:
        assert difference(dz.node, unit, dz.staff.officer, ref).held == "own"
        with pytest.raises(NotFound):
            difference(dz.node, unit, dz.staff.officer, Ref("DZ", "rec-unknown-0000"))


def test_changes_go_by_what_is_said() -> None:
    one = Claim("c1", "name.full", "A", "fact")
    assert changes([one], [one._replace(id="c7")]) == ()
    (only,) = changes([one], [one._replace(value="B")])
    assert (only.kind, only.old[0].value, only.new[0].value) == ("changed", "A", "B")
    assert [each.kind for each in changes([one], [])] == ["removed"]
    assert [each.kind for each in changes([], [one])] == ["added"]


def test_acknowledged_or_an_alarm_on_both_sides(house: Federation) -> None:
    ref, key = corrected(house, "changed")
    dz, kw = house["DZ"], house["KW"]

    def overdue(state: State) -> list[int]:
        with state.node.store.read() as unit:
            return [each.overdue for each in counts(waiting(unit, state.node.clock.now())) if each.type == "correction"]

    with dz.node.store.read() as unit:
        row = unit.messages.get(MessageKey(key.id, "KW", "out"))
        assert row is not None
        assert row.due_at is not None
        assert unit.messages.named(row.key) == {ref}
        due = row.due_at
    house.clock.time = due - timedelta(seconds=1)
    assert (overdue(dz), overdue(kw)) == ([0], [0])
    house.clock.time = due
    assert (overdue(dz), overdue(kw)) == ([1], [1])
    with kw.node.store.write() as unit:
        acknowledge(kw.node, unit, kw.staff.officer, key)
    with pytest.raises(Conflict) as twice, kw.node.store.write() as unit:
        acknowledge(kw.node, unit, kw.staff.officer, key)
    assert twice.value.code is Code.ALREADY_EXISTS
    assert kw.deliver("DZ").accepted == 1
    assert (overdue(dz), overdue(kw)) == ([], [])
    with dz.node.store.read() as unit:
        answered = unit.messages.get(MessageKey(key.id, "KW", "out"))
        assert answered is not None
        assert answered.outcome == "applied"
    for state in (dz, kw):
        invariants.ledger_verifies(state.node, state.staff.auditor)


def read_account(state: State, ref: Ref, person: Person | None = None) -> Account:
    with state.node.store.write() as unit:
        return account(state.node, unit, person or state.staff.officer, ref)


def test_the_account_says_to_whom_what_and_what_became_of_it(house: Federation) -> None:
    ref, key = corrected(house, "inaccurate")
    dz, kw = house["DZ"], house["KW"]
    found = read_account(dz, ref)
    assert [(each.recipient, each.version, each.kind, each.state) for each in found.sent] == [
        ("KW", 1, "release", "accepted"),
        ("KW", 2, "correction", "accepted"),
    ]
    assert partners_of(found.sent) == ["KW"]
    for each in found.sent:
        assert each.paths is not None
        assert "birth.date" not in each.paths
        assert "birth.year" in each.paths
        assert each.handling is not None
        assert each.approvals
    assert [(each.message.type, each.message.key.id) for each in found.events] == [("correction", key.id)]
    there = read_account(kw, ref, kw.staff.auditor)
    assert [(line.sender, line.version) for line in there.received] == [("DZ", 2)]
    assert [(each.sender, each.version, each.why) for each in there.destroyed] == [("DZ", 1, "correction")]
    assert len(invariants.entries(dz.node, "account.read")) == 1
    with pytest.raises(NotFound):
        read_account(dz, Ref("DZ", "rec-unknown-0000"))
    with pytest.raises(Forbidden):
        read_account(dz, ref, dz.staff.admin)


def test_the_account_of_an_erased_record_stays(house: Federation) -> None:
    ref, _ = corrected(house, "changed")
    dz = house["DZ"]
    with dz.node.store.write() as unit:
        unit.records.erase([ref])
    found = read_account(dz, ref)
    assert [each.paths for each in found.sent] == [None, None]
    assert [each.recipient for each in found.sent] == ["KW", "KW"]


def test_a_breach_lists_what_it_concerns_and_tells_the_partner(house: Federation) -> None:
    ref, _ = corrected(house, "changed")
    dz, kw = house["DZ"], house["KW"]
    hour = timedelta(hours=1)
    breach = Breach("KW", START - hour, START + hour, "theft")
    with dz.node.store.write() as unit:
        found = affected(dz.node, unit, dz.staff.approver, breach)
        assert [(each.direction, each.seq, each.refs) for each in found] == [("out", 1, (ref,)), ("out", 2, (ref,))]
        assert affected(dz.node, unit, dz.staff.approver, replace(breach, until=START - hour / 2)) == []
    with pytest.raises(Forbidden), dz.node.store.write() as unit:
        affected(dz.node, unit, dz.staff.officer, breach)
    with kw.node.store.write() as unit:
        theirs = affected(kw.node, unit, kw.staff.approver, Breach("DZ", START - hour, START + hour, "access"))
        assert [(each.direction, each.seq, each.refs) for each in theirs] == [("in", 1, (ref,)), ("in", 2, (ref,))]
    with dz.node.store.write() as unit:
        told = notify(dz.node, unit, dz.staff.approver, breach, "suspected", "stolen laptop")
    (sent,) = told.sent
    assert told.untold == {}
    assert dz.deliver("KW").accepted == 1
    with kw.node.store.read() as unit:
        assert unit.messages.named(MessageKey(sent.key.id, "DZ", "in")) == {ref}
    noted = invariants.entries(dz.node, "breach.noted")
    assert [(each["code"], each["envelopes"], each["records"]) for each in noted] == [
        ("theft", 2, 1),
        ("theft", 0, 0),
        ("theft", 2, 1),
    ]
    invariants.ledger_verifies(dz.node, dz.staff.auditor)


def test_an_agreement_that_is_suspended_holds_no_notice_of_a_breach_up(house: Federation) -> None:
    dz, two = house["DZ"], "AG-DZ-KW"
    for code in ("DZ", "KW"):
        enact(house[code], {**among(("DZ", "KW")), "id": two})
    refs = dz.deposit(gulf_person(1), gulf_person(2))
    dz.push("KW", refs[:1])
    push_under(dz, "KW", refs[1:], two)
    breach = Breach("KW", START - timedelta(hours=1), START + timedelta(hours=1), "theft")
    suspended(dz, AGREEMENT)
    with dz.node.store.write() as unit:
        told = notify(dz.node, unit, dz.staff.approver, breach, "suspected", None)
    assert (len(told.sent), told.untold) == (1, {AGREEMENT: Code.SUSPENDED})
    suspended(dz, two)
    with pytest.raises(Denied), dz.node.store.write() as unit:
        notify(dz.node, unit, dz.staff.approver, breach, "suspected", None)


def suspended(state: State, agreement_id: str) -> None:
    with state.node.store.write() as unit:
        raise_flag(unit, state.staff.approver, agreement_id)
