"""The first page: what waits for this person, and one line on how the node is."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from exchange.console.page import Nav, Page
from exchange.console.visit import Visit
from exchange.console.words import mark

SAID: Final[dict[str, str]] = {}


def get_home(visit: Visit) -> Response:
    """Links to the day's work of this role."""
    return visit.page("home.html")


PAGES: Final[tuple[Page, ...]] = (Page("GET", "/", get_home, nav=Nav(mark("Work"), mark("Home"), 0)),)
