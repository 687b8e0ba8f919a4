"""What was destroyed, so that it does not come back unnoticed: one row a record and sender, the highest version.

It holds no content and no digest of content. Spec: docs/spec/messages.md §6.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from exchange.model.afterwards import Erased
from exchange.model.records import Ref
from exchange.store import bulk
from exchange.store.session import Session, steps
from exchange.store.statements import Statement
from exchange.store.tables import erased
from exchange.store.times import micros, moment

_E = erased.c
_ROWS = select(_E.originator, _E.id, _E.held, _E.sender, _E.version, _E.at, _E.why)
_VERSIONS = Statement(_ROWS.where(_E.held == "received", _E.sender == bindparam("sender")), among=_E.id)


class SqlErasures:
    """Fits `ports.Erasures`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def bury(self, found: Sequence[Erased]) -> None:
        rows = [
            (each.ref.id, each.ref.originator, each.held, each.sender, each.version, micros(each.at), each.why)
            for each in sorted(found, key=lambda each: each.version)
        ]
        bulk.put(self._session, erased, rows, rising="version")

    def versions(self, sender: str, refs: Sequence[Ref]) -> dict[Ref, int]:
        wanted, found = set(refs), {}
        for ids in steps(ref.id for ref in refs):
            for row in self._session.rows(_VERSIONS, sender=sender, among=self._session.listed(ids)):
                ref = Ref(row[0], row[1])
                if ref in wanted:
                    found[ref] = int(row[4])
        return found

    def of(self, ref: Ref) -> list[Erased]:
        rows = self._session.connection.execute(
            _ROWS.where(_E.originator == ref.originator, _E.id == ref.id).order_by(_E.held, _E.sender)
        )
        return [Erased(Ref(row[0], row[1]), row[2], row[3], row[4], moment(row[5]), row[6]) for row in rows]
