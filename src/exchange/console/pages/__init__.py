"""Every page of the console, area by area. An area is one file: its handlers, its `PAGES`, what they say (`SAID`)."""

from __future__ import annotations

from typing import Final

from exchange.console.page import Page
from exchange.console.pages import (
    account,
    agreements,
    amend,
    audit,
    blinded,
    entry,
    guides,
    home,
    inbox,
    matching,
    network,
    node,
    papers,
    partners,
    people,
    places,
    preferences,
    previews,
    provider,
    recalls,
    records,
    releases,
    requests,
    search,
    signin,
    timeline,
)
from exchange.console.said import SAID

_AREAS: Final = (
    home,
    signin,
    provider,
    preferences,
    inbox,
    records,
    search,
    entry,
    amend,
    timeline,
    matching,
    blinded,
    previews,
    releases,
    recalls,
    requests,
    account,
    network,
    places,
    agreements,
    partners,
    audit,
    people,
    node,
    papers,
    guides,
)
PAGES: Final[tuple[Page, ...]] = tuple(page for area in _AREAS for page in area.PAGES)
for _area in _AREAS:
    SAID.update(_area.SAID)
