"""What a decision on a message stands on, as it is in this transaction, and how the ledger names the records in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from exchange.crypto.encoding import b64, canonical, read_canonical
from exchange.errors import BadInput, Code, NotFound, Unavailable
from exchange.model import message_json
from exchange.model.messages import SHREDS, Correction, Message, OnwardGrant, OnwardRequest, Recall, answers, refs_of
from exchange.model.records import Ref
from exchange.model.state import MessageKey
from exchange.operations import grant_documents
from exchange.operations.grounds import Grounds
from exchange.policies.agreement import Agreement
from exchange.policies.messages import Facts, Opening
from exchange.ports import Node, Unit

MAX_BODY = 256 << 10
"""Bytes of the head of a message without parcels: the longest grant in base64 and 500 records."""
_KNOWN = frozenset({"sent", "received"})


def ready(message: Message, id_: str) -> Message:
    """The message as it would leave under this id, read strictly, as its recipient will. BadInput(BODY_MALFORMED)."""
    threaded = message if answers(message) is not None else replace(message, thread=id_)
    return read_stored(canonical(threaded.document()), message.type)


def read_stored(body: bytes, type_: str) -> Message:
    """The message in stored or received bytes of a head. BadInput(BODY_MALFORMED)."""
    try:
        value = read_canonical(body, limit=MAX_BODY)
    except BadInput as fault:
        raise BadInput(Code.BODY_MALFORMED, **fault.facts) from None
    return message_json.read(value, type_)


def facts_out(node: Node, unit: Unit, ground: Grounds, recipient: str, message: Message, now: datetime) -> Facts:
    """For a message of ours. A record that was ever sealed for the partner counts as sent, also if it was refused."""
    named = refs_of(message)
    refs = [*named, *([message.replaces] if isinstance(message, Recall) and message.replaces else [])]
    theirs = [ref for ref in named if ref.originator != node.code] if isinstance(message, Recall) else []
    known = [ref for ref in refs if ref.originator == node.code or ref in theirs]
    return Facts(
        agreement=ground.agreement,
        sender=node.code,
        recipient=recipient,
        now=now,
        opening=opening(unit, MessageKey(message.thread, recipient, "in")),
        sent=frozenset(unit.releases.sent_views(recipient, known)),
        held=frozenset(unit.copies.held_from(recipient, refs)),
        named=frozenset(unit.messages.named(MessageKey(message.thread, recipient, "in"))),
        recalled=frozenset(recalled_from_us(unit, theirs) | _obsolete(unit, theirs)),
        in_force=ground.in_force,
        grant_reads=_grant_reads(node, unit, message, (node.code, recipient), now),
    )


def recalled_from_us(unit: Unit, refs: Sequence[Ref]) -> set[Ref]:
    """Those of `refs` that a partner recalled from us."""
    if not refs:
        return set()
    return {ref for ref, each in unit.messages.about(refs) if (each.type, each.key.direction) == ("recall", "in")}


def _obsolete(unit: Unit, refs: Sequence[Ref]) -> set[Ref]:
    """Those of `refs` of which their originator's correction destroyed the old version here."""
    found = set()
    for ref, each in unit.messages.about(refs) if refs else []:
        if (each.type, each.key.direction, each.key.partner) == ("correction", "in", ref.originator):
            stored = unit.messages.get(each.key)
            message = None if stored is None or not stored.body else read_stored(stored.body, stored.type)
            if isinstance(message, Correction) and message.reason in SHREDS:
                found.add(ref)
    return found


def facts_in(node: Node, unit: Unit, agreement: Agreement, sender: str, message: Message | str, now: datetime) -> Facts:
    """For a partner's message, or for a release of his that names this thread."""
    thread = message if isinstance(message, str) else message.thread
    asked = MessageKey(thread, sender, "out")
    return Facts(
        agreement=agreement,
        sender=sender,
        recipient=node.code,
        now=now,
        opening=opening(unit, asked),
        grant_reads=not isinstance(message, str) and _grant_reads(node, unit, message, (sender, node.code), now),
        named=frozenset(unit.messages.named(asked)),
        in_force=_in_force(unit, agreement),
    )


def _in_force(unit: Unit, agreement: Agreement) -> bool:
    stored = unit.agreements.active(agreement.id, lock=False)
    if stored is None or stored.suspend_requested or stored.state != "active":
        return False
    return stored.digest == agreement.digest


def _grant_reads(node: Node, unit: Unit, message: Message, between: tuple[str, str], now: datetime) -> bool:
    """Whether the grant in a message stands. `between`: originator and holder."""
    if not isinstance(message, OnwardGrant):
        return False
    first = unit.messages.get(grant_documents.request_key(node, *between, message.thread))
    request = read_stored(first.body, first.type) if first is not None and first.body else None
    asked = request if isinstance(request, OnwardRequest) else None
    return grant_documents.reads(node, unit, message.grant, grant_documents.Asked(asked, message.thread, *between, now))


def opening(unit: Unit, key: MessageKey) -> Opening | None:
    """What a thread began with; None also for a draft, or for a message that was voided or refused."""
    first = unit.messages.get(key)
    if first is None or first.state not in _KNOWN:
        return None
    return Opening(first.type, first.key.direction, first.agreement_id)


def blinded(node: Node, unit: Unit, refs: Sequence[Ref]) -> list[str]:
    """How the ledger names these records. One whose key is gone, or that was never here, has no name any more."""
    own = [ref for ref in refs if ref.originator == node.code]
    others = [ref for ref in refs if ref.originator != node.code]
    return [b64(each) for each in (*_named(unit.records.ledger_refs, own), *_named(unit.copies.ledger_refs, others))]


def _named(name: Callable[[Sequence[Ref]], list[bytes]], refs: Sequence[Ref]) -> list[bytes]:
    try:
        return name(refs) if refs else []
    except (NotFound, Unavailable) as fault:
        if isinstance(fault, Unavailable) and fault.code is not Code.AT_REST_CORRUPT:
            raise
        return [] if len(refs) == 1 else [each for ref in refs for each in _named(name, [ref])]
