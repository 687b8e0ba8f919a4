"""Retention by a clock that tests move: nothing lives longer than its limit, whoever else is down or suspended."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange.model.claims import Claim
from exchange.model.messages import Notice, Recall
from exchange.operations.agreements import raise_flag, suspend
from exchange.operations.deposit import Draft, deposit
from exchange.operations.message_facts import read_stored
from exchange.operations.retention import PAGE, Retained, retention
from exchange.policies.clocks import clocks
from tests import invariants
from tests.federation import AGREEMENT, START, Federation, State, federate
from tests.operations.fakes import FakeStore
from tests.subjects import gulf_person

DAY: Final = timedelta(days=1)


def sent_texts(state: State, to: str) -> list[Recall | Notice]:
    with state.node.store.read() as unit:
        lines = unit.messages.page("out", None, 999)
        rows = [unit.messages.get(line.key) for line in lines if line.key.partner == to]
        found = [read_stored(row.body, row.type) for row in rows if row is not None]
    return [each for each in found if isinstance(each, Recall | Notice)]


def shorten(state: State, days: int) -> None:
    """Every copy that came now ends so many days after it came: cards live shorter than the agreement's copies."""
    with state.node.store.write() as unit:
        for line in unit.copies.places([each.ref for each in unit.copies.lines(None, None, 999)]):
            if line.received_at == state.node.clock.now():
                copy = unit.copies.latest(line.ref)
                assert copy is not None
                unit.copies.destroy([line])
                unit.copies.add([replace(copy, expires_at=line.received_at + timedelta(days=days))])


def long_ago(days: int) -> Claim:
    """A first issue so long ago that the five years are over in `days` days."""
    day = START.date().replace(year=START.year - 5) + timedelta(days=days)
    return Claim("c900", "record.first_issued", day.isoformat(), "fact")


def test_a_copy_ends_at_its_second_and_its_sender_is_told(house: Federation) -> None:
    dz, kw = house["DZ"], house["KW"]
    (ref,) = dz.deposit(gulf_person(1))
    dz.push("KW", [ref])
    assert dz.deliver("KW").accepted == 1
    shorten(kw, 20)
    house.clock.forward(timedelta(days=20) - timedelta(seconds=1))
    assert retention(kw.node) == Retained(0, 0)
    house.clock.forward(timedelta(seconds=1))
    assert retention(kw.node) == Retained(1, 0)
    with kw.node.store.read() as unit:
        assert unit.copies.latest(ref) is None
        assert [(each.sender, each.version, each.why) for each in unit.erasures.of(ref)] == [("DZ", 1, "retention")]
    assert [(each.type, each.refs) for each in sent_texts(kw, "DZ")] == [("notice", (ref,))]
    assert retention(kw.node) == Retained(0, 0)
    invariants.ledger_verifies(kw.node, kw.staff.auditor)


def test_no_agreement_holds_an_erasure_up(house: Federation) -> None:
    dz, kw = house["DZ"], house["KW"]
    (ref,) = dz.deposit(gulf_person(1))
    dz.push("KW", [ref])
    assert dz.deliver("KW").accepted == 1
    shorten(kw, 20)
    with kw.node.store.write() as unit:
        raise_flag(unit, kw.staff.approver, AGREEMENT)
    with kw.node.store.write() as unit:
        suspend(kw.node, unit, kw.staff.approver, AGREEMENT)
    house.clock.forward(timedelta(days=20))
    assert retention(kw.node).copies == 1
    assert sent_texts(kw, "DZ") == []
    assert [each["why"] for each in invariants.entries(kw.node, "record.destroyed")] == ["retention"]


def test_more_than_a_page(house: Federation) -> None:
    dz, kw = house["DZ"], house["KW"]
    refs = dz.deposit(*(gulf_person(n % 3 + 1) for n in range(PAGE + 20)))
    dz.push("KW", refs)
    dz.deliver("KW")
    with kw.node.store.read() as unit:
        held = unit.copies.count()
        assert held > PAGE
    house.clock.forward(timedelta(days=4000))
    assert retention(kw.node).copies == held
    with kw.node.store.read() as unit:
        assert unit.copies.count() == 0


def uncategorised() -> tuple[Claim, ...]:
    """A person of unknown category: six months from the first issue."""
    claims = gulf_person(1)
    return tuple(each._replace(value="unknown") if each.path == "record.category" else each for each in claims)


def test_our_record_ends_and_who_may_hold_it_is_recalled(house: Federation) -> None:
    dz = house["DZ"]
    (ref,) = dz.deposit((*gulf_person(1), long_ago(30)))
    assert [each.state for each in dz.push("KW", [ref])] == ["released"]
    with dz.node.store.read() as unit:
        record = unit.records.current([ref], lock=False)[0].record
    last = clocks(record, house.clock.now()).erase_after
    house.clock.time = datetime.combine(last, datetime.max.time(), UTC).replace(microsecond=0)
    assert retention(dz.node) == Retained(0, 0)
    house.clock.forward(timedelta(seconds=1))
    assert retention(dz.node) == Retained(0, 1)
    with dz.node.store.read() as unit:
        assert unit.records.current([ref], lock=False) == []
        assert unit.records.version(ref, 1) is None
        assert [each.held for each in unit.erasures.of(ref)] == ["own"]
    (recall,) = sent_texts(dz, "KW")
    assert isinstance(recall, Recall)
    assert (recall.reason, recall.refs) == ("retention", (ref,))
    assert [each["held"] for each in invariants.entries(dz.node, "record.destroyed")] == ["own"]
    invariants.ledger_verifies(dz.node, dz.staff.auditor)


@settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.integers(1, 30), st.sampled_from(["deposit", "push", "quiet"])), min_size=5, max_size=11))
def test_at_no_time_lives_what_is_older_than_its_limit(steps: list[tuple[int, str]]) -> None:
    """Months of deposits and releases; the worker runs once a day, and every day nothing is over its limit."""
    house = federate({code: FakeStore() for code in ("DZ", "KW")})
    dz, kw = house["DZ"], house["KW"]
    erased = 0
    for days, what in steps:
        if what == "deposit":
            with dz.node.store.write() as unit:
                since = (house.clock.now() - START).days
                drafts = [
                    Draft("person", uncategorised()),
                    Draft("person", gulf_person(1)),
                    Draft("person", (*gulf_person(1), long_ago(since + days))),
                ]
                deposit(dz.node, unit, dz.staff.officer, drafts)
        with dz.node.store.read() as unit:
            refs = [line.ref for line in unit.records.lines(None, None, 99)]
        if what == "push" and refs:
            dz.push("KW", refs)
            dz.deliver("KW")
            shorten(kw, days)
        for jump in range(0, days, 10):
            house.clock.forward(timedelta(days=min(10, days - jump)))
            for state in (dz, kw):
                erased += retention(state.node).records
                over_limit(state, house.clock.now())
    for state in (dz, kw):
        invariants.ledger_verifies(state.node, state.staff.auditor)


def over_limit(state: State, now: datetime) -> None:
    with state.node.store.read() as unit:
        assert unit.copies.expired(now, 99) == []
        own = unit.records.current([line.ref for line in unit.records.lines(None, None, 99)], lock=False)
        for each in own:
            assert clocks(each.record, now).erase_after >= date.fromisoformat(now.date().isoformat())
