"""Alarms about blinded queries: one name felt around, a day's queries used up; a partner's and our own.

Both nodes count the same, so both ring: whoever is called knows what the call is about. Nothing is stopped by an alarm;
the query itself was refused already. Spec: docs/spec/matching.md §7.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from exchange.model.blinded import IN
from exchange.operations.clock import stamp
from exchange.operations.stream_alarms import StreamAlarm
from exchange.ports import Unit

PROBED_BY_PARTNER: Final = "MATCH_PROBED_BY_PARTNER"
PROBED_BY_US: Final = "MATCH_PROBED_BY_US"
DAY_USED_BY_PARTNER: Final = "MATCH_DAY_USED_BY_PARTNER"
DAY_USED_BY_US: Final = "MATCH_DAY_USED_BY_US"
CODES: Final = (PROBED_BY_PARTNER, PROBED_BY_US, DAY_USED_BY_PARTNER, DAY_USED_BY_US)
RINGS: Final = timedelta(days=1)
"""How long each rings after it was last given cause."""
_PREFIX: Final = "match.alarm."
"""Setting, by code and partner: since when."""


def probed(unit: Unit, direction: str, partner: str, at: datetime) -> None:
    """A query was refused because it feels around one name."""
    _ring(unit, PROBED_BY_PARTNER if direction == IN else PROBED_BY_US, partner, at)


def day_used(unit: Unit, direction: str, partner: str, at: datetime) -> None:
    """The last query of the UTC day was made."""
    _ring(unit, DAY_USED_BY_PARTNER if direction == IN else DAY_USED_BY_US, partner, at)


def match_alarms(unit: Unit, now: datetime) -> list[StreamAlarm]:
    """What rings now, by code and partner."""
    found = []
    for name, since in unit.settings(_PREFIX).items():
        code, partner = name.removeprefix(_PREFIX).split(".", 1)
        if now - datetime.fromisoformat(since) < RINGS:
            found.append(StreamAlarm(partner, code, since, 0, 0))
    return sorted(found, key=lambda each: (CODES.index(each.code), each.partner))


def _ring(unit: Unit, code: str, partner: str, at: datetime) -> None:
    unit.set_setting(f"{_PREFIX}{code}.{partner}", stamp(at))
