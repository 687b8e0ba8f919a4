"""How a partner became one, and how it stopped being one: both take two persons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Introduction:
    """A card that somebody brought, and who has heard the digits of its root read out. Nothing is trusted by it yet."""

    code: str
    card: bytes
    version: int
    fingerprint: str
    """64 hex digits: what the card says of its own root."""
    brought_by: str
    brought_at: datetime
    first_by: str | None = None
    first_at: datetime | None = None
    second_by: str | None = None
    second_at: datetime | None = None
    misheard: int = 0
    """How often something else was typed."""

    @property
    def state(self) -> str:
        """`waiting` (nobody yet), `heard` (one person) or `verified` (two: the partner is pinned)."""
        if self.second_by is not None:
            return "verified"
        return "waiting" if self.first_by is None else "heard"


@dataclass(frozen=True, slots=True)
class Revocation:
    """The end of a partner: one person asks, another confirms. There is no way back."""

    code: str
    reason: str
    asked_by: str
    asked_at: datetime
    confirmed_by: str | None = None
    confirmed_at: datetime | None = None
