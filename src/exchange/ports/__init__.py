"""What an operation may touch: Protocols for the store, the partners, the clock and the keys, bundled in `Node`.

The store and `exchange.peers` fit these by shape; tests bring fakes. Only the edge that opened a `Unit` commits it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from exchange.crypto.keys import NodeKeys
from exchange.ledger.book import Head, Leaf
from exchange.model.records import HeldRecord, Ref
from exchange.model.state import (
    Approval,
    Copy,
    KeptDecisions,
    Offer,
    Partner,
    Proposal,
    ProposalItem,
    RecordLine,
    SentView,
    StoredAgreement,
    Termination,
)
from exchange.ports.after import CopyPlaces, Erasures, SentRecords
from exchange.ports.blinded import Blinded, MatchKeys
from exchange.ports.consent import Cadences, Waivers
from exchange.ports.grants import Grants
from exchange.ports.heads import Heads
from exchange.ports.identities import Identities
from exchange.ports.matches import Matches
from exchange.ports.oidc import IdentityProvider
from exchange.ports.openings import Openings
from exchange.ports.peers import Peers
from exchange.ports.people import Answers, People
from exchange.ports.reconciles import Reconciles
from exchange.ports.search import Search
from exchange.ports.sessions import Passkeys, Sessions
from exchange.ports.stamps import StampAuthority, Stamps
from exchange.ports.traffic import Messages, Streams
from exchange.ports.trust import Trust


class Clock(Protocol):
    """The only source of time. Operations take `now` from here once per transaction."""

    def now(self) -> datetime: ...


class Faults(Protocol):
    """Named crash points. In production `reach` does nothing; the fault trials kill the process there."""

    def reach(self, point: str) -> None: ...


class Records(Protocol):
    """Own records. Bodies are encrypted by the store under one key per record."""

    def add(self, held: Sequence[HeldRecord], changed_at: datetime) -> None:
        """Adds one new version of each; the version becomes current. Conflict(ALREADY_EXISTS) if it is there."""

    def current(self, refs: Sequence[Ref], *, lock: bool) -> list[HeldRecord]:
        """Current versions in the order of `refs`; unknown ones are left out. `lock` takes FOR SHARE row locks."""

    def version(self, ref: Ref, version: int) -> HeldRecord | None: ...

    def ledger_refs(self, refs: Sequence[Ref]) -> list[bytes]:
        """32-byte HMAC per ref under the record's own key: what the ledger may name (protocol.md, ledger)."""

    def lines(self, kind: str | None, after: Ref | None, limit: int) -> list[RecordLine]:
        """Own records in key order after `after`, for pages."""

    def count(self) -> int: ...

    def link_external(self, scheme: str, links: Sequence[tuple[str, Ref, str]]) -> None:
        """Remembers (outside key, ref, mark of the content) under `scheme`, the key blinded; replaces what was."""

    def external(self, scheme: str, keys: Sequence[str]) -> dict[str, tuple[Ref, str]]: ...

    def external_all(self, scheme: str) -> dict[str, tuple[Ref, str]]:
        """Blinded outside key (hex) -> (ref, digest), all of `scheme`."""

    def mark_external(self, scheme: str, marks: Sequence[tuple[str, Ref, str]]) -> None:
        """As `link_external`, with keys that are already blinded."""

    def blind(self, scheme: str, key: str) -> str:
        """The blinded form of an outside key (hex), as `external_all` has it."""

    def erase(self, refs: Sequence[Ref]) -> None:
        """Destroys the keys of these records, every version and every outside key. What is opened is forgotten."""


class Copies(CopyPlaces, Protocol):
    """Records received from partners."""

    def add(self, copies: Sequence[Copy]) -> None: ...

    def latest(self, ref: Ref) -> Copy | None: ...

    def newest(self, refs: Sequence[Ref], *, lock: bool) -> list[Copy]:
        """`latest` of each that is held, in the order of `refs`; with `lock` none of them is destroyed meanwhile."""

    def lines(self, sender: str | None, after: Ref | None, limit: int, kind: str | None = None) -> list[RecordLine]: ...

    def end_by(self, agreement_id: str, until: datetime) -> int:
        """Brings the end of every copy under an agreement forward to `until`; never back. How many were changed."""

    def count(self, sender: str | None = None) -> int:
        """Distinct records held from `sender`."""

    def held_from(self, sender: str, refs: Sequence[Ref]) -> set[Ref]:
        """Those of `refs` of which we hold a copy from `sender`."""

    def first_hand(self, refs: Sequence[Ref], *, lock: bool) -> list[Copy]:
        """The newest copy of each that its originator itself sent, in the order of `refs`; `lock` takes FOR SHARE."""

    def as_sent(self, ref: Ref, version: int) -> Copy | None:
        """The copy of this version that its originator itself sent, the last of several."""

    def ledger_refs(self, refs: Sequence[Ref]) -> list[bytes]: ...


