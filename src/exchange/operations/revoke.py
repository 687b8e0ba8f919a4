"""The end of a partner: one person asks, another confirms. One person lifts a suspension, nobody a revocation.

Consequences: suspended for good, its certificates and what it cosigned count no more, open proposals to it are voided,
envelopes that wait for it become voids. What it holds of ours stays to be recalled by persons, where there is still a
way to reach it. In this version a revoked code does not become a partner again. Spec: docs/spec/keys.md §8.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from exchange.errors import BadInput, Code, Conflict, NotFound, Unauthenticated
from exchange.ledger.entries import entry
from exchange.model.state import Person
from exchange.model.trust import Revocation
from exchange.operations import journal
from exchange.operations.clock import safe_now, stamp
from exchange.operations.permissions import Permission, require
from exchange.operations.release import fill_with_void
from exchange.operations.void_proposals import void_proposals
from exchange.ports import Node, Unit

REASONS: Final = ("ROOT_STOLEN", "NODE_COMPROMISED", "TWO_HISTORIES", "STATE_WITHDREW", "OUR_DECISION")
VOIDED: Final = "PARTNER_REVOKED"
"""Why the ledger says that proposals were voided."""
_BATCH: Final = 50


@dataclass(frozen=True, slots=True)
class Revoked:
    """What the end did."""

    revocation: Revocation
    proposals: int
    envelopes: int


def ask_revocation(node: Node, unit: Unit, person: Person, code: str, reason: str) -> Revocation:
    """The first person. BadInput for a reason not in REASONS, NotFound, Conflict(ALREADY_EXISTS) where one was asked
    for."""
    require(person, Permission.PARTNER_REVOKE)
    if reason not in REASONS:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="/reason")
    if unit.partners.get(code) is None:
        raise NotFound(partner=code)
    if unit.trust.revocation(code, lock=True) is not None:
        raise Conflict(Code.ALREADY_EXISTS, partner=code)
    now = safe_now(node, unit)
    asked = Revocation(code, reason, person.id, now)
    unit.trust.put_revocation(asked)
    line = entry("revocation.asked", at=stamp(now), actor=person.id, partner=code, reason=reason)
    journal.write(node, unit, [line], now)
    return asked


def withdraw_revocation(node: Node, unit: Unit, person: Person, code: str) -> None:
    """Takes the request back; whoever may ask may do so. NotFound where none waits."""
    require(person, Permission.PARTNER_REVOKE)
    _asked(unit, code)
    unit.trust.drop_revocation(code)
    now = safe_now(node, unit)
    journal.write(node, unit, [entry("revocation.withdrawn", at=stamp(now), actor=person.id, partner=code)], now)


def confirm_revocation(node: Node, person: Person, code: str) -> Revoked:
    """The second person: the partner is out with the first transaction; the envelopes that wait are emptied behind it.

    A process that dies in between leaves envelopes that nobody can fetch or be sent. NotFound when nobody asked,
    Conflict(SELF_APPROVAL) for the person who asked, Conflict(RELEASE_STATE) when that person may not act any more.
    """
    require(person, Permission.PARTNER_REVOKE)
    with node.store.write() as unit:
        done = _revoke(node, unit, person, code)
    _empty(node, code)
    return done


def _revoke(node: Node, unit: Unit, person: Person, code: str) -> Revoked:
    if unit.people.get(person.id) != person:
        raise Unauthenticated
    asked, partner = _asked(unit, code), unit.partners.get(code)
    if partner is None:
        raise NotFound(partner=code)
    if asked.asked_by == person.id:
        raise Conflict(Code.SELF_APPROVAL, partner=code)
    first = unit.people.get(asked.asked_by)
    if first is None or first.disabled:
        raise Conflict(Code.RELEASE_STATE, partner=code)
    now = safe_now(node, unit)
    confirmed = replace(asked, confirmed_by=person.id, confirmed_at=now)
    unit.streams.end_out(
        code, lock=True
    )  # a release that holds it has queued its envelope; the next finds it suspended
    unit.trust.put_revocation(confirmed)
    unit.partners.put(replace(partner, suspended=True))
    unit.partners.set_tls_pins(code, ())
    unit.heads.forget_cosigned(code)
    counts = unit.streams.outbox_counts(code)
    waiting = counts.get("queued", 0) + counts.get("sent", 0)
    line = entry(
        "partner.revoked", at=stamp(now), actor=person.id, partner=code, reason=asked.reason, envelopes=waiting
    )
    journal.write(node, unit, [line], now)
    proposals = void_proposals(node, unit, person.id, VOIDED, lambda each: each.recipient == code)
    return Revoked(confirmed, proposals, waiting)


def _empty(node: Node, code: str) -> None:
    """Takes the content out of every number that waits; the stream stays whole, for the auditors of both."""
    while True:
        with node.store.write() as unit:
            waiting = unit.streams.waiting_to(code, _BATCH)
            for item in waiting:
                locked = unit.streams.out_item(item.recipient, item.epoch, item.seq, lock=True)
                if locked is not None and locked.receipt is None and locked.state != "void":
                    fill_with_void(node, unit, locked)
        if not waiting:
            return


def _asked(unit: Unit, code: str) -> Revocation:
    asked = unit.trust.revocation(code, lock=True)
    if asked is None or asked.confirmed_at is not None:
        raise NotFound(partner=code)
    return asked
