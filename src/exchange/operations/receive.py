"""Takes in one envelope of a partner, whether pushed or pulled. The steps are those of docs/spec/envelope.md §4.

 1 size                                       a body that fills memory (T-37)
 2 outer parse                                malformed or non-canonical JSON
 3 header parse                               unknown members, wrong types
 4 suite allowed and not below the floor      downgrade (T-27)
 5 recipient is us, TLS identity is sender    forwarding, borrowed envelopes (T-04, T-31)
 6 agreement in force                         traffic after an agreement ended
 7 key ids valid at that time                 revoked or foreign keys (T-25)
 8 both signatures                            stripping, forgery (T-05)
 9 issued and expires                         replay of the old, clocks (T-51)
10 number known?                              replay, equivocation, gaps (T-06, T-07)
11 decrypt                                    wrong key, tampered ciphertext
12 commitment                                 a body other than the committed one
13 body schema                                malformed content
14 import policy                              what no agreement lets in (T-17, T-20)
15 one transaction: inbox, ledger, receipt    lost or half-taken records
16 commit
17 answer

Steps 1-9 fail with an error and consume nothing. A failure in 11-14 is committed as a signed refusal that consumes
the number: a bad envelope neither blocks the stream nor vanishes. A bad parcel is refused alone, by index and code.
Whether a message answers one of ours is asked in the transaction of step 15: both could change in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from exchange.crypto import opening
from exchange.crypto.descriptor import Descriptor
from exchange.crypto.encoding import b64
from exchange.crypto.header import Header
from exchange.crypto.opening import Outer
from exchange.crypto.receipts import Receipt, sign_receipt, stored_receipt
from exchange.crypto.signed import root_kid_of
from exchange.errors import Code, Conflict, Denied, ExchangeError, Untrusted
from exchange.ledger.entries import entry
from exchange.model.messages import AT_ONCE
from exchange.model.state import Copy, InboxItem, MessageKey, Partner, StoredAgreement, StreamEnd
from exchange.operations import journal
from exchange.operations.clock import safe_now, stamp
from exchange.operations.corrections import shred_old
from exchange.operations.equivocation import stop, stopped
from exchange.operations.grants import Between, effects
from exchange.operations.grounds import parsed, was_in_force
from exchange.operations.incoming import judge, keep, read_body, received_entry
from exchange.operations.known_partners import card_in_use, partner_in_use
from exchange.operations.parcels import Cards, Taken
from exchange.policies.agreement import Agreement
from exchange.policies.import_rules import in_force_between
from exchange.ports import Node, Unit


@dataclass(frozen=True, slots=True)
class _Opened:
    """An envelope that passed steps 1 to 9, and what steps 11 to 14 made of it."""

    outer: Outer
    agreement: Agreement
    sender: str
    state: str
    code: Code | None
    taken: Taken

    @property
    def header(self) -> Header:
        return self.outer.header


def receive(node: Node, tls_identity: str, wire: bytes) -> bytes:
    """Takes one envelope in and returns the signed receipt (`accepted` or `refused`).

    Pushing the same bytes again returns the stored receipt. Errors, each consuming nothing: BadInput
    (ENVELOPE_TOO_LARGE, ENVELOPE_MALFORMED, HEADER_MALFORMED), Untrusted (SUITE_*, TRANSPORT_MISMATCH, NOT_ADDRESSED,
    KEY_*, SIGNATURE_INVALID, EXPIRED, NOT_YET_VALID, EQUIVOCATION), Denied (AGREEMENT_NOT_IN_FORCE, SUSPENDED,
    PARTNER_UNKNOWN), Conflict (SEQUENCE_GAP).
    """
    outer = opening.parse_outer(wire)  # 1 2 3
    with node.store.read() as unit:
        now = safe_now(node, unit)
        descriptor, agreement = _known_sender(unit, node, outer.header, tls_identity, now)  # 4 5 6
        opening.verify_signature(outer, descriptor, now)  # 7 8
        _check_times(outer.header, now)  # 9
        stored = _already(unit, outer, tls_identity)  # 10, without the lock: the usual replay costs no write
        if stored is None and stopped(unit, tls_identity) is not None:
            raise Untrusted(Code.EQUIVOCATION, sender=tls_identity, seq=outer.header.seq)
    if stored is not None:
        return _current(node, stored, now)
    opened = _open(node, outer, agreement, descriptor, now)  # 11-14, outside the write lock
    node.faults.reach("receive.opened")
    with node.store.write() as unit:
        receipt = _take_in(node, unit, opened, wire, now)  # 15
        node.faults.reach("receive.stored")  # uncommitted: the sender has no receipt and sends the same bytes again
    node.faults.reach("receive.committed")  # committed, unanswered: the same bytes get the stored receipt
    if receipt is None:
        raise Untrusted(Code.EQUIVOCATION, sender=opened.sender, seq=opened.header.seq)
    return receipt  # 17


def _known_sender(
    unit: Unit, node: Node, header: Header, tls_identity: str, now: datetime
) -> tuple[Descriptor, Agreement]:
    partner = partner_in_use(unit, tls_identity)
    stored, agreement = _named(unit, node.code, header, partner)
    opening.check_suite(header, (header.suite,) if agreement is None else agreement.suites, partner.suite_floor)  # 4
    opening.check_addressed(header, node.code, tls_identity)  # 5
    if stored is None or agreement is None or not _in_force(stored, agreement, header, now):  # 6
        raise Denied(Code.AGREEMENT_NOT_IN_FORCE, agreement=header.agreement)
    return card_in_use(partner, now), agreement


def _named(unit: Unit, us: str, header: Header, partner: Partner) -> tuple[StoredAgreement | None, Agreement | None]:
    """The newest version of the agreement that the header names, if it is one between us.

    A `void` may also stand on a version before: who leaves by an amendment still closes its numbers (envelope.md §6).
    So may a recall or notice, which may have waited while the agreement changed.
    """
    newest = unit.agreements.get(header.agreement)
    if header.type in AT_ONCE:
        newest = _of_digest(unit, header, newest)
    agreement = _between_us(newest, us, partner)
    if agreement is not None or header.type != "void":
        return newest, agreement
    for stored in reversed(unit.agreements.all()):
        before = _between_us(stored, us, partner) if stored.id == header.agreement else None
        if before is not None:
            return stored, before
    return newest, None


def _between_us(stored: StoredAgreement | None, us: str, partner: Partner) -> Agreement | None:
    """The agreement if it is one and both are parties under the roots that we know; any other does not exist here."""
    if stored is None or stored.kind != "agreement" or stored.state == "draft":
        return None
    agreement = parsed(stored.document, stored.digest)
    party = agreement.party(partner.code)
    known = party is not None and party.fingerprint == partner.root_fingerprint
    return agreement if known and agreement.party(us) is not None else None


def _of_digest(unit: Unit, header: Header, newest: StoredAgreement | None) -> StoredAgreement | None:
    """The version whose digest the header names, else the newest."""
    if newest is None or newest.digest == header.agreement_digest:
        return newest
    versions = (each for each in unit.agreements.all() if each.id == newest.id)
    return next((each for each in versions if each.digest == header.agreement_digest), newest)


def _in_force(stored: StoredAgreement, agreement: Agreement, header: Header, now: datetime) -> bool:
    """A `void` carries nothing and closes a number, so it is taken also after the agreement has ended. A recall and its
    outcome outlive it too: what a notice is about shows in its body, and step 14 refuses any other then."""
    if header.type == "void":
        return True
    if header.type in AT_ONCE:
        return stored.digest == header.agreement_digest and was_in_force(stored)
    same = stored.state == "active" and not stored.suspend_requested and stored.digest == header.agreement_digest
    return same and in_force_between(agreement, header.sender, header.recipient, now)


def _check_times(header: Header, now: datetime) -> None:
    """A `void` carries nothing, so it may be old: a number is closed whenever its partner comes back."""
    if header.type != "void":
        opening.check_times(header, now)
    elif header.issued_at > now + opening.SKEW:
        raise Untrusted(Code.NOT_YET_VALID, seq=header.seq)


def _already(unit: Unit, outer: Outer, sender: str) -> bytes | None:
    known = unit.streams.inbox_item(sender, outer.header.epoch, outer.header.seq)
    if known is None or known.header_digest != outer.chain_digest:
        return None
    return known.receipt


def _current(node: Node, stored: bytes, now: datetime) -> bytes:
    """A stored receipt, signed anew if our signing key has changed: the partner may no longer accept the old one."""
    key = node.keys.signing[node.suite]
    if root_kid_of(stored) == key.kid:
        return stored
    return sign_receipt(replace(stored_receipt(stored), issued=stamp(now)), key)


def _open(node: Node, outer: Outer, agreement: Agreement, descriptor: Descriptor, now: datetime) -> _Opened:
    header = outer.header
    if header.type == "void":
        return _Opened(outer, agreement, header.sender, "void", None, Taken())
    try:
        body = opening.open_body(outer, node.keys.sealing)  # 11 12
        taken = read_body(body, header, agreement, _cards(node, descriptor, now), now)  # 13 14
    except ExchangeError as refused:
        return _Opened(outer, agreement, header.sender, "refused", refused.code, Taken())
    except (TypeError, ValueError, OverflowError, LookupError, RecursionError):
        # A fault of ours in reading theirs: it must neither block the stream nor pass.
        return _Opened(outer, agreement, header.sender, "refused", Code.BODY_MALFORMED, Taken())
    return _Opened(outer, agreement, header.sender, "accepted", None, taken)


def _cards(node: Node, descriptor: Descriptor, now: datetime) -> Cards:
    """The sender's card, and how that of another originator is found: as pinned here, never in the message."""

    def card_of(code: str) -> Descriptor:
        with node.store.read() as unit:
            return card_in_use(partner_in_use(unit, code), now)

    return Cards(descriptor, card_of)


