"""Opening one blinded ledger entry: an auditor asks, another person confirms, the auditor reads once what it refers to.

Each step is an entry, is over after a day, and is held by the database too. Both persons must still be here when it is
read: people are looked at behind the ledger's lock, so that nobody is disabled between that look and the entry.
Spec: docs/spec/ledger.md §11.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace

from exchange.errors import BadInput, Code, Conflict, Forbidden, NotFound, Unauthenticated
from exchange.ledger.entries import Entry, entry, read, text, texts
from exchange.ledger.openings import ASKING, CONFIRMING, LASTS
from exchange.model.openings import Opening
from exchange.model.state import Person
from exchange.operations import journal
from exchange.operations.clock import safe_now, stamp
from exchange.operations.permissions import Permission, require
from exchange.operations.referred import Shown, find, show
from exchange.ports import Node, Unit

REASONS = frozenset({"COMPLAINT", "COURT_ORDER", "INCIDENT", "OVERSIGHT", "SAMPLE", "SUBJECT_REQUEST"})
"""Why an auditor has to see; codes, so that no words about a person reach the ledger."""
_LISTED = 200


@dataclass(frozen=True, slots=True)
class Opened:
    """What the auditor reads, once."""

    opening: Opening
    kind: str
    """Of the entry."""
    shown: tuple[Shown, ...]
    gone: int
    """References that lead nowhere any more: the records were erased, and their keys with them."""


def ask_opening(node: Node, unit: Unit, person: Person, index: int, reason: str) -> Opening:
    """Asks to see what the entry at `index` refers to. It counts only when another person confirms it in a day.

    Errors: BadInput for the reason, or ENTRY_NAMES_NOTHING; NotFound where no entry stands at `index`.
    """
    require(person, Permission.AUDIT_OPEN)
    if reason not in REASONS:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="reason")
    size = unit.ledger.head(lock=True).size
    now = safe_now(node, unit)
    if not 0 <= index < size:
        raise NotFound(at="index")
    references(_entry(unit, index))
    _still(unit, person)
    opening = Opening(
        id="opn-" + secrets.token_hex(8),
        index=index,
        reason=reason,
        asker=person.id,
        asked_at=now,
        asked_until=now + LASTS,
    )
    unit.openings.add(opening)
    expires = stamp(opening.asked_until)
    line = entry(
        "audit.opening-asked",
        at=stamp(now),
        actor=person.id,
        opening=opening.id,
        index=index,
        reason=reason,
        expires=expires,
    )
    journal.write(node, unit, [line], now)
    return opening


def confirm_opening(node: Node, unit: Unit, person: Person, id_: str) -> Opening:
    """The second person's part. Errors: NotFound, Conflict(OPENING_STATE; SELF_APPROVAL for the person who asked)."""
    require(person, Permission.AUDIT_OPEN_CONFIRM)
    opening = _locked(unit, id_)
    now = safe_now(node, unit)
    if opening.asker == person.id:
        raise Conflict(Code.SELF_APPROVAL, opening=id_)
    if opening.state != "asked" or now >= opening.expires_at or not _may(unit, opening.asker, {ASKING}):
        raise Conflict(Code.OPENING_STATE, state=opening.state)
    _still(unit, person)
    confirmed = replace(opening, confirmer=person.id, confirmed_at=now, read_until=now + LASTS)
    unit.openings.update(confirmed)
    line = entry(
        "audit.opening-confirmed",
        at=stamp(now),
        actor=person.id,
        opening=id_,
        index=opening.index,
        expires=stamp(now + LASTS),
    )
    journal.write(node, unit, [line], now)
    return confirmed


def withdraw_opening(node: Node, unit: Unit, person: Person, id_: str) -> Opening:
    """Taken back by the person who asked, before it is read, also when its time is over."""
    require(person, Permission.AUDIT_OPEN)
    opening = _locked(unit, id_)
    if opening.asker != person.id:
        raise Forbidden(permission=Permission.AUDIT_OPEN.value)
    return _end(node, unit, person, opening, "audit.opening-withdrawn")


