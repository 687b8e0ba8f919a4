"""Heads, cosignatures, overrides and epochs as operations see them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from exchange.model.heads import Cosigned, OpenedEpoch, Override, SeenHead, Witnessed


class Heads(Protocol):
    """What is known of ledgers, our own and others'."""

    def witnessed(self, origin: str) -> Witnessed | None: ...

    def witness(self, new: Witnessed, old: Witnessed | None) -> bool:
        """Puts `new` in the place of `old` (None: of nothing); False when something else stands there by now."""

    def see(self, heads: Sequence[SeenHead]) -> None:
        """Keeps heads that came in; one that is there stays as it is."""

    def seen(self, origin: str, limit: int) -> list[SeenHead]:
        """The smallest first."""

    def of_size(self, origin: str, size: int) -> list[SeenHead]: ...

    def newest(self, origin: str) -> SeenHead | None:
        """The largest that came in."""

    def forget(self, heads: Sequence[SeenHead]) -> None: ...

    def forget_others(self, partner: str, origin: str) -> None:
        """Heads of the partner's ledger under other names: of epochs that are over, or that never were."""

    def cosigned(self) -> list[Cosigned]: ...

    def put_cosigned(self, row: Cosigned) -> None:
        """An earlier time never replaces a later one."""

    def forget_cosigned(self, witness: str | None = None) -> None:
        """What one witness cosigned, or all."""

    def put_override(self, override: Override) -> None: ...

    def override(self, id_: str, *, lock: bool) -> Override | None: ...

    def overrides(self, limit: int) -> list[Override]:
        """The newest first."""

    def standing_override(self, now: datetime) -> Override | None:
        """One that stands at `now`."""

    def put_epoch(self, row: OpenedEpoch) -> None: ...

    def epochs(self, node: str) -> list[OpenedEpoch]:
        """The announcements of a node, the newest first."""
