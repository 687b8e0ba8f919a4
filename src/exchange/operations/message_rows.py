"""What becomes of a message's row when it leaves or arrives, and the ledger entry that says so. It decides nothing."""

from __future__ import annotations

from datetime import datetime

from exchange.ledger.entries import entry
from exchange.model.messages import outcome_of, refs_of
from exchange.model.state import MessageKey, StoredMessage
from exchange.operations.clock import stamp
from exchange.operations.grounds import Grounds
from exchange.operations.message_facts import blinded
from exchange.policies.messages import Sendable
from exchange.ports import Node, Unit


def left(unit: Unit, row: StoredMessage, what: Sendable, now: datetime, *, new: bool) -> StoredMessage:
    """Stores the row of a message that is queued; what it answers is answered now."""
    if new:
        unit.messages.add(row)
    else:
        unit.messages.sent(row)
    unit.messages.name(row.key, refs_of(what.message))
    outcome = outcome_of(what.message)
    if row.thread != row.key.id and outcome is not None:
        unit.messages.answered(MessageKey(row.thread, row.key.partner, "in"), now, outcome)
    return row


def sent_entry(
    node: Node, unit: Unit, row: StoredMessage, ground: Grounds, what: Sendable, who: tuple[str, datetime]
) -> bytes:
    """`who`: the actor, and when."""
    actor, now = who
    return entry(
        "message.sent",
        at=stamp(now),
        actor=actor,
        message=row.key.id,
        thread=row.thread,
        type=row.type,
        recipient=row.key.partner,
        agreement=ground.agreement.id,
        version=ground.agreement.version,
        policy_digest=ground.policy_digest,
        purpose=what.message.purpose,
        envelope=row.envelope_digest or "",
        epoch=row.epoch or 0,
        seq=row.seq or 0,
        refs=blinded(node, unit, refs_of(what.message)),
    )
