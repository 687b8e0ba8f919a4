"""THE ONLY WAY OUT. Decides again, selects, checks twice, seals, logs and queues, in one transaction.

Only this module may import `exchange.crypto.sealing` (import-linter holds it). It seals `Released`, which only
`exchange.policies.select` can make, and `Sendable`, which only `exchange.policies.messages` can make; it is never
handed a record. What it seals is final: deliveries and pulls carry these stored bytes.

One transaction, in this order (docs/spec/policy.md §8):
1 lock the proposal, check state and expiry          (double release, stale approval)
2 lock agreement and national policies, suspend flag  (revoked between decision and release, T-12)
3 lock the record versions                            (edited after approval, T-13)
4 read the approvals under lock, distinct persons; or a waiver, or a standing approval  (self-approval, T-14)
5 decide every record again; digests must be equal    (what was approved is what leaves, T-13, T-15)
6 the second checker agrees claim by claim            (a mistake in the first, T-01)
7 lock the stream, number, seal, sign                 (forked or skipped numbers, T-07, T-10)
8 outbox, sent views, proposal state, what was decided on  (T-06)
9 ledger entries and checkpoint                         (done but not logged, T-48)

A message takes the same steps: its text is what was approved, and the gate decides on it again. A recall or a notice
protects people and goes at once, by one person; for it there are steps 2, 7, 8 and 9.
Another state's record leaves under its originator's grant only, and the originator is told in the same transaction.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from exchange.crypto.encoding import canonical
from exchange.crypto.header import Header
from exchange.crypto.opening import parse_outer
from exchange.crypto.sealing import SealedEnvelope, finish, prepare, void
from exchange.errors import BadInput, Code, Denied
from exchange.ledger.entries import entry
from exchange.model.messages import AT_ONCE, Notice, Recall, refs_of
from exchange.model.records import HeldRecord
from exchange.model.state import MessageKey, OutboxItem, Person, Proposal, SentView, StoredMessage, StreamEnd
from exchange.operations import journal
from exchange.operations.approve import lapse, stands
from exchange.operations.approved import Approved, MovedError, decided_again, locked
from exchange.operations.bodies import message_body
from exchange.operations.clock import safe_now, stamp
from exchange.operations.cosignatures import require_witness
from exchange.operations.grants import Between, Onward, effects, onward_entry, passed_on
from exchange.operations.grounds import Grounds, grounds, grounds_for_recall
from exchange.operations.kept_release import decided_entry, keep_released
from exchange.operations.known_partners import descriptor_of, partner_in_use
from exchange.operations.message_facts import blinded, facts_out, ready
from exchange.operations.message_rows import left, sent_entry
from exchange.operations.messages import MessageWish
from exchange.operations.permissions import Permission, require
from exchange.operations.recalled import withdraw
from exchange.operations.sent import drop_draft, forget_views, message_failed
from exchange.operations.stand_in import Consent, stand_in
from exchange.operations.views import View
from exchange.policies.messages import Sendable, allow, due_of, protects
from exchange.ports import Node, Unit

OWN_RECALLS = frozenset(["retention", "wrong_person", "inaccurate", "court_order", "other"])
LIFETIME = timedelta(days=30)
"""How long an envelope may be opened after it was issued (reading step 9)."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a proposal: `released` with the envelope's place, or `voided` with the reason.

    `proposed`, with APPROVAL_MISSING: an approver may no longer act here, and it waits for another person's approval.
    """

    proposal_id: str
    state: str
    reason: str | None = None
    seq: int | None = None
    envelope_digest: str | None = None
    records: int = 0


def release(node: Node, unit: Unit, person: Person, proposal_id: str) -> Outcome:
    """Releases an approved proposal, voids it when anything moved since, or puts it back for want of approvals. Each of
    them is committed.

    Errors (nothing changes): NotFound, RELEASE_STATE, APPROVAL_MISSING, CHECKER_DISAGREES, WITNESS_STALE.
    """
    require(person, Permission.EXCHANGE_RUN)
    now = safe_now(node, unit)
    require_witness(node, unit, now)
    proposal = locked(unit, proposal_id, now)
    work = _Releasing(node, unit, person, proposal, now)
    try:
        ground = grounds(unit, proposal.agreement_id, lock=True)
        approved = decided_again(node, unit, ground, proposal, now)
    except MovedError as moved:
        return work.voided(moved.code)
    except Denied as denied:
        if denied.code is Code.CHECKER_DISAGREES:
            raise
        return work.voided(denied.code)
    consent = work.consent(ground, approved.views)
    if consent is None:
        return work.put_back()
    node.faults.reach("release.decided")
    leaving = _Leaving(node, unit, now, ground, proposal.recipient)
    onward = passed_on(approved)
    for partner in sorted({proposal.recipient, *(each.grant.originator for each in onward)} if onward else ()):
        unit.streams.end_out(partner, lock=True)  # the originators are told below: all streams in one order
    sealed, end = leaving.seal(proposal.kind, approved.id, approved.body(proposal))
    node.faults.reach("release.sealed")  # nothing is stored yet: a crash leaves the approved proposal as it was
    leaving.queue(sealed, end, proposal.id)
    consent.use(unit, now)
    message = work.store(approved, leaving, sealed, end)
    decided = keep_released(node.code, unit, proposal, ground, (approved.views, now))
    node.faults.reach("release.queued")  # uncommitted: a crash rolls all of it back, the number included
    work.log(consent, approved, (message, decided), leaving, (sealed, end))
    for each in onward:
        _tell_originator(node, unit, proposal.purpose, each)
    node.faults.reach("release.logged")
    return Outcome(proposal.id, "released", None, end.seq, sealed.envelope_digest, len(approved.items))


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that left at once, and its place in the stream."""

    key: MessageKey
    seq: int
    envelope_digest: str


