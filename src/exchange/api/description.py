"""The OpenAPI 3.1 document, made from the declared routes, so that none is missing and none is invented."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import orjson
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.responses import Response

from exchange.api.call import FORMS, Call
from exchange.api.declare import PEOPLE, Audience, Route, declared_routes
from exchange.api.schemas import ProblemOut
from exchange.operations.permissions import Permission

_REF: Final = "#/components/schemas/{model}"


def description(routes: Sequence[Route]) -> dict[str, Any]:
    """The OpenAPI document of `routes`."""
    paths: dict[str, Any] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Exchange node", "version": "1", "summary": "docs/spec/transport.md"},
        "paths": paths,
        "components": {
            "schemas": _schemas(routes),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def get_description(call: Call) -> Response:
    """The description of everything that this listener serves, itself included."""
    return Response(orjson.dumps(description(declared_routes(call.request.app))), media_type="application/json")


def _operation(route: Route) -> dict[str, Any]:
    done: dict[str, Any] = {"description": "done"}
    if route.gives is not None:
        done["content"] = _content("application/json", route.gives)
    problem = {"description": "problem", "content": _content("application/problem+json", ProblemOut)}
    found: dict[str, Any] = {
        "operationId": f"{route.method.lower()}{route.path.replace('/', '_').replace('{', '').replace('}', '')}",
        "summary": (route.handler.__doc__ or "").strip().split("\n")[0],
        "parameters": _parameters(route),
        "responses": {str(route.status): done, "4XX": problem, "5XX": problem},
        "x-audience": route.audience.value,
    }
    if route.audience in PEOPLE and route.permission is not None:
        found["security"] = [{"token": []}]
        found["x-permission"] = route.permission.value
    if route.takes is not None:
        found["requestBody"] = {"required": True, "content": _content("application/json", route.takes)}
    return found


def _content(media: str, model: type[BaseModel]) -> dict[str, Any]:
    return {media: {"schema": {"$ref": _REF.format(model=model.__name__)}}}


def _parameters(route: Route) -> list[dict[str, Any]]:
    steps = [step[1:-1] for step in route.path.split("/") if step.startswith("{")]
    found: list[dict[str, Any]] = [
        {"in": "path", "name": step, "required": True, "schema": {"type": "string", "pattern": FORMS[step].pattern}}
        for step in steps
    ]
    found += [{"in": "header", "name": name, "required": True, "schema": {"type": "string"}} for name in route.headers]
    if route.query is not None:
        schema = route.query.model_json_schema()
        required = schema.get("required", [])
        found += [
            {"in": "query", "name": name, "required": name in required, "schema": member}
            for name, member in schema["properties"].items()
        ]
    return found


def _schemas(routes: Sequence[Route]) -> dict[str, Any]:
    models = {model for route in routes for model in (route.takes, route.gives) if model is not None} | {ProblemOut}
    ordered = sorted(models, key=lambda model: model.__name__)
    _, schemas = models_json_schema([(model, "validation") for model in ordered], ref_template=_REF)
    found: dict[str, Any] = schemas["$defs"]
    return found


ROUTES: Final = (Route("GET", "/v1/openapi.json", get_description, Audience.OFFICER, Permission.STATUS_READ),)
