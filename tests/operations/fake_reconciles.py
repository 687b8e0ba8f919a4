"""Reconciliations of the store in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from exchange.model.reconciled import Reconciled, Run
from exchange.model.state import InboxItem, OutboxItem
from tests.operations.fake_rows import Rows

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Reconciles:
    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def epochs_out(self, recipient: str, limit: int) -> list[tuple[int, int]]:
        return _epochs([at for at in self._rows.outbox if at[0] == recipient], limit)

    def epochs_in(self, sender: str, limit: int) -> list[tuple[int, int]]:
        return _epochs([at for at in self._rows.inbox if at[0] == sender], limit)

    def sent(self, recipient: str, epoch: int, first: int, last: int) -> list[OutboxItem]:
        found = sorted(self._rows.outbox.items())
        return [
            replace(each, wire=b"") for at, each in found if at[:2] == (recipient, epoch) and first <= at[2] <= last
        ]

    def taken(self, sender: str, epoch: int, first: int, last: int) -> list[InboxItem]:
        found = sorted(self._rows.inbox.items())
        return [each for at, each in found if at[:2] == (sender, epoch) and first <= at[2] <= last]

    def run(self, partner: str, *, lock: bool) -> Run | None:
        del lock
        return self._rows.reconcile_runs.get(partner)

    def put_run(self, run: Run) -> None:
        self._rows.reconcile_runs[run.partner] = run

    def keep(self, found: Reconciled) -> bool:
        return self._rows.reconciled.setdefault((found.partner, found.run), found) is found

    def finish(self, partner: str, run: str, outcome: str, theirs: bytes | None) -> bool:
        known = self._rows.reconciled.get((partner, run))
        if known is None or known.outcome != "pending":
            return False
        self._rows.reconciled[partner, run] = replace(known, outcome=outcome, theirs=theirs)
        return True

    def get(self, partner: str, run: str) -> Reconciled | None:
        return self._rows.reconciled.get((partner, run))

    def last_signed(self, partner: str) -> datetime | None:
        signed = [each.at for each in self.of(partner, 10_000) if each.ours and each.theirs is not None]
        return max(signed, default=None)

    def of(self, partner: str | None, limit: int) -> list[Reconciled]:
        found = [each for each in self._rows.reconciled.values() if partner in (None, each.partner)]
        ordered = sorted(
            sorted(found, key=lambda each: (each.partner, each.run)), key=lambda each: each.at, reverse=True
        )
        return ordered[:limit]

    def since(self, partner: str, findings: str) -> tuple[datetime, bool]:
        same = [each for each in self.of(partner, 10_000) if each.findings == findings]
        return min((each.at for each in same), default=_NEVER), any(each.acknowledged_by for each in same)

    def acknowledge(self, partner: str, run: str, person: str, at: datetime, reason: str) -> None:
        known = self._rows.reconciled[partner, run]
        if known.acknowledged_by is None:
            seen = replace(known, acknowledged_by=person, acknowledged_at=at, reason=reason)
            self._rows.reconciled[partner, run] = seen


def _epochs(places: list[tuple[str, int, int]], limit: int) -> list[tuple[int, int]]:
    ends: dict[int, int] = {}
    for _, epoch, seq in places:
        ends[epoch] = max(seq, ends.get(epoch, 0))
    return sorted(ends.items(), reverse=True)[:limit]
