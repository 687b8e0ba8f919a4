"""Time-stamps on both databases: one head a day, the largest; a stamp is stored once."""

from __future__ import annotations

from exchange.model.stamps import DayHead
from exchange.store import SqlStore
from tests.integration.samples import NOW


def test_the_newest_head_of_a_day_waits_for_its_stamp(store: SqlStore) -> None:
    with store.write() as unit:
        for row in (
            DayHead("2026-11-02", 5, b"five"),
            DayHead("2026-11-02", 9, b"nine"),
            DayHead("2026-11-02", 7, b"seven"),
            DayHead("2026-11-03", 12, b"twelve"),
        ):
            unit.stamps.note_head(row)
        assert unit.stamps.waiting("2026-11-02", 10) == []
        assert unit.stamps.waiting("2026-11-03", 10) == [DayHead("2026-11-02", 9, b"nine")]
        assert [each.size for each in unit.stamps.waiting("2026-11-04", 10)] == [9, 12]
        assert [each.size for each in unit.stamps.waiting("2026-11-04", 1)] == [9]
        assert unit.stamps.covering(1) is None


def test_a_stamp_stays_as_it_was(store: SqlStore) -> None:
    first = DayHead("2026-11-02", 9, b"nine", b"token", NOW)
    with store.write() as unit:
        unit.stamps.note_head(DayHead("2026-11-02", 9, b"nine"))
        unit.stamps.put_token(first._replace(size=8))
        assert unit.stamps.covering(1) is None, "a stamp of another head"
        unit.stamps.put_token(first)
        unit.stamps.put_token(first._replace(token=b"another"))
        unit.stamps.note_head(DayHead("2026-11-02", 10, b"ten"))
        unit.stamps.note_head(DayHead("2026-11-03", 20, b"twenty"))
        unit.stamps.put_token(DayHead("2026-11-03", 20, b"twenty", b"later", NOW))
    with store.read() as unit:
        assert unit.stamps.waiting("2026-11-09", 10) == []
        assert [unit.stamps.covering(size) for size in (1, 9)] == [first, first]
        found = unit.stamps.covering(10)
        assert found is not None
        assert found.size == 20
        assert unit.stamps.covering(21) is None
