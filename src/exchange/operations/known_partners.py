"""Partners as this node knows them, with their verified descriptors read once per version."""

from __future__ import annotations

from functools import lru_cache

from exchange.crypto.descriptor import Descriptor, trusted
from exchange.errors import Code, Denied
from exchange.model.state import Partner
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
    return _read(partner.descriptor)


@lru_cache(maxsize=128)
def _read(document: bytes) -> Descriptor:
    return trusted(document)
