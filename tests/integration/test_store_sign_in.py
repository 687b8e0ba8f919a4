"""Signing in on both databases: what is of one use is used once, also by two at once; evidence never changes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from exchange.errors import BadInput, Code, Conflict, ExchangeError, Unauthenticated
from exchange.model.sessions import ApprovalCode, Challenge, ConsoleSession, Credential, Enrolment
from exchange.operations import enrolment
from exchange.store import SqlStore
from tests.databases import Postgresql, Sqlite, succeeds
from tests.integration.samples import HOUR, NOW, attestation, hexes, person, sign_in
from tests.integration.test_four_eyes_by_sql import as_the_node
from tests.threats.worlds import world

SESSION = ConsoleSession(hexes("session"), "person-1", "passkey", hexes("csrf"), NOW, NOW, NOW + HOUR)
KEY = Credential("cGs", "person-1", b"key", 3, "desk", True, NOW)
LINK = Enrolment(hexes("link"), "person-1", "enrol", NOW, NOW + HOUR)
CODE = ApprovalCode("person-1", "rel-1", hexes("d"), hexes("code"), NOW, NOW + HOUR)


@pytest.fixture
def filled(store: SqlStore) -> SqlStore:
    with store.write() as unit:
        unit.people.add(person("person-1", "releasing_officer"))
        unit.people.add(person("person-2", "releasing_officer"))
        sign_in(unit)
    return store


def test_sessions(filled: SqlStore) -> None:
    with filled.write() as unit:
        assert unit.sessions.find(SESSION.id) == (person("person-1", "releasing_officer"), SESSION)
        assert unit.sessions.find(hexes("other")) is None
        unit.sessions.seen(SESSION.id, NOW + timedelta(minutes=2))
        unit.sessions.seen(SESSION.id, NOW + timedelta(minutes=1))
        unit.people.disable("person-1")
        found = unit.sessions.find(SESSION.id)
        assert found is not None
        assert (found[0].disabled, found[1].seen_at) == (True, NOW + timedelta(minutes=2)), "it never goes back"
        assert [unit.sessions.end(SESSION.id) for _ in range(2)] == [True, False]
        for number in range(3):
            unit.sessions.open(replace(SESSION, id=hexes(number)))
        assert (unit.sessions.end_all("person-1"), unit.sessions.end_all("person-1")) == (3, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        replace(SESSION, ends_at=NOW + 8 * HOUR + timedelta(microseconds=1)),
        replace(SESSION, ends_at=NOW),
        replace(SESSION, method="password"),
        replace(SESSION, person="nobody"),
    ],
    ids=["nine hours", "no time", "password", "nobody"],
)
def test_the_database_holds_the_limits_of_a_session(filled: SqlStore, wrong: ConsoleSession) -> None:
    with pytest.raises(BadInput), filled.write() as unit:
        unit.sessions.open(replace(wrong, id=hexes("new")))


def test_links(filled: SqlStore) -> None:
    newer = replace(LINK, id=hexes("newer"))
    with filled.write() as unit:
        unit.sessions.put_enrolment(replace(LINK, id=hexes("other"), person="person-2"))
        unit.sessions.put_enrolment(newer)
        assert unit.sessions.take_enrolment(LINK.id) is None
        assert [unit.sessions.take_enrolment(newer.id) for _ in range(2)] == [newer, None]
        assert unit.sessions.take_enrolment(hexes("other")) is not None
    with pytest.raises(BadInput), filled.write() as unit:
        unit.sessions.put_enrolment(replace(LINK, ends_at=NOW + 24 * HOUR + timedelta(microseconds=1)))


def test_challenges(filled: SqlStore) -> None:
    asked = Challenge(hexes("s"), "step-up", NOW + HOUR, "person-1", "rel-1", hexes("d"))
    with filled.write() as unit:
        unit.sessions.add_challenge(replace(asked, ends_at=NOW))
        unit.sessions.add_challenge(asked)
        assert [unit.sessions.take_challenge(asked.id) for _ in range(2)] == [asked, None]
        assert unit.sessions.take_challenge(hexes("challenge")) == Challenge(hexes("challenge"), "login", NOW + HOUR)
    with pytest.raises(BadInput), filled.write() as unit:
        unit.sessions.add_challenge(replace(asked, purpose="other"))


def test_passkeys(filled: SqlStore) -> None:
    second = replace(KEY, id="c2Vj", added_at=NOW - HOUR)
    with filled.write() as unit:
        unit.sessions.add_credential(second)
        assert unit.sessions.credentials("person-1") == [second, KEY]
        unit.sessions.credential_used(replace(KEY, sign_count=9, backed_up=False, used_at=NOW, label="unchanged"))
        assert unit.sessions.credential(KEY.id, lock=True) == replace(KEY, sign_count=9, backed_up=False, used_at=NOW)
        assert not unit.sessions.remove_credential("person-2", KEY.id)
        assert unit.sessions.remove_credential("person-1", KEY.id)
        assert unit.sessions.credential(KEY.id) is None
    with pytest.raises(Conflict) as caught, filled.write() as unit:
        unit.sessions.add_credential(replace(second, person="person-2"))
    assert caught.value.code is Code.ALREADY_EXISTS


def test_attestations(filled: SqlStore) -> None:
    first, second = attestation(1), attestation(2)
    with filled.write() as unit:
        for other in (
            attestation(3, person="person-2"),
            attestation(4, digest=hexes("e")),
            attestation(5, subject="rel-2"),
            second,
        ):
            unit.sessions.attest(other)
        assert unit.sessions.unused("person-1", "rel-1", hexes("d"), NOW) == second
        assert unit.sessions.unused("person-1", "rel-1", hexes("d"), NOW + timedelta(seconds=3)) is None
        assert not unit.sessions.spent(second.mark)
        unit.sessions.use(second.proof, NOW)
        assert unit.sessions.spent(second.mark)
        assert unit.sessions.unused("person-1", "rel-1", hexes("d"), NOW) == first
        assert unit.sessions.attestations("rel-1")[:2] == [first, replace(second, used_at=NOW)]
    with pytest.raises(Conflict), filled.write() as unit:
        unit.sessions.use(second.proof, NOW)
    with pytest.raises(Conflict), filled.write() as unit:
        unit.sessions.attest(first)


def test_the_same_answer_is_used_once_only(filled: SqlStore) -> None:
    """Two attestations of one answer may wait; the database lets one of them be used."""
    twin = attestation(2, mark=attestation(1).mark)
    with filled.write() as unit:
        unit.sessions.attest(twin)
        unit.sessions.use(attestation(1).proof, NOW)
    with pytest.raises(Conflict) as caught, filled.write() as unit:
        unit.sessions.use(twin.proof, NOW)
    assert caught.value.code is Code.ALREADY_EXISTS


def test_codes_and_preferences(filled: SqlStore) -> None:
    with filled.write() as unit:
        assert unit.sessions.code("person-1", "rel-1", lock=True) == CODE
        unit.sessions.put_code(replace(CODE, wrong=3))
        assert unit.sessions.code("person-1", "rel-1", lock=True) == replace(CODE, wrong=3)
        assert unit.sessions.code("person-2", "rel-1", lock=False) is None
        unit.sessions.drop_code("person-1", "rel-1")
        assert unit.sessions.code("person-1", "rel-1", lock=False) is None
        assert unit.sessions.preferences("person-1") == '{"lang":"ar"}'
        unit.sessions.prefer("person-1", "{}")
        assert (unit.sessions.preferences("person-1"), unit.sessions.preferences("person-2")) == ("{}", None)


def test_what_is_over_is_swept_and_nothing_else(filled: SqlStore) -> None:
    with filled.write() as unit:
        unit.sessions.open(replace(SESSION, id=hexes("idle"), seen_at=NOW, ends_at=NOW + 2 * HOUR))
        unit.sessions.open(replace(SESSION, id=hexes("busy"), seen_at=NOW + HOUR, ends_at=NOW + 2 * HOUR))
        unit.sessions.put_enrolment(replace(LINK, id=hexes("later"), person="person-2", ends_at=NOW + 2 * HOUR))
        unit.sessions.sweep(NOW + HOUR, NOW)
        assert [unit.sessions.find(hexes(each)) is not None for each in ("session", "idle", "busy")] == [
            False,
            False,
            True,
        ]
        assert unit.sessions.take_enrolment(LINK.id) is None
        assert unit.sessions.take_enrolment(hexes("later")) is not None
        assert unit.sessions.take_challenge(hexes("challenge")) is None
        assert unit.sessions.code("person-1", "rel-1", lock=False) is None
        assert unit.sessions.attestations("rel-1") == [attestation()]
        assert unit.sessions.credentials("person-1") == [KEY]


@pytest.fixture
def node_url(filled: SqlStore, database: str) -> Iterator[str]:
    """As the node's own role; the second attestation was used."""
    with filled.write() as unit:
        unit.sessions.attest(attestation(2))
        unit.sessions.use(attestation(2).proof, NOW)
    with as_the_node(database) as url:
        yield url


