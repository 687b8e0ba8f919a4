"""Whether the keys that an envelope's header names still hold on the day it goes out (threats T-24, T-25).

A revocation says that somebody else may have the private half. What was sealed to such a prekey before, or signed with
such a key of ours, must not leave after. Spec: docs/spec/envelope.md §6.
"""

from __future__ import annotations

from datetime import datetime

from exchange.crypto.descriptor import PREKEY_GRACE, Descriptor, PrekeySpan, trusted
from exchange.crypto.header import Header
from exchange.errors import Code, Unavailable, UntrustedKey
from exchange.model.state import Partner
from exchange.operations.audit import OWN_DESCRIPTOR
from exchange.operations.known_partners import descriptor_of
from exchange.operations.partners import kept_cards
from exchange.ports import Unit


def keys_hold(unit: Unit, partner: Partner, header: Header, now: datetime) -> bool:
    """The partner is still sealed to under this prekey, and what we signed with is still ours."""
    return _ours(unit, header.signing_kid, now) and _theirs(unit, partner, header.sealing_kid, now)


def _ours(unit: Unit, kid: str, now: datetime) -> bool:
    """Our own card says so: the partner judges the signature by it, at the time of reading."""
    card = unit.setting(OWN_DESCRIPTOR)
    if card is None:
        raise Unavailable(Code.CONFIG_INVALID, at=OWN_DESCRIPTOR)
    try:
        trusted(card.encode("utf-8")).signing_key(kid, now)
    except UntrustedKey:
        return False
    return True


def _theirs(unit: Unit, partner: Partner, kid: str, now: datetime) -> bool:
    """Their newest card lists the prekey and does not revoke it; or it ended in its time, and they still have it.

    A renewed card drops what has ended, and the private half is kept for two weeks more. One that is dropped before its
    end was withdrawn.
    """
    card = descriptor_of(partner)
    effective = card.revocations.get(kid)
    if effective is not None and now >= effective:
        return False
    if _span(card, kid) is not None:
        return True
    before = (_span(trusted(kept), kid) for kept in reversed(kept_cards(unit, partner.code)))
    span = next((each for each in before if each is not None), None)
    return span is not None and span.end <= card.issued and now < card.issued + PREKEY_GRACE


def _span(card: Descriptor, kid: str) -> PrekeySpan | None:
    return next((span for span in card.sealing if span.key.kid == kid), None)
