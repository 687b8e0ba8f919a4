"""People and tokens: ids in form, known roles, tokens of 256 bits that end with their time or their person."""

from __future__ import annotations

from datetime import timedelta

import pytest

from exchange.errors import BadInput, Conflict, NotFound, Unauthenticated
from exchange.model.state import Person
from exchange.operations import people
from tests import invariants
from tests.federation import Federation, State


def add(state: State, id_: str, role: str = "officer") -> Person:
    with state.node.store.write() as unit:
        return people.add_person(state.node, unit, "DZ", id_, role)


def token_of(state: State, id_: str) -> str:
    with state.node.store.write() as unit:
        return people.issue_token(state.node, unit, "DZ", id_)


def who(state: State, token: str) -> Person:
    with state.node.store.read() as unit:
        return people.who(state.node, unit, token)


@pytest.mark.parametrize(
    "id_", ["", "a", "x" * 65, "Karim", "a b", "a\nb", "a/b", "карим", "a\u202eb", "a'b", "ab\x00"]
)
def test_an_id_out_of_form_is_refused_without_an_echo(dz: State, id_: str) -> None:
    with pytest.raises(BadInput) as refused:
        add(dz, id_)
    assert refused.value.facts == {"at": "person"}


@pytest.mark.parametrize("role", ["", "admin", "Officer", "officer ", "*", "releasing officer"])
def test_an_unknown_role_is_refused(dz: State, role: str) -> None:
    with pytest.raises(BadInput):
        add(dz, "somebody", role)
    assert "somebody" not in str(invariants.entries(dz.node))


def test_an_id_is_taken_once_even_after_its_person_left(dz: State) -> None:
    """T-14: otherwise one person could come back under the same name with the other role."""
    add(dz, "somebody")
    with dz.node.store.write() as unit:
        people.disable_person(dz.node, unit, "DZ", "somebody")
    for role in ("officer", "releasing_officer"):
        with pytest.raises(Conflict):
            add(dz, "somebody", role)


def test_a_token_is_known_until_its_end(house: Federation, dz: State) -> None:
    person = add(dz, "somebody")
    token = token_of(dz, person.id)
    assert who(dz, token) == person
    house.clock.forward(people.TOKEN_LIFETIME - timedelta(seconds=1))
    assert who(dz, token) == person
    house.clock.forward(timedelta(seconds=1))
    with pytest.raises(Unauthenticated):
        who(dz, token)


def test_tokens_are_long_different_and_kept_as_hashes(dz: State) -> None:
    person = add(dz, "somebody")
    tokens = [token_of(dz, person.id) for _ in range(20)]
    assert len(set(tokens)) == 20
    assert all(token.startswith("exo_") and len(token) == 47 for token in tokens)
    store = dz.node.store
    with store.read() as unit:
        assert all(unit.people.by_token(token, dz.node.clock.now()) is None for token in tokens)


def test_a_disabled_person_is_nobody_at_once(dz: State) -> None:
    person = add(dz, "somebody")
    token = token_of(dz, person.id)
    with dz.node.store.write() as unit:
        people.disable_person(dz.node, unit, "DZ", person.id)
    with pytest.raises(Unauthenticated):
        who(dz, token)
    with pytest.raises(Unauthenticated):
        who(dz, token_of(dz, person.id))


def test_nobody_unknown_gets_a_token_or_is_disabled(dz: State) -> None:
    with pytest.raises(NotFound):
        token_of(dz, "nobody")
    with pytest.raises(NotFound), dz.node.store.write() as unit:
        people.disable_person(dz.node, unit, "DZ", "nobody")


def test_each_change_is_an_entry_without_the_token(dz: State) -> None:
    person = add(dz, "somebody")
    token = token_of(dz, person.id)
    lines = invariants.entries(dz.node)[-2:]
    assert [(line["kind"], line["person"]) for line in lines] == [
        ("person.added", "somebody"),
        ("token.issued", "somebody"),
    ]
    assert token not in str(lines)
    assert token.removeprefix("exo_") not in str(lines)
