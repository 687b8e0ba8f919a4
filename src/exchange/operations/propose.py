"""Proposes releases: decides for every record, groups what would leave into proposals of one envelope each.

Nothing is sealed here. A proposal's digest is what approvers sign (docs/spec/policy.md §7): recipient, agreement,
policy digest, purpose, expiry and the digest of every view, in order.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from exchange.crypto.encoding import canonical, digest
from exchange.errors import BadInput, Code, NotFound
from exchange.ledger.entries import entry
from exchange.model.claims import JsonObject
from exchange.model.messages import Correction
from exchange.model.records import HeldRecord, Ref
from exchange.model.state import MessageKey, Person, Proposal, ProposalItem, StoredMessage
from exchange.operations import journal
from exchange.operations.clock import safe_now, stamp
from exchange.operations.grounds import Grounds, grounds
from exchange.operations.kept import kept
from exchange.operations.mentions import NAMES_A_RECORD, mentioned, missing
from exchange.operations.message_facts import opening, ready
from exchange.operations.permissions import STANDING, Permission, require
from exchange.operations.permits import Way
from exchange.operations.permits import held as find
from exchange.operations.sent import NOT_SENT, RECALLED
from exchange.operations.views import Asked, View, view
from exchange.policies.messages import Facts, check_thread
from exchange.policies.reasons import Reason, because
from exchange.ports import Node, Unit

MAX_PARCELS = 500
FULL_BODY = (2 << 20) - (64 << 10)
"""Bytes at which an envelope is full: just under a padding bucket, so that little of what is sent is padding. A single
larger record still goes alone, up to 4 MiB."""
PARCEL_OVERHEAD = 480
"""Bytes of a parcel beside its claims and manifest: proof and place."""
LIFETIME = timedelta(days=7)
"""How long a proposal may wait for approval."""
MAX_RECORDS = 20_000


@dataclass(frozen=True, slots=True)
class Wish:
    """What an officer asks for: these records, to this partner, under exactly one agreement, for one purpose."""

    recipient: str
    agreement_id: str
    purpose: str
    refs: tuple[Ref, ...]
    again: bool = False
    """Send also what the partner already has in the same view."""
    thread: str | None = None
    """The partner's request that these records answer."""
    reason: str = "changed"
    """Why records that the partner already holds are corrected."""


@dataclass(slots=True)
class Proposed:
    """The outcome: proposals to approve, and why the other records stay here."""

    proposals: list[Proposal] = field(default_factory=list)
    denied: list[tuple[Ref, Reason]] = field(default_factory=list)
    unchanged: list[Ref] = field(default_factory=list)
    """Records whose view the partner already holds."""
    missing: list[Ref] = field(default_factory=list)
    """Records that what would leave names, and that the partner neither has nor is offered here."""


@dataclass(slots=True)
class _Chunk:
    kind: str
    """`release`, or `correction` for records that the partner holds in another view."""
    items: list[ProposalItem] = field(default_factory=list)
    manifests: list[bytes] = field(default_factory=list)
    size: int = 0
    approvals: int = 1

    def fits(self, size: int) -> bool:
        return len(self.items) < MAX_PARCELS and (not self.items or self.size + size <= FULL_BODY)

    def take(self, held: HeldRecord, seen: View, size: int) -> None:
        self.items.append(ProposalItem(held.record.ref, held.record.version, seen.digest, seen.decision_digest))
        self.manifests.append(bytes.fromhex(seen.decision.manifest_digest))
        self.size += size
        self.approvals = max(self.approvals, seen.decision.approvals_needed)


