"""Retention: what has had its time is destroyed. The worker calls it; the clock is the node's, held above its floor.

Copies go at their own time, and their sender is told. Records of ours go when their clocks have run out
(`policies/clocks.py`); who may still hold them gets a recall. Pages are bounded, each a transaction, so a process that
dies goes on where it was. No partner and no agreement can hold an erasure up. Spec: docs/spec/messages.md §8.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from exchange.errors import Denied, ExchangeError, Untrusted
from exchange.model.afterwards import CopyLine, Erased
from exchange.model.messages import MAX_REFS, Notice, Recall
from exchange.model.records import HeldRecord, Ref
from exchange.operations import journal
from exchange.operations.clock import safe_now, stamp
from exchange.operations.destroy import NO_MESSAGE, Why, destroy_copies, destroyed_entry
from exchange.operations.grounds import parsed
from exchange.operations.messages import MessageWish
from exchange.operations.old_texts import destroy_texts
from exchange.operations.readable import readable
from exchange.operations.release import send_own_notice, send_own_recall
from exchange.operations.sent import NOT_SENT, RECALL_TIME, RECALLED
from exchange.operations.views import forget_views
from exchange.policies.clocks import clocks
from exchange.ports import Node, Unit

PAGE = 200
"""Copies or records looked at in one transaction."""
_DAY = "retention.day"
"""Setting: the last day on which every record of ours was looked at. Their clocks count days."""


@dataclass(slots=True)
class Retained:
    """What one run destroyed."""

    copies: int = 0
    """Parcels."""
    records: int = 0
    texts: int = 0
    """Messages whose text is gone; codes, times and numbers stay."""
    damaged: int = 0
    """Records of ours that cannot be opened, so that nobody can tell when their time is over."""


def retention(node: Node) -> Retained:
    """Destroys everything whose time is over now. Unavailable(CLOCK_UNSAFE) when the clock cannot be trusted."""
    done = Retained()
    while True:
        with node.store.write() as unit:
            found = _copies_page(node, unit)
        done.copies += found
        if not found:
            break
    after: Ref | None = None
    with node.store.read() as unit:
        today = safe_now(node, unit).date().isoformat()
        if unit.setting(_DAY) == today:
            return done
    while True:
        with node.store.read() as unit:
            lines = unit.records.lines(None, after, PAGE)
            due, damaged = _due(node, unit, [line.ref for line in lines])
        done.damaged += damaged
        if due:
            with node.store.write() as unit:
                done.records += _erase(node, unit, due)
        if len(lines) < PAGE:
            break
        after = lines[-1].ref
    done.texts = destroy_texts(node)
    with node.store.write() as unit:
        unit.set_setting(_DAY, today)
    return done


def _copies_page(node: Node, unit: Unit) -> int:
    """One page of copies whose time is over, with what their sender sent of the same record before."""
    now = safe_now(node, unit)
    due = unit.copies.expired(now, PAGE)
    if not due:
        return 0
    newest = {(line.ref, line.sender): (line.epoch, line.seq) for line in sorted(due, key=lambda each: each[3:5])}
    refs = sorted({line.ref for line in due})
    gone = [
        line
        for line in unit.copies.places(refs)
        if (line.epoch, line.seq) <= newest.get((line.ref, line.sender), (0, 0))
    ]
    _tell_senders(node, unit, gone)
    line = destroy_copies(node, unit, gone, Why(node.code, "retention", NO_MESSAGE), now)
    journal.write(node, unit, [line], now)
    node.faults.reach("retention.copies")  # uncommitted: a crash leaves the page as it was, and the next run takes it
    return len(gone)


def _tell_senders(node: Node, unit: Unit, gone: list[CopyLine]) -> None:
    """Before the copies go: a notice names what is held."""
    told: dict[tuple[str, str, str], set[Ref]] = {}
    for line in gone:
        told.setdefault((line.sender, line.agreement_id, line.purpose), set()).add(line.ref)
    for (sender, agreement, purpose), found in sorted(told.items()):
        refs = sorted(found)
        for start in range(0, len(refs), MAX_REFS):
            named = tuple(refs[start : start + MAX_REFS])
            notice = Notice(purpose, "", "destroyed", "retention_end", named, None, None, None)
            try:
                send_own_notice(node, unit, MessageWish(sender, agreement, notice))
            except (Denied, Untrusted):
                continue  # no agreement any more, or no partner: the ledger says it alone


def _due(node: Node, unit: Unit, refs: list[Ref]) -> tuple[list[Ref], int]:
    """(whose time is over, how many cannot be opened)."""
    now = safe_now(node, unit)
    held, damaged = readable(unit, refs, lock=False)
    return [each.record.ref for each in held if clocks(each.record, now).must_be_erased(now)], len(damaged)


def _erase(node: Node, unit: Unit, refs: list[Ref]) -> int:
    """Looked at again under locks: a record may have been renewed since the page was read."""
    now = safe_now(node, unit)
    held = [each for each in unit.records.current(refs, lock=True) if clocks(each.record, now).must_be_erased(now)]
    by_why: dict[str, list[HeldRecord]] = {}
    for each in held:
        by_why.setdefault(clocks(each.record, now).why, []).append(each)
    lines = []
    for why, of in sorted(by_why.items()):
        gone = [each.record.ref for each in of]
        _recall_sent(node, unit, gone, now)
        lines.append(destroyed_entry(node, unit, gone, "own", Why(node.code, why.lower(), NO_MESSAGE), now))
        unit.records.erase(gone)
        unit.answers.drop_naming(gone)  # their requests held the claims
        unit.erasures.bury([Erased(each.record.ref, "own", "", each.record.version, now, why.lower()) for each in of])
    if lines:
        journal.write(node, unit, lines, now)
        forget_views()
    node.faults.reach("retention.records")  # uncommitted: nothing was erased and nobody was told
    return len(held)


def _recall_sent(node: Node, unit: Unit, refs: list[Ref], now: datetime) -> None:
    """A recall to everybody whose copy may live longer than the record."""
    wanted: dict[tuple[str, str, str], list[Ref]] = {}
    for view in unit.releases.views_of(refs):
        if view.view_digest in (NOT_SENT, RECALLED):
            continue
        released = [
            proposal
            for proposal, _ in unit.releases.of_record(view.ref)
            if proposal.recipient == view.recipient and proposal.state == "released"
        ]
        if not released or not _may_live(unit, released[-1].agreement_id, released[-1].released_at, now):
            continue
        key = (view.recipient, released[-1].agreement_id, released[-1].purpose)
        wanted.setdefault(key, []).append(view.ref)
    for (recipient, agreement, purpose), named in sorted(wanted.items()):
        recall = Recall(purpose, "", tuple(sorted(named)), "retention", None, stamp(now + RECALL_TIME), None)
        try:
            send_own_recall(node, unit, MessageWish(recipient, agreement, recall))
        except (Denied, Untrusted):
            continue  # a partner that we no longer speak to: the erasure does not wait for it


def _may_live(unit: Unit, agreement_id: str, released_at: datetime | None, now: datetime) -> bool:
    """Counted from the release by the longest time that the agreement allows, and the time an envelope may travel."""
    stored = unit.agreements.get(agreement_id)
    if stored is None or released_at is None:
        return False
    try:
        days = parsed(stored.document, stored.digest).retention_days
    except ExchangeError:
        return True
    return released_at + timedelta(days=days + 30) > now
