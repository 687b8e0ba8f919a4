"""Step 15 of `operations/receive.py`: what an envelope brought is stored, logged and receipted in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from exchange.crypto.encoding import b64
from exchange.crypto.header import Header
from exchange.crypto.opening import Outer
from exchange.crypto.receipts import Receipt, sign_receipts
from exchange.errors import Code, Conflict
from exchange.ledger.entries import entry
from exchange.model.messages import ANSWERED, Correction, Notice
from exchange.model.state import Copy, InboxItem, MessageKey, StreamEnd
from exchange.operations import journal
from exchange.operations.agreement_alarms import ended_by_partner
from exchange.operations.clock import stamp
from exchange.operations.corrections import recall_below, shred_old
from exchange.operations.equivocation import stop, stopped
from exchange.operations.grants import Between, effects
from exchange.operations.incoming import judge, keep, received_entry
from exchange.operations.parcels import Taken
from exchange.operations.seen_heads import note_heads
from exchange.policies.agreement import Agreement
from exchange.ports import Node, Unit


@dataclass(frozen=True, slots=True)
class Opened:
    """An envelope that passed steps 1 to 9, and what steps 11 to 14 made of it."""

    outer: Outer
    agreement: Agreement
    state: str
    code: Code | None
    taken: Taken

    @property
    def header(self) -> Header:
        return self.outer.header


@dataclass(frozen=True, slots=True)
class _New:
    """An envelope whose content is stored: what is left is its ledger place and its receipt."""

    opened: Opened
    lines: list[bytes]


def take_in(node: Node, unit: Unit, opened: Sequence[Opened], now: datetime) -> list[bytes]:
    """Takes envelopes of one sender with numbers in a row; returns the receipts of those taken, from the first on.

    None at all means equivocation: both signed headers are kept as evidence, the stream stops, the error follows the
    commit.
    Conflict(SEQUENCE_GAP) for the first. What stands against a later one ends the row before it.
    """
    sender = opened[0].header.sender
    end = unit.streams.end_in(sender, lock=True)
    receipts: list[bytes] = []
    new: list[_New] = []
    for each in opened:
        header = each.header
        known = unit.streams.inbox_item(sender, header.epoch, header.seq)
        if known is not None and known.header_digest == each.outer.chain_digest:
            receipts.append(known.receipt)
            continue
        first = not receipts and not new
        if stopped(unit, sender) is not None:
            break
        if known is not None or _forks(header, end):
            if first:
                _keep_evidence(node, unit, each, now)
            break
        if header.epoch != end.epoch or header.seq != end.seq + 1:
            if first:
                raise Conflict(Code.SEQUENCE_GAP, sender=sender, seq=header.seq, expected=end.seq + 1)
            break
        new.append(_stored(node, unit, each, now))
        end = StreamEnd(sender, header.epoch, header.seq, each.outer.chain_digest)
    if new:
        note_heads(unit, sender, sender, (each.opened.header.checkpoint for each in new), now)
        unit.streams.advance_in(end)
        receipts += _receipted(node, unit, new, now)
    return receipts


def _stored(node: Node, unit: Unit, opened: Opened, now: datetime) -> _New:
    """The content of one envelope, and the ledger lines that tell of it."""
    header = opened.header
    opened = _with_something(_without_destroyed(unit, _judged(node, unit, opened, now)))
    copies = [_copy(opened, parcel_index, now) for parcel_index in range(len(opened.taken.parcels))]
    unit.copies.add(copies)
    refs = [b64(ref) for ref in unit.copies.ledger_refs([copy.ref for copy in copies])]
    lines = [_entry(opened, refs, now)]
    message, envelope = opened.taken.message, opened.outer.envelope_digest
    if message is not None:
        keep(unit, header, envelope, message, opened.agreement, now)
        unit.messages.name(MessageKey(header.id, header.sender, "in"), [copy.ref for copy in copies])
        lines.append(received_entry(node, unit, header, envelope, message, now))
        recall_below(node, unit, header, message, copies, now)  # while the old copies still have their names here
        lines += shred_old(node, unit, header, message, copies, now)
        if isinstance(message, Notice) and message.about == "terminated":
            ended_by_partner(unit, opened.agreement.id, opened.agreement.version, stamp(now))
        lines += effects(node, unit, message, Between(header.sender, node.code, header.agreement, now), header.sender)
    for row in opened.taken.grants.values():
        unit.grants.keep(row)
    return _New(opened, lines)


def _receipted(node: Node, unit: Unit, new: Sequence[_New], now: datetime) -> list[bytes]:
    """One append to the ledger, one checkpoint and one signature for all of them."""
    written = journal.write(node, unit, [line for each in new for line in each.lines], now)
    drafts, index = [], written.first
    for each in new:
        drafts.append(_receipt(node, each.opened, index, written.checkpoint, now))
        index += len(each.lines)
    receipts = sign_receipts(drafts, node.keys.signing[node.suite])
    items = [_inbox_item(each.opened, receipt, now) for each, receipt in zip(new, receipts, strict=True)]
    for item in items:
        unit.streams.add_inbox(item)
    unit.streams.arrived([item for item, each in zip(items, new, strict=True) if _to_look_at(each.opened)])
    return receipts


def _to_look_at(opened: Opened) -> bool:
    """Whether somebody has to look at it. A void brings nothing; what must be answered waits as a message."""
    message = opened.taken.message
    return opened.state != "void" and (message is None or message.type not in ANSWERED)


def _judged(node: Node, unit: Unit, opened: Opened, now: datetime) -> Opened:
    """Step 14 where it asks what we sent before: the thread that a message answers."""
    code = judge(node, unit, opened.header, opened.taken, opened.agreement, now)
    return opened if code is None else replace(opened, state="refused", code=code, taken=Taken())


def _without_destroyed(unit: Unit, opened: Opened) -> Opened:
    """A version that was recalled, or whose time is over, does not come back: its parcel is refused."""
    taken = opened.taken
    refs = [parcel.ref for parcel in taken.parcels]
    gone = unit.erasures.versions(opened.header.sender, refs) if refs else {}
    if not gone:
        return opened
    bad = {index for index, _ in taken.refused}
    good = (index for index in range(len(taken.parcels) + len(taken.refused)) if index not in bad)
    placed = list(zip(good, taken.parcels, strict=True))
    refused = [(index, Code.RECORD_RECALLED) for index, each in placed if each.version <= gone.get(each.ref, 0)]
    parcels = [each for _, each in placed if each.version > gone.get(each.ref, 0)]
    return replace(opened, taken=replace(taken, parcels=parcels, refused=sorted([*taken.refused, *refused])))


def _with_something(opened: Opened) -> Opened:
    """A correction of which nothing could be taken is refused whole: nobody here could acknowledge it, and its sender
    has to see that the old version stands."""
    taken = opened.taken
    if isinstance(taken.message, Correction) and taken.refused and not taken.parcels:
        return replace(opened, state="refused", code=taken.refused[0][1], taken=Taken())
    return opened


def _forks(header: Header, end: StreamEnd) -> bool:
    return header.epoch == end.epoch and header.seq == end.seq + 1 and header.previous != end.header_digest


def _keep_evidence(node: Node, unit: Unit, opened: Opened, now: datetime) -> None:
    """One fork stops the stream, so a partner cannot fill the disk with them. Without the content: our own key would
    open it after the record was destroyed, and header, digest of the ciphertext and signature prove the same."""
    header = opened.header
    stop(unit, opened.header.sender, header.epoch, header.seq, now)
    unit.streams.add_evidence(
        opened.header.sender, header.epoch, header.seq, "EQUIVOCATION", opened.outer.without_content(), now
    )
    line = entry(
        "equivocation",
        at=stamp(now),
        actor=opened.header.sender,
        sender=opened.header.sender,
        epoch=header.epoch,
        seq=header.seq,
        envelope=opened.outer.envelope_digest,
    )
    journal.write(node, unit, [line], now)


def _entry(opened: Opened, refs: Sequence[str], now: datetime) -> bytes:
    header = opened.header
    place: dict[str, str | int] = {
        "sender": opened.header.sender,
        "epoch": header.epoch,
        "seq": header.seq,
        "envelope": opened.outer.envelope_digest,
    }
    if opened.state != "accepted":
        code = opened.code.value if opened.code is not None else "VOID"
        return entry("envelope.refused", at=stamp(now), actor=opened.header.sender, code=code, **place)
    refused = len(opened.taken.refused)
    return entry(
        "envelope.received",
        at=stamp(now),
        actor=opened.header.sender,
        records=len(refs),
        refused=refused,
        refs=list(refs),
        **place,
    )


def _receipt(node: Node, opened: Opened, index: int, checkpoint: bytes, now: datetime) -> Receipt:
    header = opened.header
    return Receipt(
        kind="refused" if opened.state == "refused" else "accepted",
        envelope=opened.outer.envelope_digest,
        sender=header.sender,
        node=node.code,
        epoch=header.epoch,
        seq=header.seq,
        code=None if opened.code is None else opened.code.value,
        refused=tuple((index_, code.value) for index_, code in opened.taken.refused),
        ledger_index=index,
        checkpoint=checkpoint.decode("utf-8"),
        issued=stamp(now),
    )


def _inbox_item(opened: Opened, receipt: bytes, now: datetime) -> InboxItem:
    header = opened.header
    return InboxItem(
        sender=opened.header.sender,
        epoch=header.epoch,
        seq=header.seq,
        header_digest=opened.outer.chain_digest,
        envelope_digest=opened.outer.envelope_digest,
        state=opened.state,
        code=None if opened.code is None else opened.code.value,
        receipt=receipt,
        received_at=now,
        records=len(opened.taken.parcels),
        agreement_id=header.agreement,
        purpose=opened.taken.purpose,
        wire=opened.outer.without_content(),
        receipt_returned=False,
        thread=opened.taken.answers if opened.taken.message is None else opened.taken.message.thread,
    )


def _copy(opened: Opened, index: int, now: datetime) -> Copy:
    parcel, header = opened.taken.parcels[index], opened.header
    return Copy(
        ref=parcel.ref,
        version=parcel.version,
        kind=parcel.kind,
        sender=opened.header.sender,
        epoch=header.epoch,
        seq=header.seq,
        manifest=parcel.manifest,
        root=parcel.root,
        proof=parcel.proof,
        claims=parcel.claims,
        handling=parcel.handling,
        agreement_id=header.agreement,
        purpose=opened.taken.purpose,
        received_at=now,
        expires_at=parcel.expires_at(now),
        values=parcel.values,
    )
