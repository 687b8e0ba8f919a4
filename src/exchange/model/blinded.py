"""What a node keeps for blinded matching: one key an epoch, what is prepared, and the queries of the last days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

ASKS: Final = "asks"
"""We ask the partner: the key is ours, the set is the partner's."""
HOLDS: Final = "holds"
"""The partner asks us: the key is the partner's, the set is ours."""
OUT: Final = "out"
IN: Final = "in"


@dataclass(frozen=True, slots=True)
class BlindEpoch:
    """The key that stands between us and one partner, in one direction."""

    partner: str
    role: str
    """`asks` or `holds`."""
    epoch: int
    public: bytes
    """32 bytes."""
    opened_at: datetime
    seed: bytes = b""
    """32 bytes, of our own key only."""
    elements: int = 0
    """How many elements were evaluated in this epoch, filler included."""
    key_version: str = ""
    """`holds`: the version of the rules under which our set was made."""


@dataclass(frozen=True, slots=True)
class BlindQuery:
    """One query, ours or a partner's. Nothing in it tells one person from another."""

    partner: str
    direction: str
    """`out` or `in`."""
    run: str
    """Digest of its document, hex."""
    at: datetime
    case: str
    officer: str
    """Our person's id, or the partner's pseudonym."""
    agreement: str
    purpose: str
    hits: int | None
    """None while a query of ours has no answer."""
    seen: bytes = b""
    """Tags of all 16 slots, filler included, 8 bytes each, for a day; then empty."""


@dataclass(frozen=True, slots=True)
class BlindTicket:
    """One hit that people may talk about, at either side."""

    partner: str
    direction: str
    """`out`: we asked. `in`: we hold the record."""
    ticket: str
    """32 hex characters."""
    at: datetime
    agreement: str
    purpose: str
    record: str = ""
    """`in`: id of our record."""
    seed: bytes = b""
    """`out`, while the second stage is under way: 32 bytes, sealed at rest, destroyed by its one use."""
    level: int | None = None
    """What the second stage came to; -1 while it is under way."""
