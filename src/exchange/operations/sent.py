"""What a partner refused or never got counts as not sent, so that the next proposal offers it again.

Without this, `propose` would call such a record unchanged, and it would stay here without anybody noticing.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from exchange.model.state import OutboxItem
from exchange.ports import Unit

NOT_SENT = bytes(32)
"""A view digest that no view has."""


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
