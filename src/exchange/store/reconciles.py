"""Reconciliations with partners: the open run of each, the results, and the numbers that they are about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple
from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, func, select, update

from exchange.model.reconciled import Reconciled, Run
from exchange.model.state import InboxItem, OutboxItem
from exchange.store import bulk
from exchange.store.inbox import in_item
from exchange.store.outbox import out_item
from exchange.store.reconcile_tables import reconcile_runs, reconciled
from exchange.store.session import Session
from exchange.store.statements import Lock, Statement
from exchange.store.tables import inbox, outbox
from exchange.store.times import micros, moment

_R = reconciled.c
_RUN = Statement(select(*reconcile_runs.c).where(reconcile_runs.c.partner == bindparam("partner")))


class SqlReconciles:
    """Fits `ports.Reconciles`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def epochs_out(self, recipient: str, limit: int) -> list[tuple[int, int]]:
        return self._epochs(outbox, "recipient", recipient, limit)

    def epochs_in(self, sender: str, limit: int) -> list[tuple[int, int]]:
        return self._epochs(inbox, "sender", sender, limit)

    def sent(self, recipient: str, epoch: int, first: int, last: int) -> list[OutboxItem]:
        return [out_item(row, b"") for row in self._numbers(outbox, ("recipient", recipient), epoch, (first, last))]

    def taken(self, sender: str, epoch: int, first: int, last: int) -> list[InboxItem]:
        return [in_item(row, None) for row in self._numbers(inbox, ("sender", sender), epoch, (first, last))]

    def run(self, partner: str, *, lock: bool) -> Run | None:
        if lock:  # a row to lock must be there; one without a name is no run
            bulk.keep(self._session, reconcile_runs, [(partner, "", 0, b"")])
        row = self._session.first(_RUN, Lock.OWN if lock else Lock.NONE, partner=partner)
        return None if row is None or not row[1] else Run(row[0], row[1], moment(row[2]), row[3])

    def put_run(self, run: Run) -> None:
        bulk.put(self._session, reconcile_runs, [(run.partner, run.id, micros(run.opened_at), run.state)])

    def keep(self, found: Reconciled) -> bool:
        known = self.get(found.partner, found.run)
        if known is not None:
            return False
        row = list(astuple(found))
        row[3], row[11] = micros(found.at), None if found.acknowledged_at is None else micros(found.acknowledged_at)
        bulk.add(self._session, reconciled, [tuple(row)])
        return True

    def finish(self, partner: str, run: str, outcome: str, theirs: bytes | None) -> bool:
        one = (_R.partner == partner) & (_R.run == run) & (_R.outcome == "pending")
        done = update(reconciled).where(one).values(outcome=outcome, theirs=theirs)
        return self._session.connection.execute(done).rowcount == 1

    def get(self, partner: str, run: str) -> Reconciled | None:
        one = select(*_R).where(_R.partner == partner, _R.run == run)
        row = self._session.connection.execute(one).first()
        return None if row is None else _found(row)

    def of(self, partner: str | None, limit: int) -> list[Reconciled]:
        found = select(*_R) if partner is None else select(*_R).where(_R.partner == partner)
        rows = self._session.connection.execute(found.order_by(_R.at.desc(), _R.partner, _R.run).limit(limit))
        return [_found(row) for row in rows]

    def last_signed(self, partner: str) -> datetime | None:
        both = (_R.partner == partner) & (func.length(_R.ours) > 0) & _R.theirs.is_not(None)
        newest = self._session.connection.execute(select(func.max(_R.at)).where(both)).scalar()
        return None if newest is None else moment(newest)

    def since(self, partner: str, findings: str) -> tuple[datetime, bool]:
        told = select(func.min(_R.at), func.count(_R.acknowledged_by))
        row = self._session.connection.execute(told.where(_R.partner == partner, _R.findings == findings)).one()
        return moment(row[0] or 0), row[1] > 0

    def acknowledge(self, partner: str, run: str, person: str, at: datetime, reason: str) -> None:
        one = update(reconciled).where(_R.partner == partner, _R.run == run, _R.acknowledged_by.is_(None))
        values = {"acknowledged_by": person, "acknowledged_at": micros(at), "reason": reason}
        self._session.connection.execute(one.values(values))

    def _epochs(self, table: Table, side: str, partner: str, limit: int) -> list[tuple[int, int]]:
        """One probe of the key for each epoch: a stream may be long."""
        epoch, seq = table.c.epoch, table.c.seq
        found: list[tuple[int, int]] = []
        while len(found) < limit:
            newest = select(epoch, seq).where(table.c[side] == partner)
            if found:
                newest = newest.where(epoch < found[-1][0])
            row = self._session.connection.execute(newest.order_by(epoch.desc(), seq.desc()).limit(1)).first()
            if row is None:
                break
            found.append((row[0], row[1]))
        return found

    def _numbers(self, table: Table, side: tuple[str, str], epoch: int, span: tuple[int, int]) -> Sequence[Any]:
        columns = table.c
        stream = select(*columns).where(columns[side[0]] == side[1], columns.epoch == epoch)
        rows = self._session.connection.execute(stream.where(columns.seq.between(*span)).order_by(columns.seq))
        return rows.all()


def _found(row: Sequence[Any]) -> Reconciled:
    partner, run, day, at, outcome, digest, findings, document, ours, theirs, by, acknowledged_at, reason = row
    return Reconciled(
        partner=partner,
        run=run,
        day=day,
        at=moment(at),
        outcome=outcome,
        digest=digest,
        findings=findings,
        document=document,
        ours=ours,
        theirs=theirs,
        acknowledged_by=by,
        acknowledged_at=None if acknowledged_at is None else moment(acknowledged_at),
        reason=reason,
    )
