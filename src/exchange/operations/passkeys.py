"""Passkeys: adding and removing one, signing in with one, and confirming one digest with one.

The challenge for adding one is random, kept as a hash, good once and for five minutes, so that any process of this node
may take the answer. That of signing in is made from the time and the browser's own cookie under the node's key, so that
strangers who only look make no rows; what was used is kept. The challenge of a confirmation is the digest that is
approved, and the answer is kept as evidence (`attested.py`). A sign count that does not rise is refused: somebody may
hold a copy of the passkey.
Source: W3C WebAuthn Level 2.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from exchange.crypto.encoding import JsonObject, b64
from exchange.errors import BadInput, Code, Conflict, NotFound, Unauthenticated, Unavailable
from exchange.ledger.entries import entry
from exchange.model.sessions import Assertion, Challenge, Credential
from exchange.model.state import Person
from exchange.model.texts import safe
from exchange.operations import journal
from exchange.operations.attested import keep_evidence, well_formed
from exchange.operations.clock import safe_now, stamp
from exchange.operations.permissions import Permission, require
from exchange.ports import Node, Unit
from exchange.ports.sessions import Passkeys, Shown

LASTS: Final = timedelta(minutes=5)
SLOT: Final = timedelta(seconds=100)
SLOTS: Final = 3
"""A challenge of signing in is good for its slot of time and the two after it: 200 to 300 seconds."""
MAX_LABEL: Final = 60
MAX_PASSKEYS: Final = 20
"""Of one person."""


def registration_options(node: Node, unit: Unit, person: Person) -> str:
    """What the browser needs to make a passkey of this person: JSON."""
    require(person, Permission.SIGN_IN)
    known = [each.id for each in unit.sessions.credentials(person.id)]
    challenge = _challenge(node, unit, "register", person.id)
    return _door(node).making(person.id, _handle(node, person.id), challenge, known)


def register(node: Node, unit: Unit, person: Person, response_json: str, label: str) -> Credential:
    """Adds the passkey that the browser made. BadInput(PASSKEY_REFUSED), Conflict(ALREADY_EXISTS) if anybody has it."""
    require(person, Permission.SIGN_IN)
    name = label.strip()
    if not 1 <= len(name) <= MAX_LABEL or not safe(name) or not name.isprintable():
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="label")
    now = safe_now(node, unit)
    door = _door(node)
    challenge = door.claimed(response_json).challenge
    if not _asked(unit, challenge, "register", person.id, now):
        raise BadInput(Code.PASSKEY_REFUSED)
    made = door.made(response_json, challenge)
    if len(unit.sessions.credentials(person.id)) >= MAX_PASSKEYS:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="passkeys", limit=MAX_PASSKEYS)
    credential = Credential(made.id, person.id, made.public_key, made.sign_count, name, made.backed_up, now)
    if unit.sessions.credential(credential.id) is not None:
        raise Conflict(Code.ALREADY_EXISTS, at="passkey")
    unit.sessions.add_credential(credential)
    line = entry("passkey.added", at=stamp(now), actor=person.id, credential=named(credential.id))
    journal.write(node, unit, [line], now)
    return credential


def remove(node: Node, unit: Unit, person: Person, credential_id: str) -> None:
    """Removes one's own passkey. NotFound for any other."""
    require(person, Permission.SIGN_IN)
    remove_of(node, unit, person.id, person.id, credential_id)


def remove_of(node: Node, unit: Unit, actor: str, person_id: str, credential_id: str) -> None:
    """Removes a passkey of a person, for example of a lost device; the caller says who may. NotFound."""
    if not unit.sessions.remove_credential(person_id, credential_id):
        raise NotFound(at="passkey")
    now = safe_now(node, unit)
    line = entry("passkey.removed", at=stamp(now), actor=actor, person=person_id, credential=named(credential_id))
    journal.write(node, unit, [line], now)


def list_of(unit: Unit, person: Person) -> list[Credential]:
    """One's own passkeys, the oldest first."""
    require(person, Permission.SIGN_IN)
    return unit.sessions.credentials(person.id)


def login_options(node: Node, unit: Unit, browser: str) -> str:
    """What the browser needs to ask for any passkey of this place: JSON. It tells nothing of who has one.

    `browser`: the secret of its own cookie. Nothing is written, so a reading unit will do.
    """
    return _door(node).asking(_entrance(unit, browser, _slot(safe_now(node, unit))), [])


def login(node: Node, unit: Unit, response_json: str, browser: str) -> Person:
    """Who has signed in. Unauthenticated whatever is wrong; `logins.note_failure` then writes down what it was."""
    now = safe_now(node, unit)
    door = _door(node)
    try:
        claimed = door.claimed(response_json)
        known = unit.sessions.credential(claimed.credential, lock=True)
        slots = range(_slot(now), _slot(now) - SLOTS, -1)
        if known is None or claimed.challenge not in [_entrance(unit, browser, each) for each in slots]:
            raise Unauthenticated
        shown = door.shown(response_json, claimed.challenge, known.public_key)
    except BadInput:
        raise Unauthenticated from None
    person = unit.people.get(known.person)
    if person is None or person.disabled or claimed.handle not in (None, _handle(node, person.id)):
        raise Unauthenticated
    _use_up(unit, claimed.challenge, now)
    if not _counts(known, shown):
        raise Unauthenticated(person=person.id, credential=named(known.id))
    _note_use(unit, known, shown, now)
    return person


