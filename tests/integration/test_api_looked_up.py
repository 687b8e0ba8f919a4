"""Part of T-48: whatever a person looks at or is refused is an entry, for every route and every role.

`WRITES` says of each route what one request puts into the ledger when it is answered, or why nothing. A route that is
not in it makes the test fail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from sqlalchemy import create_engine

from exchange.api.app import officer_app
from exchange.api.declare import PEOPLE, Route, declared_routes
from exchange.crypto.atrest import AtRest
from exchange.errors import Code
from exchange.model.claim_json import claim_to_json
from exchange.model.records import Ref
from exchange.operations.deposit import Amendment, amend
from exchange.operations.lookups import APART
from exchange.operations.permissions import ROLES, Permission
from exchange.store import SqlStore, open_engine
from tests import invariants
from tests.api_kit import HOST, Office, office
from tests.conftest import KEK
from tests.databases import Sqlite
from tests.federation import AGREEMENT, PURPOSE, START, HandClock, agreement_document, federate
from tests.integration.api_office import deposit, fresh_key, propose
from tests.operations.fakes import FakeStore
from tests.subjects import gulf_person

NOTHING = "it shows nothing of a record, a message or a decision"
CHANGES = "it changes something, and that is an entry: tests/threats/test_t_48_nothing_unlogged.py"
WRITES: dict[str, tuple[str, ...] | str] = {
    "GET /healthz": NOTHING,
    "GET /readyz": NOTHING,
    "GET /v1/me": NOTHING,
    "GET /v1/status": NOTHING,
    "GET /v1/witness": NOTHING,
    "GET /metrics": NOTHING,
    "GET /v1/openapi.json": NOTHING,
    "GET /v1/records": ("record.listed",),
    "GET /v1/records/{originator}/{record}": ("record.read",),
    "GET /v1/received": ("record.listed",),
    "GET /v1/received/{originator}/{record}": ("record.read",),
    "GET /v1/inbox": ("list.read",),
    "GET /v1/messages": ("list.read",),
    "GET /v1/messages/{direction}/{partner}/{message}": ("message.read",),
    "GET /v1/grants": ("list.read",),
    "GET /v1/releases": ("list.read",),
    "GET /v1/releases/{release}": ("release.read",),
    "GET /v1/waivers": ("list.read",),
    "GET /v1/standing-approvals": ("list.read",),
    "GET /v1/overrides": ("list.read",),
    "GET /v1/partners": ("list.read",),
    "GET /v1/agreements": ("list.read",),
    "GET /v1/agreements/{agreement}": ("list.read",),
    "GET /v1/accounts/{originator}/{record}": ("account.read",),
    "GET /v1/differences/{originator}/{record}": ("record.read",),
    "GET /v1/audit/export": ("audit.exported",),
    "GET /v1/audit/blind": ("audit.blind-exported",),
    "GET /v1/audit/openings": ("list.read",),
    "GET /v1/audit/untold": ("list.read",),
    "POST /v1/searches": ("search.run",),
    "GET /v1/matches": ("list.read",),
    "GET /v1/matches/{originator}/{record}/{other_originator}/{other}": ("record.read", "record.read"),
    "GET /v1/duplicates/{originator}/{record}": ("record.read",),
    "POST /v1/duplicates": ("list.read",),
    "GET /v1/networks/{originator}/{record}": ("network.read",),
    "GET /v1/timelines/{originator}/{record}": ("record.read", "list.read"),
    "GET /v1/places": ("list.read",),
    "POST /v1/previews": ("record.read",),
    "POST /v1/previews/matrix": ("record.read",),
    "POST /v1/previews/why": ("record.read",),
    "POST /v1/releases/{release}/replay": ("decision.replayed",),
    "POST /v1/breaches": ("breach.noted",),
    "POST /v1/agreements/simulate": ("agreement.simulated",),
    "POST /v1/agreements/lint": "it looks at the document in its body alone",
    "POST /v1/agreements/diff": ("list.read",),
}
"""The rest of the routes change something (`CHANGES`)."""


class Place(NamedTuple):
    """A node that holds a record of its own, one of KW's, a proposal and a message."""

    dz: Office
    url: str
    own: str
    received: str
    release: str
    message: str


