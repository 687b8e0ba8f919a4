"""The node's numbers in the text format of Prometheus (version 0.0.4). Counts only: no partner, no id, no text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from exchange.operations.alarms import CODES
from exchange.operations.overview import Status
from exchange.operations.reconcile_alarms import CODES as RECONCILE_CODES

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
Labels = Mapping[str, str]


def text(status: Status) -> str:
    """One sample a line; label values are codes of ours, so nothing needs escaping."""
    gauges: dict[str, list[tuple[Labels, int]]] = {
        "exchange_records": [({"held": "own"}, status.own_records), ({"held": "received"}, status.received_records)],
        "exchange_ledger_entries": [({}, status.ledger_size)],
        "exchange_outbox_envelopes": [({"state": state}, count) for state, count in sorted(status.outbox.items())],
        "exchange_evidence": [({}, len(status.evidence))],
        "exchange_stream_alarms": [({"code": code}, count) for code, count in _by_code(status)],
        "exchange_reconcile_alarms": [({"code": code}, count) for code, count in _found(status)],
        "exchange_obligations_due": [({"type": o.type, "by": o.by}, o.due) for o in status.obligations],
        "exchange_obligations_overdue": [({"type": o.type, "by": o.by}, o.overdue) for o in status.obligations],
    }
    lines = []
    for name, samples in gauges.items():
        lines.append(f"# TYPE {name} gauge")
        lines += [f"{name}{_labels(labels)} {value}" for labels, value in samples]
    return "\n".join([*lines, ""])


def _by_code(status: Status) -> list[tuple[str, int]]:
    """Each code always has its line, so that an alarm that ends is seen to end."""
    counts = Counter(each.code for each in status.streams)
    return [(code, counts[code]) for code in CODES]


def _found(status: Status) -> list[tuple[str, int]]:
    """As `_by_code`; a number counts once for each partner that it rings for, whatever it counts itself."""
    counts = Counter(each.code for each in status.reconciles)
    return [(code, counts[code]) for code in RECONCILE_CODES]


def _labels(labels: Labels) -> str:
    named = ",".join(f'{name}="{value}"' for name, value in labels.items())
    return "{" + named + "}" if named else ""