def step_up_options(node: Node, unit: Unit, person: Person, subject: str, digest: str) -> str:
    """What the browser needs to confirm `digest` with one of the person's passkeys; the challenge is that digest."""
    require(person, Permission.SIGN_IN)
    well_formed(subject, digest)
    known = [each.id for each in unit.sessions.credentials(person.id)]
    if not known:
        raise NotFound(at="passkey")
    ends = safe_now(node, unit) + LASTS
    unit.sessions.add_challenge(
        Challenge(_pending(person.id, subject, digest), "step-up", ends, person.id, subject, digest)
    )
    return _door(node).asking(bytes.fromhex(digest), known)


def step_up(node: Node, unit: Unit, person: Person, subject: str, digest: str, response_json: str) -> Assertion:
    """Verifies the answer and keeps it as evidence. BadInput(PASSKEY_REFUSED), Conflict for an answer used before."""
    require(person, Permission.SIGN_IN)
    well_formed(subject, digest)
    now = safe_now(node, unit)
    door = _door(node)
    known = unit.sessions.credential(door.claimed(response_json).credential, lock=True)
    asked = unit.sessions.take_challenge(_pending(person.id, subject, digest))
    if asked is None or now >= asked.ends_at or known is None or known.person != person.id:
        raise BadInput(Code.PASSKEY_REFUSED)
    shown = door.shown(response_json, bytes.fromhex(digest), known.public_key)
    if not _counts(known, shown):
        raise BadInput(Code.PASSKEY_REFUSED, person=person.id, credential=named(known.id))
    _note_use(unit, known, shown, now)
    said: JsonObject = {
        "method": "passkey",
        "person": person.id,
        "subject": subject,
        "digest": digest,
        "credential": known.id,
        "key": b64(shown.key),
        "rp_id": door.rp_id,
        "origin": door.origin,
        "authenticator_data": b64(shown.authenticator_data),
        "client_data": b64(shown.client_data),
        "signature": b64(shown.signature),
    }
    return keep_evidence(node, unit, said, shown.authenticator_data + shown.signature)


def named(credential_id: str) -> str:
    """How the ledger names a passkey: SHA-256 (hex) of its id."""
    return sha256(credential_id.encode("ascii")).hexdigest()


def _door(node: Node) -> Passkeys:
    if node.passkeys is None:
        raise Unavailable(Code.CONFIG_INVALID, at="console_origin")
    return node.passkeys


def _challenge(node: Node, unit: Unit, purpose: str, person_id: str | None) -> bytes:
    challenge = secrets.token_bytes(32)
    ends = safe_now(node, unit) + LASTS
    unit.sessions.add_challenge(Challenge(sha256(challenge).hexdigest(), purpose, ends, person_id))
    return challenge


def _asked(unit: Unit, challenge: bytes, purpose: str, person_id: str | None, now: datetime) -> bool:
    """Whether this was asked, lately, for this; it is used up."""
    asked = unit.sessions.take_challenge(sha256(challenge).hexdigest())
    return asked is not None and (asked.purpose, asked.person) == (purpose, person_id) and now < asked.ends_at


def _slot(now: datetime) -> int:
    return int(now.timestamp() // SLOT.total_seconds())


def _entrance(unit: Unit, browser: str, slot: int) -> bytes:
    """32 bytes that only this node makes, for one browser and one slot of time."""
    return bytes.fromhex(unit.records.blind("console.entrance", f"{slot} {browser}"))


def _use_up(unit: Unit, challenge: bytes, now: datetime) -> None:
    """Unauthenticated when somebody signed in with it before. The credential's row is locked: one at a time."""
    used = Challenge(sha256(b"used\0" + challenge).hexdigest(), "login", now + SLOTS * SLOT)
    again = unit.sessions.take_challenge(used.id) is not None
    unit.sessions.add_challenge(used)
    if again:
        raise Unauthenticated


def _pending(person_id: str, subject: str, digest: str) -> str:
    return sha256(f"step-up\0{person_id}\0{subject}\0{digest}".encode()).hexdigest()


def _handle(node: Node, person_id: str) -> bytes:
    """What a passkey keeps of whose it is: 32 bytes, the same for all passkeys of one person (WebAuthn §5.4.3)."""
    return sha256(f"exchange passkey\0{node.code}\0{person_id}".encode()).digest()


def _counts(known: Credential, shown: Shown) -> bool:
    """False when the counter did not rise. Passkeys that are on several devices do not count: they say 0, always."""
    return shown.sign_count > known.sign_count or shown.sign_count == known.sign_count == 0


def _note_use(unit: Unit, known: Credential, shown: Shown, now: datetime) -> None:
    used = replace(known, sign_count=shown.sign_count, backed_up=shown.backed_up, used_at=now)
    unit.sessions.credential_used(used)
