"""What came in and waits to be looked at, and what one number of a partner's stream brought.

Looking at it is a person's act: it leaves the list, for everybody, and is an entry. What needs an answer is not here:
it waits as a message until it is answered (`obligations.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from exchange.errors import Code, Conflict, NotFound
from exchange.ledger.entries import entry
from exchange.model.found import Place
from exchange.model.messages import OnwardRequest, refs_of
from exchange.model.records import Ref
from exchange.model.state import InboxItem, Person, StoredMessage
from exchange.model.vocab import strictness
from exchange.operations import journal
from exchange.operations.clock import safe_now, stamp
from exchange.operations.found_lines import FoundLine, opened
from exchange.operations.message_facts import read_stored
from exchange.operations.permissions import Permission, require
from exchange.ports import Node, Unit

MOST = 200
OPENED = 10
"""Records of one envelope that are opened for a list."""
_CODES = ("about", "outcome", "code", "reason", "urgency", "for_recipient", "deadline", "until")


@dataclass(frozen=True, slots=True)
class Arrived:
    """One number that came in."""

    item: InboxItem
    message: StoredMessage | None
    """Without its text; None where it brought records alone, or was refused."""
    codes: Mapping[str, str | int]
    """What the message says in codes (`codes_of`)."""
    records: Sequence[FoundLine]
    """Those that are still here, as far as they were opened."""
    whole: bool
    """Whether that is all of them."""
    waits: bool = True
    """Whether nobody has noted it yet."""

    @property
    def tlp(self) -> str | None:
        """The strictest label of the records that were opened."""
        return max((each.tlp for each in self.records if each.tlp is not None), key=strictness, default=None)


def arrivals(unit: Unit, person: Person, sender: str | None = None, limit: int = MOST) -> list[tuple[InboxItem, str]]:
    """What nobody has noted yet, the oldest first, and what it is: `records`, `found` (records that answer a request of
    ours), `refused`, or the type of the message."""
    require(person, Permission.RECORD_READ)
    return [(item, _kind(unit, item)) for item in unit.streams.arrivals(sender, max(1, min(limit, MOST)))]


def opened_for_list(unit: Unit, item: InboxItem) -> Arrived:
    """One of them for its line: of its records the first `OPENED`."""
    return _arrived(unit, item, OPENED)


def arrival(unit: Unit, person: Person, sender: str, epoch: int, seq: int) -> Arrived:
    """One number with every record that it brought. NotFound."""
    require(person, Permission.RECORD_READ)
    item = unit.streams.inbox_item(sender, epoch, seq)
    if item is None:
        raise NotFound(partner=sender, seq=seq)
    found = _arrived(unit, item, None)
    waits = unit.streams.waits(sender, epoch, seq)
    return replace(found, waits=waits)


def note_arrival(node: Node, unit: Unit, person: Person, sender: str, epoch: int, seq: int) -> None:
    """This person has looked at it; it waits no more. NotFound; Conflict(STALE) when somebody was faster."""
    require(person, Permission.RECORD_READ)
    if unit.streams.inbox_item(sender, epoch, seq) is None:
        raise NotFound(partner=sender, seq=seq)
    now = safe_now(node, unit)
    if not unit.streams.take_arrival(sender, epoch, seq):
        raise Conflict(Code.STALE, at="inbox")
    line = entry("arrival.noted", at=stamp(now), actor=person.id, sender=sender, epoch=epoch, seq=seq)
    journal.write(node, unit, [line], now)


def _kind(unit: Unit, item: InboxItem) -> str:
    if item.state == "refused":
        return "refused"
    if item.records:
        return "records" if item.thread is None else "found"
    message = unit.messages.at(item.sender, "in", item.epoch, item.seq)
    return "records" if message is None else message.type


def _arrived(unit: Unit, item: InboxItem, limit: int | None) -> Arrived:
    refs: list[Ref] = unit.copies.at(item.sender, item.epoch, item.seq) if item.records else []
    looked_at = refs[:limit]
    lines = [each.line() for each in opened(unit, [Place(ref, "received") for ref in looked_at])]
    message = unit.messages.at(item.sender, "in", item.epoch, item.seq)
    codes = {} if message is None else codes_of(message)
    line = None if message is None else replace(message, body=b"")
    return Arrived(item, line, codes, lines, len(looked_at) == len(refs))


def codes_of(stored: StoredMessage) -> Mapping[str, str | int]:
    """The closed words of a message and how many records it names: what a list may show of it. Nothing of its text;
    empty once that is destroyed."""
    message = read_stored(stored.body, stored.type) if stored.body else None
    if message is None:
        return {}
    found: dict[str, str | int] = {"records": len(refs_of(message))}
    for name in _CODES:
        value = getattr(message, name, None)
        if isinstance(value, str):
            found[name] = value
    if isinstance(message, OnwardRequest):
        found.pop("reason")  # of this type it is text
    return found
