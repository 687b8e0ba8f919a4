"""One writer of the concurrency trial, run as a process: `python -m tests.integration.store_worker URL NAME COUNT`.

Each transaction takes the next number of one shared stream, stores an envelope that names the header before it, a
record and a ledger entry. A busy database is tried again; anything else ends the process with an error.
"""

from __future__ import annotations

import sys
from itertools import count

from exchange.crypto.atrest import AtRest
from exchange.errors import Code, Unavailable
from exchange.ledger import book
from exchange.model.state import StreamEnd
from exchange.store import SqlStore, SqlUnit, open_engine
from tests.conftest import KEK
from tests.integration.samples import NOW, held, hexes, outgoing


def transaction(unit: SqlUnit, name: str, number: int) -> None:
    end = unit.streams.end_out("MA", lock=True)
    unit.records.add([held(int(name) * 10_000 + number, text=name)], NOW)
    header = hexes(end.header_digest, name, number)
    wire = f"{end.header_digest} {name} {number}".encode()
    unit.streams.queue([outgoing(end.seq + 1, wire=wire, header_digest=header)])
    unit.streams.advance_out(StreamEnd("MA", end.epoch, end.seq + 1, header))
    head, (leaf,) = book.extend(unit.ledger.head(lock=True), [wire], [b""])
    unit.ledger.append(head, [book.Leaf(wire, leaf, b"")], NOW)


def run(url: str, name: str, transactions: int) -> int:
    """Returns how often the database was busy."""
    store = SqlStore(open_engine(url), AtRest(KEK))
    busy = 0
    for number in range(transactions):
        for _ in count():
            try:
                with store.write() as unit:
                    transaction(unit, name, number)
                break
            except Unavailable as error:
                if error.code is not Code.DATABASE_BUSY:
                    raise
                busy += 1
    store.close()
    return busy


if __name__ == "__main__":
    print(run(sys.argv[1], sys.argv[2], int(sys.argv[3])))
