"""What happens after a release, as the store offers it: what is destroyed, and which messages name a record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from exchange.model.afterwards import CopyLine, Doubtful, Erased
from exchange.model.records import Ref
from exchange.model.state import Copy, MessageKey, OutboxItem, Proposal, ProposalItem, SentView, StoredMessage


class Erasures(Protocol):
    """What was destroyed: no content, no digest of content."""

    def bury(self, found: Sequence[Erased]) -> None:
        """The highest version stays."""

    def versions(self, sender: str, refs: Sequence[Ref]) -> dict[Ref, int]:
        """Of `refs` the highest version of a copy from `sender` that was destroyed."""

    def of(self, ref: Ref) -> list[Erased]: ...


class CopyPlaces(Protocol):
    """Received parcels by their place in the streams."""

    def places(self, refs: Sequence[Ref], sender: str | None = None) -> list[CopyLine]:
        """Every parcel held of these records, oldest first."""

    def two_newest(self, ref: Ref) -> list[Copy]:
        """The newest version held and the one before it."""

    def at(self, sender: str, epoch: int, seq: int) -> list[Ref]:
        """The records still held of one envelope."""

    def expired(self, now: datetime, limit: int) -> list[CopyLine]:
        """Parcels whose time is over, soonest first."""

    def destroy(self, gone: Sequence[CopyLine]) -> None:
        """Deletes these parcels and destroys the key that opened them; other parcels of the record get a new one."""


class SentRecords(Protocol):
    """Own records, and others' that were passed on, by whom they were sent to."""

    def views_of(self, refs: Sequence[Ref]) -> list[SentView]:
        """Who was sent these records, by partner."""

    def of_record(self, ref: Ref) -> list[tuple[Proposal, ProposalItem]]:
        """Every proposal that held the record, oldest first."""

    def released_to(self, recipient: str, since: datetime, until: datetime) -> list[tuple[Proposal, tuple[int, int]]]:
        """What was sealed for a partner from `since` until before `until`, oldest first, with (epoch, number)."""

    def doubtful(self, item: OutboxItem, node: str) -> list[Doubtful]:
        """What a queued envelope carries of states other than `node`, and what a recall behind it in its stream names.

        One statement; empty for most.
        """


class ProposalStates(Protocol):
    """Envelopes by the proposal that sent them."""

    def state_of(self, proposal_id: str) -> str | None:
        """The state of its envelope in the outbox."""


class NamedRecords(Protocol):
    """Messages by the records that they name."""

    def name(self, key: MessageKey, refs: Sequence[Ref]) -> None:
        """Remembers which records a message is about."""

    def named(self, key: MessageKey) -> set[Ref]: ...

    def about(self, refs: Sequence[Ref]) -> list[tuple[Ref, StoredMessage]]:
        """The messages that name these records, oldest first, without bodies."""
