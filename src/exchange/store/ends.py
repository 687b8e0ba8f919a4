"""Where each stream stands: one row a partner and direction, locked by whoever takes the next number.

A number is never taken twice: `advance` moves only forward, and a trigger holds the same.
"""

from __future__ import annotations

from sqlalchemy import Table, and_, or_, select, update

from exchange.errors import Code, Conflict
from exchange.model.state import StreamEnd
from exchange.store import bulk
from exchange.store.session import Session

NOTHING = "0" * 64
"""Header digest before the first envelope of a stream."""


class StreamEnds:
    """The ends of one direction."""

    def __init__(self, session: Session, table: Table) -> None:
        self._session = session
        self._table = table

    def end(self, partner: str, first_epoch: int, *, lock: bool) -> StreamEnd:
        """The end; with `lock` the row is made if need be and is ours until the transaction ends."""
        if lock:
            bulk.keep(self._session.connection, self._table, [(partner, first_epoch, 0, NOTHING)])
        columns = self._table.c
        kept = select(columns.epoch, columns.seq, columns.header_digest).where(columns.partner == partner)
        row = self._session.connection.execute(self._session.own(kept) if lock else kept).first()
        return StreamEnd(partner, first_epoch, 0, NOTHING) if row is None else StreamEnd(partner, *row)

    def advance(self, end: StreamEnd) -> None:
        """Conflict(STALE) when somebody is there already, or was never asked for the end under lock."""
        columns = self._table.c
        behind = or_(columns.epoch < end.epoch, and_(columns.epoch == end.epoch, columns.seq < end.seq))
        move = (
            update(self._table)
            .where(columns.partner == end.partner, behind)
            .values(epoch=end.epoch, seq=end.seq, header_digest=end.header_digest)
        )
        if self._session.connection.execute(move).rowcount != 1:
            raise Conflict(Code.STALE, at="stream", seq=end.seq)
