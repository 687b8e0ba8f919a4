"""Texts of messages end with copies under their agreement; what somebody still needs stays."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import pytest

from exchange.model.messages import LegalReason, Recall, Request
from exchange.model.records import Ref
from exchange.model.state import MessageKey
from exchange.operations import old_texts
from exchange.operations.agreements import draft
from exchange.operations.messages import MessageWish, propose_message
from exchange.operations.old_texts import destroy_texts
from exchange.operations.recalls import RecallAnswer, answer_recall
from exchange.operations.release import send
from exchange.operations.retention import retention
from tests import invariants
from tests.federation import AGREEMENT, PURPOSE, Federation, State, enact
from tests.operations.life_kit import version
from tests.subjects import gulf_person

DAY: Final = timedelta(days=1)
LIMIT: Final = timedelta(days=60)


@pytest.fixture
def house(house: Federation) -> Federation:
    """Under a version whose copies live 60 days: keys live longer than that."""
    for state in house.states.values():
        enact(state, version(2, retention_days=LIMIT.days, examples=[]))
    return house


def recall(house: Federation, ref: Ref) -> MessageKey:
    """DZ asks KW for the record back; nothing is delivered yet."""
    dz = house["DZ"]
    deadline = (house.clock.now() + timedelta(days=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
    wanted = Recall(PURPOSE, "", (ref,), "inaccurate", "a text", deadline, None)
    with dz.node.store.write() as unit:
        return send(dz.node, unit, dz.staff.approver, MessageWish("KW", AGREEMENT, wanted)).key


def answer(house: Federation, key: MessageKey, outcome: str) -> None:
    kw = house["KW"]
    law = (LegalReason("prosecution", "a case"), "2036-01-01") if outcome == "retained" else (None, None)
    wish = RecallAnswer(MessageKey(key.id, "DZ", "in"), outcome, legal_reason=law[0], until=law[1])
    with kw.node.store.write() as unit:
        answer_recall(kw.node, unit, kw.staff.approver, wish)
    assert kw.deliver("DZ").stopped is None


def held_by_kw(house: Federation, count: int) -> list[Ref]:
    dz = house["DZ"]
    refs = dz.deposit(*(gulf_person(number) for number in range(1, count + 1)))
    dz.push("KW", refs)
    assert dz.deliver("KW").stopped is None
    return refs


def texts(state: State) -> list[tuple[str, str]]:
    """(type, thread) of the messages whose text is here."""
    with state.node.store.read() as unit:
        rows = [unit.messages.get(line.key) for line in unit.messages.page(None, None, 999)]
    return sorted((row.type, row.thread) for row in rows if row is not None and row.body)


def test_they_end_at_the_limit_and_what_a_law_keeps_stays(house: Federation) -> None:
    dz, kw = house["DZ"], house["KW"]
    gone, kept = (recall(house, ref) for ref in held_by_kw(house, 2))
    assert dz.deliver("KW").accepted == 2
    answer(house, gone, "destroyed")
    answer(house, kept, "retained")
    house.clock.forward(LIMIT - DAY)
    assert [retention(state.node).texts for state in (dz, kw)] == [0, 0]
    house.clock.forward(DAY + timedelta(minutes=1))
    for state in (dz, kw):
        before = len(texts(state))
        assert retention(state.node).texts == 2, "the recall and its answer"
        left = texts(state)
        assert [each for each in left if each[1] == kept.id] == [("notice", kept.id), ("recall", kept.id)]
        assert all(thread != gone.id for _, thread in left)
        assert before - len(left) == 2 - (state is kw), "KW's own notice of the copy's end is new"
        assert "text" in [each["held"] for each in invariants.entries(state.node, "record.destroyed")]
        invariants.ledger_verifies(state.node, state.staff.auditor)


def test_an_unanswered_recall_can_be_answered_after_the_limit(house: Federation) -> None:
    (ref,) = held_by_kw(house, 1)
    key = recall(house, ref)
    assert house["DZ"].deliver("KW").accepted == 1
    house.clock.forward(LIMIT + DAY)
    assert [destroy_texts(house[code].node) for code in ("DZ", "KW")] == [0, 0]
    answer(house, key, "destroyed")
    assert texts(house["DZ"])[-1] == ("recall", key.id)
    assert [destroy_texts(house[code].node) for code in ("DZ", "KW")] == [1, 1], "the answer is younger"


def test_an_unanswered_question_does_not_keep_its_text(house: Federation) -> None:
    dz = house["DZ"]
    question = Request(PURPOSE, "", "Is he known to you?", "Invented Act 1", "8h", ())
    with dz.node.store.write() as unit:
        proposal = propose_message(dz.node, unit, dz.staff.officer, MessageWish("KW", AGREEMENT, question))
    dz.approve(proposal)
    assert dz.release(proposal).state == "released"
    assert dz.deliver("KW").accepted == 1
    house.clock.forward(LIMIT + DAY)
    assert [destroy_texts(house[code].node) for code in ("DZ", "KW")] == [1, 1]


def test_what_its_recipient_has_not_receipted_stays(house: Federation) -> None:
    dz = house["DZ"]
    (ref,) = held_by_kw(house, 1)
    key = recall(house, ref)
    house.clock.forward(LIMIT + DAY)
    with dz.node.store.read() as unit:
        stored = unit.messages.get(key)
    assert stored is not None
    assert stored.body
    assert destroy_texts(dz.node) == 0


def test_a_draft_shortens_nothing(house: Federation) -> None:
    dz = house["DZ"]
    key = recall(house, *held_by_kw(house, 1))
    dz.deliver("KW")
    answer(house, key, "destroyed")
    with dz.node.store.write() as unit:
        draft(dz.node, unit, dz.staff.admin, version(3, retention_days=1))
    house.clock.forward(LIMIT - DAY)
    assert destroy_texts(dz.node) == 0
    house.clock.forward(2 * DAY)
    assert destroy_texts(dz.node) == 2


def test_more_than_a_page_with_kept_ones_in_between(house: Federation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(old_texts, "PAGE", 3)
    keys = [recall(house, ref) for ref in held_by_kw(house, 5)]
    house["DZ"].deliver("KW")
    for number, key in enumerate(keys):
        answer(house, key, "retained" if number < 4 else "destroyed")
    house.clock.forward(LIMIT + DAY)
    for code in ("DZ", "KW"):
        assert destroy_texts(house[code].node) == 2, "behind a full page of kept ones"
        assert destroy_texts(house[code].node) == 0
