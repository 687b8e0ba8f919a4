"""Limits and probing: per case, day and partner, around one name; both sides see the same and either can stop it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from exchange.crypto.keys import random_bytes
from exchange.crypto.signed import wrap
from exchange.errors import BadInput, Code, Conflict, Denied
from exchange.matching.blind import messages
from exchange.matching.blind.group import ELEMENT, blind
from exchange.matching.blind.messages import PREPARE, QUERY_TYPE, Prepare, Query
from exchange.matching.blind.probing import NEIGHBOURS
from exchange.matching.blind.slots import QUERY, key_input, pack_query, token
from exchange.model.blinded import ASKS, BlindQuery
from exchange.operations import match_key
from exchange.operations.alarms import all_alarms
from exchange.operations.clock import stamp
from exchange.operations.match_answer import match_answer
from exchange.operations.match_key import answer_prepare, evaluator
from exchange.operations.match_limits import note_probing
from exchange.operations.tidy import tidy
from tests import invariants
from tests.federation import PURPOSE, Federation, State
from tests.match_kit import AGREEMENT, CLAUSE, PlainKeys, ask, can_match, named, person, prepare

DAY = timedelta(days=1)


@pytest.fixture
def pair(house: Federation) -> tuple[State, State]:
    """DZ, which may ask 3 times a case and 5 times a day, and KW."""
    can_match(house, {**CLAUSE, "per_case": 3, "per_day": 5})
    kw = house["KW"]
    kw.deposit(person(1, "Salim Specimen Invented"))
    prepare(kw, "DZ")
    return house["DZ"], kw


def refused(call: Any, *given: Any, **more: Any) -> Denied:
    with pytest.raises(Denied) as caught:
        call(*given, **more)
    return caught.value


def ringing(state: State) -> list[tuple[str, str]]:
    """Alarms of matching that stand at a node, with the partner."""
    with state.node.store.read() as unit:
        found = all_alarms(state.node, unit, state.node.clock.now())
    return [(each.code, each.partner) for each in found if each.code.startswith("MATCH_")]


def unlike(number: int) -> Any:
    return named(f"A{number} B{number} C{number}")


def forged(dz: State, names: list[str], case: str, officer: str = "ab" * 8) -> bytes:
    """A query that DZ's own operation would not have made: what a hostile asker sends."""
    with dz.node.store.read() as unit:
        epoch = unit.blinded.epoch("KW", ASKS, lock=False)
    assert epoch is not None
    key, keys = evaluator(epoch), PlainKeys()
    tokens = [
        {token(key.output(key_input(keys.version, each))) for each in keys.keys(named(name), asking=True)}
        for name in names
    ]
    query = Query(
        node="DZ",
        to="KW",
        issued=stamp(dz.node.clock.now()),
        epoch=epoch.epoch,
        key_version=keys.version,
        agreement=AGREEMENT,
        agreement_version=1,
        purpose=PURPOSE,
        case=case,
        officer=officer,
        tokens=pack_query(tokens, random_bytes(QUERY)),
    )
    return wrap(QUERY_TYPE, query.to_bytes(), dz.node.keys.signing[1])


def test_a_case_has_its_limit_and_the_next_day_has_it_again(house: Federation, pair: tuple[State, State]) -> None:
    dz, _ = pair
    assert [ask(dz, "KW", unlike(n)).left_case for n in range(3)] == [2, 1, 0]
    assert refused(ask, dz, "KW", unlike(9)).code is Code.MATCH_LIMIT
    assert ask(dz, "KW", unlike(9), case="CASE-2").left_day == 1
    house.clock.forward(DAY)
    assert ask(dz, "KW", unlike(9)).left_case == 2


def test_a_day_has_its_limit_whatever_the_case(pair: tuple[State, State]) -> None:
    dz, _ = pair
    assert [ask(dz, "KW", unlike(n), case=f"C-{n}").left_day for n in range(5)] == [4, 3, 2, 1, 0]
    found = refused(ask, dz, "KW", unlike(9), case="C-9")
    assert (found.code, found.facts) == (Code.MATCH_LIMIT, {"limit": 5})


def test_both_sides_are_told_that_a_day_is_used_up(house: Federation, pair: tuple[State, State]) -> None:
    dz, kw = pair
    for number in range(4):
        ask(dz, "KW", unlike(number), case=f"C-{number}")
    assert ringing(dz) == ringing(kw) == []
    ask(dz, "KW", unlike(4), case="C-4")
    assert (ringing(dz), ringing(kw)) == ([("MATCH_DAY_USED_BY_US", "KW")], [("MATCH_DAY_USED_BY_PARTNER", "DZ")])
    house.clock.forward(DAY)
    assert ringing(dz) == ringing(kw) == []


