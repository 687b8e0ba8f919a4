"""A partner's stream that contradicts itself is stopped until an administrator says why it may go on (threat T-07).

The two envelopes are kept as evidence. Here is only whether the stream is stopped, and the named and logged end of it.
A partner that still sends the other history stops its stream again: resolving accepts nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from exchange.errors import BadInput, Code, Conflict, NotFound
from exchange.ledger.entries import entry
from exchange.model.state import Person
from exchange.operations import journal
from exchange.operations.clock import safe_now, stamp
from exchange.operations.permissions import Permission, require
from exchange.ports import Node, Unit

REASONS: Final = ("PARTNER_RESTORED", "PARTNER_SOFTWARE", "PARTNER_KEY_STOLEN", "OWN_RESTORED")
"""Why a stream may go on: the partner came back from a backup, had a fault, lost a key; or we came back from one."""
_SETTING: Final = "stopped."
"""Setting `stopped.<sender>`: `<epoch> <number> <time>`, empty once resolved."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """Where a stream contradicted itself, and when we saw it."""

    epoch: int
    seq: int
    at: str


def stopped(unit: Unit, sender: str) -> Stopped | None:
    """Where the stream of `sender` is stopped; None while it runs."""
    kept = unit.setting(_SETTING + sender)
    if not kept:
        return None
    epoch, seq, at = kept.split(" ")
    return Stopped(int(epoch), int(seq), at)


def stop(unit: Unit, sender: str, epoch: int, seq: int, now: datetime) -> None:
    """From this transaction on nothing of the stream is taken in."""
    unit.set_setting(_SETTING + sender, f"{epoch} {seq} {stamp(now)}")


def resolve(node: Node, unit: Unit, person: Person, sender: str, reason: str) -> Stopped:
    """Lets the stream go on behind the number that was taken last; returns where it had stopped.

    BadInput for a reason that is not in REASONS; NotFound(partner); Conflict(STALE) for a stream that is not stopped.
    """
    require(person, Permission.PARTNER_WRITE)
    if reason not in REASONS:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="reason")
    if unit.partners.get(sender) is None:
        raise NotFound(partner=sender)
    unit.streams.end_in(sender, lock=True)
    where = stopped(unit, sender)
    if where is None:
        raise Conflict(Code.STALE, at="stream")
    now = safe_now(node, unit)
    unit.set_setting(_SETTING + sender, "")
    line = entry(
        "equivocation.resolved",
        at=stamp(now),
        actor=person.id,
        sender=sender,
        epoch=where.epoch,
        seq=where.seq,
        reason=reason,
    )
    journal.write(node, unit, [line], now)
    return where
