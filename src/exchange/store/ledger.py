"""The ledger's rows: entries in order, leaf hashes, the head, signed checkpoints. The arithmetic is `exchange.ledger`.

Appends are serial under the head's row lock. Triggers refuse to change or remove an entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, select, update

from exchange.errors import ChainBroken, Code, Conflict
from exchange.ledger.book import SALT, Head, Leaf
from exchange.store import bulk
from exchange.store.evidence_tables import ledger_nodes
from exchange.store.session import Session
from exchange.store.statements import Lock, Statement
from exchange.store.tables import checkpoints, ledger_entries, ledger_head
from exchange.store.times import micros, moment

_HASH = 32
_SALTED = b"\x01"
"""What the column begins with where a salt stands before the entry; an entry from before salts begins with a brace."""
_H = ledger_head.c
_E = ledger_entries.c
_HEAD = Statement(select(_H.size, _H.frontier, _H.at).where(_H.one == 1))
_LAST_TIME = Statement(select(_H.at).where(_H.one == 1))
_MOVE = Statement(
    update(ledger_head)
    .where(_H.one == 1, _H.size == bindparam("start"))
    .values(size=bindparam("to_size"), frontier=bindparam("grown"), at=bindparam("time"))
)
_N = ledger_nodes.c
_LEAVES = Statement(
    select(_E.leaf_hash).where(_E.position >= bindparam("start"), _E.position < bindparam("stop")).order_by(_E.position)
)
_NODES = Statement(
    select(_N.hash)
    .where(_N.level == bindparam("level"), _N.position >= bindparam("start"), _N.position < bindparam("stop"))
    .order_by(_N.position)
)
_HIGHEST = Statement(select(func.max(_N.position)).where(_N.level == bindparam("level")))
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

    def append(self, head: Head, leaves: Sequence[Leaf], at: datetime) -> None:
        """Conflict(STALE) when the head has moved since it was read."""
        start = head.size - len(leaves)
        frontier = b"".join(head.frontier)
        if self._session.change(_MOVE, start=start, to_size=head.size, grown=frontier, time=micros(at)) != 1:
            raise Conflict(Code.STALE, at="ledger", size=start)
        self._last = micros(at)
        rows = [(start + i, leaf.hash, _packed(leaf)) for i, leaf in enumerate(leaves)]
        bulk.add(self._session, ledger_entries, rows)

    def entries(self, start: int, limit: int) -> list[bytes]:
        here = ledger_entries.c.position.between(start, start + limit - 1)
        rows = select(_E.entry, _E.leaf_hash).where(here).order_by(_E.position)
        return [_unpacked(*row).entry for row in self._session.connection.execute(rows)]

    def leaves(self, start: int, limit: int) -> list[Leaf]:
        here = _E.position.between(start, start + limit - 1)
        rows = select(_E.entry, _E.leaf_hash).where(here).order_by(_E.position)
        return [_unpacked(*row) for row in self._session.connection.execute(rows)]

    def nodes(self, level: int, start: int, limit: int) -> list[bytes]:
        place: dict[str, int] = {"start": start, "stop": start + limit}
        rows = self._session.rows(_NODES, **place, level=level) if level else self._session.rows(_LEAVES, **place)
        return [row[0] for row in rows]

    def put_nodes(self, level: int, start: int, hashes: Sequence[bytes]) -> None:
        """What is there already stays: a full subtree has one root for ever."""
        bulk.keep(self._session, ledger_nodes, [(level, start + i, each) for i, each in enumerate(hashes)])

    def node_count(self, level: int) -> int:
        highest = self._session.first(_HIGHEST, level=level)
        return 0 if highest is None or highest[0] is None else int(highest[0]) + 1

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


def _packed(leaf: Leaf) -> bytes:
    return _SALTED + leaf.salt + leaf.entry if leaf.salt else leaf.entry


def _unpacked(kept: bytes, hash_: bytes) -> Leaf:
    if not kept.startswith(_SALTED):
        return Leaf(kept, hash_, b"")
    return Leaf(kept[1 + SALT :], hash_, kept[1 : 1 + SALT])
