"""Migrations: the schema is what `tables.py` says, and going down and up again loses nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import MetaData, create_engine, inspect, select

from exchange.crypto.atrest import AtRest
from exchange.errors import Code, Unavailable
from exchange.ledger import book
from exchange.model.afterwards import Erased, StoredGrant
from exchange.model.blinded import BlindEpoch, BlindQuery, BlindTicket
from exchange.model.heads import Cosigned, OpenedEpoch, Override, SeenHead, Witnessed
from exchange.model.matching import MatchDecision, pair_of
from exchange.model.reconciled import Reconciled, Run
from exchange.model.stamps import DayHead
from exchange.model.state import Approval, KeptDecisions, Offer, SentView, StoredAnswer, StreamEnd, Termination
from exchange.model.trust import Introduction, Revocation
from exchange.store import SqlStore, migrate, open_engine
from exchange.store.tables import metadata
from tests.conftest import KEK
from tests.databases import Postgresql, Sqlite, succeeds
from tests.integration.samples import (
    NOW,
    agreement,
    copy,
    held,
    hexes,
    incoming,
    items,
    message,
    opening,
    outgoing,
    partner,
    person,
    proposal,
    ref,
    sign_in,
    standing,
    waiver,
)
from tests.integration.test_store_search import person as named_person
from tests.integration.test_store_search import received

REVISIONS = sorted(
    path.name[:4] for path in (Path(__file__).resolve().parents[2] / "migrations/versions").glob("0*.py")
)
ADDED = {
    *("ledger_nodes", "witnessed", "partner_heads", "cosigned", "overrides", "epochs", "stamps"),
    *("messages", "decisions", "terminations", "offers", "message_refs", "erased", "grants"),
    *("openings", "opening_records"),
    *("waivers", "standing_approvals", "changed_refs", "daily_refs", "daily_runs", "standing_due"),
    *("reconcile_runs", "reconciled"),
    *("search_records", "search_terms", "search_state", "match_pairs", "match_decisions"),
    *("console_sessions", "enrolments", "passkeys", "challenges", "attestations", "approval_codes", "preferences"),
    *("introductions", "revocations"),
    "arrivals",
    *("blind_epochs", "blind_tags", "blind_prepared", "blind_queries", "blind_tickets"),
}
"""Tables that came after the first migration: empty after a way down and up."""
WIDENED = {"proposals", "inbox", "agreements"}
"""Tables that gained columns after it."""


def rows(url: str) -> dict[str, list[Any]]:
    """Every row of every table."""
    engine = create_engine(url)
    found = MetaData()
    found.reflect(engine)
    with engine.connect() as connection:
        kept = {
            name: sorted(map(repr, connection.execute(select(table))))
            for name, table in found.tables.items()
            if name != "alembic_version"
        }
    engine.dispose()
    return kept


def fill(url: str) -> None:
    """At least one row in every table."""
    store = SqlStore(open_engine(url), AtRest(KEK))
    with store.write() as unit:
        unit.set_setting("a", "b")
        unit.records.add([held(number) for number in range(20)], NOW)
        unit.records.link_external("un", [("key", ref(1), "digest")])
        unit.copies.add([copy(1), copy(2)])
        unit.agreements.put(agreement())
        unit.agreements.request_suspension("agr-1")
        unit.agreements.ask_termination(Termination("agr-1", 1, "person-1", NOW))
        unit.offers.put(Offer("MA", "agr-2", 1, hexes("offer"), b"{}", {"MA": b"{}"}, NOW))
        unit.partners.put(partner())
        unit.partners.set_tls_pins("MA", [hexes("pin")])
        unit.trust.put_introduction(Introduction("TN", b"{}", 1, hexes("root"), "person-1", NOW, "person-1", NOW))
        unit.trust.put_revocation(Revocation("MA", "OUR_DECISION", "person-1", NOW))
        unit.people.add(person("person-2", "releasing_officer"))
        made = proposal(bulk_id="b")
        unit.releases.add(made, items([1, 2]))
        unit.releases.keep_decisions("rel-1", KeptDecisions("proposed", NOW, b"{}", bytes(64), bytes(64)))
        unit.releases.approve(Approval("rel-1", "person-2", "releasing_officer", made.digest, NOW))
        unit.waivers.add(waiver())
        unit.waivers.add_standing(standing())
        unit.releases.set_state("rel-1", "released", released_at=NOW, envelope_digest="e")
        unit.cadences.changed([(ref(1), 1)])
        unit.cadences.add_daily("agr-1", "MA", [ref(1)])
        unit.cadences.begin_day("2026-11-23", "agr-1", "MA")
        unit.cadences.release_later("rel-1")
        unit.messages.add(message())
        unit.messages.name(message().key, [ref(1)])
        unit.erasures.bury([Erased(ref(9, "MA"), "received", "MA", 1, NOW, "recall")])
        unit.grants.keep(StoredGrant("d", "MA", "DZ", "TN", "msg-1", "agr-1", b"wire", NOW + timedelta(days=1), NOW))
        unit.releases.put_sent_views([SentView("MA", ref(1), 1, bytes(32))])
        unit.reconciles.put_run(Run("MA", "r", NOW, b"{}"))
        unit.reconciles.keep(Reconciled("MA", "r", "2026-11-02", NOW, "agreed", "d", "", b"{}", b"1", b"2"))
        unit.streams.end_out("MA", lock=True)
        unit.streams.end_in("MA", lock=True)
        unit.streams.advance_in(StreamEnd("MA", 1, 3, hexes(3)))
        unit.streams.queue([outgoing(1, receipt=b"receipt")])
        unit.streams.add_inbox(incoming(1, wire=b"wire", code="EXPIRED", state="refused", receipt_returned=False))
        unit.streams.arrived([incoming(1)])
        unit.streams.add_evidence("MA", 1, 1, "equivocation", b"wire", NOW)
        leaves = [book.Leaf(each, book.leaf_of(bytes(16), each), bytes(16)) for each in (b"one", b"two")]
        unit.ledger.append(book.extend_hashes(book.EMPTY, [each.hash for each in leaves]), leaves, NOW)
        unit.ledger.put_nodes(1, 0, [leaves[0].hash])
        unit.heads.witness(Witnessed("MA.exchange", "MA", 3, bytes(32), NOW, b"note"), None)
        unit.heads.see([SeenHead("MA.exchange", 3, bytes(32), "MA", "MA", NOW, b"note")])
        unit.heads.put_cosigned(Cosigned("MA", 2, NOW))
        unit.heads.put_override(Override("o", "outage", "person-1", NOW, 4, "person-2", NOW + timedelta(hours=4)))
        unit.heads.put_epoch(OpenedEpoch("MA", 2, NOW, b"wire"))
        unit.ledger.put_checkpoint(2, b"note")
        unit.stamps.note_head(DayHead("2026-11-02", 2, b"note"))
        unit.people.add(person())
        unit.people.add_token(hexes("token"), "person-1", NOW + timedelta(hours=1))
        unit.people.add(person("person-5", "auditor"))
        sign_in(unit)
        unit.openings.add(opening())
        unit.openings.show("opn-1", "own", [ref(1)])
        unit.copies.add([received(3, "Salim Specimen", seq=3)])
        unit.records.add([named_person(30, "Salim Specimen")], NOW)
        unit.matches.decide(MatchDecision("mtc-1", pair_of(ref(1), ref(2)), "same", "person-1", NOW, ""))
        unit.blinded.put_epoch(BlindEpoch("MA", "asks", 1, bytes(32), NOW, bytes(32)))
        unit.blinded.put_ticket(BlindTicket("MA", "in", "ab" * 16, NOW, "agr-1", "contact", "rec-1"))
        unit.blinded.keep("MA", [("rec-1", 1)], [(b"token", "rec-1")])
        unit.blinded.add_query(BlindQuery("MA", "in", "r", NOW, "case", "o", "agr-1", "contact", 0, bytes(8)))
        unit.answers.put(StoredAnswer("key", "person-1", "d", 200, b"{}", NOW))
    store.close()


def test_from_nothing_to_head_and_back(databases: Sqlite | Postgresql) -> None:
    with databases.fresh(migrated=False) as url:
        assert migrate.current(url) is None
        assert migrate.pending(url) == REVISIONS
        migrate.upgrade(url, "0001")
        assert (migrate.current(url), migrate.pending(url)) == ("0001", REVISIONS[1:])
        migrate.upgrade(url)
        migrate.upgrade(url)
        assert (migrate.current(url), migrate.pending(url)) == (REVISIONS[-1], [])
        migrate.downgrade(url, "base")
        assert migrate.current(url) is None
        assert rows(url) == {}


def guards(url: str) -> dict[str, str]:
    """Table and name of every trigger -> its text."""
    told = "SELECT tgrelid::regclass || ' ' || tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
    if url.startswith("sqlite"):
        told = "SELECT tbl_name || ' ' || name, sql FROM sqlite_master WHERE type = 'trigger'"
    engine = create_engine(url)
    with engine.connect() as connection:
        found = {str(name): str(made) for name, made in connection.exec_driver_sql(told)}
    engine.dispose()
    return found


def test_no_revision_loses_a_guard_of_those_before(databases: Sqlite | Postgresql) -> None:
    """SQLite makes a table anew where it cannot change it, and its triggers go with the old one."""
    with databases.fresh(migrated=False) as url:
        there: dict[str, dict[str, str]] = {}
        for revision in REVISIONS:
            migrate.upgrade(url, revision)
            there[revision] = guards(url)
        for earlier, later in pairwise(REVISIONS):
            assert there[earlier].keys() <= there[later].keys(), later
        on_agreements = {name for name in there[REVISIONS[-1]] if name.startswith("agreements ")}
        assert {"agreements guard_document_update", "agreements guard_document_delete"} <= on_agreements
        assert {"agreements guard_agreement_end", "agreements guard_agreement_ended"} <= on_agreements
        for revision in reversed(REVISIONS):
            migrate.downgrade(url, revision)
            assert guards(url) == there[revision]


def test_down_and_up_with_data(database: str) -> None:
    fill(database)
    before = rows(database)
    assert before.keys() == metadata.tables.keys()
    assert [name for name, kept in before.items() if not kept] == []
    migrate.downgrade(database, "0001")
    kept = rows(database)
    added = before.keys() - kept.keys()
    assert added == ADDED
    assert {name: len(found) for name, found in kept.items()} == {name: len(before[name]) for name in kept}
    same = kept.keys() - WIDENED
    assert {name: kept[name] for name in same} == {name: before[name] for name in same}
    migrate.upgrade(database)
    assert rows(database) == {**before, **{name: [] for name in added}}
    assert not succeeds(database, "DELETE FROM ledger_entries")
    store = SqlStore(open_engine(database), AtRest(KEK))
    with store.read() as unit:
        assert unit.records.current([ref(3)], lock=False) == [held(3)]
        assert unit.copies.latest(ref(1, "MA")) == copy(1)
    store.close()
    migrate.downgrade(database, "base")
    migrate.upgrade(database)
    fill(database)
    assert rows(database).keys() == before.keys()


def test_the_schema_is_what_the_tables_say(database: str) -> None:
    engine = create_engine(database)
    with engine.begin() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        seen = inspect(connection)
        for table in metadata.sorted_tables:
            wanted = {constraint.name for constraint in table.constraints if constraint.name}
            there = {str(each["name"]) for each in seen.get_check_constraints(table.name)}
            there |= {str(each["name"]) for each in seen.get_unique_constraints(table.name)}
            there |= {str(each["name"]) for each in seen.get_foreign_keys(table.name)}
            there.add(str(seen.get_pk_constraint(table.name)["name"]))
            assert there == {str(name) for name in wanted}
    engine.dispose()


def test_two_nodes_that_start_at_once(databases: Sqlite | Postgresql) -> None:
    with databases.fresh(migrated=False) as url, ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(migrate.upgrade, url) for _ in range(2)]:
            done.result(60)
        assert migrate.pending(url) == []


def test_a_newer_database_is_told(database: str) -> None:
    assert succeeds(database, "UPDATE alembic_version SET version_num = '9999'")
    for attempt in (lambda: migrate.pending(database), lambda: migrate.upgrade(database)):
        with pytest.raises(Unavailable) as caught:
            attempt()
        assert caught.value.code is Code.MIGRATION_PENDING
