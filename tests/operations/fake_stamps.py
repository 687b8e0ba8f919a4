"""Time-stamps: the part of a unit in memory."""

from __future__ import annotations

from exchange.model.stamps import DayHead
from tests.operations.fake_rows import Rows


class Stamps:
    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def note_head(self, row: DayHead) -> None:
        known = self._rows.stamps.setdefault(row.day, row)
        if known.token is None and known.size < row.size:
            self._rows.stamps[row.day] = row

    def waiting(self, before: str, limit: int) -> list[DayHead]:
        return [each for day, each in sorted(self._rows.stamps.items()) if day < before and each.token is None][:limit]

    def put_token(self, row: DayHead) -> None:
        known = self._rows.stamps[row.day]
        if known.token is None and known.size == row.size:
            self._rows.stamps[row.day] = row

    def covering(self, size: int) -> DayHead | None:
        found = [each for each in self._rows.stamps.values() if each.token is not None and each.size >= size]
        return min(found, key=lambda each: (each.size, each.day), default=None)
