"""Versions that come into force at a date: the worker enacts them when their time has come.

Every check of an activation is made again at that moment. If one fails, the version before stays in force, the
scheduled one is a draft again, and an alarm stands until an administrator acts. A suspension is never lifted by a date.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from exchange.errors import Code, Conflict, Denied, ExchangeError, Unavailable
from exchange.ledger.entries import entry
from exchange.model.state import Person, StoredAgreement
from exchange.operations import journal
from exchange.operations.agreement_alarms import Alarm, sound
from exchange.operations.agreements import check_ready, come_into_force, get_version, put_version
from exchange.operations.clock import safe_now, stamp
from exchange.operations.permissions import Permission, require
from exchange.ports import Node, Unit


@dataclass(slots=True)
class Enacted:
    """What one run did, as (agreement, version)."""

    activated: list[tuple[str, int]]
    failed: list[tuple[str, int]]


def unschedule(node: Node, unit: Unit, person: Person, agreement_id: str, version: int) -> StoredAgreement:
    """A scheduled version is a draft again; its signatures stay. Conflict(RELEASE_STATE) for another state."""
    require(person, Permission.AGREEMENT_WRITE)
    stored = get_version(unit, agreement_id, version)
    if stored.state != "scheduled":
        raise Conflict(Code.RELEASE_STATE, agreement=agreement_id, state=stored.state)
    return put_version(node, unit, person.id, replace(stored, state="draft", starts_at=None))


def enact(node: Node) -> Enacted:
    """Puts in force what is due, one transaction a version. Unavailable leaves the rest for the next run."""
    done = Enacted([], [])
    with node.store.read() as unit:
        due = unit.agreements.scheduled(safe_now(node, unit))
    for stored in due:
        try:
            with node.store.write() as unit:
                enacted = _enact(node, unit, stored)
        except Unavailable:
            raise
        except ExchangeError as failure:
            with node.store.write() as unit:
                _failed(node, unit, stored, failure.code)
            done.failed.append((stored.id, stored.version))
        else:
            if enacted:
                done.activated.append((stored.id, stored.version))
    return done


def _enact(node: Node, unit: Unit, due: StoredAgreement) -> bool:
    """False when somebody was faster: the version is no longer scheduled, or for a later time."""
    stored = get_version(unit, due.id, due.version)
    if stored.state != "scheduled" or stored.starts_at is None or stored.starts_at > safe_now(node, unit):
        return False
    if stored.suspend_requested:
        raise Denied(Code.SUSPENDED, agreement=stored.id)
    check_ready(node, unit, stored)
    come_into_force(node, unit, node.code, stored)
    return True


def _failed(node: Node, unit: Unit, due: StoredAgreement, code: Code) -> None:
    stored = get_version(unit, due.id, due.version)
    if stored.state != "scheduled":
        return
    put_version(node, unit, node.code, replace(stored, state="draft", starts_at=None))
    now = safe_now(node, unit)
    sound(unit, Alarm(stored.id, stored.version, stamp(now), code.value))
    line = entry(
        "agreement.failed",
        at=stamp(now),
        actor=node.code,
        agreement=stored.id,
        version=stored.version,
        digest=stored.digest,
        code=code.value,
    )
    journal.write(node, unit, [line], now)
