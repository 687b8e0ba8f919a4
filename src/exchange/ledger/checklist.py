"""A report of a verification as a list of what was looked at: each point holds, fails, or was not reached.

Every fault belongs to exactly one point (a test holds that). After a break in the chain later entries are only counted,
so what entries say about each other was not looked at behind the break. Spec: docs/spec/ledger.md §6.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from exchange.ledger.report import Fault, Finding, Report

POINTS: Final[dict[str, frozenset[Fault]]] = {
    "file": frozenset({Fault.FILE_MALFORMED, Fault.FILE_ARCHIVE, Fault.FILE_AFTER_END}),
    "whose": frozenset({Fault.ROOT_MISMATCH, Fault.DESCRIPTOR_MISSING, Fault.SIGNING_KEY_UNKNOWN}),
    "keys": frozenset({Fault.DESCRIPTOR_INVALID, Fault.LEDGER_KEY_UNKNOWN, Fault.PARTY_KEY_UNKNOWN}),
    "chain": frozenset(
        {Fault.ENTRY_LINE, Fault.ENTRY_INDEX, Fault.ENTRY_HASH, Fault.ENTRIES_MISSING, Fault.ENTRY_PROOF}
    ),
    "entries": frozenset({Fault.ENTRY_MALFORMED, Fault.GENESIS, Fault.TIME_WENT_BACK}),
    "checkpoints": frozenset(
        {Fault.CHECKPOINT_MALFORMED, Fault.CHECKPOINT_SIGNATURE, Fault.CHECKPOINT_ORIGIN, Fault.CHECKPOINT_SIZE}
        | {Fault.CHECKPOINT_ROOT, Fault.CHECKPOINT_MISSING, Fault.EPOCH_INVALID}
    ),
    "cosignatures": frozenset({Fault.COSIGNATURE_INVALID}),
    "streams": frozenset({Fault.NUMBER_GAP, Fault.NUMBER_REUSED}),
    "releases": frozenset(
        {Fault.RELEASE_UNPROPOSED, Fault.RELEASE_DIFFERS, Fault.RELEASE_MISSING}
        | {Fault.ENVELOPE_MALFORMED, Fault.ENVELOPE_DIFFERS, Fault.ENVELOPE_SIGNATURE}
    ),
    "approvals": frozenset(
        {Fault.APPROVAL_UNPROPOSED, Fault.APPROVAL_STALE, Fault.APPROVAL_MISSING, Fault.APPROVAL_REPEATED}
        | {Fault.SELF_APPROVAL, Fault.WAIVER_INVALID, Fault.STANDING_INVALID}
    ),
    "decisions": frozenset({Fault.DECISION_UNMATCHED, Fault.DECISION_ABSENT, Fault.DECISION_DIFFERS}),
    "agreements": frozenset(
        {Fault.AGREEMENT_NOT_ACTIVE, Fault.AGREEMENT_MISSING, Fault.AGREEMENT_DIFFERS, Fault.AGREEMENT_PARTIES}
        | {Fault.AGREEMENT_PURPOSE, Fault.AGREEMENT_UNSIGNED, Fault.AGREEMENT_SIGNATURE}
    ),
    "messages": frozenset(
        {Fault.MESSAGE_UNAPPROVED, Fault.MESSAGE_UNMATCHED, Fault.OUTCOME_UNASKED, Fault.DESTROYED_UNASKED}
    ),
    "retention": frozenset({Fault.RETENTION_EXCEEDED}),
    "onward": frozenset({Fault.GRANT_UNMATCHED, Fault.ONWARD_UNGRANTED}),
    "openings": frozenset({Fault.OPENING_INVALID}),
    "receipts": frozenset(
        {Fault.RECEIPT_UNMATCHED, Fault.RECEIPT_MISSING, Fault.RECEIPT_MALFORMED, Fault.RECEIPT_DIFFERS}
        | {Fault.RECEIPT_SIGNATURE}
    ),
    "stamps": frozenset({Fault.STAMP_DIFFERS, Fault.STAMP_UNTRUSTED}),
    "signature": frozenset({Fault.FILE_SIGNATURE, Fault.FILE_UNSIGNED}),
}
"""Point -> the faults that are found at it, in the order of a report. `stamps` is of bundles only."""
_BREAKS: Final = POINTS["chain"] | POINTS["file"]
_BEHIND: Final = frozenset(
    {"entries", "streams", "releases", "approvals", "decisions", "agreements", "messages", "retention", "onward"}
    | {"openings", "receipts"}
)
"""What is not looked at behind a break."""
_HEADLESS: Final = frozenset({Fault.CHECKPOINT_ROOT, Fault.CHECKPOINT_MISSING})
"""Where no head vouches for the end, what should stand there is not asked for."""
_COUNTED: Final = {
    "entries": "entries",
    "chain": "entries",
    "checkpoints": "checkpoints",
    "keys": "descriptors",
    "agreements": "agreements",
    "releases": "releases",
    "receipts": "receipts",
}
HOLDS, FAILS, NOT_REACHED = "holds", "fails", "not_reached"


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the list."""

    name: str
    state: str
    """`holds`, `fails`, or `not_reached` where a break before it ended the reading, or more was found than is told."""
    count: int | None
    """How many were looked at, where they are counted."""
    findings: tuple[Finding, ...] = ()


def checklist(report: Report) -> list[Point]:
    """Every point of an export, in order."""
    broken = any(each.fault in _BREAKS for each in report.findings)
    cut = report.counts.get("findings", 0) > len(report.findings)  # only the first hundred are told
    headless = any(each.fault in _HEADLESS for each in report.findings)
    points = []
    for name, faults in POINTS.items():
        if name == "stamps":
            continue
        found = tuple(each for each in report.findings if each.fault in faults)
        state = FAILS if found else NOT_REACHED if cut or (broken and name in _BEHIND) else HOLDS
        if headless and not found and name in ("retention", "decisions"):
            state = NOT_REACHED
        points.append(Point(name, state, report.counts.get(_COUNTED.get(name, "")), found))
    return points
