"""Whole nodes reconcile over mutual TLS, on both databases: the worker's run, and faults put into tables."""

from __future__ import annotations

import logging
from concurrent.futures import wait
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from exchange.crypto.encoding import canonical
from exchange.crypto.signed import wrap
from exchange.errors import Code, Remote
from exchange.ledger.reconciled import read_result
from exchange.ledger.reconciled_file import check
from exchange.ledger.statements import Statement
from exchange.model.reconciled import Reconciled
from exchange.operations.clock import stamp
from exchange.operations.deliver import deliver
from exchange.operations.pull import pull
from exchange.operations.reconcile import reconcile
from exchange.operations.reconcile_file import file_of
from exchange.ports import Node
from exchange.worker import Pace, Worker
from tests.integration import test_api_partners
from tests.integration.test_api_partners import Line, _released
from tests.invariants import ledger_verifies

line = test_api_partners.line
_HOUR = timedelta(hours=1)


@pytest.fixture
def sent(line: Line) -> Line:
    """Two envelopes pushed, one pulled."""
    _released(line, 1)
    _released(line, 2)
    assert deliver(line.dz, "KW").accepted == 2
    _released(line, 3)
    assert pull(line.kw, "DZ").envelopes == 1
    return line


def stored(node: Node, partner: str) -> list[Reconciled]:
    with node.store.read() as unit:
        return unit.reconciles.of(partner, 9)


def sql(node: Node, statement: str) -> None:
    """As somebody with the database's password would."""
    store: Any = getattr(node.store, "store", node.store)
    engine = create_engine(store._engine.url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def counts(found: Reconciled) -> dict[str, int]:
    return {each.value: count for each, count in read_result(found.document).counts.items() if count}


def test_the_result_of_a_day(sent: Line) -> None:
    found = reconcile(sent.dz, "KW")
    (there,) = stored(sent.kw, "DZ")
    assert (found.outcome, there.outcome, counts(found)) == ("agreed", "agreed", {"matched": 3})
    assert (found.document, found.ours, found.theirs) == (there.document, there.theirs, there.ours)
    with sent.kw.store.read() as unit:
        data = file_of(sent.kw, unit, there)
    pins = {"DZ": sent.dz.keys.root_fingerprint, "KW": sent.kw.keys.root_fingerprint}
    assert check(data, pins).same
    for code in ("DZ", "KW"):
        ledger_verifies(sent.states[code].node, sent.states[code].staff.auditor)


def test_the_worker_does_it_once(sent: Line, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    pace = Pace(timedelta(0), timedelta(days=1), timedelta(minutes=5), reconcile_hour=8)
    for _ in range(2):
        worker = Worker(sent.dz, pace)
        worker.once()
        assert not wait(worker._runs.values(), 60).not_done
    found = [each for each in stored(sent.dz, "KW") if each.outcome == "agreed"]
    assert len(found) == 1
    sent.states.clock.forward(_HOUR)
    sql(sent.kw, "DELETE FROM inbox WHERE sender = 'DZ' AND seq = 2")
    reconcile(sent.dz, "KW")
    sent.states.clock.forward(timedelta(minutes=6))
    worker = Worker(sent.dz, pace)
    worker._streams()
    assert "worker.reconcile alarm partner=KW code=PHANTOM_RECEIPT" in caplog.text


@pytest.mark.parametrize(
    ("at", "statement", "class_"),
    [
        ("kw", "DELETE FROM inbox WHERE sender = 'DZ' AND seq = 2", "phantom_receipt"),
        ("kw", "UPDATE inbox SET envelope_digest = '" + "ab" * 32 + "' WHERE seq = 2", "equivocated"),
        ("kw", "UPDATE inbox SET state = 'refused', code = 'EXPIRED' WHERE seq = 2", "equivocated"),
        ("dz", "DELETE FROM outbox WHERE recipient = 'KW' AND seq = 2", "omitted"),
    ],
)
@pytest.mark.parametrize("asker", ["DZ", "KW"])
def test_a_table_that_was_changed(sent: Line, at: str, statement: str, class_: str, asker: str) -> None:
    sql(getattr(sent, at), statement)
    sent.states.clock.forward(_HOUR)
    one, other = (sent.dz, "KW") if asker == "DZ" else (sent.kw, "DZ")
    found = reconcile(one, other)
    assert (found.outcome, counts(found)) == ("agreed", {"matched": 2, class_: 1})
    (number,) = read_result(found.document).differences
    assert number[:3] == ("DZ", 1, 2)


def test_too_soon_is_a_problem_with_its_code(sent: Line) -> None:
    reconcile(sent.dz, "KW")
    sent.states.clock.forward(timedelta(minutes=1))
    with pytest.raises(Remote) as refused:
        reconcile(sent.dz, "KW")
    assert (refused.value.code, refused.value.facts["status"]) == (Code.TOO_MANY_REQUESTS, 429)


@pytest.mark.parametrize("path", ["/partner/v1/reconcile", "/partner/v1/reconciled"])
def test_what_is_no_statement_is_refused(sent: Line, path: str) -> None:
    for body in (b"", b"{}", b"[" * 1000, canonical({"document": "", "proof": "", "root": {}})):
        answer = sent.call("DZ", "POST", path, body)
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert sent.call("DZ", "POST", path, b"x" * ((1 << 20) + 1)).status_code == 413
    assert sent.call("XX", "POST", path, b"{}").status_code == 403
    assert stored(sent.kw, "DZ") == []


def test_another_partners_statement_is_refused(sent: Line) -> None:
    """Signed by DZ, brought by AE."""
    now = stamp(sent.dz.clock.now())
    statement = Statement("DZ", "KW", now, now[:10], "", ()).to_bytes()
    wire = wrap("exchange/reconcile/1", statement, sent.dz.keys.signing[1])
    assert sent.call("AE", "POST", "/partner/v1/reconcile", wire).status_code == 422
    answer = sent.call("DZ", "POST", "/partner/v1/reconcile", wire)
    assert answer.status_code == 200
