"""Heads of partners' ledgers as they come in: in envelopes, receipts, heartbeats, and what another state was shown.

Taking one in costs a row; signatures and proofs are looked at by `operations.watch`, beside the traffic.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from exchange.crypto import checkpoint
from exchange.crypto.descriptor import trusted
from exchange.errors import BadInput, SignatureInvalid, TooLarge, UntrustedKey
from exchange.ledger.book import of_node
from exchange.model.heads import SeenHead
from exchange.operations.grounds import parsed
from exchange.operations.ledger_state import origin
from exchange.operations.partners import kept_cards
from exchange.ports import Node, Unit

MOST: Final = 1000
"""Heads of one ledger that are looked at together."""
LONGEST: Final = 512
"""Bytes of a head with its own signature alone."""
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
        bare = checkpoint.only(head, name)
        if of_node(head.origin, partner) and not head.extensions and len(bare) <= LONGEST:
            found.append(SeenHead(head.origin, head.size, head.root, partner, source, now, bare))
    if found:
        unit.heads.see(found)


def note_shared(node: Node, unit: Unit, source: str, notes: Sequence[str], now: datetime) -> None:
    """Keeps what `source` was shown of third ledgers: of its co-parties alone, and only what they signed. Else anybody
    could put words into their mouths, which they would have to refuse."""
    for code in _third(node, unit, source) if notes else ():
        keys = ledger_keys(unit, code)
        note_heads(unit, code, source, [note for note in notes if signed_by(note.encode(), keys)], now)


def ledger_keys(unit: Unit, code: str) -> list[str]:
    """Every ledger key that a partner's cards named, the newest first; none for a stranger."""
    partner = unit.partners.get(code)
    if partner is None:
        return []
    cards = [partner.descriptor, *reversed(kept_cards(unit, code))]
    return list(dict.fromkeys(trusted(card).ledger for card in cards))


def signed_by(note: bytes, keys: Sequence[str]) -> bool:
    """Whether one of these keys signed the head."""
    for key in keys:
        try:
            checkpoint.verify(note, key)
        except UntrustedKey:
            continue
        except (BadInput, SignatureInvalid):
            return False
        return True
    return False


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
    return [note for code in _third(node, unit, partner) for note in newest_of(unit, code)][:SHARED]


def _third(node: Node, unit: Unit, partner: str) -> list[str]:
    """Partners of ours that are parties to an agreement in force with us and with `partner`."""
    third: set[str] = set()
    for stored in unit.agreements.all():
        if stored.kind == "agreement" and stored.state == "active":
            parties = {party.code for party in parsed(stored.document, stored.digest).parties}
            if {node.code, partner} <= parties:
                third |= parties - {node.code, partner}
    return [code for code in sorted(third) if unit.partners.get(code) is not None]
