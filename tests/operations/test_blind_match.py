"""Blinded matching between two nodes: hit, no hit, what each learns, what may not be known, preparation over time."""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from exchange.crypto.signed import document_of, wrap
from exchange.errors import BadInput, Code, Conflict, Denied, ExchangeError, Forbidden, Remote, Unavailable, Untrusted
from exchange.matching.blind import messages
from exchange.matching.blind.messages import ANSWER_TYPE, QUERY_TYPE, read_query
from exchange.matching.blind.slots import ANSWER, LIKELY, NO_HIT, STRONG
from exchange.model.claims import Claim
from exchange.operations.agreements import raise_flag, suspend
from exchange.operations.deposit import Amendment, amend
from exchange.operations.match_answer import match_answer
from exchange.operations.match_ask import MatchWish, match_ask
from exchange.operations.match_key import LIFE
from exchange.operations.match_prepare import match_prepare
from exchange.operations.match_stats import answered, match_stats, set_contact
from exchange.ports import Node
from tests import invariants
from tests.federation import PURPOSE, Federation, State
from tests.match_kit import AGREEMENT, CLAUSE, ask, can_match, named, person, prepare
from tests.operations.fakes import FakeStore

NAME = "Salim Specimen Invented"


@pytest.fixture
def kw(house: Federation) -> State:
    """KW holds two persons; DZ asks. Whom to contact is set."""
    can_match(house)
    state = house["KW"]
    with state.node.store.write() as unit:
        set_contact(state.node, unit, state.staff.approver, "Liaison desk +000")
    state.deposit(person(1, NAME), person(2, "Another Invented Person"))
    return state


@pytest.fixture
def ready(house: Federation, kw: State) -> State:
    """DZ, with KW prepared for it."""
    assert prepare(kw, "DZ").records == 2
    return house["DZ"]


def rows(node: Node) -> Any:
    store = getattr(node.store, "store", node.store)
    assert isinstance(store, FakeStore)
    return store.rows


def entries(state: State, kind: str) -> list[dict[str, Any]]:
    return [dict(each) for each in invariants.entries(state.node, kind)]


def queries(house: Federation) -> list[bytes]:
    """Queries and answers on the wire: the two that have their sizes."""
    return [data for _, _, data in house.network.wire]


def test_a_hit_tells_level_contact_and_ticket(house: Federation, ready: State, kw: State) -> None:
    found = ask(ready, "KW", named("Invented Salim Specimen"))
    (told,) = found.told
    assert (told.level, told.contact) == (LIKELY, "Liaison desk +000")
    assert any(told.ticket)
    assert (found.left_case, found.left_day) == (19, 39)
    (asked,), (told_,) = entries(ready, "match.asked"), entries(ready, "match.told")
    (answered_,) = entries(kw, "match.answered")
    assert (asked["case"], asked["purpose"], asked["recipient"]) == ("CASE-1", PURPOSE, "KW")
    assert asked["digest"] == told_["digest"] == answered_["digest"]
    assert (told_["count"], len(answered_["refs"])) == (1, 1)


def test_no_hit_tells_nothing(ready: State, kw: State) -> None:
    assert ask(ready, "KW", named("Nobody Whatever Atall")).told == (NO_HIT,)
    (answered_,) = entries(kw, "match.answered")
    assert answered_["refs"] == []
    (kept,) = rows(kw.node).blind_queries.values()
    assert kept.hits == 0


def test_many_persons_in_one_query(ready: State) -> None:
    persons = [named(f"A{n} B{n} C{n}") for n in range(14)] + [named(NAME), named("Person Another")]
    assert [each.level for each in ask(ready, "KW", *persons).told] == [0] * 14 + [LIKELY, 1]


def test_a_person_of_many_keys_takes_several_slots(ready: State) -> None:
    long = " ".join(f"W{n}" for n in range(12)) + " " + NAME
    found = ask(ready, "KW", named("No Such"), named(long), named(NAME))
    assert [each.level for each in found.told] == [0, 1 if found.told[1].level == 1 else LIKELY, LIKELY]


def test_more_than_sixteen_slots_are_refused_before_anything_leaves(house: Federation, ready: State) -> None:
    house.network.wire.clear()
    with pytest.raises(BadInput) as refused:
        ask(ready, "KW", *[named(f"A{n} B{n}") for n in range(17)])
    assert refused.value.code is Code.TOO_LARGE
    assert not house.network.wire
    assert not entries(ready, "match.asked")