def send(node: Node, unit: Unit, person: Person, wish: MessageWish) -> Sent:
    """Sends a recall (releasing officers) or a notice now; no second person is needed, the ledger names the one.

    Errors (nothing changes): BadInput(BODY_MALFORMED, VALUE_NOT_ALLOWED), Denied(AGREEMENT_NOT_IN_FORCE, SUSPENDED,
    MESSAGE_NOT_ALLOWED, THREAD_UNKNOWN, PARTNER_UNKNOWN).
    """
    recall = wish.message.type == "recall"
    require(person, Permission.RECALL_SEND if recall else Permission.NOTICE_SEND)
    return _send(node, unit, person.id, wish)


def send_own_notice(node: Node, unit: Unit, wish: MessageWish) -> Sent:
    """Sends a notice in the node's own name: what it did by the clock or because a partner asked (errors: `send`)."""
    if wish.message.type != "notice":
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="type")
    return _send(node, unit, node.code, wish)


def send_own_recall(node: Node, unit: Unit, wish: MessageWish) -> Sent:
    """Sends a recall in the node's own name: its time is over, or its originator corrected it (errors: `send`)."""
    if not isinstance(wish.message, Recall) or wish.message.reason not in OWN_RECALLS:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="type")
    return _send(node, unit, node.code, wish)


def _tell_originator(node: Node, unit: Unit, purpose: str, onward: Onward) -> None:
    """In the transaction of the release: what cannot be told does not go on (Denied, as of `send`)."""
    grant = onward.grant
    notice = Notice(purpose, "", "passed-on", "granted", onward.refs, None, None, grant.digest)
    _send(node, unit, node.code, MessageWish(grant.originator, grant.agreement_id, notice))


