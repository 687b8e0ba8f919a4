"""Who is calling: a person by token, a partner's node by its TLS certificate, or anybody.

What they may do is decided by `operations.permissions`, here by the role that a route names, and again in each
operation. A failed log-in answers the same bytes whatever was wrong, and is a ledger entry, at most `NOTED` a minute,
so that nobody can flood the ledger from outside. Spec: docs/spec/transport.md §2, §3.
"""

from __future__ import annotations

import re
import threading
from asyncio import get_running_loop
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

from fastapi import Request

from exchange.api.tls_protocol import PIN
from exchange.errors import Code, ExchangeError, Forbidden, Unauthenticated
from exchange.model.state import Person
from exchange.operations.logins import note_denied, note_failure
from exchange.operations.lookups import Refusals
from exchange.operations.people import who
from exchange.operations.permissions import Permission, require
from exchange.ports import Node

NOTED: Final = 10
"""Failed log-ins that become ledger entries, a minute."""
PARTNER_REQUESTS: Final = 8
"""Requests of one partner at work at once; more are told to come back (threat T-53)."""
THREADS: Final = 40
"""Requests of one listener at work at once; the others wait."""
_Result = TypeVar("_Result")
_BEARER: Final = re.compile(r"Bearer ([A-Za-z0-9_-]{8,128})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who was recognised: a person, a partner's code, or neither on a public route."""

    person: Person | None = None
    partner: str | None = None


class Gates:
    """The dependencies of one app's routes, and the threads in which their work is done."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self.refusals = Refusals(node)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="api")
        self._lock = threading.Lock()
        self._minute, self._noted = 0, 0
        self._at_work: Counter[str] = Counter()

    async def anybody(self) -> Caller:
        """For public routes."""
        return Caller()

    async def in_thread(self, work: Callable[..., _Result], *args: object) -> _Result:
        """`work(*args)` in a thread: half the price of the framework's own pool, which also copies a context."""
        return await get_running_loop().run_in_executor(self._threads, partial(work, *args))

    async def pin(self, request: Request) -> str | None:
        """For partners' routes: the SHA-256 of the certificate of this connection, as the socket's protocol saw it."""
        found: str | None = request.scope.get("extensions", {}).get("tls", {}).get(PIN)
        return found

    def partner(self, pin: str | None) -> Caller:
        """The partner whose card pins the certificate. Unauthenticated(CERTIFICATE_UNKNOWN)."""
        if pin is not None:
            with self._node.store.read() as unit:
                known = unit.partners.by_tls_pin(pin)
            if known is not None:
                return Caller(partner=known.code)
        self._note(Code.CERTIFICATE_UNKNOWN)
        raise Unauthenticated(Code.CERTIFICATE_UNKNOWN)

    def person(self, permission: Permission) -> Callable[[Request], Awaitable[Caller]]:
        """A dependency: the person behind the bearer token, whose role holds `permission`."""

        async def gate(request: Request) -> Caller:
            return await self.in_thread(self._person, request.headers.get("authorization"), permission)

        return gate

    @contextmanager
    def turn(self, caller: Caller) -> Iterator[None]:
        """Holds one of a partner's places while its request is at work. TOO_MANY_REQUESTS when all are taken."""
        code = caller.partner
        if code is None:
            yield
            return
        with self._lock:
            if self._at_work[code] >= PARTNER_REQUESTS:
                raise ExchangeError(Code.TOO_MANY_REQUESTS, partner=code)
            self._at_work[code] += 1
        try:
            yield
        finally:
            with self._lock:
                self._at_work[code] -= 1

    def _person(self, authorization: str | None, permission: Permission) -> Caller:
        token = _BEARER.fullmatch(authorization or "")
        try:
            with self._node.store.read() as unit:
                person = who(self._node, unit, token[1] if token is not None else "")
        except Unauthenticated as failure:
            self._note(failure.code)
            raise
        try:
            require(person, permission)
        except Forbidden as refused:
            self.refusals.note(person, refused.code, permission.value)
            raise
        return Caller(person=person)

    def failed(self, fault: ExchangeError) -> None:
        """Somebody could not sign in: a ledger entry, at most `NOTED` a minute."""
        if self._may_note():
            note_failure(self._node, fault)

    def _note(self, code: Code) -> None:
        if self._may_note():
            note_denied(self._node, code)

    def _may_note(self) -> bool:
        minute = int(self._node.clock.now().timestamp()) // 60
        with self._lock:
            if minute != self._minute:
                self._minute, self._noted = minute, 0
            if self._noted >= NOTED:
                return False
            self._noted += 1
            return True
