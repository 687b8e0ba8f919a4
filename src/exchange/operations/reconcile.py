"""Reconciles with a partner: asks what it has of the streams between us, computes the result, and both sign it.

    1 our statement goes out, the partner's comes back           one digest for 1,000 numbers
    2 of each block that differs the rows go out and come back   8 blocks at most
    3 our signed result is stored, then sent; the partner's comes back and is stored beside it

A crash behind 3's first half leaves a pending result: the next run sends it again before it asks anew. Whatever the
partner signs is held against what it signed before; what does not fit is kept and rings. Who answers is
`reconcile_answer.py`. Spec: docs/spec/ledger.md §8.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from exchange.crypto.encoding import digest
from exchange.crypto.opening import SKEW
from exchange.crypto.signed import document_of, unwrap, wrap
from exchange.errors import BadInput, Code, Conflict, Denied, ExchangeError, Remote, Untrusted
from exchange.ledger import reconciled as results
from exchange.ledger.classes import Class
from exchange.ledger.entries import entry
from exchange.ledger.reconciled import Result, compute
from exchange.ledger.statements import (
    BLOCK,
    MAX_READ,
    MAX_WIRE,
    TYPE,
    Block,
    Row,
    Said,
    Statement,
    block_digest,
    differing,
    read_statement,
)
from exchange.model.reconciled import Reconciled
from exchange.model.state import Partner
from exchange.operations import journal
from exchange.operations.clock import safe_now, stamp
from exchange.operations.heartbeat import hear_first
from exchange.operations.known_partners import card_in_use, partner_in_use
from exchange.operations.ledger_state import able_to_sign
from exchange.operations.numbers import Snapshot, snapshot
from exchange.ports import Node, Unit

AGREED, DIFFERS, PENDING, BROKEN = "agreed", "differs", "pending", "broken"
PATIENCE: Final = timedelta(days=1)
"""How long our half of a result waits for the partner's."""
_REFUSED: Final = (400, 403, 413, 422)
"""Statuses of a partner that will not take it; others pass."""


class _BrokenError(Exception):
    """What the partner signed does not fit what it signed before: control flow, with both."""

    def __init__(self, *signed: bytes) -> None:
        self.signed = signed


@dataclass(frozen=True, slots=True)
class _Run:
    """What is said in one run."""

    partner: Partner
    asked: Statement
    ours: Snapshot


def reconcile(node: Node, partner_code: str) -> Reconciled:
    """One run with a partner; returns the result that is stored. Remote and Untrusted errors are raised.

    Untrusted(RECONCILE_DIFFERS) when the partner contradicts itself within the run; its documents are kept.
    Unavailable(ROLLED_BACK) for an old backup, which is asked about first: it signs nothing, this neither.
    """
    hear_first(node, partner_code)
    with node.store.read() as unit:
        able_to_sign(unit)
    finish_pending(node, partner_code)
    with node.store.read() as unit:
        partner = partner_in_use(unit, partner_code)
        now = safe_now(node, unit)
        ours = snapshot(node, unit, partner_code)
    asked = Statement(node.code, partner_code, stamp(now), stamp(now)[:10], "", ours.streams)
    run = _Run(partner, asked, ours)
    try:
        result = _ask(node, run)
    except _BrokenError as fault:
        keep_broken(node, partner_code, asked, fault.signed)
        raise Untrusted(Code.RECONCILE_DIFFERS, partner=partner_code) from None
    document = result.to_bytes()
    found = Reconciled(
        partner=partner_code,
        run=result.run,
        day=result.day,
        at=now,
        outcome=PENDING,
        digest=results.digest_of(document),
        findings=result.findings,
        document=document,
        ours=wrap(results.TYPE, document, node.keys.signing[node.suite]),
    )
    with node.store.write() as unit:
        unit.reconciles.keep(found)
    return _exchange(node, partner, found)


