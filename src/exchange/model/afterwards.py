"""What is kept of records after they were released: where copies stand, what was destroyed, consents to pass on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from exchange.model.records import Ref


class CopyLine(NamedTuple):
    """One received parcel by its place, without anything from inside it."""

    ref: Ref
    version: int
    sender: str
    epoch: int
    seq: int
    agreement_id: str
    purpose: str
    received_at: datetime
    expires_at: datetime | None


class Doubtful(NamedTuple):
    """A record of a queued envelope that has to be looked at again before it goes out."""

    ref: Ref
    view_digest: bytes
    """Of the view that was sealed."""
    recalled: bool
    """We recalled it from this recipient after it was sealed."""


class Erased(NamedTuple):
    """A record, or a partner's copy, that was destroyed here: the highest version of it."""

    ref: Ref
    held: str
    """`own` or `received`."""
    sender: str
    """Who sent the copy; empty for our own record."""
    version: int
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class StoredGrant:
    """A grant that was verified when it was stored: one that we gave, that we hold, or that came with a copy."""

    digest: str
    """Digest of its document."""
    originator: str
    holder: str
    recipient: str
    thread: str
    """The onward request that it answers."""
    agreement_id: str
    """The agreement of originator and holder under which it was given; of one that came with a copy, the copy's."""
    wire: bytes
    """As its originator signed it."""
    expires_at: datetime
    stored_at: datetime
    revoked_at: datetime | None = None