def _send(node: Node, unit: Unit, actor: str, wish: MessageWish) -> Sent:
    if wish.message.type not in AT_ONCE:
        raise Denied(Code.APPROVAL_MISSING, needed=1)
    now = safe_now(node, unit)
    asked = wish.agreement_id, wish.recipient, wish.message.purpose
    ground = grounds_for_recall(unit, *asked) if protects(wish.message) else grounds(unit, asked[0], lock=True)
    key = MessageKey("msg-" + secrets.token_hex(16), wish.recipient, "out")
    message = ready(wish.message, key.id)
    sendable = allow(message, facts_out(node, unit, ground, wish.recipient, message, now))
    leaving = _Leaving(node, unit, now, ground, wish.recipient)
    sealed, end = leaving.seal(message.type, key.id, message_body(sendable))
    node.faults.reach("send.sealed")
    leaving.queue(sealed, end, None)
    row = StoredMessage(
        key=key,
        thread=message.thread,
        type=message.type,
        agreement_id=ground.agreement.id,
        state="sent",
        created_at=now,
        body=canonical(message.document()),
    )
    row = left(unit, leaving.placed(row, sealed, end, sendable), sendable, now, new=True)
    node.faults.reach("send.queued")
    between = Between(node.code, wish.recipient, ground.agreement.id, now)
    lines = [sent_entry(node, unit, row, ground, sendable, (actor, now))]
    lines += effects(node, unit, message, between, actor)
    if message.type == "recall":
        lines += withdraw(unit, wish.recipient, refs_of(message), actor, now)
    journal.write(node, unit, lines, now)
    node.faults.reach("send.logged")
    return Sent(key, end.seq, sealed.envelope_digest)


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
    message_failed(unit, item, "void")
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


@dataclass(frozen=True, slots=True)
class _Leaving:
    """One envelope on its way out: steps 7 and 8, the same for every type."""

    node: Node
    unit: Unit
    now: datetime
    ground: Grounds
    recipient: str

    def seal(self, type_: str, id_: str, body: bytes) -> tuple[SealedEnvelope, StreamEnd]:
        """Step 7. The stream's row lock makes the number ours until the commit."""
        agreement, keys = self.ground.agreement, self.node.keys
        partner = partner_in_use(self.unit, self.recipient)
        party = agreement.party(partner.code)
        if party is None or party.fingerprint != partner.root_fingerprint:
            raise Denied(Code.ROOT_MISMATCH, partner=partner.code)
        suite = max(min(agreement.suites), partner.suite_floor)
        if suite not in agreement.suites:
            raise Denied(Code.SUITE_NOT_ALLOWED, partner=partner.code)
        sealing = descriptor_of(partner).sealing_for(suite, self.now)
        end = self.unit.streams.end_out(self.recipient, lock=True)
        header = Header(
            suite=suite,
            type=type_,
            id=id_,
            sender=self.node.code,
            recipient=self.recipient,
            agreement=agreement.id,
            agreement_digest=agreement.digest,
            stream=f"{self.node.code}-{self.recipient}",
            epoch=end.epoch,
            seq=end.seq + 1,
            previous=end.header_digest,
            issued=stamp(self.now),
            expires=stamp(self.now + LIFETIME),
            commitment="",
            policy_digest=self.ground.policy_digest,
            signing_kid=keys.signing[suite].kid,
            sealing_kid=sealing.kid,
            checkpoint=journal.head_text(self.node, self.unit),
        )
        sealed = finish([prepare(header, body, sealing)], keys.signing[suite])[0]
        return sealed, StreamEnd(self.recipient, end.epoch, end.seq + 1, sealed.header_digest)

    def queue(self, sealed: SealedEnvelope, end: StreamEnd, proposal_id: str | None) -> None:
        """Step 8: the number is used, and these bytes stand at it."""
        self.unit.streams.advance_out(end)
        item = OutboxItem(
            recipient=end.partner,
            epoch=end.epoch,
            seq=end.seq,
            header_digest=sealed.header_digest,
            envelope_digest=sealed.envelope_digest,
            wire=sealed.wire,
            agreement_id=self.ground.agreement.id,
            agreement_version=self.ground.agreement.version,
            proposal_id=proposal_id,
            state="queued",
            attempts=0,
            next_attempt_at=self.now,
            created_at=self.now,
        )
        self.unit.streams.queue([item])

    def placed(self, row: StoredMessage, sealed: SealedEnvelope, end: StreamEnd, what: Sendable) -> StoredMessage:
        """The row of a message with its number, and when its answer is due."""
        due = due_of(what.message, datetime.fromisoformat(stamp(self.now)), self.ground.agreement)
        numbered = replace(row, epoch=end.epoch, seq=end.seq, envelope_digest=sealed.envelope_digest)
        return replace(numbered, state="sent", due_at=due)


