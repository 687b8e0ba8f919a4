"""What came in and nobody has taken note of yet: a part of `ports.Streams`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from exchange.model.state import InboxItem


class Arrivals(Protocol):
    """Numbers of partners' streams that wait to be looked at. Those that need an answer are not here: messages are."""

    def arrived(self, items: Sequence[InboxItem]) -> None:
        """They wait from now on."""

    def arrivals(self, sender: str | None, limit: int) -> list[InboxItem]:
        """Those that wait, the oldest first."""

    def take_arrival(self, sender: str, epoch: int, seq: int) -> bool:
        """Somebody has looked at it. False when it does not wait: of two who take it at once, one gets it."""

    def waits(self, sender: str, epoch: int, seq: int) -> bool: ...