def test_the_holder_counts_too_and_believes_no_asker(pair: tuple[State, State]) -> None:
    dz, kw = pair
    for number in range(3):
        match_answer(kw.node, "DZ", forged(dz, [f"A{number} B{number}"], "ONE"))
    assert refused(match_answer, kw.node, "DZ", forged(dz, ["Q R"], "ONE")).code is Code.MATCH_LIMIT
    for number in range(2):
        match_answer(kw.node, "DZ", forged(dz, [f"X{number} Y{number}"], f"TWO-{number}"))
    assert refused(match_answer, kw.node, "DZ", forged(dz, ["S T"], "THREE")).code is Code.MATCH_LIMIT


def test_a_refused_query_leaves_no_row_and_no_release(pair: tuple[State, State]) -> None:
    dz, kw = pair
    for number in range(3):
        ask(dz, "KW", unlike(number))
    before = len(invariants.entries(kw.node, "match.answered"))
    refused(match_answer, kw.node, "DZ", forged(dz, ["Q R"], "CASE-1"))
    assert len(invariants.entries(kw.node, "match.answered")) == before == 3


def test_a_case_number_with_a_word_of_the_name_is_refused_before_anything(pair: tuple[State, State]) -> None:
    """The partner reads it, and two ledgers keep it for ever."""
    dz, _ = pair
    with pytest.raises(BadInput) as wrong:
        ask(dz, "KW", named("Salim Specimen"), case="2026-SPECIMEN-7")
    assert wrong.value.facts == {"at": "case"}
    assert not invariants.entries(dz.node, "match.asked")
    assert ask(dz, "KW", named("Bin Specimen"), case="BIN-7").left_day == 4


def around(number: int) -> str:
    """Spellings around one person: two words stay."""
    return f"Salim Specimen V{number}"


def test_the_asker_stops_its_own_officer_who_feels_around_a_name(house: Federation) -> None:
    can_match(house)
    dz, kw = house["DZ"], house["KW"]
    kw.deposit(person(1, "Nothing Of That"))
    prepare(kw, "DZ")
    for number in range(NEIGHBOURS + 1):
        ask(dz, "KW", named(around(number)), case=f"C-{number}")
    house.network.wire.clear()
    found = refused(ask, dz, "KW", named(around(99)), case="C-99")
    assert found.code is Code.MATCH_PROBING
    assert not house.network.wire
    (alarm,) = invariants.entries(dz.node, "match.probing")
    assert (alarm["actor"], alarm["partner"], alarm["count"]) == (dz.staff.officer.id, "KW", NEIGHBOURS + 1)
    assert ringing(dz) == [("MATCH_PROBED_BY_US", "KW")]
    assert ask(dz, "KW", named("Somebody Quite Different")).told


def test_the_holder_finds_probing_without_a_name_and_under_changing_pseudonyms(house: Federation) -> None:
    can_match(house)
    dz, kw = house["DZ"], house["KW"]
    kw.deposit(person(1, "Nothing Of That"))
    prepare(kw, "DZ")
    for number in range(NEIGHBOURS + 1):
        match_answer(kw.node, "DZ", forged(dz, [around(number)], f"C-{number}", f"{number:016x}"))
    assert refused(match_answer, kw.node, "DZ", forged(dz, [around(99)], "C-99")).code is Code.MATCH_PROBING
    (alarm,) = invariants.entries(kw.node, "match.probing")
    assert (alarm["actor"], alarm["case"]) == ("DZ", "C-99")
    assert ringing(kw) == [("MATCH_PROBED_BY_PARTNER", "DZ")]
    assert match_answer(kw.node, "DZ", forged(dz, ["Somebody Quite Different"], "C-98"))


def test_probing_counts_and_a_replay_of_it_is_no_second_alarm(pair: tuple[State, State]) -> None:
    """A hostile asker must not fill our ledger with alarms: they end with the day's queries."""
    dz, kw = pair
    names = [around(number) for number in range(NEIGHBOURS + 2)]
    wires = [forged(dz, names, f"C-{number}") for number in range(6)]
    for wire in wires[:5]:
        assert refused(match_answer, kw.node, "DZ", wire).code is Code.MATCH_PROBING
    assert refused(match_answer, kw.node, "DZ", wires[5]).code is Code.MATCH_LIMIT
    with pytest.raises(Conflict):
        note_probing(kw.node, _kept(kw), "DZ", NEIGHBOURS + 1)
    assert len(invariants.entries(kw.node, "match.probing")) == 5


def _kept(state: State) -> BlindQuery:
    with state.node.store.read() as unit:
        return unit.blinded.queries("in", "DZ", state.node.clock.now() - DAY)[0]


