"""T-48: where the ledger cannot be written, nothing happens: no operation leaves a row behind.

A trigger refuses entries on both databases; on PostgreSQL the program's role also loses its right to insert them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import create_engine

from exchange.errors import Code, ExchangeError
from exchange.model.state import Proposal
from exchange.operations import agreements, codes, enrolment, passkeys, people, sessions
from exchange.operations.approve import approve, withdraw
from exchange.operations.audit import note_export
from exchange.operations.blind_audit import note_blind
from exchange.operations.deposit import Amendment, amend
from exchange.operations.logins import note_denied
from exchange.operations.openings import ask_opening, confirm_opening, read_opening
from exchange.operations.partners import suspend_partner
from exchange.operations.read import read_own
from exchange.operations.receive import receive
from exchange.operations.tiles import note_tiles
from exchange.ports import Unit
from tests import invariants
from tests.databases import Postgresql
from tests.federation import AGREEMENT, State, agreement_document
from tests.passkey_kit import DOOR, Authenticator
from tests.subjects import gulf_person
from tests.threats.search import values_in
from tests.threats.worlds import World, caught, held_of, world

REFUSED = (Code.DATABASE_UNAVAILABLE, Code.VALUE_NOT_ALLOWED)
"""PostgreSQL's trigger and right; SQLite's trigger counts as a constraint of the database."""
LIMITED = "exchange_no_ledger"


def run(url: str, *statements: str) -> None:
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
    finally:
        engine.dispose()


@contextmanager
def no_entries(place: World, code: str) -> Iterator[None]:
    """While it lasts, the database of `code` refuses every new ledger entry."""
    url = place.urls[code]
    if url.startswith("sqlite"):
        make = ["CREATE TRIGGER full BEFORE INSERT ON ledger_entries BEGIN SELECT RAISE(ABORT, 'no room'); END"]
        drop = ["DROP TRIGGER full"]
    else:
        body = "$$ BEGIN RAISE EXCEPTION 'no room'; END $$"
        make = [
            f"CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS {body}",
            "CREATE TRIGGER full_up BEFORE INSERT ON ledger_entries FOR EACH ROW EXECUTE FUNCTION no_room()",
        ]
        drop = ["DROP TRIGGER full_up ON ledger_entries", "DROP FUNCTION no_room()"]
    run(url, *make)
    try:
        yield
    finally:
        run(url, *drop)


@contextmanager
def no_right(place: World, code: str) -> Iterator[None]:
    """PostgreSQL: sessions of the program's user on this database act as a role that may not insert entries."""
    url = place.urls[code]
    name = url.rpartition("/")[2].partition("?")[0]
    run(
        url,
        f"CREATE ROLE {LIMITED}",
        f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {LIMITED}",
        f"REVOKE INSERT ON ledger_entries FROM {LIMITED}",
        f"ALTER ROLE SESSION_USER IN DATABASE {name} SET role = '{LIMITED}'",
    )
    place.stores[code].close()  # open sessions keep their old role
    try:
        yield
    finally:
        run(url, "SET ROLE NONE", f"ALTER ROLE SESSION_USER IN DATABASE {name} RESET role")
        place.stores[code].close()
        run(url, f"DROP OWNED BY {LIMITED}", f"DROP ROLE {LIMITED}")


def in_unit(state: State, work: Callable[[Unit], object]) -> Callable[[], object]:
    def call() -> object:
        with state.node.store.write() as unit:
            return work(unit)

    return call


def asked_and_confirmed(state: State, index: int) -> str:
    """An opening that may be read."""
    with state.node.store.write() as unit:
        made = ask_opening(state.node, unit, state.staff.auditor, index, "SAMPLE")
    with state.node.store.write() as unit:
        return confirm_opening(state.node, unit, state.staff.admin, made.id).id


def operations(place: World) -> dict[str, Callable[[], object]]:
    """Every kind of operation that changes something at DZ, prepared so that only the ledger can stop it."""
    dz, kw = place["DZ"], place["KW"]
    node, staff = dz.node, dz.staff
    refs = dz.deposit(*(gulf_person(n) for n in range(3)))
    (held,) = held_of(dz, refs[:1])
    waiting, given, ready = (dz.propose("KW", [ref]).proposals[0] for ref in refs)
    for proposal in (given, ready):
        dz.approve(proposal)
    first = staff.approver
    dz.push("AE", refs[:1])
    place.federation.network.down.add("AE")
    kw.push("DZ", kw.deposit(gulf_person(9)))
    came = invariants.sent(kw.node, "DZ")
    openable = [entry["kind"] for entry in invariants.entries(node)].index("record.deposited")
    opening = asked_and_confirmed(dz, openable)
    document = agreement_document("dz-ae-kw.yaml") | {"version": 2}
    amendment = Amendment(refs[0], held.record.version, held.record.claims)
    found = {
        "deposit": lambda: dz.deposit(gulf_person(1)),
        "amend": in_unit(dz, lambda unit: amend(node, unit, staff.officer, [amendment])),
        "propose": lambda: dz.propose("AE", refs),
        "approve": in_unit(dz, lambda unit: approve(node, unit, first, waiting.id, waiting.digest)),
        "withdraw": in_unit(dz, lambda unit: withdraw(node, unit, first, given.id)),
        "release": lambda: dz.release(ready),
        "read": in_unit(dz, lambda unit: read_own(node, unit, staff.officer, refs[0])),
        "person": in_unit(dz, lambda unit: people.add_person(node, unit, "DZ", "new-person", "officer")),
        "disable": in_unit(dz, lambda unit: people.disable_person(node, unit, "DZ", staff.second.id)),
        "draft": in_unit(dz, lambda unit: agreements.draft(node, unit, staff.admin, document)),
        "suspend": in_unit(dz, lambda unit: agreements.suspend(node, unit, staff.admin, AGREEMENT)),
        "partner": in_unit(dz, lambda unit: suspend_partner(node, unit, staff.admin, "AE")),
        "ask opening": in_unit(dz, lambda unit: ask_opening(node, unit, staff.auditor, openable, "SAMPLE")),
        "read opening": lambda: read_opening(node, staff.auditor, opening),
        "blind": lambda: note_blind(node, staff.auditor),
        "tiles": lambda: note_tiles(node, staff.auditor),
        "export": lambda: note_export(node, staff.auditor),
        "login": lambda: note_denied(node, Code.TOKEN_UNKNOWN),
    }
    return {**found, **signing_in(dz, waiting), "receive": lambda: receive(node, "KW", came[0].wire)}


