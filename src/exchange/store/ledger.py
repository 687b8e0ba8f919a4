"""The ledger's rows: entries in order, leaf hashes, the head, signed checkpoints. The arithmetic is `exchange.ledger`.

Appends are serial under the head's row lock. Triggers refuse to change or remove an entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select, update

from exchange.errors import ChainBroken, Code, Conflict
from exchange.ledger.book import Head
from exchange.store import bulk
from exchange.store.session import Session
from exchange.store.statements import Lock, Statement
from exchange.store.tables import checkpoints, ledger_entries, ledger_head
from exchange.store.times import micros, moment

_HASH = 32
_H = ledger_head.c
_HEAD = Statement(select(_H.size, _H.frontier, _H.at).where(_H.one == 1))
_LAST_TIME = Statement(select(_H.at).where(_H.one == 1))
_MOVE = Statement(
    update(ledger_head)
    .where(_H.one == 1, _H.size == bindparam("start"))
    .values(size=bindparam("to_size"), frontier=bindparam("grown"), at=bindparam("time"))
)
_CHECKPOINT = Statement(select(checkpoints.c.note).order_by(checkpoints.c.size.desc()).limit(1))


class SqlLedger:
    """Fits `ports.Ledger`."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._last: int | None = None  # known once the head is ours: nobody else can append before we end

    def head(self, *, lock: bool) -> Head:
        row = self._session.first(_HEAD, Lock.OWN if lock else Lock.NONE)
        if row is None:
            raise ChainBroken(Code.LEDGER_BROKEN)
        size, frontier, at = row
        if lock and self._session.write:
            self._last = at
        return Head(size, tuple(frontier[first : first + _HASH] for first in range(0, len(frontier), _HASH)))

    def append(self, head: Head, entries: Sequence[bytes], hashes: Sequence[bytes], at: datetime) -> None:
        """Conflict(STALE) when the head has moved since it was read."""
        start = head.size - len(entries)
        frontier = b"".join(head.frontier)
        if self._session.change(_MOVE, start=start, to_size=head.size, grown=frontier, time=micros(at)) != 1:
            raise Conflict(Code.STALE, at="ledger", size=start)
        self._last = micros(at)
        rows = [(start + i, leaf, entry) for i, (entry, leaf) in enumerate(zip(entries, hashes, strict=True))]
        bulk.add(self._session, ledger_entries, rows)

    def entries(self, start: int, limit: int) -> list[bytes]:
        here = ledger_entries.c.position.between(start, start + limit - 1)
        rows = select(ledger_entries.c.entry).where(here).order_by(ledger_entries.c.position)
        return list(self._session.connection.execute(rows).scalars())

    def leaf_hashes(self, start: int, limit: int) -> list[bytes]:
        here = ledger_entries.c.position.between(start, start + limit - 1)
        rows = select(ledger_entries.c.leaf_hash).where(here).order_by(ledger_entries.c.position)
        return list(self._session.connection.execute(rows).scalars())

    def put_checkpoint(self, size: int, note: bytes) -> None:
        """A later note of the same size replaces the earlier one: it carries more cosignatures."""
        bulk.put(self._session, checkpoints, [(size, note)])

    def checkpoint(self) -> bytes | None:
        row = self._session.first(_CHECKPOINT)
        return None if row is None else row[0]

    def checkpoints(self, after_size: int, limit: int) -> list[tuple[int, bytes]]:
        later = select(checkpoints.c.size, checkpoints.c.note).where(checkpoints.c.size > after_size)
        rows = self._session.connection.execute(later.order_by(checkpoints.c.size).limit(limit))
        return [(row[0], row[1]) for row in rows]

    def last_time(self) -> datetime | None:
        if self._last is not None:
            return moment(self._last)
        row = self._session.first(_LAST_TIME)
        return None if row is None or row[0] is None else moment(row[0])
