"""What a node keeps beside records, as frozen rows: partners, agreements, proposals, streams, people.

Times are aware UTC datetimes; digests are lower-case hex unless the name says `bytes`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from exchange.model.claims import Claim
from exchange.model.records import Ref


@dataclass(frozen=True, slots=True)
class Partner:
    """Another state's node, as pinned here. First-contact keys never come from a message (policies.md, case 6)."""

    code: str
    root_fingerprint: str
    """SHA-256 of the root public keys, hex: what people compared out of band."""
    descriptor: bytes
    """The newest verified descriptor document with its root signatures, canonical JSON."""
    descriptor_version: int
    suite_floor: int
    """Lowest suite accepted from this partner; it only rises."""
    added_at: datetime
    added_by: str
    suspended: bool = False


@dataclass(frozen=True, slots=True)
class StoredAgreement:
    """One version of an agreement or national policy with its signatures."""

    id: str
    version: int
    kind: str
    """`agreement` or `policy`."""
    document: bytes
    """RFC 8785 JSON: the bytes that every party signs."""
    digest: str
    signatures: dict[str, bytes]
    """Party code -> detached signature (canonical JSON)."""
    state: str
    """`draft`, `scheduled`, `active`, `superseded`, `suspended` or `terminated`."""
    changed_at: datetime
    suspend_requested: bool = False
    starts_at: datetime | None = None
    """When a scheduled version comes into force; None in every other state."""


@dataclass(frozen=True, slots=True)
class Termination:
    """The end of one version of an agreement: one person asks, another confirms."""

    agreement_id: str
    version: int
    asked_by: str
    asked_at: datetime
    confirmed_by: str | None = None
    confirmed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A document that a partner left here to be looked at. It binds nobody and is no draft of ours yet."""

    partner: str
    agreement_id: str
    version: int
    digest: str
    document: bytes
    signatures: dict[str, bytes]
    """Verified when it came in, against the fingerprints that the document names."""
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed release: one recipient, one agreement, one purpose, 1 to 500 records."""

    id: str
    recipient: str
    agreement_id: str
    agreement_version: int
    purpose: str
    proposer: str
    """Person id of who proposed."""
    created_at: datetime
    expires_at: datetime
    state: str
    """`proposed`, `approved`, `released`, `voided` or `expired`."""
    digest: str
    """Digest of exactly what would leave (docs/spec/policy.md §7); what approvers sign."""
    policy_digest: str
    approvals_needed: int
    bulk_id: str | None = None
    """Groups the proposals of one bulk push."""
    released_at: datetime | None = None
    envelope_digest: str | None = None
    kind: str = "release"
    """`release`, or the type of the message that it sends; its body is in the message row of this proposal."""
    thread: str | None = None
    """The request that this release answers, or the thread of the message."""


@dataclass(frozen=True, slots=True)
class ProposalItem:
    """One record of a proposal, with the digest of the view that would leave."""

    ref: Ref
    version: int
    view_digest: bytes
    """32 bytes."""
    decision_digest: bytes
    """32 bytes: digest of the decision as taken at `created_at`. That of the release is in `KeptDecisions`."""


@dataclass(frozen=True, slots=True)
class KeptDecisions:
    """What the decisions of one proposal stood on at one moment: enough to replay them (docs/spec/policy.md §11)."""

    stage: str
    """`proposed` or `released`."""
    at: datetime
    """`decided_at` of every decision of the stage."""
    inputs: bytes
    """Canonical JSON: node, recipient, purpose, agreement, national policies, rules of the software. Once for all."""
    manifests: bytes
    """32 bytes for each item, in order: the manifest's digest."""
    digests: bytes
    """32 bytes for each item, in order: the decision's digest."""


@dataclass(frozen=True, slots=True)
class Approval:
    """One person's consent to one digest."""

    proposal_id: str
    person: str
    role: str
    digest: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Waiver:
    """Stands for the approvals that one proposal still lacks, never for the decision. Whole with both persons."""

    id: str
    proposal_id: str
    digest: str
    """What would leave: the digest that approvers would have signed."""
    reason: str
    text: str
    """In words; encrypted at rest, never in the ledger."""
    created_at: datetime
    expires_at: datetime
    """24 hours later at most."""
    administrator: str | None = None
    releasing_officer: str | None = None
    used_at: datetime | None = None
    revoked_at: datetime | None = None

    @property
    def state(self) -> str:
        """`asked` (one person so far), `granted`, `used` or `revoked`; whether it has expired is for who asks."""
        if self.revoked_at is not None:
            return "revoked"
        if self.used_at is not None:
            return "used"
        return "granted" if self.administrator is not None and self.releasing_officer is not None else "asked"


