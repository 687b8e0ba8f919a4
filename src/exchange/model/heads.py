"""Heads of ledgers: what we vouch for as a witness, what came in, who vouches for ours, and what stands in for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Witnessed:
    """The newest head of a partner's ledger that we cosigned."""

    origin: str
    """The log's name, for example `TN.exchange`."""
    partner: str
    size: int
    root: bytes
    """32 bytes."""
    at: datetime
    note: bytes
    """The checkpoint with the log's signature and our cosignatures."""


@dataclass(frozen=True, slots=True)
class SeenHead:
    """A head that came in, in an envelope, a receipt, a heartbeat or from another state. Nothing in it is verified."""

    origin: str
    size: int
    root: bytes
    """32 bytes."""
    partner: str
    """Whose ledger."""
    source: str
    """Who sent it: the partner itself, or another."""
    at: datetime
    note: bytes


@dataclass(frozen=True, slots=True)
class Cosigned:
    """The newest of our own heads that a witness cosigned."""

    witness: str
    size: int
    at: datetime
    """When it signed, by its clock."""


@dataclass(frozen=True, slots=True)
class Override:
    """Two persons let releases go on without a witness."""

    id: str
    reason: str
    asker: str
    asked_at: datetime
    hours: int
    """1 to 24, from the confirmation on."""
    confirmer: str | None = None
    expires_at: datetime | None = None
    ended_at: datetime | None = None

    def stands(self, now: datetime) -> bool:
        """Whether it is confirmed, not ended and not over."""
        return self.expires_at is not None and self.ended_at is None and now < self.expires_at


@dataclass(frozen=True, slots=True)
class OpenedEpoch:
    """A signed announcement that a node's streams and ledger go on under a new number."""

    node: str
    epoch: int
    at: datetime
    wire: bytes
