"""Openings on both databases: what the store keeps, what SQL beside the program cannot do, and a person disabled
between confirmation and reading, also at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from exchange.errors import Code, Conflict
from exchange.operations import people
from exchange.operations.openings import ask_opening, confirm_opening, read_opening
from exchange.store import SqlStore
from tests import invariants
from tests.databases import Postgresql, Sqlite, succeeds
from tests.federation import State
from tests.integration.samples import NOW, opening, person, ref
from tests.integration.test_four_eyes_by_sql import as_the_node
from tests.subjects import gulf_person
from tests.threats.worlds import caught, world

HOUR = timedelta(hours=1)
MICROS = int(NOW.timestamp() * 1_000_000)
DAY = 86_400_000_000
CONFIRMED = replace(opening(), confirmer="person-2", confirmed_at=NOW + HOUR, read_until=NOW + 25 * HOUR)
OPENED = replace(CONFIRMED, opened_at=NOW + 2 * HOUR)


@pytest.fixture
def filled(store: SqlStore) -> SqlStore:
    """opn-1 is asked for."""
    with store.write() as unit:
        for id_, role in (("person-1", "officer"), ("person-2", "releasing_officer"), ("adm-1", "administrator")):
            unit.people.add(person(id_, role))
        for id_ in ("person-5", "person-6"):
            unit.people.add(person(id_, "auditor"))
        unit.openings.add(opening())
    return store


@pytest.fixture
def node_url(filled: SqlStore, database: str) -> Iterator[str]:
    """opn-2 is confirmed, opn-3 was read, opn-4 declined."""
    with filled.write() as unit:
        for number in ("2", "3", "4"):
            unit.openings.add(opening(f"opn-{number}"))
        for number in ("2", "3"):
            unit.openings.update(replace(CONFIRMED, id=f"opn-{number}"))
        unit.openings.update(replace(OPENED, id="opn-3"))
        unit.openings.show("opn-3", "own", [ref(1)])
        unit.openings.update(opening("opn-4", ended_at=NOW, ended_by="person-2"))
    with as_the_node(database) as url:
        yield url


def test_the_store_keeps_them(filled: SqlStore) -> None:
    with filled.write() as unit:
        assert unit.openings.get("opn-1", lock=True) == opening()
        assert unit.openings.get("opn-9") is None
        unit.openings.update(CONFIRMED)
        unit.openings.update(OPENED)
        unit.openings.show("opn-1", "own", [ref(1)])
        unit.openings.show("opn-1", "received", [ref(1, "MA"), ref(2, "MA")])
        unit.openings.add(opening("opn-2", asked_at=NOW + HOUR))
    with filled.read() as unit:
        assert [each.id for each in unit.openings.all(9)] == ["opn-2", "opn-1"]
        assert unit.openings.of_record(ref(1)) == unit.openings.of_record(ref(2, "MA")) == [OPENED]
        assert unit.openings.of_record(ref(2)) == []
        assert unit.openings.of_copies(9) == [(ref(1, "MA"), OPENED), (ref(2, "MA"), OPENED)]


@pytest.mark.parametrize("asker", ["person-1", "person-2", "adm-1", "nobody"])
def test_only_an_auditor_asks(filled: SqlStore, asker: str) -> None:
    with pytest.raises(Conflict) as caught_, filled.write() as unit:
        unit.openings.add(opening("opn-2", asker=asker))
    assert caught_.value.code is Code.OPENING_STATE


@pytest.mark.parametrize(
    ("confirmer", "code"),
    [("person-5", Code.SELF_APPROVAL), ("person-6", Code.OPENING_STATE), ("person-1", Code.OPENING_STATE)],
)
def test_only_another_of_the_right_role_confirms(filled: SqlStore, confirmer: str, code: Code) -> None:
    with pytest.raises(Conflict) as caught_, filled.write() as unit:
        unit.openings.update(replace(CONFIRMED, confirmer=confirmer))
    assert caught_.value.code is code


def changed(set_: str, id_: str) -> str:
    return f"UPDATE openings SET {set_} WHERE id = '{id_}'"


def confirmation(who: str, at: int = MICROS + 1, lasts: int = DAY) -> str:
    return f"confirmed_by = '{who}', confirmed_at = {at}, read_until = {at + lasts}"


def row(asker: str, rest: str, lasts: int = DAY) -> str:
    return f"INSERT INTO openings VALUES ('opn-9', 1, 'SAMPLE', '{asker}', {MICROS}, {MICROS + lasts}, {rest})"


ATTACKS = {
    "asked by an officer": row("person-1", "NULL, NULL, NULL, NULL, NULL, NULL"),
    "asked for two days": row("person-5", "NULL, NULL, NULL, NULL, NULL, NULL", 2 * DAY),
    "born confirmed": row("person-5", f"'person-2', {MICROS + 1}, {MICROS + DAY}, NULL, NULL, NULL"),
    "born read": row("person-5", f"'person-2', {MICROS + 1}, {MICROS + DAY}, {MICROS + 2}, NULL, NULL"),
    "confirmed by the asker": changed(confirmation("person-5"), "opn-1"),
    "confirmed by another auditor": changed(confirmation("person-6"), "opn-1"),
    "confirmed by an officer": changed(confirmation("person-1"), "opn-1"),
    "confirmed by nobody": changed(f"confirmed_at = {MICROS + 1}, read_until = {MICROS + DAY}", "opn-1"),
    "confirmed without an end": changed(f"confirmed_by = 'person-2', confirmed_at = {MICROS + 1}", "opn-1"),
    "confirmed for two days": changed(confirmation("person-2", lasts=2 * DAY), "opn-1"),
    "confirmed too late": changed(confirmation("person-2", MICROS + DAY), "opn-1"),
    "read unconfirmed": changed(f"opened_at = {MICROS + 2}", "opn-1"),
    "confirmed and read at once": changed(f"{confirmation('person-2')}, opened_at = {MICROS + 2}", "opn-1"),
    "another asker": changed("asked_by = 'person-6'", "opn-1"),
    "another index": changed("position = 2", "opn-1"),
    "another confirmer": changed("confirmed_by = 'adm-1'", "opn-2"),
    "longer": changed("read_until = read_until + 1", "opn-2"),
    "read too late": changed("opened_at = read_until", "opn-2"),
    "read and declined": changed("opened_at = confirmed_at + 1, ended_at = 1, ended_by = 'person-2'", "opn-2"),
    "ended by nobody": changed("ended_at = 1", "opn-2"),
    "unread again": changed("opened_at = NULL", "opn-3"),
    "read again": changed("opened_at = opened_at + 1", "opn-3"),
    "revived": changed("ended_at = NULL, ended_by = NULL", "opn-4"),
    "gone": "DELETE FROM openings WHERE id = 'opn-1'",
    "shown to nobody": "DELETE FROM opening_records",
    "shown another record": "UPDATE opening_records SET id = 'rec-00000009'",
}


def test_every_attack_fails_and_what_is_honest_goes_through(node_url: str) -> None:
    attacks = dict(ATTACKS)
    if not node_url.startswith("sqlite"):
        attacks |= {"truncate": "TRUNCATE opening_records", "truncate both": "TRUNCATE openings CASCADE"}
    assert [name for name, statement in attacks.items() if succeeds(node_url, statement)] == []
    assert succeeds(node_url, changed(confirmation("person-2"), "opn-1"))
    assert succeeds(node_url, row("person-5", "NULL, NULL, NULL, NULL, NULL, NULL"))
    assert succeeds(node_url, "UPDATE people SET disabled = 1 WHERE id = 'person-2'")
    late = changed("opened_at = confirmed_at + 1", "opn-2")
    assert not succeeds(node_url, late), "the confirmer was disabled since"
    assert succeeds(node_url, "UPDATE people SET disabled = 0 WHERE id = 'person-2'")
    assert succeeds(node_url, late)


@pytest.fixture
def dz(databases: Sqlite | Postgresql) -> Iterator[State]:
    with world(databases, ("DZ", "KW")) as found:
        state = found["DZ"]
        state.push("KW", state.deposit(gulf_person(1)))
        yield state


def confirmed(dz: State) -> str:
    kinds = [entry["kind"] for entry in invariants.entries(dz.node)]
    with dz.node.store.write() as unit:
        made = ask_opening(dz.node, unit, dz.staff.auditor, kinds.index("release.released"), "SAMPLE")
    with dz.node.store.write() as unit:
        return confirm_opening(dz.node, unit, dz.staff.approver, made.id).id


def test_read_once_on_a_real_store(dz: State) -> None:
    opening_id = confirmed(dz)
    (shown,) = read_opening(dz.node, dz.staff.auditor, opening_id).shown
    assert shown.claims
    assert caught(lambda: read_opening(dz.node, dz.staff.auditor, opening_id)) is Code.OPENING_STATE
    with dz.node.store.read() as unit:
        assert [each.id for each in unit.openings.of_record(shown.ref)] == [opening_id]
    assert invariants.ledger_verifies(dz.node, dz.staff.auditor).ok


@pytest.mark.parametrize("who", ["asker", "confirmer"])
def test_disabled_while_the_auditor_reads(dz: State, who: str) -> None:
    """In a transaction that is open while the reading begins, and is committed before it ends."""
    opening_id = confirmed(dz)
    person_ = dz.staff.auditor if who == "asker" else dz.staff.approver
    found: list[Code | None] = []
    reader = threading.Thread(
        target=lambda: found.append(caught(lambda: read_opening(dz.node, dz.staff.auditor, opening_id)))
    )
    with dz.node.store.write() as unit:
        people.disable_person(dz.node, unit, dz.staff.admin.id, person_.id)
        reader.start()
        reader.join(0.5)
        assert reader.is_alive(), "it waits for the ledger's head"
    reader.join(20)
    assert found == [Code.TOKEN_UNKNOWN if who == "asker" else Code.OPENING_STATE]
    assert not invariants.entries(dz.node, "audit.opened")


def test_of_readers_at_once_one_reads(dz: State) -> None:
    opening_id = confirmed(dz)
    found: list[Code | None] = []
    readers = [
        threading.Thread(
            target=lambda: found.append(caught(lambda: read_opening(dz.node, dz.staff.auditor, opening_id)))
        )
        for _ in range(4)
    ]
    for each in readers:
        each.start()
    for each in readers:
        each.join(20)
    assert sorted(found, key=str) == sorted([None, *[Code.OPENING_STATE] * 3], key=str)
    assert len(invariants.entries(dz.node, "audit.opened")) == 1
