"""Statements and results as documents: what is written is read again, and random faults come out with their class."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.errors import BadInput
from exchange.ledger.classes import Class
from exchange.ledger.reconciled import compute, read_result
from exchange.ledger.statements import (
    BLOCK,
    MAX_READ,
    RECENT_BLOCKS,
    Block,
    Row,
    Said,
    Statement,
    Stream,
    block_digest,
    differing,
    left_out,
    read_statement,
    window,
)
from tests.unit.ledger_kit import hex_of, stamp

FAULTS = {
    "none": Class.MATCHED,
    "no receipt yet": Class.MATCHED,
    "voided without a receipt": Class.MATCHED,
    "dropped on the way": Class.LOST,
    "forgotten by the recipient": Class.PHANTOM_RECEIPT,
    "forgotten by the sender": Class.OMITTED,
    "another envelope": Class.EQUIVOCATED,
    "another outcome": Class.EQUIVOCATED,
}
SPOKE = 24 * 60


def rows_of(fault: str, seq: int) -> tuple[Row | None, Row | None]:
    """The sender's and the recipient's row of one number."""
    at, sent = stamp(10), hex_of("envelope", seq)
    ours: Row | None = Row(seq, sent, "accepted", at)
    theirs: Row | None = Row(seq, sent, "accepted", at)
    if fault in ("no receipt yet", "dropped on the way"):
        ours = Row(seq, sent, "-", at)
    if fault == "voided without a receipt":
        ours = Row(seq, hex_of("void", seq), "-", at, sent)
    if fault in ("dropped on the way", "forgotten by the recipient"):
        theirs = None
    if fault == "forgotten by the sender":
        ours = None
    if fault == "another envelope":
        theirs = Row(seq, hex_of("other", seq), "accepted", at)
    if fault == "another outcome":
        theirs = Row(seq, sent, "refused", at)
    return ours, theirs


def blocks_of(rows: dict[int, Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for seq, row in sorted(rows.items()):
        found.setdefault((seq - 1) // BLOCK, []).append(row)
    return found


def stream_of(rows: dict[int, Row]) -> tuple[Stream, ...]:
    if not rows:
        return ()
    last, blocks = max(rows), blocks_of(rows)
    digests = tuple(block_digest(1, blocks.get(number, [])) for number in range((last - 1) // BLOCK + 1))
    return (Stream("DZ", 1, 1, last, digests),)


@given(
    start=st.sampled_from([1, BLOCK - 2, 2 * BLOCK - 5]),
    faults=st.lists(st.sampled_from(sorted(FAULTS)), max_size=12),
    asker=st.sampled_from(["DZ", "TN"]),
)
def test_each_fault_is_told_and_nothing_else_is(start: int, faults: list[str], asker: str) -> None:
    whole = ["none"] * (start - 1) + [*faults, "none"]
    pairs = [rows_of(fault, seq) for seq, fault in enumerate(whole, 1)]
    sent = {each.seq: each for each, _ in pairs if each is not None}
    taken = {each.seq: each for _, each in pairs if each is not None}
    sides = {"DZ": sent, "TN": taken}
    answerer = "TN" if asker == "DZ" else "DZ"
    asked = Statement(asker, answerer, stamp(SPOKE), "2026-03-02", "", stream_of(sides[asker]))
    answered = Statement(answerer, asker, stamp(SPOKE), "2026-03-02", asked.digest, stream_of(sides[answerer]))
    assert read_statement(asked.to_bytes()) == asked
    places = differing(asked, answered)
    rows = {(code, place): tuple(blocks_of(sides[code]).get(place.number, ())) for place in places for code in sides}
    same = sum(len(found) for number, found in blocks_of(sent).items() if Block("DZ", 1, number) not in places)
    result = compute(asked, answered, same, rows, 0)
    expected = {seq: FAULTS[fault] for seq, fault in enumerate(whole, 1)}
    wrong = {seq: class_ for seq, class_ in expected.items() if class_ is not Class.MATCHED}
    assert {each.seq: each.class_ for each in result.differences} == wrong
    assert result.counts[Class.MATCHED] == len(whole) - len(wrong)
    assert result.counts[Class.IN_FLIGHT] == 0
    assert result.clean is (not wrong)
    assert bool(result.findings) is bool(wrong)
    assert read_result(result.to_bytes()) == result


def test_the_same_findings_of_another_day_are_the_same() -> None:
    sent, taken = {1: rows_of("none", 1)[0]}, {2: rows_of("none", 2)[1]}
    found = []
    for minute in (SPOKE, 2 * SPOKE):
        asked = Statement("DZ", "TN", stamp(minute), "2026-03-02", "", stream_of({1: sent[1]} if sent[1] else {}))
        answered = Statement("TN", "DZ", stamp(minute), "2026-03-02", asked.digest, ())
        place = Block("DZ", 1, 0)
        assert sent[1] is not None
        assert taken[2] is not None
        rows = {("DZ", place): (sent[1],), ("TN", place): (taken[2],)}
        found.append(compute(asked, answered, 0, rows, 0))
    assert found[0].findings == found[1].findings != ""
    assert found[0].to_bytes() != found[1].to_bytes()
    assert replace(found[0], unread=1).findings != found[0].findings


def test_rows_as_a_document() -> None:
    rows = tuple(row for seq in (1, 2) if (row := rows_of("voided without a receipt", seq)[0]) is not None)
    said = Said("DZ", "TN", stamp(1), "ab" * 32, Block("DZ", 1, 0), rows)
    assert read_statement(said.to_bytes()) == said
    with pytest.raises(BadInput):  # the recipient's rows have receipts
        read_statement(replace(said, node="TN", to="DZ").to_bytes())


def test_the_window_is_bounded_and_begins_with_a_block() -> None:
    assert window(1, newest=True) == window(BLOCK * RECENT_BLOCKS, newest=True) == 1
    assert window(BLOCK * RECENT_BLOCKS + 1, newest=True) == BLOCK + 1
    assert window(10 * BLOCK, newest=False) == 6 * BLOCK + 1
    assert MAX_READ * BLOCK == 8000


def test_epochs_that_only_one_side_can_name_are_left_out() -> None:
    """Eight epochs are named at most: the ninth, the oldest, is nobody's difference, and is counted."""
    streams = tuple(Stream("DZ", epoch, 1, 1, (block_digest(epoch, []),)) for epoch in range(1, 10))
    asked = Statement("DZ", "TN", stamp(1), "2026-03-01", "", streams[1:])
    answered = Statement("TN", "DZ", stamp(1), "2026-03-01", asked.digest, streams[:8])
    assert [each.epoch for each in differing(asked, answered)] == [9]
    assert left_out(asked, answered) == left_out(answered, asked) == 1


def test_what_the_window_of_one_side_leaves_out_is_counted() -> None:
    last = 10_000_000
    first = window(last, newest=False)
    ours = Stream("DZ", 1, 1, 3 * BLOCK, (hex_of("block"),) * 3)
    theirs = Stream("DZ", 1, first, last, (hex_of("block"),) * 4)
    asked = Statement("DZ", "TN", stamp(1), "2026-03-01", "", (ours,))
    answered = Statement(
        "TN", "DZ", stamp(1), "2026-03-01", asked.digest, (theirs, Stream("DZ", 2, 1, 1, ("ab" * 32,)))
    )
    assert left_out(asked, answered) == 3
    result = compute(asked, answered, 0, {}, 0)
    assert (result.unread, result.clean) == (3, False)
    assert left_out(asked, asked) == 0


def test_nobody_states_an_empty_block() -> None:
    stream = Stream("DZ", 1, 1, 1, (block_digest(1, ()),))
    with pytest.raises(BadInput):
        read_statement(Statement("DZ", "TN", stamp(1), "2026-03-01", "", (stream,)).to_bytes())