def test_the_level_rises_with_equal_keys(ready: State, kw: State) -> None:
    birth = next(str(each.value) for each in person(1, NAME) if each.path == "birth.year")
    assert ask(ready, "KW", named(NAME, birth)).told[0].level == STRONG
    assert ask(ready, "KW", named("Salim Specimen")).told[0].level == 1


def test_a_level_only_agreement_tells_a_level_only(house: Federation) -> None:
    can_match(house, {**CLAUSE, "answer": "level"})
    kw = house["KW"]
    with kw.node.store.write() as unit:
        set_contact(kw.node, unit, kw.staff.approver, "Liaison desk +000")
    kw.deposit(person(1, NAME))
    prepare(kw, "DZ")
    (told,) = ask(house["DZ"], "KW", named(NAME)).told
    assert (told.level, told.contact, any(told.ticket)) == (LIKELY, "", False)


@pytest.mark.parametrize(
    ("path", "value"),
    [("record.marking", "TLP:RED"), ("record.flag", "neutrality_religious"), ("record.category", "minor")],
)
def test_not_allowed_to_know_is_no_hit(house: Federation, path: str, value: str) -> None:
    """The same answer, the same number of bytes on the wire, and the same rows but for what is random."""
    can_match(house)
    kw, dz = house["KW"], house["DZ"]
    kept = [each for each in person(1, NAME) if each.path != path or path == "record.flag"]
    kw.deposit((*kept, Claim("c900", path, value, "fact")))
    prepare(kw, "DZ")
    house.network.wire.clear()
    assert ask(dz, "KW", named(NAME)).told == ask(dz, "KW", named("Nobody Whatever Atall")).told == (NO_HIT,)
    asked, told, asked_again, told_again = queries(house)
    assert len(asked) == len(asked_again)
    assert len(told) == len(told_again)
    one, other = entries(kw, "match.answered")
    assert one["refs"] == other["refs"] == []


def test_names_change_no_size_and_no_shape(house: Federation, ready: State, kw: State) -> None:
    """Transcripts and rows of runs with different names differ in random bytes only."""
    house.network.wire.clear()
    shapes = []
    for name in ("Ab Cd", "A Very Long Name Of Many Many Parts", "مثال اختبار غير موجود", "Nobody Atall"):
        ask(ready, "KW", named(name))
        shapes.append([len(each) for each in queries(house)])
        house.network.wire.clear()
    assert len({str(each) for each in shapes}) == 1
    for state in (ready, kw):
        kept = list(rows(state.node).blind_queries.values())
        assert {(each.case, len(each.seen), each.hits, each.purpose) for each in kept} == {
            ("CASE-1", 16 * 64 * 8, 0, PURPOSE)
        }
        for kind in ("match.asked", "match.answered", "match.told"):
            lines = invariants.entries(state.node, kind)
            assert len({len(str(each)) for each in lines}) <= 1


def test_a_hit_and_no_hit_are_the_same_size(house: Federation, ready: State) -> None:
    house.network.wire.clear()
    assert ask(ready, "KW", named(NAME)).told[0].level
    assert not ask(ready, "KW", named("Nobody Atall Here")).told[0].level
    asked, told, asked_again, told_again = queries(house)
    assert (len(asked), len(told)) == (len(asked_again), len(told_again))


def test_the_name_is_nowhere(house: Federation, ready: State, kw: State) -> None:
    ask(ready, "KW", named("Unfindable Nobodyatall"))
    for state in (ready, kw):
        kept = repr(list(rows(state.node).blind_queries.values()))
        lines = repr(invariants.entries(state.node))
        assert "nfindable" not in kept
        assert "nfindable" not in lines
    assert not any(b"nfindable" in data for data in queries(house))


def test_what_crosses_in_a_preparation_has_one_size_and_nothing_twice(house: Federation, kw: State) -> None:
    house.network.wire.clear()
    prepare(kw, "DZ")
    hello, hello_back, page, page_back = queries(house)
    house.network.wire.clear()
    kw.deposit(person(3, "One More Invented"))
    prepare(kw, "DZ")
    *_, again, again_back = queries(house)
    assert (len(page), len(page_back)) == (len(again), len(again_back))
    first, second = (messages.read_prepare(document_of_large(each)) for each in (page, again))
    assert len(set(first.elements) | set(second.elements)) == 2 * messages.PAGE
    assert len(hello) < 12_000
    assert len(hello_back) < 12_000


