"""What the officers' API must not do, whatever is sent: echo, grow, obey headers, or let the wrong role through."""

from __future__ import annotations

import logging
import random
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import MetaData, create_engine, select

from exchange.api.app import officer_app
from exchange.api.declare import PEOPLE, Audience, Route, declared_routes
from exchange.crypto.atrest import AtRest
from exchange.operations.permissions import ROLES
from exchange.store import SqlStore, open_engine
from tests.api_kit import HOST, Office, office, trusting
from tests.conftest import KEK
from tests.databases import Sqlite
from tests.federation import Federation, federate
from tests.integration.api_office import deposit, draft, fresh_key, propose

CANARY = "zqcanary"
_SAMPLES = {
    "{originator}": "DZ",
    "{record}": "rec-aaaaaaaaaaaa",
    "{release}": "rel-" + "0" * 32,
    "{agreement}": "AG-DZ-AE",
    "{partner}": "AE",
    "{direction}": "in",
    "{message}": "msg-" + "0" * 32,
    "{waiver}": "wvr-" + "0" * 16,
    "{opening}": "opn-" + "0" * 16,
    "{standing}": "sta-" + "0" * 16,
    "{override}": "ovr-" + "0" * 16,
    "{other_originator}": "AE",
    "{other}": "rec-bbbbbbbbbbbb",
    "{decision}": "mtc-" + "0" * 16,
}


@pytest.fixture
def urls(sqlite: Sqlite) -> Iterator[dict[str, str]]:
    with ExitStack() as stack:
        yield {code: stack.enter_context(sqlite.fresh()) for code in ("DZ", "AE", "KW")}


@pytest.fixture
def states(urls: dict[str, str]) -> Iterator[Federation]:
    with ExitStack() as stack:
        stores = {code: SqlStore(open_engine(url), AtRest(KEK)) for code, url in urls.items()}
        for store in stores.values():
            stack.callback(store.close)
        yield federate(stores)


@pytest.fixture
def app(states: Federation) -> FastAPI:
    return officer_app(states["DZ"].node, hosts=[HOST], pending_migration=lambda: [])


@pytest.fixture
def dz(states: Federation, app: FastAPI, tmp_path: Path) -> Iterator[Office]:
    with office(states["DZ"], app, tmp_path) as found:
        yield found


def filled(route: Route) -> str:
    path = route.path
    for name, value in _SAMPLES.items():
        path = path.replace(name, value)
    assert "{" not in path
    return path


def test_every_route_wants_a_token_and_answers_the_same_bytes(dz: Office, app: FastAPI) -> None:
    bodies = set()
    with dz.client(None) as client:
        for route in declared_routes(app):
            if route.audience not in PEOPLE:
                assert route.path in ("/healthz", "/readyz")
                continue
            for sent in ({}, {"authorization": "Bearer exo_" + "A" * 43}, {"authorization": f"Basic {CANARY}"}):
                answer = client.request(route.method, filled(route), headers=sent)
                assert answer.status_code == 401, (route.path, answer.text)
                assert answer.headers["www-authenticate"] == "Bearer"
                bodies.add(answer.content)
    assert len(bodies) == 1
    assert len(declared_routes(app)) >= 25


def test_role_by_route(dz: Office, app: FastAPI) -> None:
    for role, permissions in ROLES.items():
        with dz.client(role) as client:
            for route in declared_routes(app):
                if route.audience not in PEOPLE:
                    continue
                answer = client.request(route.method, filled(route))
                code = answer.json()["code"] if answer.status_code >= 400 else ""
                assert (code == "PERMISSION_MISSING") == (route.permission not in permissions), (role, route, answer)
                assert (answer.status_code == 403) >= (code == "PERMISSION_MISSING")
                assert answer.status_code != 401


def test_only_auditors_hold_what_is_for_auditors(app: FastAPI) -> None:
    routes = [route for route in declared_routes(app) if route.audience is Audience.AUDITOR]
    assert routes
    for route in routes:
        assert [role for role, held in ROLES.items() if route.permission in held] == ["auditor"]


