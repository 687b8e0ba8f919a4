"""What a partner can make us do while it reconciles: repeated calls write nothing and change nothing."""

from __future__ import annotations

from dataclasses import replace

from exchange.crypto.signed import document_of, wrap
from exchange.ledger.statements import TYPE, Block, Row, Said, Statement, Stream, block_digest, read_statement
from exchange.operations.clock import stamp
from exchange.operations.reconcile_answer import answer_reconcile
from exchange.ports import Node
from tests.federation import Federation
from tests.operations.test_reconcile import rows_of, send


class Counting:
    """A store that counts turns to write."""

    def __init__(self, inner: object) -> None:
        self.inner, self.writes = inner, 0

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)

    def write(self) -> object:
        self.writes += 1
        return self.inner.write()  # type: ignore[attr-defined]


def counted(node: Node) -> tuple[Node, Counting]:
    store = Counting(node.store)
    return replace(node, store=store), store  # type: ignore[arg-type]


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
