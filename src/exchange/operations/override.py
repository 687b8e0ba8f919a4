"""Two persons let releases go on without a fresh cosignature, for some hours (protocol.md, ledger).

One asks, another confirms; either an administrator or a releasing officer. It ends by itself after a day at most, or
when anybody who may give one ends it. It replaces no approval and no decision, and it does not make a node that is
behind sign again.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta
from typing import Final

from exchange.errors import BadInput, Code, Conflict, Forbidden, NotFound
from exchange.ledger.entries import entry
from exchange.model.heads import Override
from exchange.model.state import Person
from exchange.operations import journal
from exchange.operations.clock import safe_now, stamp
from exchange.operations.permissions import Permission, require
from exchange.ports import Node, Unit

REASONS: Final = ("PARTNERS_UNREACHABLE", "COURIER_ONLY", "NETWORK_ATTACK", "WITNESS_FAULT")
LONGEST: Final = 24
"""Hours."""
WAIT: Final = timedelta(hours=24)
"""How long a request waits for the second person."""
_LISTED: Final = 100


def ask_override(node: Node, unit: Unit, person: Person, reason: str, hours: int) -> Override:
    """The first person. BadInput for a reason not in REASONS or for hours outside 1 to 24."""
    require(person, Permission.WAIVER_GRANT)
    if reason not in REASONS:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="reason")
    if not 1 <= hours <= LONGEST:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="hours", limit=LONGEST)
    now = safe_now(node, unit)
    made = Override("ovr-" + secrets.token_hex(8), reason, person.id, now, hours)
    unit.heads.put_override(made)
    line = entry("override.asked", at=stamp(now), actor=person.id, override=made.id, reason=reason, hours=hours)
    journal.write(node, unit, [line], now)
    return made


def give_override(node: Node, unit: Unit, person: Person, id_: str) -> Override:
    """The second person. NotFound, Forbidden(SELF_APPROVAL), Conflict(RELEASE_STATE) when it is given, over or old,
    or who asked may not act here any more."""
    require(person, Permission.WAIVER_GRANT)
    now = safe_now(node, unit)
    asked = unit.heads.override(id_, lock=True)
    if asked is None:
        raise NotFound(override=id_)
    if asked.asker == person.id:
        raise Forbidden(Code.SELF_APPROVAL, override=id_)
    first = unit.people.get(asked.asker)
    gone = first is None or first.disabled
    if gone or asked.confirmer is not None or asked.ended_at is not None or now - asked.asked_at > WAIT:
        raise Conflict(Code.RELEASE_STATE, override=id_)
    given = replace(asked, confirmer=person.id, expires_at=now + timedelta(hours=asked.hours))
    unit.heads.put_override(given)
    line = entry(
        "override.given",
        at=stamp(now),
        actor=person.id,
        override=id_,
        person=asked.asker,
        reason=asked.reason,
        expires=stamp(now + timedelta(hours=asked.hours)),
    )
    journal.write(node, unit, [line], now)
    return given


def end_override(node: Node, unit: Unit, person: Person, id_: str) -> Override:
    """Anybody who may give one, alone. NotFound, Conflict(RELEASE_STATE) when it has ended."""
    require(person, Permission.WAIVER_GRANT)
    now = safe_now(node, unit)
    known = unit.heads.override(id_, lock=True)
    if known is None:
        raise NotFound(override=id_)
    if known.ended_at is not None or (known.expires_at is not None and now >= known.expires_at):
        raise Conflict(Code.RELEASE_STATE, override=id_)
    ended = replace(known, ended_at=now)
    unit.heads.put_override(ended)
    journal.write(node, unit, [entry("override.ended", at=stamp(now), actor=person.id, override=id_)], now)
    return ended


def list_overrides(unit: Unit, person: Person) -> list[Override]:
    """The newest 100."""
    require(person, Permission.WAIVER_READ)
    return unit.heads.overrides(_LISTED)