def finish_pending(node: Node, partner_code: str) -> Reconciled | None:
    """Sends a result again whose answer never came. The partner may have forgotten the run: then ours stands alone.

    A partner that refuses it, or does not take it for a day, does not hold up the next run: it is closed as `differs`,
    without the partner's word, and rings.
    """
    with node.store.read() as unit:
        partner = partner_in_use(unit, partner_code)
        newest = unit.reconciles.of(partner_code, 1)
    if not newest or newest[0].outcome != PENDING:
        return None
    try:
        return _exchange(node, partner, newest[0])
    except ExchangeError as fault:
        if fault.code is Code.STALE:
            return None
        if not _refuses(fault) and not _is_old(node, newest[0]):
            raise
    _settle(node, newest[0], DIFFERS, None)
    return None


def _refuses(fault: ExchangeError) -> bool:
    """What the partner says, or what it signed, does not get better by sending ours again."""
    if not isinstance(fault, Remote):
        return isinstance(fault, (BadInput, Denied, Untrusted))
    status = fault.facts.get("status", 400)
    passing = fault.code in (Code.PARTNER_UNREACHABLE, Code.ADDRESS_NOT_ALLOWED, Code.TOO_MANY_REQUESTS)
    return not passing and status in _REFUSED


def _is_old(node: Node, found: Reconciled) -> bool:
    with node.store.read() as unit:
        return safe_now(node, unit) - found.at > PATIENCE


def _ask(node: Node, run: _Run) -> Result:
    key = node.keys.signing[node.suite]
    wire = node.peers.reconcile(run.partner, wrap(TYPE, run.asked.to_bytes(), key))
    answered = heard(node, run.partner.code, wire)
    if not isinstance(answered, Statement) or (answered.run, answered.day) != (run.asked.digest, run.asked.day):
        raise Remote(Code.PARTNER_ANSWER, partner=run.partner.code)
    places = differing(run.asked, answered)
    rows: dict[tuple[str, Block], tuple[Row, ...]] = {}
    for place in places[:MAX_READ]:
        rows[node.code, place] = run.ours.rows(place)
        rows[run.partner.code, place] = _rows(node, run, place, (answered, wire))
    return compute(run.asked, answered, run.ours.equal(answered), rows, len(places) - len(places[:MAX_READ]))


def _rows(node: Node, run: _Run, place: Block, answered: tuple[Statement, bytes]) -> tuple[Row, ...]:
    said = Said(node.code, run.partner.code, run.asked.issued, run.asked.digest, place, run.ours.rows(place))
    wire = node.peers.reconcile(run.partner, wrap(TYPE, said.to_bytes(), node.keys.signing[node.suite]))
    theirs = heard(node, run.partner.code, wire)
    if not isinstance(theirs, Said) or (theirs.run, theirs.place) != (run.asked.digest, place):
        raise Remote(Code.PARTNER_ANSWER, partner=run.partner.code)
    if not fits(answered[0], theirs):
        raise _BrokenError(answered[1], wire)
    return theirs.rows


def _exchange(node: Node, partner: Partner, found: Reconciled) -> Reconciled:
    """Our signed result for the partner's."""
    wire = node.peers.reconciled(partner, found.ours)
    with node.store.read() as unit:
        document = signed_result(node, unit, partner.code, wire)
    return settled(node, found, document, wire)


def settled(node: Node, found: Reconciled, document: bytes, theirs: bytes) -> Reconciled:
    """Stores what the partner signed beside what we did, once, with its ledger entry; the two need not be the same."""
    return _settle(node, found, AGREED if document == found.document else DIFFERS, theirs)


def _settle(node: Node, found: Reconciled, outcome: str, theirs: bytes | None) -> Reconciled:
    with node.store.write() as unit:
        if unit.reconciles.finish(found.partner, found.run, outcome, theirs):
            now = safe_now(node, unit)
            journal.write(node, unit, [done_entry(found, outcome, now)], now)
        kept = unit.reconciles.get(found.partner, found.run)
    if kept is None:
        raise Conflict(Code.STALE, partner=found.partner)
    return kept


