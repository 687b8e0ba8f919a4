"""Two birth dates: how they stand to each other. Pure. Rules: docs/spec/names.md §5.

Dates are spans of days (`model/dates.py`), which also turns Hijri dates, by the tabular calendar, good to a day or two:
so a Hijri day is the same day within three. No other Hijri door is needed here: what is compared is not what is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from exchange.model.dates import Span

RELATIONS: Final = ("day", "swapped", "year", "other_day", "meets", "one_off", "few_off", "apart", "far")
"""The same day; day and month swapped; the same year, as far as it is said; the same year and another day; spans that
meet; a year off; two or three; up to nine; more."""
UNKNOWN: Final = "unknown"
_BEST: Final = {name: rank for rank, name in enumerate(RELATIONS)}
_HIJRI_OFF: Final = 3
_FEW, _APART = 3, 9


def relate(a: Span, b: Span) -> str:
    """One of `RELATIONS`."""
    day, other = _day(a), _day(b)
    if day is not None and other is not None:
        off = _HIJRI_OFF if "hijri" in (a.calendar, b.calendar) else 0
        if abs((day - other).days) <= off:
            return "day"
        if day.year == other.year:
            return "swapped" if (day.month, day.day) == (other.day, other.month) else "other_day"
        return _years(abs(day.year - other.year))
    if a.low.year == a.high.year == b.low.year == b.high.year:
        return "year"
    gap = max(a.low.year - b.high.year, b.low.year - a.high.year)
    return "meets" if gap <= 0 else _years(gap)


def _day(span: Span) -> date | None:
    """The day that it says; 1 January often only says the year."""
    if span.low != span.high or (span.low.month, span.low.day) == (1, 1) or span.precision == "approximate":
        return None
    return span.low


def _years(gap: int) -> str:
    if gap == 1:
        return "one_off"
    return "few_off" if gap <= _FEW else "apart" if gap <= _APART else "far"


def nearest(some: Sequence[Span], others: Sequence[Span]) -> str:
    """The best of all pairs: one who gave two dates is not held to both. `UNKNOWN` where one has none."""
    found = [relate(one, other) for one in some for other in others]
    return min(found, key=_BEST.__getitem__, default=UNKNOWN)
