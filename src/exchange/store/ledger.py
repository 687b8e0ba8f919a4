"""The ledger's rows: entries in order, leaf hashes, the head, signed checkpoints. The arithmetic is `exchange.ledger`.

Appends are serial under the head's row lock. Triggers refuse to change or remove an entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from exchange.errors import Code, Conflict
from exchange.ledger.book import Head
from exchange.store import bulk
from exchange.store.session import Session
from exchange.store.tables import checkpoints, ledger_entries, ledger_head, micros, moment

_HASH = 32


class SqlLedger:
    """Fits `ports.Ledger`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def head(self, *, lock: bool) -> Head:
        only = select(ledger_head.c.size, ledger_head.c.frontier).where(ledger_head.c.one == 1)
        size, frontier = self._session.connection.execute(self._session.own(only) if lock else only).one()
        return Head(size, tuple(frontier[at : at + _HASH] for at in range(0, len(frontier), _HASH)))

    def append(self, head: Head, entries: Sequence[bytes], hashes: Sequence[bytes], at: datetime) -> None:
        """Conflict(STALE) when the head has moved since it was read."""
        start = head.size - len(entries)
        move = update(ledger_head).where(ledger_head.c.one == 1, ledger_head.c.size == start)
        values = {"size": head.size, "frontier": b"".join(head.frontier), "at": micros(at)}
        if self._session.connection.execute(move.values(values)).rowcount != 1:
            raise Conflict(Code.STALE, at="ledger", size=start)
        rows = [(start + i, leaf, entry) for i, (entry, leaf) in enumerate(zip(entries, hashes, strict=True))]
        bulk.add(self._session.connection, ledger_entries, rows)

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
        bulk.put(self._session.connection, checkpoints, [(size, note)])

    def checkpoint(self) -> bytes | None:
        newest = select(checkpoints.c.note).order_by(checkpoints.c.size.desc()).limit(1)
        return self._session.connection.execute(newest).scalar()

    def checkpoints(self, after_size: int, limit: int) -> list[tuple[int, bytes]]:
        later = select(checkpoints.c.size, checkpoints.c.note).where(checkpoints.c.size > after_size)
        rows = self._session.connection.execute(later.order_by(checkpoints.c.size).limit(limit))
        return [(row[0], row[1]) for row in rows]

    def last_time(self) -> datetime | None:
        at = self._session.connection.execute(select(ledger_head.c.at).where(ledger_head.c.one == 1)).scalar()
        return None if at is None else moment(at)
