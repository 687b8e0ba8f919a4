"""What came in and waits, on both databases: the oldest first, taken once, whatever else is in the inbox."""

from __future__ import annotations

from datetime import timedelta

from exchange.store import SqlStore
from tests.integration.samples import NOW, hexes, incoming


def test_what_waits_is_listed_by_age_and_taken_once(store: SqlStore) -> None:
    made = [incoming(seq, received_at=NOW + timedelta(hours=5 - seq)) for seq in range(1, 5)]
    other = incoming(1, sender="TN", header_digest=hexes("tn"), received_at=NOW)
    with store.write() as unit:
        for item in (*made, other):
            unit.streams.add_inbox(item)
        unit.streams.arrived([*made[:3], other])
        unit.streams.arrived([made[0]])
        unit.streams.arrived([])
    with store.read() as unit:
        assert [(each.sender, each.seq) for each in unit.streams.arrivals(None, 10)] == [
            ("TN", 1),
            ("MA", 3),
            ("MA", 2),
            ("MA", 1),
        ]
        assert [each.seq for each in unit.streams.arrivals("MA", 2)] == [3, 2]
        assert unit.streams.waits("MA", 1, 3)
        assert not unit.streams.waits("MA", 1, 4)
    with store.write() as unit:
        assert unit.streams.take_arrival("MA", 1, 3)
        assert not unit.streams.take_arrival("MA", 1, 3)
        assert not unit.streams.take_arrival("MA", 2, 1)
    with store.read() as unit:
        assert [each.seq for each in unit.streams.arrivals("MA", 10)] == [2, 1]
