"""Signing in and out: passkey, identity provider, one-use link. Who has neither is told whom to ask."""

from __future__ import annotations

from typing import Final

from starlette.responses import RedirectResponse, Response

from exchange.console.gate import COOKIE, DOOR, TONGUE, end_cookie, set_cookie
from exchange.console.page import Page
from exchange.console.visit import SEE_OTHER, Visit
from exchange.console.words import mark
from exchange.errors import Code, Forbidden, NotFound, Unauthenticated
from exchange.operations import enrolment, passkeys, sessions
from exchange.sentences import LANGUAGES

_TOKEN: Final = 200
"""Characters of a link's token at most."""
SAID: Final[dict[str, str]] = {
    "signed_out": mark("You are signed out. Close the browser window on a shared desk."),
    "passkey_added": mark("The passkey is added. From now on you sign in with it."),
    "passkey_removed": mark("The passkey is removed."),
}


def get_sign_in(visit: Visit) -> Response:
    """The entrance. Whoever is signed in goes on to work."""
    if visit.session is not None:
        return visit.to("/")
    options = ""
    if visit.node.passkeys is not None:
        with visit.read() as unit:
            options = passkeys.login_options(visit.node, unit, visit.door)
    return visit.page("signin/sign_in.html", options=options)


def post_sign_in(visit: Visit) -> Response:
    """With a passkey."""
    answer = visit.form.text("response")
    try:
        with visit.node.store.write() as unit:
            person = passkeys.login(visit.node, unit, answer, visit.door)
            token, _ = sessions.open_session(visit.node, unit, person.id, "passkey")
    except Unauthenticated as refused:
        visit.failed(refused)
        raise
    return welcome(token)


def get_enrol(visit: Visit) -> Response:
    """A one-use link was opened. Nothing is used up by looking: mail filters and previews open links too."""
    _nobody_here(visit)
    return visit.page("signin/enrol.html", token=_link(visit))


def post_enrol(visit: Visit) -> Response:
    """Uses the link up and signs in; the next page offers a passkey."""
    _nobody_here(visit)
    token = _link(visit)
    try:
        with visit.node.store.write() as unit:
            person = enrolment.redeem(visit.node, unit, token)
            cookie, _ = sessions.open_session(visit.node, unit, person.id, "link")
    except Unauthenticated as refused:
        visit.failed(refused)
        raise
    return welcome(cookie, "/passkeys")


def _nobody_here(visit: Visit) -> None:
    """Forbidden(SIGNED_IN) where somebody is: a link that was slipped to them must not change who acts at this desk."""
    if visit.session is not None:
        raise Forbidden(Code.SIGNED_IN)


def post_sign_out(visit: Visit) -> Response:
    """Ends the session at the node, then tells the browser to forget everything of this place."""
    if visit.session is None:
        return visit.to("/sign-in")
    with visit.node.store.write() as unit:
        sessions.close(visit.node, unit, visit.person, visit.session)
    response = visit.to("/sign-in", "signed_out")
    response.headers["clear-site-data"] = '"cache", "cookies", "storage"'
    end_cookie(response, COOKIE)
    return response


def get_passkeys(visit: Visit) -> Response:
    """One's own passkeys, and the form that adds one."""
    with visit.write() as unit:
        held = passkeys.list_of(unit, visit.person)
        options = ""
        if visit.node.passkeys is not None and visit.fresh:
            options = passkeys.registration_options(visit.node, unit, visit.person)
    return visit.page("signin/passkeys.html", held=held, options=options)


def post_passkey(visit: Visit) -> Response:
    """Adds one."""
    with visit.write() as unit:
        label = visit.form.text("label", limit=60)
        passkeys.register(visit.node, unit, visit.person, visit.form.text("response"), label)
    return visit.to("/passkeys", "passkey_added")


def post_passkey_removed(visit: Visit) -> Response:
    """Removes one."""
    with visit.write() as unit:
        passkeys.remove(visit.node, unit, visit.person, visit.form.text("credential", limit=1400))
    return visit.to("/passkeys", "passkey_removed")


def post_language(visit: Visit) -> Response:
    """A stranger's language, in a cookie."""
    response = visit.to("/sign-in")
    set_cookie(response, TONGUE, visit.form.choice("lang", LANGUAGES))
    return response


def welcome(token: str, path: str = "/") -> Response:
    """Signed in: a new token, whatever the browser held before (session fixation)."""
    response = RedirectResponse(path, SEE_OTHER)
    set_cookie(response, COOKIE, token)
    end_cookie(response, DOOR)
    return response


def entrance_again(visit: Visit) -> Response:
    """The entrance with what was refused; the same words whatever was wrong."""
    return get_sign_in(visit)


def _link(visit: Visit) -> str:
    token = str(visit.request.path_params["token"])
    if not 20 <= len(token) <= _TOKEN:
        raise NotFound
    return token


PAGES: Final[tuple[Page, ...]] = (
    Page("GET", "/sign-in", get_sign_in, entrance=True),
    Page("POST", "/sign-in", post_sign_in, entrance=True, again=entrance_again),
    Page("GET", "/enrol/{token}", get_enrol, entrance=True),
    Page("POST", "/enrol/{token}", post_enrol, entrance=True),
    Page("POST", "/language", post_language, entrance=True),
    Page("POST", "/sign-out", post_sign_out, entrance=True),
    Page("GET", "/passkeys", get_passkeys),
    Page("POST", "/passkeys", post_passkey, again=get_passkeys, fresh=True),
    Page("POST", "/passkeys/remove", post_passkey_removed, again=get_passkeys),
)
