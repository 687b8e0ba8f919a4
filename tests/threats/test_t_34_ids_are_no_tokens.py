"""T-34: nothing that stands in the database opens the door, as it is or dressed as a token."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from exchange.errors import Code, Unauthenticated
from exchange.model.state import Person
from exchange.operations import codes, enrolment, people, sessions
from tests import invariants
from tests.subjects import gulf_person
from tests.threats.search import values_in
from tests.threats.worlds import World, caught


def knows(place: World, token: str) -> Person | None:
    node = place["DZ"].node
    with node.store.read() as unit, suppress(Unauthenticated):
        return people.who(node, unit, token)
    return None


def issued(place: World, person: str) -> str:
    node = place["DZ"].node
    with node.store.write() as unit:
        return people.issue_token(node, unit, place["DZ"].staff.admin.id, person)


def test_every_value_of_the_database_as_bearer(shared: World) -> None:
    dz = shared["DZ"]
    token = issued(shared, dz.staff.officer.id)
    dz.push("KW", dz.deposit(gulf_person(1)))
    found = {each.hex() if isinstance(each, bytes) else str(each) for each in values_in(shared.urls["DZ"])}
    tried = {
        form for value in found for form in (value, f"exo_{value}", value.upper(), value[:43], f"exo_{value[:43]}")
    }
    assert token not in found
    assert dz.staff.officer.id in found
    assert len(tried) > 300
    with dz.node.store.read() as unit:
        for each in sorted(tried):
            with suppress(Unauthenticated):
                raise AssertionError(people.who(dz.node, unit, each).id)
    person = knows(shared, token)
    assert person is not None
    assert person.id == dz.staff.officer.id, "the control: the token itself is known"


def test_every_value_of_the_database_as_session_link_or_code(shared: World) -> None:
    """A thief of the database is not signed in by it, and confirms nothing."""
    dz = shared["DZ"]
    node, approver = dz.node, dz.staff.approver
    (proposal,) = dz.propose("KW", dz.deposit(gulf_person(2))).proposals
    with node.store.write() as unit:
        session, _ = sessions.open_session(node, unit, approver.id, "link")
        link = enrolment.invite(node, unit, dz.staff.admin.id, approver.id)
        code = codes.issue_code(node, unit, approver, proposal.id, proposal.digest)
    found = {each.hex() if isinstance(each, bytes) else str(each) for each in values_in(shared.urls["DZ"])}
    assert not {session, link, code, code.replace("-", "")} & found
    with node.store.read() as unit:
        for value in sorted(found):
            for each in (value, f"exs_{value}", f"exs_{value[:43]}", f"exl_{value}"):
                with suppress(Unauthenticated):
                    raise AssertionError(sessions.resume(node, unit, each)[0].id)
                with suppress(Unauthenticated):
                    raise AssertionError(people.who(node, unit, each).id)
        assert sessions.resume(node, unit, session)[0] == approver, "the control: the token itself is known"
    with node.store.write() as unit:
        for value in sorted(found):
            for each in (value, f"exl_{value}", f"exl_{value[:43]}"):
                with suppress(Unauthenticated):
                    raise AssertionError(enrolment.redeem(node, unit, each).id)
        assert enrolment.redeem(node, unit, link) == approver
    hashes = [value for value in sorted(found) if len(value) == 64]
    assert len(hashes) > 5
    for value in hashes:
        with node.store.write() as unit:
            fresh = codes.issue_code(node, unit, approver, proposal.id, proposal.digest)
            for each in (value, value[:12]):
                assert codes.attest_by_code(node, unit, approver, proposal.id, proposal.digest, each) is None
            assert codes.attest_by_code(node, unit, approver, proposal.id, proposal.digest, fresh) is not None


def test_a_link_is_never_made_unseen(shared: World) -> None:
    """As for tokens: whoever makes a link for an approver could use it, and the ledger says who made it for whom."""
    dz = shared["DZ"]
    with dz.node.store.write() as unit:
        token = enrolment.invite(dz.node, unit, dz.staff.admin.id, dz.staff.approver.id)
        enrolment.redeem(dz.node, unit, token)
    made, used = (invariants.entries(dz.node, kind)[-1] for kind in ("enrolment.issued", "enrolment.used"))
    assert (made["actor"], made["person"]) == (dz.staff.admin.id, dz.staff.approver.id)
    assert (used["actor"], used["person"]) == (dz.staff.approver.id, dz.staff.approver.id)


def test_a_token_is_never_made_unseen(shared: World) -> None:
    """An administrator could otherwise hold an approver's token, and nobody would ever know."""
    dz = shared["DZ"]
    token = issued(shared, dz.staff.approver.id)
    line = invariants.entries(dz.node, "token.issued")[-1]
    assert (line["actor"], line["person"]) == (dz.staff.admin.id, dz.staff.approver.id)
    assert knows(shared, token) == dz.staff.approver


def test_a_token_is_known_letter_by_letter_while_it_lasts(shared: World) -> None:
    dz, clock = shared["DZ"], shared.federation.clock
    token = issued(shared, dz.staff.second.id)
    for wrong in (
        "",
        "exo_",
        token[:-1],
        token + "=",
        token + " ",
        token.upper(),
        token[4:],
        "\x00" + token,
        "exo_" * 40,
    ):
        assert knows(shared, wrong) is None
    assert knows(shared, token) == dz.staff.second
    before = clock.time
    clock.forward(timedelta(days=90))
    assert knows(shared, token) is None
    clock.time = before
    with dz.node.store.write() as unit:
        people.disable_person(dz.node, unit, "DZ", dz.staff.second.id)
    assert knows(shared, token) is None
    assert caught(lambda: issued(shared, "nobody")) is Code.NOT_FOUND
