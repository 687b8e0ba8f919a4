"""What becomes of a record here when we recall it from a partner: it counts as recalled, and what was about to bring it
there again is void. A newer version may be proposed anew (docs/spec/messages.md §6).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from exchange.ledger.entries import entry
from exchange.model.records import Ref
from exchange.operations.clock import stamp
from exchange.operations.sent import RECALLED, drop_draft
from exchange.ports import Unit

REASON = "RECORD_RECALLED"


def withdraw(unit: Unit, recipient: str, refs: Sequence[Ref], actor: str, now: datetime) -> list[bytes]:
    """Marks the views and voids open proposals to `recipient`; returns the ledger entries to write."""
    views = unit.releases.sent_views(recipient, refs)
    unit.releases.put_sent_views([replace(view, view_digest=RECALLED) for view in views.values()])
    open_ = {
        proposal.id
        for ref in refs
        for proposal, _ in unit.releases.of_record(ref)
        if proposal.recipient == recipient and proposal.state in ("proposed", "approved")
    }
    lines = []
    for id_ in sorted(open_):
        proposal = unit.releases.get(id_, lock=True)
        if proposal is None or proposal.state not in ("proposed", "approved"):
            continue
        unit.releases.set_state(id_, "voided")
        drop_draft(unit, id_)
        lines.append(entry("release.voided", at=stamp(now), actor=actor, release=id_, reason=REASON))
    return lines
