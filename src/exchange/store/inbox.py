"""What we received: one row a number of each partner's stream, our receipt, and evidence of what was wrong.

Lists come without wires; `inbox_item` reads the one that was kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import bindparam, select, tuple_, update

from exchange.model.state import InboxItem, StreamEnd
from exchange.store import bulk
from exchange.store.ends import StreamEnds
from exchange.store.session import Session
from exchange.store.tables import OWED, evidence, inbox, inbox_wires, micros, moment, streams_in

_I = inbox.c
_W = inbox_wires.c


class Inbox:
    """The receiving half of `ports.Streams`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def end_in(self, sender: str, *, lock: bool) -> StreamEnd:
        """In epoch 1 before anything came; the sender's epoch changes with `advance_in`."""
        return StreamEnds(self._session, streams_in).end(sender, 1, lock=lock)

    def advance_in(self, end: StreamEnd) -> None:
        StreamEnds(self._session, streams_in).advance(end)

    def inbox_item(self, sender: str, epoch: int, seq: int) -> InboxItem | None:
        here = (_I.sender == sender) & (_I.epoch == epoch) & (_I.seq == seq)
        row = self._session.connection.execute(select(*inbox.c).where(here)).first()
        if row is None:
            return None
        kept = select(_W.wire).where(_W.sender == sender, _W.epoch == epoch, _W.seq == seq)
        return _item(row, self._session.connection.execute(kept).scalar())

    def add_inbox(self, item: InboxItem) -> None:
        """Conflict(ALREADY_EXISTS) when the number or the header is there."""
        row = (
            item.sender, item.epoch, item.seq, item.header_digest, item.envelope_digest, item.state, item.code,
            item.receipt, micros(item.received_at), item.records, item.agreement_id, item.purpose,
            int(item.receipt_returned),
        )  # fmt: skip
        bulk.add(self._session.connection, inbox, [row])
        if item.wire is not None:
            bulk.add(self._session.connection, inbox_wires, [(item.sender, item.epoch, item.seq, item.wire)])

    def inbox(self, sender: str | None, after: tuple[str, int, int] | None, limit: int) -> list[InboxItem]:
        page = select(*inbox.c)
        if sender is not None:
            page = page.where(_I.sender == sender)
        if after is not None:
            page = page.where(tuple_(_I.sender, _I.epoch, _I.seq) > after)
        rows = self._session.connection.execute(page.order_by(_I.sender, _I.epoch, _I.seq).limit(limit))
        return [_item(row, None) for row in rows]

    def receipts_to_return(self, sender: str, limit: int) -> list[InboxItem]:
        owed = select(*inbox.c).where(OWED, _I.sender == sender).order_by(_I.epoch, _I.seq).limit(limit)
        return [_item(row, None) for row in self._session.connection.execute(owed)]

    def receipts_returned(self, sender: str, epoch: int, seqs: Sequence[int]) -> None:
        if seqs:
            here = (_I.sender == sender) & (_I.epoch == epoch) & (_I.seq == bindparam("number"))
            numbers = [{"number": seq} for seq in sorted(seqs)]
            self._session.connection.execute(update(inbox).where(here).values(receipt_returned=1), numbers)

    def add_evidence(self, sender: str, epoch: int, seq: int, kind: str, wire: bytes, at: datetime) -> None:
        """The same bytes are kept once, however often they are sent: a partner cannot fill the disk with them."""
        row = (sender, epoch, seq, kind, sha256(wire).hexdigest(), micros(at), wire)
        bulk.keep(self._session.connection, evidence, [row])

    def evidence(self) -> list[tuple[str, int, int, str]]:
        columns = evidence.c
        kept = select(columns.sender, columns.epoch, columns.seq, columns.kind)
        ordered = kept.order_by(columns.sender, columns.epoch, columns.seq, columns.kind, columns.digest)
        return [(row[0], row[1], row[2], row[3]) for row in self._session.connection.execute(ordered)]


def _item(row: Any, wire: bytes | None) -> InboxItem:
    return InboxItem(
        sender=row.sender,
        epoch=row.epoch,
        seq=row.seq,
        header_digest=row.header_digest,
        envelope_digest=row.envelope_digest,
        state=row.state,
        code=row.code,
        receipt=row.receipt,
        received_at=moment(row.received_at),
        records=row.records,
        agreement_id=row.agreement_id,
        purpose=row.purpose,
        wire=wire,
        receipt_returned=bool(row.receipt_returned),
    )
