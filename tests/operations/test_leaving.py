"""What an approver reads: what the partner holds, what it would get, and that something has moved since."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from exchange.errors import Code, Conflict, Denied, Forbidden, NotFound
from exchange.model.messages import Recall, Request
from exchange.model.records import Ref
from exchange.model.state import Proposal
from exchange.operations.agreements import raise_flag
from exchange.operations.deposit import Amendment, amend
from exchange.operations.leaving import Leaving, moved_since, read_leaving, require_unmoved
from exchange.operations.messages import MessageWish, propose_message
from exchange.operations.propose import Wish, propose
from exchange.operations.release import send
from exchange.operations.sent import NOT_SENT
from tests.federation import AGREEMENT, PURPOSE, Federation, State
from tests.onward_kit import AE_KW, asked, copies, granted, in_a_row, offer, pass_to, shared, wish_for
from tests.operations.fakes import FakeStore
from tests.operations.test_corrections import OTHER_NAME, renamed
from tests.replay_kit import national_policy, put_in_force
from tests.subjects import gulf_person


def look(state: State, proposal: Proposal, start: int = 0, count: int = 10) -> Leaving:
    with state.node.store.write() as unit:
        return read_leaving(state.node, unit, state.staff.approver, proposal.id, (start, count))


def proposed(state: State, refs: list[Ref], again: bool = False) -> Proposal:
    (proposal,) = state.propose("KW", refs, again=again).proposals
    return proposal


def changed(state: State, ref: Ref, number: int = 1) -> None:
    with state.node.store.write() as unit:
        amend(state.node, unit, state.staff.officer, [Amendment(ref, 1, renamed(gulf_person(number)))])


def test_of_a_record_that_the_partner_never_had_everything_is_new(dz: State) -> None:
    refs = dz.deposit(gulf_person(1), gulf_person(2))
    found = look(dz, proposed(dz, refs))
    assert (found.records, len(found.lines), found.moved) == (2, 2, None)
    assert found.size > 1000
    for line in found.lines:
        assert line.before.state == "never"
        assert {each.kind for each in line.changes} == {"added"}
    assert found.totals["birth.date"].keys() == {"coarser"}
    assert found.totals["name.full"]["sent"] >= 2


def test_only_what_differs_from_what_it_holds_is_a_change(dz: State) -> None:
    (ref,) = dz.deposit(gulf_person(1))
    dz.push("KW", [ref])
    changed(dz, ref)
    (line,) = look(dz, proposed(dz, [ref])).lines
    assert (line.before.state, line.before.version) == ("held", 1)
    assert line.changes
    assert all(each.path.startswith("name.") for each in line.changes)
    assert any(OTHER_NAME in str(claim.value) for each in line.changes for claim in each.new)


def test_under_another_national_policy_since_it_is_still_known_what_was_sent(dz: State) -> None:
    (ref,) = dz.deposit(gulf_person(1))
    dz.push("KW", [ref])
    put_in_force(dz, national_policy(1, "nationality"))
    (line,) = look(dz, proposed(dz, [ref])).lines
    assert line.before.state == "held"
    assert [(each.path, each.kind) for each in line.changes] == [("nationality", "removed")]


def test_what_it_refused_or_never_got_counts_as_nothing(dz: State) -> None:
    (ref,) = dz.deposit(gulf_person(1))
    dz.push("KW", [ref])
    with dz.node.store.write() as unit:
        (view,) = unit.releases.sent_views("KW", [ref]).values()
        unit.releases.put_sent_views([replace(view, view_digest=NOT_SENT)])
    (line,) = look(dz, proposed(dz, [ref])).lines
    assert line.before.state == "never"


def test_after_a_recall_a_newer_version_says_so(dz: State) -> None:
    (ref,) = dz.deposit(gulf_person(1))
    dz.push("KW", [ref])
    with dz.node.store.write() as unit:
        recall = Recall(PURPOSE, "", (ref,), "inaccurate", None, "2026-11-20T00:00:00Z", None)
        send(dz.node, unit, dz.staff.approver, MessageWish("KW", AGREEMENT, recall))
    changed(dz, ref)
    (line,) = look(dz, proposed(dz, [ref])).lines
    assert (line.before.state, line.before.version) == ("recalled", 1)


def test_what_moved_is_named_and_refused_before_anybody_approves(dz: State) -> None:
    (ref,) = dz.deposit(gulf_person(1))
    proposal = proposed(dz, [ref])
    with dz.node.store.write() as unit:
        require_unmoved(dz.node, unit, proposal.id)
    changed(dz, ref)
    found = look(dz, proposal)
    assert found.moved is Code.APPROVAL_STALE
    (line,) = found.lines
    assert line.held is not None
    assert line.held.record.version == 2
    with dz.node.store.write() as unit:
        with pytest.raises(Conflict) as refused:
            require_unmoved(dz.node, unit, proposal.id)
        assert refused.value.code is Code.APPROVAL_STALE
        assert moved_since(dz.node, unit, dz.staff.auditor, proposal.id) is Code.APPROVAL_STALE


def test_a_suspended_agreement_is_named(dz: State) -> None:
    (ref,) = dz.deposit(gulf_person(1))
    proposal = proposed(dz, [ref])
    with dz.node.store.write() as unit:
        raise_flag(unit, dz.staff.approver, AGREEMENT)
    found = look(dz, proposal)
    assert (found.moved, found.lines[0].view) == (Code.SUSPENDED, None)
    assert found.lines[0].changes == ()
    with pytest.raises(Denied), dz.node.store.write() as unit:
        require_unmoved(dz.node, unit, proposal.id)


def test_pages_show_some_and_the_totals_count_all(dz: State) -> None:
    refs = dz.deposit(*(gulf_person(number) for number in range(5)))
    proposal = proposed(dz, refs)
    found = look(dz, proposal, 3, 3)
    assert [line.position for line in found.lines] == [4, 5]
    assert sum(found.totals["record.marking"].values()) == 5
    with dz.node.store.read() as unit:
        size = unit.ledger.head(lock=False).size
        lines = unit.ledger.entries(size - 3, 3)
    assert [b"record.read" in each for each in lines] == [True, True, False]
    assert b"release.read" in lines[2]


def test_a_message_is_read_as_the_text_that_would_leave(dz: State) -> None:
    ask = Request(PURPOSE, "", "Where is he?", "Article 9", "8h", ())
    with dz.node.store.write() as unit:
        proposal = propose_message(dz.node, unit, dz.staff.officer, MessageWish("KW", AGREEMENT, ask))
    found = look(dz, proposal)
    assert (found.records, found.size, found.moved) == (0, 0, None)
    assert isinstance(found.message, Request)
    assert found.message.question == "Where is he?"


def test_another_states_record_is_shown_as_it_would_go_on() -> None:
    house = in_a_row({code: FakeStore() for code in ("DZ", "AE", "KW")})
    ae, refs = house["AE"], shared(house, 1)
    granted(house, wish_for(asked(house, refs)))
    (proposal,) = offer(ae, "KW", AE_KW, refs).proposals
    found = look(ae, proposal)
    assert (found.moved, found.lines[0].before.state) == (None, "never")
    pass_to(ae, "KW", AE_KW, refs)
    assert copies(house["KW"], refs)
    with ae.node.store.write() as unit:
        wish = Wish("KW", AE_KW, PURPOSE, tuple(refs), again=True)
        (once_more,) = propose(ae.node, unit, ae.staff.officer, wish).proposals
    (line,) = look(ae, once_more).lines
    assert line.before.state == "held"
    assert line.changes == ()


def test_whoever_may_not_read_records_reads_nothing(dz: State) -> None:
    (ref,) = dz.deposit(gulf_person(1))
    proposal = proposed(dz, [ref])
    for person, error in ((dz.staff.auditor, Forbidden), (dz.staff.admin, Forbidden)):
        with pytest.raises(error), dz.node.store.write() as unit:
            read_leaving(dz.node, unit, person, proposal.id, (0, 10))
    with pytest.raises(NotFound), dz.node.store.write() as unit:
        read_leaving(dz.node, unit, dz.staff.approver, "rel-none", (0, 10))
    with pytest.raises(NotFound), dz.node.store.write() as unit:
        require_unmoved(dz.node, unit, "rel-none")
    with pytest.raises(NotFound), dz.node.store.write() as unit:
        moved_since(dz.node, unit, dz.staff.officer, "rel-none")


def test_what_does_not_wait_is_a_conflict(house: Federation, dz: State) -> None:
    refs = dz.deposit(gulf_person(1), gulf_person(2))
    first, second = proposed(dz, refs[:1]), proposed(dz, refs[1:])
    dz.approve(first)
    dz.release(first)
    house.clock.forward(timedelta(days=8))
    for proposal in (first, second):
        with pytest.raises(Conflict):
            look(dz, proposal)
    with dz.node.store.write() as unit:
        require_unmoved(dz.node, unit, first.id)
