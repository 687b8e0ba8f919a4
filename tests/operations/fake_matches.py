"""Pairs and decisions of the store in memory. Pairs are looked for whenever the queue is read."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from exchange.errors import Code, Conflict, NotFound
from exchange.model.matching import OPEN, FoundPair, MatchDecision, Pair
from exchange.model.records import Ref
from exchange.model.terms import marks
from tests.operations.fake_rows import Rows
from tests.operations.fake_search import Search


class Matches:
    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def queue(self, state: str, after: FoundPair | None, limit: int) -> list[FoundPair]:
        found = [each for each in self._pairs() if each.state == state]
        places = [(each.own, each.received) for each in found]
        start = 0 if after is None else places.index((after.own, after.received)) + 1
        return found[start : start + limit]

    def pair(self, own: Ref, received: Ref) -> FoundPair | None:
        return next((each for each in self._pairs() if (each.own, each.received) == (own, received)), None)

    def set_state(self, own: Ref, received: Ref, state: str) -> None:
        self._rows.pair_states[own, received] = state

    def decide(self, decision: MatchDecision) -> None:
        self._rows.match_decisions[decision.id] = decision

    def decision(self, id_: str, *, lock: bool) -> MatchDecision | None:
        del lock
        return self._rows.match_decisions.get(id_)

    def history(self, pair: Pair) -> list[MatchDecision]:
        return [each for each in self._rows.match_decisions.values() if each.pair == pair]

    def undo(self, id_: str, person: str, at: datetime) -> None:
        known = self._rows.match_decisions.get(id_)
        if known is None:
            raise NotFound(at="decision")
        if known.undone_at is not None:
            raise Conflict(Code.ALREADY_EXISTS, at="decision")
        self._rows.match_decisions[id_] = replace(known, undone_by=person, undone_at=at)

    def _pairs(self) -> list[FoundPair]:
        every = list(Search(self._rows).newest())
        own = [each for held, each in every if held == "own"]
        theirs = [each for held, each in every if held == "received"]
        state = self._rows.pair_states
        return [
            FoundPair(a.ref, b.ref, self._rows.changed[a.ref], state.get((a.ref, b.ref), OPEN))
            for a in own
            for b in theirs
            if set(marks(a.kind, a.claims)) & set(marks(b.kind, b.claims))
        ]
