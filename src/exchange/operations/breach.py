"""A breach: which envelopes and records of which partner may be concerned, and the notices that say so.

It lists by place and reference, never by content. The notices go out only when a releasing officer says so, one to each
partner concerned, with the records that this partner sent or was sent. Spec: docs/spec/messages.md §10.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from exchange.errors import BadInput, Code, Denied, ExchangeError, Untrusted
from exchange.ledger.entries import entry
from exchange.model.messages import MAX_REFS, NOTICES, Notice
from exchange.model.records import Ref
from exchange.model.state import Person
from exchange.operations import journal
from exchange.operations.clock import safe_now, stamp
from exchange.operations.messages import MessageWish
from exchange.operations.permissions import Permission, require
from exchange.operations.release import Sent, send
from exchange.ports import Node, Unit

KINDS = frozenset({"lost", "theft", "access", "disclosure", "other"})
"""What happened."""
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Breach:
    """What somebody found out: what went to or came from this partner from `since` until before `until`."""

    partner: str
    since: datetime
    until: datetime
    kind: str


@dataclass(frozen=True, slots=True)
class Affected:
    """One envelope, by its place, and the records in it."""

    direction: str
    """`out` or `in`."""
    epoch: int
    seq: int
    envelope: str
    agreement: str
    purpose: str
    refs: tuple[Ref, ...]


def affected(node: Node, unit: Unit, person: Person, breach: Breach) -> list[Affected]:
    """The envelopes concerned, in order; logged. Sends nothing. BadInput(VALUE_NOT_ALLOWED)."""
    require(person, Permission.BREACH_WRITE)
    found = _affected(unit, breach)
    now = safe_now(node, unit)
    journal.write(node, unit, [_line(person, breach, found, now)], now)
    return found


@dataclass(frozen=True, slots=True)
class Notified:
    """What was sent, and under which agreements nothing could be said, and why."""

    sent: tuple[Sent, ...]
    untold: dict[str, Code]


def notify(node: Node, unit: Unit, person: Person, breach: Breach, outcome: str, note: str | None) -> Notified:
    """Sends the notices: at most 500 records each, under the agreement and purpose of their envelopes.

    An agreement under which nothing may be said any more holds up none of the others: it is told. Errors of `send` only
    when nothing at all could be sent.
    """
    require(person, Permission.BREACH_WRITE)
    if outcome not in NOTICES["breach"]:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="outcome")
    found = _affected(unit, breach)
    now = safe_now(node, unit)
    journal.write(node, unit, [_line(person, breach, found, now)], now)
    sent: list[Sent] = []
    untold: dict[str, Code] = {}
    last: ExchangeError | None = None
    for (agreement, purpose), refs in _grouped(found).items():
        for start in range(0, len(refs), MAX_REFS):
            named = tuple(refs[start : start + MAX_REFS])
            notice = Notice(purpose, "", "breach", outcome, named, None, None, note)
            try:
                sent.append(send(node, unit, person, MessageWish(breach.partner, agreement, notice)))
            except (Denied, Untrusted) as fault:
                untold[agreement], last = fault.code, fault
    if last is not None and not sent:
        raise last
    return Notified(tuple(sent), untold)


def _grouped(found: Iterable[Affected]) -> dict[tuple[str, str], list[Ref]]:
    by: dict[tuple[str, str], set[Ref]] = {}
    for each in found:
        by.setdefault((each.agreement, each.purpose), set()).update(each.refs)
    return {key: sorted(refs) for key, refs in sorted(by.items()) if refs}


def _affected(unit: Unit, breach: Breach) -> list[Affected]:
    if breach.kind not in KINDS:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="kind")
    if breach.since >= breach.until:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="until")
    return [*_out(unit, breach), *_in(unit, breach)]


def _out(unit: Unit, breach: Breach) -> list[Affected]:
    found = []
    for proposal, place in unit.releases.released_to(breach.partner, breach.since, breach.until):
        refs = tuple(item.ref for item in unit.releases.items(proposal.id))
        found.append(
            Affected("out", *place, proposal.envelope_digest or "", proposal.agreement_id, proposal.purpose, refs)
        )
    return found


def _in(unit: Unit, breach: Breach) -> list[Affected]:
    found = []
    after: tuple[str, int, int] | None = (breach.partner, 0, 0)
    while True:
        page = unit.streams.inbox(breach.partner, after, _PAGE)
        for item in page:
            if item.state == "accepted" and item.records and breach.since <= item.received_at < breach.until:
                refs = tuple(unit.copies.at(item.sender, item.epoch, item.seq))
                found.append(
                    Affected("in", item.epoch, item.seq, item.envelope_digest, item.agreement_id, item.purpose, refs)
                )
        if len(page) < _PAGE:
            return found
        after = (page[-1].sender, page[-1].epoch, page[-1].seq)


def _line(person: Person, breach: Breach, found: list[Affected], now: datetime) -> bytes:
    return entry(
        "breach.noted",
        at=stamp(now),
        actor=person.id,
        partner=breach.partner,
        code=breach.kind,
        since=stamp(breach.since),
        until=stamp(breach.until),
        envelopes=len(found),
        records=len({ref for each in found for ref in each.refs}),
    )
