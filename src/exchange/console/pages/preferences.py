"""What a person chose for themselves: language, colours, digits, calendar, density, single-key shortcuts."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from starlette.responses import Response

from exchange.console.page import Page
from exchange.console.visit import Visit
from exchange.console.words import mark
from exchange.model.sessions import Preferences
from exchange.operations import preferences
from exchange.sentences import LANGUAGES

THEMES: Final = ("auto", "light", "dark")
DIGITS: Final = ("latn", "arab")
CALENDARS: Final = ("gregorian", "both")
DENSITIES: Final = ("default", "compact")
SAID: Final[dict[str, str]] = {"kept": mark("Your choices are kept.")}


def get_preferences(visit: Visit) -> Response:
    """The form."""
    return visit.page("preferences.html")


def post_preferences(visit: Visit) -> Response:
    """Keeps them at the node, so that they are the same at every desk."""
    form = visit.form
    chosen = Preferences(
        lang=form.choice("lang", LANGUAGES),
        theme=form.choice("theme", THEMES),
        digits=form.choice("digits", DIGITS),
        calendar=form.choice("calendar", CALENDARS),
        density=form.choice("density", DENSITIES),
        keys=form.ticked("keys"),
    )
    _keep(visit, chosen)
    return visit.to("/preferences", "kept")


def post_tongue(visit: Visit) -> Response:
    """The language alone, from the head of every page."""
    _keep(visit, replace(visit.wanted, lang=visit.form.choice("lang", LANGUAGES)))
    return visit.to(_back(visit))


def post_theme(visit: Visit) -> Response:
    """The colours alone."""
    _keep(visit, replace(visit.wanted, theme=visit.form.choice("theme", THEMES)))
    return visit.to(_back(visit))


def _keep(visit: Visit, chosen: Preferences) -> None:
    with visit.write() as unit:
        preferences.keep(visit.node, unit, visit.person, chosen)


def _back(visit: Visit) -> str:
    """The page that the form stood on: a path of ours, never another host."""
    path = visit.form.text("from", limit=400, needed=False)
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/"


PAGES: Final[tuple[Page, ...]] = (
    Page("GET", "/preferences", get_preferences),
    Page("POST", "/preferences", post_preferences, again=get_preferences),
    Page("POST", "/preferences/language", post_tongue),
    Page("POST", "/preferences/theme", post_theme),
)
