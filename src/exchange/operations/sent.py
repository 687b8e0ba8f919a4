"""What a partner refused or never got counts as not sent, so that the next proposal offers it again.

The same for messages: an answer that never arrived is none, and what it answered is due again. Without
this, `propose` would call such a record unchanged, and it would stay here without anybody noticing.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

from exchange.model.records import Ref
from exchange.model.state import MessageKey, OutboxItem, Proposal, StoredMessage
from exchange.ports import Unit

NOT_SENT = bytes(32)
"""A view digest that no view has."""
RECALL_TIME = timedelta(days=14)
"""How long a partner has to destroy what the node recalls by itself: its time is over, or a correction replaced it."""
RECALLED = b"\xff" * 32
"""Another: we recalled the record from this partner, in this version; a newer one may be released to it."""


def forget_views(unit: Unit, item: OutboxItem, indexes: Collection[int] | None = None) -> None:
    """Forgets the views of the parcels at `indexes`, or of all; a view that a later release sent stays."""
    if item.proposal_id is None:
        return
    items = unit.releases.items(item.proposal_id)
    gone = [each for index, each in enumerate(items) if indexes is None or index in indexes]
    known = unit.releases.sent_views(item.recipient, [each.ref for each in gone])
    unit.releases.put_sent_views(
        [
            replace(known[each.ref], view_digest=NOT_SENT)
            for each in gone
            if each.ref in known and known[each.ref].view_digest == each.view_digest
        ]
    )


def sent_to(unit: Unit, ref: Ref) -> dict[str, Proposal]:
    """Recipient -> the newest release that brought it the record, unless it never got there."""
    views = {view.recipient for view in unit.releases.views_of([ref]) if view.view_digest != NOT_SENT}
    released = [each for each, _ in unit.releases.of_record(ref) if each.state == "released"]
    return {each.recipient: each for each in released if each.recipient in views}


def message_failed(unit: Unit, item: OutboxItem, state: str) -> None:
    """The message at this number was refused or voided. What it answered waits again, unless another answer stands."""
    message = unit.messages.at(item.recipient, "out", item.epoch, item.seq)
    if message is None:
        return
    unit.messages.set_state(message.key, state)
    asked = MessageKey(message.thread, item.recipient, "in")
    if message.thread == message.key.id or unit.messages.get(asked) is None:
        return
    if not any(_answers(each, message) for each in unit.messages.of_thread(item.recipient, message.thread)):
        unit.messages.reopen(asked)


def _answers(each: StoredMessage, failed: StoredMessage) -> bool:
    return each.key.direction == "out" and each.state == "sent" and each.key != failed.key


def drop_draft(unit: Unit, proposal_id: str) -> None:
    """The message of a proposal that will never leave: its text is destroyed."""
    draft = unit.messages.of_proposal(proposal_id)
    if draft is not None:
        unit.messages.set_state(draft.key, "dropped")
        unit.messages.shred(draft.key)