def test_what_is_over_is_forgotten(house: Federation, pair: tuple[State, State]) -> None:
    dz, _ = pair
    ask(dz, "KW", unlike(1))
    house.clock.forward(timedelta(days=31))
    for state in pair:
        tidy(state.node)
        with state.node.store.read() as unit:
            assert unit.blinded.queries("in", None, house.clock.now() - 60 * DAY) == []
            assert unit.blinded.queries("out", None, house.clock.now() - 60 * DAY) == []
    house.clock.forward(timedelta(days=60))
    tidy(dz.node)
    with dz.node.store.read() as unit:
        epoch = unit.blinded.epoch("KW", "asks", lock=False)
    assert epoch is not None
    assert (epoch.seed, epoch.epoch) == (b"", 1)


def test_probing_in_one_query_is_found(house: Federation) -> None:
    can_match(house)
    dz, kw = house["DZ"], house["KW"]
    kw.deposit(person(1, "Nothing Of That"))
    prepare(kw, "DZ")
    many = [named(around(number)) for number in range(NEIGHBOURS + 2)]
    assert refused(ask, dz, "KW", *many).code is Code.MATCH_PROBING
    names = [around(number) for number in range(NEIGHBOURS + 2)]
    assert refused(match_answer, kw.node, "DZ", forged(dz, names, "C")).code is Code.MATCH_PROBING


def test_what_neighbours_are_known_by_is_gone_after_a_day(house: Federation, pair: tuple[State, State]) -> None:
    dz, _ = pair
    ask(dz, "KW", unlike(1))
    house.clock.forward(DAY + timedelta(minutes=1))
    for state in pair:
        tidy(state.node)
        with state.node.store.read() as unit:
            kept = [*unit.blinded.queries("in", None, house.clock.now() - 2 * DAY)]
            kept += unit.blinded.queries("out", None, house.clock.now() - 2 * DAY)
        assert [each.seen for each in kept] == [b""]


def page(holder: State, epoch: int, elements: tuple[bytes, ...]) -> bytes:
    said = Prepare(holder.node.code, "DZ", stamp(holder.node.clock.now()), epoch, elements)
    return wrap(PREPARE, said.to_bytes(), holder.node.keys.signing[1])


def test_a_hostile_holder_cannot_have_guesses_evaluated_without_end(
    pair: tuple[State, State], monkeypatch: pytest.MonkeyPatch
) -> None:
    dz, kw = pair
    monkeypatch.setattr(match_key, "MAX_ELEMENTS", 2 * messages.PAGE)
    _, elements = blind([b"guess %d" % n for n in range(messages.PAGE)])
    answer_prepare(dz.node, "KW", page(kw, 1, tuple(elements)))
    found = refused(answer_prepare, dz.node, "KW", page(kw, 1, tuple(elements)))
    assert found.code is Code.MATCH_LIMIT
    assert sum(int(str(each["count"])) for each in invariants.entries(dz.node, "match.evaluated")) == 2 * messages.PAGE


@pytest.mark.parametrize("bad", [bytes(32), b"\xff" * 32], ids=["identity", "not canonical"])
def test_a_malformed_element_in_a_page_is_refused(pair: tuple[State, State], bad: bytes) -> None:
    dz, kw = pair
    _, elements = blind([b"x"] * messages.PAGE)
    with pytest.raises(BadInput) as caught:
        answer_prepare(dz.node, "KW", page(kw, 1, (*elements[:-1], bad)))
    assert (caught.value.code, caught.value.facts) == (Code.ELEMENT_MALFORMED, {"position": messages.PAGE - 1})


def test_a_page_for_an_old_epoch_evaluates_nothing(house: Federation, pair: tuple[State, State]) -> None:
    dz, kw = pair
    _, elements = blind([b"x"] * messages.PAGE)
    answer = answer_prepare(dz.node, "KW", page(kw, 7, tuple(elements)))
    assert len(answer) < messages.PAGE * ELEMENT
    assert len(invariants.entries(dz.node, "match.evaluated")) == 1


def test_a_partner_without_a_clause_is_evaluated_nothing(house: Federation) -> None:
    can_match(house, {**CLAUSE, "from": ["AE"]})
    dz, kw = house["DZ"], house["KW"]
    assert refused(answer_prepare, dz.node, "KW", page(kw, 0, ())).code is Code.RELEASE_DENIED


def test_a_query_without_a_clause_is_refused_by_the_holder(pair: tuple[State, State], house: Federation) -> None:
    dz, kw = pair
    wire = forged(dz, ["Q R"], "C")
    with kw.node.store.write() as unit:
        stored = unit.agreements.active(AGREEMENT, lock=False)
        assert stored is not None
        unit.agreements.put(replace(stored, state="terminated"))
    assert refused(match_answer, kw.node, "DZ", wire).code is Code.AGREEMENT_NOT_IN_FORCE
