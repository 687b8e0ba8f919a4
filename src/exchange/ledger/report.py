"""What a verification found: faults with their places, one exit code, and what a pass does not prove.

Values only; `exchange.ledger.verify` fills them. Sentences are made from the codes elsewhere.
Spec: docs/spec/ledger.md §6.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Final, NamedTuple

from exchange.model.claims import JsonObject, JsonValue


class Exit(IntEnum):
    """Exit code of `exchange audit verify`."""

    OK = 0
    SIGNATURE = 10
    CHAIN = 11
    CHECKPOINT = 12
    UNTRUSTED = 13


class Fault(StrEnum):
    """The closed list of what can be wrong with an export, or with the evidence bundle of one exchange."""

    FILE_SIGNATURE = "FILE_SIGNATURE"
    FILE_UNSIGNED = "FILE_UNSIGNED"
    FILE_MALFORMED = "FILE_MALFORMED"
    FILE_AFTER_END = "FILE_AFTER_END"
    FILE_ARCHIVE = "FILE_ARCHIVE"
    ROOT_MISMATCH = "ROOT_MISMATCH"
    DESCRIPTOR_MISSING = "DESCRIPTOR_MISSING"
    DESCRIPTOR_INVALID = "DESCRIPTOR_INVALID"
    SIGNING_KEY_UNKNOWN = "SIGNING_KEY_UNKNOWN"
    LEDGER_KEY_UNKNOWN = "LEDGER_KEY_UNKNOWN"
    PARTY_KEY_UNKNOWN = "PARTY_KEY_UNKNOWN"
    ENTRY_LINE = "ENTRY_LINE"
    ENTRY_INDEX = "ENTRY_INDEX"
    ENTRY_HASH = "ENTRY_HASH"
    ENTRY_MALFORMED = "ENTRY_MALFORMED"
    ENTRIES_MISSING = "ENTRIES_MISSING"
    GENESIS = "GENESIS"
    TIME_WENT_BACK = "TIME_WENT_BACK"
    NUMBER_GAP = "NUMBER_GAP"
    NUMBER_REUSED = "NUMBER_REUSED"
    RELEASE_UNPROPOSED = "RELEASE_UNPROPOSED"
    RELEASE_DIFFERS = "RELEASE_DIFFERS"
    APPROVAL_UNPROPOSED = "APPROVAL_UNPROPOSED"
    APPROVAL_STALE = "APPROVAL_STALE"
    APPROVAL_MISSING = "APPROVAL_MISSING"
    APPROVAL_REPEATED = "APPROVAL_REPEATED"
    SELF_APPROVAL = "SELF_APPROVAL"
    WAIVER_INVALID = "WAIVER_INVALID"
    STANDING_INVALID = "STANDING_INVALID"
    EPOCH_INVALID = "EPOCH_INVALID"
    DECISION_UNMATCHED = "DECISION_UNMATCHED"
    DECISION_ABSENT = "DECISION_ABSENT"
    DECISION_DIFFERS = "DECISION_DIFFERS"
    OPENING_INVALID = "OPENING_INVALID"
    AGREEMENT_NOT_ACTIVE = "AGREEMENT_NOT_ACTIVE"
    AGREEMENT_MISSING = "AGREEMENT_MISSING"
    AGREEMENT_DIFFERS = "AGREEMENT_DIFFERS"
    AGREEMENT_PARTIES = "AGREEMENT_PARTIES"
    AGREEMENT_PURPOSE = "AGREEMENT_PURPOSE"
    AGREEMENT_UNSIGNED = "AGREEMENT_UNSIGNED"
    AGREEMENT_SIGNATURE = "AGREEMENT_SIGNATURE"
    MESSAGE_UNAPPROVED = "MESSAGE_UNAPPROVED"
    MESSAGE_UNMATCHED = "MESSAGE_UNMATCHED"
    OUTCOME_UNASKED = "OUTCOME_UNASKED"
    DESTROYED_UNASKED = "DESTROYED_UNASKED"
    RETENTION_EXCEEDED = "RETENTION_EXCEEDED"
    GRANT_UNMATCHED = "GRANT_UNMATCHED"
    ONWARD_UNGRANTED = "ONWARD_UNGRANTED"
    RECEIPT_UNMATCHED = "RECEIPT_UNMATCHED"
    RECEIPT_MISSING = "RECEIPT_MISSING"
    RECEIPT_MALFORMED = "RECEIPT_MALFORMED"
    RECEIPT_DIFFERS = "RECEIPT_DIFFERS"
    RECEIPT_SIGNATURE = "RECEIPT_SIGNATURE"
    ENTRY_PROOF = "ENTRY_PROOF"
    RELEASE_MISSING = "RELEASE_MISSING"
    ENVELOPE_MALFORMED = "ENVELOPE_MALFORMED"
    ENVELOPE_DIFFERS = "ENVELOPE_DIFFERS"
    ENVELOPE_SIGNATURE = "ENVELOPE_SIGNATURE"
    STAMP_DIFFERS = "STAMP_DIFFERS"
    STAMP_UNTRUSTED = "STAMP_UNTRUSTED"
    CHECKPOINT_MALFORMED = "CHECKPOINT_MALFORMED"
    CHECKPOINT_SIGNATURE = "CHECKPOINT_SIGNATURE"
    COSIGNATURE_INVALID = "COSIGNATURE_INVALID"
    CHECKPOINT_ORIGIN = "CHECKPOINT_ORIGIN"
    CHECKPOINT_SIZE = "CHECKPOINT_SIZE"
    CHECKPOINT_ROOT = "CHECKPOINT_ROOT"
    CHECKPOINT_MISSING = "CHECKPOINT_MISSING"

    @property
    def exit(self) -> Exit:
        return _EXITS.get(self, Exit.CHAIN)


_EXITS: Final = {
    Fault.FILE_SIGNATURE: Exit.SIGNATURE,
    Fault.FILE_UNSIGNED: Exit.SIGNATURE,
    Fault.FILE_AFTER_END: Exit.SIGNATURE,
    Fault.AGREEMENT_UNSIGNED: Exit.SIGNATURE,
    Fault.AGREEMENT_SIGNATURE: Exit.SIGNATURE,
    Fault.RECEIPT_SIGNATURE: Exit.SIGNATURE,
    Fault.ENVELOPE_SIGNATURE: Exit.SIGNATURE,
    Fault.CHECKPOINT_SIGNATURE: Exit.SIGNATURE,
    Fault.CHECKPOINT_MALFORMED: Exit.CHECKPOINT,
    Fault.COSIGNATURE_INVALID: Exit.SIGNATURE,
    Fault.CHECKPOINT_ORIGIN: Exit.CHECKPOINT,
    Fault.CHECKPOINT_SIZE: Exit.CHECKPOINT,
    Fault.CHECKPOINT_ROOT: Exit.CHECKPOINT,
    Fault.CHECKPOINT_MISSING: Exit.CHECKPOINT,
    Fault.ROOT_MISMATCH: Exit.UNTRUSTED,
    Fault.DESCRIPTOR_MISSING: Exit.UNTRUSTED,
    Fault.DESCRIPTOR_INVALID: Exit.UNTRUSTED,
    Fault.SIGNING_KEY_UNKNOWN: Exit.UNTRUSTED,
    Fault.LEDGER_KEY_UNKNOWN: Exit.UNTRUSTED,
    Fault.PARTY_KEY_UNKNOWN: Exit.UNTRUSTED,
    Fault.STAMP_UNTRUSTED: Exit.UNTRUSTED,
}
"""Exit code of each fault; every other one breaks the chain (11)."""

_FILE: Final = frozenset({Fault.FILE_SIGNATURE, Fault.FILE_UNSIGNED, Fault.FILE_AFTER_END})
"""The file is not what the node signed: said before anything that may follow from it."""
_TRUST: Final = frozenset({Fault.ROOT_MISMATCH, Fault.DESCRIPTOR_MISSING, Fault.SIGNING_KEY_UNKNOWN})
"""Nobody that the auditor trusts vouches for the file: said before everything else."""

NOT_PROVEN: Final = (
    "NOT_PROVEN_CONTENT",
    "NOT_PROVEN_TRUTH",
    "NOT_PROVEN_NOTHING_UNLOGGED",
    "NOT_PROVEN_SINGLE_HISTORY",
    "NOT_PROVEN_LATEST",
    "NOT_PROVEN_CLOCK",
    "NOT_PROVEN_DECISIONS",
    "NOT_PROVEN_APPROVALS_BY_MARKING",
    "NOT_PROVEN_PERSONS",
    "NOT_PROVEN_RECEIVED_COMPLETE",
    "NOT_PROVEN_KEYS_UNSTOLEN",
)
"""What a pass does not prove (docs/spec/ledger.md §7), whatever the result, unless more was brought than the file."""
NOT_PROVEN_WHOSE: Final = "NOT_PROVEN_WHOSE"
"""Reported before the others where the auditor brought no fingerprint."""
NOT_PROVEN_DECISIONS: Final = "NOT_PROVEN_DECISIONS"
NOT_PROVEN_SHOWN: Final = "NOT_PROVEN_SHOWN"
"""Reported in its place where every decision was taken again: what was shown for that may not be all that there was."""
MAX_FINDINGS: Final = 100


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault and where it is."""

    fault: Fault
    index: int | None
    """Ledger index (from 0), or None where it is not about an entry."""
    before: int | None
    """The faulty entry is at `index` or later, but before this index: what lies between two checkpoints."""
    line: int
    """Line of the file, from 1; of decisions that were brought, which file it was."""


