"""The second stage: a hit settled by equal parts, once, under a key of its own; what either side may try."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from exchange.crypto.keys import random_bytes
from exchange.crypto.signed import document_of, wrap
from exchange.errors import BadInput, Code, Conflict, Forbidden, NotFound, Untrusted
from exchange.matching import second
from exchange.matching.blind.group import Evaluator, blind
from exchange.matching.blind.names import NameKeys
from exchange.matching.blind.settling import (
    EVALUATED,
    PIECES,
    PIECES_TYPE,
    SETTLE,
    SETTLED,
    Settling,
    check_ticket,
    chosen,
    level_of,
    read,
    settled_level,
    shape_of,
)
from exchange.matching.keys import Piece
from exchange.model.claims import Claim
from exchange.operations.clock import stamp
from exchange.operations.deposit import Amendment, amend
from exchange.operations.match_said import mark_of
from exchange.operations.match_settle import answer_pieces, answer_settle, match_settle
from exchange.operations.match_stats import set_contact
from tests import invariants
from tests.federation import Federation, State
from tests.match_kit import ask, can_match, named, person, prepare

NAME = "Salim Specimen Invented"


@pytest.fixture
def pair(house: Federation) -> tuple[State, State]:
    can_match(house)
    kw = house["KW"]
    with kw.node.store.write() as unit:
        set_contact(kw.node, unit, kw.staff.approver, "Liaison desk +000")
    kw.deposit(person(1, NAME))
    prepare(kw, "DZ")
    return house["DZ"], kw


def hit(dz: State, text: str = NAME, birth: str = "") -> str:
    (ticket,) = ask(dz, "KW", named(text, birth)).tickets
    return ticket


def settle(dz: State, ticket: str, text: str = NAME, birth: str = "") -> int:
    return match_settle(dz.node, dz.staff.officer, "KW", ticket, named(text, birth))


def test_levels_follow_the_equal_parts(pair: tuple[State, State]) -> None:
    dz, _ = pair
    born = next(str(each.value) for each in person(1, NAME) if each.path == "birth.year")
    assert settle(dz, hit(dz, NAME, born), NAME, born) == 3
    assert settle(dz, hit(dz)) == 3
    assert settle(dz, hit(dz, "Salim Specimen Otherwise"), "Salim Specimen Otherwise") == 2
    other = "Salim Specimen Otherwise"
    assert settle(dz, hit(dz, other, "1901"), other, "1901") == 1


def test_both_ledgers_tell_it_and_the_holders_names_the_record(pair: tuple[State, State]) -> None:
    dz, kw = pair
    ticket = hit(dz)
    settle(dz, ticket)
    (begun,), (ours,) = (invariants.entries(dz.node, kind) for kind in ("match.settling", "match.settled"))
    (theirs,) = invariants.entries(kw.node, "match.settled")
    assert begun["thread"] == ours["thread"] == theirs["thread"] == check_ticket(ticket)
    assert (ours["count"], theirs["count"], ours["refs"]) == (3, 3, [])
    assert isinstance(theirs["refs"], list)
    assert len(theirs["refs"]) == 1


def test_a_ticket_is_settled_once(pair: tuple[State, State]) -> None:
    dz, _ = pair
    ticket = hit(dz)
    settle(dz, ticket)
    with pytest.raises(Conflict) as refused:
        settle(dz, ticket)
    assert refused.value.code is Code.STALE


def test_a_ticket_is_not_spent_on_another_person_and_stays_good(pair: tuple[State, State]) -> None:
    """An officer who holds another record of the same family cannot feel for its parts by somebody else's ticket."""
    dz, kw = pair
    ticket = hit(dz)
    for text, birth in (("Salim Quite Different", ""), (NAME, "1901"), (f"{NAME} Otherwise", "")):
        with pytest.raises(BadInput) as refused:
            settle(dz, ticket, text, birth)
        assert refused.value.code is Code.MATCH_OTHER_PERSON
    assert not invariants.entries(dz.node, "match.settling")
    assert not invariants.entries(kw.node, "match.settled")
    assert [each["code"] for each in invariants.entries(dz.node, "access.denied")] == ["MATCH_OTHER_PERSON"] * 3
    spoken = f" {ticket[:16].upper()} {ticket[16:].replace('-', chr(0x2011))} "
    assert settle(dz, spoken) == 3
    with pytest.raises(Conflict):  # used: it confirms nobody any more
        settle(dz, ticket, "Salim Quite Different")


def test_of_two_persons_in_one_query_each_ticket_is_of_its_own(pair: tuple[State, State]) -> None:
    dz, kw = pair
    kw.deposit(person(2, "Nadim Made Upperson"))
    prepare(kw, "DZ")
    one, two = named(NAME), named("Nadim Made Upperson")
    tickets = ask(dz, "KW", one, two).tickets
    with pytest.raises(BadInput):
        match_settle(dz.node, dz.staff.officer, "KW", tickets[0], two)
    assert match_settle(dz.node, dz.staff.officer, "KW", tickets[1], two) > 0


