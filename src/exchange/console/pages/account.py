"""What was disclosed of a record, to whom, when and under what."""

from __future__ import annotations

from typing import Final

from exchange.console.page import Page

SAID: Final[dict[str, str]] = {}
PAGES: Final[tuple[Page, ...]] = ()