class Witness(NamedTuple):
    """Who cosigned, and the newest head that it cosigned: the auditor asks that witness whether it did."""

    party: str
    fingerprint: str
    """Of the root that its card is signed by, as the file says."""
    size: int
    at: int
    """POSIX seconds."""


@dataclass(frozen=True, slots=True)
class Report:
    """The result of verifying one export."""

    exit_code: Exit
    reason: Fault | None
    """The fault that decided the exit code."""
    first_bad_index: int | None
    """The lowest ledger index that any finding names."""
    bad_before: int | None
    """Upper end (exclusive) of where the first bad entry may be."""
    counts: dict[str, int]
    """`entries`, `checkpoints`, `agreements`, `descriptors`, `receipts`, `releases`, `lines`, `findings`; and
    `destroyed_late`, destructions of partners' records that came too late, counted once for each arrival."""
    findings: tuple[Finding, ...]
    """In the order found; the first hundred."""
    node: str = ""
    size: int = 0
    exported: str = ""
    root: str = ""
    """Hex root over all entries, as recomputed."""
    not_proven: tuple[str, ...] = NOT_PROVEN
    witnesses: tuple[Witness, ...] = ()
    """In the order of parties."""

    @property
    def ok(self) -> bool:
        return self.exit_code == Exit.OK

    def document(self) -> JsonObject:
        """The report as JSON, with only strings, numbers and nulls."""
        findings: list[JsonValue] = [
            {"fault": each.fault.value, "index": each.index, "before": each.before, "line": each.line}
            for each in self.findings
        ]
        return {
            "ok": self.ok,
            "exit_code": int(self.exit_code),
            "reason": None if self.reason is None else self.reason.value,
            "first_bad_index": self.first_bad_index,
            "bad_before": self.bad_before,
            "counts": dict(self.counts),
            "findings": findings,
            "node": self.node,
            "size": self.size,
            "exported": self.exported,
            "root": self.root,
            "not_proven": list(self.not_proven),
            "witnesses": [dict(each._asdict()) for each in self.witnesses],
        }


