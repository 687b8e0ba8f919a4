"""What we send: sealed envelopes by number, the same bytes for every attempt (protocol.md, streams).

Lists come without the bytes; `wire` and `out_after` read them. A receipt is stored once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, tuple_, update

from exchange.errors import Code, Conflict
from exchange.model.state import OutboxItem, StreamEnd
from exchange.store import bulk
from exchange.store.ends import NOTHING, StreamEnds
from exchange.store.session import Session
from exchange.store.tables import WAITING, micros, moment, outbox, outbox_wires, settings, streams_out

EPOCH = "epoch"
"""Setting: the epoch of our streams as decimal text, 1 when unset. An administrator raises it after a restore."""

_O = outbox.c
_W = outbox_wires.c


class Outbox:
    """The sending half of `ports.Streams`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def end_out(self, recipient: str, *, lock: bool) -> StreamEnd:
        """In a new epoch the numbers begin again at 1, behind 64 zeros."""
        kept = self._session.connection.execute(select(settings.c.value).where(settings.c.name == EPOCH)).scalar()
        epoch = int(kept) if kept else 1
        end = StreamEnds(self._session, streams_out).end(recipient, epoch, lock=lock)
        return end if end.epoch >= epoch else StreamEnd(recipient, epoch, 0, NOTHING)

    def advance_out(self, end: StreamEnd) -> None:
        StreamEnds(self._session, streams_out).advance(end)

    def queue(self, items: Sequence[OutboxItem]) -> None:
        """Conflict(ALREADY_EXISTS) when a number or a header is there already: nothing is sealed twice."""
        bulk.add(self._session.connection, outbox, [_row(item) for item in items])
        wires = [(item.recipient, item.epoch, item.seq, item.wire) for item in items]
        bulk.add(self._session.connection, outbox_wires, wires)

    def due(self, now: datetime, limit: int, recipient: str | None = None) -> list[OutboxItem]:
        """What has no receipt yet, voids included: the partner must learn of them too."""
        waiting = select(*outbox.c).where(WAITING, _O.next_attempt_at <= micros(now))
        if recipient is not None:
            waiting = waiting.where(_O.recipient == recipient)
        rows = self._session.connection.execute(waiting.order_by(_O.recipient, _O.epoch, _O.seq).limit(limit))
        return [_item(row, b"") for row in rows]

    def recipients_due(self, now: datetime) -> list[str]:
        """One index probe a partner, however long the queues are."""
        one = select(_O.seq).where(WAITING, _O.recipient == streams_out.c.partner, _O.next_attempt_at <= micros(now))
        due = select(streams_out.c.partner).where(one.correlate(streams_out).exists())
        return list(self._session.connection.execute(due.order_by(streams_out.c.partner)).scalars())

    def wire(self, recipient: str, epoch: int, seq: int) -> bytes | None:
        kept = select(_W.wire).where(_W.recipient == recipient, _W.epoch == epoch, _W.seq == seq)
        return self._session.connection.execute(kept).scalar()

    def out_after(self, recipient: str, epoch: int, seq: int, limit: int, max_bytes: int) -> list[OutboxItem]:
        stream = select(*outbox.c).where(_O.recipient == recipient, _O.epoch == epoch, _O.seq > seq)
        rows: list[Any] = []
        total = 0
        for row in self._session.connection.execute(stream.order_by(_O.seq).limit(limit)):
            total += row.size
            if rows and total > max_bytes:
                break
            rows.append(row)
        if not rows:
            return []
        wires = select(_W.seq, _W.wire).where(_W.recipient == recipient, _W.epoch == epoch)
        found = self._session.connection.execute(wires.where(_W.seq.between(rows[0].seq, rows[-1].seq))).all()
        by_seq = {row[0]: row[1] for row in found}
        return [_item(row, by_seq[row.seq]) for row in rows]

    def out_item(self, recipient: str, epoch: int, seq: int, *, lock: bool = False) -> OutboxItem | None:
        """`lock` takes FOR UPDATE."""
        named: Select[Any] = select(*outbox.c).where(_O.recipient == recipient, _O.epoch == epoch, _O.seq == seq)
        row = self._session.connection.execute(self._session.own(named) if lock else named).first()
        return None if row is None else _item(row, self.wire(recipient, epoch, seq) or b"")

    def attempt_failed(self, recipient: str, epoch: int, seq: int, next_attempt_at: datetime) -> None:
        self._unanswered(recipient, epoch, seq, attempts=_O.attempts + 1, next_attempt_at=micros(next_attempt_at))

    def replace_with_void(self, item: OutboxItem) -> None:
        """Conflict(STALE) when the partner has answered in the meantime: what it signed for is not replaced."""
        here = (_O.recipient == item.recipient) & (_O.epoch == item.epoch) & (_O.seq == item.seq)
        values = {"state": "void", "envelope_digest": item.envelope_digest, "size": len(item.wire)}
        changed = self._session.connection.execute(update(outbox).where(here, WAITING).values(values))
        if changed.rowcount != 1:
            raise Conflict(Code.STALE, at="outbox", seq=item.seq)
        kept = (_W.recipient == item.recipient) & (_W.epoch == item.epoch) & (_W.seq == item.seq)
        self._session.connection.execute(update(outbox_wires).where(kept).values(wire=item.wire))

    def settle(self, recipient: str, epoch: int, seq: int, state: str, receipt: bytes) -> None:
        self._unanswered(recipient, epoch, seq, state=state, receipt=receipt)

    def receipts(self, after: tuple[str, int, int] | None, limit: int) -> list[tuple[tuple[str, int, int], bytes]]:
        page = select(_O.recipient, _O.epoch, _O.seq, _O.receipt).where(_O.receipt.is_not(None))
        if after is not None:
            page = page.where(tuple_(_O.recipient, _O.epoch, _O.seq) > after)
        rows = self._session.connection.execute(page.order_by(_O.recipient, _O.epoch, _O.seq).limit(limit))
        return [((row[0], row[1], row[2]), row[3]) for row in rows]

    def outbox_counts(self, recipient: str | None = None) -> dict[str, int]:
        counted = select(_O.state, func.count()).group_by(_O.state)
        if recipient is not None:
            counted = counted.where(_O.recipient == recipient)
        return {row[0]: row[1] for row in self._session.connection.execute(counted)}

    def _unanswered(self, recipient: str, epoch: int, seq: int, **values: Any) -> None:
        """Changes an item only while it has no receipt: what a partner signed is never replaced."""
        here = (_O.recipient == recipient) & (_O.epoch == epoch) & (_O.seq == seq) & _O.receipt.is_(None)
        self._session.connection.execute(update(outbox).where(here).values(values))


def _row(item: OutboxItem) -> tuple[Any, ...]:
    return (
        item.recipient, item.epoch, item.seq, item.header_digest, item.envelope_digest, len(item.wire),
        item.agreement_id, item.agreement_version, item.proposal_id, item.state, item.attempts,
        micros(item.next_attempt_at), micros(item.created_at), item.receipt,
    )  # fmt: skip


def _item(row: Any, wire: bytes) -> OutboxItem:
    return OutboxItem(
        recipient=row.recipient,
        epoch=row.epoch,
        seq=row.seq,
        header_digest=row.header_digest,
        envelope_digest=row.envelope_digest,
        wire=wire,
        agreement_id=row.agreement_id,
        agreement_version=row.agreement_version,
        proposal_id=row.proposal_id,
        state=row.state,
        attempts=row.attempts,
        next_attempt_at=moment(row.next_attempt_at),
        created_at=moment(row.created_at),
        receipt=row.receipt,
    )
