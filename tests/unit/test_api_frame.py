"""The frame: what never reaches a route, and what no answer goes out without."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message, Receive, Scope, Send

from exchange.api.asgi import KNOWN, MAX_BODY, Frame

HOSTS = frozenset({"node.example", "[::1]"})
Headers = Sequence[tuple[bytes, bytes]]
OURS: Headers = ((b"host", b"node.example:8441"),)


@dataclass(slots=True)
class Inner:
    """An app that reads the whole body and remembers what reached it."""

    seen: list[tuple[bytes, bytes]] = field(default_factory=list)
    read: int = 0
    calls: int = 0
    fails: Exception | None = None
    begins: bool = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.calls += 1
        self.seen = list(scope["headers"])
        if self.begins:
            await send({"type": "http.response.start", "status": 200, "headers": []})
        if self.fails is not None:
            raise self.fails
        more = True
        while more:
            message = await receive()
            self.read += len(message.get("body", b""))
            more = message.get("more_body", False)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"cache-control", b"private")]})
        await send({"type": "http.response.body", "body": b"ok"})


@dataclass(slots=True)
class Answered:
    status: int | None
    headers: list[tuple[bytes, bytes]]
    body: bytes

    @property
    def code(self) -> str:
        return str(json.loads(self.body)["code"])


def call(
    inner: Inner, headers: Headers = OURS, *, method: str = "POST", body: Sequence[bytes] = (b"",), path: str = "/v1/x"
) -> Answered:
    """One request through the frame."""
    chunks = list(body)
    sent: list[Message] = []

    async def receive() -> Message:
        piece = chunks.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(chunks)}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: dict[str, Any] = {"type": "http", "method": method, "path": path, "headers": list(headers), "state": {}}
    frame = Frame(inner, HOSTS, {"/large": 2 * MAX_BODY})
    asyncio.run(frame(scope, receive, send))
    starts = [message for message in sent if message["type"] == "http.response.start"]
    data = b"".join(message.get("body", b"") for message in sent)
    return Answered(starts[0]["status"], starts[0]["headers"], data) if starts else Answered(None, [], data)


@given(st.lists(st.tuples(st.binary(min_size=1, max_size=20), st.binary(max_size=20)), max_size=20))
def test_only_known_headers_reach_a_route(more: list[tuple[bytes, bytes]]) -> None:
    others = [pair for pair in more if pair[0] not in KNOWN | {b"content-length", b"content-encoding"}]
    inner = Inner()
    assert call(inner, [*OURS, *others]).status == 200
    assert inner.seen == list(OURS)


@pytest.mark.parametrize("name", sorted(KNOWN | {b"content-length", b"content-encoding"}))
def test_a_header_that_counts_comes_once(name: bytes) -> None:
    inner = Inner()
    value = b"node.example" if name == b"host" else b"1"
    answer = call(inner, [(b"host", b"node.example"), (name, value), (name, value)])
    assert (answer.status, inner.calls) == (400, 0)


@pytest.mark.parametrize("host", [b"node.example", b"NODE.example", b"node.example:1", b"[::1]:8441"])
def test_our_hosts_pass(host: bytes) -> None:
    assert call(Inner(), [(b"host", host)]).status == 200


@pytest.mark.parametrize(
    "host",
    [
        b"",
        b"evil",
        b"node.example.",
        b"node.example/",
        b"a/?x=",
        b"x@node.example",
        b"node.example:",
        b"node.example:1:2",
        b" node.example",
        b"node.example\xff",
        b"[::1",
        b"node.example#",
        b"node.example,evil",
    ],
)
def test_other_hosts_do_not(host: bytes) -> None:
    inner = Inner()
    answer = call(inner, [(b"host", host)])
    assert (answer.status, answer.code, inner.calls) == (400, "HOST_NOT_ALLOWED", 0)


def test_no_host_is_no_host_of_ours() -> None:
    assert call(Inner(), []).code == "HOST_NOT_ALLOWED"


@pytest.mark.parametrize("method", ["TRACE", "OPTIONS", "HEAD", "PATCH", "CONNECT", "get", ""])
def test_other_methods_stop_here(method: str) -> None:
    inner = Inner()
    assert (call(inner, method=method).status, inner.calls) == (405, 0)


def test_compressed_bodies_stop_here() -> None:
    inner = Inner()
    for encoding in (b"gzip", b"br", b"identity, gzip", b""):
        assert call(inner, [*OURS, (b"content-encoding", encoding)]).status == 415
    assert inner.calls == 0


def test_an_announced_body_is_refused_before_a_byte_is_read() -> None:
    inner = Inner()
    answer = call(inner, [*OURS, (b"content-length", str(MAX_BODY + 1).encode())])
    assert (answer.status, answer.code, inner.calls) == (413, "TOO_LARGE", 0)
    assert (b"connection", b"close") in answer.headers
    for length in (b"-1", b"+1", b"1e3", b"", b"9" * 16, "١".encode()):
        assert call(inner, [*OURS, (b"content-length", length)]).status == 400
    assert inner.calls == 0


def test_a_streamed_body_is_counted() -> None:
    piece = bytes(MAX_BODY // 4)
    whole = Inner()
    assert (call(whole, body=[piece] * 4).status, whole.read) == (200, MAX_BODY)
    over = Inner()
    assert call(over, body=[*[piece] * 4, b"x"]).status == 413
    assert over.read <= MAX_BODY
    large = Inner()
    assert (call(large, body=[piece] * 8, path="/large").status, large.read) == (200, 2 * MAX_BODY)
    other = Inner()
    assert call(other, body=[piece] * 8, path="/large/").status == 413


def test_answers_have_our_headers_unless_the_route_says_otherwise() -> None:
    headers = call(Inner()).headers
    assert (b"cache-control", b"private") in headers
    assert len([name for name, _ in headers if name == b"cache-control"]) == 1
    assert {b"x-content-type-options", b"referrer-policy", b"x-frame-options", b"content-security-policy"} <= {
        name for name, _ in headers
    }


def test_a_crash_is_a_500_without_words(caplog: pytest.LogCaptureFixture) -> None:
    answer = call(Inner(fails=ValueError("Mohamed")))
    assert (answer.status, answer.code) == (500, "UNEXPECTED")
    assert b"Mohamed" not in answer.body
    assert "Mohamed" not in caplog.text
    assert "ValueError" in caplog.text


def test_a_crash_after_the_answer_began_cuts_it_off() -> None:
    answer = call(Inner(fails=ValueError("x"), begins=True))
    assert (answer.status, answer.body) == (200, b"")


def test_web_sockets_get_nothing() -> None:
    inner = Inner()
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(Frame(inner, HOSTS)({"type": "websocket"}, receive, send))
    assert (inner.calls, sent) == (0, [])
