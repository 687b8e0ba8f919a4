"""What is kept of a day's time-stamp."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple


class DayHead(NamedTuple):
    """The newest head of a day, and the stamp over it once there is one."""

    day: str
    """UTC, `YYYY-MM-DD`."""
    size: int
    note: bytes
    """The signed checkpoint."""
    token: bytes | None = None
    """RFC 3161 time-stamp token, DER."""
    at: datetime | None = None
    """The time in the token."""
