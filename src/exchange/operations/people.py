"""People of this node and their tokens. There are no default accounts; the first one is added at the node itself."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from exchange.errors import BadInput, Code, Conflict, NotFound, Unauthenticated
from exchange.ledger.entries import entry
from exchange.model.state import Person
from exchange.operations import journal
from exchange.operations.approve import lapse_all
from exchange.operations.clock import safe_now, stamp
from exchange.operations.permissions import ROLES
from exchange.ports import Node, Unit

TOKEN_LIFETIME = timedelta(days=90)
_PREFIX = "exo_"
_ALLOWED = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-._@")


def add_person(node: Node, unit: Unit, actor: str, person_id: str, role: str) -> Person:
    """Adds someone who may act here. BadInput for an id or role out of form, Conflict when the id is taken."""
    if role not in ROLES or not 2 <= len(person_id) <= 64 or not set(person_id) <= _ALLOWED:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="person")
    if unit.people.get(person_id) is not None:
        raise Conflict(Code.ALREADY_EXISTS, person=person_id)
    now = safe_now(node, unit)
    person = Person(person_id, role, now)
    unit.people.add(person)
    line = entry("person.added", at=stamp(now), actor=actor, person=person_id, role=role)
    journal.write(node, unit, [line], now)
    return person


def disable_person(node: Node, unit: Unit, actor: str, person_id: str) -> None:
    """Takes effect with this transaction: every token and session of the person ends, approvals not yet used lapse."""
    if unit.people.get(person_id) is None:
        raise NotFound(person=person_id)
    now = safe_now(node, unit)
    unit.people.disable(person_id)
    unit.sessions.end_all(person_id)
    line = entry("person.disabled", at=stamp(now), actor=actor, person=person_id)
    journal.write(node, unit, [line, *lapse_all(unit, person_id, actor, now)], now)


def issue_token(node: Node, unit: Unit, actor: str, person_id: str) -> str:
    """A new opaque token of 256 random bits, shown once; only its SHA-256 is kept (threat T-34).

    Who holds a token of an approver is that approver here, so the ledger says who had it made and for whom.
    """
    if unit.people.get(person_id) is None:
        raise NotFound(person=person_id)
    token = _PREFIX + secrets.token_urlsafe(32)
    now = safe_now(node, unit)
    unit.people.add_token(_hashed(token), person_id, now + TOKEN_LIFETIME)
    journal.write(node, unit, [entry("token.issued", at=stamp(now), actor=actor, person=person_id)], now)
    return token


def who(node: Node, unit: Unit, token: str) -> Person:
    """The person behind a token. Unauthenticated(TOKEN_UNKNOWN) for unknown, expired or disabled alike."""
    return who_at(unit, token, safe_now(node, unit))


def who_at(unit: Unit, token: str, now: datetime) -> Person:
    """The same at a time that the caller vouches for."""
    if not token.startswith(_PREFIX) or len(token) > 128:
        raise Unauthenticated
    person = unit.people.by_token(_hashed(token), now)
    if person is None or person.disabled:
        raise Unauthenticated
    return person


def _hashed(token: str) -> str:
    return sha256(token.encode("utf-8")).hexdigest()
