"""The node's loop: standing rules, deliver what is queued, pull what waits, heartbeats, reconciling,
agreements whose date has come.

It calls operations and nothing else. A failure with one partner never stops the others (threat T-38).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from exchange.errors import ExchangeError
from exchange.operations.alarms import all_alarms
from exchange.operations.compare_new import compare_new
from exchange.operations.cosignatures import ask_cosignature, cosigners
from exchange.operations.deliver import deliver
from exchange.operations.heartbeat import beat
from exchange.operations.match_prepare import match_prepare
from exchange.operations.pull import pull
from exchange.operations.reconcile_alarms import reconcile_alarms, reconcile_due
from exchange.operations.retention import retention
from exchange.operations.schedule import enact
from exchange.operations.stamps import stamp_heads
from exchange.operations.standing import run_standing
from exchange.operations.tidy import tidy
from exchange.operations.tree import fill_nodes
from exchange.operations.watch import look, watch
from exchange.ports import Node

log = logging.getLogger("exchange.worker")
_Answer = TypeVar("_Answer")
THREADS = 32
"""Runs for partners at once; a partner has at most one for each of deliver, pull, heartbeat and reconcile."""
FINISH_S = 10.0
"""Seconds that runs get to finish at a stop, before their connections are cut."""
ENACT_EVERY = timedelta(seconds=30)
"""How late a scheduled agreement comes into force at most."""
TREE_EVERY = timedelta(minutes=1)
ASK_AGAIN = timedelta(seconds=10)
"""How soon a witness that has not cosigned since the start is asked again."""
TIDY_EVERY = timedelta(minutes=10)
RETENTION_EVERY = timedelta(minutes=10)
RECONCILE_EVERY = timedelta(minutes=20)
"""How often it is looked whether the day's result with a partner is there, and tried again."""
PREPARE_EVERY = timedelta(hours=1)
"""How often our set for a partner's blinded queries is brought up to date."""
STAMP_EVERY = timedelta(minutes=10)
"""How often the day's newest head is noted; an authority is asked once a day."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often the worker does what. Zero deliver interval means as soon as it is done."""

    deliver: timedelta
    pull: timedelta
    heartbeat: timedelta
    daily_hour: int = 5
    """Hour of the day (UTC) from which the daily rules are run."""
    reconcile_hour: int = 4
    """Hour of the day (UTC) from which each partner is reconciled with, once."""


