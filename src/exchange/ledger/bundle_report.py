"""What a verification of an evidence bundle found, and what a bundle that verifies says of its exchange.

Values only; `exchange.ledger.bundle_verify` fills them. Spec: docs/spec/bundle.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from exchange.ledger.bundle import KIND
from exchange.ledger.bundle_decision import Decided
from exchange.ledger.report import Exit, Fault
from exchange.model.claims import JsonObject, JsonValue

NOT_PROVEN: Final = (
    "NOT_PROVEN_CONTENT",
    "NOT_PROVEN_TRUTH",
    "NOT_PROVEN_OTHER_ENTRIES",
    "NOT_PROVEN_SINGLE_HISTORY",
    "NOT_PROVEN_CLOCK",
    "NOT_PROVEN_STAMPS",
    "NOT_PROVEN_DECISIONS",
    "NOT_PROVEN_APPROVALS_BY_MARKING",
    "NOT_PROVEN_PERSONS",
    "NOT_PROVEN_KEYS_UNSTOLEN",
)
"""What a pass does not prove (docs/spec/bundle.md §3)."""


class Cosigner(NamedTuple):
    """A witness whose cosignatures of the checkpoint were verified."""

    party: str
    fingerprint: str
    """Of the root that its card is signed by."""
    at: int
    """POSIX seconds: when it saw this head as the largest consistent one, by its own clock."""
    named: bool
    """Whether the agreement in the file names this root as the party's. Whose it really is, the reader compares."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a verified bundle says, for a reader."""

    recipient: str
    agreement: str
    version: int
    agreement_digest: str
    purpose: str
    proposer: str
    proposed: str
    """Times are `YYYY-MM-DDTHH:MM:SSZ`."""
    approvals: tuple[tuple[str, str], ...]
    """Person and time, of those that the release names."""
    substitute: str
    """Kind of the entry that stood for missing approvals, or empty."""
    releaser: str
    released: str
    stream: str
    """`epoch/number` in the stream to the recipient."""
    envelope: str
    voided: bool
    outcome: str
    """`accepted`, `refused`, or empty as long as no receipt came."""
    answered: str
    index: int
    size: int
    root: str
    """Hex."""
    digest: str
    """What was proposed, approved and released."""
    decision: str
    """Hex digest of what the decisions stood on, or empty."""
    decided: Decided | None
    witnesses: tuple[Cosigner, ...]
    """Who cosigned the checkpoint with every key that its card names."""
    cosigners: tuple[str, ...]
    """Names under other signatures of the checkpoint: without a card here, or not with every key of one."""
    stamps: int
    stamped: str
    """The earliest time of a stamp that was verified, or empty."""


@dataclass(frozen=True, slots=True)
class BundleReport:
    """The result of verifying one bundle."""

    exit_code: Exit
    reason: Fault | None
    member: str | None
    """The member that the first fault was found in: `entries.3`."""
    node: str = ""
    release: str = ""
    made: str = ""
    told: Told | None = None
    """None unless everything holds."""
    not_proven: tuple[str, ...] = NOT_PROVEN

    @property
    def ok(self) -> bool:
        return self.exit_code is Exit.OK

    def document(self) -> JsonObject:
        """The report as JSON."""
        told = self.told
        facts: JsonObject = {}
        if told is not None:
            approvals: list[JsonValue] = [list(each) for each in told.approvals]
            facts = {name: getattr(told, name) for name in _PLAIN}
            witnesses: list[JsonValue] = [dict(each._asdict()) for each in told.witnesses]
            facts |= {"approvals": approvals, "witnesses": witnesses, "cosigners": list(told.cosigners)}
        return {
            "ok": self.ok,
            "kind": KIND,
            "exit_code": int(self.exit_code),
            "reason": None if self.reason is None else self.reason.value,
            "member": self.member,
            "node": self.node,
            "release": self.release,
            "made": self.made,
            "told": facts,
            "not_proven": list(self.not_proven),
        }


_PLAIN: Final = (
    *("recipient", "agreement", "version", "agreement_digest", "purpose", "proposer", "proposed", "substitute"),
    *("releaser", "released", "stream", "envelope", "voided", "outcome", "answered", "index", "size", "root"),
    *("digest", "decision", "stamps", "stamped"),
)
