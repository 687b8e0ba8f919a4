"""A route without a declaration, or with one that makes no sense, keeps an app from being built."""

from __future__ import annotations

from typing import cast

import pytest
from fastapi import FastAPI
from starlette.responses import Response

from exchange.api import auditors, description, exchanges, health, officers, partners, records, releases
from exchange.api.auth import Gates
from exchange.api.call import FORMS, Call
from exchange.api.declare import PEOPLE, Audience, Route, check, declare, declared_routes
from exchange.console.pages import PAGES
from exchange.operations.permissions import Permission
from exchange.ports import Node


def handler(_call: Call) -> Response:
    """A route."""
    return Response()


def app_with(*routes: Route) -> FastAPI:
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    node = cast(Node, object())
    declare(app, node, Gates(node), routes)
    return app


PUBLIC = Route("GET", "/a", handler, Audience.PUBLIC)


def test_a_declared_app_is_built() -> None:
    app = app_with(PUBLIC, Route("POST", "/a", handler, Audience.OFFICER, Permission.STATUS_READ))
    assert check(app) is app
    assert [route.method for route in declared_routes(app)] == ["GET", "POST"]


def test_an_undeclared_route_stops_the_building() -> None:
    app = app_with(PUBLIC)
    app.add_api_route("/b", lambda: Response())
    with pytest.raises(ValueError, match="without a declaration"):
        check(app)


def test_the_pages_that_the_framework_adds_stop_the_building() -> None:
    with pytest.raises(ValueError, match="without a declaration"):
        check(FastAPI())


def test_a_route_declared_twice_stops_the_building() -> None:
    with pytest.raises(ValueError, match="without a declaration"):
        check(app_with(PUBLIC, PUBLIC))


@pytest.mark.parametrize("audience", Audience)
def test_people_need_a_permission_and_others_have_none(audience: Audience) -> None:
    permission = None if audience in PEOPLE else Permission.STATUS_READ
    with pytest.raises(ValueError, match="people need a permission"):
        app_with(Route("GET", "/a", handler, audience, permission))


def all_routes() -> list[Route]:
    people = [*officers.ROUTES, *auditors.ROUTES, *health.routes(lambda: []), *description.ROUTES]
    return [*people, *partners.ROUTES]


def test_officers_routes_are_all_there() -> None:
    listed = set(officers.ROUTES)
    assert listed >= {*records.ROUTES, *releases.ROUTES, *exchanges.ROUTES}


def test_what_changes_something_is_no_get() -> None:
    writes = {Permission.RECORD_WRITE, Permission.RELEASE_PROPOSE, Permission.RELEASE_APPROVE, Permission.EXCHANGE_RUN}
    for route in all_routes():
        assert (route.permission in writes | {Permission.AGREEMENT_SUSPEND}) <= (route.method != "GET"), route.path
        assert (route.takes is None) or route.method in ("POST", "PUT")


def test_every_step_of_an_address_has_a_form() -> None:
    steps = [step for route in all_routes() for step in route.path.split("/") if step.startswith("{")]
    routed = {step[1:-1].removesuffix(":path") for step in steps}
    shown = {step[1:-1] for page in PAGES for step in page.path.split("/") if step.startswith("{")}
    assert routed <= set(FORMS) <= routed | shown


def test_the_description_names_every_route() -> None:
    routes = [route for route in all_routes() if route.audience is not Audience.PARTNER]
    found = description.description(routes)
    described = {(method.upper(), path) for path, item in found["paths"].items() for method in item}
    assert described == {(route.method, route.path) for route in routes}
    for route in routes:
        operation = found["paths"][route.path][route.method.lower()]
        assert operation["summary"], route.path
        assert ("security" in operation) == (route.audience in PEOPLE)
        assert ("requestBody" in operation) == (route.takes is not None)
    assert "ProblemOut" in found["components"]["schemas"]
