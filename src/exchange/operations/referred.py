"""What the blinded references of one ledger entry refer to: found by computing the references of what is here.

A reference is an HMAC under the record's own key, so nothing leads from it to a record but trying. The records of the
entry's release or envelope are tried first, then all. Of an erased record the key is gone: it is never found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from exchange.crypto.commitments import unpack
from exchange.crypto.encoding import b64
from exchange.errors import Code, ExchangeError, NotFound, Unavailable
from exchange.ledger.entries import Entry, number, text
from exchange.model.claims import Claim
from exchange.model.records import Ref
from exchange.operations.claims import claims_of
from exchange.operations.replay import EQUAL, ReplayedItem, replayed
from exchange.ports import Copies, Node, Records, Unit

_PAGE = 500


@dataclass(frozen=True, slots=True)
class Shown:
    """One record, as the auditor sees it."""

    ref: Ref
    held: str
    """`own` or `received`."""
    version: int
    kind: str
    claims: tuple[Claim, ...] | None
    """Those that the release disclosed, or the record as it is now; None where they cannot be derived again."""
    position: int | None = None
    """In the release, from 1: where a package of the blind audit has its digests."""


def find(node: Node, unit: Unit, named: Entry, wanted: Sequence[str]) -> list[Ref]:
    """The records behind these references (base64), as far as they are still here."""
    left, found = set(wanted), []
    for reference, ref in _tried(node, unit, named):
        if reference in left:
            left.remove(reference)
            found.append(ref)
            if not left:
                break
    return found


def show(node: Node, unit: Unit, named: Entry, refs: Sequence[Ref]) -> list[Shown]:
    """What the entry's release disclosed of these records, or the records themselves where it is of no release."""
    if "release" not in named:
        return [each for ref in refs if (each := _as_it_is(node, unit, ref)) is not None]
    release = text(named, "release")
    items = {item.ref: (place, item.version) for place, item in enumerate(unit.releases.items(release), 1)}
    retaken = {item.ref: item for item in _retaken(node, unit, release)}
    found = []
    for ref in refs:
        now = _as_it_is(node, unit, ref)
        if now is not None and ref in items:
            position, version = items[ref]
            claims = _disclosed(retaken.get(ref))
            found.append(Shown(ref, now.held, version, now.kind, claims, position))
    return found


def _tried(node: Node, unit: Unit, named: Entry) -> Iterator[tuple[str, Ref]]:
    near: list[Ref] = []
    if "release" in named:
        near = [item.ref for item in unit.releases.items(text(named, "release"))]
    elif "sender" in named and "seq" in named:
        near = unit.copies.at(text(named, "sender"), number(named, "epoch"), number(named, "seq"))
    yield from _named(unit.records, [ref for ref in near if ref.originator == node.code])
    yield from _named(unit.copies, [ref for ref in near if ref.originator != node.code])
    after: Ref | None = None
    while page := unit.records.lines(None, after, _PAGE):
        after = page[-1].ref
        yield from _named(unit.records, [line.ref for line in page])
    after = None
    while page := unit.copies.lines(None, after, _PAGE):
        after = page[-1].ref
        yield from _named(unit.copies, list(dict.fromkeys(line.ref for line in page)))


def _named(of: Records | Copies, refs: Sequence[Ref]) -> list[tuple[str, Ref]]:
    """With their references; those whose key is gone are left out."""
    try:
        return [(b64(each), ref) for each, ref in zip(of.ledger_refs(refs), refs, strict=True)] if refs else []
    except (NotFound, Unavailable) as fault:
        if isinstance(fault, Unavailable) and fault.code is not Code.AT_REST_CORRUPT:
            raise
        return [] if len(refs) == 1 else [each for ref in refs for each in _named(of, [ref])]


def _as_it_is(node: Node, unit: Unit, ref: Ref) -> Shown | None:
    if ref.originator == node.code:
        held = unit.records.current([ref], lock=False)
        return Shown(ref, "own", held[0].record.version, held[0].record.kind, held[0].record.claims) if held else None
    copy = unit.copies.latest(ref)
    if copy is None:
        return None
    claims = claims_of([claim for _, claim in unpack(copy.claims)], whole=False)
    return Shown(ref, "received", copy.version, copy.kind, claims)


def _retaken(node: Node, unit: Unit, release: str) -> Sequence[ReplayedItem]:
    """The decisions of the release, taken again; empty where they cannot be."""
    try:
        return replayed(node, unit, release, None)[-1].items
    except ExchangeError:
        return []


def _disclosed(item: ReplayedItem | None) -> tuple[Claim, ...] | None:
    """The claims that left, counted only if the decision is that of the time."""
    if item is None or item.state != EQUAL or item.decision is None or item.held is None:
        return None
    outcomes = item.decision.outcomes
    return tuple(claim for claim in item.held.record.claims if outcomes[claim.id].state == "sent")
