"""Four eyes against SQL beside the program: on PostgreSQL as the role that docs/operations.md gives the node, on SQLite
as a stranger with the file. Every attack must fail, and its honest counterpart must not.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from re import DOTALL, search
from uuid import uuid4

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from exchange.errors import Code, Conflict, Denied
from exchange.model.state import Approval
from exchange.store import SqlStore
from tests.databases import succeeds
from tests.integration.samples import NOW, hexes, items, person, proposal, standing, waiver

PAGE = Path(__file__).resolve().parents[2] / "docs" / "operations.md"
MICROS = int(NOW.timestamp() * 1_000_000) + 300_000_000
DIGEST, OTHER = hexes("proposal", "rel-1"), hexes("proposal", "rel-2")


@contextmanager
def as_the_node(database: str) -> Iterator[str]:
    """The URL under which the node works: on PostgreSQL a role with the grants of docs/operations.md, made for it."""
    if database.startswith("sqlite"):
        yield database
        return
    found = search(r"```sql\n(.*?)```", PAGE.read_text("utf-8"), DOTALL)
    assert found is not None
    role = f"node_{uuid4().hex}"
    engine = create_engine(database)
    try:
        with engine.begin() as connection:
            for statement in found[1].replace("exchange_node", role).split(";\n"):
                if statement.strip():
                    connection.exec_driver_sql(statement)
        yield make_url(database).set(username=role).render_as_string(hide_password=False)
        with engine.begin() as connection:
            connection.exec_driver_sql(f"DROP OWNED BY {role}")
            connection.exec_driver_sql(f"DROP ROLE {role}")
    finally:
        engine.dispose()


@pytest.fixture
def node_url(store: SqlStore, database: str) -> Iterator[str]:
    """rel-1 needs two approvals and has one; rel-2 is released; rel-3 was proposed by a standing rule."""
    people = [("person-1", "officer"), ("person-8", "officer"), ("adm-1", "administrator")]
    people += [(f"person-{number}", "releasing_officer") for number in (2, 3, 4)]
    with store.write() as unit:
        for id_, role in people:
            unit.people.add(person(id_, role))
        unit.releases.add(proposal(approvals_needed=2), items([1]))
        unit.releases.add(proposal("rel-2"), items([2]))
        unit.releases.add(proposal("rel-3", "standing:agr-1"), items([3]))
        for id_, digest in (("rel-1", DIGEST), ("rel-2", OTHER)):
            unit.releases.approve(Approval(id_, "person-2", "releasing_officer", digest, NOW))
        unit.releases.set_state("rel-2", "released", released_at=NOW, envelope_digest="e")
        unit.waivers.add(waiver())
    with as_the_node(database) as url:
        yield url


def approval(person_id: str, digest: str = DIGEST, release: str = "rel-1", role: str = "releasing_officer") -> str:
    return f"INSERT INTO approvals VALUES ('{release}', '{person_id}', '{role}', '{digest}', 1)"


def wish(id_: str, who: str, digest: str = DIGEST, lasts: int = 3_600_000_000) -> str:
    """A waiver by `who`: `administrator = …` and so on, as two columns."""
    values = f"'{id_}', 'rel-1', '{digest}', 'THREAT_TO_LIFE'"

    return (
        "INSERT INTO waivers (id, proposal_id, digest, reason, wrapped, text, created_at, expires_at, administrator, "
        f"releasing_officer) SELECT {values}, w.wrapped, w.text, {MICROS}, {MICROS + lasts}, {who} "
        f"FROM waivers w WHERE w.id = 'wvr-1'"
    )


APPROVALS = {
    "the proposer approves": approval("person-1", role="officer"),
    "the proposer as a releasing officer": approval("person-1"),
    "one person twice": approval("person-2"),
    "another officer": approval("person-8", role="officer"),
    "another officer under a false role": approval("person-8"),
    "nobody": approval("person-99"),
    "another digest": approval("person-3", OTHER),
    "the rule approves its own": approval("standing:agr-1", hexes("proposal", "rel-3"), "rel-3"),
    "after the release": approval("person-3", OTHER, "rel-2"),
    "moved": "UPDATE approvals SET proposal_id = 'rel-1', digest = '' WHERE proposal_id = 'rel-2'",
    "taken from a released one": "DELETE FROM approvals WHERE proposal_id = 'rel-2'",
}
STATES = {
    "approved too early": "UPDATE proposals SET state = 'approved' WHERE id = 'rel-1'",
    "released too early": f"UPDATE proposals SET state = 'released', released_at = {MICROS} WHERE id = 'rel-1'",
    "released without a time": "UPDATE proposals SET state = 'released' WHERE id = 'rel-1'",
    "the rule's own": f"UPDATE proposals SET state = 'released', released_at = {MICROS} WHERE id = 'rel-3'",
    "released once more": "UPDATE proposals SET state = 'approved' WHERE id = 'rel-2'",
    "another envelope": "UPDATE proposals SET envelope_digest = 'f' WHERE id = 'rel-2'",
    "another digest": f"UPDATE proposals SET digest = '{OTHER}' WHERE id = 'rel-1'",
    "another recipient": "UPDATE proposals SET recipient = 'FR' WHERE id = 'rel-1'",
    "fewer eyes": "UPDATE proposals SET approvals_needed = 1 WHERE id = 'rel-1'",
    "another record": "UPDATE proposal_items SET id = 'rec-9'",
    "no record": "DELETE FROM proposal_items WHERE proposal_id = 'rel-1'",
    "born approved": "INSERT INTO proposals SELECT 'rel-9', recipient, agreement_id, agreement_version, purpose, "
    "proposer, created_at, expires_at, 'approved', digest, policy_digest, 1, NULL, NULL, NULL FROM proposals "
    "WHERE id = 'rel-1'",
    "born without need": "INSERT INTO proposals SELECT 'rel-9', recipient, agreement_id, agreement_version, purpose, "
    "proposer, created_at, expires_at, state, digest, policy_digest, 0, NULL, NULL, NULL FROM proposals "
    "WHERE id = 'rel-1'",
    "another agreement's rule": "INSERT INTO proposals SELECT 'rel-9', recipient, 'agr-2', agreement_version, purpose, "
    "proposer, created_at, expires_at, state, digest, policy_digest, 0, NULL, NULL, NULL FROM proposals "
    "WHERE id = 'rel-3'",
}
WAIVERS = {
    "by the proposer": wish("wvr-2", "NULL, 'person-1'"),
    "by one person for both": wish("wvr-2", "'person-3', 'person-3'"),
    "whole at once": wish("wvr-2", "'adm-1', 'person-3'"),
    "an officer as the administrator": wish("wvr-2", "'person-8', NULL"),
    "another digest": wish("wvr-2", "NULL, 'person-3'", OTHER),
    "for two days": wish("wvr-2", "NULL, 'person-3'", lasts=172_800_000_000),
    "the same for the other part": "UPDATE waivers SET administrator = 'person-2'",
    "the proposer for the other part": "UPDATE waivers SET administrator = 'person-1'",
    "another officer instead": "UPDATE waivers SET releasing_officer = 'person-3'",
    "longer": "UPDATE waivers SET expires_at = expires_at + 1",
    "used by one": f"UPDATE waivers SET used_at = {MICROS}",
    "gone": "DELETE FROM waivers",
}
ONLY_POSTGRESQL = {
    "no trigger": "ALTER TABLE approvals DISABLE TRIGGER ALL",
    "drop trigger": "DROP TRIGGER guard_approval_new ON approvals",
    "another function": "CREATE OR REPLACE FUNCTION guard_approval_new() RETURNS trigger LANGUAGE plpgsql "
    "AS $$ BEGIN RETURN NEW; END $$",
    "as a replica": "SET session_replication_role = replica",
    "truncate": "TRUNCATE waivers",
    "drop": "DROP TABLE waivers",
    "blind the guards": "CREATE TEMP TABLE proposals AS SELECT * FROM public.proposals; "
    "UPDATE pg_temp.proposals SET proposer = 'x'; CREATE TEMP TABLE people AS SELECT * FROM public.people; "
    "UPDATE pg_temp.people SET role = 'releasing_officer'; "
    "INSERT INTO public.approvals VALUES ('rel-1', 'person-1', 'releasing_officer', '" + DIGEST + "', 1)",
}


def test_every_attack_fails(node_url: str) -> None:
    attacks = APPROVALS | STATES | {f"waiver {name}": each for name, each in WAIVERS.items()}
    if not node_url.startswith("sqlite"):
        attacks |= ONLY_POSTGRESQL
    assert [name for name, statement in attacks.items() if succeeds(node_url, statement)] == []


def test_what_is_honest_goes_through(node_url: str) -> None:
    """The controls: the same role may write what the program writes."""
    for statement in (
        wish("wvr-2", "NULL, 'person-3'"),
        "UPDATE waivers SET administrator = 'adm-1' WHERE id = 'wvr-1'",
        approval("person-3"),
        "UPDATE proposals SET state = 'approved' WHERE id = 'rel-1'",
        "DELETE FROM approvals WHERE proposal_id = 'rel-1' AND person = 'person-3'",
    ):
        assert succeeds(node_url, statement), statement
    late = "UPDATE proposals SET state = 'released', released_at = {} WHERE id = 'rel-1'"
    assert not succeeds(node_url, late.format(MICROS)), "one approval is gone again"
    assert succeeds(node_url, f"UPDATE waivers SET used_at = {MICROS} WHERE id = 'wvr-1'")
    assert not succeeds(node_url, late.format(MICROS + 1)), "the mark is of another moment"
    assert succeeds(node_url, late.format(MICROS))
    assert not succeeds(node_url, "UPDATE waivers SET used_at = NULL WHERE id = 'wvr-1'")


def test_a_disabled_person_counts_no_more(node_url: str) -> None:
    assert succeeds(node_url, approval("person-3"))
    assert succeeds(node_url, "UPDATE people SET disabled = 1 WHERE id = 'person-3'")
    assert not succeeds(node_url, STATES["approved too early"])
    assert succeeds(node_url, "UPDATE waivers SET administrator = 'adm-1' WHERE id = 'wvr-1'")
    assert succeeds(node_url, "UPDATE people SET disabled = 1 WHERE id = 'adm-1'")
    assert not succeeds(node_url, f"UPDATE waivers SET used_at = {MICROS} WHERE id = 'wvr-1'")


def test_the_store_keeps_waivers_and_standing_approvals(node_url: str, store: SqlStore) -> None:
    assert node_url
    whole = replace(waiver(), administrator="adm-1")
    with store.write() as unit:
        assert unit.waivers.get("wvr-1", lock=True) == waiver()
        unit.waivers.update(whole)
        assert unit.waivers.of_proposal("rel-1") == unit.waivers.all(9) == [whole]
        unit.waivers.add_standing(standing())
        unit.waivers.update_standing(replace(standing(), second_officer="person-3"))
        assert unit.waivers.standing_of("agr-1") == unit.waivers.all_standing(9)
        assert unit.waivers.standing("sta-1", lock=True) == replace(standing(), second_officer="person-3")
    with pytest.raises(Conflict), store.write() as unit:
        unit.waivers.update_standing(replace(standing(), second_officer="person-4"))
    with pytest.raises(Conflict), store.write() as unit:
        unit.waivers.add_standing(standing("sta-2", first_officer="person-1"))
    later = NOW + timedelta(hours=1)
    with store.write() as unit:
        unit.releases.set_state("rel-3", "released", released_at=later, envelope_digest="e")
        unit.waivers.update_standing(replace(standing(), second_officer="person-3", revoked_at=NOW))
        unit.releases.add(proposal("rel-4", "standing:agr-1"), [])
    with pytest.raises(Denied) as caught, store.write() as unit:
        unit.releases.set_state("rel-4", "released", released_at=later, envelope_digest="e")
    assert caught.value.code is Code.APPROVAL_MISSING


def test_the_page_gives_no_more_than_it_says(node_url: str) -> None:
    """Neither DDL nor any right over tables but reading and writing rows; deleting only where the program does."""
    if node_url.startswith("sqlite"):
        return
    for statement in ("CREATE TABLE mine (a int)", "DELETE FROM ledger_entries", "DELETE FROM people", "VACUUM FULL"):
        assert not succeeds(node_url, statement), statement
