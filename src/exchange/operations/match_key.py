"""The asker's side of a preparation: evaluates a holder's blinded elements under our key for that holder.

It learns that a set has so many pages, and nothing of what is in it: each element is uniform. The key is drawn anew
every 90 days and the old one destroyed; what a holder noted of our queries is worth nothing then. Elements in an epoch
are bounded, because a hostile holder could let us evaluate guesses. Spec: docs/spec/matching.md §3, §5.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, TypeGuard

from exchange.crypto.keys import random_bytes
from exchange.errors import Code, Denied
from exchange.ledger.entries import entry
from exchange.matching.blind.group import SEED, Evaluator
from exchange.matching.blind.messages import PREPARE, PREPARED, Prepare, Prepared, digest_of, read_prepare
from exchange.model.blinded import ASKS, BlindEpoch
from exchange.operations import journal
from exchange.operations.clock import stamp
from exchange.operations.match_said import check_fresh, document_of, in_force, signed
from exchange.ports import Node, Unit

LIFE: Final = timedelta(days=90)
MAX_ELEMENTS: Final = 1 << 21
"""Elements that one holder may have evaluated in an epoch: 400,000 records of five keys."""


def answer_prepare(node: Node, partner_code: str, wire: bytes) -> bytes:
    """A holder's page, or its question which epoch it is; our signed answer.

    Denied(RELEASE_DENIED) where no agreement lets us ask it; Denied(MATCH_LIMIT) beyond `MAX_ELEMENTS`;
    BadInput(ELEMENT_MALFORMED); what a signed document raises. A page for another epoch is answered with ours alone.
    """
    with node.store.write() as unit:
        document, now = document_of(node, unit, partner_code, PREPARE, wire)
        asked = read_prepare(document)
        check_fresh(node, partner_code, asked, now)
        if not any(in_force(unit, partner_code, node.code, now)):
            raise Denied(Code.RELEASE_DENIED, at="matching", partner=partner_code)
        epoch = _current(unit, partner_code, now)
        if asked.elements and asked.epoch == epoch.epoch:
            _count(node, unit, epoch, len(asked.elements), now)
    return _answered(node, asked, epoch, digest_of(document), now)


def ready(epoch: BlindEpoch | None, now: datetime) -> TypeGuard[BlindEpoch]:
    """Whether a partner's set stands under our key of now."""
    return epoch is not None and epoch.elements > 0 and now < epoch.opened_at + LIFE


def evaluator(epoch: BlindEpoch) -> Evaluator:
    """Our key of an epoch."""
    return Evaluator(epoch.seed, f"exchange-match/{epoch.partner}/{epoch.epoch}".encode())


def _answered(node: Node, asked: Prepare, epoch: BlindEpoch, run: str, now: datetime) -> bytes:
    fits = asked.elements and asked.epoch == epoch.epoch
    evaluated = evaluator(epoch).evaluate(asked.elements) if fits else b""
    said = Prepared(node.code, asked.node, stamp(now), run, epoch.epoch, epoch.public, evaluated)
    return signed(node, PREPARED, said.to_bytes())


def _current(unit: Unit, partner: str, now: datetime) -> BlindEpoch:
    """The epoch that is now, begun if there is none or the last is over."""
    known = unit.blinded.epoch(partner, ASKS, lock=True)
    if known is not None and now < known.opened_at + LIFE:
        return known
    fresh = BlindEpoch(partner, ASKS, 1 if known is None else known.epoch + 1, b"", now, random_bytes(SEED))
    fresh = replace(fresh, public=evaluator(fresh).public)
    unit.blinded.put_epoch(fresh)
    return fresh


def _count(node: Node, unit: Unit, epoch: BlindEpoch, elements: int, now: datetime) -> None:
    total = epoch.elements + elements
    if total > MAX_ELEMENTS:
        raise Denied(Code.MATCH_LIMIT, limit=MAX_ELEMENTS)
    unit.blinded.put_epoch(replace(epoch, elements=total))
    line = entry(
        "match.evaluated",
        at=stamp(now),
        actor=epoch.partner,
        partner=epoch.partner,
        epoch=epoch.epoch,
        count=elements,
    )
    journal.write(node, unit, [line], now)
