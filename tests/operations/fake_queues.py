"""Waivers, standing approvals, and the queues of standing and daily releases: the parts of a unit in memory."""

from __future__ import annotations

from collections.abc import Sequence

from exchange.model.records import Ref
from exchange.model.state import StandingApproval, Waiver
from tests.operations.fake_rows import Rows


class Waivers:
    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def add(self, waiver: Waiver) -> None:
        self._rows.waivers[waiver.id] = waiver

    def get(self, id_: str, *, lock: bool = False) -> Waiver | None:
        return self._rows.waivers.get(id_)

    def of_proposal(self, proposal_id: str) -> list[Waiver]:
        return [each for each in self._rows.waivers.values() if each.proposal_id == proposal_id]

    def all(self, limit: int) -> list[Waiver]:
        return list(reversed(self._rows.waivers.values()))[:limit]

    def update(self, waiver: Waiver) -> None:
        self._rows.waivers[waiver.id] = waiver

    def add_standing(self, approval: StandingApproval) -> None:
        self._rows.standing[approval.id] = approval

    def standing(self, id_: str, *, lock: bool = False) -> StandingApproval | None:
        return self._rows.standing.get(id_)

    def standing_of(self, agreement_id: str) -> list[StandingApproval]:
        return [each for each in self._rows.standing.values() if each.agreement_id == agreement_id]

    def all_standing(self, limit: int) -> list[StandingApproval]:
        return list(reversed(self._rows.standing.values()))[:limit]

    def update_standing(self, approval: StandingApproval) -> None:
        self._rows.standing[approval.id] = approval


class Cadences:
    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def changed(self, refs: Sequence[tuple[Ref, int]]) -> None:
        self._rows.changes.update(dict.fromkeys(refs))

    def all_changed(self) -> None:
        self.changed([(ref, held[-1].record.version) for ref, held in self._rows.records.items()])

    def waiting(self) -> bool:
        return bool(self._rows.changes or self._rows.due)

    def unseen(self) -> bool:
        return bool(self._rows.changes)

    def take_changed(self, limit: int) -> list[Ref]:
        taken = sorted(self._rows.changes)[:limit]
        for each in taken:
            del self._rows.changes[each]
        return list(dict.fromkeys(ref for ref, _ in taken))

    def add_daily(self, agreement_id: str, recipient: str, refs: Sequence[Ref]) -> None:
        self._rows.daily.update({(agreement_id, recipient, ref): None for ref in refs})

    def begin_day(self, day: str, agreement_id: str, recipient: str) -> bool:
        return not self._rows.days.setdefault((day, agreement_id, recipient), False)

    def take_daily(self, agreement_id: str, recipient: str, limit: int) -> list[Ref]:
        taken = sorted(each for each in self._rows.daily if each[:2] == (agreement_id, recipient))[:limit]
        for each in taken:
            del self._rows.daily[each]
        return [ref for _, _, ref in taken]

    def end_day(self, day: str, agreement_id: str, recipient: str) -> None:
        self._rows.days[day, agreement_id, recipient] = True

    def day_done(self, day: str, agreement_id: str, recipient: str) -> bool:
        return self._rows.days.get((day, agreement_id, recipient), False)

    def release_later(self, proposal_id: str) -> None:
        self._rows.due[proposal_id] = None

    def due_releases(self, limit: int) -> list[str]:
        return sorted(self._rows.due)[:limit]

    def release_done(self, proposal_id: str) -> bool:
        return self._rows.due.pop(proposal_id, "") is None
