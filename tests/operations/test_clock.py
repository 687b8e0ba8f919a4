"""The clock's floor: behind by little, behind by much, apart from the database's; partners cannot push it ahead."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from exchange.errors import Code, Unavailable
from exchange.operations.clock import AHEAD, JUMP, PARTNER_TIME, SKEW, note_partner_time, safe_now, stamp
from exchange.ports import Node
from tests.federation import START, HandClock, NoFaults, keys_of
from tests.operations.fake_rows import Rows
from tests.operations.fakes import FakeStore, FakeUnit
from tests.simulator import Network

SECOND = timedelta(seconds=1)


def node(shown: datetime, database: datetime | None = None) -> Node:
    return Node("DZ", FakeStore(database), Network().peers("DZ"), HandClock(shown), keys_of("DZ"), NoFaults())


def unit(*, last: datetime | None = None, partner: datetime | None = None) -> FakeUnit:
    made = FakeUnit(Rows(last=last))
    if partner is not None:
        note_partner_time(made, partner)
    return made


def test_an_empty_ledger_has_no_floor() -> None:
    assert safe_now(node(START), unit()) == START


@pytest.mark.parametrize("behind", [timedelta(0), SECOND, timedelta(minutes=9), SKEW])
def test_a_little_behind_is_held_at_the_floor(behind: timedelta) -> None:
    assert safe_now(node(START - behind), unit(last=START)) == START
    assert safe_now(node(START - behind, START), unit()) == START
    assert safe_now(node(START - SKEW - behind), unit(partner=START)) == START - SKEW


@pytest.mark.parametrize("behind", [SKEW + SECOND, timedelta(hours=23), timedelta(days=3650)])
def test_far_behind_stops(behind: timedelta) -> None:
    shown = START - behind
    for which, rows in ((node(shown), unit(last=START)), (node(shown, START), unit())):
        with pytest.raises(Unavailable) as refused:
            safe_now(which, rows)
        assert refused.value.code is Code.CLOCK_UNSAFE
        assert refused.value.facts == {"behind_s": int(behind.total_seconds())}


def test_far_ahead_of_the_database_stops() -> None:
    assert safe_now(node(START + AHEAD, START), unit()) == START + AHEAD
    with pytest.raises(Unavailable) as refused:
        safe_now(node(START + AHEAD + SECOND, START), unit())
    assert refused.value.facts == {"apart_s": 86_401}


@pytest.mark.parametrize("ahead", [JUMP + SECOND, timedelta(days=3650)])
def test_far_ahead_of_all_that_is_known_stops_without_a_second_clock(ahead: timedelta) -> None:
    for rows in (unit(last=START), unit(last=START - JUMP, partner=START + SKEW)):
        assert safe_now(node(START + JUMP), rows) == START + JUMP
        with pytest.raises(Unavailable) as refused:
            safe_now(node(START + ahead), rows)
        assert refused.value.code is Code.CLOCK_UNSAFE
        assert refused.value.facts == {"ahead_s": int(ahead.total_seconds())}


def test_a_database_with_a_clock_of_its_own_vouches_for_a_long_rest() -> None:
    later = START + timedelta(days=400)
    assert safe_now(node(later, later), unit(last=START)) == later


def test_the_highest_of_all_is_the_floor() -> None:
    hour = timedelta(hours=1)
    late = START + hour
    for rows, database in (
        (unit(last=late), START),
        (unit(last=START, partner=late + SKEW), START),
        (unit(last=START, partner=START), late),
    ):
        assert safe_now(node(late - SKEW, database), rows) == late


def test_a_partners_time_never_falls() -> None:
    rows = unit(partner=START)
    note_partner_time(rows, START - timedelta(days=1))
    assert rows.setting(PARTNER_TIME) == str(int(START.timestamp()))
    note_partner_time(rows, START + SECOND)
    assert rows.setting(PARTNER_TIME) == str(int(START.timestamp()) + 1)


def test_whole_seconds_in_utc() -> None:
    elsewhere = START.astimezone(timezone(timedelta(hours=3))) + timedelta(microseconds=999_999)
    now = safe_now(node(elsewhere), unit())
    assert (now, now.tzinfo, now.microsecond) == (START, UTC, 0)
    assert stamp(elsewhere) == "2026-11-02T08:00:00Z"