def propose(node: Node, unit: Unit, person: Person, wish: Wish, bulk_id: str | None = None) -> Proposed:
    """Decides every record of the wish and stores the proposals; what is denied is told and logged, never stored.

    A record of ours that the partner already holds in another view goes into a proposal of the kind `correction`.
    Another state's record leaves under a grant of its originator only, always as a release.

    Errors: Denied(AGREEMENT_NOT_IN_FORCE, SUSPENDED, THREAD_UNKNOWN), NotFound for a record that we do not hold,
    BadInput for the count or an unknown reason.
    """
    require(person, Permission.RELEASE_PROPOSE)
    if not 1 <= len(wish.refs) <= MAX_RECORDS or len(set(wish.refs)) != len(wish.refs):
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="records", limit=MAX_RECORDS)
    now = safe_now(node, unit)
    work = _Proposing(node, unit, person, wish, bulk_id, now, grounds(unit, wish.agreement_id, lock=True))
    check_answer(node, unit, work.ground, wish.recipient, wish.thread, now)
    for start in range(0, len(wish.refs), MAX_PARCELS):
        work.decide_page(wish.refs[start : start + MAX_PARCELS])
    for chunk in work.chunks:
        work.store(chunk)
    work.name_missing()
    work.log_denials()
    node.faults.reach("propose.stored")
    if work.entries:
        journal.write(node, unit, work.entries, now)
    return work.outcome


@dataclass(slots=True)
class _Proposing:
    """One run of `propose`: what it stands on and what it has found so far."""

    node: Node
    unit: Unit
    person: Person
    wish: Wish
    bulk_id: str | None
    now: datetime
    ground: Grounds
    outcome: Proposed = field(default_factory=Proposed)
    chunks: list[_Chunk] = field(default_factory=list)
    entries: list[bytes] = field(default_factory=list)
    named: set[Ref] = field(default_factory=set)

    @property
    def asked(self) -> Asked:
        return Asked(self.wish.recipient, self.wish.purpose, self.now)

    @property
    def way(self) -> Way:
        return Way(self.wish.recipient, self.ground.agreement.id, self.wish.purpose, self.now)

    def decide_page(self, refs: Sequence[Ref]) -> None:
        held, permits = find(self.node, self.unit, refs, self.way, lock=True)
        asked = replace(self.asked, permits=permits)
        if len(held) != len(refs):
            raise NotFound(records=len(refs) - len(held))
        known = self.unit.releases.sent_views(self.wish.recipient, refs)
        for each in held:
            seen = view(self.node, self.ground, each, asked)
            sent = known.get(each.record.ref)
            if seen.released is None:
                self.outcome.denied.append((each.record.ref, seen.reason))
            elif sent is not None and sent.view_digest == RECALLED and each.record.version <= sent.version:
                self.outcome.denied.append((each.record.ref, because("RECALLED")))
            elif sent is None or sent.view_digest in (seen.digest, NOT_SENT, RECALLED) or seen.grant is not None:
                if sent is not None and sent.view_digest == seen.digest and not self.wish.again:
                    self.outcome.unchanged.append(each.record.ref)
                else:
                    self._place("release", each, seen)
            else:
                self._place("correction", each, seen)

    def _place(self, kind: str, held: HeldRecord, seen: View) -> None:
        size = len(seen.packed) + len(held.manifest) + PARCEL_OVERHEAD
        last = next((chunk for chunk in reversed(self.chunks) if chunk.kind == kind), None)
        if last is None or not last.fits(size):
            last = _Chunk(kind, approvals=0 if self.person.role == STANDING else 1)
            self.chunks.append(last)
        last.take(held, seen, size)
        if seen.released is not None and NAMES_A_RECORD in seen.packed:
            self.named |= mentioned(seen.released.pairs)

    def store(self, chunk: _Chunk) -> None:
        name = secrets.token_hex(16)
        correction = chunk.kind == "correction"
        draft = Proposal(
            id=f"rel-{name}",
            recipient=self.wish.recipient,
            agreement_id=self.ground.agreement.id,
            agreement_version=self.ground.agreement.version,
            purpose=self.wish.purpose,
            proposer=self.person.id,
            created_at=self.now,
            expires_at=self.now + LIFETIME,
            state="proposed",
            digest="",
            policy_digest=self.ground.policy_digest,
            approvals_needed=chunk.approvals,
            bulk_id=self.bulk_id,
            kind=chunk.kind,
            thread=f"msg-{name}" if correction else self.wish.thread,
        )
        body = self._correction(draft) if correction else None
        row = None if body is None else draft_row(draft, body)
        proposal = replace(draft, digest=approval_digest(self.ground, draft, chunk.items, row))
        self.unit.releases.add(proposal, chunk.items)
        digests = [item.decision_digest for item in chunk.items]
        self.unit.releases.keep_decisions(
            proposal.id, kept("proposed", self.node.code, self.ground, self.asked, chunk.manifests, digests)
        )
        if row is not None:
            self.unit.messages.add(row)
        self.outcome.proposals.append(proposal)
        self._log("release.proposed", len(chunk.items), release=proposal.id, digest=proposal.digest)

    def _correction(self, draft: Proposal) -> bytes:
        """What a correction says beside its parcels, checked as its recipient will check it."""
        message = ready(Correction(draft.purpose, draft.thread or "", self.wish.reason), draft.thread or "")
        return canonical(message.document())

    def name_missing(self) -> None:
        """The parts of what would leave that the partner will not have."""
        if self.named:
            going = {item.ref for chunk in self.chunks for item in chunk.items}
            self.outcome.missing = missing(self.unit, self.wish.recipient, self.named, going)

    def log_denials(self) -> None:
        """One entry a reason: the ledger counts denials without naming records."""
        counts = Counter(reason.code for _, reason in self.outcome.denied)
        for code, records in sorted(counts.items()):
            self._log("release.denied", records, code=code)

    def _log(self, kind: str, records: int, **fields: str) -> None:
        self.entries.append(
            entry(
                kind,
                at=stamp(self.now),
                actor=self.person.id,
                recipient=self.wish.recipient,
                agreement=self.ground.agreement.id,
                records=records,
                **fields,
            )
        )


