"""What an operation may do with streams of envelopes and with messages: a part of `exchange.ports`, as Protocols."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from exchange.model.state import (
    InboxItem,
    MessageKey,
    OutboxItem,
    StoredMessage,
    StreamEnd,
)
from exchange.ports.after import NamedRecords, ProposalStates
from exchange.ports.arrivals import Arrivals


class Messages(NamedRecords, Protocol):
    """Messages of both directions. Bodies are encrypted by the store, each under a key of its own."""

    def add(self, message: StoredMessage) -> None:
        """Conflict(ALREADY_EXISTS) when its key is taken."""

    def get(self, key: MessageKey) -> StoredMessage | None: ...

    def of_proposal(self, proposal_id: str) -> StoredMessage | None: ...

    def at(self, partner: str, direction: str, epoch: int, seq: int) -> StoredMessage | None:
        """The message that has this number of a stream."""

    def sent(self, message: StoredMessage) -> None:
        """A draft has left: stores `state`, number, envelope digest and due time of `message`."""

    def set_state(self, key: MessageKey, state: str) -> None: ...

    def answered(self, key: MessageKey, at: datetime, outcome: str) -> None:
        """The first time of an answer stays; the newest outcome counts."""

    def reopen(self, key: MessageKey) -> None:
        """The answer never arrived."""

    def shred(self, key: MessageKey) -> None:
        """Destroys the key of its body: what remains are codes, times and numbers."""

    def page(self, direction: str | None, after: MessageKey | None, limit: int) -> list[StoredMessage]:
        """Oldest first, without bodies, behind the message named by `after`."""

    def recent(self, types: Sequence[str], before: MessageKey | None, limit: int) -> list[StoredMessage]:
        """The newest first, of these types or of all, without bodies, in front of the message named by `before`."""

    def of_thread(self, partner: str, thread: str) -> list[StoredMessage]:
        """Oldest first, without bodies."""

    def waiting(self, limit: int) -> list[StoredMessage]:
        """Sent or received messages that have a due time and no answer, soonest first, without bodies."""

    def texts_before(
        self, agreement_id: str, before: datetime, after: MessageKey | None, limit: int
    ) -> list[StoredMessage]:
        """Messages made or taken in before that time whose body is still here, in the order of `page` behind `after`,
        without bodies."""

    def kept(self, limit: int) -> list[StoredMessage]:
        """Recalls, sent or received, whose newest answer keeps something, soonest due first, without bodies."""


class Streams(ProposalStates, Arrivals, Protocol):
    """Gap-free counters and the stored envelopes of both directions."""

    def end_out(self, recipient: str, *, lock: bool) -> StreamEnd:
        """Our stream to `recipient`; created at first use with the node's epoch. `lock` takes FOR UPDATE."""

    def advance_out(self, end: StreamEnd) -> None: ...

    def queue(self, items: Sequence[OutboxItem]) -> None: ...

    def due(self, now: datetime, limit: int, recipient: str | None = None) -> list[OutboxItem]:
        """Queued or sent-without-receipt items whose time has come, in stream order, without their `wire`."""

    def recipients_due(self, now: datetime) -> list[str]: ...

    def wire(self, recipient: str, epoch: int, seq: int) -> bytes | None: ...

    def out_after(self, recipient: str, epoch: int, seq: int, limit: int, max_bytes: int) -> list[OutboxItem]:
        """Stored envelopes after `seq` for a pull: at least one if any, at most `limit` and about `max_bytes`."""

    def last_out(self, recipient: str) -> OutboxItem | None:
        """The newest number of our stream to `recipient`, without its `wire`."""

    def out_item(self, recipient: str, epoch: int, seq: int, *, lock: bool = False) -> OutboxItem | None: ...

    def attempt_failed(self, recipient: str, epoch: int, seq: int, next_attempt_at: datetime) -> None: ...

    def replace_with_void(self, item: OutboxItem) -> None:
        """Replaces the bytes of a number that may no longer go out; its header digest in the chain stays."""

    def settle(self, recipient: str, epoch: int, seq: int, state: str, receipt: bytes) -> None:
        """Stores the receipt; later calls for the same number change nothing."""

    def receipts(self, after: tuple[str, int, int] | None, limit: int) -> list[tuple[tuple[str, int, int], bytes]]:
        """((recipient, epoch, seq), receipt) of every envelope that has one, in key order behind `after`."""

    def waiting_under(self, agreement_id: str, limit: int) -> list[OutboxItem]:
        """Envelopes under an agreement that have neither a receipt nor been voided, without their `wire`."""

    def waiting_to(self, recipient: str, limit: int) -> list[OutboxItem]:
        """The same by recipient, in the order of the stream."""

    def unanswered(self, limit: int) -> list[OutboxItem]:
        """Envelopes and voids without a receipt, in the order of streams, without their `wire`."""

    def open_epoch(self, epoch: int) -> None:
        """From now on our streams are of this epoch; each begins again at number 1."""

    def outbox_counts(self, recipient: str | None = None) -> dict[str, int]:
        """State -> number of envelopes."""

    def end_in(self, sender: str, *, lock: bool) -> StreamEnd: ...

    def advance_in(self, end: StreamEnd) -> None: ...

    def inbox_item(self, sender: str, epoch: int, seq: int) -> InboxItem | None: ...

    def add_inbox(self, item: InboxItem) -> None: ...

    def inbox(self, sender: str | None, after: tuple[str, int, int] | None, limit: int) -> list[InboxItem]:
        """Ordered by (sender, epoch, seq)."""

    def keep_proof(self, sender: str, epoch: int, seq: int, wire: bytes) -> None:
        """Replaces the bytes kept of a received envelope by its proof without the content."""

    def receipts_to_return(self, sender: str, limit: int) -> list[InboxItem]: ...

    def receipts_returned(self, sender: str, epoch: int, seqs: Sequence[int]) -> None: ...

    def add_evidence(self, sender: str, epoch: int, seq: int, kind: str, wire: bytes, at: datetime) -> None: ...

    def evidence_of(self, sender: str, kind: str) -> list[tuple[int, bytes]]:
        """(number, bytes) of what was kept against `sender` as `kind`, in order of numbers and time."""

    def evidence(self) -> list[tuple[str, int, int, str]]:
        """(sender, epoch, seq, kind) of everything kept as evidence."""
