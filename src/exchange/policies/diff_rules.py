"""Differences between the clauses and forbids of two versions, by their ids and by what they resolve to.

Spec: docs/spec/policy.md §14.
"""

from __future__ import annotations

from collections.abc import Iterator

from exchange.model.vocab import KINDS
from exchange.policies.agreement import Agreement
from exchange.policies.changes import Change, approval_changes, onward_change, retention_change
from exchange.policies.clauses import Clause, Forbid, Need
from exchange.policies.facts import RANK
from exchange.policies.scope import directions, kinds, paths
from exchange.policies.tests import Condition, Not, Test


def rules(old: Agreement, new: Agreement) -> Iterator[Change]:
    known = {clause.id: clause for clause in old.clauses}
    for index, clause in enumerate(new.clauses):
        at, before = f"/clauses/{index}", known.pop(clause.id, None)
        if before is None:
            yield Change("CLAUSE_ADDED", at, clause.id)
            yield from _effects(at, clause.id, _nothing(clause), clause)
        else:
            yield from _changed(at, (old, before), (new, clause))
    for index, clause in enumerate(old.clauses):
        if clause.id in known:
            yield Change("CLAUSE_REMOVED", f"/clauses/{index}", clause.id)
            yield from _effects(f"/clauses/{index}", clause.id, clause, _nothing(clause))
    yield from _forbids(old, new)


def _nothing(clause: Clause) -> Clause:
    """The same clause without effect: what an added one is compared with."""
    return Clause(clause.id, clause.from_, clause.to, clause.kinds, None, (), (), clause.terms, {}, None)


def _changed(at: str, old: tuple[Agreement, Clause], new: tuple[Agreement, Clause]) -> Iterator[Change]:
    before, after = old[1], new[1]
    yield from _scope(at, old, new)
    if _meaning(before.when) != _meaning(after.when):
        yield Change("CONDITION_CHANGED", f"{at}/when", after.id)
    yield from _effects(at, after.id, before, after)
    yield from _handling(at, old, new)
    yield from approval_changes(f"{at}/approvals", after.id, _rows(old, new), _rows(new, old))
    same = old[0].cadence == new[0].cadence and (before.cadence or old[0].cadence) == (after.cadence or new[0].cadence)
    if before.cadence != after.cadence and not same:
        yield Change("CADENCE_CHANGED", f"{at}/cadence", after.id, "", before.cadence or "", after.cadence or "")


def _rows(one: tuple[Agreement, Clause], other: tuple[Agreement, Clause]) -> dict[str, Need]:
    """The clause's rows. One that says what the agreement says anyway, in both versions, is as good as none."""
    (agreement, clause), same = one, one[0].approvals == other[0].approvals
    idle = {label for label, need in clause.approvals.items() if same and agreement.approvals.get(label) == need}
    return {label: need for label, need in clause.approvals.items() if label not in idle - other[1].approvals.keys()}


def _meaning(condition: Condition | None) -> object:
    """The same for two conditions that differ in the order of what is said, or say one thing twice."""
    if isinstance(condition, Test):
        words = condition.argument
        listed = type(words) is tuple  # a grade's floor is a pair of its own kind
        return (condition.name, frozenset(words) if listed and isinstance(words, tuple) else words)
    if isinstance(condition, Not):
        return ("not", _meaning(condition.part))
    if condition is None:
        return None
    return (type(condition).__name__, frozenset(_meaning(part) for part in condition.parts))


def _scope(at: str, old: tuple[Agreement, Clause | Forbid], new: tuple[Agreement, Clause | Forbid]) -> Iterator[Change]:
    """Directions and kinds as they resolve. Where the text of both sides is the same, only the parties changed."""
    before, after = (
        {"direction": {f"{pair.sender}-{pair.recipient}" for pair in directions(agreement, rule)}, "kinds": kinds(rule)}
        for agreement, rule in (old, new)
    )
    same = (old[1].from_, old[1].to) == (new[1].from_, new[1].to)
    for what in ("kinds",) if same else ("direction", "kinds"):
        for word in sorted(after[what] - before[what]):
            yield Change("SCOPE_ADDED", at, new[1].id, what, "", word)
        for word in sorted(before[what] - after[what]):
            yield Change("SCOPE_REMOVED", at, new[1].id, what, word)


