"""`make bench`: the floor, the raw limits and ours, in one run; writes latest.json and RESULTS.md beside this file.

    python -m benchmarks.run [--records 10000] [--singles 300] [--stored 100000] [--ledger 100000]
                             [--database sqlite|postgresql|both]

Ratios within one run are what counts; absolute figures drift with the machine.
"""

from __future__ import annotations

import argparse
import gc
import json
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import orjson

from benchmarks import decide, exchange, floor, ledger, limits
from benchmarks.machine import conditions, forget_peak, peak_rss_mb
from benchmarks.two_nodes import acquaint, agreement, databases, make_side, served
from exchange.cli.simulate_jobs import simulated
from exchange.interop.synthetic import bench_person
from exchange.operations.simulate import begin_simulation

HERE = Path(__file__).resolve().parent
NAMES = ["floor_a", "floor_b", "limits", "dz", "ae", "pull_dz", "pull_ae", "large_dz", "large_ae"]
"""Of the databases that one kind needs."""
GOALS = {
    "push_bulk": ("floor_batch", 1 / 3),
    "push_single": ("floor_single", 0.35),
    "push_single_waiting": ("floor_single", 0.35),
    "pull": ("floor_batch", 0.6),
}
"""What is compared -> the floor and the ratio to reach. `push_single` is one officer pushing record after record, each
proposed, approved, released and delivered alone; `push_single_waiting` the same when each waits for its receipt."""


@dataclass(slots=True)
class Results:
    """Figures by name, each by database."""

    figures: dict[str, dict[str, float]] = field(default_factory=dict)
    limits: dict[str, dict[str, float]] = field(default_factory=dict)
    ledger: dict[str, dict[str, float]] = field(default_factory=dict)
    """Figures of the ledger at size, by database, and of its export."""

    def put(self, name: str, database: str, value: float) -> None:
        self.figures.setdefault(name, {})[database] = round(value, 1)
        print(f"  {name:32} {database:11} {value:10.1f}", flush=True)


def plain_records(count: int) -> list[bytes]:
    """The floor's records: the same values as plain JSON, about 2 kB."""
    import random

    rng = random.Random(7)
    records = []
    for n in range(count):
        values = [[claim.path, claim.value] for claim in bench_person(rng, n)]
        records.append(orjson.dumps({"marking": "TLP:AMBER", "nationality": "AE", "claims": values}))
    return records


def measure(database: str, arguments: argparse.Namespace, results: Results) -> None:
    """Everything for one kind of database, each step in a process of its own, which leaves no memory to the next."""
    with tempfile.TemporaryDirectory(prefix="exchange-bench-") as name:
        folder = Path(name)
        urls = databases(database, folder, NAMES)
        for step in (_limits, _floor, _push, _pull, _large):
            if step is _large and not arguments.stored:
                continue
            home = folder / step.__name__
            home.mkdir()
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as fresh:
                found = fresh.submit(_alone, step, home, urls, arguments).result()
            for what, value in found.items():
                if step is _limits:
                    results.limits.setdefault(database, {})[what] = value
                else:
                    results.put(what, database, value)


Figures = dict[str, float]
_Step = Callable[[Path, Mapping[str, str], argparse.Namespace], Figures]


def _alone(step: _Step, home: Path, urls: Mapping[str, str], arguments: argparse.Namespace) -> Figures:
    gc.set_threshold(100_000, 50, 100)
    return step(home, urls, arguments)


def _limits(home: Path, urls: Mapping[str, str], arguments: argparse.Namespace) -> Figures:
    return dict(limits.limits(urls["limits"]))


def _floor(home: Path, urls: Mapping[str, str], arguments: argparse.Namespace) -> Figures:
    bare = floor.measure(urls["floor_a"], urls["floor_b"], plain_records(arguments.records), arguments.singles)
    return {"floor_batch_records_per_s": bare.batch, "floor_single_records_per_s": bare.single}


def _push(home: Path, urls: Mapping[str, str], arguments: argparse.Namespace) -> Figures:
    sender, receiver = make_side("DZ", home, urls["dz"]), make_side("AE", home, urls["ae"])
    acquaint([sender, receiver])
    warm = exchange.fill(sender, 20, 1)
    refs = exchange.fill(sender, arguments.records, 2)
    alone = exchange.fill(sender, arguments.singles, 3)
    gc.collect()
    gc.freeze()
    forget_peak()
    found: Figures = {}
    with served(receiver) as process:
        exchange.push_singles(sender, "AE", warm)
        found["push_bulk_records_per_s"] = exchange.push_bulk(sender, "AE", refs)
        half = len(alone) // 2
        waiting = exchange.push_singles(sender, "AE", alone[:half])
        found["push_single_waiting_records_per_s"] = waiting.rate
        found["push_single_waiting_p50_ms"] = waiting.p50_ms
        found["push_single_waiting_p99_ms"] = waiting.p99_ms
        single = exchange.push_stream(sender, "AE", alone[half:])
        found["push_single_records_per_s"] = single.rate
        found["push_single_p50_ms"] = single.p50_ms
        found["push_single_p99_ms"] = single.p99_ms
        worker = float((home / "worker_rss").read_text())
        found["peak_rss_mb"] = max(peak_rss_mb(process.pid), peak_rss_mb(), worker)
        found["receiver_rss_mb"] = peak_rss_mb(process.pid)
    expected = len(warm) + len(refs) + len(alone)
    assert exchange.held(receiver, "DZ") == expected, "the two sides count differently"
    return found


