"""What heartbeats say that the streams alone do not: a silent partner, numbers that do not come, a tail that was cut.

A heartbeat is signed, names the partner's highest number to us and the highest of ours that it has, and comes every
five minutes. From two of them in a row an alarm follows; three that never came are one (protocol.md, streams). Nothing
is stopped here and nothing is repaired: a person calls the partner.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from exchange.model.state import Partner
from exchange.ports import Unit

SILENCE: Final = timedelta(minutes=15)
"""Three heartbeats."""
SILENT: Final = "PARTNER_SILENT"
MISSING: Final = "NUMBERS_MISSING"
CUT_THERE: Final = "TAIL_CUT_THERE"
CUT_HERE: Final = "TAIL_CUT_HERE"
CODES: Final = (SILENT, MISSING, CUT_THERE, CUT_HERE)
_LATE = "stream.late."
"""Setting, by partner: the first heartbeat that was ahead of what came, with the number that had come by then."""
_CUT = "stream.cut."
"""Setting, by partner: the first heartbeat that was behind what had come already."""


@dataclass(frozen=True, slots=True)
class Beat:
    """What a partner last said."""

    at: str
    head: int
    """The highest number of its stream to us."""
    received: int
    """The highest contiguous number of our stream that it has."""


@dataclass(frozen=True, slots=True)
class StreamAlarm:
    """One thing wrong between us and a partner, of streams as of what else `operations.alarms` lists."""

    partner: str
    code: str
    """`PARTNER_SILENT`: nothing heard for three heartbeats. `NUMBERS_MISSING`: it has sent more than came, and from one
    heartbeat to the next nothing came. `TAIL_CUT_THERE`: it says that it has sent less than came: its store is older
    than it was. `TAIL_CUT_HERE`: it says that it has more of ours than we know to have sent: our own store is
    older than it was, or its word is wrong."""
    since: str
    """`YYYY-MM-DDTHH:MM:SSZ`: the heartbeat that first said so, or the last one before the silence."""
    ours: int
    theirs: int
    """The two numbers that do not fit, or one size twice; 0 and 0 where an alarm is about none."""


def last_beat(unit: Unit, partner_code: str) -> Beat | None:
    """The newest heartbeat stored of a partner."""
    kept = unit.setting(f"heartbeat.{partner_code}")
    if kept is None:
        return None
    at, head, received = kept.split(" ")
    return Beat(at, int(head), int(received))


def keep_beat(unit: Unit, partner_code: str, said: Beat) -> None:
    """Keeps the newest heartbeat, and since when what it says does not fit what came. An older one changes nothing."""
    known = last_beat(unit, partner_code)
    if known is not None and known.at > said.at:
        return
    unit.set_setting(f"heartbeat.{partner_code}", f"{said.at} {said.head} {said.received}")
    came = unit.streams.end_in(partner_code, lock=False).seq
    _mark(unit, _LATE + partner_code, said.at if said.head > came else None, came)
    _mark(unit, _CUT + partner_code, said.at if said.head < came else None, said.head)


def stream_alarms(unit: Unit, now: datetime) -> list[StreamAlarm]:
    """What is wrong now, by partner. A suspended partner raises none."""
    return [
        alarm for partner in unit.partners.all() if not partner.suspended for alarm in _of_partner(unit, partner, now)
    ]


def _of_partner(unit: Unit, partner: Partner, now: datetime) -> list[StreamAlarm]:
    found = []
    said = last_beat(unit, partner.code)
    heard = partner.added_at if said is None else datetime.fromisoformat(said.at)
    if now - heard > SILENCE:
        found.append(StreamAlarm(partner.code, SILENT, heard.strftime("%Y-%m-%dT%H:%M:%SZ"), 0, 0))
    if said is None:
        return found
    came, sent = (end(partner.code, lock=False).seq for end in (unit.streams.end_in, unit.streams.end_out))
    for code, name, wrong in ((MISSING, _LATE, said.head > came), (CUT_THERE, _CUT, said.head < came)):
        since = _since(unit, name + partner.code)
        if wrong and since is not None and since < said.at:
            found.append(StreamAlarm(partner.code, code, since, came, said.head))
    if said.received > sent:
        found.append(StreamAlarm(partner.code, CUT_HERE, said.at, sent, said.received))
    return found


def _mark(unit: Unit, name: str, at: str | None, number: int) -> None:
    """Since when it does not fit, for as long as the number stands still: what moves is no alarm."""
    kept = unit.setting(name) or ""
    if at is None:
        if kept:
            unit.set_setting(name, "")
    elif not kept or kept.split(" ")[1] != str(number):
        unit.set_setting(name, f"{at} {number}")


def _since(unit: Unit, name: str) -> str | None:
    kept = unit.setting(name)
    return kept.split(" ")[0] if kept else None
