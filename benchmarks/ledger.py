"""The ledger at size: append, inclusion proof, start of a node, verification of an export by both verifiers.

    python -m benchmarks.ledger [--entries 1000000] [--database sqlite|postgresql|both] [--only database|export]

Each step is a process of its own. Wall time and processor time are told: on a shared machine they differ.
What the export holds is said in `benchmarks.ledger_file`.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from itertools import chain, islice
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from benchmarks import ledger_file, limits
from benchmarks.floor import Box, open_box
from benchmarks.machine import conditions, processor_s
from benchmarks.two_nodes import PASSPHRASE, databases, make_side
from exchange.config import load
from exchange.crypto.merkle import verify_inclusion
from exchange.ledger import book
from exchange.operations import journal
from exchange.operations.clock import safe_now
from exchange.operations.tree import fill_nodes, tree
from exchange.ports import Node
from exchange.wiring import build

Figures = dict[str, float]
ROOT: Final = Path(__file__).resolve().parent.parent
BATCH: Final = 20_000
"""Entries of the transaction that is measured, and of those that fill a ledger."""
PROOFS: Final = 500
STARTS: Final = 5
NAMES: Final = ["ledger", "ledger_raw"]
"""Of the databases that one kind needs."""
GOALS: Final[dict[str, tuple[float, bool]]] = {
    "append_entries_per_s": (20_000, True),
    "proof_median_ms": (5, False),
    "node_start_s": (5, False),
    "verify_s": (60, False),
    "verify_peak_mb": (500, False),
    "second_verifier_peak_mb": (500, False),
}
"""Figure -> what it should be, and whether more is better. Those of size are for a million entries."""


def of_database(home: Path, urls: Mapping[str, str], entries: int) -> Figures:
    """Append, proof and start on one database. `home` is an empty folder."""
    found: Figures = {}
    begin: tuple[_Step, ...] = (_raw, _append)
    at_size: tuple[_Step, ...] = (_grow, _prove, _start)
    for step in begin:
        found |= _alone(step, home, urls, entries)
    found["node_start_small_ledger_s"] = _alone(_start, home, urls, entries)["node_start_s"]
    for step in at_size:
        found |= _alone(step, home, urls, entries)
    return found


def of_export(folder: Path, entries: int) -> Figures:
    """Verification of a file of so many entries, by both verifiers."""
    file = folder / "export.jsonl"
    found = _alone(_write, folder, {}, entries)
    ours = [sys.executable, "-m", "exchange", "audit", "verify", str(file)]
    theirs = [sys.executable, str(ROOT / "docs" / "spec" / "verifier.py"), str(file)]
    for name, command in (("verify", ours), ("second_verifier", theirs)):
        found |= _measured(name, [*command, "--fingerprint", ledger_file.fingerprint(), "--json"], entries)
    return found


_Step = Callable[[Path, Mapping[str, str], int], Figures]


def _alone(step: _Step, home: Path, urls: Mapping[str, str], entries: int) -> Figures:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as fresh:
        return fresh.submit(step, home, urls, entries).result()


def _lines(entries: int) -> Iterator[bytes]:
    """Entries of the mix, for ever; the same ones come again, which costs a store nothing less."""
    with tempfile.TemporaryFile() as receipts:
        told = list(chain.from_iterable(ledger_file.Ledger(max(entries, 200), receipts).transactions()))
    while True:
        yield from told


def _raw(_home: Path, urls: Mapping[str, str], _entries: int) -> Figures:
    """What the database gives without a ledger: the same bytes as plain rows in one transaction."""
    box = open_box(urls["ledger_raw"], "raw")
    box.create()
    lines = list(islice(_lines(BATCH), BATCH))
    rates = []
    for turn in range(3):
        start = time.perf_counter()
        _add(box, turn * BATCH, lines)
        rates.append(BATCH / (time.perf_counter() - start))
    box.engine.dispose()
    commits = limits.limits(urls["ledger_raw"])
    return {
        "raw_rows_in_one_commit_per_s": max(rates),
        "raw_commits_of_one_row_per_s": 1e6 / commits["commit of one row"],
    }


def _add(box: Box, first: int, lines: list[bytes]) -> None:
    """As fast as each driver can: `executemany` on SQLite, COPY on PostgreSQL."""
    with box.engine.begin() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        rows = [(first + index, line, 0) for index, line in enumerate(lines)]
        if box.engine.dialect.name == "sqlite":
            driver.cursor().executemany(f"INSERT INTO {box.name} (id, body, done) VALUES (?, ?, ?)", rows)
            return
        with driver.cursor().copy(f"COPY {box.name} (id, body, done) FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(["int8", "bytea", "int8"])
            for row in rows:
                copy.write_row(row)


def _append(home: Path, urls: Mapping[str, str], _entries: int) -> Figures:
    """A new node; three batches through the journal, each with its head signed and committed. The best counts."""
    side = make_side("DZ", home, urls["ledger"])
    lines = list(islice(_lines(BATCH), BATCH))
    rates, work = [], []
    for _ in range(3):
        start, worked = time.perf_counter(), time.process_time()
        _write_batch(side.node, lines)
        rates.append(BATCH / (time.perf_counter() - start))
        work.append((time.process_time() - worked) / BATCH * 1e6)
    return {"append_entries_per_s": max(rates), "append_processor_us": min(work)}


def _write_batch(node: Node, lines: list[bytes]) -> None:
    with node.store.write() as unit:
        journal.write(node, unit, lines, safe_now(node, unit))


def _grow(home: Path, _urls: Mapping[str, str], entries: int) -> Figures:
    """Fills the ledger, and stores the nodes of its tree."""
    node = _node(home)
    size = grow_ledger(node, entries)
    start = time.perf_counter()
    left = 1
    while left:
        with node.store.write() as unit:
            left = fill_nodes(unit)
    return {"entries": size, "tree_from_leaves_s": time.perf_counter() - start}


def grow_ledger(node: Node, entries: int) -> int:
    """Fills the ledger up to `entries`; how many there are now."""
    lines = _lines(BATCH)
    while True:
        with node.store.read() as unit:
            size = unit.ledger.head(lock=False).size
        if size >= entries:
            return size
        _write_batch(node, list(islice(lines, min(BATCH, entries - size))))


def _prove(home: Path, _urls: Mapping[str, str], _entries: int) -> Figures:
    """Inclusion proofs of random entries, each in a unit of its own, each verified (outside the time)."""
    node = _node(home)
    rng = random.Random(5)
    times, work = [], 0.0
    with node.store.read() as unit:
        head = unit.ledger.head(lock=False)
    for _ in range(PROOFS):
        index = rng.randrange(head.size)
        start, worked = time.perf_counter(), time.process_time()
        with node.store.read() as unit:
            path = tree(unit, head.size).inclusion(index, head.size)
        times.append((time.perf_counter() - start) * 1e3)
        work += time.process_time() - worked
        with node.store.read() as unit:
            leaf = unit.ledger.leaves(index, 1)[0].hash
        verify_inclusion(leaf=leaf, index=index, size=head.size, path=path, root=book.root(head))
    times.sort()
    return {
        "proof_median_ms": times[PROOFS // 2],
        "proof_p99_ms": times[PROOFS * 99 // 100],
        "proof_processor_ms": work / PROOFS * 1e3,
    }


def _start(home: Path, _urls: Mapping[str, str], _entries: int) -> Figures:
    """From the start of the process to 200 of /readyz, all parts of the node; the median of five."""
    settings = load(home / "DZ")
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    url = f"https://127.0.0.1:{settings.officer_port}/readyz"
    times, work = [], []
    for _ in range(STARTS):
        start = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "exchange", "serve", "--home", str(home / "DZ"), "--no-input"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            while not _ready(url, context):
                assert process.poll() is None, "the node ended"
                assert time.perf_counter() - start < 120, "the node does not get ready"
                time.sleep(0.02)
            times.append(time.perf_counter() - start)
            work.append(processor_s(process.pid))
        finally:
            process.terminate()
            process.wait(30)
    middle = STARTS // 2
    return {"node_start_s": sorted(times)[middle], "node_start_processor_s": sorted(work)[middle]}


def _ready(url: str, context: ssl.SSLContext) -> bool:
    try:
        with urllib.request.urlopen(url, context=context, timeout=30) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _node(home: Path) -> Node:
    return build(load(home / "DZ"), PASSPHRASE)


def _write(folder: Path, _urls: Mapping[str, str], entries: int) -> Figures:
    ledger_file.write(folder / "export.jsonl", entries)
    return {"export_mb": (folder / "export.jsonl").stat().st_size / 1e6}


def _measured(name: str, command: list[str], entries: int) -> Figures:
    """Runs a verifier; its wall time, processor time in all its processes, and the most memory of one of them."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout is not None
    report = json.loads(process.stdout.read())
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - start
    assert (process.returncode, report["size"], report["pinned"]) == (0, entries, True), report
    return {
        f"{name}_s": wall,
        f"{name}_processor_s": used.ru_utime + used.ru_stime,
        f"{name}_peak_mb": used.ru_maxrss / 1024,
    }


