"""What became of a message that we sent: queued, delivered, answered, refused, or silence. Codes and times only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from exchange.crypto.receipts import stored_receipt
from exchange.errors import ExchangeError
from exchange.model.state import MessageKey, Person, StoredMessage
from exchange.operations.clock import safe_now
from exchange.operations.obligations import overdue
from exchange.operations.permissions import Permission, require
from exchange.ports import Node, Unit


@dataclass(frozen=True, slots=True)
class Course:
    """One message to one partner."""

    message: StoredMessage
    envelope: str
    """`queued` or `sent` (no receipt yet), `accepted`, `refused` or `void`."""
    receipt_at: datetime | None
    """When the partner signed that it has it, or that it refuses it; by its own clock."""
    code: str | None
    """Why the partner refused it, or a part of it."""
    answers: tuple[StoredMessage, ...]
    """What came back in its thread, oldest first."""
    overdue: bool
    """The answer was due and is not here, or what was kept may not be kept any more."""


def course_of(node: Node, unit: Unit, person: Person, rows: Sequence[StoredMessage]) -> list[Course]:
    """The course of each of our messages, in their order; what a partner sent is left out."""
    require(person, Permission.ACCOUNT_READ)
    now = safe_now(node, unit)
    return [_course(unit, row, now) for row in rows if row.key.direction == "out" and row.seq is not None]


def message_course(node: Node, unit: Unit, person: Person, key: MessageKey) -> Course | None:
    """The course of one message; None for one that has not left."""
    require(person, Permission.ACCOUNT_READ)
    row = unit.messages.get(key)
    found = [] if row is None else course_of(node, unit, person, [row])
    return found[0] if found else None


def _course(unit: Unit, row: StoredMessage, now: datetime) -> Course:
    item = unit.streams.out_item(row.key.partner, row.epoch or 0, row.seq or 0)
    at, code = _receipt(None if item is None else item.receipt)
    thread = unit.messages.of_thread(row.key.partner, row.thread)
    return Course(
        message=row,
        envelope="queued" if item is None else item.state,
        receipt_at=at,
        code=code,
        answers=tuple(each for each in thread if each.key.direction == "in"),
        overdue=overdue(unit, row, now),
    )


def _receipt(wire: bytes | None) -> tuple[datetime | None, str | None]:
    """It was verified when it came in."""
    if wire is None:
        return None, None
    try:
        receipt = stored_receipt(wire)
    except ExchangeError:
        return None, None
    return receipt.issued_at, receipt.code or next((code for _, code in receipt.refused), None)
