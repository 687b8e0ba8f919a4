"""The frame around every request, before any parsing: what comes in at all, and the headers of what goes out.

    1 methods: GET, POST, PUT, DELETE                     (TRACE, overrides: T-18)
    2 only headers of `KNOWN` reach the routes, once each (magic headers: T-19, T-30)
    3 Host is one of ours                                 (host confusion: T-32)
    4 no content encoding                                 (decompression bombs: T-37)
    5 the body is counted as it comes                     (memory: T-37)

Pure ASGI. It authenticates nobody, and it knows no route but the one whose body may be larger.
Spec: docs/spec/transport.md §1, §7.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from exchange.api.problems import log_unexpected, problem, refusal, unexpected
from exchange.errors import Code, ExchangeError, TooLarge

METHODS: Final = ("GET", "POST", "PUT", "DELETE")
MAX_BODY: Final = 1 << 20
"""Bytes of a request body, unless a path has its own limit."""
KNOWN: Final = frozenset({b"host", b"authorization", b"accept-language", b"if-match", b"idempotency-key"})
"""The only request headers that any route ever sees."""
_READ_HERE: Final = frozenset({b"content-length", b"content-encoding"})
_HOST: Final = re.compile(r"([a-z0-9._-]{1,253}|\[[0-9a-f:]{2,45}\])(?::[0-9]{1,5})?", re.ASCII)
ALWAYS: Final = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"strict-transport-security", b"max-age=63072000"),
)
"""On every answer, unless the route sets its own."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The middleware. `hosts`: names of this node, lower case, without port; `larger`: exact path -> bytes.

    `known`: the only request headers that any route sees; `always`: headers of answers that do not set their own.
    """

    app: ASGIApp
    hosts: frozenset[str]
    larger: Mapping[str, int] = field(default_factory=dict)
    known: frozenset[bytes] = KNOWN
    always: tuple[tuple[bytes, bytes], ...] = ALWAYS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            return  # no web sockets: the server closes the connection
        exchange = _Exchange(scope, receive, send, self.known, self.always)
        refused = self._refused(exchange)
        if refused is not None:
            status, code, headers = refused
            await refusal(exchange.request(), status, code, headers)(scope, receive, exchange.send)
            return
        limit = self.larger.get(scope["path"], MAX_BODY)
        if exchange.announced > limit:
            answer = problem(exchange.request(), TooLarge(limit=limit))
            await answer(scope, receive, exchange.send)
            return
        exchange.left = exchange.limit = limit
        await self._run(exchange)

    def _refused(self, exchange: _Exchange) -> tuple[int, Code, dict[str, str]] | None:
        """Steps 1 to 4."""
        scope = exchange.scope
        if scope["method"] not in METHODS:
            return 405, Code.METHOD_NOT_ALLOWED, {"allow": ", ".join(METHODS)}
        if not exchange.filter_headers():
            return 400, Code.VALUE_NOT_ALLOWED, {"connection": "close"}
        if not self._ours(exchange.values.get(b"host", b"")):
            return 400, Code.HOST_NOT_ALLOWED, {"connection": "close"}
        if exchange.values.get(b"content-encoding", b"identity").lower() != b"identity":
            return 415, Code.ENCODING_NOT_ALLOWED, {"connection": "close"}
        return None

    def _ours(self, host: bytes) -> bool:
        found = _HOST.fullmatch(host.decode("latin-1").lower())
        return found is not None and found[1] in self.hosts

    async def _run(self, exchange: _Exchange) -> None:
        """Whatever the routes let slip ends here: answered as a problem, or cut off when an answer had begun."""
        try:
            await self.app(exchange.scope, exchange.receive, exchange.send)
        except Exception as error:
            request = exchange.request()
            if exchange.started:
                log_unexpected(request, error)  # the server closes a connection whose answer is cut short
                return
            answer = problem(request, error) if isinstance(error, ExchangeError) else unexpected(request, error)
            await answer(exchange.scope, exchange.receive, exchange.send)


@dataclass(slots=True)
class _Exchange:
    """One request and its answer."""

    scope: Scope
    inner_receive: Receive
    inner_send: Send
    known: frozenset[bytes]
    always: tuple[tuple[bytes, bytes], ...]
    correlation_id: str = field(default_factory=lambda: secrets.token_hex(12))
    values: dict[bytes, bytes] = field(default_factory=dict)
    limit: int = 0
    left: int = 0
    announced: int = 0
    started: bool = False

    def __post_init__(self) -> None:
        self.scope.setdefault("state", {})["correlation_id"] = self.correlation_id

    def request(self) -> Request:
        return Request(self.scope)

    def filter_headers(self) -> bool:
        """Step 2. False when a header that we read comes twice or its length is no number."""
        kept = []
        for name, value in self.scope["headers"]:
            if name not in self.known and name not in _READ_HERE:
                continue
            if name in self.values:
                return False
            self.values[name] = value
            if name in self.known:
                kept.append((name, value))
        self.scope["headers"] = kept
        length = self.values.get(b"content-length", b"0")
        if not length.isdigit() or len(length) > 15:
            return False
        self.announced = int(length)
        return True

    async def receive(self) -> Message:
        """Step 5."""
        message = await self.inner_receive()
        if message["type"] == "http.request":
            self.left -= len(message.get("body", b""))
            if self.left < 0:
                raise TooLarge(limit=self.limit)
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            message["headers"] = self._with_ours(message.get("headers", ()))
        await self.inner_send(message)

    def _with_ours(self, headers: Sequence[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        present = {name.lower() for name, _ in headers}
        ours = [pair for pair in self.always if pair[0] not in present]
        return [*headers, *ours, (b"correlation-id", self.correlation_id.encode("ascii"))]
