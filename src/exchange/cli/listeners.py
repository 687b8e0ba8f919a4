"""The two TLS listeners: for officers (we authenticate ourselves) and for partners (both do, pinned by cards).

TLS 1.3 only. Certificates of partners are trust anchors one by one, never a CA for anybody else. New anchors are
loaded while running; one that is no longer in a card stays loaded until the next start, and is refused by
`exchange.api.auth`, which looks every certificate up in the cards in force. Spec: docs/spec/transport.md §2.
"""

from __future__ import annotations

import logging
import socket
import ssl
import threading
from dataclasses import dataclass, field
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from exchange.api.tls_protocol import TlsHttpProtocol
from exchange.config import Settings
from exchange.crypto.descriptor import trusted
from exchange.errors import Code, ExchangeError, Unavailable
from exchange.model.state import Partner
from exchange.ports import Node
from exchange.wiring import TLS_CERTIFICATE, TLS_KEY

log = logging.getLogger("exchange.listeners")
REFRESH_S: Final = 2.0
"""Seconds between looks at the partners' cards."""
STOP_S: Final = 20
"""Seconds that requests get to finish at a stop."""
GOODBYE_S: Final = 0.2
"""Seconds that an idle connection gets to end by itself."""
KEEP_ALIVE_S: Final = 75
CONNECTIONS: Final = 200
"""Requests at work at once, a listener; more get 503."""
BACKLOG: Final = 256


def officer_context(settings: Settings, passphrase: bytes) -> ssl.SSLContext:
    """Server authentication only: people come with tokens."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(settings.keys / TLS_CERTIFICATE, settings.keys / TLS_KEY, password=passphrase)
    context.set_alpn_protocols(["http/1.1"])
    return context


def partner_context(settings: Settings, passphrase: bytes) -> ssl.SSLContext:
    """Mutual: without a certificate that a partner's card pins, the handshake fails."""
    context = officer_context(settings, passphrase)
    context.verify_mode = ssl.CERT_REQUIRED
    context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
    context.num_tickets = 0  # no resumption: every connection shows its certificate again
    return context


class _Protocol(TlsHttpProtocol):
    """At a stop an idle connection ends at once.

    A TLS transport that is closed waits half a minute for the peer's own goodbye, which an idle client never says.
    """

    def shutdown(self) -> None:
        super().shutdown()
        if self.cycle is None or self.cycle.response_complete:
            self.loop.call_later(GOODBYE_S, self.transport.abort)


@dataclass(slots=True)
class Anchors:
    """Loads the certificates of all partners' cards into the live context, each once."""

    node: Node
    context: ssl.SSLContext
    _loaded: set[bytes] = field(default_factory=set)

    def refresh(self) -> None:
        """Loads what is new. A card that cannot be used keeps out its own node and nobody else."""
        with self.node.store.read() as unit:
            partners = [partner for partner in unit.partners.all() if not partner.suspended]
        for partner in partners:
            try:
                self._load(partner)
            except ssl.SSLError:
                log.warning("anchors %s %s", partner.code, Code.DESCRIPTOR_MALFORMED)
            except ExchangeError as fault:
                log.warning("anchors %s %s", partner.code, fault.code)

    def _load(self, partner: Partner) -> None:
        for der in trusted(partner.descriptor).tls_certificates:
            if der not in self._loaded:
                self.context.load_verify_locations(cadata=der)
                self._loaded.add(der)


class Listener:
    """One uvicorn server on its own socket and thread."""

    def __init__(self, name: str, app: ASGIApp, place: tuple[str, int], context: ssl.SSLContext) -> None:
        self.name = name
        self._socket = _bound(*place)
        config = uvicorn.Config(
            app,
            http=_Protocol,
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            backlog=BACKLOG,
            limit_concurrency=CONNECTIONS,
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=STOP_S,
            ssl_context_factory=lambda _config, _default: context,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), name=name)

    def start(self) -> None:
        self._thread.start()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def stop(self) -> None:
        """No new connections; requests at work finish."""
        self._server.should_exit = True

    def join(self) -> None:
        self._thread.join()


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
        bound.listen(BACKLOG)
    except OSError:
        bound.close()
        raise Unavailable(Code.CONFIG_INVALID, at="port", port=port) from None
    return bound
