"""Recalls where somebody cannot be reached, where another copy is meant, and where the law's time is over."""

from __future__ import annotations

from dataclasses import replace

import pytest

from exchange.crypto.encoding import canonical
from exchange.errors import BadInput, Code, Denied
from exchange.model.afterwards import Erased
from exchange.model.messages import Notice, Request
from exchange.model.state import MessageKey, Proposal, ProposalItem, SentView, StoredMessage
from exchange.operations.deliver import deliver
from exchange.operations.messages import MessageWish, propose_message
from exchange.operations.obligations import counts, waiting
from exchange.operations.terminate import ask_termination, confirm_termination
from tests import invariants
from tests.federation import AGREEMENT, PURPOSE, Federation, State, enact
from tests.operations.test_amended_out import among
from tests.operations.test_recalls import BY_LAW, DAY, answer, given, held, passed_on, recall_of, recalled, row, say


def suspend_partner(state: State, code: str, *, suspended: bool) -> None:
    with state.node.store.write() as unit:
        partner = unit.partners.get(code)
        assert partner is not None
        unit.partners.put(replace(partner, suspended=suspended))


def test_a_third_state_that_cannot_be_asked_does_not_keep_our_copy(house: Federation) -> None:
    dz, kw, ae = house["DZ"], house["KW"], house["AE"]
    one, _ = given(house)
    passed_on(house, one)
    key = recalled(dz, "KW", one)
    suspend_partner(kw, "AE", suspended=True)
    first = answer(kw, key)
    assert (first.destroyed, first.sent, first.passed_on, first.outstanding) == (1, None, (), ("AE",))
    assert not held(kw, one)
    suspend_partner(kw, "AE", suspended=False)
    second = answer(kw, key)
    assert (len(second.passed_on), second.sent, second.outstanding) == (1, None, ("AE",))
    assert deliver(kw.node, "AE").stopped is None
    answer(ae, MessageKey(second.passed_on[0].key.id, "KW", "in"))
    assert deliver(ae.node, "KW").stopped is None
    assert answer(kw, key).outcome == "destroyed"


@pytest.mark.parametrize("outcome", ["destroyed", "partly"])
def test_the_destruction_stands_where_the_sender_cannot_be_told(house: Federation, outcome: str) -> None:
    dz, kw = house["DZ"], house["KW"]
    one, two = given(house)
    key = recalled(dz, "KW", one, two)
    suspend_partner(kw, "DZ", suspended=True)
    partly = outcome == "partly"
    refs, law, until = ((one,), BY_LAW, "2027-01-01") if partly else ((), None, None)
    first = answer(kw, key, outcome, refs, law, until)
    assert (first.destroyed, first.sent, first.outcome) == (1 if partly else 2, None, None)
    assert str(first.not_told) == "SUSPENDED"
    assert not held(kw, one)
    assert row(kw, key).answered_at is None
    suspend_partner(kw, "DZ", suspended=False)
    again = answer(kw, key, outcome, refs, law, until)
    assert (again.destroyed, again.outcome, again.not_told) == (0, outcome, None)
    assert deliver(kw.node, "DZ").accepted == 1
    assert row(dz, MessageKey(key.id, "KW", "out")).outcome == outcome
    invariants.ledger_verifies(kw.node, kw.staff.auditor)


def test_only_what_the_recalling_partner_sent_counts_as_gone(house: Federation) -> None:
    """Another partner's recall of the same record destroyed another copy: of this one nothing was held."""
    dz, kw = house["DZ"], house["KW"]
    one, _ = given(house)
    with kw.node.store.write() as unit:
        unit.copies.destroy(unit.copies.places([one]))
        unit.erasures.bury([Erased(one, "received", "AE", 1, house.clock.now(), "recall")])
    assert answer(kw, recalled(dz, "KW", one)).outcome == "not_held"