@pytest.fixture
def place(sqlite: Sqlite, tmp_path: Path) -> Iterator[Place]:
    with ExitStack() as stack:
        urls = {code: stack.enter_context(sqlite.fresh()) for code in ("DZ", "AE", "KW")}
        stores = {code: SqlStore(open_engine(url), AtRest(KEK)) for code, url in urls.items()}
        for store in stores.values():
            stack.callback(store.close)
        states = federate(stores)
        app = officer_app(states["DZ"].node, hosts=[HOST], pending_migration=lambda: [])
        dz = stack.enter_context(office(states["DZ"], app, tmp_path))
        with dz.client() as officer:
            (own,) = deposit(officer, 1)
            (release,) = [each["id"] for each in propose(officer, "KW", [own])["proposals"]]
        kw = states["KW"]
        (theirs,) = kw.deposit(gulf_person(2))
        kw.push("DZ", [theirs])
        with kw.node.store.write() as unit:
            held = unit.records.current([theirs], lock=False)[0]
            amend(kw.node, unit, kw.staff.officer, [Amendment(theirs, 1, held.record.claims)])
        kw.push("DZ", [theirs])
        assert kw.deliver("DZ").accepted == 2
        with states["DZ"].node.store.read() as unit:
            message = unit.messages.page("in", None, 1)[0].key.id
        yield Place(dz, urls["DZ"], own, theirs.id, release, message)


def address(place: Place, route: Route) -> str:
    """Its path, with what is there. Routes that change something get what is not there."""
    received = "/received/" in route.path or "/differences/" in route.path
    names = {
        "originator": "KW" if received else "DZ",
        "record": place.received if received else place.own,
        "release": place.release,
        "agreement": AGREEMENT,
        "partner": "KW",
        "direction": "in",
        "message": place.message,
        "waiver": "wvr-" + "0" * 16,
        "standing": "sta-" + "0" * 16,
        "override": "ovr-" + "0" * 16,
        "opening": "opn-" + "0" * 16,
        "decision": "mtc-" + "0" * 16,
        "other_originator": "KW",
        "other": place.received,
    }
    return route.path.format(**names)


def body(place: Place, path: str) -> dict[str, Any] | None:
    """What a route that only reads asks for in its body."""
    record, document = {"originator": "DZ", "id": place.own}, agreement_document("dz-ae-kw.yaml")
    to: dict[str, Any] = {"record": record, "recipient": "KW", "purpose": PURPOSE, "agreement": AGREEMENT}
    at = START.date()
    asked: dict[str, dict[str, Any]] = {
        "/v1/searches": {"text": "anybody"},
        "/v1/duplicates": {"kind": "person", "claims": [claim_to_json(claim) for claim in gulf_person(3)]},
        "/v1/previews": to,
        "/v1/previews/matrix": {"record": record, "purpose": PURPOSE},
        "/v1/previews/why": {**to, "claim": claim_of(place)},
        "/v1/breaches": {"partner": "KW", "since": f"{at}T00:00:00Z", "until": f"{at}T09:00:00Z", "kind": "theft"},
        "/v1/agreements/simulate": {"document": document | {"version": 2}},
        "/v1/agreements/lint": {"document": document},
        "/v1/agreements/diff": {"after": document | {"version": 2}},
        "/v1/releases/{release}/replay": {},
    }
    return asked.get(path)


def claim_of(place: Place) -> str:
    with place.dz.state.node.store.read() as unit:
        return unit.records.current([Ref("DZ", place.own)], lock=False)[0].record.claims[0].id


def ask(client: httpx.Client, place: Place, route: Route) -> httpx.Response:
    headers = fresh_key() if route.method != "GET" else {}
    return client.request(route.method, address(place, route), json=body(place, route.path), headers=headers)


