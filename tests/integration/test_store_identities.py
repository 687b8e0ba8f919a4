"""Keys and sounds of persons in the database, on SQLite and PostgreSQL: added after a deposit, found, gone with it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import pytest
from sqlalchemy import select

from exchange.crypto.atrest import AtRest
from exchange.model.found import Keyed, Place, Wanted
from exchange.model.matching import Proposed
from exchange.model.records import Ref
from exchange.store import SqlStore, SqlUnit, open_engine
from exchange.store.identities import HUB
from exchange.store.search_tables import search_records, search_terms
from tests.conftest import KEK
from tests.integration.samples import NOW, ref
from tests.integration.test_store_matches import pairs
from tests.integration.test_store_search import consistent, person, received, rows


def key(text: str) -> bytes:
    return sha256(text.encode()).digest()


def keyed(unit: SqlUnit, limit: int = 1000, sounds: Sequence[str] = (), keys: Sequence[str] = ("one",)) -> int:
    """What waits gets these keys, and one by its id."""
    return unit.identities.put(
        [
            Keyed(each, [*map(key, keys), key(each.place.ref.id)], [*sounds, each.place.ref.id])
            for each in unit.identities.waiting(limit)
        ]
    )


def having(unit: SqlUnit, *keys: str, limit: int = 10) -> list[tuple[Ref, int]]:
    return [(each.place.ref, shared) for each, shared in unit.identities.having([*map(key, keys)], limit)]


def waiting(unit: SqlUnit) -> list[Ref]:
    return [each.place.ref for each in unit.identities.waiting(100)]


def test_persons_wait_get_keys_and_are_compared(store: SqlStore) -> None:
    with store.write() as unit:
        unit.records.add([person(1, "Salim"), person(2, "Karim")], NOW)
        unit.copies.add([received(3, "Nadir")])
        camp = person(4, "Camp")
        unit.records.add([camp._replace(record=camp.record._replace(kind="camp"))], NOW)
    with store.write() as unit:
        assert waiting(unit) == [ref(3, "MA"), ref(2), ref(1)]
        assert having(unit, "one") == []
        assert keyed(unit, 2) == 2
        assert waiting(unit) == [ref(1)]
        assert keyed(unit) == 1
        consistent(unit)
    with store.write() as unit:
        assert having(unit, "one") == [(ref(3, "MA"), 1), (ref(2), 1), (ref(1), 1)]
        assert having(unit, "one", ref(1).id, "other", limit=2) == [(ref(1), 2), (ref(3, "MA"), 1)]
        uncompared = unit.identities.uncompared(2)
        assert [each.place for each in uncompared] == [Place(ref(3, "MA"), "received"), Place(ref(2), "own")]
        unit.identities.compared(uncompared)
        assert [each.place.ref for each in unit.identities.uncompared(5)] == [ref(1)]


def test_sounds_are_found_among_sides_and_kinds_and_with_words(store: SqlStore) -> None:
    with store.write() as unit:
        unit.records.add([person(1, "Salim"), person(2, "Karim")], NOW)
        unit.copies.add([received(3, "Salim")])
        keyed(unit, sounds=("slm", "An"))

    def found(*groups: tuple[str, ...], held: str | None = None, words: tuple[str, ...] = ()) -> list[Ref]:
        with store.read() as unit:
            wanted = Wanted(words, held, ("person",), groups)
            return [place.ref for place in unit.search.find(wanted, None, 10)]

    assert found(("nobody", "slm"), ("An",)) == [ref(3, "MA"), ref(2), ref(1)]
    assert found(("slm",), ("nobody",)) == []
    assert found(("slm",), (ref(2).id, ref(1).id)) == [ref(2), ref(1)]
    assert found(("slm",), held="received") == [ref(3, "MA")]
    assert found(("slm",), words=("karim",)) == [ref(2)]
    with store.read() as unit:
        wanted = Wanted((), None, (), (("slm", "An"),))
        assert [place.ref for place in unit.search.find(wanted, ref(2), 10)] == [ref(1)]
        assert [place.ref for place in unit.search.find(wanted, None, 2)] == [ref(3, "MA"), ref(2)]


def test_a_new_version_waits_again_and_what_is_destroyed_takes_its_keys_along(store: SqlStore) -> None:
    with store.write() as unit:
        unit.records.add([person(number, "Salim") for number in range(4)], NOW)
        unit.copies.add([received(9, "Salim")])
        keyed(unit, sounds=("slm",))
        unit.records.add([person(1, "Karim", version=2)], NOW)
        assert waiting(unit) == [ref(1)]
        assert [each for each, _ in having(unit, "one")] == [ref(9, "MA"), ref(3), ref(2), ref(0)]
        consistent(unit)
        unit.records.erase([ref(2), ref(3)])
        unit.copies.destroy(unit.copies.places([ref(9, "MA")]))
        assert [each for each, _ in having(unit, "one")] == [ref(0)]
        consistent(unit)
        keyed(unit)
        unit.records.erase([ref(0), ref(1)])
        assert rows(unit) == (0, 0)


def test_one_that_changed_meanwhile_is_left_alone(store: SqlStore) -> None:
    with store.write() as unit:
        unit.records.add([person(1, "Salim"), person(2, "Salim")], NOW)
    with store.read() as unit:
        seen = unit.identities.waiting(10)
    with store.write() as unit:
        unit.records.add([person(1, "Karim", version=2)], NOW)
    with store.write() as unit:
        assert unit.identities.put([Keyed(each, [key("one")], []) for each in seen]) == 1
        assert having(unit, "one") == [(ref(2), 1)]
        assert unit.identities.put([Keyed(each, [key("one")], []) for each in seen]) == 0
        assert waiting(unit) == [ref(1)]
        unit.identities.compared(seen)
        assert unit.identities.uncompared(10) == []
        consistent(unit)


def test_old_keys_go_out_page_by_page(store: SqlStore) -> None:
    with store.write() as unit:
        unit.records.add([person(number, "Salim") for number in range(5)], NOW)
        before = rows(unit)
        keyed(unit, 3)
        unit.identities.compared(unit.identities.uncompared(1))
        assert rows(unit) > before
    pages, after = 0, -1
    while True:
        with store.write() as unit:
            last = unit.identities.outdate(after, 2)
            consistent(unit)
        if last is None:
            break
        pages, after = pages + 1, last
    with store.write() as unit:
        assert (pages, len(waiting(unit)), having(unit, "one"), rows(unit)) == (2, 5, [], before)


def test_a_name_that_many_have_slows_nothing_and_hides_nobody(store: SqlStore) -> None:
    """Every second in a block of its own, as records come one by one; the one that shares more is far behind."""
    with store.write() as unit:
        unit.records.add([person(0, "Salim")], NOW)
        keyed(unit, keys=("hub", "rare"))
        unit.records.add([person(number, "Salim") for number in range(1, 2 * HUB)], NOW)
        for number in range(2 * HUB, 3 * HUB):
            unit.records.add([person(number, "Salim")], NOW)
        keyed(unit, keys=("hub",))
    with store.read() as unit:
        started = time.perf_counter()
        found = having(unit, "hub", "rare", limit=60)
        assert time.perf_counter() - started < 1
        assert found[0] == (ref(0), 1)
        assert [each for each, _ in found[1:3]] == [ref(3 * HUB - 1), ref(3 * HUB - 2)]
        assert len(found) == 60


def test_two_workers_at_once(database: str) -> None:
    """Every person is keyed once, and no term is lost where both write one row."""
    stores = [SqlStore(open_engine(database), AtRest(KEK)) for _ in range(2)]
    with stores[0].write() as unit:
        unit.records.add([person(number, "Salim") for number in range(120)], NOW)

    def work(store: SqlStore) -> int:
        done, tries = 0, 0
        while tries < 40:
            with store.write() as unit:
                done += keyed(unit, 7, sounds=("slm",))
            tries += 1
        return done

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(work, stores)) == 120
    with stores[1].read() as unit:
        assert len(having(unit, "one", limit=500)) == 120
        consistent(unit)
    for store in stores:
        store.close()


def test_a_pair_of_what_changed_or_is_gone_is_not_proposed(store: SqlStore) -> None:
    with store.write() as unit:
        unit.records.add([person(1, "Salim"), person(2, "Karim"), person(3, "Nadir")], NOW)
        unit.copies.add([received(4, "Selim")])
    with store.read() as unit:
        by_id = {each.place.ref: each for each in unit.identities.waiting(10)}
    one, two, three, theirs = by_id[ref(1)], by_id[ref(2)], by_id[ref(3)], by_id[ref(4, "MA")]
    with store.write() as unit:
        unit.records.add([person(2, "Karim", version=2)], NOW)
    with store.write() as unit:
        asked = [Proposed(one, theirs), Proposed(one, two), Proposed(one, three), Proposed(two, three)]
        assert unit.matches.propose(asked, NOW) == 2
        assert unit.matches.propose(asked, NOW) == 0
        assert unit.matches.propose([], NOW) == 0
        assert sorted(pairs(unit)) == [(ref(1), ref(3)), (ref(1), ref(4, "MA"))]
        unit.matches.set_state(ref(1), ref(3), "different")
        assert unit.matches.propose([Proposed(one, three)], NOW) == 0
        unit.records.add([person(3, "Nadir", version=2)], NOW)
        assert pairs(unit, "different") == [(ref(1), ref(3))]
        unit.records.erase([ref(3)])
        assert pairs(unit, "different") == []
        unit.copies.destroy(unit.copies.places([ref(4, "MA")]))
        assert pairs(unit) == []


def test_the_second_of_a_pair_takes_it_along_too(store: SqlStore) -> None:
    with store.write() as unit:
        unit.records.add([person(1, "Salim"), person(2, "Karim")], NOW)
        one, two = sorted(unit.identities.waiting(10), key=lambda each: each.place.ref)
        unit.matches.propose([Proposed(one, two)], NOW)
        unit.records.add([person(2, "Other", version=2)], NOW)
        assert pairs(unit) == []
        (two,) = [each for each in unit.identities.waiting(10) if each.place.ref == ref(2)]
        unit.matches.propose([Proposed(one, two)], NOW)
        unit.records.erase([ref(2)])
        assert pairs(unit) == []


@pytest.mark.parametrize("space", ["k", "s", "w", ""])
def test_the_database_holds_no_key_that_can_be_tested(store: SqlStore, space: str) -> None:
    """Neither a key, nor a skeleton, nor a digest of either that needs no key of the node."""
    with store.write() as unit:
        unit.records.add([person(1, "Salim")], NOW)
        keyed(unit, sounds=("slm",))
        send = unit._connection.execute
        terms = {row.term for row in send(select(search_terms))}
        lists = b"".join(row.key_terms for row in send(select(search_records)))
    said = [key("one"), key("one").hex().encode(), b"slm"]
    guesses = {each for text in said for each in (text, space.encode() + text)}
    for guess in guesses:
        for value in (guess, sha256(guess).digest()):
            assert value not in lists
            assert {int.from_bytes(value[:6], order) for order in ("big", "little")}.isdisjoint(terms)
