"""The report on a bundle as a list of its steps: before the first fault each holds, behind it none was reached.

Spec: docs/spec/bundle.md §2.
"""

from __future__ import annotations

from typing import Final

from exchange.ledger.bundle_report import BundleReport
from exchange.ledger.checklist import FAILS, HOLDS, NOT_REACHED, Point
from exchange.ledger.report import Fault, Finding

STEPS: Final = (
    *("file", "whose", "keys", "checkpoints", "chain", "story", "envelope", "receipts", "decisions", "stamps"),
    "signature",
)
_BY_MEMBER: Final = {
    "root_fingerprint": "whose",
    "descriptors": "keys",
    "checkpoint": "checkpoints",
    "envelope": "envelope",
    "receipt": "receipts",
    "decision": "decisions",
    "stamps": "stamps",
    "signature": "signature",
}
_PROOFS: Final = frozenset({Fault.ENTRY_INDEX, Fault.ENTRY_PROOF, Fault.ENTRY_MALFORMED})


def bundle_checklist(report: BundleReport) -> list[Point]:
    """Every step in order."""
    if report.reason is None:
        return [Point(name, HOLDS, None) for name in STEPS]
    at = STEPS.index(_step(report.reason, report.member or ""))
    found = Finding(report.reason, None, None, 0)
    states = [HOLDS] * at + [FAILS] + [NOT_REACHED] * (len(STEPS) - at - 1)
    return [
        Point(name, state, None, (found,) if state == FAILS else ()) for name, state in zip(STEPS, states, strict=True)
    ]


def _step(fault: Fault, member: str) -> str:
    if fault is Fault.FILE_MALFORMED:
        return "file"
    name = member.partition(".")[0]
    if name in _BY_MEMBER:
        return _BY_MEMBER[name]
    return "chain" if fault in _PROOFS else "story"
