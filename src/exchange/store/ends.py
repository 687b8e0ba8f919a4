"""Where each stream stands: one row a partner and direction, locked by whoever takes the next number.

A number is never taken twice: `advance` moves only forward, and a trigger holds the same.
"""

from __future__ import annotations

from functools import cache

from sqlalchemy import BindParameter, Table, and_, bindparam, or_, select, update

from exchange.errors import Code, Conflict
from exchange.model.state import StreamEnd
from exchange.store import bulk
from exchange.store.session import Session
from exchange.store.statements import Lock, Statement

NOTHING = "0" * 64
"""Header digest before the first envelope of a stream."""


class StreamEnds:
    """The ends of one direction."""

    def __init__(self, session: Session, table: Table) -> None:
        self._session = session
        self._table = table

    def end(self, partner: str, first_epoch: int, *, lock: bool) -> StreamEnd:
        """The end; with `lock` the row is made if need be and is ours until the transaction ends."""
        kept, kind = _kept(self._table), Lock.OWN if lock else Lock.NONE
        row = self._session.first(kept, kind, partner=partner)
        if row is None and lock:
            bulk.keep(self._session, self._table, [(partner, first_epoch, 0, NOTHING)])
            row = self._session.first(kept, kind, partner=partner)
        return StreamEnd(partner, first_epoch, 0, NOTHING) if row is None else StreamEnd(partner, *row)

    def advance(self, end: StreamEnd) -> None:
        """Conflict(STALE) when somebody is there already, or was never asked for the end under lock."""
        moved = self._session.change(
            _move(self._table), of=end.partner, to_epoch=end.epoch, to_seq=end.seq, digest=end.header_digest
        )
        if moved != 1:
            raise Conflict(Code.STALE, at="stream", seq=end.seq)


@cache
def _kept(table: Table) -> Statement:
    columns = table.c
    kept = select(columns.epoch, columns.seq, columns.header_digest)
    return Statement(kept.where(columns.partner == bindparam("partner")))


@cache
def _move(table: Table) -> Statement:
    columns = table.c
    epoch: BindParameter[int] = bindparam("to_epoch")
    seq: BindParameter[int] = bindparam("to_seq")
    behind = or_(columns.epoch < epoch, and_(columns.epoch == epoch, columns.seq < seq))
    move = update(table).where(columns.partner == bindparam("of"), behind)
    return Statement(move.values(epoch=epoch, seq=seq, header_digest=bindparam("digest")))
