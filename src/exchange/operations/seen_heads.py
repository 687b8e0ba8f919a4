"""Heads of partners' ledgers as they come in: in envelopes, receipts, heartbeats, and what another state was shown.

Taking one in costs a row; signatures and proofs are looked at by `operations.watch`, beside the traffic.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from exchange.crypto import checkpoint
from exchange.errors import BadInput, TooLarge
from exchange.ledger.book import of_node
from exchange.model.heads import SeenHead
from exchange.operations.grounds import parsed
from exchange.operations.ledger_state import origin
from exchange.ports import Node, Unit

MOST: Final = 1000
"""Heads of one ledger that are looked at together."""
HELD: Final = 16
"""Heads of the recipient's own ledger in one heartbeat."""
SHARED: Final = 16
"""Heads of third states in one heartbeat."""


def partner_epoch(unit: Unit, partner: str) -> int:
    """The epoch that a partner announced last, 1 at first."""
    found = unit.heads.epochs(partner)
    return found[0].epoch if found else 1


def partner_origin(unit: Unit, partner: str) -> str:
    """The name of the partner's log in its epoch of today."""
    return origin(partner, partner_epoch(unit, partner))


def note_heads(unit: Unit, partner: str, source: str, notes: Iterable[str], now: datetime) -> None:
    """Keeps what `source` showed of the ledger of `partner`. What cannot be read is no head of anybody's."""
    name = origin(partner, 1)
    found = []
    for note in dict.fromkeys(notes):
        try:
            head = checkpoint.read(note.encode())
        except (BadInput, TooLarge):
            continue
        if of_node(head.origin, partner):
            found.append(SeenHead(head.origin, head.size, head.root, partner, source, now, checkpoint.only(head, name)))
    if found:
        unit.heads.see(found)


def held_of(unit: Unit, partner: str) -> list[str]:
    """Heads of the partner's ledger that we hold, as notes: the one that everything before was joined to, and what came
    since. Several, because a node that came back from a backup has signed new heads that are larger than the lost ones.
    """
    found = unit.heads.seen(partner_origin(unit, partner), MOST)
    kept = found if len(found) <= HELD else [*found[: HELD // 2], *found[-HELD // 2 :]]
    return [each.note.decode() for each in kept]


def newest_of(unit: Unit, partner: str) -> list[str]:
    """The largest head of the partner's ledger that came in; two if it signed two of that size."""
    name = partner_origin(unit, partner)
    newest = unit.heads.newest(name)
    if newest is None:
        return []
    return [each.note.decode() for each in unit.heads.of_size(name, newest.size)][:2]


def to_share(node: Node, unit: Unit, partner: str) -> list[str]:
    """Heads of third states for `partner`: only of those that are parties to one agreement with us and with it, so that
    no heartbeat tells who else we speak to. So two views of one ledger meet."""
    third: set[str] = set()
    for stored in unit.agreements.all():
        if stored.kind == "agreement" and stored.state == "active":
            parties = {party.code for party in parsed(stored.document, stored.digest).parties}
            if {node.code, partner} <= parties:
                third |= parties - {node.code, partner}
    known = [code for code in sorted(third) if unit.partners.get(code) is not None]
    return [note for code in known for note in newest_of(unit, code)][:SHARED]
