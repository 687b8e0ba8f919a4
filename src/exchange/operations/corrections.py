"""Corrections at the recipient: what the newest version changed, and that somebody here has seen it.

The newest version governs, its handling too. Where the correction says that the old one was wrong, or may no longer be
held, the old parcels are destroyed as it comes in. Spec: docs/spec/messages.md §7.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from exchange.crypto.commitments import unpack
from exchange.crypto.encoding import b64
from exchange.crypto.header import Header
from exchange.errors import Code, Conflict, Denied, NotFound, Untrusted
from exchange.ledger.entries import entry
from exchange.model.claims import Claim
from exchange.model.messages import RECALL_REASONS, SHREDS, Correction, Message, Notice, Recall
from exchange.model.records import Ref
from exchange.model.state import Copy, MessageKey, Person, StoredMessage
from exchange.operations import journal
from exchange.operations.claims import claims_of
from exchange.operations.clock import safe_now, stamp
from exchange.operations.destroy import Why, destroy_copies
from exchange.operations.message_facts import read_stored
from exchange.operations.messages import MessageWish
from exchange.operations.permissions import Permission, require
from exchange.operations.release import Sent, send, send_own_recall
from exchange.operations.sent import NOT_SENT, RECALL_TIME, RECALLED, sent_to
from exchange.ports import Node, Unit


@dataclass(frozen=True, slots=True)
class Change:
    """One path whose claims differ: what the old version said, what the new one says. One of them may be empty."""

    path: str
    old: tuple[Claim, ...]
    new: tuple[Claim, ...]

    @property
    def kind(self) -> str:
        """`added`, `removed` or `changed`."""
        if not self.old:
            return "added"
        return "changed" if self.new else "removed"


@dataclass(frozen=True, slots=True)
class Difference:
    """The newest version of a record and the one before it, by path."""

    ref: Ref
    held: str
    old_version: int
    new_version: int
    changes: tuple[Change, ...]


def shred_old(
    node: Node, unit: Unit, header: Header, message: Message, copies: Sequence[Copy], now: datetime
) -> list[bytes]:
    """What a correction that was just taken in makes obsolete is destroyed; returns the ledger entries to write."""
    if not isinstance(message, Correction) or message.reason not in SHREDS or not copies:
        return []
    newest = {copy.ref: (copy.version, copy.epoch, copy.seq) for copy in copies}
    old = [
        line
        for line in unit.copies.places(sorted(newest), header.sender)
        if (line.epoch, line.seq) < newest[line.ref][1:] and line.version <= newest[line.ref][0]
    ]
    if not old:
        return []
    return [destroy_copies(node, unit, old, Why(header.sender, "correction", header.id), now)]


def recall_below(
    node: Node, unit: Unit, header: Header, message: Message, copies: Sequence[Copy], now: datetime
) -> None:
    """Of what a correction makes obsolete, and we had passed on: a recall of our own to each who has it from us.

    Only for records of the correction's sender: what we pass on we hold first-hand. The corrected version may go on by
    a new release. Who cannot be asked now (a suspended partner, lapsed keys) is named by the acknowledgement, and a
    person may recall it later.
    """
    if not isinstance(message, Correction) or message.reason not in SHREDS:
        return
    wanted: dict[tuple[str, str, str], set[Ref]] = {}
    for ref in sorted({copy.ref for copy in copies if copy.ref.originator == header.sender}):
        for to, proposal in sent_to(unit, ref).items():
            if to != header.sender:
                wanted.setdefault((to, proposal.agreement_id, proposal.purpose), set()).add(ref)
    reason = message.reason if message.reason in RECALL_REASONS else "other"
    deadline = stamp(now + RECALL_TIME)
    for (to, agreement, purpose), refs in sorted(wanted.items()):
        ours = Recall(purpose, "", tuple(sorted(refs)), reason, None, deadline, None)
        try:
            send_own_recall(node, unit, MessageWish(to, agreement, ours))
        except (Denied, Untrusted):
            continue


def acknowledge(node: Node, unit: Unit, person: Person, key: MessageKey) -> Sent:
    """Tells the sender that a correction was seen and is in use here, or that nothing of it is held any more.

    NotFound; Conflict(ALREADY_EXISTS) when it was acknowledged; errors of `send`.
    """
    require(person, Permission.CORRECTION_ACKNOWLEDGE)
    stored = unit.messages.get(key)
    if stored is None or (stored.type, key.direction) != ("correction", "in"):
        raise NotFound(message=key.id)
    if stored.answered_at is not None:
        raise Conflict(Code.ALREADY_EXISTS, message=key.id)
    refs = tuple(sorted(unit.messages.named(key)))
    held = unit.copies.held_from(key.partner, refs)
    purpose = _purpose(unit, key, stored.epoch, stored.seq)
    outcome = "applied" if held else "not_held"
    below = _outstanding(unit, stored, refs) if _shreds(unit, key) else []
    note = f"outstanding: {' '.join(below)}" if below else None
    notice = Notice(purpose, stored.thread, "correction-acknowledged", outcome, refs, None, None, note)
    return send(node, unit, person, MessageWish(key.partner, stored.agreement_id, notice))


def _shreds(unit: Unit, key: MessageKey) -> bool:
    stored = unit.messages.get(key)
    message = None if stored is None or not stored.body else read_stored(stored.body, stored.type)
    return isinstance(message, Correction) and message.reason in SHREDS


def _outstanding(unit: Unit, stored: StoredMessage, refs: Sequence[Ref]) -> list[str]:
    """Who below has not said that the old version is gone, asked or not.

    Of the sender's own records only: to whom another state's records went on is nothing that it may learn.
    """
    sender = stored.key.partner
    theirs = [ref for ref in refs if ref.originator == sender]
    asked = [
        each
        for _, each in (unit.messages.about(theirs) if theirs else [])
        if (each.type, each.key.direction) == ("recall", "out") and each.created_at >= stored.created_at
    ]
    left = {each.key.partner for each in asked if each.outcome not in ("destroyed", "not_held")}
    newest = {
        line.ref: line.version for line in sorted(unit.copies.places(theirs, sender), key=lambda one: one.version)
    }
    for view in unit.releases.views_of(theirs) if theirs else []:
        old = view.version < newest.get(view.ref, view.version + 1)
        if view.recipient != sender and old and view.view_digest not in (NOT_SENT, RECALLED):
            left.add(view.recipient)
    return sorted(left)


def difference(node: Node, unit: Unit, person: Person, ref: Ref) -> Difference:
    """What the newest version of a record changed, own or received; logged as a read. NotFound without two versions."""
    require(person, Permission.RECORD_READ)
    own = unit.records.current([ref], lock=False)
    if own:
        newest = own[0].record
        before = unit.records.version(ref, newest.version - 1)
        if before is None:
            raise NotFound(record=ref.id)
        names, held = unit.records.ledger_refs([ref]), "own"
        pair = ((before.record.version, before.record.claims), (newest.version, newest.claims))
    else:
        two = unit.copies.two_newest(ref)
        if len(two) < 2:
            raise NotFound(record=ref.id)
        names, held = unit.copies.ledger_refs([ref]), "received"
        pair = ((two[1].version, _claims(two[1])), (two[0].version, _claims(two[0])))
    now = safe_now(node, unit)
    line = entry("record.read", at=stamp(now), actor=person.id, ref=b64(names[0]), held=held)
    journal.write(node, unit, [line], now)
    (old_version, old), (new_version, new) = pair
    return Difference(ref, held, old_version, new_version, changes(old, new))


def changes(old: Sequence[Claim], new: Sequence[Claim]) -> tuple[Change, ...]:
    """By path, in order of the path; numbers of claims do not count, what they say does."""
    found = []
    for path in sorted({claim.path for claim in (*old, *new)}):
        before = [claim for claim in old if claim.path == path]
        after = [claim for claim in new if claim.path == path]
        gone = tuple(claim for claim in before if _said(claim) not in map(_said, after))
        come = tuple(claim for claim in after if _said(claim) not in map(_said, before))
        if gone or come:
            found.append(Change(path, gone, come))
    return tuple(found)


def _said(claim: Claim) -> tuple[object, ...]:
    return (repr(claim.value), claim.statement, claim.grade, claim.observed)


def _claims(copy: Copy) -> tuple[Claim, ...]:
    return claims_of([claim for _, claim in unpack(copy.claims)], whole=False)


def _purpose(unit: Unit, key: MessageKey, epoch: int | None, seq: int | None) -> str:
    """A correction was taken in under this purpose."""
    item = unit.streams.inbox_item(key.partner, epoch or 0, seq or 0)
    if item is None:
        raise NotFound(message=key.id)
    return item.purpose
