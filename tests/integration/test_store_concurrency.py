"""Several processes write at once: no number is forked or skipped, no row is lost, the ledger is one chain."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from exchange.ledger import book
from exchange.store import SqlStore
from tests.integration.samples import hexes

TRANSACTIONS = 100
_ROOT = Path(__file__).resolve().parents[2]


def test_processes_share_one_stream(store: SqlStore, database: str) -> None:
    writers = 2 if database.startswith("sqlite") else 4
    module = "tests.integration.store_worker"
    processes = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-m", module, database, str(name), str(TRANSACTIONS)],
            cwd=_ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in range(writers)
    ]
    for process in processes:
        _, errors = process.communicate(timeout=240)
        assert process.returncode == 0, errors

    total = writers * TRANSACTIONS
    with store.read() as unit:
        sent = unit.streams.out_after("MA", 1, 0, total + 1, 1 << 30)
        end = unit.streams.end_out("MA", lock=False)
        entries = unit.ledger.entries(0, total + 1)
        assert unit.ledger.head(lock=False) == book.extend(book.EMPTY, entries, [b""] * len(entries))[0]
        assert unit.records.count() == total
    assert [item.seq for item in sent] == list(range(1, total + 1))
    assert entries == [item.wire for item in sent]
    before = "0" * 64
    for item in sent:
        previous, name, number = item.wire.decode().split()
        assert previous == before
        before = item.header_digest
        assert before == hexes(previous, name, int(number))
    assert (end.seq, end.header_digest) == (total, before)
