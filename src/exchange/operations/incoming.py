"""Takes in what a partner's message says: its body (steps 13 and 14), its row, its place in the ledger.

A message never acts by itself. It is stored, what it answers is marked as answered, and people see what is due; what a
recall does to copies is not here. Spec: docs/spec/messages.md §4.
"""

from __future__ import annotations

from datetime import datetime

from exchange.crypto.encoding import canonical
from exchange.crypto.frames import split
from exchange.crypto.header import Header
from exchange.errors import BadInput, Code, Denied
from exchange.ledger.entries import entry
from exchange.model.message_json import is_thread
from exchange.model.messages import Message, answers, outcome_of, refs_of
from exchange.model.state import MessageKey, StoredMessage
from exchange.operations.clock import stamp
from exchange.operations.message_facts import blinded, facts_in, read_stored
from exchange.operations.parcels import Cards, Taken, read_release
from exchange.policies.agreement import Agreement
from exchange.policies.messages import check_thread, due_of, let_in
from exchange.ports import Node, Unit


def read_body(body: bytes, header: Header, agreement: Agreement, cards: Cards, now: datetime) -> Taken:
    """What a body brings, by the header's type. BadInput(BODY_MALFORMED), Denied(IMPORT_REFUSED)."""
    if header.type in ("release", "correction"):
        taken = read_release(body, header, agreement, cards, now)
    else:
        try:
            (head,) = split(body, limit=1)
        except (BadInput, ValueError):
            raise BadInput(Code.BODY_MALFORMED, at="frames") from None
        message = read_stored(head, header.type)
        taken = Taken(message.purpose, message=message)
    if taken.message is not None:
        _check_id(header, taken.message)
    return taken


def judge(node: Node, unit: Unit, header: Header, taken: Taken, agreement: Agreement, now: datetime) -> Code | None:
    """Step 14 for what names a thread, in the transaction that takes it in. The code of a refusal, or None."""
    if taken.message is not None:
        if unit.messages.get(_key(header)) is not None:
            return Code.BODY_MALFORMED  # an id that this partner has used before
        facts = facts_in(node, unit, agreement, header.sender, taken.message, now)
        try:
            let_in(taken.message, facts)
        except Denied as denied:
            return denied.code
    if taken.answers is not None:
        facts = facts_in(node, unit, agreement, header.sender, taken.answers, now)
        try:
            check_thread("request", facts, "out")
        except Denied as denied:
            return denied.code
    return None


def keep(unit: Unit, header: Header, envelope: str, message: Message, agreement: Agreement, now: datetime) -> None:
    """The row of an accepted message; what it answers is answered now."""
    unit.messages.add(
        StoredMessage(
            key=_key(header),
            thread=message.thread,
            type=header.type,
            agreement_id=agreement.id,
            state="received",
            created_at=now,
            body=canonical(message.document()),
            due_at=due_of(message, header.issued_at, agreement),
            epoch=header.epoch,
            seq=header.seq,
            envelope_digest=envelope,
        )
    )
    unit.messages.name(_key(header), refs_of(message))
    outcome = outcome_of(message)
    if answers(message) is not None and outcome is not None:
        unit.messages.answered(MessageKey(message.thread, header.sender, "out"), now, outcome)


def received_entry(node: Node, unit: Unit, header: Header, envelope: str, message: Message, now: datetime) -> bytes:
    """Stands right behind the `envelope.received` of the same number. `records`: how many it names."""
    named = refs_of(message)
    return entry(
        "message.received",
        at=stamp(now),
        actor=header.sender,
        message=header.id,
        thread=message.thread,
        type=header.type,
        sender=header.sender,
        agreement=header.agreement,
        envelope=envelope,
        epoch=header.epoch,
        seq=header.seq,
        records=len(named),
        refs=blinded(node, unit, named),
    )


def _key(header: Header) -> MessageKey:
    return MessageKey(header.id, header.sender, "in")


def _check_id(header: Header, message: Message) -> None:
    """A message that opens a thread names it by its own id; one that answers has another."""
    if not is_thread(header.id) or (answers(message) is None) != (message.thread == header.id):
        raise BadInput(Code.BODY_MALFORMED, at="thread")
