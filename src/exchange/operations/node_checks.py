"""Is this node fit to work? Rows for `exchange doctor` and the console's health page; nothing is changed.

What only the edge can see (the certificate's file, the disk) is handed in. Words: `exchange.sentences.node_health`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from exchange.crypto import checkpoint
from exchange.crypto.descriptor import Descriptor, trusted
from exchange.errors import ExchangeError
from exchange.ledger import book
from exchange.model.connections import Row
from exchange.model.state import Person
from exchange.operations.agreements import check_all_active
from exchange.operations.alarms import ROLLED_BACK, all_alarms
from exchange.operations.clock import safe_now, stamp
from exchange.operations.contradictions import SPLIT
from exchange.operations.cosignatures import fresh, stale
from exchange.operations.equivocation import stopped
from exchange.operations.ledger_state import ledger_state
from exchange.operations.own_card import own_card
from exchange.operations.permissions import Permission, require
from exchange.operations.reconcile_alarms import NONE_YET, reconcile_alarms
from exchange.operations.stream_alarms import CUT_HERE, last_beat
from exchange.ports import Node, Unit

SOON: Final = timedelta(days=14)
"""Before a card ends."""
DISK_LOW, DISK_FULL = 2 << 30, 200 << 20
"""Bytes."""
Facts = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Seen:
    """What the edge sees: SHA-256 (hex) of our TLS certificate, bytes free, migrations that are missing."""

    pin: str | None = None
    free: int | None = None
    pending: int = 0


def node_health(node: Node, person: Person, seen: Seen) -> list[Row]:
    """For a person. Forbidden without STATUS_READ."""
    require(person, Permission.STATUS_READ)
    return [*machine_rows(seen), *node_rows(node, seen)]


def machine_rows(seen: Seen) -> Iterator[Row]:
    """Disk and database."""
    if seen.free is not None:
        code, state = "DISK_OK", "ok"
        if seen.free < DISK_LOW:
            code, state = ("DISK_FULL", "fail") if seen.free < DISK_FULL else ("DISK_LOW", "warn")
        yield Row("disk", state, code, {"mib": seen.free >> 20})
    if seen.pending:
        yield Row("database", "fail", "MIGRATIONS_PENDING", {"count": seen.pending})
    else:
        yield Row("database", "ok", "DATABASE_OK")


def node_rows(node: Node, seen: Seen) -> Iterator[Row]:
    """Everything that needs the keys."""
    now = node.clock.now()
    yield _tried("clock", lambda: _clock(node))
    yield _tried("card", lambda: _card(node, seen, now))
    yield _tried("ledger", lambda: _ledger(node))
    yield _tried("witnesses", lambda: _witnesses(node, now))
    yield _tried("agreements", lambda: _agreements(node))
    with node.store.read() as unit:
        yield from _partners(node, unit, now)
        yield from _reconciled(unit, now)


def _tried(name: str, look: Callable[[], Row]) -> Row:
    try:
        return look()
    except ExchangeError as fault:
        return Row(name, "fail", f"{name.upper()}_BAD", {"code": fault.code.value})


def _clock(node: Node) -> Row:
    with node.store.read() as unit:
        return Row("clock", "ok", "CLOCK_OK", {"at": stamp(safe_now(node, unit))})


def _card(node: Node, seen: Seen, now: datetime) -> Row:
    with node.store.read() as unit:
        card: Descriptor = trusted(own_card(unit))
    for suite in sorted(card.suites):
        card.sealing_for(suite, now)
    if seen.pin is not None and seen.pin not in card.tls_pins:
        return Row("card", "fail", "CARD_PIN")
    left = card.expires - now
    code, state = ("CARD_SOON", "warn") if left < SOON else ("CARD_OK", "ok")
    return Row("card", state, code, {"version": card.version, "days": left.days})


def _ledger(node: Node) -> Row:
    with node.store.read() as unit:
        head, note = unit.ledger.head(lock=False), unit.ledger.checkpoint()
    signed = checkpoint.verify(note or b"", node.keys.ledger.verifier)
    if (signed.size, signed.root) != (head.size, book.root(head)):
        return Row("ledger", "fail", "LEDGER_HEAD")
    return Row("ledger", "ok", "LEDGER_OK", {"size": head.size})


def _witnesses(node: Node, now: datetime) -> Row:
    with node.store.read() as unit:
        behind, fresh_ = ledger_state(unit).behind, fresh(unit, now)
        waits, given = stale(node, unit, now), unit.heads.standing_override(now)
    facts: dict[str, str | int] = {"fresh": fresh_, "quorum": node.quorum}
    if behind is not None:
        return Row("witnesses", "fail", ROLLED_BACK, {"size": behind.size, "partner": behind.partner})
    if waits and given is not None:
        return Row("witnesses", "warn", "WITNESS_OVERRIDDEN", {**facts, "until": stamp(given.expires_at or now)})
    if waits:
        return Row("witnesses", "fail", "WITNESS_STALE", facts)
    return Row("witnesses", "ok", "WITNESS_OK", facts) if node.quorum else Row("witnesses", "warn", "NO_QUORUM")


def _agreements(node: Node) -> Row:
    with node.store.read() as unit:
        check_all_active(unit)
        count = sum(each.state == "active" for each in unit.agreements.all())
    return Row("agreements", "ok", "AGREEMENTS_OK", {"count": count}) if count else Row("agreements", "warn", "NONE")


def _partners(node: Node, unit: Unit, now: datetime) -> Iterator[Row]:
    ringing = {each.partner: each for each in reversed(all_alarms(node, unit, now))}
    for partner in unit.partners.all():
        said, halt, alarm = last_beat(unit, partner.code), stopped(unit, partner.code), ringing.get(partner.code)
        left = trusted(partner.descriptor).expires - now
        facts: dict[str, str | int] = {"partner": partner.code}
        if halt is not None:
            yield Row("partner", "fail", "TWO_HISTORIES", {**facts, "seq": halt.seq, "epoch": halt.epoch})
        elif partner.suspended:
            yield Row("partner", "warn", "SUSPENDED", facts)
        elif left < SOON:
            state = "fail" if left < timedelta(0) else "warn"
            yield Row("partner", state, "THEIR_CARD_SOON", {**facts, "days": left.days})
        elif alarm is not None:
            state = "fail" if alarm.code in (CUT_HERE, SPLIT, ROLLED_BACK) else "warn"
            numbers: Facts = {"ours": alarm.ours, "theirs": alarm.theirs} if alarm.ours or alarm.theirs else {}
            yield Row("partner", state, alarm.code, {**facts, "since": alarm.since, **numbers})
        elif said is None:
            yield Row("partner", "ok", "PARTNER_NEW", facts)
        else:
            yield Row("partner", "ok", "PARTNER_OK", {**facts, "at": said.at})


def _reconciled(unit: Unit, now: datetime) -> Iterator[Row]:
    """What the newest result with each partner says, unless somebody has acknowledged it."""
    found = reconcile_alarms(unit, now)
    for code in [partner.code for partner in unit.partners.all() if not partner.suspended]:
        ringing = [each for each in found if each.partner == code]
        if not ringing:
            yield Row("reconciled", "ok", "RECONCILED_OK", {"partner": code})
        for each in ringing:
            state = "warn" if each.code == NONE_YET else "fail"
            yield Row("reconciled", state, each.code, {"partner": code, "since": each.since, "count": each.count})
