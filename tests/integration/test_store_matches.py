"""Pairs of candidates and decisions in the database, on SQLite and PostgreSQL: noted, decided, gone with a record."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from exchange.errors import Code, Conflict, NotFound, Unavailable
from exchange.model.found import Indexed
from exchange.model.matching import OPEN, FoundPair, MatchDecision, pair_of
from exchange.model.records import Ref
from exchange.store import SqlStore, SqlUnit
from exchange.store.match_tables import match_decisions, match_pairs
from exchange.store.pairing import PAIRS_MAX
from tests.integration.samples import NOW, ref
from tests.integration.test_store_search import named, person, received

LATER = NOW + timedelta(hours=1)


def pairs(unit: SqlUnit, state: str = OPEN) -> list[tuple[Ref, Ref]]:
    return [(each.a, each.b) for each in unit.matches.queue(state, None, 100)]


def decided(unit: SqlUnit, a: Ref, b: Ref, decision: str, number: int = 1) -> MatchDecision:
    made = MatchDecision(f"mtc-{number}", pair_of(a, b), decision, "person-1", NOW + timedelta(seconds=number), "why")
    unit.matches.decide(made)
    return made


def left(unit: SqlUnit) -> tuple[int, int]:
    send = unit._connection.execute
    return len(send(select(match_pairs)).all()), len(send(select(match_decisions)).all())


OURS, THEIRS = ref(1), ref(1, "MA")


@pytest.mark.parametrize("own_first", [True, False])
def test_whichever_comes_second_makes_the_pair(store: SqlStore, *, own_first: bool) -> None:
    with store.write() as unit:
        if own_first:
            unit.records.add([person(1, "Salim Specimen"), person(2, "Karim Specimen")], NOW)
            unit.copies.add([received(1, "SALIM Specimen")])
        else:
            unit.copies.add([received(1, "SALIM Specimen")])
            unit.records.add([person(1, "Salim Specimen"), person(2, "Karim Specimen")], NOW)
        assert pairs(unit) == [(OURS, THEIRS)]
        found = unit.matches.pair(OURS, THEIRS)
    assert found is not None
    assert (found.state, abs(found.found_at - NOW) <= timedelta(seconds=1)) == (OPEN, True)


def test_two_of_our_own_or_two_received_are_no_pair(store: SqlStore) -> None:
    with store.write() as unit:
        unit.records.add([person(1, "Salim Specimen"), person(2, "Salim Specimen")], NOW)
        assert pairs(unit) == []
    with store.write() as unit:
        unit.records.erase([ref(1), ref(2)])
        unit.copies.add([received(1, "Salim Specimen"), received(2, "Salim Specimen")])
        assert pairs(unit) == []


def test_a_name_that_many_have_fills_no_queue(store: SqlStore) -> None:
    with store.write() as unit:
        unit.copies.add([received(number, "Salim Specimen") for number in range(3 * PAIRS_MAX)])
        unit.records.add([person(1, "Salim Specimen")], NOW)
        newest = [ref(number, "MA") for number in range(3 * PAIRS_MAX - 1, 2 * PAIRS_MAX - 1, -1)]
        assert pairs(unit) == sorted([(OURS, each) for each in newest], reverse=True)
        unit.records.add([person(number, "Salim Specimen") for number in range(2, 5)], NOW)
        assert len(pairs(unit)) == 4 * PAIRS_MAX


def test_a_new_version_looks_again_and_leaves_decisions_alone(store: SqlStore) -> None:
    with store.write() as unit:
        unit.copies.add([received(1, "Salim Specimen"), received(2, "Karim Specimen"), received(3, "Salim Specimen")])
        unit.records.add([person(1, "Salim Specimen")], NOW)
        assert pairs(unit) == [(OURS, ref(3, "MA")), (OURS, THEIRS)]
        unit.matches.set_state(OURS, THEIRS, "same")
        unit.records.add([person(1, "Karim Specimen", version=2)], NOW)
        assert pairs(unit) == [(OURS, ref(2, "MA"))]
        assert pairs(unit, "same") == [(OURS, THEIRS)]
        unit.copies.add([received(2, "Other Specimen", version=2, seq=2)])
        assert pairs(unit) == []


def test_pairs_and_decisions_go_with_either_record(store: SqlStore) -> None:
    for gone in ("own", "received"):
        with store.write() as unit:
            unit.copies.add([received(1, "Salim Specimen"), received(2, "Salim Specimen")])
            unit.records.add([person(1, "Salim Specimen"), person(2, "Other Specimen")], NOW)
            decided(unit, OURS, THEIRS, "same", 1)
            decided(unit, OURS, ref(2), "different", 2)
            decided(unit, ref(2, "MA"), ref(2), "unsure", 3)
            assert left(unit) == (2, 3)
            if gone == "own":
                unit.records.erase([OURS])
                assert left(unit) == (0, 1)
            else:
                unit.copies.destroy(unit.copies.places([THEIRS]))
                assert left(unit) == (1, 2)
            unit.copies.destroy(unit.copies.places([THEIRS, ref(2, "MA")]))
            unit.records.erase([OURS, ref(2)])
            assert left(unit) == (0, 0)


def test_another_originators_record_with_the_same_id_takes_nothing_along(store: SqlStore) -> None:
    with store.write() as unit:
        unit.copies.add([received(1, "Salim Specimen"), received(1, "Nobody Else", ref=Ref("TN", THEIRS.id))])
        unit.records.add([person(1, "Salim Specimen")], NOW)
        decided(unit, OURS, THEIRS, "same")
        unit.copies.destroy(unit.copies.places([Ref("TN", THEIRS.id)]))
        assert left(unit) == (1, 1)


def test_the_queue_goes_from_the_newest_to_the_oldest(store: SqlStore) -> None:
    with store.write() as unit:
        unit.copies.add([received(number, f"Salim Number{number}") for number in range(6)])
        for number in range(6):
            unit.records.add([person(number, f"Salim Number{number}")], NOW + timedelta(minutes=number % 3))
    with store.read() as unit:
        every = unit.matches.queue(OPEN, None, 100)
        assert [int(each.a.id[-2:]) for each in every] == [5, 2, 4, 1, 3, 0]
        pages: list[FoundPair] = []
        while page := unit.matches.queue(OPEN, pages[-1] if pages else None, 2):
            pages += page
        assert pages == every


def test_decisions_are_kept_in_order_and_undone_once(store: SqlStore) -> None:
    with store.write() as unit:
        unit.records.add([person(1, "A"), person(2, "B")], NOW)
        first, second = (
            decided(unit, ref(1), ref(2), decision, number) for number, decision in enumerate(("same", "different"))
        )
        unit.matches.undo(first.id, "person-2", LATER)
        assert unit.matches.history(pair_of(ref(2), ref(1))) == [
            replace(first, undone_by="person-2", undone_at=LATER),
            second,
        ]
        assert unit.matches.decision(second.id, lock=True) == second
        assert unit.matches.decision("mtc-9", lock=False) is None
        assert unit.matches.history(pair_of(ref(1), ref(3))) == []
        with pytest.raises(Conflict):
            unit.matches.undo(first.id, "person-2", LATER)
        with pytest.raises(NotFound):
            unit.matches.undo("mtc-9", "person-2", LATER)
    with pytest.raises(Conflict) as caught, store.write() as unit:
        decided(unit, ref(1), ref(2), "same", 0)
    assert caught.value.code is Code.ALREADY_EXISTS


def test_notes_are_sealed_each_in_its_place(store: SqlStore) -> None:
    with store.write() as unit:
        unit.records.add([person(1, "A"), person(2, "B")], NOW)
        decided(unit, ref(1), ref(2), "same", 1)
        decided(unit, ref(1), ref(2), "same", 2)
        (row, other) = unit._connection.execute(select(match_decisions).order_by(match_decisions.c.id)).all()
        assert b"why" not in row.note
        swap = match_decisions.update().where(match_decisions.c.id == row.id)
        unit._connection.execute(swap.values(wrapped=other.wrapped, note=other.note))
        with pytest.raises(Unavailable):
            unit.matches.decision(row.id, lock=False)


def test_an_index_made_anew_finds_pairs_too(store: SqlStore) -> None:
    with store.write() as unit:
        unit.copies.add([received(1, "Salim Specimen")])
        unit.records.add([person(1, "Other Specimen")], NOW)
        assert pairs(unit) == []
        unit.search.put("own", [Indexed(OURS, "person", [named("Salim Specimen")])], LATER)
        assert pairs(unit) == [(OURS, THEIRS)]
        found = unit.matches.pair(OURS, THEIRS)
        assert found is not None
        assert found.found_at == LATER
