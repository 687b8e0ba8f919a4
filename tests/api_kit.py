"""Real servers over TLS on loopback for the API tests, and callers with a person's token or a partner's certificate."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
from starlette.types import ASGIApp

from exchange.cli.listeners import Listener
from exchange.crypto.tlscert import der_digest, make_certificate, to_der
from exchange.model.state import Person
from exchange.operations.people import issue_token
from exchange.ports import Node
from tests.federation import State

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate with its key, as files."""

    certificate: Path
    key: Path

    @property
    def der(self) -> bytes:
        return to_der(self.certificate.read_bytes())

    @property
    def pin(self) -> str:
        return der_digest(self.certificate.read_bytes())

    def server_context(self, clients: list[Identity] | None = None) -> ssl.SSLContext:
        """As `exchange.cli.listeners` makes it; with `clients`, one of their certificates is required."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_cert_chain(self.certificate, self.key)
        if clients is not None:
            context.verify_mode = ssl.CERT_REQUIRED
            context.num_tickets = 0
            context.load_verify_locations(cadata=b"".join(client.der for client in clients))
        return context

    def client_context(self, server: Identity) -> ssl.SSLContext:
        """Shows this certificate and trusts exactly the server's."""
        context = trusting(server)
        context.load_cert_chain(self.certificate, self.key)
        return context


def trusting(server: Identity) -> ssl.SSLContext:
    """A client's context that trusts exactly the server's certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=server.der)
    return context


def identity(folder: Path, name: str) -> Identity:
    """A fresh self-signed certificate for loopback."""
    certificate, key = make_certificate(name, [HOST], datetime.now(tz=UTC))
    found = Identity(folder / f"{name}.crt", folder / f"{name}.key")
    found.certificate.write_bytes(certificate)
    found.key.write_bytes(key)
    return found


def free_port() -> int:
    """A port that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(app: ASGIApp, context: ssl.SSLContext, port: int = 0) -> Iterator[int]:
    """Runs `app` on `port`, or on a free one; yields the port."""
    port = port or free_port()
    listener = Listener("test", app, (HOST, port), context)
    listener.start()
    try:
        until = time.monotonic() + 10
        while not _accepts(port) and time.monotonic() < until:
            time.sleep(0.01)
        yield port
    finally:
        listener.stop()
        listener.join()


def _accepts(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), timeout=1).close()
    except OSError:
        return False
    return True


def token_of(node: Node, person: Person) -> str:
    """A new token for `person`."""
    with node.store.write() as unit:
        return issue_token(node, unit, node.code, person.id)


@dataclass(slots=True)
class Office:
    """A node's officer listener at work, and one token for each role."""

    state: State
    url: str
    server: Identity
    tokens: dict[str, str]

    def client(self, role: str | None = "officer") -> httpx.Client:
        """A caller of `role`; None has no token."""
        headers = {} if role is None else {"authorization": f"Bearer {self.tokens[role]}"}
        return httpx.Client(
            base_url=self.url, verify=trusting(self.server), trust_env=False, headers=headers, timeout=30
        )

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])


@contextmanager
def office(state: State, app: ASGIApp, folder: Path) -> Iterator[Office]:
    """The officers' listener of `state`."""
    staff, node = state.staff, state.node
    people = {
        "officer": staff.officer,
        "releasing_officer": staff.approver,
        "second_releasing_officer": staff.approvers[1],
        "auditor": staff.auditor,
        "administrator": staff.admin,
    }
    server = identity(folder, "office")
    with serving(app, server.server_context()) as port:
        tokens = {role: token_of(node, person) for role, person in people.items()}
        yield Office(state, f"https://{HOST}:{port}", server, tokens)