def test_nothing_submitted_comes_back(dz: Office, caplog: pytest.LogCaptureFixture) -> None:
    """T-03: not in bodies, headers or logs."""
    caplog.set_level(logging.DEBUG)
    whole = draft(1)
    bodies: list[object] = [
        {CANARY: 1},
        {"records": CANARY},
        {"records": [{"kind": CANARY, "claims": []}]},
        {"records": [{**whole, CANARY: CANARY}]},
        {"records": [{"kind": "person", "claims": [{CANARY: CANARY}]}]},
        {"records": [{"kind": "person", "claims": [{"id": CANARY, "path": CANARY, "value": 1, "statement": "fact"}]}]},
        {
            "records": [
                {"kind": "person", "claims": [{"id": "c1", "path": "birth.year", "value": CANARY, "statement": "fact"}]}
            ]
        },
        {"recipient": CANARY, "agreement": CANARY, "purpose": CANARY, "records": [CANARY]},
        {"digest": CANARY},
        [CANARY],
        CANARY,
    ]
    with dz.client() as client:
        answers = [
            client.request(method, path, json=body, headers={**fresh_key(), "if-match": f'"{CANARY}"'})
            for body in bodies
            for method, path in (
                ("POST", "/v1/records"),
                ("POST", "/v1/releases"),
                ("POST", "/v1/previews"),
                ("PUT", "/v1/records/DZ/rec-aaaaaaaaaaaa"),
            )
        ]
        answers += [client.post("/v1/records", content=f'{{"{CANARY}'.encode(), headers=fresh_key())]
        answers += [
            client.get(path) for path in (f"/v1/records/DZ/{CANARY}xx", f"/{CANARY}", f"/v1/records?{CANARY}=1")
        ]
        answers += [client.get("/v1/records", params={"kind": CANARY}), client.get("/v1/agreements/AG-" + CANARY)]
        answers += [client.get("/v1/me", headers={"host": CANARY})]
        answers += [client.get("/v1/me", headers={"authorization": f"Bearer exo_{CANARY}"})]
        answers += [client.post("/v1/records", json={}, headers={"idempotency-key": CANARY + "!"})]
    for answer in answers:
        assert 400 <= answer.status_code < 500, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert CANARY not in answer.text.lower()
        assert CANARY not in str(answer.headers.multi_items()).lower()
    ours = [record for record in caplog.records if record.name.startswith(("exchange", "uvicorn"))]
    assert all(CANARY not in record.getMessage().lower() for record in ours)


def test_json_out_of_profile_is_refused(dz: Office) -> None:
    """Duplicate members, NaN, lone surrogates, U+0000, depth and huge numbers: 400 before any model sees them."""
    head = b'{"records":[{"kind":"person","claims":['
    bodies = {
        "JSON_DUPLICATE_KEY": b'{"records":[],"records":[]}',
        "JSON_NUMBER": head + b"NaN]}]}",
        "JSON_TEXT": head + b'"\\ud800"]}]}',
        "JSON_TOO_DEEP": b"[" * 100000 + b"]" * 100000,
        "JSON_MALFORMED": b"{",
    }
    more = [("JSON_NUMBER", head + b"9" * 5000 + b"]}]}"), ("JSON_TEXT", b'{"a":"\\u0000"}'), ("JSON_NUMBER", b"[1.5]")]
    with dz.client() as client:
        for code, body in [*bodies.items(), *more]:
            answer = client.post("/v1/records", content=body, headers=fresh_key())
            assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_a_body_of_256_mib_is_refused_without_growing(dz: Office) -> None:
    """T-37, announced and streamed. The peak of this process's memory grows by less than 16 MiB."""
    head = f"POST /v1/records HTTP/1.1\r\nhost: {HOST}\r\nauthorization: Bearer {dz.tokens['officer']}\r\n"
    head += f"idempotency-key: {'k' * 16}\r\n"
    before = _peak(reset=True)
    for framing in ("content-length: 268435456\r\n\r\n", "transfer-encoding: chunked\r\n\r\n"):
        answer = _pour(dz, (head + framing).encode(), chunked="chunked" in framing)
        assert answer.startswith(b"HTTP/1.1 413 "), answer[:100]
        assert b'"code":"TOO_LARGE"' in answer
    assert _peak(reset=False) - before < 16 << 10


def _pour(dz: Office, head: bytes, *, chunked: bool) -> bytes:
    """Sends up to 256 MiB until the server has had enough; returns what it answered."""
    piece = bytes(1 << 16)
    frame = b"10000\r\n" + piece + b"\r\n" if chunked else piece
    with trusting(dz.server).wrap_socket(
        socket.create_connection((HOST, dz.port), timeout=30), server_hostname=HOST
    ) as tls:
        tls.sendall(head)
        try:
            for _ in range(4096):
                tls.sendall(frame)
        except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
            pass
        else:
            pytest.fail("the server read everything")
        return _rest(tls)


def _rest(tls: ssl.SSLSocket) -> bytes:
    found = b""
    try:
        while piece := tls.recv(1 << 16):
            found += piece
    except (ConnectionResetError, ssl.SSLError):
        pass
    return found


def _peak(*, reset: bool) -> int:
    """Highest resident size in KiB; `reset` starts anew from what is resident now (proc(5), clear_refs)."""
    if reset:
        Path("/proc/self/clear_refs").write_text("5")
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1])