def test_the_recall_of_who_is_not_the_originator_does_not_go_on(house: Federation) -> None:
    """KW has DZ's record from DZ, and passed that on; AE sent it too and recalls its own copy."""
    kw, now = house["KW"], house.clock.now()
    one, _ = given(house)
    key = MessageKey("msg-" + "1" * 32, "AE", "in")
    body = canonical(replace(recall_of(one), thread=key.id).document())
    recall = StoredMessage(key, key.id, "recall", AGREEMENT, "received", now, body, epoch=1, seq=1)
    onward = Proposal("rel-on", "DZ", AGREEMENT, 1, PURPOSE, "x", now, now + DAY, "released", "", "", 1)
    with kw.node.store.write() as unit:
        copy = unit.copies.latest(one)
        assert copy is not None
        unit.copies.add([replace(copy, sender="AE", epoch=1, seq=0)])
        unit.releases.put_sent_views([SentView("DZ", one, 1, b"v" * 32)])
        unit.releases.add(onward, [ProposalItem(one, 1, b"v" * 32, b"d" * 32)])
        unit.messages.add(recall)
        unit.messages.name(key, [one])
    done = answer(kw, key, "destroyed")
    assert (done.destroyed, done.passed_on, done.outstanding) == (1, (), ())
    assert held(kw, one)


@pytest.mark.parametrize("how", ["party", "purpose"])
def test_who_was_dropped_by_an_amendment_is_recalled_under_the_version_that_had_it(house: Federation, how: str) -> None:
    dz, kw = house["DZ"], house["KW"]
    one, _ = given(house)
    if how == "party":
        enact(dz, among(("DZ", "AE"), version=2))
    else:
        for state in (dz, kw):
            enact(state, {**among(("DZ", "KW", "AE"), version=2), "purposes": ["border.checks"]})
    with pytest.raises(Denied) as denied:
        say(dz, "KW", Notice(PURPOSE, "", "breach", "suspected", (), None, None, None))
    assert denied.value.code in (Code.MESSAGE_NOT_ALLOWED, Code.AGREEMENT_NOT_IN_FORCE)
    key = recalled(dz, "KW", one)
    assert answer(kw, key).outcome == "destroyed"
    assert deliver(kw.node, "DZ").accepted == 1
    assert row(dz, MessageKey(key.id, "KW", "out")).outcome == "destroyed"
    for state in (dz, kw):
        invariants.ledger_verifies(state.node, state.staff.auditor)


def test_who_was_never_a_party_is_not_recalled(house: Federation) -> None:
    dz = house["DZ"]
    one, _ = given(house)
    with pytest.raises(Denied) as denied:
        say(dz, "QA", recall_of(one))
    assert denied.value.code is Code.AGREEMENT_NOT_IN_FORCE


def owed(state: State) -> list[tuple[str, int]]:
    with state.node.store.read() as unit:
        found = counts(waiting(unit, state.node.clock.now()))
    return [(each.by, each.overdue) for each in found if each.type == "recall"]


def test_what_is_kept_until_a_date_is_due_again_on_that_day(house: Federation) -> None:
    dz, kw = house["DZ"], house["KW"]
    one, _ = given(house)
    key = recalled(dz, "KW", one)
    for past in ("2020-01-01", house.clock.now().date().isoformat()):
        with pytest.raises(BadInput) as refused:
            answer(kw, key, "retained", legal_reason=BY_LAW, until=past)
        assert (refused.value.code, refused.value.facts["at"]) == (Code.VALUE_NOT_ALLOWED, "until")
    answer(kw, key, "retained", legal_reason=BY_LAW, until="2026-11-12")
    assert deliver(kw.node, "DZ").accepted == 1
    house.clock.time = house.clock.time.replace(day=11, hour=23, minute=59, second=59)
    assert (owed(dz), owed(kw)) == ([], [])
    house.clock.forward(DAY / 86_400)
    assert (owed(dz), owed(kw)) == ([("theirs", 1)], [("ours", 1)])
    answer(kw, key, "retained", legal_reason=BY_LAW, until="2026-11-13")
    assert owed(kw) == []
    house.clock.forward(DAY)
    assert owed(kw) == [("ours", 1)]
    answer(kw, key)
    assert deliver(kw.node, "DZ").accepted == 2
    assert (owed(dz), owed(kw)) == ([], [])


def test_the_text_of_a_question_that_waits_is_destroyed_with_its_agreement(house: Federation, dz: State) -> None:
    wish = MessageWish("KW", AGREEMENT, Request(PURPOSE, "", "Is he known to you?", "Invented Act 1", "8h", ()))
    with dz.node.store.write() as unit:
        asked = propose_message(dz.node, unit, dz.staff.officer, wish)
        ask_termination(dz.node, unit, dz.staff.admin, AGREEMENT)
    confirm_termination(dz.node, dz.staff.approver, AGREEMENT)
    with dz.node.store.read() as unit:
        left = unit.messages.of_proposal(asked.id)
    assert left is not None
    assert (left.state, left.body) == ("dropped", b"")
