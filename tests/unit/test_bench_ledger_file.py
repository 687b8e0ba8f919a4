"""The export that the ledger's benchmark verifies is faultless, has the mix that is told, and the size."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.ledger_file import HEADS, RELEASES, ROUND, fingerprint, write
from exchange.ledger.entries import read, text
from exchange.ledger.export import split_entry
from tests.second import both


@pytest.mark.parametrize("entries", [6 + ROUND, 6 + 2 * ROUND + 7])
def test_it_is_faultless_and_as_large_as_was_asked(tmp_path: Path, entries: int) -> None:
    write(tmp_path / "export", entries)
    lines = (tmp_path / "export").read_bytes().splitlines(keepends=True)
    report = both(lines, fingerprint=fingerprint())
    assert (report.ok, report.size) == (True, entries)
    rounds = (entries - 6) // ROUND
    rest = entries - rounds * ROUND
    assert report.counts["checkpoints"] == rounds * HEADS + rest
    assert report.counts["receipts"] == report.counts["releases"] == rounds * RELEASES
    kinds = Counter(text(read(found[0]), "kind") for line in lines if (found := split_entry(line)) is not None)
    cycle = ("release.proposed", "release.approved", "release.released", "release.decided", "receipt.received")
    assert {kinds[kind] for kind in cycle} == {rounds * RELEASES}
