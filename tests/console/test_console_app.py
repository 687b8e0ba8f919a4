"""The application around the pages: what nobody expected, pages declared twice, which listener answers what."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from exchange.console.app import Console, beside
from exchange.console.gate import COOKIE
from exchange.console.page import Page
from exchange.console.pages import PAGES
from exchange.console.place import Place
from exchange.console.visit import Visit
from exchange.errors import Code, Forbidden
from exchange.operations import sessions
from tests.console.kit import Consoles
from tests.invariants import entries

SECRET = "Specimen whose name must stay here"


def asked(
    shared: Consoles, handler: Callable[[Visit], Response], again: Callable[[Visit], Response] | None = None
) -> httpx.Response:
    """The answer to one page of our own making."""
    state = shared.states["DZ"]
    console = Console(state.node, Place("DZ", "https://localhost"), [Page("GET", "/x", handler, again=again)])
    with state.node.store.write() as unit:
        token, _ = sessions.open_session(state.node, unit, state.staff.officer.id, "passkey")

    async def get() -> httpx.Response:
        transport = httpx.ASGITransport(app=console.app)
        async with httpx.AsyncClient(transport=transport, base_url="https://localhost") as client:
            return await client.get("/x", headers={"cookie": f"{COOKIE}={token}"})

    return asyncio.run(get())


def test_what_nobody_expected_is_a_page_and_its_text_is_nowhere(
    shared: Consoles, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(_visit: Visit) -> Response:
        raise RuntimeError(SECRET)

    with caplog.at_level(logging.DEBUG):
        answer = asked(shared, breaks)
    assert answer.status_code == 500
    assert "UNEXPECTED" in answer.text
    assert SECRET not in answer.text + caplog.text
    assert "type=RuntimeError" in caplog.text


def test_a_rule_that_refuses_is_a_ledger_entry(shared: Consoles) -> None:
    def refuses(_visit: Visit) -> Response:
        raise Forbidden(Code.SELF_APPROVAL)

    answer = asked(shared, refuses)
    assert answer.status_code == 403
    denied = entries(shared.states["DZ"].node, "access.denied")
    assert [each["code"] for each in denied][-1] == "SELF_APPROVAL"


def test_a_refused_form_comes_back_with_the_status_of_the_refusal(shared: Consoles) -> None:
    def refuses(_visit: Visit) -> Response:
        raise Forbidden(Code.SELF_APPROVAL)

    def form(visit: Visit) -> Response:
        return visit.page("preferences.html")

    answer = asked(shared, refuses, form)
    assert (answer.status_code, 'role="alert"' in answer.text) == (403, True)


def test_where_even_the_form_cannot_be_shown_the_error_is(shared: Consoles) -> None:
    def refuses(_visit: Visit) -> Response:
        raise Forbidden(Code.SELF_APPROVAL)

    answer = asked(shared, refuses, refuses)
    assert (answer.status_code, "SELF_APPROVAL" in answer.text) == (403, True)


def test_a_page_is_declared_once(shared: Consoles) -> None:
    node = shared.states["DZ"].node
    with pytest.raises(ValueError, match="twice"):
        Console(node, Place("DZ", "https://localhost"), [PAGES[0], replace(PAGES[0])])


def test_every_page_has_its_permission_or_is_open_to_everybody_on_purpose() -> None:
    free = {page.path for page in PAGES if page.permission is None and not page.entrance}
    assert free <= {
        *("/", "/preferences", "/preferences/language", "/preferences/theme"),
        *("/passkeys", "/passkeys/remove", "/help/{role}", "/help/guides/{role}/{lang}"),
    }


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("/v1/records", "api"),
        ("/healthz", "api"),
        ("/readyz", "api"),
        ("/", "console"),
        ("/v1", "console"),
        ("/v10/", "console"),
    ],
)
def test_machines_go_to_the_api_and_people_to_the_console(path: str, to: str) -> None:
    seen: list[str] = []

    def named(name: str) -> ASGIApp:
        async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
            seen.append(name)

        return app

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(_message: Message) -> None:
        return None

    asyncio.run(_run(beside(named("api"), named("console")), {"type": "http", "path": path}, receive, send))
    assert seen == [to]


async def _run(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    await app(scope, receive, send)
