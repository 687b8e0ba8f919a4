"""Every query of the hot paths goes by index, on SQLite and on a PostgreSQL that has no statistics yet.

A scan would be invisible in a small test and ruin a node with a million records (performance.md: flat cost).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import event, text

from exchange.crypto.atrest import AtRest
from exchange.model.found import Keyed, Wanted
from exchange.model.matching import Proposed, pair_of
from exchange.model.sessions import Assertion, Enrolment
from exchange.model.stamps import DayHead
from exchange.model.state import Person, SentView, StreamEnd
from exchange.store import SqlStore, SqlUnit, open_engine
from exchange.store.session import Session, Values
from tests.conftest import KEK
from tests.integration.samples import (
    NOW,
    agreement,
    copy,
    held,
    hexes,
    incoming,
    items,
    outgoing,
    proposal,
    ref,
)
from tests.integration.test_store_search import received

HOUR = timedelta(hours=1)
REFS = [ref(number) for number in range(500)]
QUERIES: dict[str, Callable[[SqlUnit], object]] = {
    "current": lambda unit: unit.records.current(REFS, lock=True),
    "version": lambda unit: unit.records.version(ref(1), 1),
    "lines": lambda unit: unit.records.lines(None, ref(3), 10),
    "lines of a kind": lambda unit: unit.records.lines("person", ref(3), 10),
    "external": lambda unit: unit.records.external("un", ["a", "b"]),
    "latest": lambda unit: unit.copies.latest(ref(1, "MA")),
    "copy lines": lambda unit: unit.copies.lines("MA", ref(3), 10),
    "all copy lines": lambda unit: unit.copies.lines(None, ref(3), 10),
    "copy refs": lambda unit: unit.copies.ledger_refs([ref(1, "MA")]),
    "newest copies": lambda unit: unit.copies.newest([ref(1, "MA"), ref(2, "MA")], lock=True),
    "copy lines of a kind": lambda unit: unit.copies.lines(None, ref(3), 10, "person"),
    "find": lambda unit: unit.search.find(Wanted(("note", "no")), None, 10),
    "find among": lambda unit: unit.search.find(Wanted(("note",), "own", ("person", "camp")), ref(3), 10),
    "find an id": lambda unit: unit.search.of_id(ref(1).id),
    "sharing": lambda unit: unit.search.sharing(["person:note 1", "document:1"], 10),
    "naming": lambda unit: unit.search.naming(REFS, 10),
    "find by sound": lambda unit: unit.search.find(Wanted((), "own", ("person",), (("slm", "An"), ("krm",))), None, 10),
    "waiting for keys": lambda unit: unit.identities.waiting(10),
    "keyed": lambda unit: unit.identities.put(
        [Keyed(each, [bytes([n])], ["slm"]) for n, each in enumerate(unit.identities.waiting(20))]
    ),
    "uncompared": lambda unit: unit.identities.compared(unit.identities.uncompared(10)),
    "having": lambda unit: unit.identities.having([bytes([number]) for number in range(40)], 60),
    "old keys": lambda unit: unit.identities.outdate(0, 10),
    "proposed": lambda unit: unit.matches.propose(
        [Proposed(a, b) for a, b in pairwise(unit.identities.waiting(4))], NOW
    ),
    "outdated": lambda unit: unit.search.outdated("own", REFS),
    "pair": lambda unit: unit.matches.pair(ref(1), ref(1, "MA")),
    "queue": lambda unit: unit.matches.queue("open", None, 10),
    "queue behind": lambda unit: unit.matches.queue("open", unit.matches.pair(ref(7), ref(7, "MA")), 10),
    "decision": lambda unit: unit.matches.decision("mtc-1", lock=True),
    "history": lambda unit: unit.matches.history(pair_of(ref(1), ref(2))),
    "reindexed": lambda unit: unit.records.add([held(1, version=2)], NOW),
    "destroyed": lambda unit: unit.copies.destroy(unit.copies.places([ref(1, "MA"), ref(2, "MA")])),
    "active": lambda unit: unit.agreements.active("agr-1", lock=True),
    "agreement": lambda unit: unit.agreements.get("agr-1"),
    "pin": lambda unit: unit.partners.by_tls_pin(hexes(1)),
    "proposal": lambda unit: unit.releases.get("rel-1", lock=True),
    "items": lambda unit: unit.releases.items("rel-1"),
    "approvals": lambda unit: unit.releases.approvals("rel-1"),
    "page": lambda unit: unit.releases.page("proposed", "rel-1", 10),
    "whole page": lambda unit: unit.releases.page(None, "rel-1", 10),
    "bulk": lambda unit: unit.releases.of_bulk("b1"),
    "sent views": lambda unit: unit.releases.sent_views("MA", REFS),
    "waiver": lambda unit: unit.waivers.get("wvr-1", lock=True),
    "waivers of a proposal": lambda unit: unit.waivers.of_proposal("rel-1"),
    "standing approvals": lambda unit: unit.waivers.standing_of("agr-1"),
    "changes": lambda unit: unit.cadences.take_changed(500),
    "waiting": lambda unit: unit.cadences.waiting(),
    "recent messages": lambda unit: unit.messages.recent(["request"], None, 10),
    "arrivals": lambda unit: unit.streams.arrivals(None, 10),
    "arrivals of one": lambda unit: unit.streams.arrivals("MA", 10),
    "unseen": lambda unit: unit.cadences.unseen(),
    "day": lambda unit: unit.cadences.take_daily("agr-1", "MA", 500),
    "begin day": lambda unit: unit.cadences.begin_day("2026-11-23", "agr-1", "MA"),
    "end day": lambda unit: unit.cadences.end_day("2026-11-23", "agr-1", "MA"),
    "due releases": lambda unit: unit.cadences.due_releases(9),
    "release done": lambda unit: unit.cadences.release_done("rel-1"),
    "state": lambda unit: unit.releases.set_state("rel-1", "voided"),
    "end out": lambda unit: unit.streams.end_out("MA", lock=True),
    "due": lambda unit: unit.streams.due(NOW, 10, "MA"),
    "recipients": lambda unit: unit.streams.recipients_due(NOW),
    "out after": lambda unit: unit.streams.out_after("MA", 1, 3, 10, 1000),
    "out item": lambda unit: unit.streams.out_item("MA", 1, 3, lock=True),
    "settle": lambda unit: unit.streams.settle("MA", 1, 3, "accepted", b"receipt"),
    "receipts": lambda unit: unit.streams.receipts(("MA", 1, 3), 10),
    "inbox item": lambda unit: unit.streams.inbox_item("MA", 1, 3),
    "inbox": lambda unit: unit.streams.inbox("MA", ("MA", 1, 3), 10),
    "owed": lambda unit: unit.streams.receipts_to_return("MA", 10),
    "returned": lambda unit: unit.streams.receipts_returned("MA", 1, [3, 4]),
    "head": lambda unit: unit.ledger.head(lock=True),
    "entries": lambda unit: unit.ledger.entries(3, 10),
    "leaves": lambda unit: unit.ledger.leaves(3, 10),
    "nodes": lambda unit: (unit.ledger.nodes(0, 3, 10), unit.ledger.nodes(1, 3, 10), unit.ledger.node_count(1)),
    "checkpoint": lambda unit: unit.ledger.checkpoint(),
    "stamp": lambda unit: unit.stamps.note_head(DayHead("2026-11-02", 3, b"note")),
    "token": lambda unit: unit.people.by_token(hexes(1), NOW),
    "session": lambda unit: unit.sessions.find(hexes(1)),
    "session seen": lambda unit: unit.sessions.seen(hexes(1), NOW),
    "session end": lambda unit: unit.sessions.end(hexes(1)),
    "sessions end": lambda unit: unit.sessions.end_all("person-1"),
    "link": lambda unit: unit.sessions.put_enrolment(Enrolment(hexes(2), "p-1", "enrol", NOW, NOW + HOUR)),
    "link taken": lambda unit: unit.sessions.take_enrolment(hexes(1)),
    "challenge": lambda unit: unit.sessions.take_challenge(hexes(1)),
    "passkey": lambda unit: unit.sessions.credential("key-1", lock=True),
    "passkeys": lambda unit: unit.sessions.credentials("p-1"),
    "passkey lost": lambda unit: unit.sessions.remove_credential("p-1", "key-2"),
    "attested": lambda unit: unit.sessions.unused("p-1", "rel-1", hexes(1), NOW),
    "attestation used": lambda unit: unit.sessions.use(hexes("proof 1"), NOW),
    "spent": lambda unit: unit.sessions.spent(hexes(1)),
    "attestations": lambda unit: unit.sessions.attestations("rel-1"),
    "code": lambda unit: unit.sessions.code("p-1", "rel-1", lock=True),
    "code dropped": lambda unit: unit.sessions.drop_code("p-1", "rel-1"),
    "preferences": lambda unit: unit.sessions.preferences("p-1"),
    "answer": lambda unit: unit.answers.get("person-1", "key", hexes("request")),
    "old answers": lambda unit: unit.answers.drop_before(NOW),
}
ALLOWED = {
    "recipients": "SCAN streams_out",  # one row a partner
    "checkpoint": "SCAN checkpoints",  # backwards by key, one row
    "agreement": "USE TEMP B-TREE FOR ORDER BY",  # the versions of one agreement
    "changes": "SCAN changed_refs USING COVERING INDEX",  # one page of it, in key order
    "unseen": "SCAN changed_refs USING COVERING INDEX",  # its first row
    "waiting": "SCAN",  # whether there is a first row
    "due releases": "SCAN standing_due USING COVERING INDEX",  # one page of it
    "waivers of a proposal": "USE TEMP B-TREE FOR ORDER BY",
    "standing approvals": "USE TEMP B-TREE FOR ORDER BY",
    "approvals": "USE TEMP B-TREE FOR ORDER BY",  # of one proposal
    "recent messages": "SCAN messages USING INDEX ix_messages_created",  # one page of it
    "arrivals": "SCAN arrivals USING COVERING INDEX",  # what nobody looked at yet
    "passkeys": "USE TEMP B-TREE FOR ORDER BY",  # of one person, 20 at most
    "attestations": "USE TEMP B-TREE FOR ORDER BY",  # of one release
    "attested": "USE TEMP B-TREE FOR ORDER BY",
    "arrivals of one": "USE TEMP B-TREE FOR ORDER BY",
    "history": "USE TEMP B-TREE FOR ORDER BY",  # of one pair
    "newest copies": "USE TEMP B-TREE FOR ORDER BY",  # of a page of records
    "destroyed": "USE TEMP B-TREE FOR ORDER BY",  # of a page of records
    "find": "SCAN anon_1",  # the rows that were read backwards by key, 300 at most
    "find among": "SCAN anon_1",
    "find by sound": "SCAN anon_1",
}
"""What is read whole or sorted on purpose, because it is small by nature."""


class _Undo(Exception):
    """Ends a transaction that nobody is to find afterwards."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def full(request: pytest.FixtureRequest) -> Iterator[SqlStore]:
    """One filled store for all queries of a database: each leaves it as it was."""
    databases = request.getfixturevalue(str(request.param))
    with databases.fresh() as url:
        store = SqlStore(open_engine(url), AtRest(KEK))
        _fill(store)
        yield store
        store.close()


