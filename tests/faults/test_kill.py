"""kill -9 at every point of release, deliver, receive and pull: nothing lost, nothing twice, no gap, logs that verify.

A victim process (`victim.py`) works on real databases and dies by SIGKILL at one named point; a new process then does
what a restarted node does, until all is quiet; then the invariants are checked. A kill that did not happen fails the
test, and so does a point that no trial reached. In-process network: one kill takes both ends down at once.
"""

from __future__ import annotations

import ast
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from exchange.crypto.atrest import AtRest
from exchange.errors import ExchangeError
from exchange.model.claims import Claim
from exchange.model.messages import Recall
from exchange.operations.agreements import activate, raise_flag, suspend
from exchange.operations.clock import stamp
from exchange.operations.messages import MessageWish
from exchange.operations.release import send
from exchange.operations.standing import run_standing
from exchange.store import SqlStore, open_engine
from tests import invariants
from tests.conftest import KEK
from tests.databases import Postgresql, Sqlite, succeeds
from tests.faults.victim import RECIPIENT, SENDER, SUBJECT, Plan
from tests.federation import (
    AGREEMENT,
    PURPOSE,
    Federation,
    enact,
    federate,
    keys_of,
    preapprove,
    standing_document,
)
from tests.subjects import gulf_person

ROOT = Path(__file__).resolve().parents[2]
OPERATIONS = (
    *("prepare", "release", "deliver", "void", "pull", "heartbeat"),
    *("recall", "retention", "agree", "standing", "witness"),
)
KILLED = -9
KILLS_IN_TEST = 28
"""On each database, one for every named point at least."""
KILLS_IN_TRIALS = 45
"""For each operation on each database: 990 in all, and as many more as complete the last round."""
TIMED_IN_TRIALS = 10


