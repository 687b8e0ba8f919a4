"""Messages between nodes in memory: each type leaves once, arrives, is answered, logged, voided and refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest

from exchange.crypto.opening import parse_outer
from exchange.errors import BadInput, Code, Denied
from exchange.model.messages import (
    Answer,
    Correction,
    Message,
    Notice,
    OnwardGrant,
    OnwardRequest,
    Recall,
    Request,
)
from exchange.model.records import Ref
from exchange.model.state import MessageKey, Proposal, StoredMessage
from exchange.operations.agreements import raise_flag, suspend
from exchange.operations.deliver import deliver
from exchange.operations.deposit import Amendment, amend
from exchange.operations.messages import MessageWish, propose_message, read_message
from exchange.operations.obligations import counts, obligations, waiting
from exchange.operations.propose import Wish, propose
from exchange.operations.pull import pull
from exchange.operations.release import Sent, send, send_own_notice
from exchange.operations.tidy import tidy
from tests import invariants
from tests.federation import AGREEMENT, PURPOSE, Federation, OnHandClock, State, agreement_document, enact
from tests.operations.fakes import FakeStore
from tests.subjects import gulf_person
from tests.threats.worlds import caught

DAY: Final = timedelta(days=1)
BREACH: Final = Notice(PURPOSE, "", "breach", "suspected", (), None, None, "lost laptop")
QUESTION: Final = Request(PURPOSE, "", "Is he known to you?", "Invented Act 1", "8h", ())


def recall(*refs: Ref) -> Recall:
    return Recall(PURPOSE, "", refs, "wrong_person", "another man", "2026-11-20T00:00:00Z", None)


def say(state: State, to: str, message: Message) -> Sent:
    """A recall or notice, sent by a releasing officer."""
    with state.node.store.write() as unit:
        return send(state.node, unit, state.staff.approver, MessageWish(to, AGREEMENT, message))


def ask(state: State, to: str, message: Message) -> Proposal:
    with state.node.store.write() as unit:
        return propose_message(state.node, unit, state.staff.officer, MessageWish(to, AGREEMENT, message))


def settled(state: State, to: str, message: Message) -> StoredMessage:
    """A message that needs approval: proposed, approved, released, delivered. Returns its row here."""
    proposal = ask(state, to, message)
    state.approve(proposal)
    assert state.release(proposal).state == "released"
    assert deliver(state.node, to).stopped is None
    return row(state, f"msg-{proposal.id[4:]}", to, "out")


def row(state: State, id_: str, partner: str, direction: str) -> StoredMessage:
    with state.node.store.read() as unit:
        found = unit.messages.get(MessageKey(id_, partner, direction))
    assert found is not None
    return found


def owed(state: State) -> list[tuple[str, str, int, int]]:
    with state.node.store.read() as unit:
        found = counts(waiting(unit, state.node.clock.now()))
    return [(each.type, each.by, each.due, each.overdue) for each in found]


def whole(one: State, other: State) -> None:
    """Every invariant between two nodes, both ledgers verified and reconciled."""
    invariants.numbers_are_whole(one.node, other.node.code)
    invariants.releases_are_whole(one.node, other.node.code)
    invariants.inbox_is_whole(other.node, one.node.code)
    invariants.nothing_under_way(one.node, other.node)
    invariants.ledgers_agree(one, other)
    for state in (one, other):
        invariants.ledger_verifies(state.node, state.staff.auditor)


@pytest.fixture
def kw(house: Federation) -> State:
    return house["KW"]


@pytest.fixture
def shared(dz: State) -> Ref:
    """A record of DZ that KW holds."""
    (ref,) = dz.deposit(gulf_person(1))
    dz.push("KW", [ref])
    assert dz.deliver("KW").accepted == 1
    return ref


def test_a_recall_leaves_at_once_and_its_outcome_joins_it(house: Federation, dz: State, kw: State, shared: Ref) -> None:
    sent = say(dz, "KW", recall(shared))
    assert deliver(dz.node, "KW").accepted == 1
    there = row(kw, sent.key.id, "DZ", "in")
    assert (there.type, there.thread, there.state) == ("recall", sent.key.id, "received")
    assert there.body == row(dz, sent.key.id, "KW", "out").body
    assert owed(dz) == [("recall", "theirs", 1, 0)]
    assert owed(kw) == [("recall", "ours", 1, 0)]
    house.clock.forward(timedelta(days=18))
    assert owed(dz) == [("recall", "theirs", 1, 1)]
    say(kw, "DZ", Notice(PURPOSE, sent.key.id, "recall-outcome", "destroyed", (shared,), None, None, None))
    assert owed(kw) == []
    assert deliver(kw.node, "DZ").accepted == 1
    ours = row(dz, sent.key.id, "KW", "out")
    assert (ours.outcome, ours.answered_at, owed(dz)) == ("destroyed", house.clock.now(), [])
    whole(dz, kw)
    whole(kw, dz)


def test_a_question_and_its_answer_with_records(dz: State, kw: State) -> None:
    question = settled(kw, "DZ", QUESTION)
    assert (owed(kw), owed(dz)) == ([("request", "theirs", 1, 0)], [("request", "ours", 1, 0)])
    wish = Wish("KW", AGREEMENT, PURPOSE, tuple(dz.deposit(gulf_person(1))), thread=question.thread)
    with dz.node.store.write() as unit:
        (proposal,) = propose(dz.node, unit, dz.staff.officer, wish).proposals
    dz.approve(proposal)
    dz.release(proposal)
    answer = settled(dz, "KW", Answer(PURPOSE, question.thread, "partly", "later", "one of two"))
    assert answer.thread == question.thread != answer.key.id
    (first, second) = invariants.taken(kw.node, "DZ")
    assert (first.thread, first.records, second.thread) == (question.thread, 1, question.thread)
    assert row(kw, question.key.id, "DZ", "out").outcome == "partly"
    assert (owed(kw), owed(dz)) == ([], [])
    whole(dz, kw)
    whole(kw, dz)


def test_an_amended_record_leaves_as_a_correction_that_is_acknowledged(dz: State, kw: State, shared: Ref) -> None:
    (other,) = dz.deposit(gulf_person(2))
    with dz.node.store.write() as unit:
        amend(dz.node, unit, dz.staff.officer, [Amendment(shared, 1, gulf_person(3))])
    found = dz.propose("KW", [shared, other]).proposals
    assert [each.kind for each in found] == ["correction", "release"]
    for proposal in found:
        dz.approve(proposal)
        dz.release(proposal)
    assert deliver(dz.node, "KW").accepted == 2
    types = [parse_outer(item.wire).header.type for item in invariants.sent(dz.node, "KW")]
    assert types == ["release", "correction", "release"]
    with kw.node.store.read() as unit:
        copy = unit.copies.latest(shared)
    assert copy is not None
    assert copy.version == 2
    assert owed(kw) == [("correction", "ours", 1, 0)]
    thread = f"msg-{found[0].id[4:]}"
    say(kw, "DZ", Notice(PURPOSE, thread, "correction-acknowledged", "applied", (shared,), None, None, None))
    deliver(kw.node, "DZ")
    assert (owed(dz), owed(kw)) == ([], [])
    whole(dz, kw)


def test_a_notice_of_the_node_itself_names_no_person(dz: State, kw: State) -> None:
    with dz.node.store.write() as unit:
        send_own_notice(dz.node, unit, MessageWish("KW", AGREEMENT, BREACH))
    (logged,) = invariants.entries(dz.node, "message.sent")
    assert (logged["actor"], logged["type"]) == ("DZ", "notice")
    with dz.node.store.write() as unit, pytest.raises(BadInput):
        send_own_notice(dz.node, unit, MessageWish("KW", AGREEMENT, QUESTION))


@pytest.mark.parametrize(
    "message",
    [QUESTION, Answer(PURPOSE, "msg-" + "0" * 32, "answered", None, None), Correction(PURPOSE, "", "changed")],
    ids=lambda message: str(message.type),
)
def test_what_carries_content_needs_a_second_person(dz: State, message: Message) -> None:
    assert caught(lambda: say(dz, "KW", message)) is Code.APPROVAL_MISSING
    assert invariants.sent(dz.node, "KW") == []


def test_a_message_that_was_not_approved_stays(dz: State) -> None:
    proposal = ask(dz, "KW", QUESTION)
    assert caught(lambda: dz.release(proposal)) is Code.APPROVAL_MISSING
    assert caught(lambda: dz.approve(replace(proposal, digest="00" * 32))) is Code.APPROVAL_STALE
    assert invariants.sent(dz.node, "KW") == []


def test_an_edited_text_voids_the_approval_and_is_destroyed(dz: State) -> None:
    """T-13: the digest that was approved covers the text."""
    proposal = ask(dz, "KW", QUESTION)
    dz.approve(proposal)
    key = MessageKey(f"msg-{proposal.id[4:]}", "KW", "out")
    stored = row(dz, key.id, "KW", "out")
    assert isinstance(dz.node.store, OnHandClock)
    assert isinstance(dz.node.store.store, FakeStore)
    edited = replace(stored, body=stored.body.replace(b"Is he known", b"Is she known"))
    assert edited.body != stored.body
    dz.node.store.store.rows.messages[key] = edited
    outcome = dz.release(proposal)
    assert (outcome.state, outcome.reason) == ("voided", "APPROVAL_STALE")
    dropped = row(dz, key.id, "KW", "out")
    assert (dropped.state, dropped.body) == ("dropped", b"")
    assert invariants.sent(dz.node, "KW") == []


def test_a_message_that_waited_too_long_is_destroyed(house: Federation, dz: State) -> None:
    proposal = ask(dz, "KW", QUESTION)
    house.clock.forward(timedelta(days=8))
    assert tidy(dz.node) == 1
    gone = row(dz, f"msg-{proposal.id[4:]}", "KW", "out")
    assert (gone.state, gone.body) == ("dropped", b"")


def test_when_the_agreement_ends_a_waiting_message_is_voided(dz: State, kw: State, shared: Ref) -> None:
    """Case 22. The answer that never arrived is none: what it answered is due again. A recall still goes out."""
    question = settled(kw, "DZ", QUESTION)
    proposal = ask(dz, "KW", Answer(PURPOSE, question.thread, "answered", None, None))
    dz.approve(proposal)
    dz.release(proposal)
    sent = say(dz, "KW", recall(shared))
    assert owed(dz) == [("recall", "theirs", 1, 0)]
    with dz.node.store.write() as unit:
        raise_flag(unit, dz.staff.admin, AGREEMENT)
        suspend(dz.node, unit, dz.staff.admin, AGREEMENT)
    done = deliver(dz.node, "KW")
    assert (done.voided, done.accepted) == (1, 1)
    assert row(dz, sent.key.id, "KW", "out").state == "sent"
    assert owed(dz) == [("recall", "theirs", 1, 0), ("request", "ours", 1, 0)]
    assert caught(lambda: say(dz, "KW", BREACH)) is Code.SUSPENDED
    with kw.node.store.read() as unit:
        assert [each.type for each in unit.messages.page("in", None, 9)] == ["recall"]
    invariants.ledgers_agree(dz, kw)


def test_a_pulled_message_is_as_good_as_a_pushed_one(dz: State, kw: State) -> None:
    sent = say(dz, "KW", BREACH)
    assert pull(kw.node, "DZ").envelopes == 1
    assert row(kw, sent.key.id, "DZ", "in").type == "notice"


def test_replies_to_nothing_do_not_leave(dz: State, kw: State, house: Federation) -> None:
    unknown = "msg-" + "0" * 32
    recalled = Notice(PURPOSE, unknown, "recall-outcome", "destroyed", (), None, None, None)
    assert caught(lambda: say(dz, "KW", recalled)) is Code.THREAD_UNKNOWN
    assert caught(lambda: ask(dz, "KW", Answer(PURPOSE, unknown, "answered", None, None))) is Code.THREAD_UNKNOWN
    question = settled(kw, "DZ", QUESTION)
    grant = OnwardGrant(PURPOSE, question.thread, "refused", "not_agreed", None)
    assert caught(lambda: ask(dz, "KW", grant)) is Code.THREAD_UNKNOWN
    other = Answer(PURPOSE, question.thread, "answered", None, None)
    assert caught(lambda: ask(dz, "AE", other)) is Code.THREAD_UNKNOWN
    assert caught(lambda: ask(kw, "DZ", other)) is Code.THREAD_UNKNOWN


def test_what_the_gate_refuses(dz: State, kw: State, shared: Ref) -> None:
    (unsent,) = dz.deposit(gulf_person(5))
    refused: dict[str, Callable[[], object]] = {
        "NOT_SENT": lambda: say(dz, "KW", recall(unsent)),
        "ORIGINATOR_CONTROL": lambda: say(kw, "DZ", recall(shared)),
        "DEADLINE": lambda: say(dz, "KW", replace(recall(shared), deadline="2026-11-02T08:00:00Z")),
        "PURPOSE_NOT_AGREED": lambda: say(dz, "KW", replace(BREACH, purpose="analysis.joint")),
        "NOT_KNOWN": lambda: ask(dz, "KW", replace(QUESTION, refs=(unsent,))),
        "TYPE_NOT_AGREED": lambda: ask(kw, "DZ", OnwardRequest(PURPOSE, "", (shared,), "TN", "for court", None)),
    }
    for reason, call in refused.items():
        with pytest.raises(Denied) as denied:
            call()
        assert (denied.value.code, denied.value.facts) == (Code.MESSAGE_NOT_ALLOWED, {"reason": reason})


def test_onward_where_the_agreement_allows_it(house: Federation, dz: State, kw: State, shared: Ref) -> None:
    """It is asked and refused; what is no grant leaves nowhere. With one: test_onward.py."""
    for state in house.states.values():
        enact(state, {**agreement_document("dz-ae-kw.yaml"), "version": 2, "onward": "ask", "examples": []})
    wish = OnwardRequest(PURPOSE, "", (shared,), "TN", "a court asks", ("name.full",))
    for bad, reason in ((replace(wish, for_recipient="DZ"), "ONWARD_RECIPIENT"), (wish, "ORIGINATOR_CONTROL")):
        with pytest.raises(Denied) as denied:
            ask(kw if reason == "ONWARD_RECIPIENT" else dz, "DZ" if reason == "ONWARD_RECIPIENT" else "KW", bad)
        assert denied.value.facts == {"reason": reason}
    asked = settled(kw, "DZ", wish)
    assert owed(dz) == [("onward-request", "ours", 1, 0)]
    granted = OnwardGrant(PURPOSE, asked.thread, "granted", None, b"a document")
    with pytest.raises(Denied) as denied:
        ask(dz, "KW", granted)
    assert denied.value.facts == {"reason": "GRANT_UNREADABLE"}
    settled(dz, "KW", OnwardGrant(PURPOSE, asked.thread, "refused", "not_agreed", None))
    assert (owed(dz), owed(kw)) == ([], [])
    assert row(kw, asked.key.id, "DZ", "out").outcome == "refused"
    whole(dz, kw)


def test_reading_a_message_is_logged(dz: State, kw: State) -> None:
    sent = say(dz, "KW", BREACH)
    deliver(dz.node, "KW")
    key = MessageKey(sent.key.id, "DZ", "in")
    with kw.node.store.write() as unit:
        view = read_message(kw.node, unit, kw.staff.officer, key)
    assert view.message == replace(BREACH, thread=sent.key.id)
    (logged,) = invariants.entries(kw.node, "message.read")
    assert (logged["message"], logged["actor"]) == (sent.key.id, kw.staff.officer.id)


def test_overdue_from_the_second_at_which_it_was_due(dz: State, shared: Ref) -> None:
    sent = row(dz, say(dz, "KW", recall(shared)).key.id, "KW", "out")
    assert sent.due_at is not None
    for shift, late in ((timedelta(seconds=-1), False), (timedelta(0), True)):
        assert [each.overdue for each in obligations([sent], sent.due_at + shift)] == [late]
    for closed in (replace(sent, answered_at=sent.due_at), replace(sent, state="void"), replace(sent, due_at=None)):
        assert obligations([closed], sent.due_at + DAY) == []


def test_the_ledger_holds_no_text(dz: State, kw: State, shared: Ref) -> None:
    say(dz, "KW", recall(shared))
    deliver(dz.node, "KW")
    for state in (dz, kw):
        with state.node.store.read() as unit:
            lines = b"".join(unit.ledger.entries(0, 1000))
        assert b"message." in lines
        assert b"another man" not in lines
        assert shared.id.encode() not in lines
    (logged,) = invariants.entries(kw.node, "message.received")
    assert (logged["records"], len(str(logged["refs"]))) == (1, 48)
