"""Queues of standing and daily releases: names of records that changed, days that were run, proposals to release.

Rows are only added in the transaction that stores a record; they are taken out in the one that acts on them. On
PostgreSQL a worker passes over what another one holds; on SQLite there is one writer at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, Table, and_, bindparam, delete, exists, insert, literal, select, update
from sqlalchemy.dialects import postgresql as pg

from exchange.model.records import Ref
from exchange.store import bulk
from exchange.store.consent_tables import changed_refs, daily_refs, daily_runs, standing_due
from exchange.store.session import Session
from exchange.store.tables import records

_C, _D, _R = changed_refs.c, daily_refs.c, daily_runs.c


class SqlCadences:
    """Fits `ports.Cadences`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def changed(self, refs: Sequence[tuple[Ref, int]]) -> None:
        bulk.add(self._session, changed_refs, [(ref.id, ref.originator, version) for ref, version in refs])

    def all_changed(self) -> None:
        """A row that a worker is just taking out is waited for and added again: it was seen without the agreement."""
        rows = select(records.c.id, records.c.originator, records.c.version)
        names = ["id", "originator", "version"]
        if self._session.postgresql:
            statement = pg.insert(changed_refs).from_select(names, rows).on_conflict_do_nothing()
            self._session.connection.execute(statement)
        else:
            self._session.connection.execute(insert(changed_refs).from_select(names, rows).prefix_with("OR IGNORE"))

    def waiting(self) -> bool:
        found = select(literal(1)).where(exists().select_from(changed_refs) | exists().select_from(standing_due))
        return self._session.connection.execute(found).first() is not None

    def unseen(self) -> bool:
        """What another worker holds is still there until its commit."""
        first = select(_C.id).order_by(_C.id, _C.originator, _C.version).limit(1)
        return self._session.connection.execute(first).first() is not None

    def take_changed(self, limit: int) -> list[Ref]:
        """Each record once, in order, whichever of its versions were waiting."""
        page = select(_C.id, _C.originator, _C.version).order_by(_C.id, _C.originator, _C.version).limit(limit)
        taken = self._take(changed_refs, page)
        return list(dict.fromkeys(Ref(str(row[1]), str(row[0])) for row in taken))

    def add_daily(self, agreement_id: str, recipient: str, refs: Sequence[Ref]) -> None:
        rows = [(agreement_id, recipient, ref.id, ref.originator) for ref in sorted(set(refs))]
        bulk.keep(self._session, daily_refs, rows)

    def begin_day(self, day: str, agreement_id: str, recipient: str) -> bool:
        bulk.keep(self._session, daily_runs, [(day, agreement_id, recipient, 0)])
        one = select(_R.done).where(_R.day == day, _R.agreement_id == agreement_id, _R.recipient == recipient)
        return int(self._session.connection.execute(one.with_for_update()).scalar_one()) == 0

    def take_daily(self, agreement_id: str, recipient: str, limit: int) -> list[Ref]:
        page = (
            select(*_D)
            .where(_D.agreement_id == agreement_id, _D.recipient == recipient)
            .order_by(_D.id, _D.originator)
            .limit(limit)
        )
        return [Ref(str(row[3]), str(row[2])) for row in self._take(daily_refs, page)]

    def end_day(self, day: str, agreement_id: str, recipient: str) -> None:
        one = and_(_R.day == day, _R.agreement_id == agreement_id, _R.recipient == recipient)
        self._session.connection.execute(update(daily_runs).where(one).values(done=1))
        older = and_(_R.day < day, _R.agreement_id == agreement_id, _R.recipient == recipient)
        self._session.connection.execute(delete(daily_runs).where(older))

    def day_done(self, day: str, agreement_id: str, recipient: str) -> bool:
        one = and_(_R.day == day, _R.agreement_id == agreement_id, _R.recipient == recipient, _R.done == 1)
        return self._session.connection.execute(select(literal(1)).where(one)).first() is not None

    def release_later(self, proposal_id: str) -> None:
        bulk.add(self._session, standing_due, [(proposal_id,)])

    def due_releases(self, limit: int) -> list[str]:
        page = select(standing_due.c.proposal_id).order_by(standing_due.c.proposal_id).limit(limit)
        return [str(row[0]) for row in self._session.connection.execute(page)]

    def release_done(self, proposal_id: str) -> bool:
        gone = delete(standing_due).where(standing_due.c.proposal_id == proposal_id)
        return self._session.connection.execute(gone).rowcount == 1

    def _take(self, table: Table, page: Select[Any]) -> list[tuple[Any, ...]]:
        rows = [tuple(row) for row in self._session.connection.execute(page.with_for_update(skip_locked=True))]
        if rows:
            keys = list(table.primary_key.columns)
            one = and_(*(column == bindparam(f"key_{place}") for place, column in enumerate(keys)))
            named = [{f"key_{place}": value for place, value in enumerate(row)} for row in rows]
            self._session.connection.execute(delete(table).where(one), named)
        return rows
