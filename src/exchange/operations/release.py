"""THE ONLY WAY OUT. Decides again, selects, checks twice, seals, logs and queues, in one transaction.

Nothing else in the program can reach a partner with content: only this module may import `exchange.crypto.sealing`
(import-linter holds it). It seals `Released`, which only `exchange.policies.select` can make; it is never handed a
record. What it seals is final: deliveries and pulls carry these stored bytes.

One transaction, in this order (docs/spec/policy.md §8):
1 lock the proposal, check state and expiry          (double release, stale approval)
2 lock agreement and national policies, suspend flag  (revoked between decision and release, T-12)
3 lock the record versions                            (edited after approval, T-13)
4 read the approvals under lock, distinct persons; or a waiver, or a standing approval  (self-approval, T-14)
5 decide every record again; digests must be equal    (what was approved is what leaves, T-13, T-15)
6 the second checker agrees claim by claim            (a mistake in the first, T-01)
7 lock the stream, number, seal, sign                 (forked or skipped numbers, T-07, T-10)
8 outbox, sent views, proposal state                  (T-06)
9 ledger entry and checkpoint                         (done but not logged, T-48)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from exchange.crypto.encoding import b64, canonical
from exchange.crypto.frames import join
from exchange.crypto.header import Header
from exchange.crypto.opening import parse_outer
from exchange.crypto.sealing import SealedEnvelope, finish, prepare, void
from exchange.errors import Code, Conflict, Denied, NotFound
from exchange.ledger.entries import entry
from exchange.model.claims import JsonObject, JsonValue
from exchange.model.records import HeldRecord
from exchange.model.state import OutboxItem, Person, Proposal, ProposalItem, SentView, StreamEnd
from exchange.operations import journal
from exchange.operations.clock import safe_now, stamp
from exchange.operations.grounds import Grounds, grounds
from exchange.operations.known_partners import descriptor_of, partner_in_use
from exchange.operations.permissions import Permission, require
from exchange.operations.propose import approval_digest
from exchange.operations.sent import forget_views
from exchange.operations.stand_in import Consent, may_stand_in, stand_in
from exchange.operations.views import Asked, View, double_check, view
from exchange.policies.handling import Handling
from exchange.ports import Node, Unit

LIFETIME = timedelta(days=30)
"""How long an envelope may be opened after it was issued (reading step 9)."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a proposal: `released` with the envelope's place, or `voided` with the reason."""

    proposal_id: str
    state: str
    reason: str | None = None
    seq: int | None = None
    envelope_digest: str | None = None
    records: int = 0


class _MovedError(Exception):
    """What was approved is no longer what would leave. Private control flow: it never leaves this module."""

    def __init__(self, code: Code) -> None:
        self.code = code
        super().__init__(code.value)


def release(node: Node, unit: Unit, person: Person, proposal_id: str) -> Outcome:
    """Releases an approved proposal, or voids it when anything moved since; the edge commits either.

    Errors (nothing changes): NotFound, Conflict(RELEASE_STATE), Denied(APPROVAL_MISSING, CHECKER_DISAGREES).
    """
    require(person, Permission.EXCHANGE_RUN)
    now = safe_now(node, unit)
    proposal = _locked(unit, proposal_id, now)
    work = _Releasing(node, unit, person, proposal, now)
    try:
        ground = grounds(unit, proposal.agreement_id, lock=True)
        items = unit.releases.items(proposal_id)
        views = work.same_as_approved(ground, items)
    except _MovedError as moved:
        return work.voided(moved.code)
    except Denied as denied:
        if denied.code is Code.CHECKER_DISAGREES:
            raise
        return work.voided(denied.code)
    consent = work.consent(ground, views)
    node.faults.reach("release.decided")
    sealed, end = work.seal(ground, views)
    node.faults.reach("release.sealed")  # nothing is stored yet: a crash leaves the approved proposal as it was
    consent.use(unit, now)
    work.store(items, sealed, end)
    node.faults.reach("release.queued")  # uncommitted: a crash rolls all of it back, the number included
    work.log(consent, items, sealed, end)
    node.faults.reach("release.logged")
    return Outcome(proposal_id, "released", None, end.seq, sealed.envelope_digest, len(items))


