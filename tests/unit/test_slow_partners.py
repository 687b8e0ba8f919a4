"""One partner that is slow, or sends garbage, holds up nobody else (threats T-38, T-53)."""

from __future__ import annotations

import ssl
import threading
import time
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from exchange import peers, worker
from exchange.cli import listeners
from exchange.cli.listeners import Anchors
from exchange.crypto.keyfile import lock, unlock
from exchange.errors import Code, Remote
from exchange.ports import Node
from exchange.worker import Pace, Worker
from tests.api_kit import identity
from tests.unit.crypto_kit import card, code_of


def test_a_card_with_a_certificate_that_is_none_is_refused() -> None:
    assert code_of(replace(card("DZ"), tls_certificates=(b"garbage",)).to_bytes) is Code.DESCRIPTOR_MALFORMED


def test_anchors_of_one_bad_card_do_not_stop_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = identity(tmp_path, "KW").der
    certificates = {b"bad": (b"garbage",), b"good": (good,)}
    monkeypatch.setattr(listeners, "trusted", lambda data: SimpleNamespace(tls_certificates=certificates[data]))
    node = node_with([("AE", b"bad"), ("KW", b"good")], SimpleNamespace())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    Anchors(node, context).refresh()
    assert context.get_ca_certs(binary_form=True) == [good]


def node_with(partners: list[tuple[str, bytes]], peers_: object) -> Node:
    found = [SimpleNamespace(code=code, descriptor=data, suspended=False) for code, data in partners]

    @contextmanager
    def read() -> Iterator[Any]:
        yield SimpleNamespace(
            partners=SimpleNamespace(all=lambda: found), streams=SimpleNamespace(recipients_due=lambda _now: [])
        )

    clock = SimpleNamespace(now=lambda: datetime.now(tz=UTC))
    store = SimpleNamespace(read=read)
    return cast(Node, SimpleNamespace(store=store, clock=clock, peers=peers_, match_keys=None))


def test_a_hanging_partner_stops_neither_the_others_nor_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    cut, reached, hanging = threading.Event(), threading.Event(), []

    def pull(_node: Node, partner: str) -> None:
        if partner == "KW":
            reached.set()
            return
        hanging.append(partner)
        cut.wait(20)

    monkeypatch.setattr(worker, "pull", pull)
    monkeypatch.setattr(worker, "beat", lambda _node, _partner: None)
    monkeypatch.setattr(worker, "tidy", lambda _node: None)
    monkeypatch.setattr(worker, "FINISH_S", 0.2)
    node = node_with([("AE", b""), ("KW", b"")], SimpleNamespace(close=cut.set))
    loop = Worker(node, Pace(timedelta(seconds=0.01), timedelta(0), timedelta(0)))
    thread = threading.Thread(target=loop.run, daemon=True)
    thread.start()
    assert reached.wait(5)
    time.sleep(0.2)
    loop.stop.set()
    thread.join(5)
    assert (thread.is_alive(), hanging) == (False, ["AE"])


def test_two_key_files_open_at_once() -> None:
    data = lock(b"keys", b"passphrase")
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(lambda _: unlock(data, b"passphrase"), range(4), timeout=60)) == [b"keys"] * 4


def test_the_wheel_ships_the_example_agreements() -> None:
    root = Path(__file__).parents[2]
    files = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["setuptools"]["data-files"]
    (pattern,) = files["share/exchange/agreements"]
    assert len(list(root.glob(pattern))) >= 4


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\ncontent-length: 9000\r\n\r\n", b"HTTP/1.1 200 OK\r\nx: "])
@pytest.mark.parametrize("closing", [False, True])
def test_an_answer_in_drips_ends_at_the_deadline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, head: bytes, closing: bool
) -> None:
    server, own = identity(tmp_path, "KW"), identity(tmp_path, "DZ")
    monkeypatch.setattr(peers, "SHORT_CALL_S", 20.0 if closing else 0.6)
    with dripping(server.server_context([own]), head) as port:
        shown = SimpleNamespace(tls_certificates=(server.der,), endpoints={"partner": f"https://127.0.0.1:{port}"})
        monkeypatch.setattr(peers, "trusted", lambda _card: shown)
        line = peers.HttpPeers(peers.ClientCertificate(own.certificate, own.key, None), loopback=True)
        closer = threading.Timer(0.5, line.close)
        if closing:
            closer.start()
        began = time.monotonic()
        with pytest.raises(Remote) as caught:
            line.heartbeat(cast(Any, SimpleNamespace(code="KW", descriptor=b"")), b"{}")
        closer.cancel()
        line.close()
    assert (caught.value.code, time.monotonic() - began < 4) == (Code.PARTNER_UNREACHABLE, True)


@contextmanager
def dripping(context: ssl.SSLContext, head: bytes) -> Iterator[int]:
    """A server that sends `head`, then a byte now and then for at most 8 seconds."""
    import socket

    def serve() -> None:
        try:
            raw, _ = bound.accept()
            with raw, context.wrap_socket(raw, server_side=True) as tls:
                tls.recv(65536)
                tls.sendall(head)
                for _ in range(80):
                    tls.sendall(b"x")
                    time.sleep(0.1)
        except OSError:
            pass

    with socket.create_server(("127.0.0.1", 0)) as bound:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield int(bound.getsockname()[1])
        thread.join(10)
