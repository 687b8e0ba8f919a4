"""Blinded matching at size: preparation and queries between two nodes on SQLite, in one process.

    python -m benchmarks.blinded --records 100000

The calls go from node to node without a network, so that the processor time of each side is told apart; a query over
mutual TLS adds its handshake once, some milliseconds a request, and waits for the grid of 150 ms (docs/spec/matching.md
§4). Keys are invented, 4.7 a record as the rules of keys give, and not timed: `benchmarks.matching` has theirs.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from benchmarks.machine import peak_rss_mb
from exchange.api.matching import FLOOR_S
from exchange.crypto.atrest import AtRest
from exchange.matching.keys import Piece
from exchange.model.claims import Claim, Grade
from exchange.model.state import Partner
from exchange.model.validate import with_governance
from exchange.operations.deposit import Draft, deposit
from exchange.operations.match_answer import match_answer
from exchange.operations.match_key import answer_prepare
from exchange.operations.match_prepare import match_prepare
from exchange.store import SqlStore, migrate, open_engine
from tests.federation import PURPOSE, Federation, State, enact, federate
from tests.match_kit import CLAUSE, ask, matching_document
from tests.simulator import SimulatedPeers

_BATCH = 2000
HUB = "Hub Name Of Many"


class Row(NamedTuple):
    """One figure."""

    what: str
    figure: float
    goal: float | None


class InventedKeys:
    """4.7 keys a record on average. Who asks has 12 more of near births, as the rules of keys give."""

    version = "bench-1"

    def keys(self, claims: Sequence[Claim], *, asking: bool) -> frozenset[bytes]:
        name = next(str(each.value["text"]) for each in claims if each.path == "name.full")
        many = 4 + (sha256(name.encode()).digest()[0] < 179)
        return frozenset(f"{name} {n}".encode() for n in range(many + 12 * asking))

    def pieces(self, claims: Sequence[Claim], *, asking: bool) -> Sequence[Piece]:
        """Nothing is settled here."""
        del claims, asking
        return ()


@dataclass(slots=True)
class Timed(SimulatedPeers):
    """Counts the processor time of the other side."""

    spent: float = 0.0
    calls: list[float] = field(default_factory=list)

    def match_prepare(self, partner: Partner, page: bytes) -> bytes:
        return self._timed(lambda: answer_prepare(self.network.nodes[partner.code], self.code, page))

    def match_query(self, partner: Partner, query: bytes) -> bytes:
        return self._timed(lambda: match_answer(self.network.nodes[partner.code], self.code, query))

    def _timed(self, work: Callable[[], bytes]) -> bytes:
        began = time.process_time()
        try:
            return work()
        finally:
            self.calls.append(time.process_time() - began)
            self.spent += self.calls[-1]


def claims_of(number: int) -> tuple[Claim, ...]:
    """An invented person; every hundredth has the name that they share."""
    text = HUB if number % 100 == 0 else name_of(number)
    grade = Grade("admiralty", "B", "2")
    own = [Claim("c1", "name.full", {"text": text, "script": "Latn", "type": "primary"}, "fact", grade)]
    return with_governance(
        own,
        legal_basis="Invented Act 1",
        purpose=PURPOSE,
        marking="TLP:AMBER",
        review=date(2027, 6, 1),
        category="suspect",
    )


def name_of(number: int) -> str:
    return f"Given{number} Family{number * 7}"


@contextmanager
def _house(folder: Path) -> Iterator[Federation]:
    stores = {}
    for code in ("DZ", "AE", "KW"):
        url = f"sqlite:///{folder / code}.db"
        migrate.upgrade(url)
        stores[code] = SqlStore(open_engine(url), AtRest(bytes(32)))
    made = federate(stores)
    for code, state in made.states.items():
        enact(state, matching_document({**CLAUSE, "per_case": 1000, "per_day": 1000}))
        state.node = replace(state.node, match_keys=InventedKeys(), peers=Timed(code, made.network))
        made.network.nodes[code] = state.node
    yield made
    for store in stores.values():
        store.close()


def _deposit(state: State, records: int) -> float:
    began = time.perf_counter()
    for start in range(1, records + 1, _BATCH):
        drafts = [Draft("person", claims_of(number)) for number in range(start, min(start + _BATCH, records + 1))]
        with state.node.store.write() as unit:
            deposit(state.node, unit, state.staff.officer, drafts)
    return time.perf_counter() - began


def _prepare(holder: State, records: int) -> list[Row]:
    peers = _peers(holder)
    wall, processor = time.perf_counter(), time.process_time()
    made = match_prepare(holder.node, "DZ")
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    assert made.size == records, made
    return [
        Row("preparation, the holder's processor, s", processor - peers.spent, 90.0),
        Row("preparation, the asker's processor, s", peers.spent, 90.0),
        Row("preparation, both in one process, wall, s", wall, None),
        Row("pages of 4,096 elements", made.pages, None),
    ]


def _queries(asker: State, holder: State, names: Callable[[int], Sequence[str]], rounds: int) -> tuple[float, float]:
    """Medians: the whole query without network and grid, and the holder's part, in ms."""
    whole: list[float] = []
    peers = _peers(asker)
    peers.calls.clear()
    for number in range(rounds):
        for state in (asker, holder):
            with state.node.store.write() as unit:
                unit.blinded.forget_seen(state.node.clock.now() + timedelta(days=1))
        persons = [(Claim("c1", "name.full", {"text": text}, "fact"),) for text in names(number)]
        began = time.perf_counter()
        found = ask(asker, "KW", *persons, case=f"C-{number}")
        whole.append((time.perf_counter() - began) * 1000)
        assert len(found.told) == len(persons)
    return statistics.median(whole), statistics.median(peers.calls) * 1000


def _ask_all(house: Federation) -> list[Row]:
    asker, holder = house["DZ"], house["KW"]
    kinds: dict[str, Callable[[int], Sequence[str]]] = {
        "hit": lambda number: [name_of(number + 1)],
        "no hit": lambda number: [f"Nobody{number} Atall{number}"],
        "a name of every hundredth record": lambda _: [HUB],
        "16 persons, 8 hits": lambda number: [name_of(number * 16 + n + 1 + 10**7 * (n % 2)) for n in range(16)],
    }
    rows = []
    for kind, names in kinds.items():
        whole, theirs = _queries(asker, holder, names, 20)
        rows.append(Row(f"query, {kind}, without grid, median, ms", whole, 300.0))
        rows.append(Row(f"query, {kind}, the holder's part, median, ms", theirs, FLOOR_S * 1000))
    return rows


def _peers(state: State) -> Timed:
    peers = state.node.peers
    assert isinstance(peers, Timed)
    return peers


def main() -> None:
    parser = argparse.ArgumentParser(description="Measures blinded matching at size.")
    parser.add_argument("--records", type=int, default=100_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, _house(Path(folder)) as house:
        took = _deposit(house["KW"], given.records)
        print(f"{given.records:,} records deposited in {took:.0f} s", file=sys.stderr)
        rows = [*_prepare(house["KW"], given.records), *_ask_all(house)]
        rows.append(Row("peak memory of both nodes, MB", peak_rss_mb(), 500.0))
    print(f"| {given.records:,} records, one process, SQLite | figure | goal | |\n|---|---|---|---|")
    for row in rows:
        met = "" if row.goal is None else ("met" if row.figure <= row.goal else "missed")
        print(f"| {row.what} | {row.figure:,.1f} | {'' if row.goal is None else f'{row.goal:g}'} | {met} |")


if __name__ == "__main__":
    main()
