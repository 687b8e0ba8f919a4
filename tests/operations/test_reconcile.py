"""Two live nodes reconcile: equal histories cheaply, faults by their class, results signed by both, repetition."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

import pytest

from exchange.errors import Code, ExchangeError, Remote
from exchange.ledger.classes import Class
from exchange.ledger.entries import read
from exchange.ledger.reconciled import Result, read_result
from exchange.ledger.reconciled_file import check
from exchange.model.reconciled import Reconciled
from exchange.model.state import Partner
from exchange.operations.pull import pull
from exchange.operations.reconcile import reconcile
from exchange.operations.reconcile_alarms import reconcile_due
from exchange.operations.reconcile_file import file_of
from exchange.ports.peers import Peers
from tests.federation import Federation, State
from tests.operations.fakes import FakeStore
from tests.subjects import gulf_person

DAY = timedelta(days=1)


def send(house: Federation, from_: str, to: str, *numbers: int, deliver: bool = True) -> None:
    """One envelope for each record."""
    state = house[from_]
    for number in numbers:
        assert [each.state for each in state.push(to, state.deposit(gulf_person(number)))] == ["released"]
    if deliver:
        assert state.deliver(to).accepted >= len(numbers)


def rows_of(state: State) -> FakeStore:
    store = state.node.store
    inner = getattr(store, "store", store)
    assert isinstance(inner, FakeStore)
    return inner


def run(house: Federation, asker: str = "DZ", answerer: str = "KW") -> Result:
    """One run; both sides have the same result, signed by both."""
    found = reconcile(house[asker].node, answerer)
    there = stored(house[answerer], asker)[0]
    assert (found.outcome, there.outcome) == ("agreed", "agreed")
    assert found.document == there.document
    assert (found.ours, found.theirs) == (there.theirs, there.ours)
    return read_result(found.document)


def stored(state: State, partner: str) -> list[Reconciled]:
    with state.node.store.read() as unit:
        return unit.reconciles.of(partner, 10)


def told(result: Result) -> dict[str, int]:
    return {each.value: count for each, count in result.counts.items() if count}


def bytes_between(house: Federation) -> int:
    return sum(len(data) for _, _, data in house.network.wire)


@pytest.mark.parametrize("asker", ["DZ", "KW"])
def test_equal_histories_agree_and_cost_little(house: Federation, asker: str) -> None:
    send(house, "DZ", "KW", 1, 2, 3)
    house.network.wire.clear()
    result = run(house, asker, "KW" if asker == "DZ" else "DZ")
    assert told(result) == {"matched": 3}
    assert result.clean
    assert result.ranges == (("DZ", 1, 1, 3),)
    assert len(house.network.wire) == 4  # a question, an answer, and the two results
    documents = [len(data) for _, _, data in house.network.wire]
    assert max(documents) < 12_000, documents  # nearly all of it are the two hybrid signatures


def test_both_directions(house: Federation) -> None:
    send(house, "DZ", "KW", 1, 2)
    send(house, "KW", "DZ", 3)
    result = run(house)
    assert told(result) == {"matched": 3}
    assert result.ranges == (("DZ", 1, 1, 2), ("KW", 1, 1, 1))


def test_nothing_in_common(house: Federation) -> None:
    assert told(run(house)) == {}


def test_what_is_on_its_way(house: Federation) -> None:
    send(house, "DZ", "KW", 1)
    send(house, "DZ", "KW", 2, deliver=False)
    result = run(house)
    assert told(result) == {"matched": 1, "in_flight": 1}
    assert result.clean


def test_a_receipt_on_its_way_matches_all_the_same(house: Federation) -> None:
    """Pulled: the receipt is there, and is returned later."""
    send(house, "DZ", "KW", 1, deliver=False)
    house.network.faults.drop_requests = 0
    house.network.faults.drop_answers = 0
    pull(house["KW"].node, "DZ")
    outbox = rows_of(house["DZ"]).rows.outbox
    outbox["KW", 1, 1] = replace(outbox["KW", 1, 1], receipt=None, state="sent")
    assert told(run(house)) == {"matched": 1}


def test_lost_after_a_day(house: Federation) -> None:
    send(house, "DZ", "KW", 1, deliver=False)
    house.clock.forward(DAY + timedelta(minutes=1))
    assert told(run(house)) == {"lost": 1}


def forget_taken(house: Federation, seq: int) -> None:
    del rows_of(house["KW"]).rows.inbox["DZ", 1, seq]


def forget_sent(house: Federation, seq: int) -> None:
    del rows_of(house["DZ"]).rows.outbox["KW", 1, seq]


def forge_taken(house: Federation, seq: int) -> None:
    inbox = rows_of(house["KW"]).rows.inbox
    inbox["DZ", 1, seq] = replace(inbox["DZ", 1, seq], envelope_digest="ab" * 32)


def deny_taken(house: Federation, seq: int) -> None:
    inbox = rows_of(house["KW"]).rows.inbox
    inbox["DZ", 1, seq] = replace(inbox["DZ", 1, seq], state="refused", code="EXPIRED")


def never_arrived(house: Federation, seq: int) -> None:
    forget_taken(house, seq)
    outbox = rows_of(house["DZ"]).rows.outbox
    outbox["KW", 1, seq] = replace(outbox["KW", 1, seq], receipt=None, state="sent")


FAULTS = {
    forget_taken: Class.PHANTOM_RECEIPT,
    forget_sent: Class.OMITTED,
    forge_taken: Class.EQUIVOCATED,
    deny_taken: Class.EQUIVOCATED,
    never_arrived: Class.LOST,
}


@pytest.mark.parametrize("asker", ["DZ", "KW"])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda each: each.__name__)
def test_each_fault_has_its_class_whoever_asks(house: Federation, fault: object, asker: str) -> None:
    assert callable(fault)
    send(house, "DZ", "KW", 1, 2, 3)
    fault(house, 2)
    house.clock.forward(timedelta(hours=2))
    result = run(house, asker, "KW" if asker == "DZ" else "DZ")
    class_ = FAULTS[fault]
    assert told(result) == {"matched": 2, class_.value: 1}
    assert result.differences == (("DZ", 1, 2, class_),)


def test_the_tail_of_a_rolled_back_sender_is_omitted(house: Federation) -> None:
    send(house, "DZ", "KW", 1, 2)
    forget_sent(house, 2)
    assert told(run(house)) == {"matched": 1, "in_flight": 1}  # KW may just have taken it
    house.clock.forward(timedelta(hours=2))
    assert told(run(house)) == {"matched": 1, "omitted": 1}


def test_a_void_matches_before_and_after_its_receipt(house: Federation) -> None:
    dz = house["DZ"]
    send(house, "DZ", "KW", 1)
    send(house, "DZ", "KW", 2, deliver=False)
    with dz.node.store.write() as unit:
        item = unit.streams.out_item("KW", 1, 2)
        assert item is not None
        void = replace(item, envelope_digest="cd" * 32, state="void")
        unit.streams.replace_with_void(void)
    # KW took the original before the void reached it, and its receipt is not back yet.
    inbox = rows_of(house["KW"]).rows.inbox
    inbox["DZ", 1, 2] = replace(inbox["DZ", 1, 1], seq=2, envelope_digest=item.envelope_digest, header_digest="e")
    assert told(run(house)) == {"matched": 2}


def test_a_long_stream_in_blocks(house: Federation) -> None:
    """2,500 numbers, of which one of the middle is gone: the rows of one block go over the wire, no others."""
    send(house, "DZ", "KW", 1)
    outbox, inbox = rows_of(house["DZ"]).rows.outbox, rows_of(house["KW"]).rows.inbox
    sent, taken = outbox["KW", 1, 1], inbox["DZ", 1, 1]
    for seq in range(2, 2501):
        digest = f"{seq:064x}"
        outbox["KW", 1, seq] = replace(sent, seq=seq, envelope_digest=digest, receipt=None)
        inbox["DZ", 1, seq] = replace(taken, seq=seq, envelope_digest=digest)
    result = run(house)
    assert told(result) == {"matched": 2500}
    house.clock.forward(timedelta(hours=2))
    forget_taken(house, 1500)
    house.network.wire.clear()
    assert told(run(house)) == {"matched": 2499, "lost": 1}
    assert len(house.network.wire) == 4 + 2 * 3  # without receipts no block is alike
    assert max(len(data) for _, _, data in house.network.wire) < 384 << 10


def test_more_blocks_than_one_run_reads(house: Federation) -> None:
    send(house, "DZ", "KW", 1)
    inbox = rows_of(house["KW"]).rows.inbox
    taken = inbox["DZ", 1, 1]
    for number in range(1, 11):
        seq = number * 1000 + 1
        inbox["DZ", 1, seq] = replace(taken, seq=seq, envelope_digest=f"{seq:064x}")
    house.clock.forward(timedelta(hours=2))
    result = run(house)
    assert told(result) == {"matched": 1, "omitted": 8}
    assert result.unread == 2
    assert not result.clean


def test_it_is_in_both_ledgers(house: Federation) -> None:
    send(house, "DZ", "KW", 1)
    reconcile(house["DZ"].node, "KW")
    for code, partner in (("DZ", "KW"), ("KW", "DZ")):
        store = rows_of(house[code])
        done = [read(line) for line, *_ in store.rows.entries if b"reconcile.done" in line]
        assert [(each["partner"], each["outcome"], each["matched"], each["lost"]) for each in done] == [
            (partner, "agreed", 1, 0)
        ]
        assert done[0]["digest"] == stored(house[code], partner)[0].digest


def test_once_an_hour(house: Federation) -> None:
    run(house)
    house.clock.forward(timedelta(minutes=59))
    with pytest.raises(ExchangeError) as refused:
        reconcile(house["DZ"].node, "KW")
    assert refused.value.code is Code.TOO_MANY_REQUESTS
    house.clock.forward(timedelta(minutes=1))
    run(house)


def test_the_days_run_happens_once_and_one_side_waits(house: Federation) -> None:
    """START is 8 in the morning."""
    dz, kw = house["DZ"].node, house["KW"].node
    assert reconcile_due(dz, "KW", 9) is None
    assert reconcile_due(kw, "DZ", 8) is None
    first = reconcile_due(dz, "KW", 8)
    assert first is not None
    house.clock.forward(timedelta(hours=3))
    assert reconcile_due(dz, "KW", 8) is None
    assert reconcile_due(kw, "DZ", 8) is None
    house.clock.forward(timedelta(hours=21))
    assert reconcile_due(kw, "DZ", 7) is not None
    assert reconcile_due(dz, "KW", 8) is None


def test_the_day_rolls_over_within_a_run(house: Federation) -> None:
    """The answerer speaks on the next day; the day is the asker's on both sides."""
    house.clock.forward(timedelta(hours=15, minutes=59, seconds=59))
    inner = house.network.nodes["KW"]

    class Later:
        def now(self) -> datetime:
            return house.clock.now() + timedelta(seconds=2)

    house.network.nodes["KW"] = replace(inner, clock=Later())
    result = run(house)
    assert (result.day, result.at) == ("2026-11-02", "2026-11-02T23:59:59Z")
    assert stored(house["KW"], "DZ")[0].day == "2026-11-02"