def test_only_our_node_makes_the_mark_and_it_is_not_kept_with_the_ticket(pair: tuple[State, State]) -> None:
    """Kept, it would confirm a guess of who was asked about, also after an erasure."""
    dz, _ = pair
    written = hit(dz)
    ticket, mark = written.split("-")
    keys = replace(dz.node.keys, at_rest=bytes(32))
    assert mark_of(dz.node, ticket, named(NAME)) == mark != mark_of(replace(dz.node, keys=keys), ticket, named(NAME))
    assert mark_of(dz.node, "ab" * 16, named(NAME)) != mark
    with dz.node.store.read() as unit:
        kept = unit.blinded.ticket("KW", "out", ticket, lock=False)
    assert mark not in repr(kept)
    for text in (ticket, f"{ticket}-", f"{ticket}{mark}", f"{ticket}-{mark}0"):
        with pytest.raises(BadInput) as refused:
            settle(dz, text)
        assert refused.value.code is Code.VALUE_NOT_ALLOWED


def test_a_ticket_of_another_or_too_old_is_refused(house: Federation, pair: tuple[State, State]) -> None:
    dz, _ = pair
    with pytest.raises(NotFound):
        settle(dz, f"{'ab' * 16}-{mark_of(dz.node, 'ab' * 16, named(NAME))}")
    with pytest.raises(BadInput):
        settle(dz, "not a ticket")
    ticket = hit(dz)
    house.clock.forward(timedelta(days=8))
    with pytest.raises(Conflict):
        settle(dz, ticket)


@pytest.mark.parametrize("role", ["auditor", "admin", "approver"])
def test_only_officers_settle(pair: tuple[State, State], role: str) -> None:
    dz, _ = pair
    with pytest.raises(Forbidden):
        match_settle(dz.node, getattr(dz.staff, role), "KW", hit(dz), named(NAME))


def test_what_may_not_be_known_any_more_is_settled_as_none(house: Federation, pair: tuple[State, State]) -> None:
    dz, kw = pair
    one, other = hit(dz), hit(dz)
    house.network.wire.clear()
    assert settle(dz, one) == 3
    before = [len(data) for _, _, data in house.network.wire]
    with kw.node.store.read() as unit:
        (line,) = unit.records.lines("person", None, 10)
    red = [each for each in person(1, NAME) if each.path != "record.marking"]
    with kw.node.store.write() as unit:
        change = (*red, Claim("c900", "record.marking", "TLP:RED", "fact"))
        amend(kw.node, unit, kw.staff.officer, [Amendment(line.ref, 1, change)])
    house.network.wire.clear()
    assert settle(dz, other) == 0
    assert [len(data) for _, _, data in house.network.wire] == before


def said(state: State, type_: str, to: str, written: str, **members: Any) -> bytes:
    node = state.node
    made = replace(Settling(type_, node.code, to, stamp(node.clock.now()), check_ticket(written)), **members)
    return wrap(type_, made.to_bytes(), node.keys.signing[1])


def test_a_holder_that_asks_for_evaluations_unasked_gets_none(pair: tuple[State, State]) -> None:
    """No key stands open: it is drawn when an officer settles, and is gone with its one use."""
    dz, kw = pair
    ticket = hit(dz)
    _, elements = blind([b"guess %d" % n for n in range(PIECES)])
    page = said(kw, PIECES_TYPE, "DZ", ticket, data=b"".join(elements))
    with pytest.raises(Conflict):
        answer_pieces(dz.node, "KW", page)
    settle(dz, ticket)
    with pytest.raises(Conflict):
        answer_pieces(dz.node, "KW", page)
    with dz.node.store.read() as unit:
        found = unit.blinded.ticket("KW", "out", check_ticket(ticket), lock=False)
    assert found is not None
    assert (found.seed, found.level) == (b"", 3)


def test_a_holder_cannot_have_two_pages_of_guesses_evaluated(house: Federation, pair: tuple[State, State]) -> None:
    dz, kw = pair
    ticket = hit(dz)
    done: list[bytes] = []

    class Greedy:
        def match_settle(self, partner: Any, tokens: bytes) -> bytes:
            for _ in range(2):
                _, elements = blind([b"month %d" % n for n in range(PIECES)])
                done.append(answer_pieces(dz.node, "KW", said(kw, PIECES_TYPE, "DZ", ticket, data=b"".join(elements))))
            return b""

    object.__setattr__(dz.node, "peers", Greedy())
    with pytest.raises(Conflict):
        settle(dz, ticket)
    assert len(done) == 1


def test_a_wrong_proof_settles_nothing(house: Federation, pair: tuple[State, State]) -> None:
    dz, kw = pair
    ticket = hit(dz)
    key, wrong = Evaluator(bytes(32), b""), Evaluator(bytes([1]) * 32, b"")

    class Lying:
        def match_pieces(self, partner: Any, elements: bytes) -> bytes:
            asked = read(PIECES_TYPE, document_of(elements))
            data = wrong.evaluate([asked.data[at : at + 32] for at in range(0, len(asked.data), 32)])
            return said(dz, EVALUATED, "KW", ticket, data=data)

    object.__setattr__(kw.node, "peers", Lying())
    wire = said(dz, SETTLE, "KW", ticket, public=key.public, shape=bytes(PIECES * 3), data=random_bytes(PIECES * 16))
    with pytest.raises(Untrusted) as refused:
        answer_settle(kw.node, "DZ", wire)
    assert refused.value.code is Code.EVALUATION_INVALID