@dataclass(frozen=True, slots=True)
class StandingApproval:
    """Two releasing officers' consent, given before, to what the standing rule of one agreement version proposes."""

    id: str
    agreement_id: str
    agreement_version: int
    agreement_digest: str
    clauses: tuple[tuple[str, str], ...]
    """(clause id, digest of the clause): everything that may contribute."""
    marking: str
    """Strictest TLP label that may leave under it."""
    digest: str
    """Of these terms: what both consented to."""
    created_at: datetime
    expires_at: datetime
    """90 days later at most."""
    first_officer: str
    second_officer: str | None = None
    revoked_at: datetime | None = None

    @property
    def state(self) -> str:
        """`asked`, `granted` or `revoked`."""
        if self.revoked_at is not None:
            return "revoked"
        return "asked" if self.second_officer is None else "granted"


@dataclass(frozen=True, slots=True)
class StreamEnd:
    """Where a stream stands: the highest number used and the digest of its header. Number 0 means none yet."""

    partner: str
    epoch: int
    seq: int
    header_digest: str
    """Hex; 64 zeros before the first envelope."""


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """One sealed envelope, the same bytes for every attempt."""

    recipient: str
    epoch: int
    seq: int
    header_digest: str
    envelope_digest: str
    wire: bytes
    agreement_id: str
    agreement_version: int
    proposal_id: str | None
    state: str
    """`queued`, `sent` (handed over, no receipt yet), `accepted`, `refused` or `void`."""
    attempts: int
    next_attempt_at: datetime
    created_at: datetime
    receipt: bytes | None = None


@dataclass(frozen=True, slots=True)
class InboxItem:
    """One received number of a partner's stream and how we answered."""

    sender: str
    epoch: int
    seq: int
    header_digest: str
    envelope_digest: str
    state: str
    """`accepted`, `refused` or `void`."""
    code: str | None
    """Error code of a refusal."""
    receipt: bytes
    received_at: datetime
    records: int
    """How many records were taken in."""
    agreement_id: str
    purpose: str
    wire: bytes | None = None
    """What proves the sender's signature over it, without the content."""
    receipt_returned: bool = True
    """False while a pulled envelope's receipt has not reached the sender."""
    thread: str | None = None
    """Our request that the release answers, or the thread of the message."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A partner's record as disclosed to us in one envelope. The body is at rest under its own key."""

    ref: Ref
    version: int
    kind: str
    sender: str
    epoch: int
    seq: int
    manifest: bytes
    root: bytes
    proof: bytes
    claims: bytes
    """Packed pairs (docs/spec/records.md §5), in clear here, encrypted by the store."""
    handling: bytes
    """Canonical JSON of the handling that travels with it."""
    agreement_id: str
    purpose: str
    received_at: datetime
    expires_at: datetime | None
    values: tuple[Claim, ...] = field(default=(), compare=False, repr=False)
    """`claims` as they were read when they came, so that the index need not read them again; empty when read back."""


class MessageKey(NamedTuple):
    """Names a message here. Ids are chosen by senders, so partner and direction belong to the name."""

    id: str
    """`msg-` and 32 hex digits; also the thread of a message that opens one."""
    partner: str
    direction: str
    """`out` or `in`."""


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """One message, sent or received, with where its answer stands. The body is at rest under a key of its own."""

    key: MessageKey
    thread: str
    type: str
    """A type of header but `release` and `void`."""
    agreement_id: str
    state: str
    """Out: `draft` (waits for approval), `dropped`, `sent`, `refused` by the partner, `void`. In: `received`."""
    created_at: datetime
    body: bytes
    """Canonical JSON head; empty in lists, and once its key is destroyed."""
    due_at: datetime | None = None
    """When the answer is due; None where none is expected."""
    answered_at: datetime | None = None
    outcome: str | None = None
    """Outcome code of the newest answer."""
    epoch: int | None = None
    seq: int | None = None
    envelope_digest: str | None = None
    proposal_id: str | None = None
    """The proposal that sends it, where it needs approval."""
    salt: bytes = b""
    """Of a proposed message, 16 random bytes: its approval digest stands in the ledger, where nobody may test a guess
    of the text. Sealed and destroyed with the body."""


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One row of a record list: no names, nothing from inside the body."""

    ref: Ref
    version: int
    kind: str
    changed_at: datetime
    held: str
    """`own` or `received`."""


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who may act at this node. `id` is the identity provider's subject, not an account name."""

    id: str
    role: str
    """`officer`, `releasing_officer`, `auditor` or `administrator`."""
    added_at: datetime
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class SentView:
    """The last view of a record that a partner was sent."""

    recipient: str
    ref: Ref
    version: int
    view_digest: bytes


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What an idempotent request was answered with; kept for 24 hours."""

    key: str
    person: str
    request_digest: str
    status: int
    body: bytes
    created_at: datetime


@dataclass(frozen=True, slots=True)
class PulledPage:
    """One page of a partner's stream."""

    envelopes: tuple[bytes, ...]
    epoch: int
    head_seq: int
    """The highest number in the partner's stream to us."""
