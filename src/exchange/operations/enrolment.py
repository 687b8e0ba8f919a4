"""One-use links for people who have no passkey yet: there are no default accounts and no passwords.

A link is a secret of 256 random bits. It counts once, for a day at most, and only until the next one is made for the
same person. Who may have one made is the caller's to decide, as for tokens (`people.issue_token`).
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import Final

from exchange.errors import BadInput, Code, NotFound, Unauthenticated
from exchange.ledger.entries import entry
from exchange.model.sessions import Enrolment
from exchange.model.state import Person
from exchange.operations import journal
from exchange.operations.clock import safe_now, stamp
from exchange.ports import Node, Unit

LIFETIME: Final = timedelta(hours=24)
"""At most, and unless a shorter time is asked for."""
PURPOSES: Final = ("enrol",)
_PREFIX: Final = "exl_"


def invite(
    node: Node, unit: Unit, actor: str, person_id: str, purpose: str = "enrol", lifetime: timedelta = LIFETIME
) -> str:
    """The token of a new link, shown once. Errors: NotFound; BadInput for a disabled person, a purpose or a time."""
    person = unit.people.get(person_id)
    if person is None:
        raise NotFound(person=person_id)
    if person.disabled:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="person")
    if purpose not in PURPOSES:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="purpose")
    if not timedelta(0) < lifetime <= LIFETIME:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="lifetime")
    now = safe_now(node, unit)
    token = _PREFIX + secrets.token_urlsafe(32)
    unit.sessions.put_enrolment(Enrolment(hashed(token), person_id, purpose, now, now + lifetime))
    journal.write(node, unit, [entry("enrolment.issued", at=stamp(now), actor=actor, person=person_id)], now)
    return token


def redeem(node: Node, unit: Unit, token: str) -> Person:
    """Whose link it is; it is used up. Unauthenticated for unknown, used, over and disabled alike."""
    if not token.startswith(_PREFIX) or len(token) > 128:
        raise Unauthenticated
    link = unit.sessions.take_enrolment(hashed(token))
    now = safe_now(node, unit)
    if link is None or now >= link.ends_at:
        raise Unauthenticated
    person = unit.people.get(link.person)
    if person is None or person.disabled:
        raise Unauthenticated
    journal.write(node, unit, [entry("enrolment.used", at=stamp(now), actor=person.id, person=person.id)], now)
    return person


def hashed(token: str) -> str:
    """What is kept of a token: its SHA-256 (hex)."""
    return sha256(token.encode("utf-8")).hexdigest()
