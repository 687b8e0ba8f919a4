"""The one time of a transaction, held above a floor so that moving a clock never widens a permission (threat T-51).

floor = max(database clock, last ledger entry, last time a partner proved to us - skew). A system clock more than the
skew behind the floor, or more than a day ahead of the database's own clock, stops what asked (transport.md §6). Where
the database has no clock of its own, one that is over 31 days ahead of the floor stops it too, until an administrator
confirms it (`clock_confirm.py`): a wrong clock must not run through retention, expiry and agreements.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from exchange.errors import Code, Unavailable
from exchange.ports import Node, Unit

SKEW = timedelta(minutes=10)
AHEAD = timedelta(days=1)
JUMP = timedelta(days=31)
"""How far ahead of the last entry and of the partners a clock is believed that nothing else vouches for."""
PARTNER_TIME = "clock.partner"


def safe_now(node: Node, unit: Unit) -> datetime:
    """Now, in whole seconds UTC. Raises Unavailable(CLOCK_UNSAFE) when the clock cannot be trusted."""
    now, floor = held(node, unit)
    if floor is not None and now - floor > JUMP and node.store.now() is None:
        raise Unavailable(Code.CLOCK_UNSAFE, ahead_s=int((now - floor).total_seconds()))
    return now


def held(node: Node, unit: Unit) -> tuple[datetime, datetime | None]:
    """(now, floor): the system's time, not behind the floor and not apart from the database's; and that floor."""
    now = node.clock.now().astimezone(UTC).replace(microsecond=0)
    database = node.store.now()
    floor = _floor(unit, database)
    if floor is not None and now < floor:
        if floor - now > SKEW:
            raise Unavailable(Code.CLOCK_UNSAFE, behind_s=int((floor - now).total_seconds()))
        now = floor
    if database is not None and now - database > AHEAD:
        raise Unavailable(Code.CLOCK_UNSAFE, apart_s=int((now - database).total_seconds()))
    return now, floor


def note_partner_time(unit: Unit, time: datetime) -> None:
    """Remembers a time that a partner signed; the floor never falls below it less the skew."""
    known = unit.setting(PARTNER_TIME)
    if known is None or int(known) < int(time.timestamp()):
        unit.set_setting(PARTNER_TIME, str(int(time.timestamp())))


def stamp(time: datetime) -> str:
    """`YYYY-MM-DDTHH:MM:SSZ`, the form of every signed document."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _floor(unit: Unit, database: datetime | None) -> datetime | None:
    times = [unit.ledger.last_time()]
    if database is not None:
        times.append(database.astimezone(UTC).replace(microsecond=0))
    partner = unit.setting(PARTNER_TIME)
    if partner is not None:
        times.append(datetime.fromtimestamp(max(0, int(partner) - int(SKEW.total_seconds())), tz=UTC))
    return max((time for time in times if time is not None), default=None)
