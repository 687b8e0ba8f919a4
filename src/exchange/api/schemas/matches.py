"""Candidates and decisions about two records as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from exchange.api.schemas import In, Out, Page, PageOut, RefOut
from exchange.api.schemas.records import Claims, KindName
from exchange.api.schemas.searching import FoundLineOut

Decision = Literal["same", "different", "unsure"]


class MatchesQuery(Page):
    state: Literal["open", "same", "different", "unsure"] = "open"


class DecisionIn(In):
    """What one person decides about two records. The note stays here."""

    decision: Decision
    note: Annotated[str, Field(max_length=2000)] = ""


class DecisionOut(Out):
    id: str
    decision: str
    person: str
    at: str
    note: str
    undone_by: str | None
    undone_at: str | None


class FieldRowOut(Out):
    """One path of both: values as in their claims, and whether they agree as they are compared."""

    path: str
    a: Sequence[object]
    b: Sequence[object]
    mark: str


class MatchOut(Out):
    """An own record against a received one. `score` comes with matching."""

    own: FoundLineOut
    received: FoundLineOut
    state: str
    found_at: str
    reasons: list[str]
    score: None


class MatchesOut(PageOut):
    items: list[MatchOut]


class SideBySideOut(Out):
    """Both records field by field, and every decision about them, oldest first."""

    a: FoundLineOut
    b: FoundLineOut
    state: str
    reasons: list[str]
    score: None
    fields: list[FieldRowOut]
    decisions: list[DecisionOut]


class CandidateOut(RefOut):
    """The record that was asked about, or the draft, is `a` of `fields`."""

    line: FoundLineOut
    reasons: list[str]
    score: None
    fields: list[FieldRowOut]


class CandidatesOut(Out):
    items: list[CandidateOut]


class SuggestIn(In):
    """A draft, before it is deposited."""

    kind: KindName
    claims: Claims
