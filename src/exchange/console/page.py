"""The one way to declare a page: address, handler, permission, place in the navigation. Nothing else is reachable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response

from exchange.operations.permissions import Permission

Handler = Callable[[Any], Response]
"""Takes a `Visit`, which knows pages and so cannot be named here."""
UPLOAD: Final = 64 << 20
"""Bytes of a form with a file, where a page takes one."""


GROUPS: Final = ("Work", "Find", "Agreements and partners", "Audit", "Node")
"""Groups of the navigation, in their order, whatever a role may open of them."""


@dataclass(frozen=True, slots=True)
class Nav:
    """A line of the navigation: msgids of its group (one of `GROUPS`) and its label, and its order inside the group."""

    group: str
    label: str
    order: int = 50


@dataclass(frozen=True, slots=True)
class Page:
    """One page or form.

    `permission` None: whoever has a session. `entrance`: for people without one. `again`: the page that shows a form
    once more, with what was typed and the error above it, when the handler of the form refuses.
    """

    method: str
    path: str
    handler: Handler
    permission: Permission | None = None
    entrance: bool = False
    again: Handler | None = None
    nav: Nav | None = None
    upload: bool = False
    fresh: bool = False
    """Whether the person must have signed in a moment ago: what a desk that was left open must not do."""
    step_up: bool = False
    """Whether the form asks for a fresh proof of who acts, which its handler checks."""

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"
