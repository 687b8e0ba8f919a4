"""The connection itself: heads that never end, requests that never end, and what a kept connection carries on with."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from exchange.api import tls_protocol
from exchange.api.app import officer_app
from tests.api_kit import HOST, Office, office, trusting
from tests.databases import Sqlite
from tests.integration.api_office import federation, office_of


@pytest.fixture
def dz(sqlite: Sqlite, tmp_path: Path) -> Iterator[Office]:
    with federation(sqlite) as states, office_of(states, tmp_path) as found:
        yield found


@pytest.fixture
def tls(dz: Office) -> Iterator[ssl.SSLSocket]:
    raw = socket.create_connection((HOST, dz.port), timeout=20)
    with trusting(dz.server).wrap_socket(raw, server_hostname=HOST) as found:
        yield found


def rest(tls: ssl.SSLSocket) -> bytes:
    """Everything until the server closes the connection."""
    found = b""
    try:
        while piece := tls.recv(1 << 16):
            found += piece
    except (ConnectionResetError, ssl.SSLError):
        pass
    return found


def test_a_head_without_end_is_cut_off(tls: ssl.SSLSocket) -> None:
    tls.sendall(f"GET /healthz HTTP/1.1\r\nhost: {HOST}\r\nx: ".encode())
    sent = 0
    try:
        while sent < 16 << 20:
            tls.sendall(b"a" * 65536)
            sent += 65536
    except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
        pass
    assert sent < 8 << 20
    assert rest(tls).startswith(b"HTTP/1.1 400 ")


def test_a_large_body_does_not_count_as_the_next_head(tls: ssl.SSLSocket) -> None:
    body = b"x" * 300_000
    head = f"POST /v1/records HTTP/1.1\r\nhost: {HOST}\r\ncontent-length: {len(body)}\r\n\r\n".encode()
    for _ in range(3):
        tls.sendall(head + body)
        answer = b""
        while b'"code":"TOKEN_UNKNOWN"' not in answer:
            piece = tls.recv(1 << 16)
            assert piece
            answer += piece
        assert answer.startswith(b"HTTP/1.1 401 ")


@pytest.mark.parametrize(
    "started", [b"", b"GET /hea", b"POST /v1/records HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 9\r\n\r\nx"]
)
def test_a_request_that_never_ends_is_cut_off(dz: Office, started: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """T-53: also when a byte comes now and then."""
    monkeypatch.setattr(tls_protocol, "MAX_READ_S", 0.6)
    monkeypatch.setattr(tls_protocol, "MAX_IDLE_S", 0.6)
    began = time.monotonic()
    raw = socket.create_connection((HOST, dz.port), timeout=20)
    with trusting(dz.server).wrap_socket(raw, server_hostname=HOST) as tls:
        tls.sendall(started)
        rest(tls)
    assert time.monotonic() - began < 10


def test_an_answer_in_time_keeps_the_connection(tls: ssl.SSLSocket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tls_protocol, "MAX_READ_S", 0.3)
    for _ in range(3):
        tls.sendall(f"GET /healthz HTTP/1.1\r\nhost: {HOST}\r\n\r\n".encode())
        answer = b""
        while b"live" not in answer:
            piece = tls.recv(1 << 16)
            assert piece
            answer += piece
        time.sleep(0.4)


def test_readiness_says_why_not(dz: Office) -> None:
    app = officer_app(dz.state.node, hosts=[HOST], pending_migration=lambda: ["0009_later"])
    with office(dz.state, app, dz.server.certificate.parent) as other, other.client(None) as client:
        answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"status": "not_ready", "reasons": ["MIGRATION_PENDING"]})
