"""An auditor's question to see what one ledger entry refers to: who asked, who confirmed, and whether it was read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Opening:
    """One question about one entry. It is read once, by the person who asked, after another has confirmed it."""

    id: str
    index: int
    """Ledger index of the entry."""
    reason: str
    asker: str
    asked_at: datetime
    asked_until: datetime
    confirmer: str | None = None
    confirmed_at: datetime | None = None
    read_until: datetime | None = None
    opened_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str | None = None
    """Of one that was withdrawn or declined."""

    @property
    def state(self) -> str:
        """`asked`, `confirmed`, `opened`, `withdrawn` or `declined`; whether its time is over is for who asks."""
        if self.ended_by is not None:
            return "withdrawn" if self.ended_by == self.asker else "declined"
        if self.opened_at is not None:
            return "opened"
        return "asked" if self.confirmer is None else "confirmed"

    @property
    def expires_at(self) -> datetime:
        """Until when the next step may be taken."""
        return self.asked_until if self.read_until is None else self.read_until