def document_of_large(wire: bytes) -> bytes:
    """`document_of` for what is larger than a signed message."""
    return b64decode(json.loads(wire)["document"])


def test_a_second_preparation_sends_no_page(house: Federation, ready: State, kw: State) -> None:
    house.network.wire.clear()
    made = prepare(kw, "DZ")
    assert (made.records, made.pages, made.size) == (0, 0, 2)
    assert len(queries(house)) == 2
    assert len(entries(kw, "match.prepared")) == 1


def test_an_amended_record_is_found_by_its_new_name_only(ready: State, kw: State) -> None:
    ref = min(rows(kw.node).records)
    with kw.node.store.read() as unit:
        (held,) = unit.records.current([ref], lock=False)
    old = next(each for each in held.record.claims if each.path == "name.full").value["text"]
    with kw.node.store.write() as unit:
        amend(kw.node, unit, kw.staff.officer, [Amendment(ref, 1, person(1, "Renamed Wholly Anew"))])
    assert prepare(kw, "DZ").records == 1
    assert ask(ready, "KW", named("Renamed Wholly Anew")).told[0].level == LIKELY
    assert ask(ready, "KW", named(str(old))).told == (NO_HIT,)


def test_an_erased_record_is_no_hit_at_once_and_leaves_the_set(ready: State, kw: State) -> None:
    refs = sorted(rows(kw.node).records)
    with kw.node.store.write() as unit:
        unit.records.erase(refs)
    assert ask(ready, "KW", named(NAME)).told == (NO_HIT,)
    made = prepare(kw, "DZ")
    assert (made.removed, made.size) == (2, 0)
    assert not rows(kw.node).blind_tags


def test_a_new_epoch_makes_old_tokens_worthless(house: Federation, ready: State, kw: State) -> None:
    ask(ready, "KW", named(NAME))
    old = {each.public for each in rows(kw.node).blind_epochs.values()}
    house.clock.forward(LIFE)
    with pytest.raises(Conflict) as refused:
        ask(ready, "KW", named(NAME))
    assert refused.value.code is Code.MATCH_NOT_READY
    assert prepare(kw, "DZ").records == 2
    new = {each.public for each in rows(kw.node).blind_epochs.values()}
    assert not old & new
    assert [each.epoch for each in rows(ready.node).blind_epochs.values()] == [2]
    assert ask(ready, "KW", named(NAME)).told[0].level


def test_without_a_clause_nothing_is_asked_answered_or_prepared(house: Federation) -> None:
    can_match(house, {**CLAUSE, "from": ["AE"]})
    kw, dz = house["KW"], house["DZ"]
    kw.deposit(person(1, NAME))
    assert prepare(kw, "DZ").size == 0
    with pytest.raises(Denied) as refused:
        ask(dz, "KW", named(NAME))
    assert refused.value.code is Code.RELEASE_DENIED


def test_the_end_of_the_agreement_empties_the_set(house: Federation, ready: State, kw: State) -> None:
    with kw.node.store.write() as unit:
        raise_flag(unit, kw.staff.admin, AGREEMENT)
    with kw.node.store.write() as unit:
        suspend(kw.node, unit, kw.staff.admin, AGREEMENT)
    with pytest.raises(ExchangeError) as refused:
        ask(ready, "KW", named(NAME))
    assert refused.value.code is Code.SUSPENDED
    prepare(kw, "DZ")
    assert not rows(kw.node).blind_tags
    assert ("DZ", "holds") not in rows(kw.node).blind_epochs


def test_before_a_preparation_nobody_can_ask(house: Federation, kw: State) -> None:
    with pytest.raises(Conflict) as refused:
        ask(house["DZ"], "KW", named(NAME))
    assert refused.value.code is Code.MATCH_NOT_READY


def test_other_rules_of_keys_are_not_compared(house: Federation, ready: State, kw: State) -> None:
    class Other:
        version = "plain-2"

        def keys(self, claims: Any, *, asking: bool) -> frozenset[bytes]:
            return frozenset([b"one key for all"])

        def pieces(self, claims: Any, *, asking: bool) -> list[Any]:
            return []

    object.__setattr__(ready.node, "match_keys", Other())
    with pytest.raises(Conflict) as refused:
        ask(ready, "KW", named(NAME))
    assert refused.value.code is Code.MATCH_NOT_READY
    object.__setattr__(kw.node, "match_keys", Other())
    assert prepare(kw, "DZ").records == 2
    assert ask(ready, "KW", named("Anybody")).told[0].level == 1


