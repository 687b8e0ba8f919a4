"""Candidates of one person among many, in one node: deposits, keys into the index, looking up, comparing.

    python -m benchmarks.candidates --records 100000
    bash scripts/with-postgres.sh python -m benchmarks.candidates --records 100000 --postgresql

Persons are invented: common given names, families put together from syllables, four in five with a birth date; every
tenth, 10,000 at most, has one and the same full name. One process. Candidates are what the index gives for the asker's
keys of one person, without opening any; "compared" opens and scores them, as the worker does. The collector of unused
objects is set as `exchange serve` sets it.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from benchmarks.machine import peak_rss_mb
from exchange.crypto.atrest import AtRest
from exchange.matching.keys import ASKER, keys
from exchange.matching.person import identity
from exchange.model.claims import Claim, Grade, JsonValue
from exchange.model.validate import with_governance
from exchange.operations import compare_new
from exchange.operations.compare_new import Compared
from exchange.operations.deposit import Draft, deposit
from exchange.operations.search import Query, search
from exchange.store import SqlStore, migrate, open_engine
from tests.databases import Postgresql
from tests.federation import PURPOSE, State, federate

_BATCH = 2000
_ASKED = 400
_PAGES = 6
_P95 = 0.95
HUB = "Ahmed Ben Salah"
HUB_MAX = 10_000
GIVEN = (
    *("Mohamed", "Ahmed", "Ali", "Omar", "Youssef", "Ibrahim", "Khalid", "Hassan", "Hussein", "Salim"),
    *("Karim", "Rachid", "Said", "Mustafa", "Bilal", "Hamza", "Tariq", "Nasser", "Walid", "Samir"),
    *("Jamal", "Faisal", "Fahd", "Sultan", "Majid", "Anwar", "Idris", "Ismail", "Yasin", "Zakaria"),
    *("Amin", "Habib", "Jaber", "Munir", "Nabil", "Qasim", "Rashid", "Sabri", "Taha", "Wael"),
)
ONSETS = ["b", "d", "f", "gh", "h", "j", "k", "kh", "l", "m", "n", "q", "r", "s", "sh", "t", "w", "y", "z"]
VOWELS = ["a", "i", "u", "aa", "ou"]


def claims_of(number: int) -> tuple[Claim, ...]:
    """The invented person of this number."""
    draw = random.Random(number)
    text = HUB if number % 10 == 0 and number < 10 * HUB_MAX else _name(draw)
    said: list[tuple[str, JsonValue]] = [("name.full", {"text": text, "script": "Latn", "type": "primary"})]
    if draw.random() < 0.8:
        day = date(1950, 1, 1) + timedelta(days=draw.randrange(20_000))
        said.append(("birth.date", {"precision": "exact", "date": day.isoformat()}))
    said.append(("nationality", {"country": draw.choice(["DZ", "TN", "KW", "SA", "EG"]), "status": "confirmed"}))
    grade = Grade("admiralty", "B", "2")
    return with_governance(
        [Claim(f"c{at}", path, value, "fact", grade) for at, (path, value) in enumerate(said, 1)],
        legal_basis="Invented Act 1",
        purpose=PURPOSE,
        marking="TLP:AMBER",
        review=date(2027, 6, 1),
        category="suspect",
    )


def _name(draw: random.Random) -> str:
    """A given name, a father's, and a family: the first of a list are drawn more often."""
    first, father = (GIVEN[min(int(draw.expovariate(0.12)), len(GIVEN) - 1)] for _ in range(2))
    family = "".join(draw.choice(ONSETS) + draw.choice(VOWELS) for _ in range(3)).capitalize()
    return f"{first} ben {father} {family}i"


@contextmanager
def node(postgresql: bool) -> Iterator[State]:
    """A node on a new database."""
    with tempfile.TemporaryDirectory() as folder:
        if postgresql:
            with Postgresql(os.environ["EXCHANGE_TEST_PG"]).fresh() as url:
                yield from _node(url)
        else:
            url = f"sqlite:///{Path(folder) / 'node.db'}"
            migrate.upgrade(url)
            yield from _node(url)


def _node(url: str) -> Iterator[State]:
    store = SqlStore(open_engine(url), AtRest(bytes(32)))
    try:
        yield federate({"DZ": store}, ())["DZ"]
    finally:
        store.close()


def fill(state: State, records: int) -> float:
    """Deposits a second."""
    spent = 0.0
    for start in range(0, records, _BATCH):
        drafts = [Draft("person", claims_of(number)) for number in range(start, min(start + _BATCH, records))]
        began = time.perf_counter()
        with state.node.store.write() as unit:
            deposit(state.node, unit, state.staff.officer, drafts)
        spent += time.perf_counter() - began
    return records / spent


def keyed(state: State) -> float:
    """Persons a second that get their keys and sounds, opened and analysed."""
    began, done = time.perf_counter(), 0
    while more := compare_new._key(state.node):
        done += more
    return done / (time.perf_counter() - began)


def compared(state: State) -> float:
    """Persons a second that are compared, of the newest pages."""
    done, began = Compared(), time.perf_counter()
    for _ in range(_PAGES):
        compare_new._compare(state.node, done)
    return done.compared / (time.perf_counter() - began)


def each(numbers: Sequence[int], work: Callable[[int], object]) -> tuple[float, float]:
    """Milliseconds: median and p95."""
    taken = []
    for number in numbers:
        began = time.perf_counter()
        work(number)
        taken.append(1000 * (time.perf_counter() - began))
    return statistics.median(taken), sorted(taken)[int(_P95 * len(taken))]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--postgresql", action="store_true")
    given = parser.parse_args()
    gc.set_threshold(100_000, 50, 100)
    gc.freeze()
    draw = random.Random(5)
    asked = [draw.randrange(given.records) for _ in range(_ASKED)]
    with node(given.postgresql) as state:
        deposits = fill(state, given.records)
        rate = keyed(state)

        def having(number: int) -> None:
            with state.node.store.read() as unit:
                unit.identities.having(keys(identity(claims_of(number)), ASKER), compare_new.LOOKED_AT)

        def sought(number: int) -> None:
            with state.node.store.write() as unit:
                search(state.node, unit, state.staff.officer, Query(_name(random.Random(number))))

        median, p95 = each(asked, having)
        _, hub = each([10 * at for at in range(50)], having)
        search_median, search_p95 = each(asked[:100], sought)
        pages = compared(state)
    where = "PostgreSQL" if given.postgresql else "SQLite"
    print(f"{given.records:,} persons, {where}, one process\n")
    print("| what | figure | goal |\n|---|---|---|")
    print(f"| deposits a second, batches of {_BATCH} | {deposits:,.0f} | |")
    print(f"| persons keyed a second: opened, analysed, into the index | {rate:,.0f} | 3,000 |")
    print(f"| candidates of one person, ms, median / p95 | {median:.1f} / {p95:.1f} | 30 |")
    print(f"| candidates of the name that many have, ms, p95 | {hub:.1f} | 30 |")
    sought_row = "a search by name, what sounds like it too, ms, median / p95"
    print(f"| {sought_row} | {search_median:.1f} / {search_p95:.1f} | |")
    print(f"| persons compared a second, candidates opened | {pages:,.0f} | |")
    print(f"| memory, MB, at most | {peak_rss_mb():,.0f} | 500 |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