def signing_in(dz: State, waiting: Proposal) -> dict[str, Callable[[], object]]:
    """The same of signing in. Each names another person, so that none of them stands in another's way."""
    node, staff = replace(dz.node, passkeys=DOOR), dz.staff
    person, subject, digest = staff.approver, waiting.id, waiting.digest
    device, other = Authenticator(), Authenticator()
    with node.store.write() as unit:
        token, session = sessions.open_session(node, unit, person.id, "link")
        link = enrolment.invite(node, unit, staff.admin.id, person.id)
        code = codes.issue_code(node, unit, person, subject, digest)
        options = passkeys.registration_options(node, unit, person)
        known = passkeys.register(node, unit, person, device.make(options), "desk")
        adding = passkeys.registration_options(node, unit, person)
        entering = passkeys.login_options(node, unit, "a browser")
        confirming = passkeys.step_up_options(node, unit, person, subject, digest)
    assert token
    new, answer, confirmed = other.make(adding), device.answer(entering), device.answer(confirming)

    def enter(unit: Unit) -> object:
        return sessions.open_session(node, unit, passkeys.login(node, unit, answer, "a browser").id, "passkey")

    work: dict[str, Callable[[Unit], object]] = {
        "sign in": enter,
        "confirm": lambda unit: passkeys.step_up(node, unit, person, subject, digest, confirmed),
        "wrong code": lambda unit: codes.attest_by_code(node, unit, person, subject, digest, "0"),
        "confirm by code": lambda unit: codes.attest_by_code(node, unit, person, subject, digest, code),
        "code": lambda unit: codes.issue_code(node, unit, staff.approvers[1], subject, digest),
        "link": lambda unit: enrolment.invite(node, unit, staff.admin.id, staff.auditor.id),
        "redeem": lambda unit: enrolment.redeem(node, unit, link),
        "add passkey": lambda unit: passkeys.register(node, unit, person, new, "other desk"),
        "remove passkey": lambda unit: passkeys.remove(node, unit, person, known.id),
        "sign out": lambda unit: sessions.close(node, unit, person, session),
        "end sessions": lambda unit: sessions.sign_out(node, unit, staff.admin.id, person.id),
    }
    return {name: in_unit(dz, each) for name, each in work.items()}


def rows(place: World) -> list[str]:
    return [repr(value) for value in values_in(place.urls["DZ"])]


def test_no_operation_leaves_a_row_without_its_entry(place: World) -> None:
    calls = operations(place)
    before = rows(place)
    with no_entries(place, "DZ"):
        for name, call in calls.items():
            with pytest.raises(ExchangeError) as refused:
                call()
            assert refused.value.code in REFUSED, name
            assert rows(place) == before, name
    for name, call in calls.items():  # the control: nothing else stood in their way
        if name not in ("suspend", "partner", "release", "draft"):
            assert caught(call) is None, name
    assert rows(place) != before


def test_a_release_needs_the_right_to_write_the_ledger(postgresql: Postgresql) -> None:
    """PostgreSQL only: SQLite knows no rights."""
    with world(postgresql, ("DZ", "AE", "KW")) as place:
        dz = place["DZ"]
        (proposal,) = dz.propose("KW", dz.deposit(gulf_person(1))).proposals
        dz.approve(proposal)
        with no_right(place, "DZ"):
            assert caught(lambda: dz.release(proposal)) is Code.DATABASE_UNAVAILABLE
            assert caught(lambda: dz.deposit(gulf_person(2))) is Code.DATABASE_UNAVAILABLE
            assert invariants.sent(dz.node, "KW") == []
        assert dz.release(proposal).state == "released"


def test_a_receipt_that_cannot_be_logged_is_asked_for_again(lone: World) -> None:
    """The sender's side: KW took the envelope, DZ cannot write the receipt down; the next attempt gets the same one."""
    dz, kw = lone["DZ"], lone["KW"]
    dz.push("KW", dz.deposit(gulf_person(1)))
    with no_entries(lone, "DZ"):
        assert dz.deliver("KW").stopped in REFUSED
    assert [item.state for item in invariants.taken(kw.node, "DZ")] == ["accepted"]
    assert [item.state for item in invariants.sent(dz.node, "KW")] == ["queued"]
    lone.federation.clock.forward(timedelta(minutes=16))
    assert dz.deliver("KW").accepted == 1
    invariants.quiet(dz, kw)
