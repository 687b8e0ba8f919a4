"""Server time of the console's pages at size: lists and a record, from the request to the last byte, without a network.

    python -m benchmarks.pages [--records 100000] [--entries 1000000] [--database sqlite|postgresql|both]

One node is filled through its own operations; every page is asked for through the whole application (frame, session,
role, operation, ledger entry, template). Each page has a warm-up, then `ROUNDS` requests; the 95th percentile counts.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

import httpx
from starlette.types import ASGIApp

from benchmarks.ledger import grow_ledger
from benchmarks.machine import conditions
from benchmarks.two_nodes import Side, acquaint, databases, make_side
from exchange.console.app import console_app
from exchange.console.gate import COOKIE
from exchange.console.place import Place
from exchange.interop.synthetic import mixture
from exchange.model.records import Ref
from exchange.operations import people, sessions
from exchange.operations.deposit import Draft, deposit

ROUNDS: Final = 60
WARM: Final = 5
BATCH: Final = 1_000
GOAL_MS: Final = 80.0
ORIGIN: Final = "https://localhost"


def filled(home: Path, url: str, other: str, records: int, entries: int) -> tuple[Side, list[Ref]]:
    """A node with so many records and a ledger of at least so many entries."""
    side, partner = make_side("DZ", home, url), make_side("AE", home, other)
    acquaint([side, partner])
    refs: list[Ref] = []
    for number in range(0, records, BATCH):
        made = list(islice(mixture(number, min(BATCH, records - number)), BATCH))
        with side.node.store.write() as unit:
            refs += deposit(side.node, unit, side.officer, [Draft(kind, claims) for kind, claims in made])
    grow_ledger(side.node, entries)
    return side, refs


def signed_in(side: Side, person: str) -> str:
    with side.node.store.write() as unit:
        token, _ = sessions.open_session(side.node, unit, person, "passkey")
    return token


def pages(refs: list[Ref], rng: random.Random) -> dict[str, Iterator[str]]:
    """Name -> addresses, one for each request."""

    def any_record(end: str = "") -> Iterator[str]:
        while True:
            ref = rng.choice(refs)
            yield f"/records/{ref.originator}/{ref.id}{end}"

    def same(path: str) -> Iterator[str]:
        while True:
            yield path

    return {
        "home": same("/"),
        "records": same("/records"),
        "record": any_record(),
        "timeline": any_record("/timeline"),
        "releases": same("/releases"),
        "inbox": same("/inbox"),
        "agreements": same("/agreements"),
        "partners": same("/partners"),
    }


async def measured(app: ASGIApp, token: str, wanted: Iterator[str]) -> list[float]:
    """Milliseconds of each request, sorted. AssertionError when one is not answered with a page."""
    times = []
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, cookies={COOKIE: token}) as client:
        for number in range(WARM + ROUNDS):
            path = next(wanted)
            start = time.perf_counter()
            answer = await client.get(path)
            took = (time.perf_counter() - start) * 1e3
            assert answer.status_code == 200, (path, answer.status_code)
            if number >= WARM:
                times.append(took)
    return sorted(times)


def of_database(home: Path, kind: str, records: int, entries: int) -> dict[str, list[float]]:
    urls = databases(kind, home, ["pages", "pages_other"])
    start = time.perf_counter()
    side, refs = filled(home, urls["pages"], urls["pages_other"], records, entries)
    print(f"  {kind:11} filled in {time.perf_counter() - start:.0f} s", flush=True)
    app = console_app(side.node, Place("DZ", ORIGIN), hosts=["localhost"])
    token = signed_in(side, side.officer.id)
    with side.node.store.write() as unit:
        auditor = people.add_person(side.node, unit, side.admin.id, "auditor", "auditor")
    found = {name: asyncio.run(measured(app, token, wanted)) for name, wanted in pages(refs, random.Random(7)).items()}
    found["ledger entries"] = asyncio.run(measured(app, signed_in(side, auditor.id), _always("/audit/entries")))
    return found


def _always(path: str) -> Iterator[str]:
    while True:
        yield path


def main() -> None:
    parser = argparse.ArgumentParser(description="Measures the console's pages at size.")
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    given = parser.parse_args()
    print(
        f"{conditions()}, load {os.getloadavg()[0]:.1f}; {given.records} records, {given.entries} entries", flush=True
    )
    kinds = ("sqlite", "postgresql") if given.database == "both" else (given.database,)
    with tempfile.TemporaryDirectory(prefix="exchange-bench-") as name:
        for kind in kinds:
            home = Path(name) / kind
            home.mkdir()
            for page, times in of_database(home, kind, given.records, given.entries).items():
                median, p95 = times[len(times) // 2], times[len(times) * 95 // 100]
                told = "met" if p95 <= GOAL_MS else "NOT MET"
                print(
                    f"  {kind:11} {page:16} median {median:7.1f} ms  p95 {p95:7.1f} ms  goal {GOAL_MS:g}: {told}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
