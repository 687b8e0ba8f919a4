"""Searches as JSON. A question is a body, never a part of an address: addresses end up in logs."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from exchange.api.schemas import Cursor, In, Limit, Out
from exchange.api.schemas.records import KindName, VersionOut

Day = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]


class SearchIn(In):
    """Words that must all be there: parts of names and places, numbers, years of birth, an id."""

    text: Annotated[str, Field(min_length=1, max_length=200)]
    kinds: Annotated[list[KindName] | None, Field(min_length=1, max_length=7)] = None
    """Only these; all of them without it."""
    held: Literal["own", "received", "all"] = "all"
    nationality: Country | None = None
    theatre: Country | None = None
    group: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    since: Day | None = None
    """Issued here or received on this day (UTC) or later; `until` likewise."""
    until: Day | None = None
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


class SimilarOut(Out):
    """A person that sounds like the question, and how probable it is that the name is this person's."""

    line: FoundLineOut
    probability: float


class SearchOut(Out):
    """A page, newest first. `complete` is false while some records are not in the index yet. `similar` comes with the
    first page, the most probable first; `compared` is false while some persons are not among them yet."""

    items: list[FoundLineOut]
    next: str | None
    complete: bool
    similar: list[SimilarOut]
    compared: bool