def check_answer(node: Node, unit: Unit, ground: Grounds, recipient: str, thread: str | None, now: datetime) -> None:
    """Denied(THREAD_UNKNOWN) when a release names a thread that is no request of its recipient."""
    if thread is not None:
        facts = Facts(ground.agreement, node.code, recipient, now, opening(unit, MessageKey(thread, recipient, "in")))
        check_thread("request", facts, "in")


def draft_row(proposal: Proposal, body: bytes) -> StoredMessage:
    """The row of a proposed message, with a fresh salt: `rel-…` and `msg-…` share their digits."""
    return StoredMessage(
        key=MessageKey("msg-" + proposal.id.removeprefix("rel-"), proposal.recipient, "out"),
        thread=proposal.thread or "",
        type=proposal.kind,
        agreement_id=proposal.agreement_id,
        state="draft",
        created_at=proposal.created_at,
        body=body,
        proposal_id=proposal.id,
        salt=secrets.token_bytes(16),
    )


def approval_digest(
    ground: Grounds, proposal: Proposal, items: Sequence[ProposalItem], message: StoredMessage | None = None
) -> str:
    """Hex digest of exactly what would leave: what each approver signs and what release recomputes.

    `message`: the proposed message or correction. Its text can be guessed, so its salt goes in too; rows of older
    versions have none.
    """
    terms: JsonObject = {
        "recipient": proposal.recipient,
        "agreement": ground.agreement.id,
        "version": ground.agreement.version,
        "agreement_digest": ground.agreement.digest,
        "policy_digest": ground.policy_digest,
        "purpose": proposal.purpose,
        "expires": stamp(proposal.expires_at),
        "records": len(items),
    }
    if message is not None or proposal.thread is not None:
        terms |= {"kind": proposal.kind, "thread": proposal.thread}
    views = b"".join(item.view_digest for item in items)
    parts = [canonical(terms), views]
    if message is not None:
        parts += [message.body, message.salt] if message.salt else [message.body]
    return digest("exchange/approval/1", *parts).hex()
