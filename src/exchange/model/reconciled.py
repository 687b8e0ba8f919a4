"""What a node keeps of reconciling with a partner: the run that is open, and the results."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Run:
    """The run that a partner began last: one for each partner, replaced by the next."""

    partner: str
    id: str
    """Digest of the partner's question, hex."""
    opened_at: datetime
    state: bytes
    """What was said so far, canonical JSON; empty while the answer is being made."""


@dataclass(frozen=True, slots=True)
class Reconciled:
    """One result with one partner."""

    partner: str
    run: str
    day: str
    at: datetime
    outcome: str
    """`pending` (only we signed), `agreed` (both signed the same), `differs` (both signed, not the same;
    or the partner refused to sign, and `theirs` is None), or `broken` (what the partner signed
    does not fit what it signed before)."""
    digest: str
    """Of our document, hex; of a broken one, of the evidence."""
    findings: str
    """What is wrong, as a digest; empty when nothing is."""
    document: bytes
    """Our result; empty of a broken one."""
    ours: bytes
    """Our signature over it, as it goes over the wire; empty of a broken one."""
    theirs: bytes | None = None
    """What the partner signed; of a broken one, its signed documents, one a line."""
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    reason: str | None = None
