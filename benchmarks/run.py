"""`make bench`: the floor, the raw limits and ours, in one run; writes latest.json and RESULTS.md beside this file.

    python -m benchmarks.run [--records 10000] [--singles 300] [--stored 100000] [--database sqlite|postgresql|both]

Ratios within one run are what counts; absolute figures drift with the machine.
"""

from __future__ import annotations

import argparse
import gc
import json
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import orjson

from benchmarks import exchange, floor, limits
from benchmarks.machine import conditions, forget_peak, peak_rss_mb
from benchmarks.two_nodes import acquaint, databases, make_side, served
from exchange.interop.synthetic import bench_person

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
    """Everything for one kind of database."""
    with tempfile.TemporaryDirectory(prefix="exchange-bench-") as name:
        folder = Path(name)
        urls = databases(
            database, folder, ["floor_a", "floor_b", "limits", "dz", "ae", "pull_dz", "pull_ae", "large_dz", "large_ae"]
        )
        results.limits[database] = limits.limits(urls["limits"])
        bare = floor.measure(urls["floor_a"], urls["floor_b"], plain_records(arguments.records), arguments.singles)
        results.put("floor_batch_records_per_s", database, bare.batch)
        results.put("floor_single_records_per_s", database, bare.single)
        _push(database, folder / "push", (urls["dz"], urls["ae"]), arguments, results)
        _pull(database, folder / "pull", (urls["pull_dz"], urls["pull_ae"]), arguments, results)
        if arguments.stored:
            _large(database, folder / "large", (urls["large_dz"], urls["large_ae"]), arguments, results)


def _push(database: str, folder: Path, urls: tuple[str, str], arguments: argparse.Namespace, results: Results) -> None:
    folder.mkdir()
    sender, receiver = make_side("DZ", folder, urls[0]), make_side("AE", folder, urls[1])
    acquaint([sender, receiver])
    warm = exchange.fill(sender, 20, 1)
    refs = exchange.fill(sender, arguments.records, 2)
    alone = exchange.fill(sender, arguments.singles, 3)
    gc.collect()
    gc.freeze()
    forget_peak()
    with served(receiver) as process:
        exchange.push_singles(sender, "AE", warm)
        results.put("push_bulk_records_per_s", database, exchange.push_bulk(sender, "AE", refs))
        half = len(alone) // 2
        waiting = exchange.push_singles(sender, "AE", alone[:half])
        results.put("push_single_waiting_records_per_s", database, waiting.rate)
        results.put("push_single_waiting_p50_ms", database, waiting.p50_ms)
        results.put("push_single_waiting_p99_ms", database, waiting.p99_ms)
        single = exchange.push_stream(sender, "AE", alone[half:])
        results.put("push_single_records_per_s", database, single.rate)
        results.put("push_single_p50_ms", database, single.p50_ms)
        results.put("push_single_p99_ms", database, single.p99_ms)
        worker = float((folder / "worker_rss").read_text())
        results.put("peak_rss_mb", database, max(peak_rss_mb(process.pid), peak_rss_mb(), worker))
        results.put("receiver_rss_mb", database, peak_rss_mb(process.pid))
    expected = len(warm) + len(refs) + len(alone)
    assert exchange.held(receiver, "DZ") == expected, "the two sides count differently"


def _pull(database: str, folder: Path, urls: tuple[str, str], arguments: argparse.Namespace, results: Results) -> None:
    folder.mkdir()
    sender, receiver = make_side("DZ", folder, urls[0]), make_side("AE", folder, urls[1])
    acquaint([sender, receiver])
    refs = exchange.fill(sender, arguments.records, 4)
    rate, serving = exchange.pull_all(sender, receiver, refs)
    results.put("pull_records_per_s", database, rate)
    results.put("serving_rss_mb", database, serving)
    assert exchange.held(receiver, "DZ") == len(refs), "the two sides count differently"


def _large(database: str, folder: Path, urls: tuple[str, str], arguments: argparse.Namespace, results: Results) -> None:
    """A node that holds many records: does a record still cost the same, and how much memory does it take?"""
    folder.mkdir()
    sender, receiver = make_side("DZ", folder, urls[0]), make_side("AE", folder, urls[1])
    acquaint([sender, receiver])
    start = time.perf_counter()
    refs = exchange.fill(sender, arguments.stored, 5)
    results.put("deposit_records_per_s", database, arguments.stored / (time.perf_counter() - start))
    with served(receiver) as process:
        rate = exchange.push_bulk(sender, "AE", refs[-4000:])
        results.put("push_bulk_with_many_stored_records_per_s", database, rate)
        worker = float((folder / "worker_rss").read_text())
        results.put("rss_with_many_stored_mb", database, max(worker, peak_rss_mb(process.pid)))


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
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description="Measures the node against the bare floor of the same libraries.")
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--singles", type=int, default=600)
    parser.add_argument("--stored", type=int, default=100_000, help="records of the large node; 0 leaves it out")
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    arguments = parser.parse_args()
    kinds = ("sqlite", "postgresql") if arguments.database == "both" else (arguments.database,)
    gc.set_threshold(100_000, 50, 100)
    results = Results()
    for kind in kinds:
        measure(kind, arguments, results)
    print("\n".join(ratios(results)))
    if arguments.database == "both":
        (HERE / "latest.json").write_text(json.dumps(results.figures, indent=2, sort_keys=True) + "\n")
        (HERE / "RESULTS.md").write_text(report(results, arguments))


if __name__ == "__main__":
    main()
