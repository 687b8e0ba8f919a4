"""/healthz: the process lives. /readyz: it can do its work now, or why not, by code. Nothing sensitive."""

from __future__ import annotations

import threading
import time
from typing import Final

from starlette.responses import Response

from exchange.api.answers import answer
from exchange.api.call import Call
from exchange.api.declare import Audience, Route
from exchange.api.schemas.node import LiveOut, ReadyOut
from exchange.operations.health import Pending, readiness

FRESH_S: Final = 1.0
"""Seconds that an answer of /readyz stands: asking often must not keep the ledger's lock busy."""


class Readiness:
    """Asks at most once in `FRESH_S`."""

    def __init__(self, pending_migration: Pending) -> None:
        self._pending = pending_migration
        self._lock = threading.Lock()
        self._asked = float("-inf")
        self._reasons: list[str] = []

    def get(self, call: Call) -> Response:
        """200 or 503, with the reasons."""
        with self._lock:
            if time.monotonic() - self._asked > FRESH_S:
                self._reasons = readiness(call.node, self._pending)
                self._asked = time.monotonic()
            reasons = list(self._reasons)
        status = "not_ready" if reasons else "ready"
        return answer(ReadyOut(status=status, reasons=reasons), 503 if reasons else 200)


def get_health(_call: Call) -> Response:
    """The process answers."""
    return answer(LiveOut(status="live"))


def routes(pending_migration: Pending) -> tuple[Route, ...]:
    """Both routes, for a node whose database may still have to be upgraded."""
    ready = Readiness(pending_migration)
    return (
        Route("GET", "/healthz", get_health, Audience.PUBLIC, gives=LiveOut),
        Route("GET", "/readyz", ready.get, Audience.PUBLIC, gives=ReadyOut),
    )