def fill_with_void(node: Node, unit: Unit, item: OutboxItem) -> OutboxItem:
    """Replaces a queued envelope that may no longer go out by a signed `void` that names the header it replaces.

    The stream's chain goes on over the replaced header's digest, so later envelopes keep their `previous`, and a
    partner that did receive the original sees no contradiction (docs/spec/envelope.md §6).
    """
    now = safe_now(node, unit)
    original = parse_outer(item.wire).header
    header = replace(
        original, type="void", issued=stamp(now), expires=stamp(now + LIFETIME), commitment=item.header_digest
    )
    sealed = void(header, node.keys.signing[header.suite])
    filled = replace(item, wire=sealed.wire, state="void", envelope_digest=sealed.envelope_digest)
    unit.streams.replace_with_void(filled)
    forget_views(unit, item)
    node.faults.reach("void.replaced")  # uncommitted: a crash leaves the original, which is checked again
    line = entry(
        "envelope.void",
        at=stamp(now),
        actor=node.code,
        recipient=item.recipient,
        epoch=item.epoch,
        seq=item.seq,
        envelope=sealed.envelope_digest,
    )
    journal.write(node, unit, [line], now)
    return filled


def _locked(unit: Unit, proposal_id: str, now: datetime) -> Proposal:
    proposal = unit.releases.get(proposal_id, lock=True)
    if proposal is None:
        raise NotFound(release=proposal_id)
    if proposal.state == "proposed" and not may_stand_in(unit, proposal, now):
        raise Denied(Code.APPROVAL_MISSING, release=proposal_id, needed=proposal.approvals_needed)
    if proposal.state not in ("proposed", "approved"):
        raise Conflict(Code.RELEASE_STATE, release=proposal_id, state=proposal.state)
    if now >= proposal.expires_at:
        raise Conflict(Code.RELEASE_STATE, release=proposal_id, state="expired")
    return proposal


