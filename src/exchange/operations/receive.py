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
from dataclasses import replace
from datetime import datetime
from itertools import takewhile
from typing import NamedTuple

from exchange.crypto import opening
from exchange.crypto.descriptor import Descriptor
from exchange.crypto.header import Header
from exchange.crypto.opening import Outer
from exchange.crypto.receipts import sign_receipt, stored_receipt
from exchange.crypto.signed import root_kid_of
from exchange.errors import Code, Denied, ExchangeError, Untrusted
from exchange.model.messages import AT_ONCE
from exchange.model.state import Partner, StoredAgreement
from exchange.operations.clock import safe_now, stamp
from exchange.operations.equivocation import stopped
from exchange.operations.grounds import parsed, was_in_force
from exchange.operations.incoming import read_body
from exchange.operations.known_partners import card_in_use, partner_in_use
from exchange.operations.parcels import Cards, Taken
from exchange.operations.take_in import Opened, take_in
from exchange.policies.agreement import Agreement
from exchange.policies.import_rules import in_force_between
from exchange.ports import Node, Unit


class _Looked(NamedTuple):
    """An envelope that passed steps 1 to 9, before it is opened."""

    outer: Outer
    agreement: Agreement
    descriptor: Descriptor
    stored: bytes | None
    """Our receipt, if we took these very bytes before."""


def receive(node: Node, tls_identity: str, wire: bytes) -> bytes:
    """Takes one envelope in and returns the signed receipt (`accepted` or `refused`).

    Pushing the same bytes again returns the stored receipt. Errors, each consuming nothing: BadInput
    (ENVELOPE_TOO_LARGE, ENVELOPE_MALFORMED, HEADER_MALFORMED), Untrusted (SUITE_*, TRANSPORT_MISMATCH, NOT_ADDRESSED,
    KEY_*, SIGNATURE_INVALID, EXPIRED, NOT_YET_VALID, EQUIVOCATION), Denied (AGREEMENT_NOT_IN_FORCE, SUSPENDED,
    PARTNER_UNKNOWN), Conflict (SEQUENCE_GAP).
    """
    return receive_all(node, tls_identity, [wire])[0]


def receive_all(node: Node, tls_identity: str, wires: Sequence[bytes]) -> list[bytes]:
    """Takes envelopes with numbers in a row, in one transaction and under one signature; returns their receipts.

    It goes as far as it can: fewer receipts than envelopes mean that something stands against the next one, which its
    sender learns by sending that one first. Errors (as of `receive`) are raised for the first envelope alone.
    """
    with node.store.read() as unit:
        now = safe_now(node, unit)
        looked = _in_row(unit, node, tls_identity, wires, now)
    known = list(takewhile(lambda stored: stored is not None, (each.stored for each in looked)))
    if known:
        return [_current(node, stored, now) for stored in known if stored is not None]
    opened = [_open(node, each, now) for each in looked]  # 11-14, outside the write lock
    node.faults.reach("receive.opened")
    with node.store.write() as unit:
        receipts = take_in(node, unit, opened, now)  # 15
        node.faults.reach("receive.stored")  # uncommitted: the sender has no receipt and sends the same bytes again
    node.faults.reach("receive.committed")  # committed, unanswered: the same bytes get the stored receipt
    if not receipts:
        raise Untrusted(Code.EQUIVOCATION, sender=tls_identity, seq=opened[0].header.seq)
    return receipts  # 17


def _in_row(unit: Unit, node: Node, tls_identity: str, wires: Sequence[bytes], now: datetime) -> list[_Looked]:
    """The first envelopes that pass steps 1 to 10 and follow each other by number."""
    looked: list[_Looked] = []
    for wire in wires:
        try:
            each = _look(unit, node, tls_identity, wire, now)
        except ExchangeError:
            if not looked:
                raise
            break
        last = looked[-1].outer.header if looked else None
        header = each.outer.header
        if last is not None and (header.epoch, header.seq) != (last.epoch, last.seq + 1):
            break
        if last is not None and "correction" in (last.type, header.type):
            break  # it may send recalls down, whose streams and ledger lines are locked in one order only
        looked.append(each)
    return looked


def _look(unit: Unit, node: Node, tls_identity: str, wire: bytes, now: datetime) -> _Looked:
    outer = opening.parse_outer(wire)  # 1 2 3
    descriptor, agreement = _known_sender(unit, node, outer.header, tls_identity, now)  # 4 5 6
    opening.verify_signature(outer, descriptor, now)  # 7 8
    _check_times(outer.header, now)  # 9
    stored = _already(unit, outer, tls_identity)  # 10, without the lock: the usual replay costs no write
    if stored is None and stopped(unit, tls_identity) is not None:
        raise Untrusted(Code.EQUIVOCATION, sender=tls_identity, seq=outer.header.seq)
    return _Looked(outer, agreement, descriptor, stored)


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


def _open(node: Node, looked: _Looked, now: datetime) -> Opened:
    outer, agreement, header = looked.outer, looked.agreement, looked.outer.header
    if header.type == "void":
        return Opened(outer, agreement, "void", None, Taken())
    try:
        body = opening.open_body(outer, node.keys.sealing)  # 11 12
        taken = read_body(body, header, agreement, _cards(node, looked.descriptor, now), now)  # 13 14
    except ExchangeError as refused:
        return Opened(outer, agreement, "refused", refused.code, Taken())
    except (TypeError, ValueError, OverflowError, LookupError, RecursionError):
        # A fault of ours in reading theirs: it must neither block the stream nor pass.
        return Opened(outer, agreement, "refused", Code.BODY_MALFORMED, Taken())
    return Opened(outer, agreement, "accepted", None, taken)


def _cards(node: Node, descriptor: Descriptor, now: datetime) -> Cards:
    """The sender's card, and how that of another originator is found: as pinned here, never in the message."""

    def card_of(code: str) -> Descriptor:
        with node.store.read() as unit:
            return card_in_use(partner_in_use(unit, code), now)

    return Cards(descriptor, card_of)
