"""Whether two records are of one person or thing is decided by a person, with both side by side, and can be taken back.

A decision changes neither record and merges nothing. It is kept with its note until one of the records is destroyed; in
the ledger stand the two blinded references and the decision, no name and no note. The newest that stands counts.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from exchange.crypto.encoding import b64
from exchange.errors import BadInput, Code, NotFound
from exchange.ledger.entries import entry
from exchange.model.compare import FieldRow, compare, reasons
from exchange.model.found import Place
from exchange.model.matching import DECISIONS, OPEN, FoundPair, MatchDecision, Pair, pair_of, shown_as
from exchange.model.records import Ref
from exchange.model.state import Person
from exchange.operations import journal
from exchange.operations.clock import safe_now, stamp
from exchange.operations.duplicates import place_of
from exchange.operations.found_lines import FoundLine, Inside, opened
from exchange.operations.likeness import Likeness, likeness
from exchange.operations.lookups import note_list, note_reads
from exchange.operations.permissions import Permission, require
from exchange.ports import Node, Unit

MAX_NOTE = 2000
"""Characters."""
MAX_PAGE = 100


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of the queue."""

    pair: FoundPair
    a: FoundLine
    """Ours, where one of them is ours."""
    b: FoundLine
    reasons: tuple[str, ...]
    score: Likeness | None
    """None where one has no name, or they are no persons."""


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Two records, field by field, with what was decided before."""

    a: FoundLine
    b: FoundLine
    reasons: tuple[str, ...]
    fields: tuple[FieldRow, ...]
    history: tuple[MatchDecision, ...]
    score: Likeness | None

    @property
    def state(self) -> str:
        """The decision that stands, or `open`."""
        return standing(self.history)


def queue(
    node: Node, unit: Unit, person: Person, state: str = OPEN, after: Pair | None = None, limit: int = 50
) -> list[Waiting]:
    """Pairs in this state (`open`, `same`, `different` or `unsure`), the newest first, behind `after`."""
    require(person, Permission.RECORD_READ)
    if state not in (OPEN, *DECISIONS):
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="state")
    behind = None if after is None else _found(node, unit, after)
    pairs = unit.matches.queue(state, behind, max(1, min(limit, MAX_PAGE)))
    places = [place_of(node, ref) for pair in pairs for ref in (pair.a, pair.b)]
    inside = {each.ref: each for each in opened(unit, list(dict.fromkeys(places)))}
    lines = [line for pair in pairs for line in _waiting(pair, inside)]
    note_list(node, unit, person, "matches", len(lines))
    return lines


def side_by_side(node: Node, unit: Unit, person: Person, a: Ref, b: Ref) -> SideBySide:
    """Both records, `a` first. An entry for each, as if it were read. NotFound for one that is not here."""
    require(person, Permission.RECORD_READ)
    one, other = _both(node, unit, a, b)
    note_reads(node, unit, person, [one.place, other.place])
    fields = tuple(compare(one.claims, other.claims))
    decided = tuple(unit.matches.history(_pair(a, b)))
    return SideBySide(one.line(), other.line(), _why(one, other), fields, decided, likeness(one, other))


def decide_match(node: Node, unit: Unit, person: Person, pair: Pair, decision: str, note: str = "") -> MatchDecision:
    """Keeps the decision about these two; it counts from now on. BadInput for another decision than `same`,
    `different` or `unsure`, and for two of different kinds as the same; NotFound for a record that is not here."""
    require(person, Permission.RECORD_WRITE)
    if decision not in DECISIONS:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="decision")
    if len(note) > MAX_NOTE:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="note", limit=MAX_NOTE)
    one, other = _both(node, unit, *pair)
    if one.kind != other.kind and decision == "same":
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="decision")
    now = safe_now(node, unit)
    made = MatchDecision(f"mtc-{secrets.token_hex(8)}", _pair(*pair), decision, person.id, now, note)
    unit.matches.decide(made)
    _log(node, unit, person, (one.place, other.place), decision)
    _set_state(node, unit, made.pair)
    return made


def undo(node: Node, unit: Unit, person: Person, id_: str) -> MatchDecision:
    """Takes a decision back; the one before it counts again. NotFound; Conflict when it was taken back."""
    require(person, Permission.RECORD_WRITE)
    known = unit.matches.decision(id_, lock=True)
    if known is None:
        raise NotFound(decision=id_)
    one, other = _both(node, unit, *known.pair)
    unit.matches.undo(id_, person.id, safe_now(node, unit))
    _log(node, unit, person, (one.place, other.place), "undone")
    _set_state(node, unit, known.pair)
    undone = unit.matches.decision(id_, lock=False)
    return known if undone is None else undone


def history(node: Node, unit: Unit, person: Person, pair: Pair) -> list[MatchDecision]:
    """Every decision about these two, oldest first, with those that were taken back."""
    require(person, Permission.RECORD_READ)
    found = unit.matches.history(_pair(*pair))
    note_list(node, unit, person, "matches", len(found))
    return found


def _waiting(pair: FoundPair, inside: dict[Ref, Inside]) -> list[Waiting]:
    """None for a pair of which one record cannot be read."""
    a, b = inside.get(pair.a), inside.get(pair.b)
    if a is None or b is None:
        return []
    return [Waiting(pair, a.line(), b.line(), _why(a, b), likeness(a, b))]


def _why(a: Inside, b: Inside) -> tuple[str, ...]:
    return reasons(a.kind, a.claims, b.claims) if a.kind == b.kind else ()


def _both(node: Node, unit: Unit, a: Ref, b: Ref) -> tuple[Inside, Inside]:
    pair = _pair(a, b)
    found = {each.ref: each for each in opened(unit, [place_of(node, ref) for ref in pair])}
    for ref in (a, b):
        if ref not in found:
            raise NotFound(record=ref.id)
    return found[a], found[b]


def _pair(a: Ref, b: Ref) -> Pair:
    if a == b:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="record")
    return pair_of(a, b)


def _found(node: Node, unit: Unit, pair: Pair) -> FoundPair | None:
    """The candidate pair of these two."""
    return unit.matches.pair(*shown_as(*pair, node.code))


def _set_state(node: Node, unit: Unit, pair: Pair) -> None:
    found = _found(node, unit, pair)
    if found is not None:
        unit.matches.set_state(found.a, found.b, standing(unit.matches.history(pair)))


def standing(history_: Sequence[MatchDecision]) -> str:
    """The newest decision that was not undone, or `open`."""
    return next((each.decision for each in reversed(history_) if each.undone_at is None), OPEN)


def _log(node: Node, unit: Unit, person: Person, places: Sequence[Place], decision: str) -> None:
    refs = [
        b64(name)
        for place in places
        for name in (unit.records if place.held == "own" else unit.copies).ledger_refs([place.ref])
    ]
    now = safe_now(node, unit)
    line = entry("match.decided", at=stamp(now), actor=person.id, refs=sorted(refs), decision=decision)
    journal.write(node, unit, [line], now)