@dataclass(frozen=True, slots=True)
class _Releasing:
    """One run of `release`."""

    node: Node
    unit: Unit
    person: Person
    proposal: Proposal
    now: datetime

    def consent(self, ground: Grounds, views: Sequence[tuple[HeldRecord, View]]) -> Consent | None:
        """Step 4: distinct persons who may still act here, none of them the proposer, all for this digest; or what
        may stand for those that are missing. None: too few."""
        found = self.unit.releases.approvals(self.proposal.id)
        given = [each for each in found if each.digest == self.proposal.digest and stands(self.unit, each)]
        persons = {approval.person for approval in given}
        if self.proposal.proposer not in persons:
            if persons and len(persons) >= self.proposal.approvals_needed:
                return Consent(given)
            substitute = stand_in(self.unit, ground, self.proposal, [seen.decision for _, seen in views], self.now)
            if substitute is not None:
                return Consent(given, substitute)
        return None

    def put_back(self) -> Outcome:
        """Takes off the approvals of persons who may no longer act, if without them there are too few.

        Disabling them does this at once; here are the proposals of databases from before that.
        """
        proposal = self.proposal
        found = self.unit.releases.approvals(proposal.id)
        gone = [each.person for each in found if not stands(self.unit, each)]
        if not gone or len(found) - len(gone) >= proposal.approvals_needed:
            raise Denied(Code.APPROVAL_MISSING, release=proposal.id, needed=proposal.approvals_needed)
        journal.write(self.node, self.unit, lapse(self.unit, proposal, gone, self.person.id, self.now), self.now)
        return Outcome(proposal.id, "proposed", Code.APPROVAL_MISSING.value)

    def store(
        self, approved: Approved, leaving: _Leaving, sealed: SealedEnvelope, end: StreamEnd
    ) -> StoredMessage | None:
        """Step 8, for the proposal and what it sent. Returns the message's row as stored."""
        proposal, unit = self.proposal, self.unit
        unit.releases.put_sent_views(
            [SentView(proposal.recipient, item.ref, item.version, item.view_digest) for item in approved.items]
        )
        unit.releases.set_state(proposal.id, "released", released_at=self.now, envelope_digest=sealed.envelope_digest)
        if approved.row is None or approved.sendable is None:
            return None
        row = leaving.placed(approved.row, sealed, end, approved.sendable)
        unit.messages.name(row.key, [item.ref for item in approved.items])
        return left(unit, row, approved.sendable, self.now, new=False)

    def log(
        self,
        consent: Consent,
        approved: Approved,
        kept: tuple[StoredMessage | None, bytes | None],
        leaving: _Leaving,
        sent: tuple[SealedEnvelope, StreamEnd],
    ) -> None:
        """Step 9. `kept`: the message as stored, and the digest of what the decisions stood on."""
        proposal, (message, decided), (sealed, end) = self.proposal, kept, sent
        lines = [
            *consent.lines(proposal, self.person, self.now),
            entry(
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
                refs=blinded(self.node, self.unit, [item.ref for item in approved.items]),
            ),
        ]
        who = (self.person.id, self.now)
        onward = passed_on(approved)
        if onward:
            lines.append(onward_entry(self.node, self.unit, (proposal.id, proposal.recipient), onward, who))
        if message is not None and approved.sendable is not None:
            lines.append(sent_entry(self.node, self.unit, message, leaving.ground, approved.sendable, who))
            between = Between(self.node.code, proposal.recipient, proposal.agreement_id, self.now)
            lines += effects(self.node, self.unit, approved.sendable.message, between, self.person.id)
        if decided is not None:
            lines.append(decided_entry(proposal, decided, self.person.id, self.now))
        journal.write(self.node, self.unit, lines, self.now)

    def voided(self, code: Code) -> Outcome:
        """Something moved: the approval is void, nothing leaves, and the ledger says so."""
        proposal = self.proposal
        self.unit.releases.set_state(proposal.id, "voided")
        drop_draft(self.unit, proposal.id)
        line = entry("release.voided", at=stamp(self.now), actor=self.person.id, release=proposal.id, reason=code.value)
        journal.write(self.node, self.unit, [line], self.now)
        return Outcome(proposal.id, "voided", code.value)
