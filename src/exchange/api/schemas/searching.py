"""Searches as JSON. A question is a body, never a part of an address: addresses end up in logs."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from exchange.api.schemas import Cursor, In, Limit, Out
from exchange.api.schemas.records import KindName, VersionOut


class SearchIn(In):
    """Words that must all be there: parts of names and places, numbers, years of birth, an id."""

    text: Annotated[str, Field(min_length=1, max_length=200)]
    kinds: Annotated[list[KindName] | None, Field(min_length=1, max_length=7)] = None
    """Only these; all of them without it."""
    held: Literal["own", "received", "all"] = "all"
    after: Cursor | None = None
    limit: Limit = 50


class TitleOut(Out):
    """What a record is called: each text in its own direction."""

    original: str
    latin: str
    script: str
    lang: str | None
    code: str | None


class FoundLineOut(VersionOut):
    kind: str
    held: str
    sender: str | None
    title: TitleOut
    changed_at: str
    tlp: str | None
    matched: list[str]


class SearchOut(Out):
    """A page, newest first. `complete` is false while some records are not in the index yet."""

    items: list[FoundLineOut]
    next: str | None
    complete: bool
