"""What became of a recall at its partner, as this node can know it; and who holds a record."""

from __future__ import annotations

from datetime import timedelta

import pytest

from exchange.errors import Forbidden
from exchange.model.records import Ref
from exchange.model.state import MessageKey
from exchange.operations.account import account
from exchange.operations.course import Course, course_of, message_course
from exchange.operations.deliver import deliver
from exchange.operations.holders import Holder, holders
from exchange.operations.preview_choices import choices
from exchange.operations.release import fill_with_void
from tests.federation import AGREEMENT, PURPOSE, Federation, State
from tests.operations.test_recalls import answer, given, recall_of, say
from tests.subjects import gulf_person


def course(state: State, key: MessageKey) -> Course:
    with state.node.store.write() as unit:
        found = message_course(state.node, unit, state.staff.auditor, key)
    assert found is not None
    return found


def held(state: State, ref: Ref) -> list[Holder]:
    with state.node.store.write() as unit:
        found = account(state.node, unit, state.staff.auditor, ref)
        return holders(state.node, unit, state.staff.auditor, found)


def test_from_queued_to_destroyed(house: Federation) -> None:
    dz, kw = house["DZ"], house["KW"]
    refs = given(house)
    assert [(each.partner, each.recalled, each.gone) for each in held(dz, refs[0])] == [("KW", False, False)]
    key = say(dz, "KW", recall_of(*refs)).key
    assert (course(dz, key).envelope, course(dz, key).receipt_at) == ("queued", None)
    assert [(each.recalled, each.gone) for each in held(dz, refs[0])] == [(True, False)]
    assert deliver(dz.node, "KW").stopped is None
    delivered = course(dz, key)
    assert (delivered.envelope, delivered.answers, delivered.overdue) == ("accepted", (), False)
    assert delivered.receipt_at == house.clock.now()
    answer(kw, MessageKey(key.id, "DZ", "in"))
    assert deliver(kw.node, "DZ").stopped is None
    done = course(dz, key)
    assert [each.type for each in done.answers] == ["notice"]
    assert done.message.outcome == "destroyed"
    assert [(each.recalled, each.gone) for each in held(dz, refs[0])] == [(True, True)]


def test_silence_is_overdue_and_a_void_never_left(house: Federation) -> None:
    dz = house["DZ"]
    refs = given(house)
    key = say(dz, "KW", recall_of(refs[0])).key
    assert deliver(dz.node, "KW").stopped is None
    house.clock.forward(timedelta(days=30))
    assert course(dz, key).overdue
    late = say(dz, "KW", recall_of(refs[1], deadline="2027-01-20T00:00:00Z")).key
    with dz.node.store.write() as unit:
        row = unit.messages.get(late)
        assert row is not None
        item = unit.streams.out_item("KW", row.epoch or 0, row.seq or 0)
        assert item is not None
        fill_with_void(dz.node, unit, item)
    assert course(dz, late).envelope == "void"


def test_drafts_and_incoming_messages_have_no_course(house: Federation) -> None:
    dz, kw = house["DZ"], house["KW"]
    (ref, _) = given(house)
    key = say(dz, "KW", recall_of(ref)).key
    assert deliver(dz.node, "KW").stopped is None
    with kw.node.store.write() as unit:
        assert message_course(kw.node, unit, kw.staff.officer, MessageKey(key.id, "DZ", "in")) is None
        assert message_course(kw.node, unit, kw.staff.officer, key) is None
    with pytest.raises(Forbidden), dz.node.store.write() as unit:
        course_of(dz.node, unit, dz.staff.admin, [])


def test_choices_begin_with_the_records_own_purposes(dz: State) -> None:
    (ref,) = dz.deposit(gulf_person(1))
    with dz.node.store.write() as unit:
        found = choices(dz.node, unit, dz.staff.officer, ref)
        nothing = choices(dz.node, unit, dz.staff.officer)
    assert list(found.partners) == ["AE", "KW"]
    assert [each.agreement_id for each in found.partners["KW"]] == [AGREEMENT]
    assert found.recorded[0] == PURPOSE
    assert found.purposes("KW")[0] == PURPOSE
    assert set(found.purposes("KW")) == set(found.partners["KW"][0].purposes)
    assert found.purposes("KW", "AG-OTHER") == []
    assert nothing.recorded == ()
    with pytest.raises(Forbidden), dz.node.store.write() as unit:
        choices(dz.node, unit, dz.staff.auditor)


def test_choices_of_a_received_record_are_those_of_its_copy(house: Federation) -> None:
    (ref, _) = given(house)
    kw = house["KW"]
    with kw.node.store.write() as unit:
        assert choices(kw.node, unit, kw.staff.officer, ref).recorded[0] == PURPOSE
