"""What our exchange does on two nodes of this machine: bulk push, single push, pull; everything on.

Proposals, approvals by another person, second checker, at-rest encryption, both ledgers, signed receipts, mutual TLS.
The bulk sender is two processes, as a node is deployed: this one is the officers' side, a second is the worker that
delivers. The receiver is a third. `python -m benchmarks.exchange HOME RECIPIENT` is the second.
"""

from __future__ import annotations

import gc
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.machine import peak_rss_mb
from benchmarks.two_nodes import AGREEMENT, PASSPHRASE, PURPOSE, Side, served
from exchange.config import load
from exchange.interop.synthetic import bench_person
from exchange.model.records import Ref
from exchange.model.state import Proposal
from exchange.operations.approve import approve
from exchange.operations.deliver import deliver
from exchange.operations.deposit import Draft, deposit
from exchange.operations.propose import MAX_PARCELS, Wish, propose
from exchange.operations.pull import pull
from exchange.operations.release import release
from exchange.ports import Node
from exchange.wiring import build

DEPOSIT = 500
IN_FLIGHT = 4
"""Records of one officer on their way at once, in a stream of single pushes."""


@dataclass(frozen=True, slots=True)
class Singles:
    """One by one, proposal to receipt."""

    rate: float
    """Records a second."""
    p50_ms: float
    p99_ms: float


def fill(side: Side, count: int, seed: int) -> list[Ref]:
    """Deposits `count` synthetic persons of 30 claims."""
    rng = random.Random(seed)
    refs: list[Ref] = []
    for first in range(0, count, DEPOSIT):
        drafts = [Draft("person", bench_person(rng, first + n)) for n in range(min(DEPOSIT, count - first))]
        with side.node.store.write() as unit:
            refs += deposit(side.node, unit, side.officer, drafts)
    return refs


def propose_all(side: Side, to: str, refs: Sequence[Ref]) -> Iterator[Proposal]:
    """Proposals for `refs`, page by page."""
    for first in range(0, len(refs), MAX_PARCELS):
        wish = Wish(to, AGREEMENT, PURPOSE, tuple(refs[first : first + MAX_PARCELS]))
        with side.node.store.write() as unit:
            outcome = propose(side.node, unit, side.officer, wish)
        assert not outcome.denied, outcome.denied[:1]
        yield from outcome.proposals


def approve_and_release(side: Side, proposal: Proposal) -> None:
    with side.node.store.write() as unit:
        approve(side.node, unit, side.approver, proposal.id, proposal.digest)
    with side.node.store.write() as unit:
        assert release(side.node, unit, side.officer, proposal.id).state == "released"


def push_bulk(side: Side, to: str, refs: Sequence[Ref]) -> float:
    """Records a second from the first proposal to the last verified receipt.

    This process is the officers' side of a node: it proposes, approves and releases. A second one, its worker,
    delivers what is queued. The partner's node is a third.
    """
    with _worker(side, to) as worker:
        start = time.perf_counter()
        for proposal in propose_all(side, to, refs):
            approve_and_release(side, proposal)
        worker.finish()
        return len(refs) / (time.perf_counter() - start)


def push_stream(side: Side, to: str, refs: Sequence[Ref]) -> Singles:
    """Each record alone, as `push_singles`, by an officer who goes on before the receipt of the last is there.

    At most `IN_FLIGHT` records are on their way. A time is from the proposal to when the worker has the receipt.
    """
    begun: list[float] = []
    times: list[float] = []
    with _worker(side, to) as worker:

        def settle(until: int) -> None:
            while len(times) < until:
                count, at = worker.delivered()
                times.extend([at - start for start in begun[len(times) : len(times) + count]])

        for ref in refs:
            settle(len(begun) - IN_FLIGHT + 1)
            begun.append(time.monotonic())
            for proposal in propose_all(side, to, [ref]):
                approve_and_release(side, proposal)
        settle(len(refs))
        took = time.monotonic() - begun[0]
        worker.finish()
    return _singles(times, took)


@dataclass(frozen=True, slots=True)
class _Worker:
    """The second process of a sender."""

    process: subprocess.Popen[str]
    side: Side

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def delivered(self) -> tuple[int, float]:
        """(envelopes, monotonic time) of the next run that delivered any."""
        count, at = self.line().split()
        return int(count), float(at)

    def finish(self) -> None:
        """Returns when everything is receipted."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        while (line := self.line()) != "delivered\n":
            assert line
        (self.side.home.parent / "worker_rss").write_text(self.line())


@contextmanager
def _worker(side: Side, to: str) -> Iterator[_Worker]:
    command = [sys.executable, "-m", "benchmarks.exchange", str(side.home), to]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        worker = _Worker(process, side)
        assert worker.line() == "ready\n"
        yield worker


def worker_main(home: Path, to: str) -> None:
    """The second process of a push: delivers until its standard input is closed and nothing waits."""
    gc.set_threshold(100_000, 50, 100)
    node = build(load(home), PASSPHRASE)
    gc.freeze()
    print("ready", flush=True)
    released = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        delivered = pool.submit(_deliver_all, node, to, released)
        sys.stdin.read()
        released.set()
        delivered.result()
    print("delivered", flush=True)
    print(peak_rss_mb(), flush=True)


def _deliver_all(node: Node, to: str, released: threading.Event) -> None:
    while True:
        last = released.is_set()
        result = deliver(node, to)
        assert result.stopped is None, result
        assert result.refused == 0, result
        if result.accepted:
            print(result.accepted, time.monotonic(), flush=True)
        if last:
            return
        time.sleep(0.002)


def push_singles(side: Side, to: str, refs: Sequence[Ref]) -> Singles:
    """Each record alone: propose, approve, release, deliver, receipt; the next begins when the receipt is there."""
    times = []
    for ref in refs:
        start = time.perf_counter()
        for proposal in propose_all(side, to, [ref]):
            approve_and_release(side, proposal)
        sent = deliver(side.node, to)
        assert sent.accepted == 1, sent
        times.append(time.perf_counter() - start)
    return _singles(times, sum(times))


def _singles(times: Sequence[float], took: float) -> Singles:
    ordered = sorted(times)
    return Singles(len(times) / took, 1000 * ordered[len(ordered) // 2], 1000 * ordered[int(len(ordered) * 0.99)])


def pull_all(sender: Side, receiver: Side, refs: Sequence[Ref]) -> tuple[float, float]:
    """(records a second of a pull of everything waiting, the serving node's peak memory in MB)."""
    for proposal in propose_all(sender, receiver.code, refs):
        approve_and_release(sender, proposal)
    with served(sender) as process:
        start = time.perf_counter()
        result = pull(receiver.node, sender.code)
        rate = len(refs) / (time.perf_counter() - start)
        assert result.stopped is None, result
        return rate, peak_rss_mb(process.pid)


def held(side: Side, sender: str) -> int:
    """How many records `side` holds from `sender`."""
    with side.node.store.read() as unit:
        return unit.copies.count(sender)


if __name__ == "__main__":
    worker_main(Path(sys.argv[1]), sys.argv[2])
