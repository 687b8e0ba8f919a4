"""uvicorn's HTTP/1.1 protocol, with who is on the other end of the TLS connection and two limits, without access log.

The SHA-256 of the client certificate's DER bytes is read from the socket itself, once a connection, and handed on in
`scope["extensions"]["tls"]`. No header ever says who somebody is (threat T-30). Nothing is parsed or trusted here: the
TLS context verified the certificate, and `exchange.api.auth` finds the partner that pinned it.
Spec: docs/spec/transport.md §2, §7.
"""

from __future__ import annotations

import asyncio
from hashlib import sha256
from typing import Final, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

PIN: Final = "client_sha256"
MAX_HEAD: Final = 64 << 10
"""Bytes of a request's line and headers, and at most one read more: the parser itself sets no limit."""
MAX_READ_S: Final = 120.0
"""Seconds for a whole request to arrive, from its first byte (slow-loris, threat T-53)."""
_TCP_NODELAY: Final = (6, 1, 1)
"""IPPROTO_TCP, TCP_NODELAY, on. asyncio sets it only on sockets made with that protocol number; without it every answer
waits 40 ms for the acknowledgement of its own headers."""
MAX_CONNECTIONS: Final = 16
"""Open connections of one client certificate; one more is cut, so that no partner takes the listener's all (T-53)."""
MAX_IDLE_S: Final = 30.0
"""Seconds from a connection's start to the first byte of its first request."""


class TlsHttpProtocol(HttpToolsProtocol):
    """Use as uvicorn's `http=`."""

    _pin: str | None = None
    _head: int = 0
    _in_head: bool = True
    _began_anew: bool = False
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(cast(asyncio.Transport, transport))
        tls = transport.get_extra_info("ssl_object")
        certificate = tls.getpeercert(True) if tls is not None else None
        transport.get_extra_info("socket").setsockopt(*_TCP_NODELAY)
        self.access_log = False  # an address holds whatever the caller wrote (T-03, T-41)
        self._pin = sha256(certificate).hexdigest() if certificate else None
        if self._pin is not None and self._open_with_this_pin() > MAX_CONNECTIONS:
            self.transport.abort()
            return
        self._must_finish_in(MAX_IDLE_S)

    def connection_lost(self, exc: Exception | None) -> None:
        self._finished()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._in_head and self._head > MAX_HEAD:
            self.send_400_response("Request head too large.")
            return
        self._began_anew = False
        super().data_received(data)
        if self._in_head and not self._began_anew:  # else the bytes were of the request before, too
            self._head += len(data)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head, self._head = True, 0
        self._must_finish_in(MAX_READ_S)
        self.scope["extensions"] = {"tls": {PIN: self._pin}}

    def on_headers_complete(self) -> None:
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._in_head, self._head, self._began_anew = True, 0, True
        self._finished()
        super().on_message_complete()

    def shutdown(self) -> None:
        """An idle connection is cut at once: closing TLS politely would wait 30 s for a silent client's answer."""
        if self.cycle is None or self.cycle.response_complete:
            self.transport.abort()
        else:
            super().shutdown()

    def _open_with_this_pin(self) -> int:
        return sum(isinstance(each, TlsHttpProtocol) and each._pin == self._pin for each in self.connections)

    def _must_finish_in(self, seconds: float) -> None:
        self._finished()
        self._deadline = self.loop.call_later(seconds, self.transport.close)

    def _finished(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
