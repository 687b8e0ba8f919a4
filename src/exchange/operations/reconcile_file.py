"""Writes a result that both signed as a file for somebody else, with every card that leads to the two keys."""

from __future__ import annotations

from exchange.errors import Code, NotFound, Unavailable
from exchange.ledger.export import DescriptorPart
from exchange.ledger.reconciled_file import build
from exchange.model.reconciled import Reconciled
from exchange.operations.audit import OWN_DESCRIPTOR
from exchange.operations.partners import kept_cards
from exchange.ports import Node, Unit


def file_of(node: Node, unit: Unit, found: Reconciled) -> bytes:
    """The file. NotFound when the partner has not signed, or is not known any more."""
    partner, own = unit.partners.get(found.partner), unit.setting(OWN_DESCRIPTOR)
    if found.theirs is None or not found.ours or partner is None:
        raise NotFound(at="result")
    if own is None:
        raise Unavailable(Code.CONFIG_INVALID, at=OWN_DESCRIPTOR)
    ours = dict.fromkeys([*kept_cards(unit, node.code), own.encode("utf-8")])
    cards = [DescriptorPart(node.code, node.keys.root_fingerprint, card) for card in ours]
    theirs = dict.fromkeys([*kept_cards(unit, partner.code), partner.descriptor])
    cards += [DescriptorPart(partner.code, partner.root_fingerprint, card) for card in theirs]
    return build(cards, {node.code: found.ours, found.partner: found.theirs})
