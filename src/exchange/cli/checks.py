"""What `exchange doctor` looks at. Each check says what is so and the next step; none changes a thing."""

from __future__ import annotations

import shutil
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import httpx

from exchange.cli.founding import ANY, ROOT_KEYS
from exchange.config import Settings
from exchange.crypto import checkpoint
from exchange.crypto.descriptor import Descriptor, trusted
from exchange.crypto.tlscert import der_digest
from exchange.errors import ExchangeError
from exchange.ledger import book
from exchange.operations.agreements import check_all_active
from exchange.operations.alarms import NEW_EPOCH, ROLLED_BACK, STALE, all_alarms
from exchange.operations.clock import safe_now, stamp
from exchange.operations.connection import look
from exchange.operations.contradictions import SPLIT, UNPROVEN
from exchange.operations.cosignatures import fresh, stale
from exchange.operations.equivocation import stopped
from exchange.operations.ledger_state import ledger_state
from exchange.operations.own_card import own_card
from exchange.operations.reconcile_alarms import NONE_YET, ReconcileAlarm, reconcile_alarms
from exchange.operations.stream_alarms import CUT_HERE, CUT_THERE, MISSING, SILENT, last_beat
from exchange.ports import Node
from exchange.sentences import connection as words
from exchange.store import migrate
from exchange.wiring import TLS_CERTIFICATE, database_url

SOON: Final = timedelta(days=14)
DISK_LOW, DISK_FULL = 2 << 30, 200 << 20
"""Bytes."""


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report. `state` is `ok`, `warn` or `fail`."""

    name: str
    state: str
    cause: str
    next: str = ""


def folder(settings: Settings) -> Iterator[Check]:
    """Only the owner may read the node's folder; the root key belongs elsewhere; the disk has room."""
    open_ = [path.name for path in (settings.home, *settings.keys.glob("*")) if path.stat().st_mode & 0o077]
    if open_:
        yield Check(
            "folder", "fail", "readable by others: " + ", ".join(sorted(open_)), f"chmod -R go= {settings.home}"
        )
    else:
        yield Check("folder", "ok", "readable by its owner only")
    if (settings.keys / ROOT_KEYS).exists():
        yield Check("root key", "warn", "still here", "move keys/root.keys offline")
    else:
        yield Check("root key", "ok", "offline")
    free = shutil.disk_usage(settings.home).free
    state = "fail" if free < DISK_FULL else "warn" if free < DISK_LOW else "ok"
    yield Check("disk", state, f"{free >> 20} MiB free", "" if state == "ok" else "make room")


def database(settings: Settings) -> Iterator[Check]:
    """It answers and is at this program's revision."""
    try:
        pending = migrate.pending(database_url(settings))
    except ExchangeError as fault:
        yield Check("database", "fail", fault.code.value, "start the database; see database_url in config.toml")
        return
    if pending:
        yield Check("database", "fail", f"{len(pending)} migrations pending", "exchange migrate up")
    else:
        yield Check("database", "ok", "answers, migrated")


def node(settings: Settings, node_: Node) -> Iterator[Check]:
    """Everything that needs the keys."""
    now = node_.clock.now()
    yield _try("clock", "correct the machine's clock; after a long rest: exchange clock confirm", lambda: _clock(node_))
    yield _try("card", "exchange renew", lambda: _card(settings, node_, now))
    yield _try("ledger", "exchange audit export, then verify", lambda: _ledger(node_))
    yield _try("witnesses", "exchange witness show", lambda: _witnesses(node_, now))
    yield _try("agreements", "exchange agreement list", lambda: _agreements(node_))
    yield from _partners(node_, now)
    yield from _reconciled(node_, now)


def live(settings: Settings) -> Check:
    """Does the officers' listener answer? Trusts exactly our own certificate."""
    try:
        status = _listener(settings, "/healthz").status_code
    except httpx.HTTPError as fault:
        return Check("listener", "fail", type(fault).__name__, "exchange serve")
    return Check("listener", "ok" if status == httpx.codes.OK else "fail", f"answers {status}")