ONE, TWO = attestation(1).proof, attestation(2).proof


@pytest.mark.parametrize(
    "attack",
    [
        f"UPDATE attestations SET evidence = 'x' WHERE proof = '{ONE}'",
        f"UPDATE attestations SET person_id = 'person-2', used_at = 1 WHERE proof = '{ONE}'",
        f"UPDATE attestations SET digest = 'e', used_at = 1 WHERE proof = '{ONE}'",
        f"UPDATE attestations SET mark = 'e', used_at = 1 WHERE proof = '{ONE}'",
        f"UPDATE attestations SET used_at = NULL WHERE proof = '{TWO}'",
        f"UPDATE attestations SET used_at = 5 WHERE proof = '{TWO}'",
        f"DELETE FROM attestations WHERE proof = '{ONE}'",
        "INSERT INTO attestations SELECT 'p', person_id, subject, digest, method, 'm', evidence, at, 5 "
        f"FROM attestations WHERE proof = '{ONE}'",
    ],
)
def test_evidence_is_not_changed_by_sql_beside_the_program(node_url: str, attack: str) -> None:
    assert not succeeds(node_url, attack)


@pytest.mark.parametrize(
    "honest",
    [
        f"UPDATE attestations SET used_at = 5 WHERE proof = '{ONE}'",
        "DELETE FROM console_sessions",
        "DELETE FROM enrolments",
        "DELETE FROM passkeys",
        "DELETE FROM challenges",
        "DELETE FROM approval_codes",
    ],
)
def test_what_the_node_must_be_able_to_do(node_url: str, honest: str) -> None:
    assert succeeds(node_url, honest)