def heard(node: Node, partner_code: str, wire: bytes) -> Statement | Said:
    """What the partner says to us, signed and fresh. Untrusted(NOT_ADDRESSED, EXPIRED, NOT_YET_VALID), BadInput.

    Unavailable(ROLLED_BACK) while we may not sign what follows from it.
    """
    with node.store.read() as unit:
        able_to_sign(unit)
        now = safe_now(node, unit)
        card = card_in_use(partner_in_use(unit, partner_code), now)
    said = read_statement(unwrap(TYPE, wire, lambda kid: card.signing_key(kid, now), limit=MAX_WIRE))
    if (said.node, said.to) != (partner_code, node.code):
        raise Untrusted(Code.NOT_ADDRESSED, partner=partner_code)
    issued = datetime.fromisoformat(said.issued)
    if issued < now - SKEW:
        raise Untrusted(Code.EXPIRED, partner=partner_code)
    if issued > now + SKEW:
        raise Untrusted(Code.NOT_YET_VALID, partner=partner_code)
    return said


def signed_result(node: Node, unit: Unit, partner_code: str, wire: bytes) -> bytes:
    """The result that the partner signed. SignatureInvalid; Untrusted(NOT_ADDRESSED) if it is not of the two of us."""
    now = safe_now(node, unit)
    card = card_in_use(partner_in_use(unit, partner_code), now)
    document = unwrap(results.TYPE, wire, lambda kid: card.signing_key(kid, now))
    result = results.read_result(document)
    if {result.asker, result.answerer} != {partner_code, node.code}:
        raise Untrusted(Code.NOT_ADDRESSED, partner=partner_code)
    return document


def fits(said: Statement, rows: Said) -> bool:
    """The rows are those that the statement of the same node has the digest of, and reach to its last number."""
    stated = said.block(rows.place)
    if stated is None:
        return not rows.rows
    last, high = said.by_place[rows.place[:2]].last, (rows.place.number + 1) * BLOCK
    if last <= high and (not rows.rows or rows.rows[-1].seq != last):
        return False
    return block_digest(rows.place.epoch, rows.rows) == stated


def is_days_run(found: Reconciled) -> bool:
    """It is the run of its day for us: we began it, or the partner did, both signed the same and nothing is unread."""
    if found.outcome == PENDING:
        return False
    if _asked_by(found) != found.partner:
        return True
    return found.outcome == AGREED and not results.read_result(found.document).unread


def _asked_by(found: Reconciled) -> str:
    """Who began the run."""
    if found.document:
        return results.read_result(found.document).asker
    first = read_statement(document_of((found.theirs or b"").split(b"\n")[0]))
    answers = isinstance(first, Statement) and first.run
    return first.to if answers else first.node


def keep_broken(node: Node, partner_code: str, asked: Statement, signed: Sequence[bytes]) -> None:
    """Keeps what a partner signed and contradicted, once a day for each that asked: nobody fills a disk with it."""
    evidence = b"\n".join(signed)
    name = digest(TYPE, *signed).hex()
    with node.store.write() as unit:
        now = safe_now(node, unit)
        found = Reconciled(
            partner_code, asked.digest, asked.day, now, BROKEN, name, name, document=b"", ours=b"", theirs=evidence
        )
        today = [each for each in unit.reconciles.of(partner_code, 48) if each.day == asked.day]
        if any(each.outcome == BROKEN and _asked_by(each) == _asked_by(found) for each in today):
            return
        if unit.reconciles.keep(found):
            journal.write(node, unit, [done_entry(found, BROKEN, now)], now)


def done_entry(found: Reconciled, outcome: str, now: datetime) -> bytes:
    """`reconcile.done`: with whom, which result, and how many numbers of each class."""
    counts = {each.value: 0 for each in Class} | {"unread": 0}
    if found.document:
        result = results.read_result(found.document)
        counts = {each.value: result.counts[each] for each in Class} | {"unread": result.unread}
    return entry(
        "reconcile.done",
        at=stamp(now),
        actor=found.partner,
        partner=found.partner,
        digest=found.digest,
        outcome=outcome,
        **counts,
    )
