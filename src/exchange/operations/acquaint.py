"""How a partner becomes one: a card is brought, and two persons each hear the digits of its root read out by telephone.

    waiting --first person types the last two groups--> heard --another person does--> verified: the partner is pinned

What they type is not on their screens, so that it must come from a call. Three wrong attempts throw the card away.
Nothing in a card vouches for itself, and nothing here lets anybody go on without the digits. Spec: keys.md §1.1.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from exchange.crypto import descriptor as descriptors
from exchange.crypto.descriptor import Descriptor
from exchange.crypto.spoken import GROUPS, HEARD, heard_right, spoken
from exchange.errors import BadInput, Code, Conflict, NotFound, Unauthenticated, Untrusted
from exchange.ledger.entries import entry
from exchange.model.state import Partner, Person
from exchange.model.trust import Introduction
from exchange.operations import journal
from exchange.operations.clock import safe_now, stamp
from exchange.operations.partners import pin
from exchange.operations.permissions import Permission, require
from exchange.ports import Node, Unit

ATTEMPTS: Final = 3
"""Wrong attempts, of all persons together, after which a card must be brought again."""


@dataclass(frozen=True, slots=True)
class Brought:
    """An introduction with what its card says, and the digits that may be shown before anybody has heard the rest."""

    introduction: Introduction
    card: Descriptor
    shown: tuple[str, ...]


def introduce(node: Node, unit: Unit, person: Person, card: bytes) -> Introduction:
    """Keeps a partner's card to be compared. The same root again replaces the card; what was heard of it begins anew.

    BadInput(DESCRIPTOR_MALFORMED, VALUE_NOT_ALLOWED for our own), SignatureInvalid, UntrustedKey(DESCRIPTOR_EXPIRED),
    Conflict(ALREADY_EXISTS) for a partner of ours, or where the card of another root waits under this code.
    """
    require(person, Permission.PARTNER_WRITE)
    now = safe_now(node, unit)
    claimed = descriptors.trusted(card).fingerprint
    read = descriptors.read(card, fingerprint=claimed, now=now, newer_than=None)
    if read.node == node.code:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="/card")
    waiting = unit.trust.introduction(read.node, lock=True)
    other = waiting is not None and waiting.state != "verified" and waiting.fingerprint != claimed
    if other or unit.partners.get(read.node) is not None:
        raise Conflict(Code.ALREADY_EXISTS, partner=read.node)
    made = Introduction(read.node, card, read.version, claimed, person.id, now)
    unit.trust.put_introduction(made)
    _note(node, unit, person.id, "partner.introduced", made)
    return made


def list_introductions(unit: Unit, person: Person) -> list[Introduction]:
    """Those that wait for somebody."""
    require(person, Permission.PARTNER_READ)
    return [each for each in unit.trust.introductions() if each.state != "verified"]


def read_introduction(unit: Unit, person: Person, code: str) -> Brought:
    """One that waits. NotFound."""
    require(person, Permission.PARTNER_READ)
    found = _waiting(unit, code)
    return Brought(found, descriptors.trusted(found.card), spoken(found.fingerprint)[: GROUPS - HEARD])


def compare(node: Node, person: Person, code: str, typed: str) -> Introduction | Partner:
    """Takes what a person heard: the introduction after the first one, the pinned partner after the second.

    A transaction of its own, because a wrong attempt is kept too. Untrusted(ROOT_MISMATCH) for other digits;
    Conflict(SELF_APPROVAL) for the person who was first; NotFound; errors of the card, which may have expired.
    """
    require(person, Permission.PARTNER_VERIFY)
    with node.store.write() as unit:
        _known(unit, person)
        found = _waiting(unit, code, lock=True)
        if found.first_by == person.id:
            raise Conflict(Code.SELF_APPROVAL, partner=code)
        right = heard_right(found.fingerprint, typed)
        done = _heard(node, unit, person, found) if right else _misheard(node, unit, person, found)
    if not right:
        raise Untrusted(Code.ROOT_MISMATCH, partner=code)
    return done


def dismiss(node: Node, unit: Unit, person: Person, code: str) -> None:
    """Throws a card that waits away. NotFound."""
    require(person, Permission.PARTNER_VERIFY)
    _dismiss(node, unit, person.id, _waiting(unit, code, lock=True))


def _heard(node: Node, unit: Unit, person: Person, found: Introduction) -> Introduction | Partner:
    now = safe_now(node, unit)
    first = None if found.first_by is None else unit.people.get(found.first_by)
    _note(node, unit, person.id, "partner.compared", found)
    if first is None or first.disabled:  # whoever was first may not act any more: this person is the first
        once = replace(found, first_by=person.id, first_at=now)
        unit.trust.put_introduction(once)
        return once
    unit.trust.put_introduction(replace(found, second_by=person.id, second_at=now))
    return pin(node, unit, person.id, found.card, found.fingerprint)


def _misheard(node: Node, unit: Unit, person: Person, found: Introduction) -> Introduction:
    _note(node, unit, person.id, "partner.misheard", found)
    counted = replace(found, misheard=found.misheard + 1)
    if counted.misheard >= ATTEMPTS:
        _dismiss(node, unit, person.id, counted)
    else:
        unit.trust.put_introduction(counted)
    return counted


def _dismiss(node: Node, unit: Unit, actor: str, found: Introduction) -> None:
    unit.trust.drop_introduction(found.code)
    _note(node, unit, actor, "partner.dismissed", found)


def _known(unit: Unit, person: Person) -> None:
    if unit.people.get(person.id) != person:
        raise Unauthenticated


def _waiting(unit: Unit, code: str, *, lock: bool = False) -> Introduction:
    found = unit.trust.introduction(code, lock=lock)
    if found is None or found.state == "verified":
        raise NotFound(partner=code)
    return found


def _note(node: Node, unit: Unit, actor: str, kind: str, found: Introduction) -> None:
    now = safe_now(node, unit)
    line = entry(kind, at=stamp(now), actor=actor, partner=found.code, fingerprint=found.fingerprint)
    journal.write(node, unit, [line], now)
