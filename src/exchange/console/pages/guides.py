"""Help: one page for everybody and one for each role, to read at a desk or to print. Nothing in it is secret."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from exchange.console.page import Page
from exchange.console.visit import Visit
from exchange.errors import NotFound
from exchange.operations.permissions import ROLES

SAID: Final[dict[str, str]] = {}


def get_help(visit: Visit) -> Response:
    """What this is, how to sign in, keys, words; whoever is signed in also finds their role's page."""
    return visit.page("guides/help.html", roles=list(ROLES))


def get_role(visit: Visit) -> Response:
    """What one role does here."""
    role = str(visit.request.path_params["role"])
    if role not in ROLES:
        raise NotFound
    return visit.page("guides/role.html", role=role, roles=list(ROLES))


PAGES: Final[tuple[Page, ...]] = (
    Page("GET", "/help", get_help, entrance=True),
    Page("GET", "/help/{role}", get_role),
)