def _fill(store: SqlStore) -> None:
    with store.write() as unit:
        unit.records.add([held(number) for number in range(600)], NOW)
        unit.copies.add([copy(number) for number in range(50)])
        unit.copies.add([received(number, f"note {number}", seq=2) for number in range(50)])
        unit.agreements.put(agreement())
        unit.releases.add(proposal(bulk_id="b1"), items(range(50)))
        unit.cadences.changed([(ref(number), 1) for number in range(600)])
        unit.cadences.add_daily("agr-1", "MA", [ref(number) for number in range(600)])
        unit.releases.put_sent_views([SentView("MA", each, 1, bytes(32)) for each in REFS])
        unit.streams.end_out("MA", lock=True)
        unit.streams.advance_out(StreamEnd("MA", 1, 50, hexes(50)))
        unit.streams.queue([outgoing(seq, next_attempt_at=NOW + timedelta(hours=seq % 2)) for seq in range(1, 51)])
        unit.people.add(Person("p-1", "releasing_officer", NOW))
        unit.sessions.attest(Assertion(hexes("proof 1"), "p-1", "rel-1", hexes(1), "code", hexes(1), b"{}", NOW))
        for seq in range(1, 51):
            unit.streams.add_inbox(incoming(seq, receipt_returned=seq % 2 == 0))
        unit.streams.arrived([incoming(seq) for seq in range(1, 6)])


