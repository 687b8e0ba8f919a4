"""Heads, cosignatures, overrides and epochs: the part of a unit in memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from exchange.model.heads import Cosigned, OpenedEpoch, Override, SeenHead, Witnessed
from tests.operations.fake_rows import Rows


class Heads:
    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def witnessed(self, origin: str) -> Witnessed | None:
        return self._rows.witnessed.get(origin)

    def witness(self, new: Witnessed, old: Witnessed | None) -> bool:
        if self._rows.witnessed.get(new.origin) != old:
            return False
        self._rows.witnessed[new.origin] = new
        return True

    def see(self, heads: Sequence[SeenHead]) -> None:
        for each in heads:
            self._rows.seen_heads.setdefault((each.origin, each.size, each.root), each)

    def seen(self, origin: str, limit: int) -> list[SeenHead]:
        return [each for key, each in sorted(self._rows.seen_heads.items()) if key[0] == origin][:limit]

    def of_size(self, origin: str, size: int) -> list[SeenHead]:
        return [each for each in self.seen(origin, len(self._rows.seen_heads)) if each.size == size]

    def newest(self, origin: str) -> SeenHead | None:
        found = self.seen(origin, len(self._rows.seen_heads))
        return max(found, key=lambda each: each.size) if found else None

    def forget(self, heads: Sequence[SeenHead]) -> None:
        for each in heads:
            self._rows.seen_heads.pop((each.origin, each.size, each.root), None)

    def forget_others(self, partner: str, origin: str) -> None:
        for key, each in list(self._rows.seen_heads.items()):
            if each.partner == partner and each.origin != origin:
                del self._rows.seen_heads[key]

    def cosigned(self) -> list[Cosigned]:
        return [row for _, row in sorted(self._rows.cosigned.items())]

    def put_cosigned(self, row: Cosigned) -> None:
        known = self._rows.cosigned.get(row.witness)
        if known is None or known.at <= row.at:
            self._rows.cosigned[row.witness] = row

    def forget_cosigned(self, witness: str | None = None) -> None:
        for each in [code for code in self._rows.cosigned if witness in (None, code)]:
            del self._rows.cosigned[each]

    def put_override(self, override: Override) -> None:
        self._rows.overrides[override.id] = override

    def override(self, id_: str, *, lock: bool) -> Override | None:
        return self._rows.overrides.get(id_)

    def overrides(self, limit: int) -> list[Override]:
        return sorted(self._rows.overrides.values(), key=lambda each: each.asked_at, reverse=True)[:limit]

    def standing_override(self, now: datetime) -> Override | None:
        return next((each for each in self._rows.overrides.values() if each.stands(now)), None)

    def put_epoch(self, row: OpenedEpoch) -> None:
        self._rows.epochs.setdefault((row.node, row.epoch), row)

    def epochs(self, node: str) -> list[OpenedEpoch]:
        found = [each for key, each in self._rows.epochs.items() if key[0] == node]
        return sorted(found, key=lambda each: each.epoch, reverse=True)
