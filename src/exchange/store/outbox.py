"""What we send: sealed envelopes by number, the same bytes for every attempt (protocol.md, streams).

Lists come without the bytes; `wire` and `out_after` read them. A receipt is stored once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, tuple_, update

from exchange.errors import Code, Conflict
from exchange.model.state import OutboxItem, StreamEnd
from exchange.store import bulk
from exchange.store.ends import NOTHING, StreamEnds
from exchange.store.session import Session
from exchange.store.statements import SETTING, Lock, Statement
from exchange.store.tables import WAITING, outbox, outbox_wires, settings, streams_out
from exchange.store.times import micros, moment

EPOCH = "epoch"
"""Setting: the epoch of our streams as decimal text, 1 when unset. An administrator raises it after a restore."""

_O = outbox.c
_W = outbox_wires.c
_HERE = (_O.recipient == bindparam("recipient")) & (_O.epoch == bindparam("epoch")) & (_O.seq == bindparam("seq"))
_SAME = (_W.recipient == _O.recipient) & (_W.epoch == _O.epoch) & (_W.seq == _O.seq)
_ONE = Statement(select(*outbox.c).where(_HERE))
_ONE_WITH_WIRE = Statement(select(*outbox.c, _W.wire).select_from(outbox.outerjoin(outbox_wires, _SAME)).where(_HERE))
_WIRE = Statement(
    select(_W.wire).where(
        _W.recipient == bindparam("recipient"), _W.epoch == bindparam("epoch"), _W.seq == bindparam("seq")
    )
)
_READY = (
    select(*outbox.c)
    .where(WAITING, _O.next_attempt_at <= bindparam("now"))
    .order_by(_O.recipient, _O.epoch, _O.seq)
    .limit(bindparam("limit"))
)
_ALL_DUE = Statement(_READY)
_DUE = Statement(_READY.where(_O.recipient == bindparam("recipient")))
_SETTLE = Statement(
    update(outbox)
    .where(_O.recipient == bindparam("recipient_"), _O.epoch == bindparam("epoch_"), _O.seq == bindparam("seq_"))
    .where(_O.receipt.is_(None))
    .values(state=bindparam("to_state"), receipt=bindparam("answer"))
)
"""Changes an item only while it has no receipt: what a partner signed is never replaced."""


class Outbox:
    """The sending half of `ports.Streams`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def end_out(self, recipient: str, *, lock: bool) -> StreamEnd:
        """In a new epoch the numbers begin again at 1, behind 64 zeros."""
        end = StreamEnds(self._session, streams_out).end(recipient, 1, lock=lock)
        kept = self._session.first(SETTING, name=EPOCH)  # behind the lock, which whoever opens an epoch takes as well
        epoch = 1 if kept is None else int(kept[0])
        return end if end.epoch >= epoch else StreamEnd(recipient, epoch, 0, NOTHING)

    def advance_out(self, end: StreamEnd) -> None:
        StreamEnds(self._session, streams_out).advance(end)

    def queue(self, items: Sequence[OutboxItem]) -> None:
        """Conflict(ALREADY_EXISTS) when a number or a header is there already: nothing is sealed twice."""
        bulk.add(self._session, outbox, [_row(item) for item in items])
        wires = [(item.recipient, item.epoch, item.seq, item.wire) for item in items]
        bulk.add(self._session, outbox_wires, wires)

    def due(self, now: datetime, limit: int, recipient: str | None = None) -> list[OutboxItem]:
        """What has no receipt yet, voids included: the partner must learn of them too."""
        if recipient is None:
            rows = self._session.rows(_ALL_DUE, now=micros(now), limit=limit)
        else:
            rows = self._session.rows(_DUE, now=micros(now), limit=limit, recipient=recipient)
        return [out_item(row, b"") for row in rows]

    def waiting_under(self, agreement_id: str, limit: int) -> list[OutboxItem]:
        found = select(*outbox.c).where(WAITING, _O.agreement_id == agreement_id, _O.state != "void")
        rows = self._session.connection.execute(found.order_by(_O.recipient, _O.epoch, _O.seq).limit(limit))
        return [out_item(row, b"") for row in rows]

    def waiting_to(self, recipient: str, limit: int) -> list[OutboxItem]:
        found = select(*outbox.c).where(WAITING, _O.recipient == recipient, _O.state != "void")
        rows = self._session.connection.execute(found.order_by(_O.epoch, _O.seq).limit(limit))
        return [out_item(row, b"") for row in rows]

    def recipients_due(self, now: datetime) -> list[str]:
        """One index probe a partner, however long the queues are."""
        one = select(_O.seq).where(WAITING, _O.recipient == streams_out.c.partner, _O.next_attempt_at <= micros(now))
        due = select(streams_out.c.partner).where(one.correlate(streams_out).exists())
        return list(self._session.connection.execute(due.order_by(streams_out.c.partner)).scalars())

    def wire(self, recipient: str, epoch: int, seq: int) -> bytes | None:
        row = self._session.first(_WIRE, recipient=recipient, epoch=epoch, seq=seq)
        return None if row is None else row[0]

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
        return [out_item(row, by_seq[row.seq]) for row in rows]

    def last_out(self, recipient: str) -> OutboxItem | None:
        newest = select(*outbox.c).where(_O.recipient == recipient).order_by(_O.epoch.desc(), _O.seq.desc()).limit(1)
        row = self._session.connection.execute(newest).first()
        return None if row is None else out_item(row, b"")

    def state_of(self, proposal_id: str) -> str | None:
        of = select(_O.state).where(_O.proposal_id == proposal_id)
        state: str | None = self._session.connection.execute(of).scalar()
        return state

    def out_item(self, recipient: str, epoch: int, seq: int, *, lock: bool = False) -> OutboxItem | None:
        """`lock` takes FOR UPDATE."""
        if lock and self._session.postgresql:
            # Two statements: one that had to wait for the lock would join the new row with the old bytes.
            locked = self._session.first(_ONE, Lock.OWN, recipient=recipient, epoch=epoch, seq=seq)
            return None if locked is None else out_item(locked, self.wire(recipient, epoch, seq) or b"")
        row = self._session.first(_ONE_WITH_WIRE, recipient=recipient, epoch=epoch, seq=seq)
        return None if row is None else out_item(row[:-1], row[-1] or b"")

    def attempt_failed(self, recipient: str, epoch: int, seq: int, next_attempt_at: datetime) -> None:
        here = (_O.recipient == recipient) & (_O.epoch == epoch) & (_O.seq == seq) & _O.receipt.is_(None)
        values = {"attempts": _O.attempts + 1, "next_attempt_at": micros(next_attempt_at)}
        self._session.connection.execute(update(outbox).where(here).values(values))

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
        place = {"recipient_": recipient, "epoch_": epoch, "seq_": seq}
        self._session.change(_SETTLE, to_state=state, answer=receipt, **place)

    def receipts(self, after: tuple[str, int, int] | None, limit: int) -> list[tuple[tuple[str, int, int], bytes]]:
        page = select(_O.recipient, _O.epoch, _O.seq, _O.receipt).where(_O.receipt.is_not(None))
        if after is not None:
            page = page.where(tuple_(_O.recipient, _O.epoch, _O.seq) > after)
        rows = self._session.connection.execute(page.order_by(_O.recipient, _O.epoch, _O.seq).limit(limit))
        return [((row[0], row[1], row[2]), row[3]) for row in rows]

    def unanswered(self, limit: int) -> list[OutboxItem]:
        found = select(*outbox.c).where(WAITING).order_by(_O.recipient, _O.epoch, _O.seq).limit(limit)
        return [out_item(row, b"") for row in self._session.connection.execute(found)]

    def open_epoch(self, epoch: int) -> None:
        bulk.put(self._session, settings, [(EPOCH, str(epoch))])

    def outbox_counts(self, recipient: str | None = None) -> dict[str, int]:
        counted = select(_O.state, func.count()).group_by(_O.state)
        if recipient is not None:
            counted = counted.where(_O.recipient == recipient)
        return {row[0]: row[1] for row in self._session.connection.execute(counted)}


def _row(item: OutboxItem) -> tuple[Any, ...]:
    return (
        item.recipient, item.epoch, item.seq, item.header_digest, item.envelope_digest, len(item.wire),
        item.agreement_id, item.agreement_version, item.proposal_id, item.state, item.attempts,
        micros(item.next_attempt_at), micros(item.created_at), item.receipt,
    )  # fmt: skip


def out_item(row: Sequence[Any], wire: bytes) -> OutboxItem:
    """A row of the table, in the order of its columns."""
    (
        recipient, epoch, seq, header_digest, envelope_digest, _, agreement_id, agreement_version, proposal_id,
        state, attempts, next_attempt_at, created_at, receipt,
    ) = row  # fmt: skip
    return OutboxItem(
        recipient=recipient,
        epoch=epoch,
        seq=seq,
        header_digest=header_digest,
        envelope_digest=envelope_digest,
        wire=wire,
        agreement_id=agreement_id,
        agreement_version=agreement_version,
        proposal_id=proposal_id,
        state=state,
        attempts=attempts,
        next_attempt_at=moment(next_attempt_at),
        created_at=moment(created_at),
        receipt=receipt,
    )
