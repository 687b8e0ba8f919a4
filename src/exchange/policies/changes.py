"""Differences between two versions of an agreement, as values: the codes, and the comparisons that several parts share.

Handling can only be tightened, so each difference has a direction. Spec: docs/spec/policy.md §14.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from exchange.policies.clauses import Need
from exchange.policies.facts import LABELS

WIDER: Final = "wider"
"""More may leave, or on easier terms."""
NARROWER: Final = "narrower"
OTHER: Final = "other"

EFFECT: Final[dict[str, str]] = {
    "PARTY_ADDED": WIDER,
    "PARTY_REMOVED": NARROWER,
    "PARTY_ROOT_CHANGED": OTHER,
    "PARTY_JOINS_EARLIER": WIDER,
    "PARTY_JOINS_LATER": NARROWER,
    "PURPOSE_ADDED": WIDER,
    "PURPOSE_REMOVED": NARROWER,
    "STARTS_EARLIER": WIDER,
    "STARTS_LATER": NARROWER,
    "ENDS_LATER": WIDER,
    "ENDS_EARLIER": NARROWER,
    "CLAUSE_ADDED": OTHER,
    "CLAUSE_REMOVED": OTHER,
    "SCOPE_ADDED": OTHER,
    "SCOPE_REMOVED": OTHER,
    "CONDITION_CHANGED": OTHER,
    "PATHS_DISCLOSED": WIDER,
    "PATHS_NO_LONGER_DISCLOSED": NARROWER,
    "PATHS_WITHHELD": NARROWER,
    "PATHS_NO_LONGER_WITHHELD": WIDER,
    "FORBID_ADDED": NARROWER,
    "FORBID_REMOVED": WIDER,
    "HANDLING_TIGHTENED": NARROWER,
    "HANDLING_LOOSENED": WIDER,
    "APPROVALS_RAISED": NARROWER,
    "APPROVALS_LOWERED": WIDER,
    "MARKING_COVERED": WIDER,
    "MARKING_NO_LONGER_COVERED": NARROWER,
    "BACK_CATALOGUE_INCLUDED": WIDER,
    "BACK_CATALOGUE_EXCLUDED": NARROWER,
    "ASSURANCE_REQUIRED": NARROWER,
    "ASSURANCE_NO_LONGER_REQUIRED": WIDER,
    "CADENCE_CHANGED": OTHER,
    "TERM_CHANGED": OTHER,
    "AFTER_END_CHANGED": OTHER,
    "MATCHING_ADDED": WIDER,
    "MATCHING_REMOVED": NARROWER,
    "MATCHING_CHANGED": OTHER,
    "TEXT_CHANGED": OTHER,
    "EXAMPLES_CHANGED": OTHER,
}
"""Every code that diff can give, and in which direction it moves."""


class Change(NamedTuple):
    """One difference in meaning. `before` and `after` are words, numbers or dates of the documents."""

    code: str
    at: str
    """JSON pointer into the new document; into the old one for what is gone."""
    clause: str = ""
    what: str = ""
    """Member, label, party, purpose or side (`from`, `to`, `kinds`)."""
    before: str = ""
    after: str = ""
    paths: tuple[str, ...] = ()

    @property
    def effect(self) -> str:
        return EFFECT[self.code]


def retention_change(at: str, clause: str, old: int, new: int) -> Iterator[Change]:
    if old != new:
        code = "HANDLING_LOOSENED" if new > old else "HANDLING_TIGHTENED"
        yield Change(code, at, clause, "retention_days", str(old), str(new))


def onward_change(at: str, clause: str, old: str, new: str) -> Iterator[Change]:
    if old != new:
        yield Change("HANDLING_LOOSENED" if new == "ask" else "HANDLING_TIGHTENED", at, clause, "onward", old, new)


def approval_changes(at: str, clause: str, old: dict[str, Need], new: dict[str, Need]) -> Iterator[Change]:
    """The agreement's row for a marking covers it; any row for a caveat, and rows of a clause, raise what is asked."""
    for label in (*LABELS, *sorted((old.keys() | new.keys()) - set(LABELS))):
        covers = not clause and label in LABELS
        before, after, place = old.get(label), new.get(label), f"{at}/{label}"
        told = (place, clause, label, _need(before), _need(after))
        if before is None and after is not None:
            yield Change("MARKING_COVERED" if covers else "APPROVALS_RAISED", *told)
        elif after is None and before is not None:
            yield Change("MARKING_NO_LONGER_COVERED" if covers else "APPROVALS_LOWERED", *told)
        elif before is not None and after is not None:
            if after.people > before.people or (before.role, after.role) == ("officer", "releasing_officer"):
                yield Change("APPROVALS_RAISED", *told)
            if after.people < before.people or (before.role, after.role) == ("releasing_officer", "officer"):
                yield Change("APPROVALS_LOWERED", *told)


def _need(need: Need | None) -> str:
    return "" if need is None else f"{need.people} {need.role}"