def _effects(at: str, id_: str, old: Clause, new: Clause) -> Iterator[Change]:
    """Selectors by what they resolve to: writing a class instead of its paths changes nothing."""
    for member, more, less in (
        ("disclose", "PATHS_DISCLOSED", "PATHS_NO_LONGER_DISCLOSED"),
        ("withhold", "PATHS_WITHHELD", "PATHS_NO_LONGER_WITHHELD"),
    ):
        before, after = _resolved(getattr(old, member)), _resolved(getattr(new, member))
        if after - before:
            yield Change(more, f"{at}/{member}", id_, paths=tuple(sorted(after - before)))
        if before - after:
            yield Change(less, f"{at}/{member}", id_, paths=tuple(sorted(before - after)))


def _resolved(selectors: tuple[str, ...]) -> frozenset[str]:
    return frozenset(path for kind in KINDS for path in paths(selectors, kind))


def _handling(at: str, old: tuple[Agreement, Clause], new: tuple[Agreement, Clause]) -> Iterator[Change]:
    """The clause's own terms. One that it does not name is the agreement's, or binds nothing."""
    (before, was), (after, now) = (old[0], old[1].terms), (new[0], new[1].terms)
    id_, at = new[1].id, f"{at}/handling"
    least = RANK[was.tlp] if was.tlp else -1, RANK[now.tlp] if now.tlp else -1
    if least[0] != least[1]:
        code = "HANDLING_TIGHTENED" if least[1] > least[0] else "HANDLING_LOOSENED"
        yield Change(code, f"{at}/tlp", id_, "tlp", was.tlp or "", now.tlp or "")
    for caveat in sorted(set(now.caveats) - set(was.caveats)):
        yield Change("HANDLING_TIGHTENED", f"{at}/caveats", id_, "caveats", "", caveat)
    for caveat in sorted(set(was.caveats) - set(now.caveats)):
        yield Change("HANDLING_LOOSENED", f"{at}/caveats", id_, "caveats", caveat)
    if was.retention_days != now.retention_days:
        days = [
            min(agreement.retention_days, terms.retention_days or agreement.retention_days)
            for agreement, terms in ((before, was), (after, now))
        ]
        yield from retention_change(f"{at}/retention_days", id_, *days)
    if was.onward != now.onward:
        onward = [
            "none" if "none" in (agreement.onward, terms.onward) else "ask"
            for agreement, terms in ((before, was), (after, now))
        ]
        yield from onward_change(f"{at}/onward", id_, *onward)
    allowed: list[set[str]] = [
        set(agreement.purposes if terms.purposes is None else terms.purposes)
        for agreement, terms in ((before, was), (after, now))
    ]
    if was.purposes != now.purposes:
        for purpose in sorted(allowed[1] - allowed[0]):
            yield Change("HANDLING_LOOSENED", f"{at}/purposes", id_, "purposes", "", purpose)
        for purpose in sorted(allowed[0] - allowed[1]):
            yield Change("HANDLING_TIGHTENED", f"{at}/purposes", id_, "purposes", purpose)


def _forbids(old: Agreement, new: Agreement) -> Iterator[Change]:
    known = {forbid.id: forbid for forbid in old.forbids}
    for index, forbid in enumerate(new.forbids):
        at, before = f"/forbids/{index}", known.pop(forbid.id, None)
        if before is None:
            yield Change("FORBID_ADDED", at, forbid.id)
            continue
        yield from _scope(at, (old, before), (new, forbid))
        if _meaning(before.when) != _meaning(forbid.when):
            yield Change("CONDITION_CHANGED", f"{at}/when", forbid.id)
    for index, forbid in enumerate(old.forbids):
        if forbid.id in known:
            yield Change("FORBID_REMOVED", f"/forbids/{index}", forbid.id)