def _take_in(node: Node, unit: Unit, opened: _Opened, wire: bytes, now: datetime) -> bytes | None:
    """Step 15. None means equivocation: both envelopes are kept as evidence, the stream stops, the error follows the
    commit."""
    header, sender = opened.header, opened.sender
    end = unit.streams.end_in(sender, lock=True)
    known = unit.streams.inbox_item(sender, header.epoch, header.seq)
    if known is not None and known.header_digest == opened.outer.chain_digest:
        return known.receipt
    if stopped(unit, sender) is not None:
        return None
    if known is not None or _forks(header, end):
        _keep_evidence(node, unit, opened, wire, now)
        return None
    if header.epoch != end.epoch or header.seq != end.seq + 1:
        raise Conflict(Code.SEQUENCE_GAP, sender=sender, seq=header.seq, expected=end.seq + 1)
    opened = _without_destroyed(unit, _judged(node, unit, opened, now))
    copies = [_copy(opened, parcel_index, now) for parcel_index in range(len(opened.taken.parcels))]
    unit.copies.add(copies)
    refs = [b64(ref) for ref in unit.copies.ledger_refs([copy.ref for copy in copies])]
    lines = [_entry(opened, refs, now)]
    message, envelope = opened.taken.message, opened.outer.envelope_digest
    if message is not None:
        keep(unit, header, envelope, message, opened.agreement, now)
        unit.messages.name(MessageKey(header.id, sender, "in"), [copy.ref for copy in copies])
        lines.append(received_entry(node, unit, header, envelope, message, now))
        lines += shred_old(node, unit, header, message, copies, now)
        lines += effects(node, unit, message, Between(sender, node.code, header.agreement, now), sender)
    for row in opened.taken.grants.values():
        unit.grants.keep(row)
    written = journal.write(node, unit, lines, now)
    receipt = _receipt(node, opened, written, now)
    unit.streams.advance_in(StreamEnd(sender, header.epoch, header.seq, opened.outer.chain_digest))
    unit.streams.add_inbox(_inbox_item(opened, receipt, wire, now))
    return receipt


