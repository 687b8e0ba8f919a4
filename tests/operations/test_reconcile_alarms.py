"""What a reconciliation found rings until somebody says why, until a later one is clean, or until more is found."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import timedelta

import pytest

from exchange.errors import BadInput, Code, Conflict, ExchangeError, Forbidden, NotFound
from exchange.ledger.entries import read
from exchange.operations.clock import stamp
from exchange.operations.overview import status
from exchange.operations.reconcile import reconcile
from exchange.operations.reconcile_alarms import (
    ReconcileAlarm,
    acknowledge_reconciled,
    list_reconciled,
    reconcile_alarms,
    reconcile_due,
    reconcile_now,
)
from tests.federation import START, Federation
from tests.operations.test_reconcile import DAY, forget_taken, rows_of, send, stored


def alarms(house: Federation) -> list[tuple[str, str, int]]:
    """Of DZ about KW, without what AE was never asked."""
    node = house["DZ"].node
    with node.store.read() as unit:
        found = reconcile_alarms(unit, house.clock.now())
    return [(each.code, each.since, each.count) for each in found if each.partner == "KW"]


def say(house: Federation, reason: str = "PARTNER_RESTORED", who: str = "auditor") -> None:
    dz = house["DZ"]
    with dz.node.store.write() as unit:
        acknowledge_reconciled(dz.node, unit, getattr(dz.staff, who), "KW", reason)


def broken(house: Federation, *seqs: int) -> str:
    """KW has forgotten these numbers; the time of the result."""
    for seq in seqs:
        forget_taken(house, seq)
    house.clock.forward(timedelta(hours=2))
    reconcile(house["DZ"].node, "KW")
    return stamp(house.clock.now())


def test_it_rings_until_it_is_acknowledged_and_again_for_more(house: Federation) -> None:
    send(house, "DZ", "KW", 1, 2, 3)
    assert alarms(house) == []
    first = broken(house, 2)
    assert alarms(house) == [("PHANTOM_RECEIPT", first, 1)]
    house.clock.forward(DAY)
    reconcile(house["DZ"].node, "KW")
    assert alarms(house) == [("PHANTOM_RECEIPT", first, 1)]  # the same, since the first
    say(house)
    assert alarms(house) == []
    house.clock.forward(DAY)
    reconcile(house["DZ"].node, "KW")
    assert alarms(house) == []  # nothing new
    again = broken(house, 1)
    assert alarms(house) == [("PHANTOM_RECEIPT", again, 2)]


def test_a_later_clean_result_ends_it(house: Federation) -> None:
    send(house, "DZ", "KW", 1, 2)
    kept = rows_of(house["KW"]).rows.inbox["DZ", 1, 1]
    broken(house, 1)
    assert alarms(house) != []
    rows_of(house["KW"]).rows.inbox["DZ", 1, 1] = kept
    house.clock.forward(timedelta(hours=2))
    reconcile(house["DZ"].node, "KW")
    assert alarms(house) == []


@pytest.mark.parametrize("who", ["auditor", "admin"])
def test_the_acknowledgement_is_an_entry(house: Federation, who: str) -> None:
    send(house, "DZ", "KW", 1)
    broken(house, 1)
    say(house, "INVESTIGATED", who)
    (entry,) = [read(line) for line, *_ in rows_of(house["DZ"]).rows.entries if b"reconcile.acknowledged" in line]
    newest = stored(house["DZ"], "KW")[0]
    assert (entry["partner"], entry["digest"], entry["reason"]) == ("KW", newest.digest, "INVESTIGATED")
    assert entry["actor"] == newest.acknowledged_by == getattr(house["DZ"].staff, who).id


def test_who_may_and_what_can_be_acknowledged(house: Federation) -> None:
    send(house, "DZ", "KW", 1)
    with pytest.raises(NotFound):
        say(house)
    reconcile(house["DZ"].node, "KW")
    with pytest.raises(Conflict):
        say(house)  # nothing is wrong
    broken(house, 1)
    with pytest.raises(Forbidden):
        say(house, who="officer")
    with pytest.raises(BadInput):
        say(house, "BECAUSE")
    say(house)
    with pytest.raises(Conflict):
        say(house)
    dz = house["DZ"]
    with pytest.raises(Forbidden):
        reconcile_now(dz.node, dz.staff.officer, "KW")
    with dz.node.store.read() as unit:
        assert len(list_reconciled(unit, dz.staff.auditor, "KW")) == 2
        assert list_reconciled(unit, dz.staff.auditor, "AE") == []


def test_three_days_without_a_result_that_both_signed(house: Federation) -> None:
    house.clock.forward(timedelta(days=3))
    assert alarms(house) == []
    house.clock.forward(timedelta(seconds=1))
    assert alarms(house) == [("NOT_RECONCILED", stamp(START), 0)]
    reconcile(house["DZ"].node, "KW")
    assert alarms(house) == []
    store = rows_of(house["DZ"])
    (key, found), *_ = store.rows.reconciled.items()
    store.rows.reconciled[key] = replace(found, outcome="pending", theirs=None)
    assert alarms(house) == [("NOT_RECONCILED", stamp(START), 0)]


def test_a_half_of_today_is_made_whole_by_the_days_run(house: Federation) -> None:
    reconcile(house["DZ"].node, "KW")
    store = rows_of(house["DZ"])
    (key, found), *_ = store.rows.reconciled.items()
    store.rows.reconciled[key] = replace(found, outcome="pending", theirs=None)
    whole = reconcile_due(house["DZ"].node, "KW", 0)
    assert whole is not None
    assert (whole.outcome, whole.run) == ("agreed", found.run)


def test_a_suspended_partner_rings_no_more(house: Federation) -> None:
    send(house, "DZ", "KW", 1)
    broken(house, 1)
    dz = house["DZ"].node
    with dz.store.write() as unit:
        known = unit.partners.get("KW")
        assert known is not None
        unit.partners.put(replace(known, suspended=True))
    assert alarms(house) == []


def test_the_status_says_it(house: Federation) -> None:
    send(house, "DZ", "KW", 1)
    since = broken(house, 1)
    dz = house["DZ"]
    with dz.node.store.read() as unit:
        found = status(dz.node, unit, dz.staff.admin).reconciles
    assert [asdict(each) for each in found] == [
        {"partner": "KW", "code": "PHANTOM_RECEIPT", "since": since, "count": 1}
    ]
    assert isinstance(found[0], ReconcileAlarm)


def test_a_partner_that_is_down_is_an_error_and_no_result(house: Federation) -> None:
    house.network.down.add("KW")
    with pytest.raises(ExchangeError) as refused:
        reconcile(house["DZ"].node, "KW")
    assert refused.value.code is Code.PARTNER_UNREACHABLE
    assert stored(house["DZ"], "KW") == []
