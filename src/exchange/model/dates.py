"""Dates of claims as spans of days, to compare and to order them. Pure.

A value keeps its own calendar for whoever shows it; here everything becomes days of the Gregorian calendar. Hijri
dates are turned by the tabular calendar (Reingold and Dershowitz, Calendrical Calculations, ch. 7: civil epoch), which
may differ from a sighted moon by a day or two: enough to order, not to state.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final, NamedTuple

from exchange.model.claims import JsonValue

APPROXIMATELY: Final = 2
"""Years by which an approximate date may be off, either way."""
_HIJRI_YEARS: Final = 1600
"""A year below this one was counted in the Hijri calendar (`paths/checks.py`)."""
_EPOCH: Final = date(622, 7, 19).toordinal()
"""1 Muharram of the year 1: 16 July 622 in the Julian calendar."""
_OFF: Final = timedelta(days=3)
"""What a year of the other calendar may stick out by."""


class Span(NamedTuple):
    """Two days, and how they were said."""

    low: date
    high: date
    precision: str
    """`exact`, `approximate`, `range`, `year` or `month`."""
    calendar: str = "gregorian"

    def may_meet(self, other: Span) -> bool:
        """Whether both may be of one day, given how exact they are."""
        (low, high), (other_low, other_high) = self._wide(), other._wide()
        return low <= other_high and other_low <= high

    def _wide(self) -> tuple[date, date]:
        off = timedelta(days=366 * APPROXIMATELY) if self.precision == "approximate" else timedelta()
        off += _OFF if self.calendar == "hijri" else timedelta()
        return _moved(self.low, -off), _moved(self.high, off)


def span_of(value: JsonValue) -> Span | None:
    """The span of a partial date, a day, a month, a year or years; None for what is none."""
    if isinstance(value, dict):
        return _partial(value)
    if isinstance(value, (str, int)) and not isinstance(value, bool):
        days = _days(value, _calendar_of(value))
        return None if days is None else Span(*days, _precision(value), _calendar_of(value))
    return None


def _partial(value: dict[str, JsonValue]) -> Span | None:
    said = [value[member] for member in ("date", "year", "from", "to") if member in value]
    if not said or not all(isinstance(each, (str, int)) for each in said):
        return None
    calendar = str(value.get("calendar") or _calendar_of(said[0]))
    days = [_days(each, calendar) for each in said]
    low, high = days[0], days[-1]
    if low is None or high is None:
        return None
    precision = str(value.get("precision", "range" if "from" in value else _precision(said[0])))
    return Span(low[0], max(low[0], high[1]), precision, calendar)


def _days(value: JsonValue, calendar: str) -> tuple[date, date] | None:
    """The first and the last day of a day, a month or a year."""
    text = f"{value:04d}" if isinstance(value, int) else str(value)
    parts = text.split("-")
    if len(parts) > 3 or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    year, month, day, *_ = (*map(int, parts), 1, 1)
    try:
        low = _day(year, month, day, calendar)
        if len(parts) == 3:
            return low, low
        after = _day(year + 1, 1, 1, calendar)
        if len(parts) == 2:
            after = _day(year + month // 12, month % 12 + 1, 1, calendar)
        return low, after - timedelta(days=1)
    except (ValueError, OverflowError):
        return None


def _day(year: int, month: int, day: int, calendar: str) -> date:
    if calendar != "hijri":
        return date(year, month, day)
    before = (year - 1) * 354 + (11 * year + 3) // 30 + 29 * (month - 1) + month // 2
    return date.fromordinal(_EPOCH + before + day - 1)


def _calendar_of(value: JsonValue) -> str:
    text = str(value)[:4]
    return "hijri" if text.isdigit() and int(text) < _HIJRI_YEARS else "gregorian"


def _precision(value: JsonValue) -> str:
    return {1: "year", 2: "month"}.get(len(str(value).split("-")), "exact")


def _moved(day: date, by: timedelta) -> date:
    try:
        return day + by
    except OverflowError:
        return date.min if by < timedelta() else date.max
