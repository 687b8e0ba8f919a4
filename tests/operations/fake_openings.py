"""Openings of ledger entries in memory: part of a unit without any guards."""

from __future__ import annotations

from collections.abc import Sequence

from exchange.model.openings import Opening
from exchange.model.records import Ref
from tests.operations.fake_rows import Rows


class Openings:
    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def add(self, opening: Opening) -> None:
        self._rows.openings[opening.id] = opening

    def get(self, id_: str, *, lock: bool = False) -> Opening | None:
        return self._rows.openings.get(id_)

    def all(self, limit: int) -> list[Opening]:
        return list(reversed(self._rows.openings.values()))[:limit]

    def update(self, opening: Opening) -> None:
        self._rows.openings[opening.id] = opening

    def show(self, id_: str, held: str, refs: Sequence[Ref]) -> None:
        self._rows.shown += [(id_, held, ref) for ref in refs]

    def of_record(self, ref: Ref) -> list[Opening]:
        return [self._rows.openings[id_] for id_, _, shown in self._rows.shown if shown == ref]

    def of_copies(self, limit: int) -> list[tuple[Ref, Opening]]:
        return [(ref, self._rows.openings[id_]) for id_, held, ref in self._rows.shown if held == "received"][:limit]
