"""Recalls in memory: destroyed, kept by law, passed on, late, and under an agreement that has ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from exchange.crypto.receipts import stored_receipt
from exchange.errors import BadInput, Code, Conflict, Denied, NotFound
from exchange.model.messages import LegalReason, Notice, Recall
from exchange.model.records import Ref
from exchange.model.state import MessageKey, ProposalItem, SentView, StoredMessage
from exchange.operations.agreements import raise_flag, suspend
from exchange.operations.deliver import deliver
from exchange.operations.deposit import Amendment, amend
from exchange.operations.messages import MessageWish
from exchange.operations.obligations import counts, lates, waiting
from exchange.operations.pull import pull
from exchange.operations.recalls import Answered, RecallAnswer, answer_recall
from exchange.operations.release import Sent, send
from tests import invariants
from tests.federation import AGREEMENT, PURPOSE, Federation, State
from tests.subjects import gulf_person

DAY: Final = timedelta(days=1)
BY_LAW: Final = LegalReason("prosecution", "Case 12, court of first instance")


def recall_of(*refs: Ref, deadline: str = "2026-11-20T00:00:00Z", reason: str = "wrong_person") -> Recall:
    return Recall(PURPOSE, "", refs, reason, None, deadline, None)


def say(state: State, to: str, message: Recall | Notice) -> Sent:
    with state.node.store.write() as unit:
        return send(state.node, unit, state.staff.approver, MessageWish(to, AGREEMENT, message))


def recalled(state: State, to: str, *refs: Ref) -> MessageKey:
    """A recall that arrived; its key there."""
    sent = say(state, to, recall_of(*refs))
    assert deliver(state.node, to).stopped is None
    return MessageKey(sent.key.id, state.node.code, "in")


def answer(
    state: State,
    key: MessageKey,
    outcome: str = "destroyed",
    refs: tuple[Ref, ...] = (),
    legal_reason: LegalReason | None = None,
    until: str | None = None,
) -> Answered:
    wish = RecallAnswer(key, outcome, refs, legal_reason, until)
    with state.node.store.write() as unit:
        return answer_recall(state.node, unit, state.staff.approver, wish)


def held(state: State, ref: Ref) -> bool:
    with state.node.store.read() as unit:
        return unit.copies.latest(ref) is not None


def row(state: State, key: MessageKey) -> StoredMessage:
    with state.node.store.read() as unit:
        found = unit.messages.get(key)
    assert found is not None
    return found


def given(house: Federation, to: str = "KW") -> list[Ref]:
    """Two records of DZ that arrived."""
    refs = house["DZ"].deposit(gulf_person(1), gulf_person(2))
    house["DZ"].push(to, refs)
    assert house["DZ"].deliver(to).stopped is None
    return refs


def test_destroyed_and_told(house: Federation) -> None:
    dz, kw = house["DZ"], house["KW"]
    one, two = given(house)
    key = recalled(dz, "KW", one)
    done = answer(kw, key)
    assert (done.destroyed, done.outcome, done.outstanding) == (1, "destroyed", ())
    assert not held(kw, one)
    assert held(kw, two)
    assert deliver(kw.node, "DZ").stopped is None
    asked = row(dz, MessageKey(key.id, "KW", "out"))
    assert (asked.outcome, asked.answered_at is not None) == ("destroyed", True)
    with pytest.raises(Conflict) as again:
        answer(kw, key)
    assert again.value.code is Code.ALREADY_EXISTS
    invariants.always(dz.node, kw.node)
    invariants.nothing_under_way(dz.node, kw.node)
    invariants.ledgers_agree(dz, kw)
    for state in (dz, kw):
        invariants.ledger_verifies(state.node, state.staff.auditor)


def test_kept_by_law_then_destroyed(house: Federation) -> None:
    dz, kw = house["DZ"], house["KW"]
    one, _ = given(house)
    key = recalled(dz, "KW", one)
    for wrong in (
        RecallAnswer(key, "retained"),
        RecallAnswer(key, "destroyed", legal_reason=BY_LAW, until="2027-01-01"),
    ):
        with pytest.raises(BadInput), kw.node.store.write() as unit:
            answer_recall(kw.node, unit, kw.staff.approver, wrong)
    done = answer(kw, key, "retained", legal_reason=BY_LAW, until="2027-01-01")
    assert (done.destroyed, done.outcome) == (0, "retained")
    assert held(kw, one)
    with kw.node.store.read() as unit:
        (row,) = [each for each in unit.messages.page("in", None, 9) if each.type == "recall"]
        start = datetime(2027, 1, 1, tzinfo=UTC)
        assert lates(unit, [row], start - timedelta(seconds=1)) == set()
        assert lates(unit, [row], start) == {row.key}, "the law that kept it has run out"
    assert answer(kw, key).outcome == "destroyed"
    assert not held(kw, one)


def test_partly(house: Federation) -> None:
    dz, kw = house["DZ"], house["KW"]
    one, two = given(house)
    key = recalled(dz, "KW", one, two)
    done = answer(kw, key, "partly", refs=(two,), legal_reason=BY_LAW, until="2027-01-01")
    assert (done.destroyed, done.outcome) == (1, "partly")
    assert (held(kw, one), held(kw, two)) == (True, False)


def test_nothing_held(house: Federation) -> None:
    dz, kw = house["DZ"], house["KW"]
    one, _ = given(house)
    with kw.node.store.write() as unit:
        unit.copies.destroy(unit.copies.places([one]))
    assert answer(kw, recalled(dz, "KW", one)).outcome == "not_held"


def test_an_answer_needs_a_recall(house: Federation) -> None:
    dz, kw = house["DZ"], house["KW"]
    given(house)
    sent = say(dz, "KW", Notice(PURPOSE, "", "breach", "suspected", (), None, None, None))
    assert deliver(dz.node, "KW").stopped is None
    for id_ in (sent.key.id, "msg-" + "0" * 32):
        with pytest.raises(NotFound):
            answer(kw, MessageKey(id_, "DZ", "in"))


def test_what_comes_after_the_recall_is_not_recalled(house: Federation) -> None:
    dz, kw = house["DZ"], house["KW"]
    one, _ = given(house)
    key = recalled(dz, "KW", one)
    with dz.node.store.write() as unit:
        amend(dz.node, unit, dz.staff.officer, [Amendment(one, 1, gulf_person(3))])
    assert [each.state for each in dz.push("KW", [one])] == ["released"]
    assert dz.deliver("KW").stopped is None
    assert answer(kw, key).destroyed == 1
    with kw.node.store.read() as unit:
        newest = unit.copies.latest(one)
        assert newest is not None
        assert newest.version == 2
        assert [line.version for line in unit.copies.places([one])] == [2]


def test_the_same_version_stays_away(house: Federation) -> None:
    """The sender proposes it no more and voids what was approved; the recipient refuses it if it comes all the same."""
    dz, kw = house["DZ"], house["KW"]
    one, _ = given(house)
    (late,) = dz.propose("KW", [one], again=True).proposals
    dz.approve(late)
    key = recalled(dz, "KW", one)
    with pytest.raises(Conflict):
        dz.release(late)
    proposed = dz.propose("KW", [one], again=True)
    assert [(ref, reason.code) for ref, reason in proposed.denied] == [(one, "RECALLED")]
    assert proposed.proposals == []
    answer(kw, key)
    with dz.node.store.write() as unit:  # a sender that forgot its recall
        unit.releases.put_sent_views([SentView("KW", one, 1, bytes(32))])
    dz.push("KW", [one], again=True)
    assert dz.deliver("KW").accepted == 1
    assert not held(kw, one)
    with kw.node.store.read() as unit:
        (last,) = [item for item in unit.streams.inbox("DZ", None, 99) if item.seq == 3]
        assert last.records == 0
        assert stored_receipt(last.receipt).refused == ((0, "RECORD_RECALLED"),)


@pytest.mark.parametrize("newer", [False, True])
@pytest.mark.parametrize("by", ["push", "pull"])
def test_what_is_queued_stays_when_it_is_recalled(house: Federation, by: str, newer: bool) -> None:
    """Its number is void and the recall follows. A version released after the recall goes out."""
    dz, kw = house["DZ"], house["KW"]
    one, two = dz.deposit(gulf_person(1), gulf_person(2))
    dz.push("KW", [one])
    dz.push("KW", [two])
    say(dz, "KW", recall_of(one))
    if newer:
        with dz.node.store.write() as unit:
            amend(dz.node, unit, dz.staff.officer, [Amendment(one, 1, gulf_person(3))])
        assert [each.state for each in dz.push("KW", [one])] == ["released"]
    if by == "push":
        assert (dz.deliver("KW").voided, dz.deliver("KW").stopped) == (1, None)
    else:
        assert pull(kw.node, "DZ").stopped is None
    with kw.node.store.read() as unit:
        assert [line.version for line in unit.copies.places([one])] == ([2] if newer else [])
    assert held(kw, two)
    invariants.ledger_verifies(dz.node, dz.staff.auditor)


def test_an_unanswered_recall_is_an_alarm_at_its_deadline(house: Federation) -> None:
    dz, kw = house["DZ"], house["KW"]
    one, _ = given(house)
    recalled(dz, "KW", one)

    def overdue(state: State) -> list[int]:
        with state.node.store.read() as unit:
            return [each.overdue for each in counts(waiting(unit, state.node.clock.now())) if each.type == "recall"]

    house.clock.time = house.clock.time.replace(day=19, hour=23, minute=59, second=59)
    assert (overdue(dz), overdue(kw)) == ([0], [0])
    house.clock.forward(timedelta(seconds=1))
    assert (overdue(dz), overdue(kw)) == ([1], [1])


def stopped(state: State) -> None:
    with state.node.store.write() as unit:
        raise_flag(unit, state.staff.approver, AGREEMENT)
    with state.node.store.write() as unit:
        suspend(state.node, unit, state.staff.approver, AGREEMENT)


@pytest.mark.parametrize("how", ["suspended", "terminated", "superseded"])
def test_a_recall_outlives_the_agreement_and_nothing_else_does(house: Federation, how: str) -> None:
    dz, kw = house["DZ"], house["KW"]
    one, two = given(house)
    waiting_ = say(dz, "KW", Notice(PURPOSE, "", "breach", "suspected", (), None, None, None))
    dz.push("KW", [two], again=True)
    for state in (dz, kw):
        stopped(state)
        with state.node.store.write() as unit:
            stored = unit.agreements.get(AGREEMENT)
            assert stored is not None
            unit.agreements.put(replace(stored, state=how))
    with pytest.raises(Denied):
        say(dz, "KW", Notice(PURPOSE, "", "breach", "suspected", (), None, None, None))
    with pytest.raises(Denied):
        dz.propose("KW", [two], again=True)
    sent = say(dz, "KW", recall_of(one, deadline="2099-12-20T00:00:00Z"))
    done = deliver(dz.node, "KW")
    assert (done.voided, done.accepted, done.stopped) == (2, 1, None)
    assert answer(kw, MessageKey(sent.key.id, "DZ", "in")).outcome == "destroyed"
    assert deliver(kw.node, "DZ").accepted == 1
    assert row(dz, MessageKey(sent.key.id, "KW", "out")).outcome == "destroyed"
    assert row(dz, waiting_.key).state == "void"
    for state in (dz, kw):
        invariants.ledger_verifies(state.node, state.staff.auditor)


def test_a_recall_can_be_pulled_when_the_agreement_has_ended(house: Federation) -> None:
    dz, kw = house["DZ"], house["KW"]
    one, _ = given(house)
    for state in (dz, kw):
        stopped(state)
    sent = say(dz, "KW", recall_of(one))
    assert pull(kw.node, "DZ").envelopes == 1
    assert row(kw, MessageKey(sent.key.id, "DZ", "in")).type == "recall"


def test_other_notices_are_refused_when_the_agreement_has_ended_here(house: Federation) -> None:
    """The sender has not ended it: its notice passes step 6, and step 14 refuses it by a signed receipt."""
    dz, kw = house["DZ"], house["KW"]
    given(house)
    stopped(kw)
    say(dz, "KW", Notice(PURPOSE, "", "breach", "suspected", (), None, None, "text"))
    assert deliver(dz.node, "KW").refused == 1
    with kw.node.store.read() as unit:
        assert [each.code for each in unit.streams.inbox("DZ", None, 99)][-1] == "AGREEMENT_NOT_IN_FORCE"


def passed_on(house: Federation, ref: Ref) -> None:
    """KW sent the record of DZ on to AE, as a grant allows: rows as a release leaves them."""
    dz, kw, ae = house["DZ"], house["KW"], house["AE"]
    dz.push("AE", [ref])
    assert dz.deliver("AE").stopped is None
    with kw.node.store.write() as unit:
        unit.releases.put_sent_views([SentView("AE", ref, 1, b"v" * 32)])
        released = replace(dz.propose("AE", [ref], again=True).proposals[0], id="rel-on", state="released")
        unit.releases.add(released, [ProposalItem(ref, 1, b"v" * 32, b"d" * 32)])
    with ae.node.store.write() as unit:
        copy = unit.copies.latest(ref)
        assert copy is not None
        unit.copies.destroy(unit.copies.places([ref]))
        unit.copies.add([replace(copy, sender="KW", epoch=1, seq=0)])


def test_a_recall_walks_down_and_waits_for_those_below(house: Federation) -> None:
    dz, kw, ae = house["DZ"], house["KW"], house["AE"]
    one, _ = given(house)
    passed_on(house, one)
    key = recalled(dz, "KW", one)
    first = answer(kw, key)
    assert (first.destroyed, first.sent, len(first.passed_on), first.outstanding) == (1, None, 1, ("AE",))
    assert not held(kw, one)
    second = answer(kw, key)
    assert (second.passed_on, second.sent, second.outstanding) == ((), None, ("AE",))
    assert deliver(kw.node, "AE").stopped is None
    below = MessageKey(first.passed_on[0].key.id, "KW", "in")
    assert answer(ae, below).outcome == "destroyed"
    assert not held(ae, one)
    assert deliver(ae.node, "KW").stopped is None
    last = answer(kw, key)
    assert (last.outcome, last.outstanding) == ("destroyed", ())
    assert deliver(kw.node, "DZ").stopped is None
    assert row(dz, MessageKey(key.id, "KW", "out")).outcome == "destroyed"


def test_after_the_deadline_it_says_what_is_outstanding(house: Federation) -> None:
    dz, kw = house["DZ"], house["KW"]
    one, _ = given(house)
    passed_on(house, one)
    key = recalled(dz, "KW", one)
    assert answer(kw, key).sent is None
    house.clock.time = house.clock.time.replace(day=20)
    with pytest.raises(Conflict) as late:
        answer(kw, key)
    assert late.value.code is Code.RECALL_OUTSTANDING
    reason = LegalReason("other", "passed on, no answer yet")
    done = answer(kw, key, "partly", refs=(one,), legal_reason=reason, until="2026-12-20")
    assert (done.outcome, done.outstanding) == ("partly", ("AE",))
    assert done.sent is not None
    assert b"outstanding: AE" in row(kw, done.sent.key).body


def test_nobody_recalls_what_was_not_recalled_from_him(house: Federation) -> None:
    kw = house["KW"]
    one, _ = given(house)
    passed_on(house, one)
    with pytest.raises(Denied) as denied:
        say(kw, "AE", recall_of(one))
    assert denied.value.facts["reason"] == "ORIGINATOR_CONTROL"
