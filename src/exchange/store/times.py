"""Times as the tables keep them: microseconds since 1970 UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(time: datetime) -> int:
    """An aware time as microseconds since 1970 UTC."""
    return (time - _EPOCH) // _MICROSECOND


def moment(value: int) -> datetime:
    """The aware UTC time of `value` microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=value)