def _pull(home: Path, urls: Mapping[str, str], arguments: argparse.Namespace) -> Figures:
    sender, receiver = make_side("DZ", home, urls["pull_dz"]), make_side("AE", home, urls["pull_ae"])
    acquaint([sender, receiver])
    refs = exchange.fill(sender, arguments.records, 4)
    rate, serving = exchange.pull_all(sender, receiver, refs)
    assert exchange.held(receiver, "DZ") == len(refs), "the two sides count differently"
    return {"pull_records_per_s": rate, "serving_rss_mb": serving}


def _large(home: Path, urls: Mapping[str, str], arguments: argparse.Namespace) -> Figures:
    """A node that holds many records: does a record still cost the same, and how much memory does it take? What would
    another agreement change? And, of no database at all, what does a decision cost?"""
    sender, receiver = make_side("DZ", home, urls["large_dz"]), make_side("AE", home, urls["large_ae"])
    acquaint([sender, receiver])
    start = time.perf_counter()
    refs = exchange.fill(sender, arguments.stored, 5)
    found = {"deposit_records_per_s": arguments.stored / (time.perf_counter() - start)}
    with served(receiver) as process:
        found["push_bulk_with_many_stored_records_per_s"] = exchange.push_bulk(sender, "AE", refs[-4000:])
        worker = float((home / "worker_rss").read_text())
        found["rss_with_many_stored_mb"] = max(worker, peak_rss_mb(process.pid))
    candidate = agreement({side.code: side.fingerprint for side in (sender, receiver)})
    with sender.node.store.write() as unit:
        emptied = {**candidate, "version": 2, "clauses": []}
        task = begin_simulation(sender.node, unit, sender.officer, emptied, arguments.stored)
    start = time.perf_counter()
    looked_at = sum(page.totals.records for page in simulated(sender.node, sender.officer, task, 2))
    found["simulate_records_per_s"] = looked_at / (time.perf_counter() - start)
    found["decide_at_50_clauses_us"] = decide.median_us()
    return found


def measure_ledger(kinds: Sequence[str], entries: int, results: Results) -> None:
    """The ledger at size: on each kind of database, and as an export."""
    with tempfile.TemporaryDirectory(prefix="exchange-bench-") as name:
        for kind in kinds:
            home = Path(name) / kind
            home.mkdir()
            results.ledger[kind] = ledger.of_database(home, databases(kind, home, ledger.NAMES), entries)
            ledger.show(kind, results.ledger[kind])
        results.ledger["export"] = ledger.of_export(Path(name), entries)
        ledger.show("export", results.ledger["export"])


def ratios(results: Results) -> list[str]:
    """One line a goal and database: ours, the floor, the ratio and what it should be."""
    lines = []
    for name, (bare, goal) in GOALS.items():
        for database, ours in results.figures[f"{name}_records_per_s"].items():
            base = results.figures[f"{bare}_records_per_s"][database]
            word = "met" if ours / base >= goal else "NOT MET"
            lines.append(f"| {name} | {database} | {ours:.0f} | {base:.0f} | {ours / base:.2f} | {goal:.2f} | {word} |")
    return lines


def report(results: Results, arguments: argparse.Namespace) -> str:
    head = "| what | database | ours, records/s | floor, records/s | ratio | goal | |"
    lines = [
        "# Benchmark results",
        "",
        "Made by `make bench`. Ratios within one run are what counts.",
        "",
        f"{datetime.now(tz=UTC):%Y-%m-%d %H:%M} UTC · {conditions()} · {arguments.records} records of 30 claims, "
        f"about 2 kB of values · both nodes on this machine, mutual TLS, both ledgers, signed receipts.",
        "",
        head,
        "|---|---|---|---|---|---|---|",
        *ratios(results),
        "",
        "| figure | " + " | ".join(results.limits) + " |",
        "|---|" + "---|" * len(results.limits),
    ]
    for name, row in results.figures.items():
        lines.append(f"| {name} | " + " | ".join(f"{row.get(kind, 0):.1f}" for kind in results.limits) + " |")
    lines += ["", "| raw limit, µs | " + " | ".join(results.limits) + " |", "|---|" + "---|" * len(results.limits)]
    for name in next(iter(results.limits.values())):
        lines.append(f"| {name} | " + " | ".join(f"{row[name]:.1f}" for row in results.limits.values()) + " |")
    if results.ledger:
        lines += ["", f"| ledger of {arguments.ledger} entries | | | |", "|---|---|---|---|"]
    for kind, figures in results.ledger.items():
        lines += [f"| {name} | {kind} | {value:.1f} | {goal} |" for name, value, goal in ledger.told(figures)]
    return "\n".join(lines) + "\n"


def of_others() -> str:
    """The sections of RESULTS.md that other commands made: everything from its first heading of that level on."""
    known = (HERE / "RESULTS.md").read_text("utf-8")
    at = known.find("\n## ")
    return "" if at < 0 else known[at:]


def main() -> None:
    parser = argparse.ArgumentParser(description="Measures the node against the bare floor of the same libraries.")
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--singles", type=int, default=600)
    parser.add_argument("--stored", type=int, default=100_000, help="records of the large node; 0 leaves it out")
    parser.add_argument("--ledger", type=int, default=100_000, help="entries of the large ledger; 0 leaves it out")
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    arguments = parser.parse_args()
    kinds = ("sqlite", "postgresql") if arguments.database == "both" else (arguments.database,)
    results = Results()
    for kind in kinds:
        measure(kind, arguments, results)
    if arguments.ledger:
        measure_ledger(kinds, arguments.ledger, results)
    print("\n".join(ratios(results)))
    if arguments.database == "both":
        (HERE / "latest.json").write_text(json.dumps(results.figures, indent=2, sort_keys=True) + "\n")
        (HERE / "RESULTS.md").write_text(report(results, arguments) + of_others())


if __name__ == "__main__":
    main()