def test_replacing_on_sqlite_is_no_way_round(node_url: str) -> None:
    if node_url.startswith("sqlite"):
        assert not succeeds(
            node_url,
            "INSERT OR REPLACE INTO attestations "
            "SELECT proof, person_id, subject, 'e', method, mark, evidence, at, NULL "
            f"FROM attestations WHERE proof = '{ONE}'",
        )


def at_once(work: Callable[[], bool], callers: int = 8) -> int:
    """How many of `callers` that begin together succeed."""
    gate = threading.Barrier(callers)

    def one() -> bool:
        gate.wait(30)
        try:
            return work()
        except ExchangeError:
            return False

    with ThreadPoolExecutor(callers) as pool:
        return sum(future.result(60) for future in [pool.submit(one) for _ in range(callers)])


def test_of_eight_who_use_a_link_at_once_one_gets_in(databases: Sqlite | Postgresql) -> None:
    with world(databases) as place:
        dz = place["DZ"]
        with dz.node.store.write() as unit:
            token = enrolment.invite(dz.node, unit, dz.staff.admin.id, dz.staff.officer.id)

        def redeem() -> bool:
            with dz.node.store.write() as unit:
                return enrolment.redeem(dz.node, unit, token) == dz.staff.officer

        assert at_once(redeem) == 1
        with pytest.raises(Unauthenticated):
            redeem()


def test_of_eight_who_take_a_challenge_or_an_attestation_at_once_one_has_it(filled: SqlStore) -> None:
    def take() -> bool:
        with filled.write() as unit:
            return unit.sessions.take_challenge(hexes("challenge")) is not None

    def use() -> bool:
        with filled.write() as unit:
            found = unit.sessions.unused("person-1", "rel-1", hexes("d"), NOW)
            if found is None:
                return False
            unit.sessions.use(found.proof, NOW)
            return True

    assert at_once(take) == 1
    assert at_once(use) == 1
