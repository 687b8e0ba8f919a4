"""Removes what has had its time: answers of idempotent requests after 24 hours, proposals after their expiry, sessions,
links, challenges and codes that are over; of blinded matching what neighbours are known by after a day, queries and
tickets after 30, and our keys of epochs that are over."""

from __future__ import annotations

from datetime import datetime, timedelta

from exchange.ledger.entries import entry
from exchange.model.state import Proposal
from exchange.operations import journal
from exchange.operations.clock import safe_now, stamp
from exchange.operations.match_key import LIFE
from exchange.operations.match_limits import WATCHED
from exchange.operations.match_stats import DAYS
from exchange.operations.sent import drop_draft
from exchange.operations.sessions import IDLE
from exchange.ports import Node, Unit

ANSWERS_KEPT = timedelta(hours=24)
_PAGE = 200
_OPEN = ("proposed", "approved")


def tidy(node: Node) -> int:
    """Returns how many proposals expired. One transaction."""
    with node.store.write() as unit:
        now = safe_now(node, unit)
        unit.answers.drop_before(now - ANSWERS_KEPT)
        unit.blinded.forget_seen(now - WATCHED)
        unit.blinded.drop_before(now - DAYS)
        unit.blinded.end_keys(now - LIFE)
        unit.sessions.sweep(now, now - IDLE)
        waiting = _expired(unit, now)
        for proposal in waiting:
            unit.releases.set_state(proposal.id, "expired")
            drop_draft(unit, proposal.id)
        lines = [
            entry("release.voided", at=stamp(now), actor=node.code, release=proposal.id, reason="EXPIRED")
            for proposal in waiting
        ]
        if lines:
            journal.write(node, unit, lines, now)
    return len(waiting)


def _expired(unit: Unit, now: datetime) -> list[Proposal]:
    """Each under its lock and read again there: a release may have committed since the page was read."""
    due = sorted(
        proposal.id
        for state in _OPEN
        for proposal in unit.releases.page(state, None, _PAGE)
        if proposal.expires_at <= now
    )
    locked = [unit.releases.get(id_, lock=True) for id_ in due]
    return [proposal for proposal in locked if proposal is not None and proposal.state in _OPEN]
