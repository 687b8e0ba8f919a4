"""What waits for one person, by obligation: what is overdue, then what stops work, then what is due, then the rest.

A person sees what their role can do the next step of. It holds codes, numbers, names of partners and of records in
lists; never what a message says. Nothing here acts, and who shows it notes that it was read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from exchange.model.compare import reasons
from exchange.model.found import Place
from exchange.model.matching import OPEN
from exchange.model.records import Ref
from exchange.model.state import MessageKey, Person
from exchange.operations.agreement_alarms import alarms
from exchange.operations.alarms import ROLLED_BACK, STALE, all_alarms
from exchange.operations.approve import stands
from exchange.operations.clock import safe_now
from exchange.operations.contradictions import SPLIT
from exchange.operations.duplicates import place_of
from exchange.operations.equivocation import stopped
from exchange.operations.found_lines import FoundLine, opened
from exchange.operations.inbox import Arrived, arrivals, codes_of, opened_for_list
from exchange.operations.likeness import likeness
from exchange.operations.obligations import OPENING, Obligation, waiting
from exchange.operations.override import WAIT
from exchange.operations.permissions import ROLES, Permission, require
from exchange.operations.reconcile_alarms import reconcile_alarms
from exchange.ports import Node, Unit

MOST: Final = 200
"""Of one kind that are looked at."""
STOPPED: Final = "STREAM_STOPPED"
"""Code of the alarm that nothing of a partner's stream is taken in."""
HALTING: Final = frozenset({ROLLED_BACK, STALE, SPLIT, STOPPED})
"""Alarms while which something stands still."""
ALARM: Final = "alarm"
LATE: Final = "late"
ARRIVED: Final = ("found", "records", "answer", "notice", "onward-grant", "refused")
"""What came in and asks for nothing but to be looked at."""
MATCH: Final = "match"
KINDS: Final = (
    *("request", "onward-request", "recall", "correction", "tell", LATE),
    *("approve", "release", "waiver", "standing", "override", "termination", "opening", "reading", "offer"),
    MATCH,
    *ARRIVED,
    ALARM,
)
"""The closed list of what can wait."""
_RANKS: Final = ("overdue", "halting", "due", "open")
_ANSWERS: Final = {
    "request": Permission.RELEASE_PROPOSE,
    "onward-request": Permission.RELEASE_PROPOSE,
    "recall": Permission.RECALL_ANSWER,
    "correction": Permission.CORRECTION_ACKNOWLEDGE,
    OPENING: Permission.NOTICE_SEND,
}
"""What a partner waits for -> who can do the next step."""


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that waits."""

    kind: str
    since: datetime
    partner: str = ""
    """Country code; empty where it is about no partner."""
    subject: str = ""
    """The id under which its page is found: of a message, a release, an opening; of what came in `epoch/number`."""
    agreement: str = ""
    due_at: datetime | None = None
    overdue: bool = False
    facts: Mapping[str, str | int] = field(default_factory=dict)
    """Codes and numbers for its line."""
    arrived: Arrived | None = None
    """Of what came in, once it is described."""
    pair: Sequence[FoundLine] = ()
    """Of a possible match, once it is described: our record and the partner's."""

    @property
    def rank(self) -> str:
        """`overdue`, `halting`, `due` or `open`."""
        if self.overdue:
            return "overdue"
        if self.kind == ALARM and self.facts.get("code") in HALTING:
            return "halting"
        return "due" if self.due_at is not None else "open"

    @property
    def order(self) -> tuple[int, datetime, str, str, str]:
        """By obligation: what must be done sooner comes first."""
        return (_RANKS.index(self.rank), self.due_at or self.since, self.kind, self.partner, self.subject)


@dataclass(frozen=True, slots=True)
class _Desk:
    node: Node
    unit: Unit
    person: Person
    now: datetime

    def may(self, permission: Permission) -> bool:
        return permission in ROLES.get(self.person.role, frozenset())


def tasks(node: Node, unit: Unit, person: Person) -> list[Task]:
    """Everything that waits for this person, in its order; of one kind the first `MOST`."""
    require(person, Permission.STATUS_READ)
    desk = _Desk(node, unit, person, safe_now(node, unit))
    found = [task for look in _LOOKS for task in look(desk)]
    return sorted(found, key=lambda task: task.order)


def counted(found: Sequence[Task]) -> list[tuple[str, int, int]]:
    """(kind, how many, how many of those are overdue), in the order of `KINDS`; kinds of which nothing waits left
    out."""
    each = Counter(task.kind for task in found)
    late = Counter(task.kind for task in found if task.overdue)
    return [(kind, each[kind], late[kind]) for kind in KINDS if each[kind]]