def routes() -> list[Route]:
    app = officer_app(federate({"DZ": FakeStore()})["DZ"].node, hosts=[HOST], pending_migration=lambda: [])
    return declared_routes(app)


def named(route: Route) -> str:
    return f"{route.method} {route.path}"


def test_every_route_says_what_it_writes() -> None:
    found = {named(route): route for route in routes()}
    assert found.keys() >= WRITES.keys()
    rest = {name: route for name, route in found.items() if name not in WRITES}
    assert all(route.method != "GET" for route in rest.values())
    assert len(rest) > 20, CHANGES
    silent = {name for name, kinds in WRITES.items() if kinds == NOTHING}
    assert {found[name].permission for name in silent} == {None, Permission.STATUS_READ}


def test_what_is_looked_at_or_refused_is_an_entry_for_every_role(place: Place) -> None:
    node, clock = place.dz.state.node, place.dz.state.node.clock
    assert isinstance(clock, HandClock)
    answered = set()
    for role in ("officer", "releasing_officer", "auditor", "administrator"):
        with place.dz.client(role) as client:
            actor = client.get("/v1/me").json()["id"]
            for route in routes():
                permitted = route.audience not in PEOPLE or route.permission in ROLES[role]
                if permitted and named(route) not in WRITES:
                    continue
                clock.forward(APART)
                before = len(invariants.entries(node))
                answer = ask(client, place, route)
                new = invariants.entries(node)[before:]
                if not permitted:
                    assert (answer.status_code, answer.json()["code"]) == (403, "PERMISSION_MISSING"), named(route)
                    assert [(each["kind"], each["actor"], each["permission"], each["count"]) for each in new] == [
                        ("access.denied", actor, route.permission, 1)
                    ]
                    continue
                assert answer.status_code == 200, (role, named(route), answer.text)
                kinds = WRITES[named(route)]
                assert [each["kind"] for each in new] == ([] if isinstance(kinds, str) else list(kinds)), named(route)
                assert {each["actor"] for each in new} <= {actor}
                answered.add(named(route))
    assert answered == WRITES.keys()


def test_what_cannot_be_written_down_is_not_shown(place: Place) -> None:
    shown = [route for route in routes() if not isinstance(WRITES.get(named(route), ""), str)]
    assert len(shown) > 20
    engine = create_engine(place.url)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON ledger_entries BEGIN SELECT RAISE(ABORT, 'no room'); END"
        )
    engine.dispose()
    for role in ("officer", "releasing_officer", "auditor"):
        with place.dz.client(role) as client:
            for route in shown:
                answer = ask(client, place, route)
                assert answer.status_code >= 400, (role, named(route))
                assert not {place.own, place.received, AGREEMENT} & set(re.split(r"[\"/]", answer.text)), named(route)


def test_a_flood_of_refusals_is_counted_and_not_written(place: Place) -> None:
    node, clock = place.dz.state.node, place.dz.state.node.clock
    assert isinstance(clock, HandClock)
    clock.forward(APART)
    with place.dz.client("auditor") as client:
        for _ in range(40):
            assert client.get("/v1/records").status_code == 403
        clock.forward(APART)
        assert client.get("/v1/records").status_code == 403
    counts = [each["count"] for each in invariants.entries(node, "access.denied")]
    assert counts == [1, 40]


def test_a_refusal_by_a_rule_is_an_entry(place: Place) -> None:
    """Here: a release that nobody approved."""
    with place.dz.client() as client:
        answer = client.post(f"/v1/releases/{place.release}/release", headers=fresh_key())
    assert (answer.status_code, answer.json()["code"]) == (403, "APPROVAL_MISSING")
    (line,) = invariants.entries(place.dz.state.node, "access.denied")
    assert (line["actor"], line["code"], line["permission"]) == ("officer-dz", Code.APPROVAL_MISSING, "-")
