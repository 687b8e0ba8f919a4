"""What a partner can make us do while it reconciles: repeated calls write nothing, refusals stop nothing."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest

from exchange.crypto.signed import document_of, wrap
from exchange.errors import BadInput, Code, Denied, ExchangeError, Remote, Untrusted
from exchange.ledger.entries import read
from exchange.ledger.statements import TYPE, Block, Row, Said, Statement, Stream, block_digest, read_statement
from exchange.model.state import Partner
from exchange.operations.clock import stamp
from exchange.operations.reconcile import finish_pending, reconcile
from exchange.operations.reconcile_alarms import reconcile_alarms
from exchange.operations.reconcile_answer import answer_reconcile
from exchange.ports import Node, Store, Unit
from exchange.ports.peers import Peers
from tests.federation import Federation
from tests.operations.test_reconcile import rows_of, send, stored


class Counting:
    """A store that counts turns to write."""

    def __init__(self, inner: Store) -> None:
        self.inner, self.writes = inner, 0

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)

    def write(self) -> AbstractContextManager[Unit]:
        self.writes += 1
        return self.inner.write()


def counted(node: Node) -> tuple[Node, Counting]:
    store = Counting(node.store)
    return replace(node, store=cast(Store, store)), store


def test_rows_that_come_again_write_nothing_and_replace_nothing(house: Federation) -> None:
    send(house, "DZ", "KW", 1)
    send(house, "DZ", "KW", 2, deliver=False)
    dz, store = counted(house["DZ"].node)
    key, now = house["KW"].node.keys.signing[1], stamp(house.clock.now())
    with house["KW"].node.store.read() as unit:
        (item,) = unit.reconciles.taken("DZ", 1, 1, 1000)
    row = Row(1, item.envelope_digest, "accepted", now)
    stream = Stream("DZ", 1, 1, 1, (block_digest(1, [row]),))
    asked = Statement("KW", "DZ", now, now[:10], "", (stream,))
    answer = read_statement(document_of(answer_reconcile(dz, "KW", wrap(TYPE, asked.to_bytes(), key))))
    assert isinstance(answer, Statement)
    place = Block("DZ", 1, 0)

    def say(at: str) -> Said:
        said = Said("KW", "DZ", now, asked.digest, place, (row._replace(at=at),))
        found = read_statement(document_of(answer_reconcile(dz, "KW", wrap(TYPE, said.to_bytes(), key))))
        assert isinstance(found, Said)
        return found

    first = say(now)
    writes, state = store.writes, rows_of(house["DZ"]).rows.reconcile_runs["KW"]
    for at in (now, "2020-01-01T00:00:00Z"):  # the date is not under the digest of the block
        assert say(at).rows == first.rows
    assert store.writes == writes
    assert rows_of(house["DZ"]).rows.reconcile_runs["KW"] == state


class Refusing:
    """The partner answers, but never takes a result."""

    def __init__(self, inner: Peers, fault: ExchangeError) -> None:
        self.inner, self.fault, self.asked = inner, fault, 0

    def reconcile(self, partner: Partner, statement: bytes) -> bytes:
        self.asked += 1
        return self.inner.reconcile(partner, statement)

    def reconciled(self, partner: Partner, result: bytes) -> bytes:
        raise self.fault


REFUSALS = [
    Remote(Code.KEY_NOT_VALID, partner="KW"),
    Remote(Code.KEY_NOT_VALID, partner="KW", status=403),
    Untrusted(Code.NOT_ADDRESSED, partner="KW"),
    BadInput(at="run"),
    Denied(),
]


def outcomes(house: Federation) -> list[str]:
    return [each.outcome for each in stored(house["DZ"], "KW")]


@pytest.mark.parametrize("fault", REFUSALS, ids=range(len(REFUSALS)))
def test_a_result_that_the_partner_refuses_does_not_stop_the_next_run(house: Federation, fault: ExchangeError) -> None:
    send(house, "DZ", "KW", 1)
    dz = house["DZ"].node
    peers = Refusing(dz.peers, fault)
    for times in (1, 2):
        with pytest.raises(ExchangeError):
            reconcile(replace(dz, peers=cast(Peers, peers)), "KW")
        assert peers.asked == times
        house.clock.forward(timedelta(hours=2))
    assert outcomes(house) == ["pending", "differs"]
    closed = stored(house["DZ"], "KW")[1]
    assert closed.theirs is None
    done = [read(line) for line, *_ in rows_of(house["DZ"]).rows.entries if b"reconcile.done" in line]
    assert [(each["outcome"], each["digest"]) for each in done] == [("differs", closed.digest)]
    house.clock.forward(timedelta(days=4))
    assert finish_pending(replace(dz, peers=cast(Peers, peers)), "KW") is None
    with dz.store.read() as unit:
        rings = {each.code for each in reconcile_alarms(unit, house.clock.now()) if each.partner == "KW"}
    assert rings == {"RESULTS_DIFFER", "NOT_RECONCILED"}  # ours alone is not what both signed
    assert reconcile(dz, "KW").outcome == "agreed"


@pytest.mark.parametrize("code", [Code.PARTNER_UNREACHABLE, Code.TOO_MANY_REQUESTS])
def test_a_partner_that_is_away_has_a_day(house: Federation, code: Code) -> None:
    dz = house["DZ"].node
    node = replace(dz, peers=cast(Peers, Refusing(dz.peers, Remote(code, partner="KW"))))
    with pytest.raises(Remote):
        reconcile(node, "KW")
    house.clock.forward(timedelta(days=1))
    with pytest.raises(Remote):
        finish_pending(node, "KW")
    assert outcomes(house) == ["pending"]
    house.clock.forward(timedelta(seconds=1))
    assert finish_pending(node, "KW") is None
    assert outcomes(house) == ["differs"]
