"""Pairs and decisions of the store in memory. Pairs are looked for whenever the queue is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from exchange.errors import Code, Conflict, NotFound
from exchange.model.matching import OPEN, FoundPair, MatchDecision, Pair, Proposed
from exchange.model.records import Ref
from exchange.model.terms import marks
from tests.operations.fake_identities import Identities
from tests.operations.fake_rows import Rows
from tests.operations.fake_search import Search

_LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


class Matches:
    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def queue(self, state: str, after: FoundPair | None, limit: int) -> list[FoundPair]:
        found = [each for each in self._pairs() if each.state == state]
        places = [(each.a, each.b) for each in found]
        start = 0 if after is None else places.index((after.a, after.b)) + 1
        return found[start : start + limit]

    def pair(self, a: Ref, b: Ref) -> FoundPair | None:
        return next((each for each in self._pairs() if (each.a, each.b) == (a, b)), None)

    def set_state(self, a: Ref, b: Ref, state: str) -> None:
        self._rows.pair_states[a, b] = state

    def propose(self, pairs: Sequence[Proposed], at: datetime) -> int:
        del at
        there = {(each.a, each.b) for each in self._pairs()}
        every = set(Identities(self._rows).every())
        kept = [pair for pair in pairs if {pair.a, pair.b} <= every]
        new = {(pair.a.place.ref, pair.b.place.ref): (pair.a.doc, pair.b.doc) for pair in kept}
        for pair in kept:
            if pair.state != OPEN:
                self._rows.pair_states.setdefault((pair.a.place.ref, pair.b.place.ref), pair.state)
        self._rows.proposed |= new
        return len(new.keys() - there)

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
        marked = [
            (a.ref, b.ref) for a in own for b in theirs if set(marks(a.kind, a.claims)) & set(marks(b.kind, b.claims))
        ]
        now = {each.place.ref: each.doc for each in Identities(self._rows).every()}
        state, changed = self._rows.pair_states, self._rows.changed
        alike = [
            pair
            for pair, docs in self._rows.proposed.items()
            if pair[0] in now and pair[1] in now
            if state.get(pair, OPEN) != OPEN or docs == (now[pair[0]], now[pair[1]])
        ]
        return [
            FoundPair(a, b, changed.get(a) or changed.get(b) or _LONG_AGO, state.get((a, b), OPEN))
            for a, b in dict.fromkeys([*marked, *alike])
        ]
