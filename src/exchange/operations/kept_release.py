"""What the decisions of a release stood on, kept in its transaction, and the ledger's entry that vouches for it.

The decisions are those taken at the release, not those of the proposal. Spec: docs/spec/policy.md §11.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from exchange.ledger.entries import entry
from exchange.model.records import HeldRecord
from exchange.model.state import Proposal
from exchange.operations.clock import stamp
from exchange.operations.grounds import Grounds
from exchange.operations.kept import kept, kept_digest
from exchange.operations.views import Asked, View
from exchange.ports import Unit


def keep_released(
    code: str,
    unit: Unit,
    proposal: Proposal,
    ground: Grounds,
    decided: tuple[Sequence[tuple[HeldRecord, View]], datetime],
) -> bytes | None:
    """Stores it; returns its digest (32 bytes). None for a message without records: nothing was decided on one."""
    views, now = decided
    if not views:
        return None
    manifests = [bytes.fromhex(seen.decision.manifest_digest) for _, seen in views]
    asked = Asked(proposal.recipient, proposal.purpose, now)
    made = kept("released", code, ground, asked, manifests, [seen.decision_digest for _, seen in views])
    unit.releases.keep_decisions(proposal.id, made)
    return kept_digest(proposal.id, made)


def decided_entry(proposal: Proposal, digest: bytes, actor: str, now: datetime) -> bytes:
    """Stands behind the `release.released` of the same release, and behind what must follow that at once."""
    return entry("release.decided", at=stamp(now), actor=actor, release=proposal.id, digest=digest.hex())
