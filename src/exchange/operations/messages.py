"""Proposes messages that carry content, and lists and reads messages of both directions.

A proposed message is a proposal of its own kind: another person approves the digest of its text, and
`operations/release.py` sends it. Recalls and notices need no second person: `release.send`.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace

from exchange.crypto.encoding import canonical
from exchange.errors import BadInput, Code, NotFound
from exchange.ledger.entries import entry
from exchange.model.messages import AT_ONCE, Message
from exchange.model.state import MessageKey, Person, Proposal, StoredMessage
from exchange.operations import journal
from exchange.operations.clock import safe_now, stamp
from exchange.operations.grounds import grounds
from exchange.operations.message_facts import facts_out, read_stored, ready
from exchange.operations.permissions import Permission, require
from exchange.operations.propose import LIFETIME, approval_digest, draft_row
from exchange.policies.messages import allow
from exchange.ports import Node, Unit

MAX_PAGE = 200


@dataclass(frozen=True, slots=True)
class MessageWish:
    """What somebody wants to say to a partner. The thread of a message that opens one is set when it is taken."""

    recipient: str
    agreement_id: str
    message: Message


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message with its content, and the whole thread that it belongs to."""

    stored: StoredMessage
    message: Message | None
    """None once its text was destroyed."""
    thread: Sequence[StoredMessage]


def propose_message(node: Node, unit: Unit, person: Person, wish: MessageWish) -> Proposal:
    """Checks the message and stores it as a draft with its proposal. Nothing is sealed.

    Errors: Denied(AGREEMENT_NOT_IN_FORCE, SUSPENDED, MESSAGE_NOT_ALLOWED, THREAD_UNKNOWN), BadInput(BODY_MALFORMED),
    BadInput(VALUE_NOT_ALLOWED) for a type that is not proposed.
    """
    require(person, Permission.RELEASE_PROPOSE)
    if wish.message.type in AT_ONCE or wish.message.type == "correction":
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="type")
    now = safe_now(node, unit)
    ground = grounds(unit, wish.agreement_id, lock=True)
    name = secrets.token_hex(16)
    message = ready(wish.message, f"msg-{name}")
    allow(message, facts_out(node, unit, ground, wish.recipient, message, now))
    body = canonical(message.document())
    draft = Proposal(
        id=f"rel-{name}",
        recipient=wish.recipient,
        agreement_id=ground.agreement.id,
        agreement_version=ground.agreement.version,
        purpose=message.purpose,
        proposer=person.id,
        created_at=now,
        expires_at=now + LIFETIME,
        state="proposed",
        digest="",
        policy_digest=ground.policy_digest,
        approvals_needed=max(1, min(need.people for need in ground.agreement.approvals.values())),
        kind=message.type,
        thread=message.thread,
    )
    row = draft_row(draft, body)
    proposal = replace(draft, digest=approval_digest(ground, draft, [], row))
    unit.releases.add(proposal, [])
    unit.messages.add(row)
    line = entry(
        "release.proposed",
        at=stamp(now),
        actor=person.id,
        release=proposal.id,
        recipient=wish.recipient,
        agreement=ground.agreement.id,
        digest=proposal.digest,
        records=0,
    )
    journal.write(node, unit, [line], now)
    return proposal


def list_messages(
    unit: Unit, person: Person, direction: str | None, after: MessageKey | None, limit: int
) -> list[StoredMessage]:
    """Messages without their text, oldest first."""
    require(person, Permission.MESSAGE_LIST)
    return unit.messages.page(direction, after, max(1, min(limit, MAX_PAGE)))


def recent_messages(
    unit: Unit, person: Person, types: Sequence[str], before: MessageKey | None, limit: int
) -> list[StoredMessage]:
    """Messages without their text, the newest first; of these types, or of all where none is named."""
    require(person, Permission.MESSAGE_LIST)
    return unit.messages.recent(types, before, max(1, min(limit, MAX_PAGE)))


def read_message(node: Node, unit: Unit, person: Person, key: MessageKey) -> MessageView:
    """One message with its text and its thread; the reading is logged. NotFound."""
    require(person, Permission.MESSAGE_READ)
    stored = unit.messages.get(key)
    if stored is None:
        raise NotFound(message=key.id)
    now = safe_now(node, unit)
    line = entry("message.read", at=stamp(now), actor=person.id, message=key.id, type=stored.type)
    journal.write(node, unit, [line], now)
    message = read_stored(stored.body, stored.type) if stored.body else None
    return MessageView(stored, message, unit.messages.of_thread(key.partner, stored.thread))