class Agreements(Protocol):
    def put(self, agreement: StoredAgreement) -> None:
        """Inserts or replaces the version (state, signatures)."""

    def get(self, id_: str, version: int | None = None) -> StoredAgreement | None:
        """The version named, or the newest that is not a draft, or the newest draft."""

    def active(self, id_: str, *, lock: bool) -> StoredAgreement | None:
        """The version in force. With `lock`: checks the suspend flag first, then takes FOR SHARE."""

    def active_policies(self, *, lock: bool) -> list[StoredAgreement]:
        """The national policies in force, by id."""

    def all(self) -> list[StoredAgreement]: ...

    def request_suspension(self, id_: str) -> None:
        """Raises the suspend flag (its own small transaction comes before the locking update)."""

    def scheduled(self, until: datetime) -> list[StoredAgreement]:
        """Versions that come into force at `until` or before, the earliest first."""

    def termination(self, id_: str, version: int, *, lock: bool) -> Termination | None:
        """`lock` takes FOR UPDATE."""

    def ask_termination(self, termination: Termination) -> None:
        """Conflict(ALREADY_EXISTS) when one was asked for."""

    def confirm_termination(self, id_: str, version: int, person: str, at: datetime) -> None:
        """The database refuses the person who asked: Conflict(SELF_APPROVAL)."""

    def withdraw_termination(self, id_: str, version: int) -> None:
        """Takes back what nobody confirmed yet."""


class Offers(Protocol):
    """What partners left to be looked at: one offer for each partner, agreement and version."""

    def put(self, offer: Offer) -> None:
        """Inserts or replaces the partner's offer of that version."""

    def get(self, partner: str, id_: str, version: int) -> Offer | None: ...

    def of(self, partner: str | None) -> list[Offer]:
        """By partner, agreement and version; of all partners when None."""

    def drop(self, partner: str, id_: str, version: int) -> None: ...


class Partners(Protocol):
    def put(self, partner: Partner) -> None: ...

    def get(self, code: str) -> Partner | None: ...

    def by_tls_pin(self, pin: str) -> Partner | None:
        """The partner whose current descriptor pins this certificate (SHA-256 of the DER, hex)."""

    def set_tls_pins(self, code: str, pins: Sequence[str]) -> None: ...

    def all(self) -> list[Partner]: ...


class Releases(SentRecords, Protocol):
    def add(self, proposal: Proposal, items: Sequence[ProposalItem]) -> None: ...

    def keep_decisions(self, id_: str, kept: KeptDecisions) -> None:
        """Once for each stage of a proposal, never changed: Conflict(ALREADY_EXISTS)."""

    def kept_decisions(self, id_: str) -> list[KeptDecisions]:
        """`proposed` first. Empty for a proposal that was made before decisions were kept."""

    def get(self, id_: str, *, lock: bool = False) -> Proposal | None:
        """`lock` takes FOR UPDATE: approval and release of one proposal never interleave."""

    def items(self, id_: str) -> list[ProposalItem]: ...

    def sizes(self, ids: Sequence[str]) -> dict[str, int]:
        """Proposal -> how many records it has; messages and unknown ones are left out."""

    def approve(self, approval: Approval) -> None:
        """Database constraints refuse the proposer and a second approval by one person: Conflict."""

    def approvals(self, id_: str) -> list[Approval]:
        """With FOR SHARE inside a write unit."""

    def approved_by(self, person: str) -> list[str]:
        """Ids, in order, of the proposals still open (`proposed`, `approved`) that this person approved."""

    def revoke_approval(self, id_: str, person: str) -> None: ...

    def set_state(
        self, id_: str, state: str, *, released_at: datetime | None = None, envelope_digest: str | None = None
    ) -> None: ...

    def page(self, state: str | None, after: str | None, limit: int) -> list[Proposal]:
        """Oldest first, in order of (created_at, id), behind the proposal named by `after`."""

    def of_bulk(self, bulk_id: str) -> list[Proposal]: ...

    def sent_views(self, recipient: str, refs: Sequence[Ref]) -> dict[Ref, SentView]: ...

    def put_sent_views(self, views: Sequence[SentView]) -> None: ...


