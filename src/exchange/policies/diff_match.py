"""Differences between the match clauses of two versions of an agreement. Spec: docs/spec/policy.md §14, §19."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from exchange.policies.changes import Change
from exchange.policies.match_clauses import MatchClause


def match_changes(old: Sequence[MatchClause], new: Sequence[MatchClause]) -> Iterator[Change]:
    """Clauses that came, went, or say something else, by id."""
    known = {clause.id: clause for clause in old}
    for index, clause in enumerate(new):
        at, before = f"/matching/{index}", known.pop(clause.id, None)
        if before is None:
            yield Change("MATCHING_ADDED", at, clause.id)
            continue
        for member, was, is_ in zip(_MEMBERS, _told(before), _told(clause), strict=True):
            if was != is_:
                yield Change("MATCHING_CHANGED", f"{at}/{member}", clause.id, member, was, is_)
    for index, clause in enumerate(old):
        if clause.id in known:
            yield Change("MATCHING_REMOVED", f"/matching/{index}", clause.id)


_MEMBERS = ("from", "to", "kinds", "when", "purposes", "answer", "per_case", "per_day")


def _told(clause: MatchClause) -> tuple[str, ...]:
    sides = (_words(clause.from_), _words(clause.to), _words(clause.kinds))
    when = "" if clause.when is None else repr(clause.when)
    return (*sides, when, _words(clause.purposes), clause.answer, str(clause.per_case), str(clause.per_day))


def _words(words: frozenset[str] | None) -> str:
    return "*" if words is None else ", ".join(sorted(words))
