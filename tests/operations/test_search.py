"""Searches and lists: who may, what is found, what the ledger says of it, and an index that is made anew."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from exchange.errors import BadInput, Forbidden
from exchange.model.records import Ref
from exchange.model.terms import RULES
from exchange.model.titles import Title
from exchange.operations.deposit import Amendment, amend
from exchange.operations.record_list import Listing, page_of
from exchange.operations.search import Found, Query, Rebuilt, rebuild, search
from tests import invariants
from tests.federation import Federation, OnHandClock, State
from tests.operations.fake_rows import Rows
from tests.operations.fakes import FakeStore
from tests.operations.find_kit import covered, exchanged, name, passport, persons, record


def rows_of(state: State) -> Rows:
    store = state.node.store
    assert isinstance(store, OnHandClock)
    assert isinstance(store.store, FakeStore)
    return store.store.rows


def ask(state: State, text: str, **more: Any) -> Found:
    with state.node.store.write() as unit:
        return search(state.node, unit, state.staff.officer, replace(Query(text), **more))


def refs(found: Found) -> list[Ref]:
    return [line.ref for line in found.lines]


def listed(state: State, **more: Any) -> list[Ref]:
    with state.node.store.write() as unit:
        lines = page_of(state.node, unit, state.staff.officer, Listing(**more))
    return [line.ref for line in lines]


def test_every_word_must_be_there(dz: State) -> None:
    salim, karim, _ = persons(dz, "Salim Specimen", "Karim Specimen", "Salim Exempli")
    assert refs(ask(dz, "specimen salim")) == [salim]
    assert refs(ask(dz, "spec")) == [karim, salim]
    assert refs(ask(dz, "salim nobody")) == refs(ask(dz, "")) == refs(ask(dz, " .. ")) == []


def test_a_line_says_what_a_record_is_called_and_why_it_is_here(dz: State) -> None:
    said = (name("Salim Specimen"), name("سالم سبيسيمن", "Arab"), passport("SYN 00123"))
    (ref,) = dz.deposit(record(*said, marking="TLP:RED"))
    (line,) = ask(dz, "salim syn00123").lines
    assert (line.ref, line.version, line.kind, line.held, line.sender) == (ref, 1, "person", "own", None)
    assert line.title == Title("سالم سبيسيمن", "Salim Specimen", "Arab", "ar")
    assert (line.tlp, line.matched) == ("TLP:RED", ("name.full", "document"))
    assert line.changed_at == dz.node.clock.now()


def test_received_records_are_found_with_their_sender_and_the_label_of_their_handling(house: Federation) -> None:
    (theirs,) = exchanged(house["KW"], house["DZ"], [covered("Salim Specimen", "SYN0000001")])
    (ours,) = persons(house["DZ"], "Salim Other")
    found = ask(house["DZ"], "salim")
    assert refs(found) == [ours, theirs]
    assert [(line.held, line.sender) for line in found.lines] == [("own", None), ("received", "KW")]
    assert found.lines[1].tlp is not None
    assert refs(ask(house["DZ"], "salim", held="received")) == [theirs]
    assert refs(ask(house["DZ"], "salim", held="own")) == [ours]
    assert refs(ask(house["DZ"], theirs.id)) == [theirs]
    assert refs(ask(house["DZ"], f"KW/{theirs.id}", held="own")) == []


def test_pages_and_kinds(dz: State) -> None:
    made = persons(dz, *(f"Salim Number{number}" for number in range(5)))
    first = ask(dz, "salim", limit=2)
    assert (refs(first), first.more) == (made[:-3:-1], True)
    last = ask(dz, "salim", limit=3, after=refs(first)[-1])
    assert (refs(last), last.more) == (made[-3::-1], False)
    assert refs(ask(dz, "salim", limit=2, after=made[0])) == []
    assert refs(ask(dz, "salim", kinds=frozenset({"camp"}))) == []
    assert refs(ask(dz, "salim", kinds=frozenset({"camp", "person"}))) == made[::-1]


def test_a_number_is_found_however_it_is_spaced_and_a_name_beside_it_too(dz: State) -> None:
    (ref,) = dz.deposit(record(name("Salim Specimen"), passport("SYN-0012/345")))
    for text in ("syn0012345", "SYN 0012 345", "syn-0012/345", "salim syn0012345", "salim 0012"):
        assert refs(ask(dz, text)) == [ref], text
    assert refs(ask(dz, "syn 0012 999")) == []


@pytest.mark.parametrize("query", [Query("x" * 201), Query("a", held="both"), Query("a", frozenset({"people"}))])
def test_a_question_that_makes_no_sense(dz: State, query: Query) -> None:
    with pytest.raises(BadInput), dz.node.store.write() as unit:
        search(dz.node, unit, dz.staff.officer, query)


def test_only_who_may_read_records_may_search(dz: State) -> None:
    for person in (dz.staff.auditor, dz.staff.admin):
        with pytest.raises(Forbidden), dz.node.store.write() as unit:
            search(dz.node, unit, person, Query("salim"))
        with pytest.raises(Forbidden), dz.node.store.write() as unit:
            page_of(dz.node, unit, person, Listing())


def test_the_ledger_knows_that_somebody_searched_and_no_word(dz: State) -> None:
    persons(dz, "Salim Specimen")
    for text in ("Salim", "Salim", "nobody"):
        ask(dz, text)
    one, same, other = invariants.entries(dz.node, "search.run")
    assert (one["query"], one["count"], one["actor"]) == (same["query"], 1, "officer-dz")
    assert (other["query"] != one["query"], other["count"]) == (True, 0)
    assert not [line for line in rows_of(dz).entries if b"alim" in line.entry or b"nobody" in line.entry]


def test_a_list_says_what_each_is_called(house: Federation) -> None:
    dz = house["DZ"]
    made = persons(dz, "Salim Specimen", "Karim Specimen")
    camps = dz.deposit(record(name("Camp Specimen"), kind="camp"), kind="camp")
    (theirs,) = exchanged(house["KW"], dz, [covered("Salim Specimen", "SYN0000001")])
    assert listed(dz) == sorted([*made, *camps], key=lambda ref: ref.id)
    assert listed(dz, kind="camp") == camps
    assert listed(dz, held="received") == listed(dz, held="received", kind="person") == [theirs]
    assert listed(dz, held="received", kind="camp") == []
    every = listed(dz, held="all")
    assert every == sorted([*made, *camps, theirs], key=lambda ref: ref.id)
    assert [*listed(dz, held="all", limit=2), *listed(dz, held="all", after=every[1])] == every
    with dz.node.store.write() as unit:
        lines = page_of(dz.node, unit, dz.staff.officer, Listing("received"))
    assert [(line.title.original, line.sender) for line in lines] == [("Salim Specimen", "KW")]
    counts = [line["count"] for line in invariants.entries(dz.node, "record.listed")]
    assert counts == [3, 1, 1, 1, 0, 4, 2, 2, 1]
    with pytest.raises(BadInput):
        listed(dz, held="both")


def test_an_index_is_made_anew_once_and_then_nothing_is_left_to_do(house: Federation) -> None:
    dz = house["DZ"]
    persons(dz, *(f"Salim Number{number}" for number in range(450)))
    exchanged(house["KW"], dz, [covered("Salim Specimen", "SYN0000001")])
    assert not ask(dz, "salim").complete
    assert rebuild(dz.node) == Rebuilt(records=451, looked_at=451)
    assert ask(dz, "salim").complete
    assert rows_of(dz).index_rules == RULES
    assert rebuild(dz.node) == Rebuilt(records=0, looked_at=451)


def test_a_new_version_is_found_under_its_new_words(dz: State) -> None:
    (ref,) = persons(dz, "Salim Specimen")
    with dz.node.store.write() as unit:
        amend(dz.node, unit, dz.staff.officer, [Amendment(ref, 1, record(name("Karim Specimen")))])
    assert (refs(ask(dz, "salim")), refs(ask(dz, "karim"))) == ([], [ref])