def ready(settings: Settings) -> tuple[int, list[str]]:
    """(status, reasons as codes) of /readyz at the officers' listener; (0, []) when it does not answer."""
    try:
        answer = _listener(settings, "/readyz")
        return answer.status_code, [str(reason) for reason in answer.json()["reasons"]]
    except (httpx.HTTPError, ValueError, KeyError):
        return 0, []


def _listener(settings: Settings, path: str) -> httpx.Response:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.load_verify_locations(settings.keys / TLS_CERTIFICATE)
    host = "127.0.0.1" if settings.officer_host in ANY else settings.officer_host
    with httpx.Client(verify=context, trust_env=False, timeout=5.0) as client:
        url = f"https://{host}:{settings.officer_port}{path}"
        return client.get(url, headers={"host": settings.officer_hosts[0]})


def talk(node_: Node) -> Iterator[Check]:
    """The connection to every partner, tested now."""
    with node_.store.read() as unit:
        codes = [partner.code for partner in unit.partners.all() if not partner.suspended]
    for code in codes:
        yield from _rows(node_, code)


def _rows(node_: Node, code: str) -> Iterator[Check]:
    """The seven rows of the test, and first the worst of them under the partner's name."""
    rows = look(node_, code)
    worst = next((row for state in ("fail", "warn") for row in rows if row.state == state), rows[0])
    yield Check(f"connection {code}", worst.state, words.cause_of(worst, "en"), words.step_of(worst, "en"))
    for row in rows:
        state = "warn" if row.state == "skipped" else row.state
        cause = f"{row.code}: {words.cause_of(row, 'en')}"
        yield Check(f"connection {code} {row.name}", state, cause, words.step_of(row, "en"))


def _try(name: str, next_: str, look: Callable[[], Check]) -> Check:
    try:
        return look()
    except ExchangeError as fault:
        return Check(name, "fail", str(fault), next_)


def _clock(node_: Node) -> Check:
    with node_.store.read() as unit:
        return Check("clock", "ok", stamp(safe_now(node_, unit)))


def _card(settings: Settings, node_: Node, now: datetime) -> Check:
    with node_.store.read() as unit:
        card: Descriptor = trusted(own_card(unit))
    for suite in sorted(card.suites):
        card.sealing_for(suite, now)
    if der_digest((settings.keys / TLS_CERTIFICATE).read_bytes()) not in card.tls_pins:
        return Check("card", "fail", "does not pin our certificate", "exchange renew")
    left = card.expires - now
    state, next_ = ("warn", "exchange renew") if left < SOON else ("ok", "")
    return Check("card", state, f"version {card.version}, {left.days} days left", next_)


def _ledger(node_: Node) -> Check:
    with node_.store.read() as unit:
        head, note = unit.ledger.head(lock=False), unit.ledger.checkpoint()
    signed = checkpoint.verify(note or b"", node_.keys.ledger.verifier)
    if (signed.size, signed.root) != (head.size, book.root(head)):
        return Check("ledger", "fail", "the newest checkpoint is not over the newest head", "stop; call the auditor")
    return Check("ledger", "ok", f"{head.size} entries, checkpoint signed")


def _witnesses(node_: Node, now: datetime) -> Check:
    with node_.store.read() as unit:
        behind, fresh_ = ledger_state(unit).behind, fresh(unit, now)
        waits, given = stale(node_, unit, now), unit.heads.standing_override(now)
    if behind is not None:
        cause = f"{ROLLED_BACK}: we signed a ledger of {behind.size} entries that {behind.partner} holds and we do not"
        return Check("witnesses", "fail", cause, "nothing is signed or sent; exchange epoch open (docs/operations.md)")
    if waits:
        until = "" if given is None else f"; releases go on until {stamp(given.expires_at or now)} by two persons' word"
        cause = f"{STALE}: {fresh_} of {node_.quorum} partners cosigned our ledger within 4 hours{until}"
        return Check("witnesses", "warn" if given else "fail", cause, "exchange witness show")
    note = "no quorum is set" if not node_.quorum else f"{fresh_} of {node_.quorum} needed"
    return Check("witnesses", "ok" if node_.quorum else "warn", note)


