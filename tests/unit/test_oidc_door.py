"""The door to the identity provider: how long it waits, how much it reads, and whom it believes."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from exchange.errors import Code, Unauthenticated, Unavailable
from exchange.oidc import MAX_ANSWER, Client, HttpIdentityProvider
from exchange.ports.oidc import Attempt
from tests.federation import START
from tests.oidc_kit import BACK, CLIENT, Agency, agency, drip

ATTEMPT = Attempt("s" * 43, "n" * 43, "v" * 43, START, False)


@pytest.fixture
def there() -> Iterator[Agency]:
    with agency() as made:
        yield made


def down(work: Callable[[], object]) -> bool:
    with pytest.raises(Unavailable) as caught:
        work()
    assert caught.value.code is Code.IDENTITY_PROVIDER
    return True


def said(status: int, body: bytes, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


CONFIGURATION = "/.well-known/openid-configuration"
BAD = {
    "no such page": said(404, b"{}"),
    "an error": said(500, b"{}"),
    "a redirect": said(302, b"", location="http://127.0.0.1:1/"),
    "no JSON": said(200, b"<html>"),
    "no object": said(200, b"[]"),
    "too deep": said(200, b"[" * 100_000),
    "too long": said(200, b" " * (MAX_ANSWER + 1)),
    "no text": said(200, b"\xff\xfe{}"),
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("path", [CONFIGURATION, "/keys", "/token"])
def test_an_answer_that_is_none(there: Agency, path: str, name: str) -> None:
    door = there.door()
    there.raw[path] = BAD[name]
    if path == CONFIGURATION:
        assert down(lambda: door.asking(ATTEMPT))
        return
    answer = there.go(door.asking(ATTEMPT))
    with pytest.raises((Unavailable, Unauthenticated)) as caught:
        door.answered(ATTEMPT, answer, START)
    no = name == "no such page" and path == "/token"
    assert caught.value.code is (Code.TOKEN_UNKNOWN if no else Code.IDENTITY_PROVIDER)


@pytest.mark.parametrize("path", [CONFIGURATION, "/keys", "/token"])
def test_a_byte_now_and_then_is_not_waited_for(there: Agency, path: str) -> None:
    door = there.door(seconds=0.6)
    answer = {} if path == CONFIGURATION else there.go(door.asking(ATTEMPT))
    there.raw[path] = drip
    start = time.monotonic()
    assert down(lambda: door.asking(ATTEMPT) if path == CONFIGURATION else door.answered(ATTEMPT, answer, START))
    assert time.monotonic() - start < 5


def test_headers_without_an_end_are_not_waited_for(there: Agency) -> None:
    def slowly(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        try:
            for _ in range(600):
                handler.wfile.write(b"x: y\r\n")
                handler.wfile.flush()
                time.sleep(0.05)
        except OSError:
            return

    there.raw[CONFIGURATION] = slowly
    door = there.door(seconds=0.6)
    start = time.monotonic()
    assert down(lambda: door.asking(ATTEMPT))
    assert time.monotonic() - start < 5


def test_the_configuration_must_name_the_issuer_that_was_chosen(there: Agency) -> None:
    for wrong in ("https://evil.example", f"{there.issuer}/", None, 5):
        there.about = {"issuer": wrong}
        assert down(lambda: there.door().asking(ATTEMPT))


@pytest.mark.parametrize(
    "address",
    [
        "http://agency.example/authorize",
        "https://evil.example/authorize",
        "javascript:alert(1)",
        "//evil.example",
        "https:///x",
        "",
        None,
        5,
        "https://127.0.0.1/agency\r\nx",
    ],
)
def test_the_page_to_sign_in_is_the_issuers_own(there: Agency, address: object) -> None:
    there.about = {"authorization_endpoint": address}
    assert down(lambda: there.door().asking(ATTEMPT))


@pytest.mark.parametrize("name", ["token_endpoint", "jwks_uri"])
@pytest.mark.parametrize("address", ["http://agency.example/x", "file:///etc/passwd", "https://a.example/x#y", None])
def test_the_other_addresses_are_https(there: Agency, name: str, address: object) -> None:
    door = there.door()
    there.about = {name: address}
    assert down(lambda: door.answered(ATTEMPT, there.go(door.asking(ATTEMPT)), START))


def test_http_is_for_tests_alone(there: Agency) -> None:
    strict = HttpIdentityProvider(Client(there.issuer, CLIENT, "", BACK))
    assert down(lambda: strict.asking(ATTEMPT))


def test_the_configuration_is_asked_for_now_and_then_and_after_a_failure_not_at_once(there: Agency) -> None:
    door = there.door()
    for _ in range(3):
        door.asking(ATTEMPT)
    assert there.asked.count(CONFIGURATION) == 1
    there.raw[CONFIGURATION] = BAD["an error"]
    other = there.door()
    for _ in range(3):
        assert down(lambda: other.asking(ATTEMPT))
    assert there.asked.count(CONFIGURATION) == 2


def test_how_the_client_shows_its_secret(there: Agency) -> None:
    seen: list[tuple[str, str]] = []

    def note(handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers["content-length"])).decode()
        seen.append((handler.headers.get("authorization", ""), body))
        said(400, b"{}")(handler)

    for methods, secret in ((None, "s"), (["client_secret_post"], "s"), (None, "")):
        there.about = {"token_endpoint_auth_methods_supported": methods}
        door = there.door(secret=secret)
        answer = there.go(door.asking(ATTEMPT))
        there.raw["/token"] = note
        with pytest.raises(Unauthenticated):
            door.answered(ATTEMPT, answer, START)
    (basic, first), (post, second), (none, third) = seen
    assert basic.startswith("Basic ")
    assert "client_secret" not in first
    assert (post, none) == ("", "")
    assert "client_secret=s" in second
    assert "client_secret" not in third
    assert all("code_verifier=" + "v" * 43 in body for body in (first, second, third))


def test_certificates_that_cannot_be_read_stop_the_node(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate", encoding="utf-8")
    for path in (tmp_path / "ca.pem", tmp_path / "none.pem"):
        with pytest.raises(Unavailable) as caught:
            HttpIdentityProvider(Client("https://agency.example", CLIENT, "", BACK, path))
        assert caught.value.facts == {"at": "oidc_ca_file"}


def test_more_keys_than_anybody_has_are_not_tried(there: Agency) -> None:
    door = there.door()
    there.keys = [{**there.key.jwk, "kid": str(number)} for number in range(40)]
    there.header = {"kid": "39"}
    with pytest.raises(Unauthenticated):
        door.answered(ATTEMPT, there.go(door.asking(ATTEMPT)), START)
    there.header = {"kid": "9"}
    got = door.answered(ATTEMPT, there.go(door.asking(ATTEMPT)), START)
    assert json.loads(got.key) == there.key.jwk


def test_the_access_token_belongs_to_the_id_token(there: Agency) -> None:
    door = there.door()
    there.claims = {"at_hash": "b" * 22}
    with pytest.raises(Unauthenticated):
        door.answered(ATTEMPT, there.go(door.asking(ATTEMPT)), START + timedelta(seconds=1))
