"""Pairs of records that may be of one person, as operations see them: part of `ports`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from exchange.model.matching import FoundPair, MatchDecision, Pair, Proposed
from exchange.model.records import Ref


class Matches(Protocol):
    """Candidates by mark are noted by the store as records come in, others by the worker; they and decisions go with
    either record."""

    def queue(self, state: str, after: FoundPair | None, limit: int) -> list[FoundPair]:
        """Those in this state (`open` or a decision), the newest first, behind `after`."""

    def pair(self, a: Ref, b: Ref) -> FoundPair | None:
        """In the order of `FoundPair`."""

    def set_state(self, a: Ref, b: Ref, state: str) -> None:
        """No error where the two are no candidates."""

    def propose(self, pairs: Sequence[Proposed], at: datetime) -> int:
        """Adds pairs that are not there, and returns how many. One of which a record changed, or is gone, is none."""

    def decide(self, decision: MatchDecision) -> None: ...

    def decision(self, id_: str, *, lock: bool) -> MatchDecision | None:
        """`lock` takes FOR UPDATE."""

    def history(self, pair: Pair) -> list[MatchDecision]:
        """Oldest first, with those that were undone."""

    def undo(self, id_: str, person: str, at: datetime) -> None:
        """Once: Conflict when it was undone. NotFound."""
