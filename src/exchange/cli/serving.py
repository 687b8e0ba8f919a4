"""What `exchange serve` runs: listeners, worker, the log as JSON. Imported by that command alone."""

from __future__ import annotations

import gc
import json
import logging
import resource
import shutil
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import FrameType
from urllib.parse import urlsplit

from exchange.api.app import officer_app, partner_app
from exchange.cli.listeners import REFRESH_S, Anchors, Listener, officer_context, partner_context
from exchange.cli.session import Session, close
from exchange.config import Settings
from exchange.console.app import beside, console_app
from exchange.console.place import Place
from exchange.crypto.tlscert import der_digest
from exchange.errors import Code, ExchangeError, Unavailable
from exchange.operations.agreements import check_all_active
from exchange.operations.confirm import unconfirm
from exchange.operations.cosignatures import forget_cosigned
from exchange.operations.identity import check_identity
from exchange.operations.node_checks import Seen
from exchange.ports import Node
from exchange.store import migrate
from exchange.wiring import TLS_CERTIFICATE, build, database_url
from exchange.worker import Pace, Worker

log = logging.getLogger("exchange.serve")


def run(session: Session, parts: frozenset[str]) -> None:
    """The parts of the node that are asked for, until SIGTERM or Ctrl-C."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold the keys
    _log_as_json()
    settings = session.settings()
    passphrase = session.passphrase(settings)
    if migrate.pending(database_url(settings)):
        raise Unavailable(Code.MIGRATION_PENDING)
    node = build(settings, passphrase)
    try:
        check_identity(node)
        with node.store.read() as unit:
            check_all_active(unit)
        if parts & {"partner", "worker"}:
            _hear_everybody_again(node)
        _spare_the_collector()
        _run(session, node, settings, passphrase, parts)
    finally:
        close(node)


def _hear_everybody_again(node: Node) -> None:
    """This may be a restored backup: what partners hold of us is asked for before anything goes to them."""
    with node.store.write() as unit:
        unconfirm(unit, node.clock.now())
        forget_cosigned(unit)


def _run(session: Session, node: Node, settings: Settings, passphrase: bytes, parts: frozenset[str]) -> None:
    stop = threading.Event()
    listeners: list[Listener] = []
    anchors: Anchors | None = None
    if "web" in parts:
        place = (settings.officer_host, settings.officer_port)
        url = database_url(settings)
        api = officer_app(node, hosts=settings.officer_hosts, pending_migration=lambda: migrate.pending(url))
        app = beside(api, console_app(node, place_of(settings), hosts=settings.officer_hosts))
        listeners.append(Listener("officers", app, place, officer_context(settings, passphrase)))
    if "partner" in parts:
        anchors = Anchors(node, partner_context(settings, passphrase))
        anchors.refresh()
        place = (settings.partner_host, settings.partner_port)
        listeners.append(
            Listener("partners", partner_app(node, hosts=_partner_hosts(settings)), place, anchors.context)
        )
    worker = Worker(node, _pace(settings), stop) if "worker" in parts else None
    with _signals(stop):
        threads = [threading.Thread(target=worker.run, name="worker")] if worker is not None else []
        for thread in threads:
            thread.start()
        for listener in listeners:
            listener.start()
        session.out.note(f"node {node.code}: officers {settings.officer_port}, partners {settings.partner_port}")
        _watch(stop, anchors, listeners)
        for listener in listeners:
            listener.stop()
        for listener in listeners:
            listener.join()
        for thread in threads:
            thread.join()


def _spare_the_collector() -> None:
    """What is loaded stays; and records are trees of values without cycles, which the default of 700 new objects would
    walk once for every few records."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def _partner_hosts(settings: Settings) -> list[str]:
    """The name in our own card: what partners put into Host."""
    return [urlsplit(settings.partner_address).hostname or settings.partner_host]


def _watch(stop: threading.Event, anchors: Anchors | None, listeners: list[Listener]) -> None:
    """Until somebody stops us, or a listener dies by itself."""
    while not stop.wait(REFRESH_S):
        if anchors is not None:
            try:
                anchors.refresh()
            except ExchangeError as fault:
                log.warning("anchors %s", fault)
        if not all(listener.alive for listener in listeners):
            log.error("a listener stopped")
            stop.set()


@contextmanager
def _signals(stop: threading.Event) -> Iterator[None]:
    def handle(number: int, frame: FrameType | None) -> None:
        del number, frame
        stop.set()

    before = {number: signal.signal(number, handle) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        stop.set()
        for number, handler in before.items():
            signal.signal(number, handler)


def _pace(settings: Settings) -> Pace:
    return Pace(
        timedelta(seconds=settings.deliver_interval_s),
        timedelta(seconds=settings.pull_interval_s),
        timedelta(seconds=settings.heartbeat_interval_s),
        settings.daily_hour_utc,
        settings.reconcile_hour_utc,
    )


class _Json(logging.Formatter):
    """One ASCII JSON object a line; an exception is told by its type alone."""

    def format(self, record: logging.LogRecord) -> str:
        kind = record.exc_info[0] if record.exc_info else None
        line = {
            "at": datetime.fromtimestamp(record.created, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        return json.dumps(line if kind is None else line | {"error": kind.__name__})


def _log_as_json() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("exchange").setLevel(logging.INFO)


def place_of(settings: Settings) -> Place:
    """What the console's pages have in common."""
    return Place(
        settings.node,
        settings.origin,
        demonstration=settings.demonstration,
        seen=lambda: seen_by(settings),
        boundaries=settings.map_boundaries,
        oidc_name=settings.oidc_name or settings.oidc_host,
        oidc_origin=f"https://{settings.oidc_host}" if settings.oidc_host else "",
    )


def seen_by(settings: Settings) -> Seen:
    """What the health page is told of the machine."""
    return Seen(
        pin=der_digest((settings.keys / TLS_CERTIFICATE).read_bytes()),
        free=shutil.disk_usage(settings.home).free,
        pending=len(migrate.pending(database_url(settings))),
    )
