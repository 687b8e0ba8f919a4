"""Blinded matching with the keys of names: spellings, scripts, births; and a relation that gets a level only."""

from __future__ import annotations

from dataclasses import replace

import pytest

from exchange.matching.blind.names import NameKeys
from exchange.matching.blind.slots import SLOTS, TOKENS
from exchange.model.claims import Claim
from exchange.operations.match_ask import MatchWish, match_ask
from exchange.operations.match_prepare import match_prepare
from exchange.operations.match_stats import set_contact
from tests.federation import Federation, State, agreement_document, enact, federate
from tests.match_kit import ask, can_match, named, person, prepare
from tests.operations.fakes import FakeStore

# Invented: common given names with names of places, of nobody.
DEPOSITED = "عبد المالك بن صالح الورقلي"
ASKED = "Abdelmalek Bensalah Ouargli"


@pytest.fixture
def pair(house: Federation) -> tuple[State, State]:
    can_match(house)
    for code in ("DZ", "KW"):
        house[code].node = replace(house[code].node, match_keys=NameKeys())
        house.network.nodes[code] = house[code].node
    return house["DZ"], house["KW"]


def arabic(number: int, text: str) -> tuple[Claim, ...]:
    made = person(number, text)
    return tuple(
        each._replace(value={**each.value, "script": "Arab"}) if each.path == "name.full" else each for each in made
    )


def born(number: int) -> str:
    return next(str(each.value) for each in person(number, "x") if each.path == "birth.year")


def test_deposited_in_arabic_in_one_state_and_asked_in_french_by_another(pair: tuple[State, State]) -> None:
    dz, kw = pair
    kw.deposit(arabic(1, DEPOSITED), person(2, "Rachid Laghouati"))
    assert prepare(kw, "DZ").records == 2
    assert ask(dz, "KW", named(ASKED, born(1))).told[0].level > 0
    assert ask(dz, "KW", named("Yacine Boussaadi", born(1))).told[0].level == 0


def test_a_birth_a_year_off_is_still_found(pair: tuple[State, State]) -> None:
    dz, kw = pair
    kw.deposit(arabic(1, DEPOSITED))
    prepare(kw, "DZ")
    for by in (-1, 0, 1):
        assert ask(dz, "KW", named(ASKED, str(int(born(1)) + by))).told[0].level > 0


@pytest.mark.parametrize("name", [ASKED, "Mohamed Ahmed Ali Hassan Ibrahim Khalil Mansour Saleh Yousef Ziad", "Ali"])
def test_an_ordinary_person_fits_a_query(name: str) -> None:
    made = NameKeys().keys(named(name, "1985"), asking=True)
    assert len(made) <= SLOTS * TOKENS
    assert NameKeys().keys(named(name, "1985"), asking=False) <= made


def test_a_contact_only_relation_gets_a_level_and_nothing_else() -> None:
    """Algeria and Qatar exchange no person; an amendment signed by both answers with a level."""
    made = federate({code: FakeStore() for code in ("DZ", "QA")}, ())
    document = agreement_document("dz-qa-2.yaml")
    for code, state in made.states.items():
        enact(state, document)
        state.node = replace(state.node, match_keys=NameKeys())
        made.network.nodes[code] = state.node
    dz, qa = made["DZ"], made["QA"]
    with qa.node.store.write() as unit:
        set_contact(qa.node, unit, qa.staff.approver, "Liaison desk +000")
    claims = tuple(each for each in person(1, ASKED) if each.path != "record.purpose")
    qa.deposit((*claims, Claim("c900", "record.purpose", "contact", "fact")))
    assert match_prepare(qa.node, "DZ").records == 1
    wish = MatchWish("QA", "AG-DZ-QA", "contact", "CASE-1", (named(ASKED, born(1)), named("Yacine Boussaadi")))
    hit, none = match_ask(dz.node, dz.staff.officer, wish).told
    assert (hit.level > 0, hit.contact, any(hit.ticket)) == (True, "", False)
    assert none.level == 0
