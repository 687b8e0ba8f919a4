"""Sessions of the console: a row at the node, known by a token of 256 random bits of which only the hash is kept.

A session ends after 15 minutes without a request, after eight hours whatever happens, at signing out, when an
administrator ends it, and in the very transaction that disables its person. Its token is replaced as time goes by.
Source: OWASP ASVS 5.0, V7; NIST SP 800-63B-4, section 5.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Final

from exchange.errors import BadInput, Code, NotFound, Unauthenticated
from exchange.ledger.entries import entry
from exchange.model.sessions import ConsoleSession
from exchange.model.state import Person
from exchange.operations import journal
from exchange.operations.clock import safe_now, stamp
from exchange.operations.permissions import Permission, require
from exchange.ports import Node, Unit

IDLE: Final = timedelta(minutes=15)
LONGEST: Final = timedelta(hours=8)
METHODS: Final = ("passkey", "oidc", "link")
_PREFIX: Final = "exs_"


def open_session(node: Node, unit: Unit, person_id: str, method: str) -> tuple[str, ConsoleSession]:
    """A new session of somebody who has just shown who they are, and its token. Unauthenticated for nobody enabled.

    It is always new: no token that a browser brought along becomes a session (session fixation).
    """
    if method not in METHODS:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="method")
    person = unit.people.get(person_id)
    if person is None or person.disabled:
        raise Unauthenticated
    now = safe_now(node, unit)
    token, id_ = _new_token()
    session = ConsoleSession(id_, person_id, method, secrets.token_hex(32), now, now, now + LONGEST)
    unit.sessions.open(session)
    journal.write(node, unit, [entry("session.opened", at=stamp(now), actor=person_id, method=method)], now)
    return token, session


def resume(node: Node, unit: Unit, token: str) -> tuple[Person, ConsoleSession]:
    """Who is at a token, also in a reading unit. Unauthenticated for unknown, idle, over and disabled alike."""
    if not token.startswith(_PREFIX) or len(token) > 128:
        raise Unauthenticated
    found = unit.sessions.find(_hashed(token))
    if found is None:
        raise Unauthenticated
    person, session = found
    now = safe_now(node, unit)
    if person.disabled or now >= session.ends_at or now - session.seen_at >= IDLE:
        raise Unauthenticated
    return person, session


def touch(node: Node, unit: Unit, session: ConsoleSession) -> None:
    """Somebody was there now. The caller need not ask more than once a minute."""
    unit.sessions.seen(session.id, safe_now(node, unit))


def rotate(node: Node, unit: Unit, session: ConsoleSession) -> tuple[str, ConsoleSession]:
    """A new token in place of the old one, which is dead; the eight hours go on. Unauthenticated when it ended.

    The forms' token stays: whoever has been filling one in for an hour does not lose it.
    """
    if not unit.sessions.end(session.id):
        raise Unauthenticated
    now = safe_now(node, unit)
    if now >= session.ends_at:
        raise Unauthenticated
    token, id_ = _new_token()
    renewed = replace(session, id=id_, created_at=now, seen_at=now)
    unit.sessions.open(renewed)
    return token, renewed


def close(node: Node, unit: Unit, person: Person, session: ConsoleSession) -> None:
    """The person signs out. NotFound for a session of somebody else; nothing happens when it is over already."""
    require(person, Permission.SIGN_IN)
    if session.person != person.id:
        raise NotFound(at="session")
    if unit.sessions.end(session.id):
        _note_closed(node, unit, person.id, person.id)


def sign_out(node: Node, unit: Unit, actor: str, person_id: str) -> int:
    """Ends every session of a person; returns how many there were. The caller says who may. NotFound."""
    if unit.people.get(person_id) is None:
        raise NotFound(person=person_id)
    ended = unit.sessions.end_all(person_id)
    _note_closed(node, unit, actor, person_id)
    return ended


def _note_closed(node: Node, unit: Unit, actor: str, person_id: str) -> None:
    now = safe_now(node, unit)
    journal.write(node, unit, [entry("session.closed", at=stamp(now), actor=actor, person=person_id)], now)


def _new_token() -> tuple[str, str]:
    """(token, its hash)."""
    token = _PREFIX + secrets.token_urlsafe(32)
    return token, _hashed(token)


def _hashed(token: str) -> str:
    return sha256(token.encode("utf-8")).hexdigest()
