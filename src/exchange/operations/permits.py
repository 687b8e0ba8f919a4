"""Records that a release may be about: our own, and partners' copies with the consent of their originators.

A copy without a grant is found and denied (ORIGINATOR_CONTROL); a copy that its originator did not send us itself, or
whose time is over, is not found at all. One that its originator has recalled since goes nowhere under any grant.
Grants are verified again each time: a key that was revoked since counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from exchange.crypto.commitments import unpack
from exchange.crypto.encoding import read_canonical
from exchange.crypto.manifest import read as read_manifest
from exchange.errors import ExchangeError
from exchange.model.afterwards import StoredGrant
from exchange.model.records import HeldRecord, Pair, Record, Ref
from exchange.model.state import Copy
from exchange.operations.claims import claims_of
from exchange.operations.grant_documents import keys_of, opened
from exchange.policies.check import Consent
from exchange.policies.decide import Grant
from exchange.policies.grants import GrantDocument, Passing, covers
from exchange.policies.handling import Handling
from exchange.policies.import_rules import handling_of
from exchange.ports import Node, Unit

MAX_HANDLING = 64 << 10


@dataclass(frozen=True, slots=True)
class Permits:
    """Consents for the records of one release, as each of the two checkers reads them."""

    grants: tuple[Grant, ...] = ()
    consents: tuple[Consent, ...] = ()
    stored: Mapping[Ref, StoredGrant] = field(default_factory=dict)
    """The grant that each record travels under."""


NONE = Permits()


class Way(NamedTuple):
    """From us, to whom, under which agreement, why and when."""

    recipient: str
    agreement_id: str
    purpose: str
    now: datetime


def held(node: Node, unit: Unit, refs: Sequence[Ref], way: Way, *, lock: bool) -> tuple[list[HeldRecord], Permits]:
    """Current records in the order of `refs`, unknown ones left out, and the consents for those that are not ours."""
    own = unit.records.current([ref for ref in refs if ref.originator == node.code], lock=lock)
    others = [ref for ref in refs if ref.originator != node.code]
    if not others:
        return own, NONE
    found = {each.record.ref: each for each in own}
    copies = [copy for copy in unit.copies.first_hand(others, lock=lock) if _in_time(copy, way.now)]
    found |= {copy.ref: held_copy(copy) for copy in copies}
    return [found[ref] for ref in refs if ref in found], _permits(node, unit, copies, way, lock=lock)


def held_then(node: Node, unit: Unit, ref: Ref, version: int, way: Way) -> tuple[HeldRecord, Permits] | None:
    """Another state's record as it stood at `way.now` of the past, and the consent that it went on under.

    None where the copy is gone, or no grant of that time can be verified by a card that we still have.
    """
    copy = unit.copies.as_sent(ref, version)
    if copy is None:
        return None
    rows = unit.grants.stood(node.code, way.recipient, way.now)
    permits = _permitted(node.code, _verified(node, unit, rows, way.now), [copy], way)
    return (held_copy(copy), permits) if permits.stored else None


def held_copy(copy: Copy) -> HeldRecord:
    """A partner's record as it was disclosed to us, with what proves it."""
    pairs = unpack(copy.claims)
    claims = claims_of([claim for _, claim in pairs], whole=False)
    manifest = read_manifest(copy.manifest)
    record = Record(manifest.originator, manifest.id, manifest.version, manifest.kind, manifest.issued, claims)
    return HeldRecord(record, copy.manifest, copy.root, copy.proof, tuple(Pair(*pair) for pair in pairs))


def _in_time(copy: Copy, now: datetime) -> bool:
    return copy.expires_at is None or now < copy.expires_at


def _permits(node: Node, unit: Unit, copies: Sequence[Copy], way: Way, *, lock: bool) -> Permits:
    given = _verified(node, unit, unit.grants.usable(node.code, way.recipient, way.now, lock=lock), way.now)
    recalled = _recalled(unit, copies)
    return _permitted(node.code, given, [copy for copy in copies if copy.ref not in recalled], way)


def _permitted(
    holder: str, given: Sequence[tuple[StoredGrant, GrantDocument]], copies: Sequence[Copy], way: Way
) -> Permits:
    """`given`: newest first. The first that covers a copy is the one that it travels under."""
    grants, consents, stored = [], [], {}
    for copy in copies:
        terms = handling_of(read_canonical(copy.handling, limit=MAX_HANDLING))
        passing = Passing(copy.ref, copy.version, holder, way.recipient, way.purpose, way.agreement_id, way.now)
        fitting = [(row, grant) for row, grant in given if covers(grant, passing) and grant.issued_at <= way.now]
        if terms.onward == "none" or not fitting:
            continue
        row, grant = fitting[0]
        grants.append(_grant(grant, copy, terms))
        consents.append(_consent(grant, copy, terms))
        stored[copy.ref] = row
    return Permits(tuple(grants), tuple(consents), stored)


def _recalled(unit: Unit, copies: Sequence[Copy]) -> set[Ref]:
    """Those that their originator recalled after it sent this copy, whatever was answered: nothing of them goes on."""
    place = {copy.ref: (copy.epoch, copy.seq) for copy in copies}
    return {
        ref
        for ref, each in unit.messages.about(list(place))
        if (each.type, each.key.direction, each.key.partner) == ("recall", "in", ref.originator)
        and (each.epoch or 0, each.seq or 0) > place[ref]
    }


def _verified(
    node: Node, unit: Unit, rows: Sequence[StoredGrant], now: datetime
) -> list[tuple[StoredGrant, GrantDocument]]:
    found = []
    for row in rows:
        try:
            found.append((row, opened(row.wire, keys_of(node, unit, row.originator, now))))
        except ExchangeError:
            continue  # an originator that we no longer trust, or a row that was changed: no consent
    return found


def _grant(grant: GrantDocument, copy: Copy, terms: Handling) -> Grant:
    claims = claims_of([claim for _, claim in unpack(copy.claims)], whole=False)
    covered = None if grant.paths is None else frozenset(claim.id for claim in claims if grant.covers(claim.path))
    return Grant(copy.ref, grant.recipient, grant.purpose, grant.expires_at, covered, (terms, grant.handling))


def _consent(grant: GrantDocument, copy: Copy, terms: Handling) -> Consent:
    """Of this copy alone: another one under the same grant is bound by terms of its own."""
    return Consent(
        originator=grant.originator,
        holder=grant.holder,
        recipient=grant.recipient,
        purpose=grant.purpose,
        versions={copy.ref.id: grant.versions[copy.ref.id]},
        paths=grant.paths,
        agreements=grant.agreements,
        issued=grant.issued_at,
        expires=grant.expires_at,
        markings=(terms.tlp, grant.handling.tlp),
        purposes=(terms.purposes, grant.handling.purposes),
    )
