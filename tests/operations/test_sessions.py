"""Sessions: made new, known by their token alone, and over by idling, by age, by signing out and by being disabled."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from exchange.errors import BadInput, Forbidden, NotFound, Unauthenticated
from exchange.model.sessions import ConsoleSession
from exchange.model.state import Person
from exchange.operations import people, sessions
from exchange.operations.sessions import IDLE, LONGEST
from exchange.operations.tidy import tidy
from tests import invariants
from tests.federation import Federation, State
from tests.operations.sign_in_kit import write


def opened(state: State, person: Person, method: str = "passkey") -> tuple[str, ConsoleSession]:
    return write(state, lambda n, u: sessions.open_session(n, u, person.id, method))


def rotated(state: State, session: ConsoleSession) -> tuple[str, ConsoleSession]:
    return write(state, lambda n, u: sessions.rotate(n, u, session))


def resumed(state: State, token: str) -> tuple[Person, ConsoleSession] | None:
    try:
        with state.node.store.read() as unit:
            return sessions.resume(state.node, unit, token)
    except Unauthenticated as refused:
        told = refused.facts
    assert told == {}
    return None


def test_a_session_is_new_and_known_by_its_token_alone(dz: State) -> None:
    token, session = opened(dz, dz.staff.officer)
    other, another = opened(dz, dz.staff.officer)
    assert token != other
    assert (len(session.csrf), session.csrf == another.csrf) == (64, False)
    assert resumed(dz, token) == (dz.staff.officer, session)
    for wrong in ("", session.id, token[:-1], token + "A", token.upper(), token[4:], "exs_", "exs_" * 60, session.csrf):
        assert resumed(dz, wrong) is None
    assert token not in repr(dz.node.store)
    line = invariants.entries(dz.node, "session.opened")[-1]
    assert (line["actor"], line["method"]) == (dz.staff.officer.id, "passkey")


def test_only_known_methods_and_enabled_people(dz: State) -> None:
    with pytest.raises(BadInput):
        opened(dz, dz.staff.officer, "password")
    with pytest.raises(Unauthenticated):
        opened(dz, replace(dz.staff.officer, id="nobody"))
    write(dz, lambda n, u: people.disable_person(n, u, "DZ", dz.staff.second.id))
    with pytest.raises(Unauthenticated):
        opened(dz, dz.staff.second)


def test_idle_for_fifteen_minutes_is_over(house: Federation) -> None:
    dz = house["DZ"]
    token, session = opened(dz, dz.staff.officer)
    house.clock.forward(IDLE - timedelta(seconds=1))
    assert resumed(dz, token) is not None
    write(dz, lambda n, u: sessions.touch(n, u, session))
    house.clock.forward(IDLE - timedelta(seconds=1))
    assert resumed(dz, token) is not None
    house.clock.forward(timedelta(seconds=1))
    assert resumed(dz, token) is None


def test_eight_hours_are_the_longest_whatever_is_done(house: Federation) -> None:
    """Neither touching nor a new token makes it longer."""
    dz = house["DZ"]
    token, session = opened(dz, dz.staff.officer)
    ends = session.ends_at
    assert ends == house.clock.time + LONGEST
    for step in range(48):
        house.clock.forward(timedelta(minutes=10) - timedelta(seconds=step == 47))
        assert resumed(dz, token) is not None
        token, session = rotated(dz, session)
        assert session.ends_at == ends
    house.clock.forward(timedelta(seconds=1))
    assert house.clock.time == ends
    assert resumed(dz, token) is None
    with pytest.raises(Unauthenticated):
        write(dz, lambda n, u: sessions.rotate(n, u, session))


def test_a_replaced_token_is_dead(dz: State) -> None:
    token, session = opened(dz, dz.staff.officer)
    newer, renewed = write(dz, lambda n, u: sessions.rotate(n, u, session))
    assert resumed(dz, token) is None
    assert resumed(dz, newer) == (dz.staff.officer, renewed)
    assert (renewed.person, renewed.method) == (session.person, session.method)
    assert renewed.csrf == session.csrf  # a form that somebody is filling in is still good
    with pytest.raises(Unauthenticated):
        write(dz, lambda n, u: sessions.rotate(n, u, session))


def test_signing_out_ends_one_and_only_ones_own(dz: State) -> None:
    token, session = opened(dz, dz.staff.officer)
    kept, _ = opened(dz, dz.staff.officer)
    with pytest.raises(NotFound):
        write(dz, lambda n, u: sessions.close(n, u, dz.staff.second, session))
    with pytest.raises(Forbidden):
        write(dz, lambda n, u: sessions.close(n, u, replace(dz.staff.officer, disabled=True), session))
    for _ in range(2):
        write(dz, lambda n, u: sessions.close(n, u, dz.staff.officer, session))
    assert resumed(dz, token) is None
    assert resumed(dz, kept) is not None
    assert [line["person"] for line in invariants.entries(dz.node, "session.closed")] == [dz.staff.officer.id]


def test_an_administrator_ends_all_of_a_person(dz: State) -> None:
    tokens = [opened(dz, dz.staff.officer)[0] for _ in range(3)]
    other, _ = opened(dz, dz.staff.second)
    assert write(dz, lambda n, u: sessions.sign_out(n, u, dz.staff.admin.id, dz.staff.officer.id)) == 3
    assert [resumed(dz, token) for token in tokens] == [None] * 3
    assert resumed(dz, other) is not None
    line = invariants.entries(dz.node, "session.closed")[-1]
    assert (line["actor"], line["person"]) == (dz.staff.admin.id, dz.staff.officer.id)
    with pytest.raises(NotFound):
        write(dz, lambda n, u: sessions.sign_out(n, u, dz.staff.admin.id, "nobody"))


def test_disabling_ends_every_session_in_its_transaction(dz: State) -> None:
    tokens = [opened(dz, dz.staff.officer)[0] for _ in range(2)]
    with dz.node.store.write() as unit:
        people.disable_person(dz.node, unit, "DZ", dz.staff.officer.id)
        for token in tokens:
            with pytest.raises(Unauthenticated):
                sessions.resume(dz.node, unit, token)
    assert [resumed(dz, token) for token in tokens] == [None, None]


def test_what_is_over_is_swept(house: Federation) -> None:
    dz = house["DZ"]
    opened(dz, dz.staff.officer)
    house.clock.forward(IDLE - timedelta(minutes=1))
    token, _ = opened(dz, dz.staff.second)
    house.clock.forward(timedelta(minutes=1))
    tidy(dz.node)
    assert resumed(dz, token) is not None
    with dz.node.store.write() as unit:
        assert unit.sessions.end_all(dz.staff.officer.id) == 0
        assert unit.sessions.end_all(dz.staff.second.id) == 1
