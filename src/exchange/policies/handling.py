"""Handling: what binds the recipient, folded from the record, the agreement and the clauses. It is only ever tightened.

Spec: docs/spec/policy.md §6.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from exchange.model.claims import JsonObject
from exchange.policies.agreement import Agreement
from exchange.policies.clauses import Clause, Need
from exchange.policies.facts import LABELS, RANK


class Handling(NamedTuple):
    """Travels with every released record and is shown before its content."""

    tlp: str
    caveats: tuple[str, ...]
    purposes: tuple[str, ...]
    retention_days: int
    onward: str
    """`none`, or `ask` the originator first."""

    def document(self) -> JsonObject:
        return {
            "tlp": self.tlp,
            "caveats": list(self.caveats),
            "purposes": list(self.purposes),
            "retention_days": self.retention_days,
            "onward": self.onward,
        }


class Marks(NamedTuple):
    """What the record itself says about its handling."""

    marking: int
    """Rank of its strictest TLP label."""
    caveats: tuple[str, ...]
    purposes: tuple[str, ...]


def fold(agreement: Agreement, clauses: Collection[Clause], marks: Marks) -> Handling:
    """The tightest of all. `clauses` are those that contribute to what is sent."""
    terms = [clause.terms for clause in clauses]
    rank = max([marks.marking, *(RANK[term.tlp] for term in terms if term.tlp is not None)])
    purposes = set(agreement.purposes) & set(marks.purposes)
    for term in terms:
        purposes &= purposes if term.purposes is None else set(term.purposes)
    days = [term.retention_days for term in terms if term.retention_days is not None]
    closed = agreement.onward == "none" or any(term.onward == "none" for term in terms)
    return Handling(
        tlp=LABELS[rank],
        caveats=tuple(sorted({*marks.caveats, *(caveat for term in terms for caveat in term.caveats)})),
        purposes=tuple(sorted(purposes)),
        retention_days=min([agreement.retention_days, *days]),
        onward="none" if closed else "ask",
    )


def no_looser(terms: Handling, than: Handling) -> bool:
    """Whether `terms` bind at least as much as `than` in every respect."""
    return (
        RANK[terms.tlp] >= RANK[than.tlp]
        and set(terms.caveats) >= set(than.caveats)
        and set(terms.purposes) <= set(than.purposes)
        and terms.retention_days <= than.retention_days
        and (terms.onward == "none" or than.onward != "none")
    )


def narrowed(marks: Marks, bound: Collection[Handling]) -> Marks:
    """What a record says of its handling, tightened by what already binds whoever holds a copy of it."""
    purposes = set(marks.purposes)
    for terms in bound:
        purposes &= set(terms.purposes)
    return Marks(
        max([marks.marking, *(RANK[terms.tlp] for terms in bound)]),
        (*marks.caveats, *(caveat for terms in bound for caveat in terms.caveats)),
        tuple(purpose for purpose in marks.purposes if purpose in purposes),
    )


def capped(handling: Handling, bound: Collection[Handling]) -> Handling:
    """`handling` kept for no longer than `bound` allows; what was passed on once goes no further."""
    if not bound:
        return handling
    days = min([handling.retention_days, *(terms.retention_days for terms in bound)])
    return handling._replace(retention_days=days, onward="none")


def approvals(agreement: Agreement, clauses: Collection[Clause], handling: Handling) -> Need | None:
    """How many people of which role: the highest of all rows for the label and for each caveat.

    None if the agreement has no row for the label: a caveat's row covers nothing by itself, it only asks for more.
    """
    if handling.tlp not in agreement.approvals:
        return None
    tables = [agreement.approvals, *(clause.approvals for clause in clauses)]
    rows = [table[name] for name in (handling.tlp, *handling.caveats) for table in tables if name in table]
    strict = any(row.role == "releasing_officer" for row in rows)
    return Need(max(row.people for row in rows), "releasing_officer" if strict else "officer")
