"""Signing in at the agency's identity provider, and proving there once more who approves."""

from __future__ import annotations

from typing import Final

from starlette.responses import RedirectResponse, Response

from exchange.console.gate import end_cookie, set_cookie
from exchange.console.page import Page
from exchange.console.pages.errors import error_page
from exchange.console.pages.signin import entrance_again, welcome
from exchange.console.visit import SEE_OTHER, Visit
from exchange.console.words import mark
from exchange.errors import Code, Forbidden, Unauthenticated
from exchange.operations import oidc, sessions
from exchange.operations.permissions import Permission

STATE: Final = "__Host-oidc"
SAID: Final[dict[str, str]] = {
    "confirmed_there": mark("You confirmed it at your identity provider. Now approve, within five minutes."),
}
_ANSWER: Final = ("state", "code", "iss", "error")
"""What of the provider's answer is looked at."""
_LONG: Final = 4000
"""Characters of each."""


def get_provider(visit: Visit) -> Response:
    """To the provider, to sign in."""
    return _away(*oidc.begin(visit.node, step_up=None, person=None))


def post_step_up(visit: Visit) -> Response:
    """To the provider, to confirm the digest that the page showed."""
    asked = (visit.part("release"), visit.form.text("digest", limit=64))
    return _away(*oidc.begin(visit.node, step_up=asked, person=visit.person.id))


def get_back(visit: Visit) -> Response:
    """Back from there: signed in, or confirmed."""
    state = visit.request.cookies.get(STATE, "")
    query = {name: said for name in _ANSWER if (said := visit.asked(name, limit=_LONG))}
    try:
        found = oidc.finish(visit.node, state, query)
        if found.step_up is not None:
            response = visit.to(f"/releases/{found.step_up[0]}/approve", "confirmed_there")
        else:
            with visit.node.store.write() as unit:
                token, _ = sessions.open_session(visit.node, unit, found.person.id, "oidc")
            response = welcome(token)
    except Unauthenticated as refused:
        visit.failed(refused)
        if visit.session is not None:
            raise Forbidden(Code.NOT_ATTESTED) from None
        raise
    end_cookie(response, STATE)
    return response


def back_again(visit: Visit) -> Response:
    """Strangers are at the entrance again, with what went wrong; who is signed in reads that alone."""
    if visit.session is not None and visit.fault is not None:
        return error_page(visit, visit.fault)
    return entrance_again(visit)


def _away(address: str, state: str) -> Response:
    response = RedirectResponse(address, SEE_OTHER)
    set_cookie(response, STATE, state)
    return response


PAGES: Final[tuple[Page, ...]] = (
    Page("GET", "/sign-in/provider", get_provider, entrance=True, again=back_again),
    Page("GET", "/sign-in/provider/back", get_back, entrance=True, again=back_again),
    Page("POST", "/releases/{release}/step-up", post_step_up, Permission.RELEASE_APPROVE),
)
