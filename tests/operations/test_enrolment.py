"""One-use links: 256 random bits, once, a day at most, only the newest, and nothing for who is disabled."""

from __future__ import annotations

from datetime import timedelta

import pytest

from exchange.errors import BadInput, NotFound, Unauthenticated
from exchange.model.state import Person
from exchange.operations import people, sessions
from exchange.operations.enrolment import LIFETIME, invite, redeem
from tests import invariants
from tests.federation import Federation, State
from tests.operations.sign_in_kit import write


def link(state: State, person: str, lifetime: timedelta = LIFETIME, purpose: str = "enrol") -> str:
    return write(state, lambda n, u: invite(n, u, state.staff.admin.id, person, purpose, lifetime))


def used(state: State, token: str) -> Person | None:
    try:
        return write(state, lambda n, u: redeem(n, u, token))
    except Unauthenticated as refused:
        told = refused.facts
    assert told == {}
    return None


def test_a_link_counts_once(dz: State) -> None:
    token = link(dz, dz.staff.officer.id)
    assert used(dz, token) == dz.staff.officer
    assert used(dz, token) is None
    issued = invariants.entries(dz.node, "enrolment.issued")[-1]
    assert (issued["actor"], issued["person"]) == (dz.staff.admin.id, dz.staff.officer.id)
    taken = invariants.entries(dz.node, "enrolment.used")
    assert [(line["actor"], line["person"]) for line in taken] == [(dz.staff.officer.id, dz.staff.officer.id)]


def test_a_forwarded_link_is_found_out_and_shut_again(dz: State) -> None:
    """Whoever opens a link first is in. Then it is dead for whom it was made, the ledger has when it was used, and an
    administrator ends the session, takes the passkey away and makes another link."""
    person = dz.staff.officer
    token = link(dz, person.id)
    assert used(dz, token) == person  # somebody else
    session, _ = write(dz, lambda n, u: sessions.open_session(n, u, person.id, "link"))
    assert used(dz, token) is None  # whom it was made for, who now calls the administrator
    assert invariants.entries(dz.node, "enrolment.used")[-1]["person"] == person.id
    assert invariants.entries(dz.node, "session.opened")[-1]["method"] == "link"
    assert write(dz, lambda n, u: sessions.sign_out(n, u, dz.staff.admin.id, person.id)) == 1
    with pytest.raises(Unauthenticated):
        write(dz, lambda n, u: sessions.resume(n, u, session))
    assert used(dz, link(dz, person.id)) == person


def test_a_link_is_no_session_and_no_token(dz: State) -> None:
    token = link(dz, dz.staff.officer.id)
    with pytest.raises(Unauthenticated):
        write(dz, lambda n, u: sessions.resume(n, u, token))
    with pytest.raises(Unauthenticated):
        write(dz, lambda n, u: people.who(n, u, token))
    assert used(dz, token) == dz.staff.officer


def test_only_the_newest_counts(dz: State) -> None:
    older, newer = link(dz, dz.staff.officer.id), link(dz, dz.staff.officer.id)
    other = link(dz, dz.staff.second.id)
    assert used(dz, older) is None
    assert used(dz, newer) == dz.staff.officer
    assert used(dz, other) == dz.staff.second


def test_no_letter_is_spare(dz: State) -> None:
    token = link(dz, dz.staff.officer.id)
    assert len(token) >= 43
    for wrong in ("", "exl_", token[:-1], token + "A", token[4:], token.upper(), "exl_" * 60, token + "\n"):
        assert used(dz, wrong) is None
    assert used(dz, token) == dz.staff.officer


@pytest.mark.parametrize("hours", [1, 8, 24])
def test_it_is_over_after_its_time(house: Federation, hours: int) -> None:
    dz = house["DZ"]
    first = link(dz, dz.staff.officer.id, timedelta(hours=hours))
    second = link(dz, dz.staff.second.id, timedelta(hours=hours))
    house.clock.forward(timedelta(hours=hours) - timedelta(seconds=1))
    assert used(dz, first) == dz.staff.officer
    house.clock.forward(timedelta(seconds=1))
    assert used(dz, second) is None


@pytest.mark.parametrize("lifetime", [timedelta(0), -timedelta(seconds=1), LIFETIME + timedelta(seconds=1)])
def test_no_time_beyond_a_day(dz: State, lifetime: timedelta) -> None:
    with pytest.raises(BadInput) as refused:
        link(dz, dz.staff.officer.id, lifetime)
    assert refused.value.facts == {"at": "lifetime"}


def test_nobody_disabled_or_unknown_gets_in(dz: State) -> None:
    token = link(dz, dz.staff.officer.id)
    write(dz, lambda n, u: people.disable_person(n, u, "DZ", dz.staff.officer.id))
    assert used(dz, token) is None
    with pytest.raises(BadInput):
        link(dz, dz.staff.officer.id)
    with pytest.raises(NotFound):
        link(dz, "nobody")
    with pytest.raises(BadInput):
        link(dz, dz.staff.second.id, purpose="reset")
