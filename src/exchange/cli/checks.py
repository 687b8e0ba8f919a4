"""What `exchange doctor` looks at. Each check says what is so and the next step; none changes a thing."""

from __future__ import annotations

import shutil
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import httpx

from exchange.cli.founding import ANY, ROOT_KEYS
from exchange.config import Settings
from exchange.crypto.tlscert import der_digest
from exchange.errors import ExchangeError
from exchange.model.connections import Row
from exchange.operations.connection import look
from exchange.operations.node_checks import Seen, machine_rows, node_rows
from exchange.ports import Node
from exchange.sentences import connection, node_health
from exchange.store import migrate
from exchange.wiring import TLS_CERTIFICATE, database_url

_OF_PARTNERS: Final = ("partner", "reconciled")


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


def machine(settings: Settings, lang: str) -> Iterator[Check]:
    """The disk has room; the database answers and is at this program's revision."""
    free = shutil.disk_usage(settings.home).free
    try:
        pending = len(migrate.pending(database_url(settings)))
    except ExchangeError as fault:
        yield Check("database", "fail", fault.code.value, "start the database; see database_url in config.toml")
        return
    yield from (_check(row, lang) for row in machine_rows(Seen(free=free, pending=pending)))


def node(settings: Settings, node_: Node, lang: str) -> Iterator[Check]:
    """Everything that needs the keys."""
    seen = Seen(pin=der_digest((settings.keys / TLS_CERTIFICATE).read_bytes()))
    yield from (_check(row, lang) for row in node_rows(node_, seen))


def _check(row: Row, lang: str) -> Check:
    about = f"{row.name} {row.facts['partner']}" if row.name in _OF_PARTNERS else row.name
    return Check(about, row.state, node_health.cause_of(row, lang), node_health.step_of(row, lang))


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
    yield Check(f"connection {code}", worst.state, connection.cause_of(worst, "en"), connection.step_of(worst, "en"))
    for row in rows:
        state = "warn" if row.state == "skipped" else row.state
        cause = f"{row.code}: {connection.cause_of(row, 'en')}"
        yield Check(f"connection {code} {row.name}", state, cause, connection.step_of(row, "en"))
