"""Delivers queued envelopes to one partner, in stream order, always the same stored bytes.

Each attempt re-checks the agreement, the keys, our recalls and the consents of other originators first: a number that
may no longer go out is filled by a signed void, so that nothing leaves after an agreement ended, a key was revoked or a
record was recalled, pending included (policies.md, case 22), and the stream goes on.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from exchange.crypto.opening import header_of
from exchange.errors import Code, Denied, ExchangeError, Remote, Untrusted
from exchange.model.state import OutboxItem, Partner
from exchange.operations.clock import safe_now
from exchange.operations.grounds import Grounds, grounds
from exchange.operations.heartbeat import hear_first
from exchange.operations.keys_in_force import keys_hold
from exchange.operations.known_partners import partner_in_use
from exchange.operations.ledger_state import able_to_sign
from exchange.operations.message_facts import read_stored
from exchange.operations.permits import Way, held
from exchange.operations.receipts import take_row
from exchange.operations.release import LIFETIME, fill_with_void
from exchange.operations.views import Asked, view
from exchange.policies.import_rules import in_force_between
from exchange.policies.messages import protects
from exchange.ports import Node, Unit

FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=15)
"""Backoff doubles from the first to the longest wait, each with jitter of half to all of it."""
BATCH = 50
MOST_TOGETHER = 16
"""Envelopes of one request at most."""
TOGETHER = 512 << 10
"""Bytes of the envelopes of one request at most, unless it is a single one."""
CARRIES = ("release", "correction")
"""Kinds of proposals that send records."""
_JITTER = random.SystemRandom()


@dataclass(slots=True)
class Delivered:
    """What one run did: envelopes answered, how many of those as refusals, and the error that stopped it."""

    accepted: int = 0
    refused: int = 0
    voided: int = 0
    stopped: Code | None = None


def deliver(node: Node, recipient: str) -> Delivered:
    """Sends what is due to `recipient` until nothing is left or an attempt fails. One transaction per step.

    A process that dies after sending and before storing the receipt sends the same bytes again and gets the stored
    receipt back: nothing is lost and nothing arrives twice.
    """
    result = Delivered()
    hear_first(node, recipient)
    while True:
        with node.store.read() as unit:
            able_to_sign(unit)
            partner = partner_in_use(unit, recipient)
            due = _heads(unit, recipient, node.clock.now())
        left = due
        while left:
            done = _attempt(node, partner, left, result)
            if result.stopped is not None:
                return result
            left = left[done:]
        if len(due) < BATCH:
            return result


def _heads(unit: Unit, recipient: str, now: datetime) -> list[OutboxItem]:
    """What may go now: from the first number without a receipt up to the first that waits for its next attempt.

    Nothing overtakes a number that waits: the partner would refuse it as a gap, and it would gather waits of its own.
    """
    waiting = unit.streams.due(now + LONGEST_WAIT, BATCH, recipient)
    return list(takewhile(lambda item: item.next_attempt_at <= now, waiting))


def backoff(attempts: int) -> timedelta:
    """How long to wait after `attempts` failures, jittered so that partners do not retry in step."""
    longest = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(attempts, 16))
    return timedelta(seconds=longest.total_seconds() * _JITTER.uniform(0.5, 1.0))


def may_go_out(node: Node, unit: Unit, item: OutboxItem, now: datetime, *, lock: bool) -> bool:
    """What it was sealed under still holds: agreement version and its validity then, our national policies, the keys,
    and for records that nothing was recalled since and other originators still consent.

    `item` with its bytes.
    """
    partner = unit.partners.get(item.recipient)
    if partner is None or not keys_hold(unit, partner, header_of(item.wire), now):
        return False
    try:
        ground = grounds(unit, item.agreement_id, lock=lock)
    except Denied:
        return _protects(unit, item)
    same = ground.agreement.version == item.agreement_version
    if not same or not in_force_between(ground.agreement, node.code, item.recipient, now):
        return _protects(unit, item)
    proposal = None if item.proposal_id is None else unit.releases.get(item.proposal_id)
    if proposal is None:
        return True
    way = Way(item.recipient, item.agreement_id, proposal.purpose, now)
    same = proposal.policy_digest == ground.policy_digest
    return same and (proposal.kind not in CARRIES or _stands(node, unit, item, (ground, way), lock=lock))


def _stands(node: Node, unit: Unit, item: OutboxItem, under: tuple[Grounds, Way], *, lock: bool) -> bool:
    """No recall of ours stands behind it in the stream, and what it passes on would leave in the same view today."""
    doubtful = unit.releases.doubtful(item, node.code)
    if not doubtful:
        return True
    if any(each.recalled for each in doubtful):
        return False
    ground, way = under
    found, permits = held(node, unit, [each.ref for each in doubtful], way, lock=lock)
    asked = Asked(way.recipient, way.purpose, way.now, permits)
    views = {each.record.ref: view(node, ground, each, asked) for each in found}
    released = {ref: seen.digest for ref, seen in views.items() if seen.released is not None}
    return released == {each.ref: each.view_digest for each in doubtful}


def _protects(unit: Unit, item: OutboxItem) -> bool:
    """A recall, or what became of one, goes out whatever became of the agreement."""
    if item.proposal_id is not None:
        return False
    row = unit.messages.at(item.recipient, "out", item.epoch, item.seq)
    return row is not None and bool(row.body) and protects(read_stored(row.body, row.type))


def expired(item: OutboxItem, now: datetime) -> bool:
    """Nobody could take it any more, so it would block the stream for good. A void never expires."""
    if item.state == "void" or item.receipt is not None or now < item.created_at + LIFETIME:
        return False
    return now >= header_of(item.wire).expires_at


def cleared(node: Node, unit: Unit, item: OutboxItem) -> OutboxItem:
    """The item itself, or the void that now stands in its place. Also what a pull serves."""
    if item.state == "void":
        return item
    now = safe_now(node, unit)
    if may_go_out(node, unit, item, now, lock=True) and not expired(item, now):
        return item
    return fill_with_void(node, unit, item)


def together(wires: Sequence[bytes]) -> Sequence[bytes]:
    """The first envelopes that travel in one request: small ones share its price, a large one goes alone."""
    size = 0
    for count, wire in enumerate(wires):
        size += len(wire)
        if count and (size > TOGETHER or count == MOST_TOGETHER):
            return wires[:count]
    return wires


def _attempt(node: Node, partner: Partner, due: Sequence[OutboxItem], result: Delivered) -> int:
    """Sends the first of `due`, and with it those that fit; returns how many need nothing more."""
    current = _clear(node, due)
    if not current:
        return 1  # its receipt came in meanwhile
    node.faults.reach("deliver.cleared")
    try:
        receipts = node.peers.push(partner, [item.wire for item in current])
        if not 1 <= len(receipts) <= len(current):
            raise Remote(Code.PARTNER_ANSWER, partner=partner.code)
        node.faults.reach("deliver.answered")  # the partner has it, we do not know yet: we send again
        places = [(item.epoch, item.seq) for item in current]
        outcomes = take_row(node, partner, receipts, places)
    except ExchangeError as failure:
        _failed(node, current[0], failure)
        result.stopped = failure.code
        return 0
    result.accepted += outcomes.count("accepted")
    result.refused += outcomes.count("refused")
    result.voided += outcomes.count("void")
    return len(outcomes)


def _clear(node: Node, due: Sequence[OutboxItem]) -> list[OutboxItem]:
    """Envelopes with their bytes, checked just before they go out together; none when a receipt came in for the first.

    What failed before goes alone, so that nothing behind it is held up by what stands against it.
    """
    first, clear, size = due[0], list[OutboxItem](), 0
    with node.store.read() as unit:
        now = safe_now(node, unit)
        for item in due[: 1 if first.attempts else MOST_TOGETHER]:
            full = unit.streams.out_item(item.recipient, item.epoch, item.seq)
            if full is None or full.receipt is not None:
                return clear
            size += len(full.wire)
            if clear and size > TOGETHER:
                return clear
            if full.state != "void" and (not may_go_out(node, unit, full, now, lock=False) or expired(full, now)):
                break
            clear.append(full)
    if clear:
        return clear
    with node.store.write() as unit:
        locked = unit.streams.out_item(first.recipient, first.epoch, first.seq, lock=True)
        return [] if locked is None or locked.receipt is not None else [cleared(node, unit, locked)]


def _failed(node: Node, item: OutboxItem, failure: ExchangeError) -> None:
    with node.store.write() as unit:
        wait = LONGEST_WAIT if isinstance(failure, (Denied, Untrusted)) else backoff(item.attempts)
        unit.streams.attempt_failed(item.recipient, item.epoch, item.seq, safe_now(node, unit) + wait)
