"""Every alarm about streams, ledgers and queries: ours, and those between us and each partner. Status, doctor, metrics,
log."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from exchange.operations import match_alarms, stream_alarms
from exchange.operations.clock import stamp
from exchange.operations.contradictions import SPLIT, UNPROVEN, contradictions
from exchange.operations.cosignatures import stale
from exchange.operations.epochs import lately
from exchange.operations.ledger_state import ledger_state
from exchange.operations.seen_heads import partner_origin
from exchange.operations.stream_alarms import StreamAlarm
from exchange.ports import Node, Unit

ROLLED_BACK: Final = "ROLLED_BACK"
STALE: Final = "WITNESS_STALE"
NEW_EPOCH: Final = "NEW_EPOCH"
CODES: Final = (*stream_alarms.CODES, SPLIT, UNPROVEN, NEW_EPOCH, STALE, ROLLED_BACK, *match_alarms.CODES)
PATIENCE: Final = timedelta(minutes=15)
"""How long a partner may leave the proofs that its heads contain each other unanswered: three heartbeats."""


def all_alarms(node: Node, unit: Unit, now: datetime) -> list[StreamAlarm]:
    """What is wrong now. Of our own ledger first: `ROLLED_BACK` (with the partner that showed it, our size and the size
    that we signed), `WITNESS_STALE`; then by partner: the codes of `stream_alarms`, `HEADS_CONTRADICT` (two heads of
    one size), `HEADS_UNPROVEN` (it does not show that one contains the other), `NEW_EPOCH` (it was restored); last
    those of `match_alarms`.
    """
    found = []
    behind = ledger_state(unit).behind
    if behind is not None:
        size = unit.ledger.head(lock=False).size
        found.append(StreamAlarm(behind.partner, ROLLED_BACK, behind.since, size, behind.size))
    elif node.quorum and stale(node, unit, now):
        last = max((row.at for row in unit.heads.cosigned()), default=None)
        found.append(StreamAlarm(node.code, STALE, "" if last is None else stamp(last), 0, 0))
    found += stream_alarms.stream_alarms(unit, now)
    found += [StreamAlarm(each.partner, each.code, each.since, each.size, each.size) for each in contradictions(unit)]
    found += [
        StreamAlarm(each.node, NEW_EPOCH, stamp(each.at), each.epoch - 1, each.epoch) for each in lately(unit, now)
    ]
    found += _unproven(unit, now, {each.partner for each in contradictions(unit)})
    return found + match_alarms.match_alarms(unit, now)


def _unproven(unit: Unit, now: datetime, known: set[str]) -> list[StreamAlarm]:
    """Heads that wait for a proof for longer than three heartbeats: the partner does not give it."""
    late = []
    for partner in unit.partners.all():
        waiting = unit.heads.seen(partner_origin(unit, partner.code), 2)
        if partner.suspended or partner.code in known or len(waiting) < 2:
            continue
        newest = max(each.at for each in waiting)
        if now - newest > PATIENCE:
            late.append(StreamAlarm(partner.code, UNPROVEN, stamp(newest), waiting[0].size, waiting[1].size))
    return late
