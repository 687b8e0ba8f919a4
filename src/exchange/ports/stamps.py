"""Time-stamps as operations see them: what is kept, and whom to ask."""

from __future__ import annotations

from typing import Protocol

from exchange.model.stamps import DayHead


class Stamps(Protocol):
    """The newest head of each day, with its stamp."""

    def note_head(self, row: DayHead) -> None:
        """A larger head of the same day takes the place of a smaller one, as long as that has no stamp."""

    def waiting(self, before: str, limit: int) -> list[DayHead]:
        """Heads without a stamp of days before this one, the oldest first."""

    def put_token(self, row: DayHead) -> None:
        """Stores the stamp of a day, once: one that is there stays."""

    def covering(self, size: int) -> DayHead | None:
        """The smallest stamped head of at least this size."""


class StampAuthority(Protocol):
    """A time-stamp authority (RFC 3161, section 3.4)."""

    @property
    def certificates(self) -> bytes:
        """Its trusted roots, and intermediates that it does not send itself: PEM."""

    def ask(self, request: bytes) -> bytes:
        """The answer to a request, DER, of at most 64 KiB. Remote when there is none."""
