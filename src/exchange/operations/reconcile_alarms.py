"""What reconciling with partners has found, until a person acknowledges it or a later result is clean.

Nothing is stopped here and nothing is repaired: a person calls the partner, with the result that both signed. What was
acknowledged stays silent as long as the same is found; anything more rings again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from exchange.errors import BadInput, Code, Conflict, NotFound
from exchange.ledger.classes import ALARMS
from exchange.ledger.entries import entry
from exchange.ledger.reconciled import read_result
from exchange.model.reconciled import Reconciled
from exchange.model.state import Partner, Person
from exchange.operations import journal
from exchange.operations.clock import safe_now, stamp
from exchange.operations.permissions import Permission, require
from exchange.operations.reconcile import BROKEN, DIFFERS, finish_pending, is_days_run, reconcile
from exchange.ports import Node, Unit

MOST: Final = 200
OVERDUE: Final = timedelta(days=3)
"""Without a result that both signed."""
UNREAD: Final = "BLOCKS_UNREAD"
RESULTS: Final = "RESULTS_DIFFER"
STATEMENT: Final = "STATEMENT_BROKEN"
NONE_YET: Final = "NOT_RECONCILED"
CODES: Final = (*(each.value.upper() for each in ALARMS), UNREAD, RESULTS, STATEMENT, NONE_YET)
"""`LOST`, `PHANTOM_RECEIPT`, `OMITTED`, `EQUIVOCATED`: numbers of that class. `BLOCKS_UNREAD`: more differs than a run
reads. `RESULTS_DIFFER`: the partner signed another result, or refused to sign, or did not for a day.
`STATEMENT_BROKEN`: it signed what contradicts itself.
`NOT_RECONCILED`: for three days no result that both signed."""
REASONS: Final = ("PARTNER_RESTORED", "PARTNER_SOFTWARE", "OWN_RESTORED", "OWN_SOFTWARE", "INVESTIGATED")
"""Why it is known: somebody came back from a backup, had a fault, or both sides have looked into it."""


@dataclass(frozen=True, slots=True)
class ReconcileAlarm:
    """One thing found between us and a partner."""

    partner: str
    code: str
    since: str
    """`YYYY-MM-DDTHH:MM:SSZ`: the first result that said so."""
    count: int
    """How many numbers or blocks; 0 where nothing is counted."""


def reconcile_alarms(unit: Unit, now: datetime) -> list[ReconcileAlarm]:
    """What rings now, by partner. A suspended partner raises none."""
    return [
        alarm for partner in unit.partners.all() if not partner.suspended for alarm in _of_partner(unit, partner, now)
    ]


def list_reconciled(unit: Unit, person: Person, partner: str | None) -> list[Reconciled]:
    """The newest 200 results, of one partner or of all."""
    require(person, Permission.PARTNER_READ)
    return unit.reconciles.of(partner, MOST)


def reconcile_now(node: Node, person: Person, partner: str) -> Reconciled:
    """A run that a person begins, however many there were today. Errors as `reconcile`."""
    require(person, Permission.RECONCILE_RUN)
    return reconcile(node, partner)


def reconcile_due(node: Node, partner: str, hour: int) -> Reconciled | None:
    """The day's run, from `hour` UTC on, unless the day has its result (`is_days_run`: what a partner began and left
    something out of is none). The node whose code comes second waits an hour for the other to ask."""
    with node.store.read() as unit:
        now = safe_now(node, unit)
        today = [each for each in unit.reconciles.of(partner, 48) if each.day == stamp(now)[:10]]
    begins = min(hour + (node.code > partner), 23)
    if now.hour < begins or any(is_days_run(each) for each in today):
        return None
    half = finish_pending(node, partner)
    return half if half is not None and half.day == stamp(now)[:10] else reconcile(node, partner)


def acknowledge_reconciled(node: Node, unit: Unit, person: Person, partner: str, reason: str) -> Reconciled:
    """A person has seen what the newest result says and gives the reason. BadInput, NotFound; Conflict(STALE) when
    nothing is wrong or somebody was faster."""
    require(person, Permission.RECONCILE_ACKNOWLEDGE)
    if reason not in REASONS:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="reason")
    found = unit.reconciles.of(partner, 1)
    if not found:
        raise NotFound(partner=partner)
    newest = found[0]
    if (not newest.findings and newest.outcome != DIFFERS) or _known(unit, newest):
        raise Conflict(Code.STALE, at="result")
    now = safe_now(node, unit)
    unit.reconciles.acknowledge(partner, newest.run, person.id, now, reason)
    at = stamp(now)
    line = entry("reconcile.acknowledged", at=at, actor=person.id, partner=partner, digest=newest.digest, reason=reason)
    journal.write(node, unit, [line], now)
    return newest


def _of_partner(unit: Unit, partner: Partner, now: datetime) -> list[ReconcileAlarm]:
    kept = unit.reconciles.of(partner.code, 1)
    found = [] if not kept or _known(unit, kept[0]) else _told(unit, kept[0])
    last = max(partner.added_at, unit.reconciles.last_signed(partner.code) or partner.added_at)
    if now - last > OVERDUE:
        found.append(ReconcileAlarm(partner.code, NONE_YET, stamp(last), 0))
    return found


def _told(unit: Unit, newest: Reconciled) -> list[ReconcileAlarm]:
    partner = newest.partner
    if newest.outcome == BROKEN:
        return [ReconcileAlarm(partner, STATEMENT, stamp(newest.at), 0)]
    found = []
    if newest.findings:
        result, since = read_result(newest.document), stamp(unit.reconciles.since(partner, newest.findings)[0])
        counted = [(each.value.upper(), result.counts[each]) for each in ALARMS] + [(UNREAD, result.unread)]
        found += [ReconcileAlarm(partner, code, since, count) for code, count in counted if count]
    if newest.outcome == DIFFERS:
        found.append(ReconcileAlarm(partner, RESULTS, stamp(newest.at), 0))
    return found


def _known(unit: Unit, newest: Reconciled) -> bool:
    """Acknowledged itself; or, of a result that both signed alike, the same findings were."""
    if newest.acknowledged_by is not None:
        return True
    return (
        bool(newest.findings)
        and newest.outcome != DIFFERS
        and unit.reconciles.since(newest.partner, newest.findings)[1]
    )
