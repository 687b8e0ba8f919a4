"""Partners: their cards (signed descriptors) are stored only under a fingerprint that a person compared out of band."""

from __future__ import annotations

from dataclasses import replace

from exchange.crypto import descriptor as descriptors
from exchange.crypto.tlscert import node_named
from exchange.errors import BadInput, Code, Conflict, Denied, NotFound
from exchange.ledger.entries import entry
from exchange.model.state import Partner, Person
from exchange.operations import journal
from exchange.operations.clock import safe_now, stamp
from exchange.operations.permissions import Permission, require
from exchange.ports import Node, Unit

CARDS = "card."
"""Settings `card.<code>.<version>`."""


def add_partner(node: Node, unit: Unit, person: Person, card: bytes, fingerprint: str) -> Partner:
    """Pins a new partner. Untrusted(ROOT_MISMATCH) unless the card's root has exactly `fingerprint` (64 hex)."""
    require(person, Permission.PARTNER_WRITE)
    return pin(node, unit, person.id, card, fingerprint)


def pin(node: Node, unit: Unit, actor: str, card: bytes, fingerprint: str) -> Partner:
    """Makes the card's node a partner of ours, for whoever may do so: asks nobody's permission."""
    now = safe_now(node, unit)
    card_ = descriptors.read(card, fingerprint=fingerprint, now=now, newer_than=None)
    if card_.node == node.code:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="card")
    if unit.partners.get(card_.node) is not None:
        raise Conflict(Code.ALREADY_EXISTS, partner=card_.node)
    _check_certificates(card_)
    partner = Partner(card_.node, fingerprint, card, card_.version, min(card_.suites), now, actor)
    unit.partners.put(partner)
    unit.partners.set_tls_pins(card_.node, card_.tls_pins)
    keep_card(unit, card_, card)
    line = entry("partner.added", at=stamp(now), actor=actor, partner=card_.node, fingerprint=fingerprint)
    journal.write(node, unit, [line], now)
    return partner


def update_partner(node: Node, unit: Unit, card: bytes, code: str, actor: str) -> Partner:
    """Stores a newer card of a known partner, verified against the pinned root. Versions only rise."""
    partner = unit.partners.get(code)
    if partner is None:
        raise NotFound(partner=code)
    if is_revoked(unit, code):
        raise Denied(Code.SUSPENDED, partner=code)
    now = safe_now(node, unit)
    card_ = descriptors.read(card, fingerprint=partner.root_fingerprint, now=now, newer_than=partner.descriptor_version)
    if card_.node != code:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="card")
    _check_certificates(card_)
    newer = replace(partner, descriptor=card, descriptor_version=card_.version)
    unit.partners.put(newer)
    unit.partners.set_tls_pins(code, card_.tls_pins)
    keep_card(unit, card_, card)
    line = entry("key.changed", at=stamp(now), actor=actor, descriptor_version=card_.version)
    journal.write(node, unit, [line], now)
    return newer


def _check_certificates(card: descriptors.Descriptor) -> None:
    """A card may not pin a certificate that names another node.

    A pin needs no possession, and a certificate is public once its card is: a partner could claim another's next one
    here first, and the other's own card would then be refused. The holder of the private key put the name into the
    certificate; so a name that is not the card's is a claim to what is somebody else's. It harms nobody but its author.
    """
    if any(node_named(der) not in (None, card.node) for der in card.tls_certificates):
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="card.tls")


def keep_card(unit: Unit, descriptor: descriptors.Descriptor, card: bytes) -> None:
    """Keeps every version: what was signed under an old one is verified with it years later."""
    unit.set_setting(f"{CARDS}{descriptor.node}.{descriptor.version:09d}", card.decode("utf-8"))


def kept_cards(unit: Unit, code: str) -> list[bytes]:
    """Every version of `code`'s card that this node has seen, oldest first."""
    return [card.encode("utf-8") for _, card in sorted(unit.settings(f"{CARDS}{code}.").items())]


def suspend_partner(node: Node, unit: Unit, person: Person, code: str) -> None:
    """Nothing is sent to or taken from the partner from this transaction on."""
    require(person, Permission.PARTNER_WRITE)
    partner = unit.partners.get(code)
    if partner is None:
        raise NotFound(partner=code)
    now = safe_now(node, unit)
    unit.partners.put(replace(partner, suspended=True))
    unit.heads.forget_cosigned(code)
    journal.write(node, unit, [entry("partner.suspended", at=stamp(now), actor=person.id, partner=code)], now)


def resume_partner(node: Node, unit: Unit, person: Person, code: str) -> None:
    """Lifts a suspension. NotFound; Conflict(RELEASE_STATE) for a partner that is not suspended, or is revoked."""
    require(person, Permission.PARTNER_WRITE)
    partner = unit.partners.get(code)
    if partner is None:
        raise NotFound(partner=code)
    if not partner.suspended or is_revoked(unit, code):
        raise Conflict(Code.RELEASE_STATE, partner=code)
    now = safe_now(node, unit)
    unit.partners.put(replace(partner, suspended=False))
    journal.write(node, unit, [entry("partner.resumed", at=stamp(now), actor=person.id, partner=code)], now)


def is_revoked(unit: Unit, code: str) -> bool:
    """Whether two persons revoked the partner."""
    revocation = unit.trust.revocation(code)
    return revocation is not None and revocation.confirmed_at is not None
