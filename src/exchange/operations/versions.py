"""Every version of a record that this node still holds: ours with what each changed, a partner's as they came in.

What another version said is read like the newest one, and each page of it is a ledger entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from exchange.crypto.commitments import unpack
from exchange.crypto.encoding import b64
from exchange.errors import NotFound
from exchange.ledger.entries import entry
from exchange.model.claims import Claim
from exchange.model.records import HeldRecord, Ref
from exchange.model.state import Copy, Person
from exchange.operations import journal
from exchange.operations.claims import claims_of
from exchange.operations.clock import safe_now, stamp
from exchange.operations.corrections import Change, changes
from exchange.operations.permissions import Permission, require
from exchange.operations.read import ReceivedRecord
from exchange.ports import Node, Unit

MAX_PAGE = 20


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version of ours, or one parcel of a partner's."""

    version: int
    at: datetime
    """When it was issued here, or came in."""
    sender: str | None
    """None for our own."""
    agreement: str | None = None
    expires_at: datetime | None = None
    changes: tuple[Change, ...] | None = None
    """Against the version before; None for the first, and for parcels, of which the newest two are compared by
    `corrections.difference`."""


@dataclass(frozen=True, slots=True)
class Versions:
    """A page, newest first."""

    lines: Sequence[VersionLine]
    before: int | None
    """Where the next page begins; None at the end."""


def versions(node: Node, unit: Unit, person: Person, ref: Ref, before: int | None = None) -> Versions:
    """The versions below `before`, `MAX_PAGE` at most. NotFound."""
    require(person, Permission.RECORD_READ)
    if ref.originator == node.code:
        current = unit.records.current([ref], lock=False)
        if not current:
            raise NotFound(record=ref.id)
        found = _own(unit, ref, min(current[0].record.version, (before or current[0].record.version + 1) - 1))
    else:
        found = _received(unit, ref, before)
    _log(node, unit, person, ref)
    return found


def read_version(node: Node, unit: Unit, person: Person, ref: Ref, version: int) -> HeldRecord | ReceivedRecord:
    """One version of ours, or the copy of one that its originator itself sent. NotFound."""
    require(person, Permission.RECORD_READ)
    found: HeldRecord | ReceivedRecord | None
    if ref.originator == node.code:
        found = unit.records.version(ref, version)
    else:
        copy = unit.copies.as_sent(ref, version)
        found = None if copy is None else ReceivedRecord(copy, _claims(copy))
    if found is None:
        raise NotFound(record=ref.id)
    _log(node, unit, person, ref)
    return found


def _own(unit: Unit, ref: Ref, top: int) -> Versions:
    wanted = range(top, max(top - MAX_PAGE, 0) - 1, -1)
    held = {number: unit.records.version(ref, number) for number in wanted if number > 0}
    lines = []
    for number in wanted[: min(top, MAX_PAGE)]:
        record, old = held[number], held.get(number - 1)
        if record is None:
            continue
        changed = None if old is None else changes(old.record.claims, record.record.claims)
        at = datetime.fromisoformat(record.record.issued).astimezone(UTC)
        lines.append(VersionLine(number, at, None, changes=changed))
    last = top - MAX_PAGE
    return Versions(lines, last + 1 if last > 0 else None)


def _received(unit: Unit, ref: Ref, before: int | None) -> Versions:
    places = [line for line in unit.copies.places([ref]) if before is None or line.version < before]
    if not places:
        raise NotFound(record=ref.id)
    newest = sorted(places, key=lambda line: (line.version, line.received_at), reverse=True)
    lines = [
        VersionLine(line.version, line.received_at, line.sender, line.agreement_id, line.expires_at)
        for line in newest[:MAX_PAGE]
    ]
    return Versions(lines, lines[-1].version if len(newest) > MAX_PAGE else None)


def _claims(copy: Copy) -> tuple[Claim, ...]:
    return claims_of([claim for _, claim in unpack(copy.claims)], whole=False)


def _log(node: Node, unit: Unit, person: Person, ref: Ref) -> None:
    now, own = safe_now(node, unit), ref.originator == node.code
    name = (unit.records if own else unit.copies).ledger_refs([ref])[0]
    line = entry("record.read", at=stamp(now), actor=person.id, ref=b64(name), held="own" if own else "received")
    journal.write(node, unit, [line], now)
