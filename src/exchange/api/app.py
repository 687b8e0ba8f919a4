"""Builds the two applications of a node, each for its own listener. The server and its sockets are the CLI's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from fastapi import FastAPI

from exchange.api import auditors, description, health, officers, partners, problems
from exchange.api.asgi import Frame
from exchange.api.auth import Gates
from exchange.api.declare import Route, check, declare
from exchange.operations.health import Pending
from exchange.ports import Node


def officer_app(node: Node, *, hosts: Iterable[str], pending_migration: Pending) -> FastAPI:
    """For people of this node. `hosts`: the names under which it may be addressed, without port."""
    routes = [*officers.ROUTES, *auditors.ROUTES, *health.routes(pending_migration), *description.ROUTES]
    return _app(node, hosts, routes, {})


def partner_app(node: Node, *, hosts: Iterable[str]) -> FastAPI:
    """For partners' nodes, behind mutual TLS. `hosts`: the names in our own descriptor, without port."""
    return _app(node, hosts, partners.ROUTES, {partners.ENVELOPES: partners.MAX_ENVELOPE})


def _app(node: Node, hosts: Iterable[str], routes: Sequence[Route], larger: Mapping[str, int]) -> FastAPI:
    app = FastAPI(title="exchange", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    declare(app, node, Gates(node), routes)
    problems.install(app)
    app.add_middleware(Frame, hosts=frozenset(host.lower() for host in hosts), larger=larger)
    return check(app)
