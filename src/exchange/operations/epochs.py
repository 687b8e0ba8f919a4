"""A new epoch: how a node goes on whose ledger is older than what it signed before (threat T-47).

An administrator opens it. Streams begin again at number 1, the ledger goes on under a new name from what is left of it,
and every partner gets the signed announcement with each heartbeat until it has answered. What had been queued is given
up: some of its numbers may have been used before, so none of it leaves; officers propose it again.
Spec: docs/spec/envelope.md §8, docs/spec/ledger.md §4.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from exchange.crypto.descriptor import Descriptor
from exchange.crypto.encoding import b64, canonical, digest, read_canonical, unb64
from exchange.crypto.fields import CODE, NODE, Fields
from exchange.crypto.header import NO_PREVIOUS
from exchange.crypto.opening import SKEW
from exchange.crypto.signed import document_of, unwrap, wrap
from exchange.errors import BadInput, Code, Untrusted
from exchange.ledger import book
from exchange.ledger.entries import entry
from exchange.model.claims import JsonObject
from exchange.model.heads import OpenedEpoch
from exchange.model.state import Person, StreamEnd
from exchange.operations import journal
from exchange.operations.clock import safe_now, stamp
from exchange.operations.ledger_state import LedgerState, keep_state, ledger_state
from exchange.operations.permissions import Permission, require
from exchange.operations.sent import forget_views, message_failed
from exchange.ports import Node, Unit

TYPE: Final = "exchange/epoch/1"
REASONS: Final = ("RESTORED_BACKUP", "LOST_DISK", "REPAIRED_DATABASE", "EXERCISE")
SHOWN: Final = timedelta(days=7)
"""How long a partner's new epoch is told as an alarm."""
_MEMBERS: Final = ("v", "node", "epoch", "issued", "size", "root", "lost", "reason")
_LIMIT: Final = 8 << 10
_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class Epoch:
    """What an announcement says."""

    node: str
    epoch: int
    issued: datetime
    size: int
    """Entries that the ledger still has."""
    root: bytes
    """Over them, 32 bytes."""
    lost: int
    """Size of the largest head that the node knows to have signed before; 0 if it knows of none."""
    reason: str


def open_epoch(node: Node, unit: Unit, person: Person, reason: str) -> Epoch:
    """The administrator's decision. BadInput for a reason that is not in REASONS."""
    require(person, Permission.PERSON_WRITE)
    if reason not in REASONS:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="reason")
    now = safe_now(node, unit)
    for partner in unit.partners.all():
        unit.streams.end_out(partner.code, lock=True)  # what is at work ends first, and is given up with the rest
    head = unit.ledger.head(lock=True)
    state = ledger_state(unit)
    behind = state.behind
    made = Epoch(
        node=node.code,
        epoch=max(state.epoch, 0 if behind is None else behind.epoch) + 1,
        issued=now,
        size=head.size,
        root=book.root(head),
        lost=0 if behind is None else behind.size,
        reason=reason,
    )
    document = _document(made)
    unit.heads.put_epoch(OpenedEpoch(node.code, made.epoch, now, wrap(TYPE, document, node.keys.signing[node.suite])))
    unit.streams.open_epoch(made.epoch)
    unit.heads.forget_cosigned()
    given_up = _give_up(unit)
    keep_state(unit, LedgerState(made.epoch))
    line = entry(
        "epoch.opened",
        at=stamp(now),
        actor=person.id,
        epoch=made.epoch,
        size=made.size,
        root=made.root.hex(),
        lost=made.lost,
        envelopes=given_up,
        reason=reason,
        digest=digest(TYPE, document).hex(),
    )
    journal.write(node, unit, [line], now)
    return made


def _give_up(unit: Unit) -> int:
    """Everything that was queued and not answered: it never leaves; what it carried may be proposed again."""
    count = 0
    while found := unit.streams.unanswered(_PAGE):
        for item in found:
            unit.streams.settle(item.recipient, item.epoch, item.seq, "void", b"")
            forget_views(unit, item)
            message_failed(unit, item, "void")
        count += len(found)
    return count


def announced(node: Node, unit: Unit) -> str:
    """Our newest announcement, base64, signed with the key of today; empty in epoch 1."""
    found = unit.heads.epochs(node.code)
    if not found:
        return ""
    return b64(wrap(TYPE, document_of(found[0].wire), node.keys.signing[node.suite]))


def take_epoch(node: Node, unit: Unit, card: Descriptor, opened: str, now: datetime) -> None:
    """Takes a partner's announcement: its stream begins again at 1, a person is told. An older one changes nothing.

    Untrusted(SIGNATURE_INVALID, PARTNER_ANSWER) for what the partner did not sign or what is not one.
    """
    if not opened:
        return
    wire = unb64(opened)
    end = unit.streams.end_in(card.node, lock=True)
    if read_epoch(document_of(wire)).epoch <= end.epoch:
        return
    said = read_epoch(unwrap(TYPE, wire, lambda kid: card.signing_key(kid, now)))
    if said.node != card.node or said.issued > now + SKEW:
        raise Untrusted(Code.PARTNER_ANSWER, partner=card.node)
    unit.heads.put_epoch(OpenedEpoch(card.node, said.epoch, now, wire))
    unit.streams.advance_in(StreamEnd(card.node, said.epoch, 0, NO_PREVIOUS))
    line = entry(
        "partner.epoch",
        at=stamp(now),
        actor=card.node,
        partner=card.node,
        epoch=said.epoch,
        size=said.size,
        lost=said.lost,
        reason=said.reason,
    )
    journal.write(node, unit, [line], now)


def lately(unit: Unit, now: datetime) -> list[OpenedEpoch]:
    """New epochs of partners within the last days: what they sent before may be lost to them."""
    found = (unit.heads.epochs(partner.code) for partner in unit.partners.all())
    return [each[0] for each in found if each and now - each[0].at < SHOWN]


def read_epoch(document: bytes) -> Epoch:
    """The announcement. BadInput unless it is exactly one."""
    fields = Fields(read_canonical(document, limit=_LIMIT), _MEMBERS, Code.PARTNER_ANSWER)
    fields.integer("v", 1, 1)
    return Epoch(
        node=fields.text("node", NODE),
        epoch=fields.integer("epoch", 2, 10**9 - 1),
        issued=fields.time("issued"),
        size=fields.integer("size"),
        root=fields.binary("root", 32),
        lost=fields.integer("lost"),
        reason=fields.text("reason", CODE),
    )


def _document(made: Epoch) -> bytes:
    value: JsonObject = {
        "v": 1,
        "node": made.node,
        "epoch": made.epoch,
        "issued": stamp(made.issued),
        "size": made.size,
        "root": b64(made.root),
        "lost": made.lost,
        "reason": made.reason,
    }
    return canonical(value)
