"""Streams of both directions: numbers without gaps, the same bytes every time, one receipt."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from exchange.errors import BadInput, Code, Conflict
from exchange.model.state import StreamEnd
from exchange.store import SqlStore
from tests.databases import succeeds
from tests.integration.samples import NOW, hexes, incoming, outgoing

NOTHING = "0" * 64


def test_a_stream_begins_at_nothing_and_moves_forward(store: SqlStore) -> None:
    with store.read() as unit:
        assert unit.streams.end_out("MA", lock=False) == StreamEnd("MA", 1, 0, NOTHING)
    with store.write() as unit:
        assert unit.streams.end_out("MA", lock=True) == StreamEnd("MA", 1, 0, NOTHING)
        unit.streams.advance_out(StreamEnd("MA", 1, 500, hexes(500)))
        assert unit.streams.end_out("TN", lock=True) == StreamEnd("TN", 1, 0, NOTHING)
    with store.write() as unit:
        assert unit.streams.end_out("MA", lock=True) == StreamEnd("MA", 1, 500, hexes(500))
    for seq in (500, 499):
        with pytest.raises(Conflict) as caught, store.write() as unit:
            unit.streams.advance_out(StreamEnd("MA", 1, seq, hexes(seq)))
        assert caught.value.code is Code.STALE


def test_a_new_epoch_begins_again(store: SqlStore) -> None:
    with store.write() as unit:
        unit.streams.end_out("MA", lock=True)
        unit.streams.advance_out(StreamEnd("MA", 1, 7, hexes(7)))
        unit.set_setting("epoch", "2")
        assert unit.streams.end_out("MA", lock=True) == StreamEnd("MA", 2, 0, NOTHING)
        unit.streams.advance_out(StreamEnd("MA", 2, 1, hexes(1)))
    with store.write() as unit:
        assert unit.streams.end_out("MA", lock=True) == StreamEnd("MA", 2, 1, hexes(1))
        assert unit.streams.end_out("TN", lock=False) == StreamEnd("TN", 2, 0, NOTHING)
    with pytest.raises(Conflict), store.write() as unit:
        unit.streams.advance_out(StreamEnd("MA", 1, 8, hexes(8)))


def test_sql_cannot_turn_a_stream_back(store: SqlStore, database: str) -> None:
    with store.write() as unit:
        for end in (unit.streams.end_out("MA", lock=True), unit.streams.end_in("MA", lock=True)):
            assert end.seq == 0
        unit.streams.advance_out(StreamEnd("MA", 2, 7, hexes(7)))
        unit.streams.advance_in(StreamEnd("MA", 2, 7, hexes(7)))
    for table in ("streams_out", "streams_in"):
        assert not succeeds(database, f"UPDATE {table} SET seq = 6")
        assert not succeeds(database, f"UPDATE {table} SET epoch = 1, seq = 9")
        assert succeeds(database, f"UPDATE {table} SET seq = 8")


def test_queue_and_due(store: SqlStore) -> None:
    late = outgoing(3, next_attempt_at=NOW + timedelta(hours=1))
    given = [outgoing(1), outgoing(2, state="sent"), late, outgoing(4, state="void"), outgoing(1, recipient="TN")]
    with store.write() as unit:
        for recipient in ("MA", "TN", "FR"):
            unit.streams.end_out(recipient, lock=True)
        unit.streams.queue(given[::-1])
    with store.read() as unit:
        due = [replace(item, wire=b"") for item in (given[0], given[1], given[3], given[4])]
        assert unit.streams.due(NOW, 9) == due
        assert unit.streams.due(NOW, 1, "MA") == due[:1]
        assert unit.streams.due(NOW - timedelta(seconds=1), 9) == []
        assert unit.streams.recipients_due(NOW) == ["MA", "TN"]
        assert unit.streams.recipients_due(NOW - timedelta(seconds=1)) == []
        assert unit.streams.wire("MA", 1, 3) == late.wire
        assert unit.streams.wire("MA", 2, 3) is None
        assert unit.streams.outbox_counts("MA") == {"queued": 2, "sent": 1, "void": 1}
        assert unit.streams.outbox_counts() == {"queued": 3, "sent": 1, "void": 1}
        assert unit.streams.outbox_counts("FR") == {}


@pytest.mark.parametrize("number", [1, 2], ids=["number", "header"])
def test_nothing_is_sealed_twice(store: SqlStore, number: int) -> None:
    with store.write() as unit:
        unit.streams.queue([outgoing(1)])
    with pytest.raises(Conflict) as caught, store.write() as unit:
        unit.streams.queue([replace(outgoing(number), header_digest=outgoing(1 if number == 2 else 9).header_digest)])
    assert caught.value.code is Code.ALREADY_EXISTS


def test_attempts_and_one_receipt(store: SqlStore) -> None:
    soon = NOW + timedelta(minutes=5)
    with store.write() as unit:
        unit.streams.queue([outgoing(1), outgoing(2)])
        unit.streams.attempt_failed("MA", 1, 1, soon)
        unit.streams.attempt_failed("MA", 1, 1, soon)
        assert unit.streams.out_item("MA", 1, 1) == outgoing(1, attempts=2, next_attempt_at=soon)
        unit.streams.settle("MA", 1, 1, "accepted", b"receipt")
        unit.streams.settle("MA", 1, 1, "refused", b"another")
        unit.streams.attempt_failed("MA", 1, 1, soon)
        settled = outgoing(1, attempts=2, next_attempt_at=soon, state="accepted", receipt=b"receipt")
        assert unit.streams.out_item("MA", 1, 1, lock=True) == settled
        assert unit.streams.out_item("MA", 1, 2) == outgoing(2)
        assert unit.streams.out_item("MA", 1, 3) is None
    with pytest.raises(BadInput), store.write() as unit:
        unit.streams.settle("MA", 1, 2, "perhaps", b"receipt")


def test_a_void_takes_the_place_of_what_may_not_go_out(store: SqlStore) -> None:
    filled = outgoing(1, wire=b"void", state="void", envelope_digest=hexes("void"))
    with store.write() as unit:
        unit.streams.queue([outgoing(1), outgoing(2)])
        unit.streams.replace_with_void(replace(filled, header_digest=hexes("other header")))
        assert unit.streams.out_item("MA", 1, 1) == filled
        assert unit.streams.out_item("MA", 1, 2) == outgoing(2)
        assert [item.state for item in unit.streams.due(NOW, 9)] == ["void", "queued"]
        assert [item.wire for item in unit.streams.out_after("MA", 1, 0, 9, 5)] == [b"void"]
        unit.streams.settle("MA", 1, 2, "accepted", b"receipt")
    with pytest.raises(Conflict) as caught, store.write() as unit:
        unit.streams.replace_with_void(outgoing(2, wire=b"void", state="void"))
    assert caught.value.code is Code.STALE
    with store.read() as unit:
        assert unit.streams.wire("MA", 1, 2) == outgoing(2).wire


def test_receipts_in_order(store: SqlStore) -> None:
    with store.write() as unit:
        unit.streams.queue([outgoing(seq) for seq in range(1, 6)] + [outgoing(1, recipient="TN")])
        for recipient, seq in (("MA", 5), ("TN", 1), ("MA", 2), ("MA", 3)):
            unit.streams.settle(recipient, 1, seq, "accepted", b"receipt %d" % seq)
        first = unit.streams.receipts(None, 2)
        assert first == [(("MA", 1, 2), b"receipt 2"), (("MA", 1, 3), b"receipt 3")]
        rest = [(("MA", 1, 5), b"receipt 5"), (("TN", 1, 1), b"receipt 1")]
        assert unit.streams.receipts(first[-1][0], 9) == rest


def test_pull_is_bounded_and_carries_the_stored_bytes(store: SqlStore) -> None:
    given = [outgoing(seq, wire=bytes([seq]) * 100) for seq in range(1, 30)]
    with store.write() as unit:
        unit.streams.queue(given)
        unit.streams.settle("MA", 1, 4, "accepted", b"receipt")
    with store.read() as unit:
        pulled = unit.streams.out_after("MA", 1, 3, 5, 10_000)
        assert pulled == [replace(given[3], state="accepted", receipt=b"receipt"), *given[4:8]]
        assert [item.seq for item in unit.streams.out_after("MA", 1, 3, 100, 350)] == [4, 5, 6]
        assert [item.seq for item in unit.streams.out_after("MA", 1, 0, 100, 1)] == [1]
        assert unit.streams.out_after("MA", 1, 29, 100, 10_000) == []
        assert unit.streams.out_after("MA", 2, 0, 100, 10_000) == []


def test_inbox(store: SqlStore) -> None:
    refused = incoming(2, state="refused", code="DECRYPT_FAILED", wire=b"as it came", records=0)
    other = incoming(1, sender="TN", receipt_returned=False)
    with store.write() as unit:
        for item in (incoming(1), refused, other, incoming(1, epoch=2)):
            unit.streams.add_inbox(item)
    with store.read() as unit:
        assert unit.streams.inbox_item("MA", 1, 2) == refused
        assert unit.streams.inbox_item("MA", 1, 3) is None
        listed = [incoming(1), replace(refused, wire=None), incoming(1, epoch=2), other]
        assert unit.streams.inbox(None, None, 9) == listed
        assert unit.streams.inbox(None, ("MA", 1, 1), 2) == listed[1:3]
        assert unit.streams.inbox("MA", ("MA", 1, 2), 9) == listed[2:3]
    for again in (incoming(1), replace(incoming(9), header_digest=incoming(1).header_digest)):
        with pytest.raises(Conflict) as caught, store.write() as unit:
            unit.streams.add_inbox(again)
        assert caught.value.code is Code.ALREADY_EXISTS


def test_receipts_that_are_still_owed(store: SqlStore) -> None:
    with store.write() as unit:
        for seq in range(1, 8):
            unit.streams.add_inbox(incoming(seq, receipt_returned=seq == 3))
        assert [item.seq for item in unit.streams.receipts_to_return("MA", 3)] == [1, 2, 4]
        unit.streams.receipts_returned("MA", 1, [1, 4, 5])
        unit.streams.receipts_returned("MA", 1, [])
        unit.streams.receipts_returned("MA", 2, [2])
        assert [item.seq for item in unit.streams.receipts_to_return("MA", 9)] == [2, 6, 7]
        assert unit.streams.receipts_to_return("TN", 9) == []


def test_incoming_ends(store: SqlStore) -> None:
    with store.write() as unit:
        assert unit.streams.end_in("MA", lock=False) == StreamEnd("MA", 1, 0, NOTHING)
        assert unit.streams.end_in("MA", lock=True) == StreamEnd("MA", 1, 0, NOTHING)
        unit.streams.advance_in(StreamEnd("MA", 1, 1, hexes(1)))
        unit.streams.advance_in(StreamEnd("MA", 3, 1, hexes(2)))
        assert unit.streams.end_in("MA", lock=True) == StreamEnd("MA", 3, 1, hexes(2))
    with pytest.raises(Conflict), store.write() as unit:
        unit.streams.advance_in(StreamEnd("MA", 2, 9, hexes(3)))


def test_evidence_is_kept_once(store: SqlStore) -> None:
    with store.write() as unit:
        unit.streams.add_evidence("MA", 1, 2, "equivocation", b"one", NOW)
        unit.streams.add_evidence("MA", 1, 2, "equivocation", b"one", NOW + timedelta(hours=1))
        unit.streams.add_evidence("MA", 1, 2, "equivocation", b"two", NOW)
        unit.streams.add_evidence("MA", 1, 1, "gap", b"", NOW)
    with store.read() as unit:
        assert unit.streams.evidence() == [("MA", 1, 1, "gap"), *[("MA", 1, 2, "equivocation")] * 2]
