"""T-44: a partner that answers with a redirect sends us nowhere: no connection is made, and the call is an error."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from exchange import peers
from exchange.errors import Remote
from exchange.peers import ClientCertificate, HttpPeers
from tests.api_kit import HOST, identity

CALLS: dict[str, Callable[[HttpPeers, Any], object]] = {
    "push": lambda line, partner: line.push(partner, [b"{}"]),
    "pull": lambda line, partner: line.pull(partner, 1, 0, 10),
    "receipts": lambda line, partner: line.return_receipts(partner, [b"{}"]),
    "heartbeat": lambda line, partner: line.heartbeat(partner, b"{}"),
    "reconcile": lambda line, partner: line.reconcile(partner, b"{}"),
    "reconciled": lambda line, partner: line.reconciled(partner, b"{}"),
}


@contextmanager
def canary() -> Iterator[tuple[int, list[str]]]:
    """A listener that nobody should call: its port, and who did."""
    called: list[str] = []

    def listen() -> None:
        while True:
            try:
                connection, _ = bound.accept()
            except OSError:
                return
            called.append("connected")
            connection.close()

    with socket.create_server((HOST, 0)) as bound:
        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        yield int(bound.getsockname()[1]), called
        bound.shutdown(socket.SHUT_RDWR)
        thread.join(5)


@contextmanager
def redirecting(context: ssl.SSLContext, status: int, to: str) -> Iterator[tuple[int, list[bytes]]]:
    """A partner's node that answers one request with a redirect: its port, and the request's first line."""
    asked: list[bytes] = []
    answer = f"HTTP/1.1 {status} Elsewhere\r\nlocation: {to}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"

    def serve() -> None:
        try:
            raw, _ = bound.accept()
            with raw, context.wrap_socket(raw, server_side=True) as tls:
                asked.append(tls.recv(65536).split(b"\r\n")[0])
                tls.sendall(answer.encode("ascii"))
        except OSError:
            pass

    with socket.create_server((HOST, 0)) as bound:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield int(bound.getsockname()[1]), asked
        thread.join(5)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("call", CALLS)
def test_a_redirect_to_a_canary_makes_no_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, status: int
) -> None:
    server, own = identity(tmp_path, "KW"), identity(tmp_path, "DZ")
    with (
        canary() as (elsewhere, called),
        redirecting(server.server_context([own]), status, f"https://{HOST}:{elsewhere}/partner/v1/envelopes") as (
            port,
            asked,
        ),
    ):
        card = SimpleNamespace(tls_certificates=(server.der,), endpoints={"partner": f"https://{HOST}:{port}"})
        monkeypatch.setattr(peers, "trusted", lambda _card: card)
        line = HttpPeers(ClientCertificate(own.certificate, own.key, None), loopback=True)
        with pytest.raises(Remote) as refused:
            CALLS[call](line, cast(Any, SimpleNamespace(code="KW", descriptor=b"")))
        line.close()
        assert refused.value.facts["status"] == status
        assert len(asked) == 1, "the control: the partner was asked"
        assert called == []


def test_the_canary_sings() -> None:
    """The control: a connection to it is noticed."""
    with canary() as (port, called):
        socket.create_connection((HOST, port), timeout=5).close()
        for _ in range(100):
            if called:
                break
            threading.Event().wait(0.05)
        assert called == ["connected"]
