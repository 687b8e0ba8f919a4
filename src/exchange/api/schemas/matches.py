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


class AlignedOut(Out):
    """One line of the alignment; a word of one side only has an empty other. `consonants`: 0 for one skeleton."""

    a: str
    b: str
    consonants: float
    vowels: float
    nats: float


class ContributionOut(Out):
    """Evidence of one kind: above 0 it speaks for one person."""

    group: str
    nats: float


class ScoreOut(Out):
    """How alike two persons are (docs/spec/names.md, 5): the best pair of names and everything beside them. The
    contributions add up to `nats`. Null for what is no person, or has no name."""

    probability: float
    threshold: float
    alike: bool
    nats: float
    name_a: str
    name_b: str
    alignment: list[AlignedOut]
    birth: str
    contributions: list[ContributionOut]
    kunya_only: bool


class MatchOut(Out):
    """Two records that wait for a person; `a` is ours where one of them is."""

    a: FoundLineOut
    b: FoundLineOut
    state: str
    found_at: str
    reasons: list[str]
    score: ScoreOut | None


class MatchesOut(PageOut):
    items: list[MatchOut]


class SideBySideOut(Out):
    """Both records field by field, and every decision about them, oldest first."""

    a: FoundLineOut
    b: FoundLineOut
    state: str
    reasons: list[str]
    score: ScoreOut | None
    fields: list[FieldRowOut]
    decisions: list[DecisionOut]


class CandidateOut(RefOut):
    """The record that was asked about, or the draft, is `a` of `fields`."""

    line: FoundLineOut
    reasons: list[str]
    score: ScoreOut | None
    fields: list[FieldRowOut]


class CandidatesOut(Out):
    items: list[CandidateOut]


class SuggestIn(In):
    """A draft, before it is deposited."""

    kind: KindName
    claims: Claims