def _judged(node: Node, unit: Unit, opened: _Opened, now: datetime) -> _Opened:
    """Step 14 where it asks what we sent before: the thread that a message answers."""
    code = judge(node, unit, opened.header, opened.taken, opened.agreement, now)
    return opened if code is None else replace(opened, state="refused", code=code, taken=Taken())


def _without_destroyed(unit: Unit, opened: _Opened) -> _Opened:
    """A version that was recalled, or whose time is over, does not come back: its parcel is refused."""
    taken = opened.taken
    gone = unit.erasures.versions(opened.sender, [parcel.ref for parcel in taken.parcels]) if taken.parcels else {}
    if not gone:
        return opened
    bad = {index for index, _ in taken.refused}
    good = (index for index in range(len(taken.parcels) + len(taken.refused)) if index not in bad)
    placed = list(zip(good, taken.parcels, strict=True))
    refused = [(index, Code.RECORD_RECALLED) for index, each in placed if each.version <= gone.get(each.ref, 0)]
    parcels = [each for _, each in placed if each.version > gone.get(each.ref, 0)]
    return replace(opened, taken=replace(taken, parcels=parcels, refused=sorted([*taken.refused, *refused])))


def _forks(header: Header, end: StreamEnd) -> bool:
    return header.epoch == end.epoch and header.seq == end.seq + 1 and header.previous != end.header_digest


