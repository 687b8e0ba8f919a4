"""What is due between us and our partners, and what is overdue: rows and a time in, a list out.

Partners owe us answers to what we sent (`theirs`), we owe them answers to what came (`ours`). It names types, partners
and times only, never what a message says. The worker, the status and the metrics show it; nothing here acts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from exchange.model.messages import KEPT, Notice
from exchange.model.records import Ref
from exchange.model.state import MessageKey, StoredMessage
from exchange.operations.message_facts import read_stored
from exchange.ports import Unit

MAX_WAITING = 10_000
"""Rows looked at, soonest due first: whatever is overdue comes before whatever is not."""
OPENING = "opening"
"""Type of what is due because an auditor was shown a partner's record: no message, its id is the opening's."""
HANDED_OVER = "handed-over"
TELL_WITHIN = timedelta(days=7)
_STANDS = frozenset({"sent", "received"})


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
    """What waits in this node now, and what was kept by a law whose time is over."""
    found = [*obligations(unit.messages.waiting(MAX_WAITING), now), *_lapsed(unit, now)]
    found += list(dict.fromkeys(due for _, due in untold(unit, now)))
    return sorted(found, key=lambda each: (each.due_at, each.key))


def overdue(unit: Unit, row: StoredMessage, now: datetime) -> bool:
    """Whether this message waits for an answer that was due, or keeps a recalled copy beyond its date."""
    if any(each.overdue for each in obligations([row], now)):
        return True
    return row.type == "recall" and row.outcome in KEPT and _lapses(unit, row, now) is not None


def lates(unit: Unit, rows: Iterable[StoredMessage], now: datetime) -> set[MessageKey]:
    """Those of `rows` that are overdue."""
    return {row.key for row in rows if overdue(unit, row, now)}


def untold(unit: Unit, now: datetime) -> list[tuple[Ref, Obligation]]:
    """Records of other states that an auditor was shown, of which nobody was told yet: a notice about `handed-over`
    that names the record, sent after it was shown, to its originator or to whoever sent the copy. A copy that is gone
    can be named to nobody any more."""
    found = []
    for ref, opening in unit.openings.of_copies(MAX_WAITING):
        shown = opening.opened_at or opening.asked_at
        if unit.copies.places([ref]) and not any(_tells(unit, row, shown) for _, row in unit.messages.about([ref])):
            due = shown + TELL_WITHIN
            key = MessageKey(opening.id, ref.originator, "in")
            found.append((ref, Obligation(key, OPENING, "ours", due, due <= now)))
    return found


def _tells(unit: Unit, row: StoredMessage, since: datetime) -> bool:
    if (row.type, row.key.direction) != ("notice", "out") or row.created_at < since:
        return False
    stored = unit.messages.get(row.key)
    if stored is None or not stored.body:
        return True  # its text was destroyed in its time: years after it was due
    message = read_stored(stored.body, stored.type)
    return isinstance(message, Notice) and message.about == HANDED_OVER


def _lapsed(unit: Unit, now: datetime) -> list[Obligation]:
    """Recalled copies that were kept until a date, from the start of that day: they are to be destroyed now."""
    found = []
    for row in unit.messages.kept(MAX_WAITING):
        due = _lapses(unit, row, now)
        if due is not None:
            by = "ours" if row.key.direction == "in" else "theirs"
            found.append(Obligation(row.key, row.type, by, due, overdue=True))
    return found


def _lapses(unit: Unit, recall: StoredMessage, now: datetime) -> datetime | None:
    """The date until which it was kept, if that has come."""
    until = _until(unit, recall)
    due = None if until is None else datetime.fromisoformat(until).replace(tzinfo=UTC)
    return due if due is not None and due <= now else None


def _until(unit: Unit, recall: StoredMessage) -> str | None:
    """The date in the newest answer that stands."""
    for line in reversed(unit.messages.of_thread(recall.key.partner, recall.thread)):
        if line.type != "notice" or line.key.direction == recall.key.direction or line.state not in _STANDS:
            continue
        stored = unit.messages.get(line.key)
        message = read_stored(stored.body, stored.type) if stored is not None and stored.body else None
        if isinstance(message, Notice) and message.about == "recall-outcome":
            return message.until
    return None
