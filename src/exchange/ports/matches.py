"""Pairs of records that may be of one person, as operations see them: part of `ports`."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from exchange.model.matching import FoundPair, MatchDecision, Pair
from exchange.model.records import Ref


class Matches(Protocol):
    """Candidates are noted by the store as records come in; both they and decisions go with either record."""

    def queue(self, state: str, after: FoundPair | None, limit: int) -> list[FoundPair]:
        """Those in this state (`open` or a decision), the newest first, behind `after`."""

    def pair(self, own: Ref, received: Ref) -> FoundPair | None: ...

    def set_state(self, own: Ref, received: Ref, state: str) -> None:
        """No error where the two are no candidates."""

    def decide(self, decision: MatchDecision) -> None: ...

    def decision(self, id_: str, *, lock: bool) -> MatchDecision | None:
        """`lock` takes FOR UPDATE."""

    def history(self, pair: Pair) -> list[MatchDecision]:
        """Oldest first, with those that were undone."""

    def undo(self, id_: str, person: str, at: datetime) -> None:
        """Once: Conflict when it was undone. NotFound."""
