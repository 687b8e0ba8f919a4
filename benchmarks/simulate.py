"""`python -m benchmarks.simulate --records N`: a candidate against the version in force over N records of a node.

    python -m benchmarks.simulate [--records 5000] [--jobs 2] [--database sqlite|postgresql]

Prints records a second, the time that 100,000 would take, and the peak of resident memory before and after.
"""

from __future__ import annotations

import argparse
import random
import resource
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from benchmarks.machine import conditions, peak_rss_mb
from benchmarks.two_nodes import databases
from exchange.cli.simulate_jobs import simulated
from exchange.crypto.atrest import AtRest
from exchange.interop.synthetic import bench_person
from exchange.operations.deposit import Draft, deposit
from exchange.operations.simulate import begin_simulation
from exchange.policies.simulate import Totals
from exchange.store import SqlStore, migrate, open_engine
from tests.federation import federate
from tests.operations.life_kit import version

BATCH = 500


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, default=5000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="exchange-bench-") as name:
        urls = databases(given.database, Path(name), ["dz"])
        migrate.upgrade(urls["dz"])
        store = SqlStore(open_engine(urls["dz"]), AtRest(bytes(32)))
        _measure(store, given.records, given.jobs)
        store.close()
    print(conditions())


def _measure(store: SqlStore, records: int, jobs: int) -> None:
    dz = federate({"DZ": store})["DZ"]
    rng = random.Random(11)
    for start in range(0, records, BATCH):
        drafts = [Draft("person", bench_person(rng, n)) for n in range(start, min(start + BATCH, records))]
        with store.write() as unit:
            deposit(dz.node, unit, dz.staff.officer, drafts)
    before = peak_rss_mb()
    began, worked = time.perf_counter(), _processor_seconds()
    totals = Totals()
    with store.write() as unit:
        task = begin_simulation(dz.node, unit, dz.staff.officer, version(2, clauses=[], examples=[]), records)

    for page in simulated(replace(dz.node, store=store), dz.staff.officer, task, jobs):
        totals.join(page.totals)
    seconds = time.perf_counter() - began
    print(f"{totals.records} records, {jobs} processes: {totals.records / seconds:.0f} records/s, {seconds:.1f} s")
    print(f"100,000 records at this pace: {100_000 * seconds / totals.records:.0f} s")
    work = _processor_seconds() - worked
    print(f"processor time: {1e6 * work / totals.records:.0f} µs a record, {work:.1f} s in all processes")
    print(
        f"peak memory of this process: {before:.0f} MB before, {peak_rss_mb():.0f} MB after; stopped {totals.stopped}"
    )


def _processor_seconds() -> float:
    """Of this process and of those that it has waited for."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


if __name__ == "__main__":
    main()