def described(unit: Unit, task: Task) -> Task:
    """The task with what its line shows besides: a message is opened for its codes, an envelope for its records."""
    if task.kind in ARRIVED:
        epoch, _, seq = task.subject.partition("/")
        item = unit.streams.inbox_item(task.partner, int(epoch), int(seq))
        return task if item is None else replace(task, arrived=opened_for_list(unit, item))
    if task.kind == MATCH:
        return _described_match(unit, task)
    if not task.subject.startswith("msg-"):
        return task
    direction = "out" if task.kind == LATE else "in"
    stored = unit.messages.get(MessageKey(task.subject, task.partner, direction))
    if stored is None:
        return task
    facts = {**codes_of(stored), **task.facts}
    return replace(task, agreement=stored.agreement_id, since=stored.created_at, facts=facts)


def _described_match(unit: Unit, task: Task) -> Task:
    """Both records by their names, why they may be one, and how alike they are, in percent."""
    a, a_id, b, b_id = task.subject.split("/")
    held = [str(task.facts[side]) for side in ("held_a", "held_b")]
    both = opened(unit, [Place(ref, side) for ref, side in zip((Ref(a, a_id), Ref(b, b_id)), held, strict=True)])
    if len(both) != 2:
        return task
    facts: dict[str, str | int] = dict.fromkeys(reasons(both[0].kind, both[0].claims, both[1].claims), 1)
    said = likeness(*both)
    if said is not None:
        facts["percent"] = int(100 * said.probability)
    return replace(task, facts=facts, pair=[each.line() for each in both])


def _obligations(desk: _Desk) -> Iterator[Task]:
    if not desk.may(Permission.MESSAGE_READ):
        return
    for due in waiting(desk.unit, desk.now)[: 5 * MOST]:
        if due.by == "ours" and desk.may(_ANSWERS[due.type]):
            yield _task(due, "tell" if due.type == OPENING else due.type)
        elif due.by == "theirs" and due.overdue:
            yield _task(due, LATE)


def _task(due: Obligation, kind: str) -> Task:
    facts = _facts(type=due.type)
    return Task(kind, due.due_at, due.key.partner, due.key.id, "", due.due_at, due.overdue and kind != LATE, facts)


def _arrivals(desk: _Desk) -> Iterator[Task]:
    if desk.may(Permission.RECORD_READ):
        for item, kind in arrivals(desk.unit, desk.person):
            place = f"{item.epoch}/{item.seq}"
            yield Task(
                kind, item.received_at, item.sender, place, item.agreement_id, facts=_facts(records=item.records)
            )


def _matches(desk: _Desk) -> Iterator[Task]:
    """Two records that may be of one person."""
    if desk.may(Permission.RECORD_WRITE):
        for pair in desk.unit.matches.queue(OPEN, None, MOST):
            subject = f"{pair.a.originator}/{pair.a.id}/{pair.b.originator}/{pair.b.id}"
            held = {side: place_of(desk.node, ref).held for side, ref in (("held_a", pair.a), ("held_b", pair.b))}
            partner = "" if pair.b.originator == desk.node.code else pair.b.originator
            yield Task(MATCH, pair.found_at, partner, subject, facts=_facts(**held))


def _approvals(desk: _Desk) -> Iterator[Task]:
    """Proposals that this person may still approve, and those that may be released."""
    unit = desk.unit
    if desk.may(Permission.RELEASE_APPROVE):
        for each in unit.releases.page("proposed", None, MOST):
            given = unit.releases.approvals(each.id)
            mine = any(approval.person == desk.person.id for approval in given)
            if each.proposer != desk.person.id and not mine and desk.now < each.expires_at:
                held = sum(stands(unit, approval) for approval in given)
                facts = _facts(kind=each.kind, given=held, needed=each.approvals_needed, proposer=each.proposer)
                yield Task("approve", each.created_at, each.recipient, each.id, each.agreement_id, each.expires_at,
                           facts=facts)  # fmt: skip
    if desk.may(Permission.EXCHANGE_RUN):
        for each in unit.releases.page("approved", None, MOST):
            if desk.now < each.expires_at:
                facts = _facts(kind=each.kind, given=each.approvals_needed, needed=each.approvals_needed)
                yield Task("release", each.created_at, each.recipient, each.id, each.agreement_id, each.expires_at,
                           facts=facts)  # fmt: skip


