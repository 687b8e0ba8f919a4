"""T-35: what the server sets cannot be sent. Every column's name goes into every object of every JSON body that writes.

The bodies are valid but for the one member, so that only the closed form can refuse them; the control sends them as is.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from exchange.api.app import officer_app
from exchange.api.declare import Route, declared_routes
from exchange.operations.permissions import ROLES
from exchange.store.tables import metadata
from tests.api_kit import HOST, Office
from tests.databases import Sqlite
from tests.integration.api_office import deposit, draft, federation, fresh_key, office_of, propose

COLUMNS = sorted({column.name for table in metadata.tables.values() for column in table.columns})
OWN = ("role", "permissions", "is_admin", "policy", "approved", "actor", "__proto__", "constructor", "sender", "at")
"""Beside the columns: names that other systems fell for."""
_THREAD = "msg-" + "0" * 32
_SPAN = {"partner": "KW", "since": "2026-11-01T00:00:00Z", "until": "2026-11-02T00:00:00Z", "kind": "lost"}


def forms(ref: dict[str, str]) -> dict[str, tuple[str, dict[str, Any]]]:
    """Routes whose bodies are right in form here and judged by state: nothing was sent, nothing is asked."""
    terms = {"agreement": "AG-DZ-AE-KW", "purpose": "counter_terrorism.travel"}
    to = {"recipient": "KW", **terms}
    document: dict[str, Any] = {"document": {}}
    return {
        "POST /v1/recalls": (
            "/v1/recalls",
            {**to, "records": [ref], "reason": "inaccurate", "deadline": "2026-12-01T00:00:00Z"},
        ),
        "POST /v1/recalls/{partner}/{message}/answer": (
            f"/v1/recalls/KW/{_THREAD}/answer",
            {"outcome": "destroyed"},
        ),
        "POST /v1/breaches": ("/v1/breaches", _SPAN),
        "POST /v1/breaches/notices": ("/v1/breaches/notices", {**_SPAN, "outcome": "closed"}),
        "POST /v1/onward-requests": (
            "/v1/onward-requests",
            {"originator": "AE", **terms, "records": [ref | {"originator": "AE"}], "recipient": "KW", "reason": "x"},
        ),
        "POST /v1/onward-grants": (
            "/v1/onward-grants",
            {"holder": "AE", "thread": _THREAD, "agreements": ["AG-DZ-AE-KW"]},
        ),
        "POST /v1/onward-refusals": ("/v1/onward-refusals", {"holder": "AE", "thread": _THREAD, "code": "other"}),
        "POST /v1/onward-revocations": ("/v1/onward-revocations", {"holder": "AE", "thread": _THREAD}),
        "POST /v1/requests": (
            "/v1/requests",
            {**to, "question": "x", "legal_basis": "x", "urgency": "8h", "records": [ref]},
        ),
        "POST /v1/answers": ("/v1/answers", {"partner": "AE", "thread": _THREAD, "outcome": "answered"}),
        "POST /v1/previews/matrix": (
            "/v1/previews/matrix",
            {"record": ref, "purpose": terms["purpose"], "recipients": ["KW"]},
        ),
        "POST /v1/previews/why": ("/v1/previews/why", {"record": ref, "claim": "c999999", **to}),
        "POST /v1/overrides": ("/v1/overrides", {"reason": "COURIER_ONLY", "hours": 1}),
        "POST /v1/waivers": (
            "/v1/waivers",
            {"release": "rel-" + "0" * 32, "digest": "0" * 64, "reason": "THREAT_TO_LIFE", "text": "x"},
        ),
        "POST /v1/standing-approvals": (
            "/v1/standing-approvals",
            {"agreement": "AG-DZ-AE-KW", "marking": "TLP:AMBER", "days": 30},
        ),
        "POST /v1/standing-approvals/{standing}/grant": (
            f"/v1/standing-approvals/sta-{'0' * 16}/grant",
            {"digest": "0" * 64},
        ),
        "POST /v1/waivers/{waiver}/grant": (f"/v1/waivers/wvr-{'0' * 16}/grant", {"digest": "0" * 64}),
        "POST /v1/audit/openings": ("/v1/audit/openings", {"index": 999_999, "reason": "SAMPLE"}),
        "POST /v1/audit/openings/{opening}/notice": (
            f"/v1/audit/openings/opn-{'0' * 16}/notice",
            {"partner": "AE", "agreement": "AG-DZ-AE-KW", "purpose": terms["purpose"]},
        ),
        "POST /v1/agreements/lint": ("/v1/agreements/lint", document),
        "POST /v1/agreements/diff": ("/v1/agreements/diff", {"after": {}}),
        "POST /v1/agreements/simulate": ("/v1/agreements/simulate", document),
    }


def who(route: Route) -> str:
    """A role that holds the route's permission."""
    return next(role for role, held in ROLES.items() if route.permission in held)


@pytest.fixture
def dz(sqlite: Sqlite, tmp_path: Path) -> Iterator[Office]:
    with federation(sqlite) as states, office_of(states, tmp_path) as found:
        yield found


def writing(dz: Office) -> list[Route]:
    """Every route that takes a JSON body."""
    app = officer_app(dz.state.node, hosts=[HOST], pending_migration=lambda: [])
    return [route for route in declared_routes(app) if route.takes is not None]