def test_a_node_without_keys_compares_with_nobody(house: Federation) -> None:
    with pytest.raises(Unavailable) as refused:
        match_prepare(house["KW"].node, "DZ")
    assert refused.value.code is Code.MATCH_NOT_READY


@pytest.mark.parametrize("role", ["auditor", "admin", "approver"])
def test_only_officers_ask(ready: State, role: str) -> None:
    wish = MatchWish("KW", AGREEMENT, PURPOSE, "CASE-1", (named(NAME),))
    with pytest.raises(Forbidden):
        match_ask(ready.node, getattr(ready.staff, role), wish)


def test_stats_of_both_sides_agree(ready: State, kw: State) -> None:
    ask(ready, "KW", named(NAME))
    ask(ready, "KW", named("Nobody Atall"))
    with ready.node.store.write() as unit:
        (ours,) = [each for each in match_stats(ready.node, unit, ready.staff.officer) if each.partner == "KW"]
    with kw.node.store.write() as unit:
        (theirs,) = [each for each in match_stats(kw.node, unit, kw.staff.auditor) if each.partner == "DZ"]
        lines = answered(kw.node, unit, kw.staff.auditor, "DZ")
    assert (
        (ours.asked, ours.hits, ours.may_ask) == (theirs.answered, theirs.hits_told, theirs.may_be_asked) == (2, 1, 40)
    )
    assert (ours.elements, theirs.prepared, ours.epoch_out) == (messages.PAGE, 2, theirs.epoch_in)
    assert {each.case for each in lines} == {"CASE-1"}
    assert ready.staff.officer.id not in repr(lines)


@pytest.mark.parametrize("text", ["", "  ", "x" * 111, "bell\x07", "two\nlines", "over\u202eride"])
def test_a_contact_that_cannot_be_shown_is_refused(house: Federation, text: str) -> None:
    state = house["KW"]
    with state.node.store.write() as unit, pytest.raises(BadInput):
        set_contact(state.node, unit, state.staff.approver, text)


def test_a_query_that_was_answered_is_not_answered_again(house: Federation, ready: State, kw: State) -> None:
    house.network.wire.clear()
    ask(ready, "KW", named(NAME))
    wire = queries(house)[0]
    with pytest.raises(Conflict) as refused:
        match_answer(kw.node, "DZ", wire)
    assert refused.value.code is Code.ALREADY_EXISTS
    with pytest.raises(ExchangeError):
        match_answer(kw.node, "AE", wire)
    house.clock.forward(timedelta(minutes=11))
    with pytest.raises(Untrusted) as late:
        match_answer(kw.node, "DZ", wire)
    assert late.value.code is Code.EXPIRED


def test_an_answer_to_another_question_is_refused(house: Federation, ready: State, kw: State) -> None:
    answers: list[bytes] = []

    class Mixed:
        def match_query(self, partner: Any, query: bytes) -> bytes:
            answers.append(match_answer(kw.node, "DZ", query))
            return answers[0]

    object.__setattr__(ready.node, "peers", Mixed())
    ask(ready, "KW", named(NAME))
    with pytest.raises(Remote) as refused:
        ask(ready, "KW", named("Nobody Atall"))
    assert refused.value.code is Code.PARTNER_ANSWER


def test_a_query_of_another_version_of_the_agreement_is_refused(house: Federation, ready: State, kw: State) -> None:
    house.network.wire.clear()
    ask(ready, "KW", named(NAME))
    query = replace(read_query(document_of(queries(house)[0])), agreement_version=7)
    with pytest.raises(Denied) as refused:
        match_answer(kw.node, "DZ", wrap(QUERY_TYPE, query.to_bytes(), ready.node.keys.signing[1]))
    assert refused.value.code is Code.AGREEMENT_NOT_IN_FORCE


def test_the_answer_is_signed_and_of_one_size(house: Federation, ready: State) -> None:
    house.network.wire.clear()
    ask(ready, "KW", named(NAME))
    answer = messages.read_answer(document_of(queries(house)[1]))
    assert len(answer.answers) == ANSWER
    assert ANSWER_TYPE == "exchange/match-answer/1"