@dataclass(slots=True)
class Worker:
    """One thread asks what is due, a pool calls the partners: a slow one holds up nobody else.

    Several workers on one database are safe, they only repeat each other's calls.
    """

    node: Node
    pace: Pace
    stop: threading.Event = field(default_factory=threading.Event)
    _last: dict[str, datetime] = field(default_factory=dict)
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(THREADS, thread_name_prefix="partner"))
    _runs: dict[tuple[str, str], Future[None]] = field(default_factory=dict)

    def run(self) -> None:
        """Until `stop` is set."""
        try:
            while not self.stop.is_set():
                self.once()
                self.stop.wait(self.pace.deliver.total_seconds())
        finally:
            self._finish()

    def _finish(self) -> None:
        """What has not begun never does; what is at work gets `FINISH_S`, then its connections are cut."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        if wait(self._runs.values(), FINISH_S).not_done:
            self.node.peers.close()
        self._pool.shutdown()

    def once(self) -> None:
        """One round: begins what is due for each partner, unless the same is still at work."""
        now = self.node.clock.now()
        self._begin("standing", "", partial(run_standing, self.node, self.pace.daily_hour))
        self._begin("compare", "", partial(compare_new, self.node))
        for recipient in self._safely("due", self._recipients) or []:
            self._begin("deliver", recipient, partial(deliver, self.node, recipient))
        heard = self._safely("witnesses", self._cosigners) or frozenset[str]()
        for partner in self._safely("partners", self._partners) or []:
            if self._free("pull", partner) and self._due(f"pull.{partner}", now, self.pace.pull):
                self._begin("pull", partner, partial(pull, self.node, partner))
            every = self.pace.heartbeat if partner in heard else min(self.pace.heartbeat, ASK_AGAIN)
            if self._free("heartbeat", partner) and self._due(f"beat.{partner}", now, every):
                self._begin("heartbeat", partner, partial(self._hear, partner))
            if self._free("reconcile", partner) and self._due(f"reconcile.{partner}", now, RECONCILE_EVERY):
                self._begin("reconcile", partner, partial(reconcile_due, self.node, partner, self.pace.reconcile_hour))
            compares = self.node.match_keys is not None and self._free("match", partner)
            if compares and self._due(f"match.{partner}", now, PREPARE_EVERY):
                self._begin("match", partner, partial(match_prepare, self.node, partner))
        if self._due("agreements", now, ENACT_EVERY):
            enacted = self._safely("agreements", partial(enact, self.node))
            for agreement, version in [] if enacted is None else enacted.failed:
                log.error("worker.agreements alarm agreement=%s version=%d", agreement, version)
        self._last.setdefault("streams", now)  # a node that was down itself has heard nobody: first listen
        if self._due("streams", now, self.pace.heartbeat):
            self._safely("streams", self._streams)
        if self._due("tree", now, TREE_EVERY):
            self._safely("tree", self._tree)
        if self._due("tidy", now, TIDY_EVERY):
            self._safely("tidy", partial(tidy, self.node))
        if self._free("stamps", "") and self._due("stamps", now, STAMP_EVERY):
            self._begin("stamps", "", partial(stamp_heads, self.node))
        if self._free("retention", "") and self._due("retention", now, RETENTION_EVERY):
            self._begin("retention", "", self._retention)

    def _free(self, what: str, partner: str) -> bool:
        run = self._runs.get((what, partner))
        return run is None or run.done()

    def _begin(self, what: str, partner: str, call: Callable[[], object]) -> None:
        if self._free(what, partner):
            self._runs[what, partner] = self._pool.submit(self._run_one, what, call)

    def _hear(self, partner: str) -> None:
        """A heartbeat, then both ledgers: its cosignature on ours, and the heads of its own that came in."""
        self._safely("watch", partial(look, self.node, partner))  # also where the partner does not answer
        beat(self.node, partner)
        self._safely("witness", partial(ask_cosignature, self.node, partner))
        self._safely("watch", partial(watch, self.node, partner))

    def _tree(self) -> None:
        with self.node.store.write() as unit:
            fill_nodes(unit)

    def _streams(self) -> None:
        with self.node.store.read() as unit:
            found = all_alarms(self.node, unit, self.node.clock.now())
            differences = reconcile_alarms(unit, self.node.clock.now())
        for each in found:
            log.error("worker.streams alarm partner=%s code=%s since=%s", each.partner, each.code, each.since)
        for one in differences:
            log.error("worker.reconcile alarm partner=%s code=%s since=%s", one.partner, one.code, one.since)

    def _retention(self) -> None:
        damaged = retention(self.node).damaged
        if damaged:
            log.error("worker.retention alarm damaged=%d", damaged)

    def _run_one(self, what: str, call: Callable[[], object]) -> None:
        self._safely(what, call)

    def _recipients(self) -> list[str]:
        with self.node.store.read() as unit:
            return unit.streams.recipients_due(self.node.clock.now())

    def _cosigners(self) -> frozenset[str]:
        with self.node.store.read() as unit:
            return cosigners(unit)

    def _partners(self) -> list[str]:
        with self.node.store.read() as unit:
            return [partner.code for partner in unit.partners.all() if not partner.suspended]

    def _due(self, what: str, now: datetime, every: timedelta) -> bool:
        if what in self._last and now - self._last[what] < every:
            return False
        self._last[what] = now
        return True

    def _safely(self, what: str, call: Callable[[], _Answer]) -> _Answer | None:
        """Our errors are expected (a partner is down) and logged by code; others are logged by type only."""
        try:
            return call()
        except ExchangeError as failure:
            log.warning("worker.%s %s", what, failure)
        except Exception as failure:
            log.error("worker.%s unexpected %s", what, type(failure).__name__)
        return None
