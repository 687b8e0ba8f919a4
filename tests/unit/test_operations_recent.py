"""Results kept for a moment: bounded by number and by age, and never by anything else than their whole key."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from exchange.operations.recent import Recent

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def test_it_is_found_until_it_is_too_old() -> None:
    recent: Recent[str, int] = Recent(3, timedelta(seconds=10))
    recent.put("a", 1, NOON)
    assert recent.get("a", NOON + timedelta(seconds=9)) == 1
    assert recent.get("a", NOON + timedelta(seconds=10)) is None
    assert recent.get("a", NOON - timedelta(seconds=10)) is None
    assert recent.get("b", NOON) is None


@given(st.lists(st.integers(0, 9), max_size=40), st.integers(1, 5))
def test_no_more_than_its_number_is_kept_and_the_newest_stay(keys: list[int], most: int) -> None:
    recent: Recent[int, int] = Recent(most, timedelta(hours=1))
    for at, key in enumerate(keys):
        recent.put(key, at, NOON)
    order = list(dict.fromkeys(reversed(keys)))
    found = {key for key in range(10) if recent.get(key, NOON) is not None}
    assert found == set(order[:most])
    assert all(recent.get(key, NOON) == len(keys) - 1 - keys[::-1].index(key) for key in found)


def test_putting_clears_what_is_too_old() -> None:
    recent: Recent[str, int] = Recent(3, timedelta(seconds=10))
    recent.put("a", 1, NOON)
    recent.put("b", 2, NOON + timedelta(seconds=11))
    assert recent.get("a", NOON) is None
    assert recent.get("b", NOON + timedelta(seconds=11)) == 2