def named_points() -> set[str]:
    """The text of every `reach("…")` under operations/, so that no point can be forgotten here."""
    found: set[str] = set()
    for file in sorted((ROOT / "src" / "exchange" / "operations").glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "reach":
                (point,) = node.args
                assert isinstance(point, ast.Constant), (file.name, node.lineno)
                assert isinstance(point.value, str), (file.name, node.lineno)
                assert point.value not in found, f"{point.value} is used twice"
                found.add(point.value)
    return found


@dataclass(slots=True)
class Rig:
    """Two nodes on one kind of database, and the process that forks victims."""

    federation: Federation
    stores: dict[str, SqlStore]
    template: Plan
    zygote: subprocess.Popen[str]
    hit: Counter[str] = field(default_factory=Counter)
    by_rule: bool = False
    """Whether what is under way is a standing rule's."""

    def ready(self, operation: str) -> None:
        """Brings the nodes to where `operation` has something to do."""
        self.federation.clock.forward(timedelta(minutes=1))
        sender, recipient = self.federation[SENDER], RECIPIENT
        self.by_rule = operation == "standing"
        if self.by_rule:
            self._rules_ready()
        if operation == "release":
            for proposal in sender.propose(recipient, sender.deposit(gulf_person(SUBJECT))).proposals:
                sender.approve(proposal)
        elif operation in ("deliver", "void", "pull"):
            for _ in range(2):
                sender.push(recipient, sender.deposit(gulf_person(SUBJECT)))
        if operation == "void":
            self._suspend()
        if operation == "witness":
            sender.deposit(gulf_person(SUBJECT))  # a head that nobody has seen
        if operation == "recall":
            self._recall()
        if operation == "retention":
            self._let_time_run_out()

    def _recall(self) -> None:
        """A record that the recipient holds, and its recall, which waits there for an answer."""
        sender = self.federation[SENDER]
        refs = sender.deposit(gulf_person(SUBJECT))
        sender.push(RECIPIENT, refs)
        assert sender.deliver(RECIPIENT).accepted == 1
        deadline = stamp(self.federation.clock.now() + timedelta(days=9))
        recall = Recall(PURPOSE, "", tuple(refs), "wrong_person", None, deadline, None)
        with sender.node.store.write() as unit:
            send(sender.node, unit, sender.staff.approver, MessageWish(RECIPIENT, AGREEMENT, recall))
        assert sender.deliver(RECIPIENT).accepted == 1

    def _let_time_run_out(self) -> None:
        """A copy at the recipient whose time is over, and a record of the sender that was first issued long ago."""
        sender, recipient = self.federation[SENDER], self.federation[RECIPIENT]
        refs = sender.deposit(gulf_person(SUBJECT))
        sender.push(RECIPIENT, refs)
        assert sender.deliver(RECIPIENT).accepted == 1
        with recipient.node.store.write() as unit:
            copy = unit.copies.latest(refs[0])
            assert copy is not None
            gone = unit.copies.places(refs)
            unit.copies.destroy(gone)
            unit.copies.add([replace(copy, expires_at=self.federation.clock.now())])
        old = Claim("c900", "record.first_issued", "2001-01-01", "fact")
        sender.deposit((*gulf_person(SUBJECT), old))
        for state in (sender, self.federation[RECIPIENT]):
            with state.node.store.write() as unit:
                unit.set_setting("retention.day", "")

    def _rules_ready(self) -> None:
        """Nothing left of earlier trials, one new record, a standing approval, and a day that was not run."""
        sender = self.federation[SENDER]
        run_standing(sender.node, 0)
        with sender.node.store.read() as unit:
            agreed = any(each.state == "granted" for each in unit.waivers.all_standing(9))
        if not agreed:
            preapprove(sender, "TLP:AMBER+STRICT")
        sender.deposit(gulf_person(SUBJECT))
        assert succeeds(self.template["databases"][SENDER], "DELETE FROM daily_runs")

    def _suspend(self) -> None:
        state = self.federation[SENDER]
        with state.node.store.write() as unit:
            raise_flag(unit, state.staff.approver, AGREEMENT)
        with state.node.store.write() as unit:
            suspend(state.node, unit, state.staff.approver, AGREEMENT)

    def resume(self) -> None:
        """Puts the agreement in force again where a trial suspended it."""
        state = self.federation[SENDER]
        with state.node.store.write() as unit:
            stored = unit.agreements.get(AGREEMENT)
            assert stored is not None
            if stored.state == "suspended":
                activate(state.node, unit, state.staff.admin, AGREEMENT, stored.version)

    def victim(
        self, operation: str, point: str | None = None, occurrence: int = 1, after: float | None = None
    ) -> tuple[int, dict[str, int]]:
        """Runs one; how it ended (-9: killed) and what it reached if it lived."""
        for store in self.stores.values():
            store.close()  # what the dead leave behind, nobody else has open
        plan = self.template | {
            "now": self.federation.clock.now().isoformat(),
            "operation": operation,
            "point": point,
            "occurrence": occurrence,
            "after": after,
        }
        assert self.zygote.stdin is not None
        assert self.zygote.stdout is not None
        self.zygote.stdin.write(json.dumps(plan) + "\n")
        self.zygote.stdin.flush()
        reached: dict[str, int] = {}
        while True:
            said: dict[str, Any] = json.loads(self.zygote.stdout.readline())
            if "ended" in said:
                return int(said["ended"]), reached
            reached = said["reached"]

    def points(self, operation: str) -> list[tuple[str, int]]:
        """(point, occurrence) of everything that `operation` reaches, from a run that nobody kills."""
        self.ready(operation)
        ended, reached = self.victim(operation)
        assert ended == 0, operation
        self.recover()
        return [(point, occurrence) for point, times in reached.items() for occurrence in range(1, times + 1)]

    def kill(self, operation: str, point: str, occurrence: int) -> None:
        """One trial."""
        self.ready(operation)
        ended, _ = self.victim(operation, point, occurrence)
        assert ended == KILLED, f"{operation}: {point} number {occurrence} was never reached"
        self.hit[point] += 1
        self.after_a_kill()

    def kill_at_any_time(self, operation: str, after: float) -> bool:
        """One trial with a kill from outside; True if the process was still alive then."""
        self.ready(operation)
        ended, _ = self.victim(operation, after=after)
        assert ended in (KILLED, 0)
        self.after_a_kill()
        return ended == KILLED

    def after_a_kill(self) -> None:
        sender, recipient = (self.federation[code].node for code in (SENDER, RECIPIENT))
        invariants.always(sender, recipient)
        self.recover()
        invariants.always(sender, recipient)
        invariants.nothing_under_way(sender, recipient)
        invariants.holds_exactly(sender, recipient, invariants.delivered_refs(sender, recipient))

    def recover(self) -> None:
        ended, _ = self.victim("settle rules" if self.by_rule else "settle")
        assert ended == 0, "the operation could not be taken up again"
        self.resume()

    def everything_holds(self) -> None:
        invariants.quiet(self.federation[SENDER], self.federation[RECIPIENT])


@pytest.fixture
def rig(databases: Sqlite | Postgresql, tmp_path: Path) -> Iterator[Rig]:
    with ExitStack() as stack:
        urls = {code: stack.enter_context(databases.fresh()) for code in (SENDER, RECIPIENT)}
        stores = {code: SqlStore(open_engine(url), AtRest(KEK)) for code, url in urls.items()}
        template = Plan(
            databases=urls,
            keys=_key_files(tmp_path),
            now="",
            operation="",
            point=None,
            occurrence=1,
            after=None,
            careless=False,
        )
        made = federate(stores)
        for state in made.states.values():
            enact(state, standing_document())
        yield Rig(made, stores, template, stack.enter_context(_zygote()))
        for store in stores.values():
            store.close()


def _key_files(folder: Path) -> dict[str, str]:
    paths = {}
    for code in (SENDER, RECIPIENT):
        path = folder / f"{code}.keys"
        path.write_bytes(keys_of(code).to_bytes())
        paths[code] = str(path)
    return paths


@contextmanager
def _zygote() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.faults.victim"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(timeout=30) == 0


def _all_points(rig: Rig) -> list[tuple[str, str, int]]:
    return [(operation, *each) for operation in OPERATIONS for each in rig.points(operation)]


def _sample(points: list[tuple[str, str, int]], count: int, seed: int) -> list[tuple[str, str, int]]:
    """Every named point once, and for the rest points at random, the same ones every time."""
    rng = random.Random(seed)
    rng.shuffle(points)
    chosen = list({point: (operation, point, time) for operation, point, time in points if ":" not in point}.values())
    left = [each for each in points if each not in chosen]
    return chosen + left[: max(0, count - len(chosen))]


def test_killed_at_named_points_nothing_is_lost_or_twice(rig: Rig) -> None:
    points = _all_points(rig)
    assert {point for _, point, _ in points if ":" not in point} == named_points()
    for operation, point, occurrence in _sample(points, KILLS_IN_TEST, 1):
        rig.kill(operation, point, occurrence)
    assert rig.hit.total() >= KILLS_IN_TEST
    assert named_points() <= rig.hit.keys()
    rig.everything_holds()


@pytest.mark.parametrize(
    ("operation", "point"),
    [
        ("release", "release.queued"),
        ("release", "DZ.streams.advance_out:after"),
        ("deliver", "KW.ledger.append:after"),
        ("deliver", "KW.streams.advance_in:after"),
        ("deliver", "DZ.streams.settle:after"),
    ],
)
def test_a_store_without_transactions_is_caught(rig: Rig, operation: str, point: str) -> None:
    """The canary: if half a release, half a receipt or half of what was taken in survives a kill, the trial sees it."""
    rig.ready(operation)
    rig.template["careless"] = True
    ended, _ = rig.victim(operation, point)
    assert ended == KILLED
    rig.template["careless"] = False
    with pytest.raises((AssertionError, ExchangeError)):
        rig.after_a_kill()
        rig.everything_holds()


@pytest.mark.trials
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_killed_everywhere(rig: Rig, operation: str) -> None:
    """Every point of an operation at every occurrence, round after round, then at moments that nobody chose."""
    points = rig.points(operation)
    for _ in range(-(-KILLS_IN_TRIALS // len(points))):
        for point, occurrence in points:
            rig.kill(operation, point, occurrence)
        rig.everything_holds()
    assert rig.hit.total() >= KILLS_IN_TRIALS
    assert rig.hit.keys() == {point for point, _ in points}
    rng = random.Random(operation)
    longest = 1.5 * min(_duration(rig, operation) for _ in range(3))  # the first also does what kills left behind
    alive = sum(rig.kill_at_any_time(operation, rng.uniform(0.0, longest)) for _ in range(TIMED_IN_TRIALS))
    assert alive >= TIMED_IN_TRIALS // 4, "the moments were chosen too late"
    rig.everything_holds()


def _duration(rig: Rig, operation: str) -> float:
    """Seconds that a victim takes which nobody kills."""
    rig.ready(operation)
    begin = time.monotonic()
    ended, _ = rig.victim(operation)
    assert ended == 0
    duration = time.monotonic() - begin
    rig.recover()
    return duration
