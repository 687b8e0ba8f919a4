"""Kills this process, as a power cut would, at the n-th time that a named point is reached.

Points are of three kinds: `faults.reach("…")` in the operations; before and after every write of a transaction, its
commit included; before and after every call to a partner. The proxies add the last two kinds from outside, so that no
write can be forgotten. Without a point to die at, they only count what is reached.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar, cast

from exchange.model.connections import Probe
from exchange.model.state import Partner, PulledPage
from exchange.ports import Store, Unit
from exchange.ports.peers import Peers

_Answer = TypeVar("_Answer")
REPOSITORIES = frozenset(
    {"records", "copies", "agreements", "partners", "releases", "streams", "ledger", "people", "answers"}
    | {"messages", "erasures", "waivers", "cadences", "heads", "reconciles", "openings", "stamps"}
)
READS = frozenset(
    {"about", "active", "active_policies", "all", "all_standing", "approvals", "at", "blind"}
    | {"by_tls_pin", "by_token", "checkpoint", "checkpoints", "cosigned", "count", "covering", "current"}
    | {"day_done", "due", "due_releases", "end_in", "end_out", "entries", "epochs", "epochs_in"}
    | {"epochs_out", "evidence", "evidence_of", "expired", "external", "external_all", "get", "head"}
    | {"held_from", "inbox", "inbox_item", "items", "last_time", "latest", "leaves", "ledger_refs"}
    | {"lines", "named", "newest", "node_count", "nodes", "of", "of_bulk", "of_proposal", "of_record"}
    | {"of_size", "of_thread", "out_after", "out_item", "outbox_counts", "override", "overrides", "page"}
    | {"places", "receipts", "receipts_to_return", "recipients_due", "released_to", "seen", "sent"}
    | {"sent_views", "setting", "since", "standing", "standing_of", "standing_override", "state_of"}
    | {"taken", "two_newest", "unanswered", "unseen", "version", "versions", "views_of", "waiting"}
    | {"wire", "witnessed"}
)
"""Everything else that a unit offers writes."""


@dataclass(slots=True)
class Crash:
    """Fits `ports.Faults`."""

    point: str | None = None
    occurrence: int = 1
    reached: Counter[str] = field(default_factory=Counter)

    def reach(self, point: str) -> None:
        self.reached[point] += 1
        if point == self.point and self.reached[point] == self.occurrence:
            os.kill(os.getpid(), signal.SIGKILL)


class _Watched:
    """A repository or unit: every method that writes is a point before and after."""

    def __init__(self, inner: object, name: str, crash: Crash) -> None:
        self._inner, self._name, self._crash = inner, name, crash

    def __getattr__(self, attribute: str) -> Any:
        value = getattr(self._inner, attribute)
        if attribute in REPOSITORIES:
            return _Watched(value, f"{self._name}.{attribute}", self._crash)
        return value if attribute in READS else self._around(f"{self._name}.{attribute}", value)

    def _around(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*args: Any, **named: Any) -> Any:
            self._crash.reach(f"{name}:before")
            result = call(*args, **named)
            self._crash.reach(f"{name}:after")
            return result

        return watched


class _Careless:
    """A planted fault: every call to a repository is a transaction of its own."""

    def __init__(self, store: Store, repository: str | None = None) -> None:
        self._store, self._repository = store, repository

    def __getattr__(self, attribute: str) -> Any:
        if attribute in REPOSITORIES:
            return _Careless(self._store, attribute)

        def call(*args: Any, **named: Any) -> Any:
            with self._store.write() as unit:
                target = unit if self._repository is None else getattr(unit, self._repository)
                return getattr(target, attribute)(*args, **named)

        return call


@dataclass(frozen=True, slots=True)
class CrashingStore:
    """Fits `ports.Store`. `clock` stands for the database's."""

    inner: Store
    code: str
    crash: Crash
    clock: Callable[[], datetime]
    careless: bool = False

    @contextmanager
    def write(self) -> Iterator[Unit]:
        if self.careless:
            yield cast(Unit, _Watched(_Careless(self.inner), self.code, self.crash))
            return
        with self.inner.write() as unit:
            yield cast(Unit, _Watched(unit, self.code, self.crash))
            self.crash.reach(f"{self.code}.commit:before")
        self.crash.reach(f"{self.code}.commit:after")

    @contextmanager
    def read(self) -> Iterator[Unit]:
        with self.inner.read() as unit:
            yield unit

    def now(self) -> datetime:
        return self.clock()


@dataclass(frozen=True, slots=True)
class CrashingPeers:
    """Fits `ports.Peers`."""

    inner: Peers
    crash: Crash

    def push(self, partner: Partner, wires: Sequence[bytes]) -> list[bytes]:
        return self._around("push", lambda: self.inner.push(partner, wires))

    def pull(self, partner: Partner, epoch: int, after: int, limit: int) -> PulledPage:
        return self._around("pull", lambda: self.inner.pull(partner, epoch, after, limit))

    def return_receipts(self, partner: Partner, receipts: Sequence[bytes]) -> None:
        self._around("return", lambda: self.inner.return_receipts(partner, receipts))

    def heartbeat(self, partner: Partner, beat: bytes) -> bytes:
        return self._around("heartbeat", lambda: self.inner.heartbeat(partner, beat))

    def add_checkpoint(self, partner: Partner, request: bytes) -> tuple[int, bytes]:
        return self._around("witness", lambda: self.inner.add_checkpoint(partner, request))

    def witnessed(self, partner: Partner, origin_hash: str) -> bytes:
        return self._around("witnessed", lambda: self.inner.witnessed(partner, origin_hash))

    def proofs(self, partner: Partner, request: bytes) -> bytes:
        return self._around("proofs", lambda: self.inner.proofs(partner, request))

    def offer(self, partner: Partner, offer: bytes) -> bytes:
        return self._around("offer", lambda: self.inner.offer(partner, offer))

    def about(self, partner: Partner) -> bytes:
        return self._around("about", lambda: self.inner.about(partner))

    def probe(self, partner: Partner) -> Probe:
        return self.inner.probe(partner)

    def reconcile(self, partner: Partner, statement: bytes) -> bytes:
        return self._around("reconcile", lambda: self.inner.reconcile(partner, statement))

    def reconciled(self, partner: Partner, result: bytes) -> bytes:
        return self._around("reconciled", lambda: self.inner.reconciled(partner, result))

    def match_prepare(self, partner: Partner, page: bytes) -> bytes:
        return self._around("match_prepare", lambda: self.inner.match_prepare(partner, page))

    def match_query(self, partner: Partner, query: bytes) -> bytes:
        return self._around("match_query", lambda: self.inner.match_query(partner, query))

    def match_settle(self, partner: Partner, tokens: bytes) -> bytes:
        return self._around("match_settle", lambda: self.inner.match_settle(partner, tokens))

    def match_pieces(self, partner: Partner, elements: bytes) -> bytes:
        return self._around("match_pieces", lambda: self.inner.match_pieces(partner, elements))

    def close(self) -> None:
        self.inner.close()

    def _around(self, name: str, call: Callable[[], _Answer]) -> _Answer:
        self.crash.reach(f"{name}:before")
        answer = call()
        self.crash.reach(f"{name}:after")
        return answer
