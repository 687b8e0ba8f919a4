"""The one way to register a route: with its audience and its permission, or not at all.

Authorisation is a dependency of the route itself, never of its address (threats T-18, T-32). `check` makes the building
of an app fail when it holds a route that nobody declared. Spec: docs/spec/transport.md §3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from fastapi import Depends, FastAPI, Request
from pydantic import BaseModel
from starlette.responses import Response

from exchange.api.auth import Caller, Gates
from exchange.api.call import Call
from exchange.api.problems import status_of
from exchange.errors import ExchangeError
from exchange.operations.lookups import NO_PERMISSION
from exchange.operations.permissions import Permission
from exchange.ports import Node


class Audience(StrEnum):
    """Who a route is for, and so how its caller is known."""

    OFFICER = "officer"
    """A person of this node with a bearer token."""
    AUDITOR = "auditor"
    """The same, for what only auditors do."""
    PARTNER = "partner"
    """A partner's node, by its pinned TLS certificate."""
    PUBLIC = "public"
    """Anybody who reaches the listener; nothing sensitive."""


FORBIDDEN: Final = 403
PEOPLE: Final = frozenset({Audience.OFFICER, Audience.AUDITOR})


@dataclass(frozen=True, slots=True)
class Route:
    """One route. `takes`, `query` and `gives` describe its body, its query and its answer."""

    method: str
    path: str
    handler: Callable[[Call], Response]
    audience: Audience
    permission: Permission | None = None
    takes: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    gives: type[BaseModel] | None = None
    body: bool = False
    """Whether the body is read although no model describes it."""
    status: int = 200
    headers: tuple[str, ...] = ()
    """Request headers that are required."""


def declare(app: FastAPI, node: Node, gates: Gates, routes: Iterable[Route]) -> None:
    """Registers `routes`. ValueError when a declaration makes no sense: a programming error, found at start."""
    for route in routes:
        if (route.audience in PEOPLE) != (route.permission is not None):
            raise ValueError(f"{route.method} {route.path}: people need a permission, others have none")
        app.add_api_route(
            route.path,
            _endpoint(node, gates, route),
            methods=[route.method],
            name=f"{route.method} {route.path}",
            response_model=None,
            response_class=Response,
        )
        declared_routes(app).append(route)


def declared_routes(app: FastAPI) -> list[Route]:
    """Everything that was declared for `app`."""
    if not hasattr(app.state, "declared"):
        app.state.declared = []
    routes: list[Route] = app.state.declared
    return routes


def check(app: FastAPI) -> FastAPI:
    """The app itself. ValueError when it has a route that is not declared, or declares one twice."""
    declared = [f"{route.method} {route.path}" for route in declared_routes(app)]
    present = [getattr(route, "name", "") for route in app.routes]
    if sorted(declared) != sorted(present) or len(set(declared)) != len(declared):
        raise ValueError(f"routes without a declaration: {_difference(present, declared)}")
    return app


def _difference(present: Sequence[str], declared: Sequence[str]) -> list[str]:
    return sorted(set(present) ^ set(declared)) or sorted(present)


def _endpoint(node: Node, gates: Gates, route: Route) -> Callable[..., object]:
    """The route's function in a thread, behind its gate, with the body in bytes."""
    if route.audience is Audience.PARTNER:
        return _for_partners(node, gates, route)
    gate = gates.anybody if route.permission is None else gates.person(route.permission)
    reads = route.body or route.takes is not None

    async def endpoint(request: Request, caller: Caller = Depends(gate)) -> Response:
        body = await request.body() if reads else b""
        return await gates.in_thread(_told, gates, route, Call(node, request, caller, body))

    return endpoint


def _told(gates: Gates, route: Route, call: Call) -> Response:
    """The route's answer. That a person was refused by a rule is an entry too; its role was asked at the gate."""
    try:
        return route.handler(call)
    except ExchangeError as refused:
        if call.caller.person is not None and status_of(refused) == FORBIDDEN:
            gates.refusals.note(call.caller.person, refused.code, NO_PERMISSION)
        raise


def _for_partners(node: Node, gates: Gates, route: Route) -> Callable[..., object]:
    """Finds the partner, takes one of its turns, and only then reads the body: unfinished bodies hold turns (T-53).

    Without a body it is one step to a thread. While a turn is held, the protocol's own deadline ends a slow body.
    """

    def work(request: Request, pin: str | None) -> Response:
        caller = gates.partner(pin)
        with gates.turn(caller):
            return route.handler(Call(node, request, caller, b""))

    async def without_body(request: Request, pin: str | None = Depends(gates.pin)) -> Response:
        return await gates.in_thread(work, request, pin)

    async def with_body(request: Request, pin: str | None = Depends(gates.pin)) -> Response:
        caller = await gates.in_thread(gates.partner, pin)
        with gates.turn(caller):
            return await gates.in_thread(route.handler, Call(node, request, caller, await request.body()))

    return with_body if route.body else without_body
