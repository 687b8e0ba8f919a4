"""Whom an officer may ask, under which agreement and for which purpose, and what is left of it today.

It decides nothing: the query itself is refused or not by `match_ask`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from exchange.errors import ExchangeError
from exchange.model.blinded import ASKS, OUT
from exchange.model.state import Person
from exchange.operations.clock import safe_now
from exchange.operations.known_partners import partner_in_use
from exchange.operations.match_key import ready
from exchange.operations.match_said import agreements_in_force
from exchange.operations.permissions import Permission, require
from exchange.policies.match import Between, clauses_for
from exchange.ports import Node, Unit


@dataclass(frozen=True, slots=True)
class MatchWay:
    """One partner under one agreement for one purpose."""

    partner: str
    agreement: str
    purpose: str
    per_case: int
    """Queries for one case number in a UTC day."""
    per_day: int
    left_day: int
    """Of them, before the one that is asked."""
    ready: bool
    """Whether the partner's set stands under our key, so that a query has something to meet."""


def match_ways(node: Node, unit: Unit, person: Person) -> list[MatchWay]:
    """Every way that a match clause in force opens, in order."""
    require(person, Permission.MATCH_ASK)
    now = safe_now(node, unit)
    ways = [each for partner in unit.partners.all() for each in _to(node, unit, partner.code, now)]
    return sorted(ways, key=lambda each: (each.partner, each.agreement, each.purpose))


def _to(node: Node, unit: Unit, partner: str, now: datetime) -> Iterator[MatchWay]:
    try:
        partner_in_use(unit, partner)
    except ExchangeError:
        return
    epoch = unit.blinded.epoch(partner, ASKS, lock=False)
    prepared = node.match_keys is not None and ready(epoch, now)
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    today = len(unit.blinded.queries(OUT, partner, day))
    for agreement in agreements_in_force(unit):
        for purpose in agreement.purposes:
            clauses = clauses_for(agreement, Between(partner, node.code, purpose, now))
            if clauses:
                per_day = max(each.per_day for each in clauses)
                yield MatchWay(
                    partner,
                    agreement.id,
                    str(purpose),
                    max(each.per_case for each in clauses),
                    per_day,
                    max(0, per_day - today),
                    prepared,
                )
