"""What an operation may do with the reconciliations between this node and its partners: a part of `exchange.ports`."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from exchange.model.reconciled import Reconciled, Run
from exchange.model.state import InboxItem, OutboxItem


class Reconciles(Protocol):
    """Results, the open run of each partner, and the numbers of the streams that they are about."""

    def epochs_out(self, recipient: str, limit: int) -> list[tuple[int, int]]:
        """(epoch, highest number) of our stream to a partner, the newest epoch first."""

    def epochs_in(self, sender: str, limit: int) -> list[tuple[int, int]]: ...

    def sent(self, recipient: str, epoch: int, first: int, last: int) -> list[OutboxItem]:
        """Numbers from `first` to `last` in order, without their `wire`."""

    def taken(self, sender: str, epoch: int, first: int, last: int) -> list[InboxItem]: ...

    def run(self, partner: str, *, lock: bool) -> Run | None:
        """`lock` takes FOR UPDATE; two that begin at once take turns."""

    def put_run(self, run: Run) -> None: ...

    def keep(self, found: Reconciled) -> bool:
        """False, and nothing happens, when the run of this partner has its result already."""

    def finish(self, partner: str, run: str, outcome: str, theirs: bytes | None) -> bool:
        """A pending result gets the partner's word, or None if none will come; False when it is not pending."""

    def get(self, partner: str, run: str) -> Reconciled | None: ...

    def of(self, partner: str | None, limit: int) -> list[Reconciled]:
        """The newest first."""

    def last_signed(self, partner: str) -> datetime | None:
        """Of the newest result that both signed."""

    def since(self, partner: str, findings: str) -> tuple[datetime, bool]:
        """When these findings were first told, and whether somebody acknowledged them."""

    def acknowledge(self, partner: str, run: str, person: str, at: datetime, reason: str) -> None: ...