def bodies(dz: Office) -> dict[str, tuple[str, dict[str, Any], dict[str, str]]]:
    """Method and path of a route -> where to send, a valid body, and the headers that it wants."""
    with dz.client() as officer:
        id_, other = deposit(officer, 1, 5)
        (made,) = propose(officer, "KW", [id_])["proposals"]
    ref = {"originator": "DZ", "id": id_}
    terms = {"recipient": "KW", "agreement": "AG-DZ-AE-KW", "purpose": "counter_terrorism.travel"}
    return {
        "POST /v1/records": ("/v1/records", {"records": [draft(2)]}, {}),
        "PUT /v1/records/{originator}/{record}": (
            f"/v1/records/DZ/{id_}",
            {"claims": draft(3)["claims"]},
            {"if-match": '"1"'},
        ),
        "POST /v1/previews": ("/v1/previews", {"record": ref, **terms}, {}),
        "POST /v1/releases": ("/v1/releases", {**terms, "records": [ref], "again": True}, {}),
        "POST /v1/releases/{release}/approvals": (
            f"/v1/releases/{made['id']}/approvals",
            {"digest": made["digest"]},
            {},
        ),
        "POST /v1/searches": ("/v1/searches", {"text": "specimen"}, {}),
        "POST /v1/duplicates": ("/v1/duplicates", {"kind": "person", "claims": draft(4)["claims"]}, {}),
        "POST /v1/matches/{originator}/{record}/{other_originator}/{other}/decisions": (
            f"/v1/matches/DZ/{id_}/DZ/{other}/decisions",
            {"decision": "different", "note": "another person"},
            {},
        ),
        "POST /v1/partners/{partner}/resolution": ("/v1/partners/AE/resolution", {"reason": "PARTNER_RESTORED"}, {}),
        **{name: (path, body, {}) for name, (path, body) in forms(ref).items()},
    }


def objects(body: Any) -> Iterator[tuple[str, ...]]:
    """Where the objects of a body are; of a list, only the first item."""
    if isinstance(body, dict):
        yield ()
        for name, value in body.items():
            yield from ((name, *rest) for rest in objects(value))
    elif isinstance(body, list) and body:
        yield from (("0", *rest) for rest in objects(body[0]))


def members(route: str, place: tuple[str, ...]) -> tuple[str, ...]:
    """Every name in the body itself; in the objects within it a sixth of the columns, another one in each."""
    if not place:
        return (*COLUMNS, *OWN)
    start = sum(f"{route} {place}".encode()) % 6
    return (*COLUMNS[start::6], *OWN)


def injected(body: dict[str, Any], place: tuple[str, ...], name: str) -> dict[str, Any] | None:
    """The body with one more member there; None where that member is one of its own."""
    changed = copy.deepcopy(body)
    here: Any = changed
    for step in place:
        here = here[int(step)] if isinstance(here, list) else here[step]
    if name in here:
        return None
    here[name] = "x"
    return changed


def rows(dz: Office) -> tuple[int, ...]:
    with dz.state.node.store.read() as unit:
        return (
            unit.records.count(),
            unit.ledger.head(lock=False).size,
            len(unit.releases.page(None, None, 100)),
            len(unit.people.all()),
        )


def test_every_name_in_every_object_of_every_body_is_refused(dz: Office) -> None:
    known = bodies(dz)
    routes = {f"{route.method} {route.path}": route for route in writing(dz)}
    assert routes.keys() == known.keys(), "a route that writes needs its body here"
    before, tried = rows(dz), 0
    for name, (path, body, headers) in known.items():
        route = routes[name]
        with dz.client(who(route)) as client:
            for place in objects(body):
                if place and place[0] in ("document", "after"):
                    continue  # a document's own reader says of each member whether it is one
                for member in members(name, place):
                    changed = injected(body, place, member)
                    if not place and route.takes is not None and member in route.takes.model_fields:
                        continue  # a member that may stand there
                    if changed is None or (place and place[-1] == "value" and member == "text"):
                        continue
                    answer = client.request(route.method, path, json=changed, headers={**fresh_key(), **headers})
                    assert answer.status_code in (400, 422), (name, place, member, answer.text)
                    assert answer.json().get(member) != "x", (name, place, member)
                    tried += 1
                    if len(place) > 2:
                        break  # inside a claim's value the vocabulary decides: one name is enough for each
    assert tried > 500
    assert rows(dz) == before


def test_the_same_bodies_as_they_are_are_taken(dz: Office) -> None:
    """The control: but for the injected member, each would have been accepted (or judged by state, not by form)."""
    known = bodies(dz)
    by_state = forms({"originator": "DZ", "id": "x"}).keys()
    routes = {f"{route.method} {route.path}": route for route in writing(dz)}
    asked = ("POST /v1/previews", "POST /v1/searches", "POST /v1/duplicates")
    wanted = {"POST /v1/partners/{partner}/resolution": 412, **dict.fromkeys(asked, 200)}
    for name, (path, body, headers) in known.items():
        method, _ = name.split(" ")
        if method == "PUT":
            continue  # after it the record has another version, and the proposal would be stale
        with dz.client(who(routes[name])) as client:
            answer = client.request(method, path, content=json.dumps(body), headers={**fresh_key(), **headers})
        if name in by_state:
            document = "/agreements/" in path
            assert answer.status_code != 422 or document, (name, answer.text)
            continue
        assert answer.status_code == wanted.get(name, 201), (name, answer.text)