def _agreements(node_: Node) -> Check:
    with node_.store.read() as unit:
        check_all_active(unit)
        active = [each.id for each in unit.agreements.all() if each.state == "active"]
    return Check("agreements", "ok" if active else "warn", f"{len(active)} in force, every example as signed")


_STREAM_STEPS: Final = {
    SILENT: "exchange doctor --partners",
    MISSING: "exchange pull; call the partner if nothing comes",
    CUT_THERE: "call the partner: its store is older than it was",
    SPLIT: "exchange witness evidence PARTNER --out FILE; call the partner and your auditor",
    UNPROVEN: "call the partner: its ledger does not show that its heads belong together",
    NEW_EPOCH: "the partner came back from a backup: ask what it lost; exchange audit reconcile-now",
    ROLLED_BACK: "exchange epoch open (docs/operations.md, Backup)",
    CUT_HERE: "after a restored backup stop the node (docs/operations.md, Backup); else call the partner",
}
"""What a person does about each alarm that names a partner."""


def _partners(node_: Node, now: datetime) -> Iterator[Check]:
    with node_.store.read() as unit:
        known = [
            (partner, last_beat(unit, partner.code), stopped(unit, partner.code)) for partner in unit.partners.all()
        ]
        ringing = {each.partner: each for each in reversed(all_alarms(node_, unit, now))}
    for partner, said, halt in known:
        alarm = ringing.get(partner.code)
        left = trusted(partner.descriptor).expires - now
        name = f"partner {partner.code}"
        if halt is not None:
            cause = f"two histories at number {halt.seq} of epoch {halt.epoch}: nothing of its stream is taken"
            yield Check(name, "fail", cause, f"call the partner; exchange partner resolve {partner.code}")
        elif partner.suspended:
            yield Check(name, "warn", "suspended")
        elif left < SOON:
            yield Check(
                name, "fail" if left < timedelta(0) else "warn", f"card has {left.days} days left", "ask for a new card"
            )
        elif alarm is not None:
            state = "fail" if alarm.code in (CUT_HERE, SPLIT, ROLLED_BACK) else "warn"
            numbers = "" if alarm.code == SILENT else f": {alarm.ours} here, {alarm.theirs} there"
            yield Check(name, state, f"{alarm.code} since {alarm.since}{numbers}", _STREAM_STEPS[alarm.code])
        else:
            yield Check(name, "ok", "added a moment ago" if said is None else f"heartbeat {said.at}")


def _reconciled(node_: Node, now: datetime) -> Iterator[Check]:
    """What the newest result with each partner says, unless somebody has acknowledged it."""
    with node_.store.read() as unit:
        found = reconcile_alarms(unit, now)
        codes = [partner.code for partner in unit.partners.all() if not partner.suspended]
    for code in codes:
        ringing = [each for each in found if each.partner == code]
        name = f"reconciled {code}"
        if not ringing:
            yield Check(name, "ok", "nothing stands open")
        for each in ringing:
            yield Check(name, "warn" if each.code == NONE_YET else "fail", _difference(each), _what_next(each))


def _difference(alarm: ReconcileAlarm) -> str:
    return f"{alarm.code} since {alarm.since}" + (f": {alarm.count}" if alarm.count else "")


def _what_next(alarm: ReconcileAlarm) -> str:
    if alarm.code == NONE_YET:
        return f"exchange audit reconcile-now {alarm.partner}"
    return f"exchange audit reconciled {alarm.partner}; call the partner; exchange audit reconcile-ack {alarm.partner}"
