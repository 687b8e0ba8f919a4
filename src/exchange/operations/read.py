"""Reading records: own ones and partners' copies. A read is a ledger entry, by HMAC reference, never by name."""

from __future__ import annotations

from dataclasses import dataclass

from exchange.crypto.commitments import unpack
from exchange.crypto.encoding import b64
from exchange.errors import NotFound
from exchange.ledger.entries import entry
from exchange.model.claims import Claim
from exchange.model.records import HeldRecord, Ref
from exchange.model.state import Copy, InboxItem, Person, RecordLine
from exchange.operations import journal
from exchange.operations.claims import claims_of
from exchange.operations.clock import safe_now, stamp
from exchange.operations.permissions import Permission, require
from exchange.ports import Node, Unit

MAX_PAGE = 200


@dataclass(frozen=True, slots=True)
class ReceivedRecord:
    """A partner's record as it was disclosed to us, with the terms under which we hold it."""

    copy: Copy
    claims: tuple[Claim, ...]


def read_own(node: Node, unit: Unit, person: Person, ref: Ref) -> HeldRecord:
    """The current version of our record `ref`. NotFound also when it is another state's."""
    require(person, Permission.RECORD_READ)
    held = unit.records.current([ref], lock=False)
    if not held:
        raise NotFound(record=ref.id)
    _log(node, unit, person, unit.records.ledger_refs([ref])[0], "own")
    return held[0]


def read_received(node: Node, unit: Unit, person: Person, ref: Ref) -> ReceivedRecord:
    """The newest copy that a partner sent us of `ref`."""
    require(person, Permission.RECORD_READ)
    copy = unit.copies.latest(ref)
    if copy is None:
        raise NotFound(record=ref.id)
    _log(node, unit, person, unit.copies.ledger_refs([ref])[0], "received")
    pairs = unpack(copy.claims)
    return ReceivedRecord(copy, claims_of([claim for _, claim in pairs], whole=False))


def list_own(unit: Unit, person: Person, kind: str | None, after: Ref | None, limit: int) -> list[RecordLine]:
    """Lines of our records behind `after`; nothing from inside the bodies."""
    require(person, Permission.RECORD_READ)
    return unit.records.lines(kind, after, max(1, min(limit, MAX_PAGE)))


def list_received(unit: Unit, person: Person, sender: str | None, after: Ref | None, limit: int) -> list[RecordLine]:
    """Lines of the records that partners sent us."""
    require(person, Permission.RECORD_READ)
    return unit.copies.lines(sender, after, max(1, min(limit, MAX_PAGE)))


def list_inbox(
    unit: Unit, person: Person, sender: str | None, after: tuple[str, int, int] | None, limit: int
) -> list[InboxItem]:
    """Received envelopes in order of (sender, epoch, number)."""
    require(person, Permission.RECORD_READ)
    return unit.streams.inbox(sender, after, max(1, min(limit, MAX_PAGE)))


def _log(node: Node, unit: Unit, person: Person, ref: bytes, held: str) -> None:
    now = safe_now(node, unit)
    line = entry("record.read", at=stamp(now), actor=person.id, ref=b64(ref), held=held)
    journal.write(node, unit, [line], now)
