"""Who may see a page: same origin, CSRF token, session, role; in this order. Cookies are made and ended here.

A session is a row at the node; the cookie is 256 random bits. A form must come from our own page (Sec-Fetch-Site or
Origin) and hold its token. Before somebody is signed in, the token is that of a second cookie (login CSRF).
Source: OWASP ASVS 5.0 V3, V7; Fetch Metadata.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import replace
from datetime import timedelta
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from exchange.api.auth import Caller, Gates
from exchange.api.language import language
from exchange.console.forms import Form
from exchange.console.page import Page
from exchange.console.place import Place
from exchange.console.visit import SEE_OTHER, Visit
from exchange.errors import BadInput, Code, ExchangeError, Forbidden, Unauthenticated
from exchange.model.sessions import ConsoleSession, Preferences
from exchange.model.state import Person
from exchange.operations import preferences, sessions
from exchange.operations.clock import safe_now
from exchange.operations.permissions import require
from exchange.ports import Node
from exchange.sentences import LANGUAGES

COOKIE: Final = "__Host-exchange"
DOOR: Final = "__Host-door"
"""Holds the token of forms that people without a session fill in."""
TONGUE: Final = "__Host-lang"
TOUCH: Final = timedelta(seconds=60)
ROTATE: Final = timedelta(hours=1)
ENTRANCE: Final = "/sign-in"


class Gate:
    """The gate of one console."""

    def __init__(self, node: Node, place: Place, gates: Gates, pages: tuple[Page, ...]) -> None:
        self._pages = pages
        self._node = node
        self._place = place
        self._gates = gates

    def admit(self, page: Page, request: Request, form: object) -> Visit | Response:
        """The visit, or where somebody without a session is led. Forbidden, BadInput(FORM_EXPIRED).

        `form` None: its body was not read yet, and its token is looked at later.
        """
        fields = form if isinstance(form, Form) else Form()
        visit = replace(self._visit(request), form=fields)
        if not page.entrance and visit.session is None:
            return RedirectResponse(ENTRANCE, SEE_OTHER)
        if page.method == "POST":
            self._from_our_page(request, visit, token=form is not None)
        if page.entrance:
            return visit
        if page.permission is not None:
            try:
                require(visit.person, page.permission)
            except Forbidden as refused:
                self._gates.refusals.note(visit.person, refused.code, page.permission.value)
                raise
        return visit

    def stranger(self, request: Request) -> Visit:
        """For an error page: who it is, if that can be said."""
        return self._visit(request)

    def keep(self, visit: Visit, response: Response) -> Response:
        """Moves the idle limit of the session, gives an old one a new token, and gives strangers their form token."""
        session = visit.session
        if session is None:
            if DOOR not in visit.request.cookies:
                set_cookie(response, DOOR, visit.door)
            return response
        now = self._node.clock.now()
        if "set-cookie" in response.headers or now - session.seen_at < TOUCH:
            return response
        try:
            with self._node.store.write() as unit:
                if visit.request.method != "GET" or now - session.created_at < ROTATE:
                    sessions.touch(self._node, unit, session)
                    return response
                token, _ = sessions.rotate(self._node, unit, session)
        except ExchangeError:
            return response  # another tab was first, or the database is busy: what was done stays told
        set_cookie(response, COOKIE, token)
        return response

    def _visit(self, request: Request) -> Visit:
        session, person = self._session(request)
        if session is None or person is None:
            lang = _tongue(request)
            return self._of(request, Preferences(lang=lang))
        with self._node.store.read() as unit:
            wanted = preferences.of(unit, person.id)
        return replace(self._of(request, wanted), session=session, caller=Caller(person=person))

    def _of(self, request: Request, wanted: Preferences) -> Visit:
        return Visit(
            self._node,
            self._place,
            request,
            wanted.lang,
            wanted,
            pages=self._pages,
            failed=self._gates.failed,
            door=request.cookies.get(DOOR) or secrets.token_urlsafe(24),
        )

    def _session(self, request: Request) -> tuple[ConsoleSession | None, Person | None]:
        token = request.cookies.get(COOKIE)
        if token is None:
            return None, None
        try:
            with self._node.store.read() as unit:
                safe_now(self._node, unit)
                person, session = sessions.resume(self._node, unit, token)
        except Unauthenticated:
            return None, None
        return session, person

    def _from_our_page(self, request: Request, visit: Visit, *, token: bool) -> None:
        site = request.headers.get("sec-fetch-site", "same-origin")
        origin = request.headers.get("origin", "null")
        given = visit.form.typed("csrf")
        expected = visit.session.csrf if visit.session is not None else request.cookies.get(DOOR, "")
        fits = bool(expected) and hmac.compare_digest(given.encode(), expected.encode())
        if (
            site != "same-origin"
            or origin not in ("null", f"https://{request.headers['host']}")
            or (token and not fits)
        ):
            raise BadInput(Code.FORM_EXPIRED)


def set_cookie(response: Response, name: str, value: str) -> None:
    """A cookie of this host alone, unseen by scripts, for as long as the browser window is open.

    Lax, so that it comes along when the identity provider leads back here; forms hold a token of their own.
    """
    response.set_cookie(name, value, secure=True, httponly=True, samesite="lax", path="/")


def end_cookie(response: Response, name: str) -> None:
    """Tells the browser to forget it."""
    response.delete_cookie(name, secure=True, httponly=True, samesite="lax", path="/")


def _tongue(request: Request) -> str:
    """The language that a stranger chose, or that the browser asks for."""
    chosen = request.cookies.get(TONGUE, "")
    return chosen if chosen in LANGUAGES else language(request.headers.get("accept-language", ""))