def decline_opening(node: Node, unit: Unit, person: Person, id_: str) -> Opening:
    """Refused by somebody who could confirm it, or confirmed and taken back, before it is read."""
    require(person, Permission.AUDIT_OPEN_CONFIRM)
    opening = _locked(unit, id_)
    if opening.asker == person.id:
        raise Conflict(Code.SELF_APPROVAL, opening=id_)
    return _end(node, unit, person, opening, "audit.opening-declined")


def read_opening(node: Node, person: Person, id_: str) -> Opened:
    """What the entry refers to, to the person who asked, once. The entry is committed before anything is returned.

    In two transactions: references are found in a snapshot, which may take long; nothing is read from records there.

    Errors: NotFound, Forbidden for another auditor, Conflict(OPENING_STATE) unless confirmed, in time and not read yet,
    and when the person who confirmed may not act any more; Unauthenticated for an asker who may not.
    """
    require(person, Permission.AUDIT_OPEN)
    with node.store.read() as unit:
        found = unit.openings.get(id_)
        _ready(found, person)
        named = _entry(unit, 0 if found is None else found.index)
        places = find(node, unit, named, references(named))
    with node.store.write() as unit:
        opening = _locked(unit, id_)
        now = safe_now(node, unit)
        _ready(opening, person)
        if now >= opening.expires_at or not _may(unit, str(opening.confirmer), CONFIRMING):
            raise Conflict(Code.OPENING_STATE, state=opening.state)
        _still(unit, person)
        shown = show(node, unit, named, places)
        done = replace(opening, opened_at=now)
        unit.openings.update(done)
        for held in ("own", "received"):
            refs = [each.ref for each in shown if each.held == held]
            if refs:
                unit.openings.show(id_, held, refs)
        line = entry(
            "audit.opened",
            at=stamp(now),
            actor=person.id,
            opening=id_,
            index=opening.index,
            reason=opening.reason,
            asker=opening.asker,
            confirmer=str(opening.confirmer),
            refs=references(named),
        )
        journal.write(node, unit, [line], now)
    return Opened(done, text(named, "kind"), tuple(shown), len(references(named)) - len(shown))


def list_openings(unit: Unit, person: Person) -> list[Opening]:
    """The newest 200, those that are over too."""
    require(person, Permission.AUDIT_OPENING_READ)
    return unit.openings.all(_LISTED)


def references(named: Entry) -> list[str]:
    """What an entry refers to. BadInput(ENTRY_NAMES_NOTHING)."""
    found = [text(named, "ref")] if "ref" in named else texts(named, "refs") if "refs" in named else []
    if not found:
        raise BadInput(Code.ENTRY_NAMES_NOTHING)
    return list(dict.fromkeys(found))


def _entry(unit: Unit, index: int) -> Entry:
    return read(unit.ledger.entries(index, 1)[0])


def _locked(unit: Unit, id_: str) -> Opening:
    """Under its own lock and the ledger's: whoever is disabled from here on is disabled after this."""
    opening = unit.openings.get(id_, lock=True)
    if opening is None:
        raise NotFound(opening=id_)
    unit.ledger.head(lock=True)
    return opening


def _ready(opening: Opening | None, person: Person) -> None:
    if opening is None:
        raise NotFound(at="opening")
    if opening.asker != person.id:
        raise Forbidden(permission=Permission.AUDIT_OPEN.value)
    if opening.state != "confirmed":
        raise Conflict(Code.OPENING_STATE, state=opening.state)


def _still(unit: Unit, person: Person) -> None:
    if unit.people.get(person.id) != person:
        raise Unauthenticated


def _may(unit: Unit, person_id: str, roles: set[str] | frozenset[str]) -> bool:
    person = unit.people.get(person_id)
    return person is not None and not person.disabled and person.role in roles


def _end(node: Node, unit: Unit, person: Person, opening: Opening, kind: str) -> Opening:
    if opening.state not in ("asked", "confirmed"):
        raise Conflict(Code.OPENING_STATE, state=opening.state)
    now = safe_now(node, unit)
    _still(unit, person)
    ended = replace(opening, ended_at=now, ended_by=person.id)
    unit.openings.update(ended)
    line = entry(kind, at=stamp(now), actor=person.id, opening=opening.id, index=opening.index)
    journal.write(node, unit, [line], now)
    return ended
