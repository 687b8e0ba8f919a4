"""What a candidate agreement would change for this node's own records: pages of records read, decided twice, compared.

Nothing leaves and nothing is stored; but who simulates can learn of records what their conditions ask, so that each run
is an entry in the ledger before its first answer. Which records and claims is told only to people who may read records.
Spec: docs/spec/policy.md §15.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from exchange.crypto.encoding import canonical, digest
from exchange.ledger.entries import entry
from exchange.model.claims import JsonObject
from exchange.model.records import HeldRecord, Record, Ref
from exchange.model.state import Person, StoredAgreement
from exchange.operations import journal
from exchange.operations.agreements import TYPES
from exchange.operations.clock import safe_now, stamp
from exchange.operations.grounds import parsed, parsed_policy
from exchange.operations.permissions import ROLES, Permission, require
from exchange.policies.agreement import Agreement, read
from exchange.policies.lint import RECENT_DAYS, Recent
from exchange.policies.simulate import Effect, Simulation, Totals, compare, simulation
from exchange.ports import Node, Unit

PAGE = 500
"""Records read and decided at once; memory does not grow with their number."""


@dataclass(frozen=True, slots=True)
class Page:
    """Effects of one page of records. `effects` is empty for people who may not read records; totals are not."""

    effects: Sequence[Effect]
    totals: Totals
    next: Ref | None
    """Where the next page begins, behind this; None at the end."""


def begin_simulation(node: Node, unit: Unit, person: Person, document: JsonObject, records: int) -> Simulation:
    """Reads the candidate, finds the version that it would replace, and logs that `person` asks about `records`.

    BadInput(AGREEMENT_INVALID) with a pointer; a draft may still have placeholders for fingerprints.
    """
    require(person, Permission.AGREEMENT_READ)
    candidate_digest = digest(TYPES["agreement"], canonical(document)).hex()
    candidate = read(document, candidate_digest, draft=True)
    _note(node, unit, person, candidate, records)
    current = _standing(unit, candidate.id)
    policies = unit.agreements.active_policies(lock=False)
    return simulation(
        candidate,
        None if current is None else parsed(current.document, current.digest),
        tuple(parsed_policy(each.document, each.digest) for each in policies),
        node.code,
        safe_now(node, unit),
    )


def _note(node: Node, unit: Unit, person: Person, candidate: Agreement, records: int) -> None:
    """The ledger entry that records are asked about with the conditions of this document."""
    now = safe_now(node, unit)
    line = entry(
        "agreement.simulated",
        at=stamp(now),
        actor=person.id,
        agreement=candidate.id,
        version=candidate.version,
        digest=candidate.digest,
        records=records,
    )
    journal.write(node, unit, [line], now)


def simulated_page(
    unit: Unit,
    person: Person,
    task: Simulation,
    after: Ref | None,
    limit: int = PAGE,
    since: datetime | None = None,
) -> Page:
    """Compares the records behind `after`, at most `limit`, of them those that changed from `since` on; nothing of them
    is kept."""
    require(person, Permission.AGREEMENT_READ)
    lines = unit.records.lines(None, after, limit)
    refs = [line.ref for line in lines if since is None or line.changed_at >= since]
    return _compared(unit, person, task, refs, lines[-1].ref if len(lines) == limit else None)


def simulated_pages(node: Node, person: Person, task: Simulation, part: int = 0, parts: int = 1) -> Iterator[Page]:
    """Every page, or one in `parts` beginning with page `part`: processes side by side take one part each.

    Each page is a transaction of its own, so that no snapshot is held open for the whole of it.
    """
    require(person, Permission.AGREEMENT_READ)
    return _pages(node, person, task, (part, parts))


def _pages(node: Node, person: Person, task: Simulation, share: tuple[int, int]) -> Iterator[Page]:
    part, parts = share
    after: Ref | None = None
    index = 0
    while True:
        with node.store.read() as unit:
            refs = [line.ref for line in unit.records.lines(None, after, PAGE)]
            last = refs[-1] if len(refs) == PAGE else None
            found = _compared(unit, person, task, refs, last) if index % parts == part else None
        if found is not None:
            yield found
        if last is None:
            return
        after, index = last, index + 1


def _compared(unit: Unit, person: Person, task: Simulation, refs: Sequence[Ref], last: Ref | None) -> Page:
    totals, effects, listed = Totals(), list[Effect](), _may_list(person)
    for held in unit.records.current(refs, lock=False):
        found = compare(task, held.record)
        totals.add(found)
        if listed:
            effects += found
    return Page(effects, totals, last)


def _may_list(person: Person) -> bool:
    """Whether the person may know which records and claims; others get the numbers."""
    return Permission.RECORD_READ in ROLES[person.role]


def recent_records(node: Node, person: Person, candidate: Agreement) -> Recent:
    """Records that changed in the last `RECENT_DAYS` days, for lint: a stream, one transaction a page."""
    require(person, Permission.AGREEMENT_READ)
    with node.store.write() as unit:
        now = safe_now(node, unit)
        _note(node, unit, person, candidate, unit.records.count())
    return Recent(node.code, _changed_since(node, now - timedelta(days=RECENT_DAYS)), now.date())


def _changed_since(node: Node, since: datetime) -> Iterator[Record]:
    after: Ref | None = None
    while True:
        with node.store.read() as unit:
            lines = unit.records.lines(None, after, PAGE)
            refs = [line.ref for line in lines if line.changed_at >= since]
            held: list[HeldRecord] = unit.records.current(refs, lock=False)
        yield from (each.record for each in held)
        if len(lines) < PAGE:
            return
        after = lines[-1].ref


def _standing(unit: Unit, agreement_id: str) -> StoredAgreement | None:
    """The version in force, or the one that is suspended."""
    found = [each for each in unit.agreements.all() if each.id == agreement_id]
    return next((each for each in reversed(found) if each.state in ("active", "suspended")), None)
