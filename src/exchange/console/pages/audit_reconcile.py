"""Comes next."""

from __future__ import annotations

from typing import Final

from exchange.console.page import Page

SAID: Final[dict[str, str]] = {}
PAGES: Final[tuple[Page, ...]] = ()
