"""After release, over real stores: corrected, recalled, destroyed at one partner, kept by law at the other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from exchange.crypto.atrest import AtRest
from exchange.ledger.verify import verify
from exchange.model.messages import LegalReason, Recall
from exchange.model.records import Ref
from exchange.model.state import MessageKey
from exchange.operations.account import account
from exchange.operations.audit import export_lines, note_export
from exchange.operations.corrections import acknowledge
from exchange.operations.deposit import Amendment, amend
from exchange.operations.messages import MessageWish
from exchange.operations.propose import Wish, propose
from exchange.operations.recalls import RecallAnswer, answer_recall
from exchange.operations.release import send
from exchange.operations.retention import retention
from exchange.store import SqlStore, open_engine
from tests.conftest import KEK
from tests.databases import Postgresql, Sqlite
from tests.federation import AGREEMENT, PURPOSE, Federation, State, federate
from tests.subjects import gulf_person

BY_LAW = LegalReason("prosecution", "Case 12, court of first instance")


@pytest.fixture
def states(databases: Sqlite | Postgresql) -> Iterator[Federation]:
    with ExitStack() as stack:
        stores = {
            code: SqlStore(open_engine(stack.enter_context(databases.fresh())), AtRest(KEK))
            for code in ("DZ", "AE", "KW")
        }
        yield federate(stores)
        for store in stores.values():
            store.close()


def correct(states: Federation, ref: Ref) -> None:
    """DZ amends the record; AE and KW acknowledge."""
    dz = states["DZ"]
    with dz.node.store.write() as unit:
        amend(dz.node, unit, dz.staff.officer, [Amendment(ref, 1, gulf_person(2))])
    for code in ("AE", "KW"):
        with dz.node.store.write() as unit:
            wish = Wish(code, AGREEMENT, PURPOSE, (ref,), reason="inaccurate")
            (proposal,) = propose(dz.node, unit, dz.staff.officer, wish).proposals
        dz.approve(proposal)
        assert dz.release(proposal).state == "released"
        assert dz.deliver(code).accepted == 1
        there = states[code]
        with there.node.store.write() as unit:
            acknowledge(there.node, unit, there.staff.officer, MessageKey(f"msg-{proposal.id[4:]}", "DZ", "in"))
        assert there.deliver("DZ").accepted == 1


def recall(states: Federation, ref: Ref, code: str, outcome: str) -> str:
    """DZ recalls the record from a partner, who answers; the outcome as DZ has it."""
    dz, there = states["DZ"], states[code]
    message = Recall(PURPOSE, "", (ref,), "wrong_person", None, "2026-11-20T00:00:00Z", None)
    with dz.node.store.write() as unit:
        sent = send(dz.node, unit, dz.staff.approver, MessageWish(code, AGREEMENT, message))
    assert dz.deliver(code).accepted == 1
    kept = outcome == "retained"
    wish = RecallAnswer(
        MessageKey(sent.key.id, "DZ", "in"),
        outcome,
        legal_reason=BY_LAW if kept else None,
        until="2027-06-01" if kept else None,
    )
    with there.node.store.write() as unit:
        answer_recall(there.node, unit, there.staff.approver, wish)
    assert there.deliver("DZ").accepted == 1
    with dz.node.store.read() as unit:
        row = unit.messages.get(sent.key)
    assert row is not None
    assert row.outcome is not None
    return row.outcome


def audits_verify(states: Federation) -> None:
    for state in states.states.values():
        size = note_export(state.node, state.staff.auditor)
        report = verify(export_lines(state.node, size), fingerprint=state.node.keys.root_fingerprint)
        assert report.exit_code == 0, (state.node.code, report)


def holds(state: State, ref: Ref) -> list[int]:
    with state.node.store.read() as unit:
        return [line.version for line in unit.copies.places([ref])]


def test_corrected_recalled_destroyed_and_kept(states: Federation) -> None:
    dz = states["DZ"]
    (ref,) = dz.deposit(gulf_person(1))
    for code in ("AE", "KW"):
        dz.push(code, [ref])
        assert dz.deliver(code).accepted == 1
    correct(states, ref)
    assert (holds(states["AE"], ref), holds(states["KW"], ref)) == ([2], [2])
    assert recall(states, ref, "AE", "destroyed") == "destroyed"
    assert recall(states, ref, "KW", "retained") == "retained"
    assert (holds(states["AE"], ref), holds(states["KW"], ref)) == ([], [2])
    audits_verify(states)
    with dz.node.store.write() as unit:
        found = account(dz.node, unit, dz.staff.auditor, ref)
    assert sorted((each.version, each.recipient, each.kind, each.state) for each in found.sent) == [
        (1, "AE", "release", "accepted"),
        (1, "KW", "release", "accepted"),
        (2, "AE", "correction", "accepted"),
        (2, "KW", "correction", "accepted"),
    ]
    lines = [each.message for each in found.events]
    said = {(line.type, line.key.direction, line.key.partner, line.outcome) for line in lines}
    assert said == {
        ("correction", "out", "AE", "applied"),
        ("correction", "out", "KW", "applied"),
        ("recall", "out", "AE", "destroyed"),
        ("recall", "out", "KW", "retained"),
        ("notice", "in", "AE", None),
        ("notice", "in", "KW", None),
    }
    told = {(each.about, each.said) for each in found.events if each.message.key.direction == "in"}
    assert told == {
        ("correction-acknowledged", "applied"),
        ("recall-outcome", "destroyed"),
        ("recall-outcome", "retained"),
    }


def test_what_was_destroyed_is_in_no_file(sqlite: Sqlite) -> None:
    """The wrapped key, the manifest and the body of a copy are looked for in every byte of the database."""
    with ExitStack() as stack:
        urls = {code: stack.enter_context(sqlite.fresh()) for code in ("DZ", "KW")}
        stores = {code: SqlStore(open_engine(url), AtRest(KEK)) for code, url in urls.items()}
        states = federate(stores)
        dz, kw = states["DZ"], states["KW"]
        (ref,) = dz.deposit(gulf_person(1))
        dz.push("KW", [ref])
        assert dz.deliver("KW").accepted == 1
        looked_for = {code: traces(url, ref) for code, url in urls.items()}
        for code, url in urls.items():
            assert all(trace in bytes_of(stores[code], url) for trace in looked_for[code]), code
        states.clock.forward(timedelta(days=4000))
        assert retention(kw.node).copies == 1
        assert retention(dz.node).records == 1
        for code, url in urls.items():
            assert not any(trace in bytes_of(stores[code], url) for trace in looked_for[code]), code
        for store in stores.values():
            store.close()


def traces(url: str, ref: Ref) -> list[bytes]:
    """Bytes that stand in the rows of this record: its wrapped key, its manifests and its sealed bodies."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = [
            bytes(value)
            for statement in (
                "SELECT wrapped FROM record_keys WHERE id = :id",
                "SELECT manifest FROM record_versions WHERE id = :id",
                "SELECT body FROM record_versions WHERE id = :id",
                "SELECT manifest FROM copies WHERE id = :id",
                "SELECT body FROM copies WHERE id = :id",
            )
            for (value,) in connection.execute(text(statement), {"id": ref.id})
        ]
    engine.dispose()
    assert len(found) == 3
    return [value[:48] for value in found]


def bytes_of(store: SqlStore, url: str) -> bytes:
    """The database's file and its log, after the log was written back."""
    store.close()
    path = Path(str(make_url(url).database))
    return b"".join(file.read_bytes() for file in sorted(path.parent.glob(f"{path.name}*")))
