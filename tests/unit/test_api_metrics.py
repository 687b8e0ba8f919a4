"""The text that Prometheus reads: counts by closed words only."""

from __future__ import annotations

from exchange.api.metrics import text
from exchange.operations.obligations import Count
from exchange.operations.overview import Status
from exchange.operations.reconcile_alarms import ReconcileAlarm
from exchange.operations.stream_alarms import CUT_HERE, StreamAlarm


def test_every_sample_is_a_count() -> None:
    status = Status(
        own_records=3,
        received_records=2,
        ledger_size=9,
        outbox={"queued": 1},
        evidence=[("MA", 1, 4, "EQUIVOCATION")],
        obligations=[Count("recall", "theirs", 2, 1)],
        alarms=[],
        streams=[StreamAlarm("MA", CUT_HERE, "2026-11-02T08:00:00Z", 1, 2)],
        reconciles=[ReconcileAlarm("MA", "LOST", "2026-11-02T08:00:00Z", 7)],
        waivers={"granted": 1},
        standing_approvals={},
    )
    lines = text(status).splitlines()
    assert 'exchange_obligations_due{type="recall",by="theirs"} 2' in lines
    assert 'exchange_obligations_overdue{type="recall",by="theirs"} 1' in lines
    assert 'exchange_outbox_envelopes{state="queued"} 1' in lines
    assert "exchange_ledger_entries 9" in lines
    assert 'exchange_stream_alarms{code="TAIL_CUT_HERE"} 1' in lines
    assert 'exchange_stream_alarms{code="PARTNER_SILENT"} 0' in lines
    assert 'exchange_reconcile_alarms{code="LOST"} 1' in lines
    assert 'exchange_reconcile_alarms{code="OMITTED"} 0' in lines
    assert '"MA"' not in text(status)
    assert text(status).endswith("\n")