def _second_persons(desk: _Desk) -> Iterator[Task]:
    """What another person asked for, and this one may confirm."""
    unit, me = desk.unit, desk.person.id
    if desk.may(Permission.WAIVER_GRANT):
        for each in unit.waivers.all(MOST):
            open_ = each.state == "asked" and desk.now < each.expires_at
            mine = each.administrator if desk.person.role == "administrator" else each.releasing_officer
            if open_ and mine is None:
                yield Task("waiver", each.created_at, "", each.proposal_id, "", each.expires_at,
                           facts=_facts(reason=each.reason, waiver=each.id))  # fmt: skip
        for override in unit.heads.overrides(MOST):
            ends = override.asked_at + WAIT
            open_ = override.confirmer is None and override.ended_at is None and desk.now < ends
            if open_ and override.asker != me:
                facts = _facts(reason=override.reason, hours=override.hours, asker=override.asker)
                yield Task("override", override.asked_at, "", override.id, "", ends, facts=facts)
    if desk.may(Permission.STANDING_APPROVE):
        for standing in unit.waivers.all_standing(MOST):
            if standing.state == "asked" and desk.now < standing.expires_at and standing.first_officer != me:
                yield Task("standing", standing.created_at, "", standing.id, standing.agreement_id, standing.expires_at,
                           facts=_facts(marking=standing.marking, asker=standing.first_officer))  # fmt: skip
    yield from _terminations(desk)


def _terminations(desk: _Desk) -> Iterator[Task]:
    if not desk.may(Permission.AGREEMENT_TERMINATE):
        return
    for stored in desk.unit.agreements.all():
        if stored.state in ("active", "suspended"):
            asked = desk.unit.agreements.termination(stored.id, stored.version, lock=False)
            if asked is not None and asked.confirmed_at is None and asked.asked_by != desk.person.id:
                yield Task("termination", asked.asked_at, "", stored.id, stored.id, facts=_facts(asker=asked.asked_by))


def _openings(desk: _Desk) -> Iterator[Task]:
    me = desk.person.id
    if not desk.may(Permission.AUDIT_OPENING_READ):
        return
    for each in desk.unit.openings.all(MOST):
        facts = _facts(reason=each.reason, index=each.index, asker=each.asker)
        if desk.now >= each.expires_at:
            continue
        if each.state == "asked" and each.asker != me and desk.may(Permission.AUDIT_OPEN_CONFIRM):
            yield Task("opening", each.asked_at, "", each.id, "", each.expires_at, facts=facts)
        elif each.state == "confirmed" and each.asker == me:
            yield Task("reading", each.asked_at, "", each.id, "", each.expires_at, facts=facts)


def _offers(desk: _Desk) -> Iterator[Task]:
    if desk.may(Permission.AGREEMENT_WRITE):
        for each in desk.unit.offers.of(None):
            yield Task("offer", each.received_at, each.partner, each.digest, each.agreement_id,
                       facts=_facts(version=each.version))  # fmt: skip


def _alarms(desk: _Desk) -> Iterator[Task]:
    """All alarms: who cannot act on one can call who can."""
    unit = desk.unit
    for partner in unit.partners.all():
        halt = stopped(unit, partner.code)
        if halt is not None:
            facts = _facts(code=STOPPED, epoch=halt.epoch, seq=halt.seq)
            yield Task(ALARM, datetime.fromisoformat(halt.at), partner.code, STOPPED, facts=facts)
    for each in all_alarms(desk.node, unit, desk.now):
        numbers = {} if each.ours == each.theirs else {"ours": each.ours, "theirs": each.theirs}
        about = "" if each.partner == desk.node.code else each.partner
        yield Task(ALARM, _moment(each.since, desk.now), about, each.code, facts=_facts(code=each.code, **numbers))
    for one in reconcile_alarms(unit, desk.now):
        facts = _facts(code=one.code, count=one.count, reconcile=1)
        yield Task(ALARM, _moment(one.since, desk.now), one.partner, one.code, facts=facts)
    for alarm in alarms(unit):
        facts = _facts(code=alarm.code, version=alarm.version, agreement=1)
        yield Task(ALARM, _moment(alarm.at, desk.now), "", alarm.agreement_id, alarm.agreement_id, facts=facts)


def _facts(**values: str | int) -> dict[str, str | int]:
    return values


def _moment(at: str, now: datetime) -> datetime:
    """Since when; an alarm that knows no time of its own rings since now."""
    return datetime.fromisoformat(at) if at else now


_LOOKS: Final[tuple[Callable[[_Desk], Iterator[Task]], ...]] = (
    _obligations,
    _matches,
    _arrivals,
    _approvals,
    _second_persons,
    _openings,
    _offers,
    _alarms,
)
