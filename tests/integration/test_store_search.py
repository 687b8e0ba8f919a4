"""The index in the database: filled and emptied with the rows of records and copies, on SQLite and PostgreSQL."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from exchange.crypto.atrest import AtRest
from exchange.crypto.commitments import pack
from exchange.crypto.encoding import canonical
from exchange.model.claim_json import claim_to_json
from exchange.model.claims import Claim
from exchange.model.found import Indexed, Place, Wanted
from exchange.model.records import HeldRecord, Ref
from exchange.model.state import Copy
from exchange.model.terms import questions, terms
from exchange.store import SqlStore, SqlUnit, open_engine
from exchange.store.indexing import BLOCK
from exchange.store.search_tables import search_records, search_terms
from tests.databases import Postgresql, Sqlite
from tests.integration.samples import NOW, copy, held, ref


def person(number: int, *names: str, version: int = 1, more: Sequence[Claim] = ()) -> HeldRecord:
    claims = (*(named(text, at) for at, text in enumerate(names)), *more)
    made = held(number, version=version)
    return made._replace(record=made.record._replace(claims=claims))


def named(text: str, number: int = 0) -> Claim:
    return Claim(f"c{number}", "name.full", {"text": text, "script": "Latn", "type": "primary"}, "fact")


def received(number: int, text: str, **other: Any) -> Copy:
    packed = pack([(bytes(16), canonical(claim_to_json(named(text))))])
    return copy(number, claims=packed, **other)


def found(unit: SqlUnit, text: str, *, held: str | None = None, kinds: tuple[str, ...] = ()) -> list[Place]:
    for row in questions(text):
        places = unit.search.find(Wanted(tuple(row), held, kinds), None, 100)
        if places:
            return places
    return []


def own(*numbers: int) -> list[Place]:
    return [Place(ref(number), "own") for number in numbers]


def theirs(*numbers: int) -> list[Place]:
    return [Place(ref(number, "MA"), "received") for number in numbers]


def rows(unit: SqlUnit) -> tuple[int, int]:
    send = unit._connection.execute
    return len(send(select(search_records)).all()), len(send(select(search_terms)).all())


def consistent(unit: SqlUnit) -> None:
    """The two tables say the same, and no row is empty."""
    send = unit._connection.execute
    said = {
        (int.from_bytes((row.terms + row.key_terms)[at : at + 8], "little"), row.doc)
        for row in send(select(search_records))
        for at in range(0, len(row.terms + row.key_terms), 8)
    }
    there = [
        (row.term, row.segment + int.from_bytes(row.docs[at : at + 2], "little"))
        for row in send(select(search_terms))
        for at in range(0, len(row.docs), 2)
    ]
    assert all(row.docs for row in send(select(search_terms)))
    assert len(there) == len(set(there))
    assert said == set(there)


def test_what_is_stored_is_found_at_once(store: SqlStore) -> None:
    with store.write() as unit:
        unit.records.add([person(1, "Salim Specimen"), person(2, "Karim Specimen")], NOW)
        unit.copies.add([received(1, "Salim Exempli")])
        assert found(unit, "salim") == [*theirs(1), *own(1)]
    with store.read() as unit:
        assert found(unit, "SALÍM spec") == own(1)
        assert found(unit, "specimen") == own(2, 1)
        assert found(unit, "salim", held="received") == theirs(1)
        assert found(unit, "salim", held="own") == own(1)
        assert found(unit, "salim", kinds=("group",)) == found(unit, "nobody") == []
        assert found(unit, "salim", kinds=("group", "person")) == [*theirs(1), *own(1)]
        consistent(unit)


def test_a_new_version_takes_the_place_of_the_old_one(store: SqlStore) -> None:
    with store.write() as unit:
        unit.records.add([person(1, "Salim Specimen"), person(2, "Salim Exempli")], NOW)
        unit.records.add([person(1, "Karim Specimen", version=2)], NOW)
    with store.read() as unit:
        assert found(unit, "salim") == own(2)
        assert found(unit, "karim specimen") == own(1)
        assert found(unit, "specimen karim") == own(1)
        consistent(unit)


def test_an_erased_record_leaves_nothing(store: SqlStore) -> None:
    with store.write() as unit:
        unit.records.add([person(number, "Salim Specimen") for number in range(5)], NOW)
        unit.records.add([person(1, "Other Words", version=2)], NOW)
        unit.records.erase([ref(1), ref(3)])
        consistent(unit)
    with store.write() as unit:
        assert found(unit, "salim") == own(4, 2, 0)
        assert found(unit, "other") == []
        unit.records.erase([ref(0), ref(2), ref(4)])
        assert rows(unit) == (0, 0)


def test_the_newest_copy_is_what_is_found(store: SqlStore) -> None:
    with store.write() as unit:
        unit.copies.add([received(1, "Second Name", version=2, seq=1)])
        unit.copies.add([received(1, "First Name", version=1, seq=2)])
        assert found(unit, "second") == theirs(1)
        assert found(unit, "first") == []
        unit.copies.add([received(1, "Third Name", version=2, seq=3, sender="TN")])
        assert found(unit, "third") == theirs(1)
        assert found(unit, "second") == []
        consistent(unit)


def test_two_copies_in_one_envelope(store: SqlStore) -> None:
    with store.write() as unit:
        unit.copies.add([received(1, "Old Name", version=1), received(1, "New Name", version=2)])
        assert (found(unit, "old"), found(unit, "new")) == ([], theirs(1))


def test_destroyed_copies_leave_the_index_and_older_ones_come_back(store: SqlStore) -> None:
    with store.write() as unit:
        unit.copies.add([received(1, "First Name", version=1, seq=1), received(2, "Same Name", seq=1)])
        unit.copies.add([received(1, "Second Name", version=2, seq=2)])
        places = unit.copies.places([ref(1, "MA")])
        unit.copies.destroy([line for line in places if line.version == 2])
        assert (found(unit, "second"), found(unit, "first")) == ([], theirs(1))
        consistent(unit)
        unit.copies.destroy(unit.copies.places([ref(1, "MA"), ref(2, "MA")]))
        assert rows(unit) == (0, 0)


def test_a_record_with_damaged_copies_is_found_by_its_id_alone(store: SqlStore) -> None:
    with store.write() as unit:
        unit.copies.add([copy(1)])
        assert unit.search.of_id(ref(1).id) == theirs(1)
        assert found(unit, "claims") == []


def test_the_id_finds_it_whoever_issued_it(store: SqlStore) -> None:
    with store.write() as unit:
        unit.records.add([person(1, "Salim")], NOW)
        unit.copies.add([received(1, "Salim")])
        assert unit.search.of_id(ref(1).id) == [*own(1), *theirs(1)]
        assert unit.search.of_id("rec-nobody-here") == []


def test_pages_go_on_behind_the_last_line(store: SqlStore) -> None:
    with store.write() as unit:
        for number in range(30):
            unit.records.add([person(number, "Salim Specimen")], NOW)
        unit.records.add([person(number, "Salim Specimen") for number in range(30, 60)], NOW)
        unit.copies.add([received(number, "Salim Specimen") for number in range(40)])
    wanted = Wanted(("salim", "specimen"))
    with store.read() as unit:
        every = unit.search.find(wanted, None, 1000)
        assert every == [*theirs(*range(39, -1, -1)), *own(*range(59, -1, -1))]
        pages: list[Place] = []
        while len(page := unit.search.find(wanted, pages[-1].ref if pages else None, 7)) == 7:
            pages += page
        assert [*pages, *page] == every
        assert unit.search.find(wanted, Ref("DZ", "rec-not-there"), 7) == []


def test_who_shares_and_who_names(store: SqlStore) -> None:
    number = Claim("c7", "document", {"type": "passport", "number": "SYN-0012 345"}, "fact")
    link = Claim("c8", "family.member", {"originator": "MA", "id": ref(1).id}, "fact")
    with store.write() as unit:
        unit.records.add([person(1, "Salim Specimen"), person(2, "Other", more=[number, link])], NOW)
        unit.copies.add([received(1, "SALIM al-Specimen"), received(2, "Salim Exempli")])
        assert unit.search.sharing(["person:salim specimen"], 9) == [*theirs(1), *own(1)]
        assert unit.search.sharing(["document:syn0012345"], 9) == own(2)
        assert unit.search.sharing(["person:salim specimen", "document:syn0012345"], 2) == [*theirs(1), *own(2)]
        assert unit.search.sharing([], 9) == []
        assert unit.search.naming([ref(1, "MA"), ref(2)], 9) == own(2)
        assert unit.search.naming([ref(1)], 9) == []


def test_more_records_than_a_block_has_numbers(store: SqlStore) -> None:
    many = [Indexed(ref(number), "person", [named("Salim")]) for number in range(BLOCK + 3)]
    with store.write() as unit:
        unit.search.put("own", many, NOW)
        assert len(unit.search.find(Wanted(("salim",)), None, BLOCK + 10)) == BLOCK + 3
        assert unit.search.find(Wanted(("salim",)), None, 2) == own(BLOCK + 2, BLOCK + 1)


def test_what_is_missing_or_older_is_told(store: SqlStore) -> None:
    with store.write() as unit:
        unit.records.add([person(1, "Salim"), person(2, "Karim")], NOW)
        assert unit.search.outdated("own", [ref(2), ref(3), ref(1)]) == [ref(3)]
        assert unit.search.outdated("received", [ref(1)]) == [ref(1)]
        unit._connection.execute(search_records.update().where(search_records.c.id == ref(1).id).values(rules=0))
        assert unit.search.outdated("own", [ref(1), ref(2)]) == [ref(1)]
        unit.search.put("own", [Indexed(ref(1), "person", [named("Salim")])], NOW)
        assert unit.search.outdated("own", [ref(1), ref(2)]) == []
        consistent(unit)


def test_nothing_is_left_of_what_was_rolled_back(store: SqlStore) -> None:
    with pytest.raises(ZeroDivisionError), store.write() as unit:
        unit.records.add([person(1, "Salim")], NOW)
        raise ZeroDivisionError
    with store.read() as unit:
        assert (found(unit, "salim"), rows(unit)) == ([], (0, 0))


def test_another_key_finds_nothing(database: str) -> None:
    ours, other = (SqlStore(open_engine(database), AtRest(bytes([byte]) * 32)) for byte in (1, 2))
    with ours.write() as unit:
        unit.records.add([person(1, "Salim")], NOW)
        assert found(unit, "salim") == own(1)
        mark = unit.search.reference("salim")
        assert mark == unit.search.reference("salim") != unit.search.reference("salima")
        assert len(mark) == 32
    with other.read() as unit:
        assert found(unit, "salim") == []
        assert unit.search.reference("salim") != mark
    ours.close()
    other.close()


def test_the_newest_copies_in_the_order_asked_for(store: SqlStore) -> None:
    with store.write() as unit:
        unit.copies.add([received(number, f"Name {number}") for number in range(3)])
        unit.copies.add([received(1, "Later", seq=2), received(2, "Newer", seq=2, version=4)])
        refs = [ref(2, "MA"), ref(9, "MA"), ref(0, "MA"), ref(1, "MA")]
        for lock in (False, True):
            newest = unit.copies.newest(refs, lock=lock)
            assert newest == [each for each in map(unit.copies.latest, refs) if each is not None]
        assert [(each.ref, each.version, each.seq) for each in newest] == [
            (refs[0], 4, 2),
            (refs[2], 1, 1),
            (refs[3], 1, 2),
        ]


def test_copies_of_one_kind(store: SqlStore) -> None:
    with store.write() as unit:
        unit.copies.add(
            [replace(received(number, "Salim"), kind="camp" if number % 2 else "person") for number in range(6)]
        )
        lines = unit.copies.lines(None, ref(1, "MA"), 2, "camp")
        assert [(line.ref, line.kind) for line in lines] == [(ref(3, "MA"), "camp"), (ref(5, "MA"), "camp")]


WORDS = ("salim", "karim", "specimen", "exempli", "mithali", "namudhaj")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "amend", "erase", "receive", "destroy"]),
        st.lists(st.integers(0, 12), min_size=1, max_size=6, unique=True),
        st.lists(st.sampled_from(WORDS), min_size=1, max_size=3),
    ),
    max_size=12,
)


@given(steps=STEPS, seed=st.integers(0, 1 << 30))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_index_is_what_the_records_say(
    databases: Sqlite | Postgresql, steps: list[tuple[str, list[int], list[str]]], seed: int
) -> None:
    """Against a model that looks at every record."""
    rng = random.Random(seed)
    model: dict[Place, tuple[int, frozenset[str]]] = {}
    with databases.fresh() as url:
        store = SqlStore(open_engine(url), AtRest(bytes(32)))
        for seq, (act, numbers, words) in enumerate(steps, 1):
            with store.write() as unit:
                apply(unit, model, act, numbers, " ".join(words), seq)
                consistent(unit)
        with store.read() as unit:
            for _ in range(6):
                asked = tuple(rng.sample(WORDS, rng.randint(1, 2)))
                held = rng.choice([None, "own", "received"])
                right = {place for place, (_, has) in model.items() if set(asked) <= has and held in (None, place.held)}
                assert set(unit.search.find(Wanted(asked, held), None, 100)) == right
        store.close()


def apply(
    unit: SqlUnit, model: dict[Place, tuple[int, frozenset[str]]], act: str, numbers: list[int], text: str, seq: int
) -> None:
    has = terms([named(text)])
    mine = [number for number in numbers if own(number)[0] in model]
    if act == "add":
        new = [number for number in numbers if number not in mine]
        unit.records.add([person(number, text) for number in new], NOW)
        model.update({own(number)[0]: (1, has) for number in new})
    elif act == "amend" and mine:
        later = {number: model[own(number)[0]][0] + 1 for number in mine}
        unit.records.add([person(number, text, version=version) for number, version in later.items()], NOW)
        model.update({own(number)[0]: (version, has) for number, version in later.items()})
    elif act == "erase":
        unit.records.erase([ref(number) for number in mine])
        for number in mine:
            del model[own(number)[0]]
    elif act == "receive":
        at = NOW + timedelta(seconds=seq)
        unit.copies.add([received(number, text, seq=seq, received_at=at) for number in numbers])
        model.update({theirs(number)[0]: (1, has) for number in numbers})
    elif act == "destroy":
        refs = [ref(number, "MA") for number in numbers]
        unit.copies.destroy(unit.copies.places(refs))
        for number in numbers:
            model.pop(theirs(number)[0], None)
