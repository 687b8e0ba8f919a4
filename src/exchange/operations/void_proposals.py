"""Voids every open proposal that something which ended took the ground from: an agreement, or a partner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from exchange.ledger.entries import entry
from exchange.model.state import Proposal
from exchange.operations import journal
from exchange.operations.clock import safe_now, stamp
from exchange.operations.sent import drop_draft
from exchange.ports import Node, Unit

OPEN: Final = ("proposed", "approved")
_PAGE: Final = 200


def void_proposals(node: Node, unit: Unit, actor: str, reason: str, concerns: Callable[[Proposal], bool]) -> int:
    """How many. Each under its lock and read again there: a release may have committed since the page was read."""
    now, count = safe_now(node, unit), 0
    for state in OPEN:
        after = None
        while page := unit.releases.page(state, after, _PAGE):
            after = page[-1].id
            for proposal in sorted(each.id for each in page if concerns(each)):
                locked = unit.releases.get(proposal, lock=True)
                if locked is None or locked.state not in OPEN:
                    continue
                unit.releases.set_state(proposal, "voided")
                drop_draft(unit, proposal)
                line = entry("release.voided", at=stamp(now), actor=actor, release=proposal, reason=reason)
                journal.write(node, unit, [line], now)
                count += 1
    return count