@pytest.mark.parametrize("size", [0, PIECES * 16 - 16, PIECES * 16 + 16])
def test_another_number_of_tokens_is_refused(pair: tuple[State, State], size: int) -> None:
    dz, kw = pair
    wire = said(
        dz, SETTLE, "KW", hit(dz), public=Evaluator(bytes(32), b"").public, shape=bytes(PIECES * 3), data=bytes(size)
    )
    with pytest.raises(BadInput):
        answer_settle(kw.node, "DZ", wire)


def test_an_identity_as_public_key_is_refused(pair: tuple[State, State]) -> None:
    dz, kw = pair
    wire = said(dz, SETTLE, "KW", hit(dz), public=bytes(32), shape=bytes(PIECES * 3), data=bytes(PIECES * 16))
    with pytest.raises(BadInput) as refused:
        answer_settle(kw.node, "DZ", wire)
    assert refused.value.code is Code.ELEMENT_MALFORMED


def test_the_holder_comes_to_what_both_would_come_to_together() -> None:
    """With the pieces of both sides in one hand, `settle` says the same nats."""
    rules = NameKeys()
    texts = ["Abdelmalek Bensalah Ouargli", "Rachid Laghouati", "Abdelmalek Laghouati", "عبد المالك الورقلي"]
    for one in texts:
        for other in texts:
            asked = chosen(rules.pieces(named(one, "1985"), asking=True))
            held = chosen(rules.pieces(named(other, "1986"), asking=False))
            tokens = [b"t" + each.element[:15] for each in asked] + [bytes(16)] * (PIECES - len(asked))
            nats = second.settle(asked, held)
            own = [b"t" + each.element[:15] for each in held]
            assert settled_level(held, own, shape_of(asked), tokens) == level_of(nats), (one, other, nats)


def test_a_shape_that_is_none_is_refused() -> None:
    with pytest.raises(BadInput):
        settled_level([], [], bytes([9]) + bytes(PIECES * 3 - 1), [bytes(16)] * PIECES)


def test_whole_names_are_chosen_and_dates_first() -> None:
    names = [Piece("token", name, at, float(name), b"%d %d" % (name, at)) for name in range(5) for at in range(10)]
    dates = [Piece("year", -1, at, 4.0, b"year %d" % at) for at in range(3)]
    found = chosen([*names, *dates])
    assert found[:3] == dates
    assert [each.name for each in found[3:]] == [4] * 10 + [3] * 10
    assert len(shape_of(found)) == PIECES * 3


def test_what_words_may_also_be_takes_only_the_room_that_is_left() -> None:
    def words(kind: str, name: int, count: int) -> list[Piece]:
        return [Piece(kind, name, at, 1.0, b"%s %d %d" % (kind.encode(), name, at)) for at in range(count)]

    mine = [*words("token", 0, 20), *words("other", 0, 20), *words("token", 1, 15), *words("other", 1, 15)]
    assert chosen(mine) == [*words("token", 0, 20), *words("other", 0, 12)]


def test_documents_come_back() -> None:
    public = Evaluator(bytes(32), b"").public
    sizes = {SETTLE: PIECES * 16, PIECES_TYPE: PIECES * 32, EVALUATED: 64 + PIECES * 32, SETTLED: 0}
    for type_, size in sizes.items():
        made = Settling(type_, "DZ", "KW", "2026-06-01T08:00:00Z", "ab" * 16, data=bytes(size))
        made = replace(made, level=2 if type_ == SETTLED else 0)
        if type_ == SETTLE:
            made = replace(made, public=public, shape=bytes(PIECES * 3))
        assert read(type_, made.to_bytes()) == made


def test_with_the_rules_of_names_across_scripts(house: Federation) -> None:
    can_match(house)
    for code in ("DZ", "KW"):
        house[code].node = replace(house[code].node, match_keys=NameKeys())
        house.network.nodes[code] = house[code].node
    dz, kw = house["DZ"], house["KW"]
    with kw.node.store.write() as unit:
        set_contact(kw.node, unit, kw.staff.approver, "Liaison desk +000")
    held = [each for each in person(1, "عبد المالك بن صالح الورقلي") if not each.path.startswith("birth.")]
    born = {"precision": "exact", "date": "1985-03-07"}
    kw.deposit((*held, Claim("c901", "birth.date", born, "fact", held[0].grade)))
    prepare(kw, "DZ")
    asked = (*named("Abdelmalek Bensalah Ouargli"), Claim("c2", "birth.date", "1985-03-07", "fact"))
    (ticket,) = ask(dz, "KW", asked).tickets
    assert match_settle(dz.node, dz.staff.officer, "KW", ticket, asked) == 3
