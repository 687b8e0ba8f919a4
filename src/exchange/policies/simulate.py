"""simulate: what a candidate agreement would change for one record against the version in force, by deciding both.

It lists claims by id and path, never a value. `now` is an argument; both versions are decided at one moment, so that
the difference is the text's and not the calendar's. Spec: docs/spec/policy.md §15.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import NamedTuple

from exchange.model.records import Record, Ref
from exchange.policies.agreement import Agreement, NationalPolicy
from exchange.policies.decide import Decision, Inputs, decide
from exchange.policies.facts import Facts


class Claimed(NamedTuple):
    """One claim, named without its value."""

    id: str
    path: str
    clause: str
    """The clause that lets it go: of the candidate where it is gained, of the version before where it is lost."""


class Effect(NamedTuple):
    """What changes for one record and one recipient."""

    ref: Ref
    recipient: str
    change: str
    """`released` (newly), `stopped`, or `changed`: sent under both, with other claims or other handling."""
    gained: tuple[Claimed, ...]
    lost: tuple[Claimed, ...]
    handling: tuple[str, ...]
    """Members of handling and approvals that differ where the record is sent under both."""


@dataclass(slots=True)
class Totals:
    """Sums over effects; a record that changes for two recipients counts once."""

    records: int = 0
    """Records looked at."""
    released: int = 0
    stopped: int = 0
    changed: int = 0
    claims_gained: int = 0
    claims_lost: int = 0
    handling: int = 0

    def join(self, other: Totals) -> None:
        """The totals of other records."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def add(self, effects: Iterable[Effect]) -> None:
        """The effects of one record."""
        found = list(effects)
        self.records += 1
        self.released += any(each.change == "released" for each in found)
        self.stopped += any(each.change == "stopped" for each in found)
        self.changed += any(each.change == "changed" for each in found)
        self.claims_gained += len({claim.id for each in found for claim in each.gained})
        self.claims_lost += len({claim.id for each in found for claim in each.lost})
        self.handling += any(each.handling for each in found)


@dataclass(frozen=True, slots=True)
class Simulation:
    """Two versions ready to be compared on many records."""

    candidate: Agreement
    current: Agreement | None
    policies: tuple[NationalPolicy, ...]
    node: str
    at: datetime
    groups: dict[str, tuple[tuple[str, ...], ...]]
    """Recipient -> purposes that both versions decide alike: one of each group is enough."""


class _Sent(NamedTuple):
    """What one version sends of one record for one purpose."""

    claims: dict[str, str]
    """Id -> the clause that sends it."""
    terms: tuple[tuple[str, object], ...]


def simulation(
    candidate: Agreement, current: Agreement | None, policies: tuple[NationalPolicy, ...], node: str, now: datetime
) -> Simulation:
    """Compares at `now`, or at the candidate's first moment if that is later."""
    at = max(now, candidate.valid_from)
    versions = [candidate] if current is None else [candidate, current]
    parties = {party.code for version in versions for party in version.parties} - {node}
    return Simulation(
        candidate=candidate,
        current=None if current is None else _valid_at(current, at),
        policies=policies,
        node=node,
        at=at,
        groups={code: _groups(versions, node, code) for code in sorted(parties)},
    )


def compare(task: Simulation, record: Record) -> list[Effect]:
    """The effects for every recipient; a recipient for whom nothing changes has none."""
    facts = Facts(record, task.at.astimezone(UTC).date())
    purposes = frozenset(facts.texts("record.purpose"))
    effects = []
    for recipient, groups in task.groups.items():
        asked = [next((each for each in group if each in purposes), None) for group in groups]
        chosen = [purpose for purpose in asked if purpose is not None]
        effect = _effect(task, facts, recipient, chosen)
        if effect is not None:
            effects.append(effect)
    return effects


def _valid_at(version: Agreement, at: datetime) -> Agreement:
    """The version in force, as if it went on: that it ends is not what a new text changes."""
    return version if at < version.valid_until else replace(version, valid_until=datetime.max.replace(tzinfo=at.tzinfo))


def _groups(versions: list[Agreement], node: str, recipient: str) -> tuple[tuple[str, ...], ...]:
    """Purposes by the clauses that they open in each version."""
    groups: dict[tuple[object, ...], list[str]] = {}
    for purpose in sorted({purpose for version in versions for purpose in version.purposes}):
        opens = tuple(
            purpose in version.purposes
            and tuple(c.terms.purposes is None or purpose in c.terms.purposes for c in version.clauses)
            for version in versions
            if version.party(node) is not None and version.party(recipient) is not None
        )
        groups.setdefault(opens, []).append(purpose)
    return tuple(tuple(group) for group in groups.values())


def _effect(task: Simulation, facts: Facts, recipient: str, purposes: list[str]) -> Effect | None:
    pairs = [
        (_sent(task, task.current, facts, recipient, purpose), _sent(task, task.candidate, facts, recipient, purpose))
        for purpose in purposes
    ]
    before = _all_sent([old for old, _ in pairs])
    after = _all_sent([new for _, new in pairs])
    terms = {
        name
        for old, new in pairs
        if old is not None and new is not None and old.terms != new.terms
        for (name, was), (_, now) in zip(old.terms, new.terms, strict=True)
        if was != now
    }
    if before.keys() == after.keys() and not terms:
        return None
    change = "released" if not before else "stopped" if not after else "changed"
    record, gained, lost = facts.record, after.keys() - before.keys(), before.keys() - after.keys()
    return Effect(
        ref=record.ref,
        recipient=recipient,
        change=change,
        gained=tuple(Claimed(each.id, each.path, after[each.id]) for each in record.claims if each.id in gained),
        lost=tuple(Claimed(each.id, each.path, before[each.id]) for each in record.claims if each.id in lost),
        handling=tuple(sorted(terms)),
    )


def _all_sent(sides: list[_Sent | None]) -> dict[str, str]:
    """Claims over all purposes; the clause of the first purpose that sends one."""
    found: dict[str, str] = {}
    for side in sides:
        if side is not None:
            found = {**side.claims, **found}
    return found


def _sent(task: Simulation, version: Agreement | None, facts: Facts, recipient: str, purpose: str) -> _Sent | None:
    """None when nothing would leave."""
    if version is None or purpose not in version.purposes or version.party(recipient) is None:
        return None
    asked = Inputs(version, task.policies, facts.record, task.node, recipient, purpose, task.at, "", "")
    decision = decide(asked, facts)
    if decision.handling is None:
        return None
    claims = {id_: each.clause or "" for id_, each in decision.outcomes.items() if each.reason == "CLAUSE"}
    return _Sent(claims, _terms(decision))


def _terms(decision: Decision) -> tuple[tuple[str, object], ...]:
    handling = () if decision.handling is None else tuple(decision.handling._asdict().items())
    return (*handling, ("approvals", (decision.approvals_needed, decision.approver_role)))
