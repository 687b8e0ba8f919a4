"""Partners as this node knows them, with their verified descriptors read once per version."""

from __future__ import annotations

from datetime import datetime

from exchange.crypto.descriptor import Descriptor, trusted
from exchange.errors import Code, Denied, UntrustedKey
from exchange.model.state import Partner
from exchange.operations.clock import SKEW
from exchange.ports import Unit


def partner_in_use(unit: Unit, code: str) -> Partner:
    """The partner, or Denied(PARTNER_UNKNOWN or SUSPENDED)."""
    partner = unit.partners.get(code)
    if partner is None:
        raise Denied(Code.PARTNER_UNKNOWN, partner=code)
    if partner.suspended:
        raise Denied(Code.SUSPENDED, partner=code)
    return partner


def descriptor_of(partner: Partner) -> Descriptor:
    """The partner's descriptor; it was verified against the pinned root when it was stored."""
    return trusted(partner.descriptor)


def card_in_use(partner: Partner, now: datetime) -> Descriptor:
    """The partner's descriptor for a fresh message. UntrustedKey(DESCRIPTOR_EXPIRED) when its time is over.

    A card's end bounds how long a lost key serves whoever found it, so it counts for every signature that arrives now.
    What was signed and stored earlier is judged by its own date (`descriptor_of`).
    """
    card = descriptor_of(partner)
    if now >= card.expires + SKEW:
        raise UntrustedKey(Code.DESCRIPTOR_EXPIRED, node=card.node, version=card.version)
    return card