@pytest.mark.parametrize("query", sorted(QUERIES))
def test_by_index(full: SqlStore, query: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Statements of both ways are explained: those sent straight to the driver, and those of SQLAlchemy."""
    plans: list[str] = []
    straight = Session._sent

    def explain(connection: Any, cursor: Any, statement: str, values: Any, context: Any, many: bool) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE")) and "pg_advisory" not in statement:
            lite = connection.dialect.name == "sqlite"
            of = connection.connection.driver_connection.cursor()
            of.execute(("EXPLAIN QUERY PLAN " if lite else "EXPLAIN ") + statement, values[0] if many else values)
            plans.extend(str(row[3] if lite else row[0]) for row in of.fetchall())
            of.close()

    def sent(session: Session, text: str, values: Values) -> Any:
        explain(session.connection, None, text, values, None, False)
        return straight(session, text, values)

    monkeypatch.setattr(Session, "_sent", sent)

    with suppress(_Undo), full.write() as unit:
        if full._engine.dialect.name == "postgresql":
            unit._connection.execute(text("SET LOCAL enable_seqscan = off"))
        event.listen(unit._connection, "before_cursor_execute", explain)
        QUERIES[query](unit)
        event.remove(unit._connection, "before_cursor_execute", explain)
        raise _Undo
    # The virtual table is the list of ids that was given.
    plans = [line for line in plans if not line.startswith("SCAN anon_1 VIRTUAL TABLE")]
    assert plans
    bad = [line for line in plans if line.startswith("SCAN") or "Seq Scan" in line or "TEMP B-TREE FOR ORDER" in line]
    bad += [line for line in plans if "Filter:" in line and " ANY " in line]
    assert [line for line in bad if not line.startswith(ALLOWED.get(query, "nothing"))] == [], "\n".join(plans)
