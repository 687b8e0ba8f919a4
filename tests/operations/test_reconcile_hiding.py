"""A partner that names streams that do not exist, so that what is there is not compared: it rings all the same."""

from __future__ import annotations

from datetime import timedelta

import pytest

from exchange.crypto.signed import document_of, wrap
from exchange.errors import BadInput, Untrusted
from exchange.ledger import reconciled as results
from exchange.ledger.classes import Class
from exchange.ledger.reconciled import Result
from exchange.ledger.statements import (
    BLOCK,
    MAX_READ,
    TYPE,
    Block,
    Row,
    Said,
    Statement,
    Stream,
    block_digest,
    differing,
    read_statement,
    window,
)
from exchange.operations.clock import stamp
from exchange.operations.reconcile_alarms import reconcile_due
from exchange.operations.reconcile_answer import answer_reconcile, answer_reconciled
from tests.federation import Federation
from tests.operations.test_reconcile import DAY, forget_taken, run, send, stored
from tests.operations.test_reconcile_lies import alarms


def lie(house: Federation, streams: tuple[Stream, ...], rows: tuple[Row, ...] = ()) -> Result:
    """KW begins a run with DZ, says this, and signs what comes of it."""
    dz, kw = house["DZ"].node, house["KW"].node
    key, now = kw.keys.signing[1], stamp(house.clock.now())
    asked = Statement("KW", "DZ", now, now[:10], "", streams)
    answer = read_statement(document_of(answer_reconcile(dz, "KW", wrap(TYPE, asked.to_bytes(), key))))
    assert isinstance(answer, Statement)
    said: dict[tuple[str, Block], tuple[Row, ...]] = {}
    places = differing(asked, answer)
    for place in places[:MAX_READ]:
        mine = rows if asked.block(place) is not None else ()
        wire = wrap(TYPE, Said("KW", "DZ", now, asked.digest, place, mine).to_bytes(), key)
        theirs = read_statement(document_of(answer_reconcile(dz, "KW", wire)))
        assert isinstance(theirs, Said)
        said["KW", place], said["DZ", place] = mine, theirs.rows
    unread = len(places) - len(places[:MAX_READ])
    result = results.compute(asked, answer, 0, said, unread)
    answer_reconciled(dz, "KW", wrap(results.TYPE, result.to_bytes(), key))
    return result


def fault_found(house: Federation) -> None:
    """An honest run has found that KW forgot a number."""
    send(house, "DZ", "KW", 1, 2, 3)
    forget_taken(house, 2)
    house.clock.forward(timedelta(hours=2))
    run(house)
    assert alarms(house) == ["PHANTOM_RECEIPT"]
    house.clock.forward(timedelta(hours=2))


def made_up(house: Federation) -> tuple[tuple[Stream, ...], Row]:
    """Eight epochs that DZ never began."""
    row = Row(1, "ab" * 32, "accepted", stamp(house.clock.now()))
    return tuple(Stream("DZ", epoch, 1, 1, (block_digest(epoch, [row]),)) for epoch in range(1001, 1009)), row


def test_epochs_that_do_not_exist_silence_nothing(house: Federation) -> None:
    fault_found(house)
    streams, row = made_up(house)
    result = lie(house, streams, (row,))
    assert stored(house["DZ"], "KW")[0].document == result.to_bytes()
    assert (result.unread, result.clean) == (1, False)
    assert result.counts[Class.OMITTED] == 8  # just taken in, it says; but nobody began those epochs
    assert alarms(house) == ["OMITTED", "BLOCKS_UNREAD"]


def test_epochs_without_rows_are_refused(house: Federation) -> None:
    fault_found(house)
    with pytest.raises(BadInput):
        lie(house, tuple(Stream("DZ", epoch, 1, 1, (block_digest(epoch, ()),)) for epoch in range(1001, 1009)))
    assert alarms(house) == ["PHANTOM_RECEIPT"]


def test_a_last_number_that_is_not_there_breaks_the_run(house: Federation) -> None:
    """Behind a newest epoch that does not exist, the true one ends far above what there is."""
    fault_found(house)
    last, row = 10_000_000, Row(9_999_999, "ab" * 32, "accepted", stamp(house.clock.now()))
    first = window(last, newest=False)
    blocks = (*("ef" * 32 for _ in range((last - first) // BLOCK)), block_digest(1, [row]))
    true = Stream("DZ", 1, first, last, blocks)
    dz, key, now = house["DZ"].node, house["KW"].node.keys.signing[1], stamp(house.clock.now())
    asked = Statement("KW", "DZ", now, now[:10], "", (true, Stream("DZ", 2, 1, 1, ("cd" * 32,))))
    answer = read_statement(document_of(answer_reconcile(dz, "KW", wrap(TYPE, asked.to_bytes(), key))))
    assert isinstance(answer, Statement)
    assert results.compute(asked, answer, 0, {}, 0).unread == 1
    place = differing(asked, answer)[3]
    said = wrap(TYPE, Said("KW", "DZ", now, asked.digest, place, (row,)).to_bytes(), key)
    with pytest.raises(Untrusted):
        answer_reconcile(dz, "KW", said)
    assert alarms(house) == ["STATEMENT_BROKEN"]


@pytest.mark.parametrize("how", ["unread", "broken"])
def test_a_lie_is_not_our_run_of_the_day(house: Federation, how: str) -> None:
    send(house, "DZ", "KW", 1)
    house.clock.forward(DAY)
    streams, row = made_up(house)
    if how == "unread":
        lie(house, streams, (row,))
    else:
        with pytest.raises(Untrusted):
            lie(house, streams, (row._replace(seq=2),))
    dz = house["DZ"].node
    found = reconcile_due(dz, "KW", 8)
    assert found is not None
    assert (found.outcome, found.findings) == ("agreed", "")
    assert reconcile_due(dz, "KW", 8) is None