class Ledger(Protocol):
    def head(self, *, lock: bool) -> Head:
        """The head; with `lock` FOR UPDATE, so that appends are serial."""

    def append(self, head: Head, leaves: Sequence[Leaf], at: datetime) -> None:
        """Writes entries behind the old head and makes `head` the new one."""

    def entries(self, start: int, limit: int) -> list[bytes]: ...

    def leaves(self, start: int, limit: int) -> list[Leaf]: ...

    def nodes(self, level: int, start: int, limit: int) -> list[bytes]:
        """Hashes of the tree: leaves at level 0, roots of 256 of the level below above; as far as they are stored."""

    def put_nodes(self, level: int, start: int, hashes: Sequence[bytes]) -> None:
        """Stores roots of level 1 and above."""

    def node_count(self, level: int) -> int:
        """How many of that level (1 and above) are stored, from the first on."""

    def put_checkpoint(self, size: int, note: bytes) -> None: ...

    def checkpoint(self) -> bytes | None:
        """The newest signed checkpoint."""

    def checkpoints(self, after_size: int, limit: int) -> list[tuple[int, bytes]]: ...

    def last_time(self) -> datetime | None:
        """Time of the last append: part of the monotonic floor."""


class Unit(Protocol):
    """One transaction over everything a node keeps."""

    @property
    def records(self) -> Records: ...

    @property
    def copies(self) -> Copies: ...

    @property
    def identities(self) -> Identities: ...

    @property
    def search(self) -> Search: ...

    @property
    def matches(self) -> Matches: ...

    @property
    def blinded(self) -> Blinded: ...

    @property
    def erasures(self) -> Erasures: ...

    @property
    def agreements(self) -> Agreements: ...

    @property
    def offers(self) -> Offers: ...

    @property
    def partners(self) -> Partners: ...

    @property
    def trust(self) -> Trust: ...

    @property
    def releases(self) -> Releases: ...

    @property
    def messages(self) -> Messages: ...

    @property
    def grants(self) -> Grants: ...

    @property
    def waivers(self) -> Waivers: ...

    @property
    def openings(self) -> Openings: ...

    @property
    def cadences(self) -> Cadences: ...

    @property
    def streams(self) -> Streams: ...

    @property
    def reconciles(self) -> Reconciles: ...

    @property
    def ledger(self) -> Ledger: ...

    @property
    def heads(self) -> Heads: ...

    @property
    def stamps(self) -> Stamps: ...

    @property
    def people(self) -> People: ...

    @property
    def sessions(self) -> Sessions: ...

    @property
    def answers(self) -> Answers: ...

    def setting(self, name: str) -> str | None: ...

    def set_setting(self, name: str, value: str) -> None: ...

    def settings(self, prefix: str) -> dict[str, str]:
        """All settings whose names begin with `prefix`, by name."""


class Store(Protocol):
    def write(self) -> AbstractContextManager[Unit]:
        """Commits on a clean exit, rolls back on any exception (BEGIN IMMEDIATE on SQLite)."""

    def read(self) -> AbstractContextManager[Unit]: ...

    def now(self) -> datetime | None:
        """The database's own clock, or None where it is the system's (SQLite)."""


@dataclass(frozen=True, slots=True)
class Node:
    """Everything an operation may use."""

    code: str
    """Our node code, for example `DZ`."""
    store: Store
    peers: Peers
    clock: Clock
    keys: NodeKeys
    faults: Faults
    suite: int = 1
    """The suite that our own manifests and receipts are signed with."""
    quorum: int = 0
    """How many partners must have cosigned our ledger lately, so that records may leave."""
    authority: StampAuthority | None = None
    """Who stamps our heads, if anybody."""
    passkeys: Passkeys | None = None
    """How passkeys are spoken to, where there is a console."""
    identity: IdentityProvider | None = None
    """Where people of the agency sign in, if it has such a place."""
    match_keys: MatchKeys | None = None
    """How people become keys for blinded matching; None: this node compares with nobody."""


def each(refs: Iterable[HeldRecord]) -> list[Ref]:
    """The refs of held records, in order."""
    return [held.record.ref for held in refs]
