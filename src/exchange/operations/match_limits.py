"""How much is asked and answered: per case and partner in a UTC day, and around one name. Both sides count the same.

The limits are those of the agreement's match clauses, so both know them; each answer says what is left. Spec:
docs/spec/matching.md §7.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from exchange.errors import Code, Denied
from exchange.ledger.entries import entry
from exchange.matching.blind.probing import NEIGHBOURS, most_neighbours
from exchange.matching.blind.slots import TOKENS
from exchange.model.blinded import BlindQuery
from exchange.operations import journal
from exchange.operations.clock import safe_now, stamp
from exchange.operations.match_alarms import probed
from exchange.policies.match_clauses import MatchClause
from exchange.ports import Node, Unit

WATCHED = timedelta(days=1)
"""How long the tags of a query are kept to know its neighbours by."""
LOOKED_AT = 256
"""Queries of a partner that a new one is compared with, the newest."""
_WIDTH = 8


@dataclass(frozen=True, slots=True)
class Left:
    """Queries that are left today, before the one that is asked."""

    case: int
    day: int


def left(unit: Unit, direction: str, partner: str, case: str, clauses: Sequence[MatchClause], now: datetime) -> Left:
    """What case and partner have left. Denied(MATCH_LIMIT) when either has nothing."""
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    today = unit.blinded.queries(direction, partner, day)
    found = Left(
        case=max(each.per_case for each in clauses) - sum(1 for each in today if each.case == case),
        day=max(each.per_day for each in clauses) - len(today),
    )
    if min(found.case, found.day) <= 0:
        limits = (each.per_case if found.case <= 0 else each.per_day for each in clauses)
        raise Denied(Code.MATCH_LIMIT, limit=max(limits))
    return found


def seen_of(tags: Sequence[int]) -> bytes:
    """The tags of a whole query, as they are kept."""
    return b"".join(tag.to_bytes(_WIDTH, "big") for tag in tags)


def probing(unit: Unit, direction: str, partner: str, tags: Sequence[int], now: datetime) -> int:
    """Neighbours of the person that meets most of the day's others, if that is too many; else 0."""
    recent = unit.blinded.queries(direction, partner, now - WATCHED)[:LOOKED_AT]
    earlier = [person for each in recent for person in _persons(each)]
    found = most_neighbours(_split(tags), earlier)
    return found if found > NEIGHBOURS else 0


def note_probing(node: Node, query: BlindQuery, actor: str, neighbours: int) -> Denied:
    """Writes the alarm in a transaction of its own: the one that found it is rolled back. Returns what to raise.

    The query counts as one of the day, so that nobody fills the ledger with alarms. Conflict(ALREADY_EXISTS): a replay.
    """
    with node.store.write() as unit:
        now = safe_now(node, unit)
        unit.blinded.add_query(query)
        line = entry(
            "match.probing", at=stamp(now), actor=actor, partner=query.partner, case=query.case, count=neighbours
        )
        journal.write(node, unit, [line], now)
        probed(unit, query.direction, query.partner, now)
    return Denied(Code.MATCH_PROBING, count=neighbours)


def _persons(query: BlindQuery) -> list[frozenset[int]]:
    width = range(0, len(query.seen), _WIDTH)
    return _split([int.from_bytes(query.seen[at : at + _WIDTH], "big") for at in width])


def _split(tags: Sequence[int]) -> list[frozenset[int]]:
    return [frozenset(tags[at : at + TOKENS]) for at in range(0, len(tags), TOKENS)]
