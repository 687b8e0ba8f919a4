"""What came in and waits to be looked at: places only, a few rows beside a long inbox."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Index, Table, and_, delete, select

from exchange.model.state import InboxItem
from exchange.store import bulk
from exchange.store.columns import name, number
from exchange.store.inbox import in_item
from exchange.store.session import Session
from exchange.store.tables import inbox, metadata
from exchange.store.times import micros

arrivals = Table(
    "arrivals",
    metadata,
    name("sender", key=True),
    number("epoch", key=True),
    number("seq", key=True),
    number("at"),
    Index("ix_arrivals_at", "at", "sender", "epoch", "seq"),
)
_A, _I = arrivals.c, inbox.c
_SAME = and_(_A.sender == _I.sender, _A.epoch == _I.epoch, _A.seq == _I.seq)


class Arrivals:
    """Fits `ports.Arrivals`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def arrived(self, items: Sequence[InboxItem]) -> None:
        bulk.keep(
            self._session, arrivals, [(each.sender, each.epoch, each.seq, micros(each.received_at)) for each in items]
        )

    def arrivals(self, sender: str | None, limit: int) -> list[InboxItem]:
        page = select(*_I).select_from(arrivals.join(inbox, _SAME))
        if sender is not None:
            page = page.where(_A.sender == sender)
        rows = self._session.connection.execute(page.order_by(_A.at, _A.sender, _A.epoch, _A.seq).limit(limit))
        return [in_item(row, None) for row in rows]

    def take_arrival(self, sender: str, epoch: int, seq: int) -> bool:
        here = and_(_A.sender == sender, _A.epoch == epoch, _A.seq == seq)
        return self._session.connection.execute(delete(arrivals).where(here)).rowcount == 1

    def waits(self, sender: str, epoch: int, seq: int) -> bool:
        here = and_(_A.sender == sender, _A.epoch == epoch, _A.seq == seq)
        return self._session.connection.execute(select(_A.seq).where(here)).first() is not None