@pytest.mark.parametrize("fault", ["drop_requests", "drop_answers"])
def test_a_crash_between_the_two_signatures(house: Federation, fault: str) -> None:
    """Our half is stored, theirs never came: the next run sends the same again, and both have both."""
    send(house, "DZ", "KW", 1)
    dz = house["DZ"].node
    peers, network = dz.peers, house.network

    class Breaking:
        def reconcile(self, partner: Partner, statement: bytes) -> bytes:
            return peers.reconcile(partner, statement)

        def reconciled(self, partner: Partner, result: bytes) -> bytes:
            setattr(network.faults, fault, 1)
            return peers.reconciled(partner, result)

    with pytest.raises(Remote):
        reconcile(replace(dz, peers=cast(Peers, Breaking())), "KW")
    assert network.faults.fired == 1
    (half,) = stored(house["DZ"], "KW")
    assert (half.outcome, half.theirs) == ("pending", None)
    assert len(stored(house["KW"], "DZ")) == (1 if fault == "drop_answers" else 0)
    house.clock.forward(timedelta(minutes=20))
    with pytest.raises(ExchangeError) as refused:
        reconcile(dz, "KW")
    assert refused.value.code is Code.TOO_MANY_REQUESTS  # the half is whole; a new run is too early
    (whole,) = stored(house["DZ"], "KW")
    (there,) = stored(house["KW"], "DZ")
    assert (whole.outcome, there.outcome) == ("agreed", "agreed")
    assert whole.ours == half.ours == there.theirs
    done = [line for line, *_ in rows_of(house["KW"]).rows.entries if b"reconcile.done" in line]
    assert len(done) == 1


def test_a_half_whose_run_is_forgotten_does_not_stand_in_the_way(house: Federation) -> None:
    run(house)
    store = rows_of(house["DZ"])
    (key, found), *_ = store.rows.reconciled.items()
    store.rows.reconciled[key] = replace(found, outcome="pending", theirs=None)
    rows_of(house["KW"]).rows.reconciled.clear()
    rows_of(house["KW"]).rows.reconcile_runs.clear()
    house.clock.forward(timedelta(hours=1))
    run(house)


def test_a_file_for_a_stranger(house: Federation) -> None:
    send(house, "DZ", "KW", 1)
    found = reconcile(house["DZ"].node, "KW")
    pins = {code: house[code].node.keys.root_fingerprint for code in ("DZ", "KW")}
    for code, partner in (("DZ", "KW"), ("KW", "DZ")):
        with house[code].node.store.read() as unit:
            data = file_of(house[code].node, unit, stored(house[code], partner)[0])
        checked = check(data, pins)
        assert checked.same
        assert checked.fingerprints == pins
        assert checked.results["DZ"].to_bytes() == found.document
        with pytest.raises(ExchangeError) as refused:
            check(data, {"KW": pins["DZ"]})
        assert refused.value.code is Code.ROOT_MISMATCH
