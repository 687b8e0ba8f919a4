"""What was looked at, and who was refused, as ledger entries. Reading one record logs itself (`read.py`).

A list is an entry in the transaction that read it: one a page, with what it was a list of and how many lines it had.
Refusals are entries in a transaction of their own, one a minute at most for the same person, code and permission; the
next one counts those between, so that somebody who is refused all day does not fill the disk.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta

from exchange.crypto.encoding import b64
from exchange.errors import Code
from exchange.ledger.entries import entry
from exchange.model.found import Place
from exchange.model.state import Person
from exchange.operations import journal
from exchange.operations.clock import safe_now, stamp
from exchange.ports import Node, Unit

APART = timedelta(minutes=1)
"""Time between two entries of the same refusal."""
NO_PERMISSION = "-"
"""Member `permission` of a refusal that a rule caused, not a role."""


def note_records(node: Node, unit: Unit, person: Person, count: int) -> None:
    """A page of records, ours or received, was listed: names and no content."""
    now = safe_now(node, unit)
    journal.write(node, unit, [entry("record.listed", at=stamp(now), actor=person.id, count=count)], now)


def note_reads(node: Node, unit: Unit, person: Person, places: Sequence[Place]) -> None:
    """The content of these records was shown beside others: one `record.read` each, as when one is read alone."""
    now = safe_now(node, unit)
    names: dict[Place, bytes] = {}
    for held, rows in (("own", unit.records), ("received", unit.copies)):
        some = [place for place in places if place.held == held]
        names |= zip(some, rows.ledger_refs([place.ref for place in some]), strict=True) if some else {}
    lines = [
        entry("record.read", at=stamp(now), actor=person.id, ref=b64(names[place]), held=place.held)
        for place in dict.fromkeys(places)
    ]
    if lines:
        journal.write(node, unit, lines, now)


def note_list(node: Node, unit: Unit, person: Person, what: str, count: int) -> None:
    """A page of something else was read: `inbox`, `messages`, `releases`, `grants`, `waivers`, `standing`, `offers`,
    `agreements`, `partners`, `people`, `passkeys`, `ledger`, `overrides`, `matches`, `duplicates`,
    `timeline`, `places`, or `contradictions` that were written to a file."""
    now = safe_now(node, unit)
    journal.write(node, unit, [entry("list.read", at=stamp(now), actor=person.id, what=what, count=count)], now)


def note_network(
    node: Node, unit: Unit, person: Person, start: Place, asked: tuple[int, str | None], count: int
) -> None:
    """The network around a record was read: `asked` is hops and the partner through whose eyes, if any."""
    now = safe_now(node, unit)
    (name,) = (unit.records if start.held == "own" else unit.copies).ledger_refs([start.ref])
    line = entry(
        "network.read",
        at=stamp(now),
        actor=person.id,
        ref=b64(name),
        held=start.held,
        hops=asked[0],
        lens=asked[1] or "-",
        count=count,
    )
    journal.write(node, unit, [line], now)


def note_release(node: Node, unit: Unit, person: Person, release: str) -> None:
    """One proposal was read with the names of its records."""
    now = safe_now(node, unit)
    journal.write(node, unit, [entry("release.read", at=stamp(now), actor=person.id, release=release)], now)


def note_refused(node: Node, person: Person, code: Code, permission: str, count: int = 1) -> None:
    """A known person was refused something, `count` times since the entry before."""
    with node.store.write() as unit:
        now = safe_now(node, unit)
        line = entry(
            "access.denied", at=stamp(now), actor=person.id, code=code.value, permission=permission, count=count
        )
        journal.write(node, unit, [line], now)


class Refusals:
    """Those of one process. What was counted and not written yet when it ends is not told."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._lock = threading.Lock()
        self._last: dict[tuple[str, Code, str], datetime] = {}
        self._untold: dict[tuple[str, Code, str], int] = {}

    def note(self, person: Person, code: Code, permission: str) -> None:
        """Writes an entry, or counts it for the next one."""
        key, now = (person.id, code, permission), self._node.clock.now()
        with self._lock:
            last = self._last.get(key)
            if last is not None and abs(now - last) < APART:
                self._untold[key] = self._untold.get(key, 0) + 1
                return
            self._last[key] = now
            count = 1 + self._untold.pop(key, 0)
        note_refused(self._node, person, code, permission, count)
