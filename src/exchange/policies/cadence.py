"""When a release may begin by itself: the cadence of what a decision sends, and to whom a standing rule looks.

Pure. It widens nothing: what leaves, and how many must approve, is `decide` alone. Spec: docs/spec/policy.md §17.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from exchange.policies.agreement import Agreement
from exchange.policies.decide import Decision

SLOWEST_LAST: Final = ("standing", "daily", "manual")


def cadence(agreement: Agreement, clauses: Collection[str]) -> str:
    """`standing`, `daily` or `manual`: the slowest of the clauses named by id. `manual` for none, or for an unknown."""
    known = {clause.id: clause.cadence or agreement.cadence for clause in agreement.clauses}
    return max((known.get(id_, "manual") for id_ in clauses), key=SLOWEST_LAST.index, default="manual")


def of_decision(agreement: Agreement, decision: Decision) -> str:
    """The cadence of everything that `decision` sends together; `manual` where it sends nothing."""
    return cadence(agreement, decision.clauses) if decision.record_state == "released" else "manual"


def recipients(agreement: Agreement, node: str) -> tuple[str, ...]:
    """Parties that a clause with a cadence discloses to, from `node`. No record has a say in this."""
    if agreement.party(node) is None:
        return ()
    moving = [clause for clause in agreement.clauses if clause.disclose and _moves(agreement, clause.cadence)]
    ours = [clause for clause in moving if clause.from_ is None or node in clause.from_]
    return tuple(
        party.code
        for party in agreement.parties
        if party.code != node and any(clause.to is None or party.code in clause.to for clause in ours)
    )


def _moves(agreement: Agreement, own: str | None) -> bool:
    return (own or agreement.cadence) != "manual"