def _keep_evidence(node: Node, unit: Unit, opened: _Opened, wire: bytes, now: datetime) -> None:
    """One fork stops the stream, so a partner cannot fill the disk with them."""
    header = opened.header
    stop(unit, opened.sender, header.epoch, header.seq, now)
    unit.streams.add_evidence(opened.sender, header.epoch, header.seq, "EQUIVOCATION", wire, now)
    line = entry(
        "equivocation",
        at=stamp(now),
        actor=opened.sender,
        sender=opened.sender,
        epoch=header.epoch,
        seq=header.seq,
        envelope=opened.outer.envelope_digest,
    )
    journal.write(node, unit, [line], now)


def _entry(opened: _Opened, refs: Sequence[str], now: datetime) -> bytes:
    header = opened.header
    place: dict[str, str | int] = {
        "sender": opened.sender,
        "epoch": header.epoch,
        "seq": header.seq,
        "envelope": opened.outer.envelope_digest,
    }
    if opened.state != "accepted":
        code = opened.code.value if opened.code is not None else "VOID"
        return entry("envelope.refused", at=stamp(now), actor=opened.sender, code=code, **place)
    refused = len(opened.taken.refused)
    return entry(
        "envelope.received",
        at=stamp(now),
        actor=opened.sender,
        records=len(refs),
        refused=refused,
        refs=list(refs),
        **place,
    )


def _receipt(node: Node, opened: _Opened, written: journal.Written, now: datetime) -> bytes:
    header = opened.header
    receipt = Receipt(
        kind="refused" if opened.state == "refused" else "accepted",
        envelope=opened.outer.envelope_digest,
        sender=opened.sender,
        node=node.code,
        epoch=header.epoch,
        seq=header.seq,
        code=None if opened.code is None else opened.code.value,
        refused=tuple((index, code.value) for index, code in opened.taken.refused),
        ledger_index=written.first,
        checkpoint=written.checkpoint.decode("utf-8"),
        issued=stamp(now),
    )
    return sign_receipt(receipt, node.keys.signing[node.suite])


def _inbox_item(opened: _Opened, receipt: bytes, wire: bytes, now: datetime) -> InboxItem:
    header = opened.header
    codes = {code for _, code in opened.taken.refused}
    keep = opened.state == "refused" or (bool(codes) and Code.RECORD_RECALLED not in codes)
    return InboxItem(
        sender=opened.sender,
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
        wire=wire if keep else opened.outer.without_content(),
        receipt_returned=False,
        thread=opened.taken.answers if opened.taken.message is None else opened.taken.message.thread,
    )


def _copy(opened: _Opened, index: int, now: datetime) -> Copy:
    parcel, header = opened.taken.parcels[index], opened.header
    return Copy(
        ref=parcel.ref,
        version=parcel.version,
        kind=parcel.kind,
        sender=opened.sender,
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
    )