def told(figures: Figures) -> Iterator[tuple[str, float, str]]:
    """(name, value, goal and whether it was met) of each figure."""
    for name, value in figures.items():
        if name not in GOALS:
            yield name, value, ""
            continue
        goal, more = GOALS[name]
        met = value >= goal if more else value <= goal
        yield name, value, f"goal {goal:g}: {'met' if met else 'NOT MET'}"


def main() -> None:
    parser = argparse.ArgumentParser(description="Measures the ledger at size.")
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--only", choices=("database", "export"))
    given = parser.parse_args()
    print(f"{conditions()}, load {os.getloadavg()[0]:.1f}; {given.entries} entries", flush=True)
    kinds = ("sqlite", "postgresql") if given.database == "both" else (given.database,)
    with tempfile.TemporaryDirectory(prefix="exchange-bench-") as name:
        folder = Path(name)
        if given.only != "export":
            for kind in kinds:
                home = folder / kind
                home.mkdir()
                show(kind, of_database(home, databases(kind, home, NAMES), given.entries))
        if given.only != "database":
            show("export", of_export(folder, given.entries))
    print(f"load at the end {os.getloadavg()[0]:.1f}")


def show(head: str, figures: Figures) -> None:
    """Prints figures, with what they should be."""
    for name, value, goal in told(figures):
        print(f"  {head:11} {name:32} {value:12.1f}  {goal}", flush=True)


if __name__ == "__main__":
    main()
