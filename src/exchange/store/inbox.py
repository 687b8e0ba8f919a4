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
from exchange.store.statements import Statement
from exchange.store.tables import OWED, evidence, inbox, inbox_wires, streams_in
from exchange.store.times import micros, moment

_I = inbox.c
_W = inbox_wires.c
_SAME = (_W.sender == _I.sender) & (_W.epoch == _I.epoch) & (_W.seq == _I.seq)
_HERE = (_I.sender == bindparam("sender")) & (_I.epoch == bindparam("epoch")) & (_I.seq == bindparam("seq"))
_ONE = Statement(select(*inbox.c, _W.wire).select_from(inbox.outerjoin(inbox_wires, _SAME)).where(_HERE))
_OF = select(*inbox.c).where(OWED, _I.sender == bindparam("sender"))
_TO_RETURN = Statement(_OF.order_by(_I.epoch, _I.seq).limit(bindparam("limit")))


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
        row = self._session.first(_ONE, sender=sender, epoch=epoch, seq=seq)
        return None if row is None else in_item(row[:-1], row[-1])

    def add_inbox(self, item: InboxItem) -> None:
        """Conflict(ALREADY_EXISTS) when the number or the header is there."""
        row = (
            item.sender, item.epoch, item.seq, item.header_digest, item.envelope_digest, item.state, item.code,
            item.receipt, micros(item.received_at), item.records, item.agreement_id, item.purpose,
            int(item.receipt_returned), item.thread,
        )  # fmt: skip
        bulk.add(self._session, inbox, [row])
        if item.wire is not None:
            bulk.add(self._session, inbox_wires, [(item.sender, item.epoch, item.seq, item.wire)])

    def inbox(self, sender: str | None, after: tuple[str, int, int] | None, limit: int) -> list[InboxItem]:
        page = select(*inbox.c)
        if sender is not None:
            page = page.where(_I.sender == sender)
        if after is not None:
            page = page.where(tuple_(_I.sender, _I.epoch, _I.seq) > after)
        rows = self._session.connection.execute(page.order_by(_I.sender, _I.epoch, _I.seq).limit(limit))
        return [in_item(row, None) for row in rows]

    def keep_proof(self, sender: str, epoch: int, seq: int, wire: bytes) -> None:
        here = (_W.sender == sender) & (_W.epoch == epoch) & (_W.seq == seq)
        self._session.connection.execute(update(inbox_wires).where(here).values(wire=wire))

    def receipts_to_return(self, sender: str, limit: int) -> list[InboxItem]:
        return [in_item(row, None) for row in self._session.rows(_TO_RETURN, sender=sender, limit=limit)]

    def receipts_returned(self, sender: str, epoch: int, seqs: Sequence[int]) -> None:
        if seqs:
            here = (_I.sender == sender) & (_I.epoch == epoch) & (_I.seq == bindparam("number"))
            numbers = [{"number": seq} for seq in sorted(seqs)]
            self._session.connection.execute(update(inbox).where(here).values(receipt_returned=1), numbers)

    def add_evidence(self, sender: str, epoch: int, seq: int, kind: str, wire: bytes, at: datetime) -> None:
        """The same bytes are kept once, however often they are sent: a partner cannot fill the disk with them."""
        row = (sender, epoch, seq, kind, sha256(wire).hexdigest(), micros(at), wire)
        bulk.keep(self._session, evidence, [row])

    def evidence_of(self, sender: str, kind: str) -> list[tuple[int, bytes]]:
        columns = evidence.c
        kept = select(columns.seq, columns.wire).where(columns.sender == sender, columns.kind == kind)
        rows = self._session.connection.execute(kept.order_by(columns.epoch, columns.seq, columns.at, columns.digest))
        return [(row[0], bytes(row[1])) for row in rows]

    def evidence(self) -> list[tuple[str, int, int, str]]:
        columns = evidence.c
        kept = select(columns.sender, columns.epoch, columns.seq, columns.kind)
        ordered = kept.order_by(columns.sender, columns.epoch, columns.seq, columns.kind, columns.digest)
        return [(row[0], row[1], row[2], row[3]) for row in self._session.connection.execute(ordered)]


def in_item(row: Sequence[Any], wire: bytes | None) -> InboxItem:
    """A row of the table, in the order of its columns."""
    (
        sender, epoch, seq, header_digest, envelope_digest, state, code, receipt, received_at, records,
        agreement_id, purpose, receipt_returned, thread,
    ) = row  # fmt: skip
    return InboxItem(
        sender=sender,
        epoch=epoch,
        seq=seq,
        header_digest=header_digest,
        envelope_digest=envelope_digest,
        state=state,
        code=code,
        receipt=receipt,
        received_at=moment(received_at),
        records=records,
        agreement_id=agreement_id,
        purpose=purpose,
        wire=wire,
        receipt_returned=bool(receipt_returned),
        thread=thread,
    )
