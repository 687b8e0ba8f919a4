"""An administrator confirms by name that a clock far ahead of everything known is right (threat T-51).

The entry in the ledger is the confirmation: from then on its time is the last one known, for good. So the time is given
twice: by the machine, and by the person who read it from another clock.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from exchange.errors import Code, Conflict, Unavailable
from exchange.ledger.entries import entry
from exchange.model.state import Person
from exchange.operations import journal
from exchange.operations.clock import JUMP, SKEW, held, stamp
from exchange.operations.people import who_at
from exchange.operations.permissions import Permission, require
from exchange.ports import Node, Unit


def confirming(node: Node, unit: Unit, token: str) -> Person:
    """The person behind a token, judged at the last time that is known: the clock is what is in doubt."""
    now, floor = held(node, unit)
    return who_at(unit, token, now if floor is None else floor)


def confirm_clock(node: Node, unit: Unit, person: Person, read: datetime) -> timedelta:
    """Takes the machine's time as true; returns how far it lies ahead of the last one known.

    `read`: the time now, from another clock. Unavailable(CLOCK_UNSAFE) when the two are more than ten minutes apart, or
    the machine's is behind; Conflict(STALE) when there is nothing to confirm.
    """
    require(person, Permission.PERSON_WRITE)
    now, floor = held(node, unit)
    if abs(now - read) > SKEW:
        raise Unavailable(Code.CLOCK_UNSAFE, apart_s=int(abs(now - read).total_seconds()))
    if floor is None or now - floor <= JUMP:
        raise Conflict(Code.STALE, at="clock")
    ahead = now - floor
    line = entry("clock.confirmed", at=stamp(now), actor=person.id, ahead=int(ahead.total_seconds()))
    journal.write(node, unit, [line], now)
    return ahead
