"""Compares every person that came in or changed with all that are held, and proposes pairs that are alike.

    1 other rules of keys than those in the index: the old keys go out, page by page, and everything waits again
    2 persons that wait: opened, their keys and skeletons into the index
    3 persons with keys: candidates by the asker's keys, ours and received, opened and compared; what is alike and was
      not decided waits for somebody (`match_review.py`); the person counts as compared

Two persons that come in the same moment are both in the index before either is compared, so they never miss one
another. It runs in the worker, in pages, beside deposits, and may stop anywhere. Why here: ADR 0039; spec:
docs/spec/search.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from exchange.matching.keys import ASKER, HOLDER, key_version, keys
from exchange.matching.person import Identity, compare, identity
from exchange.matching.sounds import SOUND_RULES, sounds_of
from exchange.model.found import Keyed, Numbered
from exchange.model.matching import OPEN, MatchDecision, Proposed, pair_of, shown_as
from exchange.operations.clock import safe_now
from exchange.operations.found_lines import Inside, opened
from exchange.operations.likeness import PERSON
from exchange.operations.match_review import standing
from exchange.ports import Node, Unit

PAGE: Final = 50
"""Persons of one transaction: short ones, for deposits wait for them on SQLite."""
KEYED_AT_ONCE: Final = 1000
"""A page rewrites a block of the index for nearly every key: twice the persons are less than twice the work."""
LOOKED_AT: Final = 60
"""Candidates of one person that are opened."""
PROPOSED_MAX: Final = 20
"""Pairs that one person brings, the most alike."""
_SETTING: Final = "search.keys"


@dataclass(slots=True)
class Compared:
    """What one run did."""

    keyed: int = 0
    compared: int = 0
    proposed: int = 0


def rules() -> str:
    """Under which keys and skeletons are made; another value makes everything wait again."""
    return f"{key_version()}.{SOUND_RULES}"


def compare_new(node: Node) -> Compared:
    """Until nothing waits, or somebody else holds all that does."""
    done = Compared()
    _outdate(node)
    while keyed := _key(node):
        done.keyed += keyed
    while _compare(node, done):
        pass
    return done


def _outdate(node: Node) -> None:
    with node.store.read() as unit:
        if unit.setting(_SETTING) == rules():
            return
    after: int | None = -1
    while after is not None:
        with node.store.write() as unit:
            after = unit.identities.outdate(after, KEYED_AT_ONCE)
    with node.store.write() as unit:
        unit.set_setting(_SETTING, rules())


def _key(node: Node) -> int:
    with node.store.read() as unit:
        waiting = unit.identities.waiting(KEYED_AT_ONCE)
        inside = _inside(unit, waiting)
    if not waiting:
        return 0
    found = [_keyed(each, inside.get(each)) for each in waiting]
    with node.store.write() as unit:
        return unit.identities.put(found)


def _keyed(there: Numbered, inside: Inside | None) -> Keyed:
    """What cannot be opened, or is no person, has none."""
    if inside is None or inside.kind != PERSON:
        return Keyed(there, (), ())
    known = identity(inside.claims)
    return Keyed(there, keys(known, HOLDER), sounds_of(known.names))


def _compare(node: Node, done: Compared) -> bool:
    """One page; whether there may be more."""
    with node.store.read() as unit:
        waiting = unit.identities.uncompared(PAGE)
        inside = _inside(unit, waiting)
        known: dict[Numbered, Inside] = {}
        proposed = [pair for each, own in inside.items() for pair in _alike(node, unit, each, own, known)]
    if not waiting:
        return False
    with node.store.write() as unit:
        now = safe_now(node, unit)
        waits = [pair for pair in proposed if pair.state == OPEN]
        done.proposed += unit.matches.propose(waits, now)
        unit.matches.propose([pair for pair in proposed if pair.state != OPEN], now)
        _propose_again(unit, waits)
        unit.identities.compared(waiting)
    done.compared += len(waiting)
    return len(waiting) == PAGE


def _alike(
    node: Node, unit: Unit, there: Numbered, person: Inside, known: dict[Numbered, Inside]
) -> Sequence[Proposed]:
    """The pairs of one person. `known`: what this page has opened before."""
    if person.kind != PERSON:
        return ()
    mine = identity(person.claims)
    candidates = [each for each, _ in unit.identities.having(keys(mine, ASKER), LOOKED_AT + 1) if each != there]
    candidates = [each for each in candidates[:LOOKED_AT] if each.place.ref != person.ref]
    known |= _inside(unit, [each for each in candidates if each not in known])
    scored = [
        (said, each) for each in candidates if each in known and (said := _score(mine, identity(known[each].claims)))
    ]
    scored.sort(key=lambda each: -each[0])
    return [_pair(node, unit, (there, person), (each, known[each])) for _, each in scored[:PROPOSED_MAX]]


def _score(a: Identity, b: Identity) -> float:
    """0 where the two are not alike."""
    found = compare(a, b)
    return found.score.probability if found is not None and found.score.alike else 0.0


def _pair(node: Node, unit: Unit, a: tuple[Numbered, Inside], b: tuple[Numbered, Inside]) -> Proposed:
    """As it should wait. That two are the same is not asked again; that they are not, or may be, when one of them
    changed since."""
    first, _ = shown_as(a[1].ref, b[1].ref, node.code)
    one, other = (a, b) if a[1].ref == first else (b, a)
    history = unit.matches.history(pair_of(a[1].ref, b[1].ref))
    state = standing(history)
    again = state not in (OPEN, "same") and _changed_since(history, a[1], b[1])
    return Proposed(one[0], other[0], OPEN if again else state)


def _changed_since(history: Sequence[MatchDecision], a: Inside, b: Inside) -> bool:
    decided = max(each.at for each in history if each.undone_at is None)
    return max(a.changed_at, b.changed_at) > decided


def _propose_again(unit: Unit, proposed: Sequence[Proposed]) -> None:
    """Those that waited before, were decided, and may be looked at again."""
    for pair in proposed:
        found = unit.matches.pair(pair.a.place.ref, pair.b.place.ref)
        if found is not None and found.state != OPEN:
            unit.matches.set_state(found.a, found.b, OPEN)


def _inside(unit: Unit, some: Sequence[Numbered]) -> dict[Numbered, Inside]:
    places = {each.place: each for each in some}
    return {places[each.place]: each for each in opened(unit, list(places))}
