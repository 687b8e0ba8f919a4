"""What is due between us and our partners, and what is overdue: rows and a time in, a list out.

Partners owe us answers to what we sent (`theirs`), we owe them answers to what came (`ours`). It names types, partners
and times only, never what a message says. The worker, the status and the metrics show it; nothing here acts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from exchange.model.state import MessageKey, StoredMessage
from exchange.ports import Unit

MAX_WAITING = 10_000
"""Rows looked at, soonest due first: whatever is overdue comes before whatever is not."""


@dataclass(frozen=True, slots=True)
class Obligation:
    """One message that waits for its answer."""

    key: MessageKey
    type: str
    by: str
    """`ours`: we must answer. `theirs`: the partner must."""
    due_at: datetime
    overdue: bool


@dataclass(frozen=True, slots=True)
class Count:
    """How many of one type wait, and how many of those are overdue."""

    type: str
    by: str
    due: int
    overdue: int


def obligations(rows: Iterable[StoredMessage], now: datetime) -> list[Obligation]:
    """What of `rows` waits for an answer, soonest due first. Overdue from the second at which it was due."""
    found = [
        Obligation(row.key, row.type, "ours" if row.key.direction == "in" else "theirs", row.due_at, row.due_at <= now)
        for row in rows
        if row.due_at is not None and row.answered_at is None and row.state in ("sent", "refused", "received")
    ]
    return sorted(found, key=lambda each: (each.due_at, each.key))


def counts(found: Iterable[Obligation]) -> list[Count]:
    """By type and side, in order; types without anything waiting are left out."""
    due, overdue = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for each in found:
        due[each.type, each.by] += 1
        overdue[each.type, each.by] += each.overdue
    return [Count(type_, by, due[type_, by], overdue[type_, by]) for type_, by in sorted(due)]


def waiting(unit: Unit, now: datetime) -> list[Obligation]:
    """What waits in this node now."""
    return obligations(unit.messages.waiting(MAX_WAITING), now)