def test_no_header_outside_the_list_changes_anything(dz: Office) -> None:
    """T-18, T-19, T-30: 10,000 header names, magic ones among them, and the answers stay the same."""
    rng = random.Random(19)
    magic = ["x-http-method-override", "x-method-override", "x-original-url", "x-rewrite-url", "synchronized-upsert"]
    magic += ["x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "forwarded", "x-real-ip", "x-user", "x-role"]
    magic += ["x-ssl-client-cert", "x-ssl-client-verify", "x-ssl-client-s-dn", "ssl-client-cert", "x-client-cert"]
    magic += ["x-request-id", "x-correlation-id", "cookie", "origin", "accept", "if-none-match", "range", "prefer"]
    values = ["DELETE", "PUT", "SUCCESS", "true", "administrator", "AE", "/v1/audit/export", HOST]
    names = magic + [
        "x-" + "".join(rng.choices("abcdefghijklmnopqrstuvwxyz-", k=rng.randint(2, 16))) for _ in range(10000)
    ]
    with dz.client("auditor") as auditor:
        plain = [_told(auditor.get(path)) for path in ("/v1/me", "/v1/records", "/v1/partners")]
        for start in range(0, len(names), 400):
            sent = {name: rng.choice(values) for name in names[start : start + 400]}
            told = [_told(auditor.get(path, headers=sent)) for path in ("/v1/me", "/v1/records", "/v1/partners")]
            assert told == plain
    assert [status for status, _ in plain] == [200, 403, 200]


def _told(answer: httpx.Response) -> tuple[int, dict[str, object]]:
    body = answer.json()
    body.pop("correlation_id", None)
    return answer.status_code, body


@pytest.mark.parametrize("host", ["a/?x=", "evil", "@evil", f"{HOST}@evil", "evil#.127.0.0.1", f"{HOST}:x", ""])
def test_a_foreign_host_is_refused(dz: Office, host: str) -> None:
    """T-32."""
    with dz.client() as client:
        answer = client.get("/v1/me", headers={"host": host})
    assert (answer.status_code, answer.json()["code"]) == (400, "HOST_NOT_ALLOWED")


@pytest.mark.parametrize("method", ["TRACE", "OPTIONS", "PATCH", "HEAD", "DELETE", "PROPFIND"])
def test_other_methods_are_refused(dz: Office, method: str) -> None:
    with dz.client() as client:
        answer = client.request(method, "/v1/me")
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]


def test_every_answer_has_its_headers(dz: Office) -> None:
    with dz.client() as client:
        answers = [client.get(path) for path in ("/healthz", "/v1/me", "/nothing", "/docs", "/redoc", "/openapi.json")]
        compressed = client.post("/v1/records", content=b"x", headers={"content-encoding": "gzip"})
    assert [answer.status_code for answer in answers] == [200, 200, 404, 404, 404, 404]
    assert compressed.status_code == 415
    for answer in [*answers, compressed]:
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-frame-options"] == "DENY"
        assert re.fullmatch(r"[0-9a-f]{24}", answer.headers["correlation-id"])
        assert "server" not in answer.headers


def test_nothing_in_the_database_is_a_token(dz: Office, urls: dict[str, str]) -> None:
    """T-34: every text and every blob stored, alone and with the prefix of a token."""
    with dz.client() as client:
        ids = deposit(client, 1, 2)
        propose(client, "KW", ids)
    found = sorted(_stored_texts(urls["DZ"]))
    assert len(found) > 50
    assert any(id_ in found for id_ in ids)
    with dz.client(None) as client:
        bodies = set()
        for text in found:
            for token in (text, f"exo_{text}"):
                answer = client.get("/v1/me", headers={b"authorization": b"Bearer " + token.encode()})
                assert answer.status_code == 401, text
                bodies.add(answer.content)
        assert len(bodies) == 1


def _stored_texts(url: str) -> set[str]:
    engine = create_engine(url)
    tables = MetaData()
    found: set[str] = set()
    with engine.connect() as connection:
        tables.reflect(connection)
        for table in tables.sorted_tables:
            for row in connection.execute(select(table)):
                for value in row:
                    text = value.hex() if isinstance(value, bytes) else str(value)
                    found.add(re.sub(r"[^!-~]", "", text)[:512])
    engine.dispose()
    return {text for text in found if len(text) >= 8}


def test_failed_log_ins_are_entries_but_cannot_flood_the_ledger(dz: Office) -> None:
    with dz.client() as client, dz.client(None) as stranger:
        before = client.get("/v1/status").json()["ledger_size"]
        for _ in range(30):
            assert stranger.get("/v1/me").status_code == 401
        after = client.get("/v1/status").json()["ledger_size"]
    assert after - before == 10


def test_a_disabled_person_is_refused_at_once(dz: Office) -> None:
    node, staff = dz.state.node, dz.state.staff
    with dz.client() as client:
        assert client.get("/v1/me").status_code == 200
        with node.store.write() as unit:
            unit.people.disable(staff.officer.id)
        assert client.get("/v1/me").status_code == 401