@dataclass(slots=True)
class Findings:
    """Collects faults while a file is read."""

    line: int = 0
    """Line being read, from 1."""
    total: int = 0
    kept: list[Finding] = field(default_factory=list)
    _first: Finding | None = None
    _lowest: Finding | None = None
    _heading: Finding | None = None

    def add(self, fault: Fault, index: int | None = None, before: int | None = None) -> None:
        if index is not None and before is None:
            before = index + 1
        finding = Finding(fault, index, before, self.line)
        self.total += 1
        if len(self.kept) < MAX_FINDINGS:
            self.kept.append(finding)
        if self._first is None:
            self._first = finding
        if index is not None and self._comes_first(fault, index):
            self._lowest = finding
        if fault in _TRUST | _FILE and (self._heading is None or (fault in _TRUST and self._heading.fault in _FILE)):
            self._heading = finding

    def _comes_first(self, fault: Fault, index: int) -> bool:
        """The lowest index; there, a root that differs explains whatever else is wrong; else the first found."""
        if self._lowest is None or self._lowest.index is None:
            return True
        return index < self._lowest.index or (index == self._lowest.index and fault is Fault.CHECKPOINT_ROOT)

    @property
    def lowest(self) -> Finding | None:
        """The finding that names the first bad entry."""
        return self._lowest

    @property
    def deciding(self) -> Finding | None:
        """Trust in the node, then the lowest index, then the file's signature, then the rest in file order.

        An index says more than "the file was changed", which every change of an export says too.
        """
        trusted = self._heading is None or self._heading.fault in _FILE
        return (self._lowest or self._heading or self._first) if trusted else self._heading
