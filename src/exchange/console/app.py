"""Builds the console of a node: pages behind their gates, files, and the frame around both.

A request passes: frame (hosts, headers, size) -> page found -> session -> same origin -> role -> form read -> CSRF ->
handler in a thread. Whatever a handler refuses becomes a page in the reader's language. Design: console.md.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from functools import partial

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from exchange.api.asgi import MAX_BODY, Frame
from exchange.api.auth import Gates
from exchange.api.problems import log_unexpected, status_of
from exchange.console.gate import Gate
from exchange.console.page import UPLOAD, Page
from exchange.console.pages import PAGES
from exchange.console.pages.errors import error_page
from exchange.console.place import Place
from exchange.console.reading import read_form
from exchange.console.security import ALWAYS, KNOWN
from exchange.console.statics import PREFIX, statics
from exchange.console.visit import Visit
from exchange.errors import Code, ExchangeError, Forbidden, NotFound
from exchange.operations.lookups import NO_PERMISSION
from exchange.ports import Node

FORBIDDEN = 403


class Console:
    """The pages of one node, as an ASGI application inside its frame."""

    def __init__(self, node: Node, place: Place, pages: Iterable[Page] = PAGES) -> None:
        self.pages = tuple(pages)
        self._gates = Gates(node)
        self._gate = Gate(node, place, self._gates, self.pages)
        names = [page.name for page in self.pages]
        if len(set(names)) != len(names):
            raise ValueError("a page is declared twice")
        routes = [Route(page.path, self._endpoint(page), methods=[page.method], name=page.name) for page in self.pages]
        self.app = Starlette(routes=[Mount(PREFIX.rstrip("/"), app=_files), *routes])
        self.app.router.redirect_slashes = False
        self.app.add_exception_handler(HTTPException, self._http)
        self.app.add_exception_handler(ExchangeError, self._refused)

    def _endpoint(self, page: Page) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            if page.method != "POST":
                return await self._gates.in_thread(self._work, page, request, None)
            # Who it is comes first: nobody's body is read whom the page would refuse.
            admitted = await self._gates.in_thread(self._gate.admit, page, request, None)
            if isinstance(admitted, Response):
                return admitted
            form = await read_form(request, UPLOAD if page.upload else MAX_BODY)
            return await self._gates.in_thread(self._work, page, request, form)

        return endpoint

    def _work(self, page: Page, request: Request, form: object) -> Response:
        visit = self._gate.admit(page, request, form)
        if isinstance(visit, Response):
            return visit
        return self._gate.keep(visit, self._handled(page, visit))

    def _handled(self, page: Page, visit: Visit) -> Response:
        try:
            if page.fresh and not visit.fresh:
                raise Forbidden(Code.SIGN_IN_STALE)
            return page.handler(visit)
        except ExchangeError as refused:
            self._note(visit, refused)
            if page.again is None or isinstance(refused, NotFound):
                return error_page(visit, refused)
            return self._again(page.again, visit, refused)
        except Exception as unexpected:
            # Its type and the number of the request are logged; a message may quote what was submitted (T-03).
            log_unexpected(visit.request, unexpected)
            return error_page(visit, ExchangeError(Code.UNEXPECTED))

    def _again(self, again: Callable[[Visit], Response], visit: Visit, refused: ExchangeError) -> Response:
        """The form once more, with what was typed. Where even that cannot be shown, the error alone."""
        try:
            response = again(visit.faulted(refused))
        except ExchangeError as worse:
            return error_page(visit, worse)
        if response.status_code < 300:
            response.status_code = status_of(refused)
        return response

    def _note(self, visit: Visit, refused: ExchangeError) -> None:
        """That a person was refused by a rule, or a passkey that they showed, is a ledger entry."""
        if visit.caller.person is not None and (isinstance(refused, Forbidden) or refused.code is Code.PASSKEY_REFUSED):
            self._gates.refusals.note(visit.caller.person, refused.code, NO_PERMISSION)

    async def _http(self, request: Request, fault: Exception) -> Response:
        status = fault.status_code if isinstance(fault, HTTPException) else 500
        code = {404: Code.NOT_FOUND, 405: Code.METHOD_NOT_ALLOWED}.get(status, Code.UNEXPECTED)
        refused = NotFound() if code is Code.NOT_FOUND else ExchangeError(code)
        return await self._gates.in_thread(self._error, request, refused)

    async def _refused(self, request: Request, fault: Exception) -> Response:
        known = fault if isinstance(fault, ExchangeError) else ExchangeError(Code.UNEXPECTED)
        return await self._gates.in_thread(self._error, request, known)

    def _error(self, request: Request, refused: ExchangeError) -> Response:
        return error_page(self._gate.stranger(request), refused)


def console_app(node: Node, place: Place, *, hosts: Iterable[str]) -> ASGIApp:
    """The console behind its frame. `hosts`: names under which it may be addressed, without port."""
    console = Console(node, place)
    larger = {page.path: UPLOAD for page in console.pages if page.upload and "{" not in page.path}
    return Frame(console.app, frozenset(host.lower() for host in hosts), larger, KNOWN, ALWAYS)


def beside(api: ASGIApp, console: ASGIApp) -> ASGIApp:
    """One listener for both: what begins with /v1, or is asked by machines, goes to the API."""

    async def either(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        machine = path.startswith("/v1/") or path in API_ROOTS
        await (api if machine else console)(scope, receive, send)

    return either


API_ROOTS = frozenset({"/healthz", "/readyz", "/metrics", "/openapi.json"})


async def _files(scope: Scope, receive: Receive, send: Send) -> None:
    request = Request(scope)
    await partial(statics().answer, request)()(scope, receive, send)