@dataclass(frozen=True, slots=True)
class _Releasing:
    """One run of `release`."""

    node: Node
    unit: Unit
    person: Person
    proposal: Proposal
    now: datetime

    def same_as_approved(self, ground: Grounds, items: Sequence[ProposalItem]) -> list[tuple[HeldRecord, View]]:
        """Steps 3, 5 and 6."""
        proposal = self.proposal
        if ground.policy_digest != proposal.policy_digest:
            raise _MovedError(Code.APPROVAL_STALE)
        held = self.unit.records.current([item.ref for item in items], lock=True)
        if [(each.record.ref, each.record.version) for each in held] != [(item.ref, item.version) for item in items]:
            raise _MovedError(Code.APPROVAL_STALE)
        asked = Asked(proposal.recipient, proposal.purpose, self.now)
        views = []
        for each, item in zip(held, items, strict=True):
            seen = view(self.node, ground, each, asked)
            if seen.released is None or seen.digest != item.view_digest:
                raise _MovedError(Code.APPROVAL_STALE)
            double_check(self.node, ground, each, asked, seen.released)
            views.append((each, seen))
        if approval_digest(ground, proposal, items) != proposal.digest:
            raise _MovedError(Code.APPROVAL_STALE)
        return views

    def consent(self, ground: Grounds, views: Sequence[tuple[HeldRecord, View]]) -> Consent:
        """Step 4: distinct persons who may still act here, none of them the proposer, all for this digest; or what
        may stand for those that are missing."""
        found = self.unit.releases.approvals(self.proposal.id)
        given = [each for each in found if each.digest == self.proposal.digest and self._enabled(each.person)]
        persons = {approval.person for approval in given}
        if self.proposal.proposer not in persons:
            if persons and len(persons) >= self.proposal.approvals_needed:
                return Consent(given)
            substitute = stand_in(self.unit, ground, self.proposal, [seen.decision for _, seen in views], self.now)
            if substitute is not None:
                return Consent(given, substitute)
        raise Denied(Code.APPROVAL_MISSING, release=self.proposal.id, needed=self.proposal.approvals_needed)

    def _enabled(self, person_id: str) -> bool:
        person = self.unit.people.get(person_id)
        return person is not None and not person.disabled

    def seal(self, ground: Grounds, views: Sequence[tuple[HeldRecord, View]]) -> tuple[SealedEnvelope, StreamEnd]:
        """Step 7. The stream's row lock makes the number ours until the commit."""
        proposal, keys = self.proposal, self.node.keys
        partner = partner_in_use(self.unit, proposal.recipient)
        party = ground.agreement.party(partner.code)
        if party is None or party.fingerprint != partner.root_fingerprint:
            raise Denied(Code.ROOT_MISMATCH, partner=partner.code)
        suite = max(min(ground.agreement.suites), partner.suite_floor)
        if suite not in ground.agreement.suites:
            raise Denied(Code.SUITE_NOT_ALLOWED, partner=partner.code)
        sealing = descriptor_of(partner).sealing_for(suite, self.now)
        end = self.unit.streams.end_out(proposal.recipient, lock=True)
        header = Header(
            suite=suite,
            type="release",
            id=proposal.id,
            sender=self.node.code,
            recipient=proposal.recipient,
            agreement=proposal.agreement_id,
            agreement_digest=ground.agreement.digest,
            stream=f"{self.node.code}-{proposal.recipient}",
            epoch=end.epoch,
            seq=end.seq + 1,
            previous=end.header_digest,
            issued=stamp(self.now),
            expires=stamp(self.now + LIFETIME),
            commitment="",
            policy_digest=ground.policy_digest,
            signing_kid=keys.signing[suite].kid,
            sealing_kid=sealing.kid,
            checkpoint=(self.unit.ledger.checkpoint() or b"").decode("utf-8"),
        )
        body = release_body(proposal.purpose, views)
        sealed = finish([prepare(header, body, sealing)], keys.signing[suite])[0]
        return sealed, StreamEnd(proposal.recipient, end.epoch, end.seq + 1, sealed.header_digest)

    def store(self, items: Sequence[ProposalItem], sealed: SealedEnvelope, end: StreamEnd) -> None:
        """Step 8."""
        proposal, unit = self.proposal, self.unit
        unit.streams.advance_out(end)
        unit.streams.queue([self._outbox_item(sealed, end)])
        unit.releases.put_sent_views(
            [SentView(proposal.recipient, item.ref, item.version, item.view_digest) for item in items]
        )
        unit.releases.set_state(proposal.id, "released", released_at=self.now, envelope_digest=sealed.envelope_digest)

    def _outbox_item(self, sealed: SealedEnvelope, end: StreamEnd) -> OutboxItem:
        return OutboxItem(
            recipient=end.partner,
            epoch=end.epoch,
            seq=end.seq,
            header_digest=sealed.header_digest,
            envelope_digest=sealed.envelope_digest,
            wire=sealed.wire,
            agreement_id=self.proposal.agreement_id,
            agreement_version=self.proposal.agreement_version,
            proposal_id=self.proposal.id,
            state="queued",
            attempts=0,
            next_attempt_at=self.now,
            created_at=self.now,
        )

    def log(self, consent: Consent, items: Sequence[ProposalItem], sealed: SealedEnvelope, end: StreamEnd) -> None:
        """Step 9."""
        proposal = self.proposal
        refs = self.unit.records.ledger_refs([item.ref for item in items])
        line = entry(
            "release.released",
            at=stamp(self.now),
            actor=self.person.id,
            release=proposal.id,
            recipient=proposal.recipient,
            agreement=proposal.agreement_id,
            version=proposal.agreement_version,
            policy_digest=proposal.policy_digest,
            purpose=proposal.purpose,
            digest=proposal.digest,
            envelope=sealed.envelope_digest,
            epoch=end.epoch,
            seq=end.seq,
            approvals=sorted(approval.person for approval in consent.given),
            refs=[b64(ref) for ref in refs],
        )
        journal.write(self.node, self.unit, [*consent.lines(proposal, self.person, self.now), line], self.now)

    def voided(self, code: Code) -> Outcome:
        """Something moved: the approval is void, nothing leaves, and the ledger says so."""
        proposal = self.proposal
        self.unit.releases.set_state(proposal.id, "voided")
        line = entry("release.voided", at=stamp(self.now), actor=self.person.id, release=proposal.id, reason=code.value)
        journal.write(self.node, self.unit, [line], self.now)
        return Outcome(proposal.id, "voided", code.value)


def release_body(purpose: str, views: Sequence[tuple[HeldRecord, View]]) -> bytes:
    """The body of a `release` envelope (docs/spec/envelope.md §5).

    A head that names shared things once, then, for every parcel, its manifest, its proof and its disclosed claims as
    they were signed.
    """
    roots: dict[bytes, int] = {}
    handlings: dict[Handling, int] = {}
    places: list[JsonValue] = []
    frames = [b""]
    for _, seen in views:
        parcel = seen.released
        if parcel is None:
            raise Denied(Code.RELEASE_DENIED)
        places.append(
            [roots.setdefault(parcel.root, len(roots)), handlings.setdefault(parcel.handling, len(handlings))]
        )
        frames += (parcel.manifest, parcel.proof, seen.packed)
    head: JsonObject = {
        "v": 1,
        "type": "release",
        "purpose": purpose,
        "roots": [b64(root) for root in roots],
        "handlings": [handling.document() for handling in handlings],
        "parcels": places,
    }
    frames[0] = canonical(head)
    return join(frames)
