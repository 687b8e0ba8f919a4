"""One time-stamp for each day: over the newest head of the day, asked for once the day is over.

Nothing waits for a stamp. Heads of days on which the authority did not answer are stamped when it does, oldest first;
a stamp says by when a head existed, so a late one proves less, and is kept all the same. Spec: docs/spec/bundle.md §4.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from exchange.crypto import checkpoint
from exchange.crypto import stamps as rfc3161
from exchange.errors import ExchangeError
from exchange.model.stamps import DayHead
from exchange.operations.clock import safe_now, stamp
from exchange.ports import Node
from exchange.ports.stamps import StampAuthority

FIRST: Final = timedelta(minutes=10)
LONGEST: Final = timedelta(hours=6)
"""Between attempts after failures: doubled from the first to the longest."""
AT_ONCE: Final = 32
"""Stamps of one run at most."""
_AFTER, _FAILURES = "stamp.after", "stamp.failures"


def stamp_heads(node: Node) -> int:
    """Notes the day's newest head and stamps those of days that are over; returns how many were stamped.

    Raises what stands against the first that could not be stamped, once that is noted; the next attempt waits longer
    each time. Does nothing on a node without an authority.
    """
    if node.authority is None:
        return 0
    with node.store.write() as unit:
        now = safe_now(node, unit)
        note = unit.ledger.checkpoint()
        if note is not None:
            unit.stamps.note_head(DayHead(_day(now), checkpoint.read(note).size, note))
        after = unit.setting(_AFTER)
        waiting = unit.stamps.waiting(_day(now), AT_ONCE) if after is None or after <= stamp(now) else []
    for count, row in enumerate(waiting):
        try:
            made = _asked(node.authority, row.note)
        except ExchangeError:
            _failed(node)
            if not count:
                raise
            return count
        with node.store.write() as unit:
            unit.stamps.put_token(row._replace(token=made.token, at=made.at))
            unit.set_setting(_AFTER, "")
            unit.set_setting(_FAILURES, "0")
    return len(waiting)


def stamped_text(note: bytes) -> bytes:
    """What is stamped of a checkpoint: its text, which cosignatures do not change."""
    return checkpoint.read(note).note.text


def _asked(authority: StampAuthority, note: bytes) -> rfc3161.Stamp:
    text = stamped_text(note)
    asked = rfc3161.ask(text)
    return rfc3161.read_answer(authority.ask(asked.request), text, asked.nonce, authority.certificates)


def _failed(node: Node) -> None:
    with node.store.write() as unit:
        failures = int(unit.setting(_FAILURES) or "0")
        wait = min(LONGEST, FIRST * 2 ** min(failures, 16))
        unit.set_setting(_FAILURES, str(failures + 1))
        unit.set_setting(_AFTER, stamp(safe_now(node, unit) + wait))


def _day(now: datetime) -> str:
    return stamp(now)[:10]
