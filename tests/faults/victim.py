"""The process that is killed: two nodes on real databases, one operation, one point to die at.

`python -m tests.faults.victim` imports everything once and opens nothing. For each plan (a JSON line on stdin) it forks
a process with no connection, no cache and no thread of its own, which opens both stores, does the operation, and dies
by SIGKILL at the plan's point; or is killed from outside after some microseconds. It answers with JSON lines on stdout:
what the child reached, if it lived, then how it ended. A fork is a whole process; only its start is cheap (some ms).
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, TypedDict

from exchange.crypto.atrest import AtRest
from exchange.crypto.keys import NodeKeys
from exchange.model.state import Person, Proposal
from exchange.operations.approve import approve
from exchange.operations.cosignatures import ask_cosignature
from exchange.operations.deliver import deliver
from exchange.operations.deposit import Amendment, amend
from exchange.operations.heartbeat import beat
from exchange.operations.pull import pull
from exchange.operations.recalls import RecallAnswer, answer_recall
from exchange.operations.retention import retention
from exchange.operations.standing import run_standing
from exchange.operations.waive import Emergency, ask_waiver, grant_waiver
from exchange.ports import Node
from exchange.store import SqlStore, open_engine
from tests.faults.crashing import Crash, CrashingPeers, CrashingStore
from tests.federation import HandClock, Staff, State, preapprove
from tests.simulator import Network
from tests.subjects import gulf_person

KEK = bytes(range(32))
SENDER, RECIPIENT = "DZ", "KW"
SUBJECT = 3
"""Always the same invented person, so that an operation reaches the same points every time."""
ROUNDS = 5
"""Of pushing and pulling after a restart; more are never needed."""
LONGEST = 60
"""Seconds after which a victim that hangs ends itself."""


class Plan(TypedDict):
    """What a victim does."""

    databases: dict[str, str]
    """Node code -> URL."""
    keys: dict[str, str]
    """Node code -> path of its private keys, in clear: these are keys of a test."""
    now: str
    operation: str
    point: str | None
    occurrence: int
    after: float | None
    """Seconds after which it is killed from outside."""
    careless: bool
    """True plants a fault: every write is a transaction of its own."""


@lru_cache(maxsize=8)
def _keys(path: str) -> NodeKeys:
    return NodeKeys.from_bytes(Path(path).read_bytes())


def state_of(plan: Plan, code: str, network: Network, crash: Crash) -> State:
    """One node as a restarted process finds it."""
    store = SqlStore(open_engine(plan["databases"][code]), AtRest(KEK))
    clock = HandClock(datetime.fromisoformat(plan["now"]))
    watched = CrashingStore(store, code, crash, clock.now, plan["careless"])
    node = Node(code, watched, CrashingPeers(network.peers(code), crash), clock, _keys(plan["keys"][code]), crash)
    network.nodes[code] = node
    with store.read() as unit:
        people = {person.id: person for person in unit.people.all()}
    return State(node, _staff(people, code.lower()))


def _staff(people: dict[str, Person], name: str) -> Staff:
    return Staff(
        officer=people[f"officer-{name}"],
        second=people[f"officer2-{name}"],
        approvers=[people[f"approver{number}-{name}"] for number in (1, 2, 3)],
        auditor=people[f"auditor-{name}"],
        admin=people[f"admin-{name}"],
    )


def prepare(sender: State, recipient: State) -> None:
    """Deposit, amend, propose, approve: the proposal is left approved."""
    refs = sender.deposit(gulf_person(SUBJECT))
    with sender.node.store.write() as unit:
        amend(sender.node, unit, sender.staff.officer, [Amendment(refs[0], 1, gulf_person(SUBJECT))])
    for proposal in sender.propose(recipient.node.code, refs).proposals:
        sender.approve(proposal)


def release_approved(sender: State, _recipient: State) -> None:
    for proposal in _in_state(sender, "approved"):
        sender.release(proposal)


def push(sender: State, recipient: State) -> None:
    deliver(sender.node, recipient.node.code)


def fetch(sender: State, recipient: State) -> None:
    pull(recipient.node, sender.node.code)


def greet(sender: State, recipient: State) -> None:
    beat(sender.node, recipient.node.code)


def be_witnessed(sender: State, recipient: State) -> None:
    ask_cosignature(sender.node, recipient.node.code)


def answer_recalls(_sender: State, recipient: State) -> None:
    """Every recall that waits is answered: destroyed."""
    with recipient.node.store.read() as unit:
        found = unit.messages.waiting(100)
    waiting = [each.key for each in found if (each.type, each.key.direction) == ("recall", "in")]
    for key in waiting:
        with recipient.node.store.write() as unit:
            answer_recall(recipient.node, unit, recipient.staff.approver, RecallAnswer(key, "destroyed"))


def let_go(sender: State, recipient: State) -> None:
    """The worker's retention, on both nodes."""
    retention(recipient.node)
    retention(sender.node)


def agree(sender: State, recipient: State) -> None:
    """A waiver and a standing approval, both made whole."""
    refs = sender.deposit(gulf_person(SUBJECT))
    for proposal in sender.propose(recipient.node.code, refs).proposals:
        why = Emergency("THREAT_TO_LIFE", "invented", 1)
        with sender.node.store.write() as unit:
            asked = ask_waiver(sender.node, unit, sender.staff.approver, (proposal.id, proposal.digest), why)
        with sender.node.store.write() as unit:
            grant_waiver(sender.node, unit, sender.staff.admin, asked.id, asked.digest)
    preapprove(sender, "TLP:AMBER+STRICT")


def by_rule(sender: State, _recipient: State) -> None:
    run_standing(sender.node, 0)


def rules_until_quiet(sender: State, recipient: State) -> None:
    by_rule(sender, recipient)
    until_quiet(sender, recipient)


def until_quiet(sender: State, recipient: State) -> None:
    """What officers and worker do after a restart: finish what was begun, deliver, pull, until nothing is left."""
    for proposal in _in_state(sender, "proposed"):
        given = _approvers(sender, proposal.id)
        for person in sender.staff.approvers[: proposal.approvals_needed]:
            if person.id not in given:
                _approve(sender, person, proposal.id, proposal.digest)
    release_approved(sender, recipient)
    for _ in range(ROUNDS):
        push(sender, recipient)
        fetch(sender, recipient)
        push(recipient, sender)
        if not _waiting(sender, recipient) and not _waiting(recipient, sender):
            return
    raise RuntimeError("not quiet")


OPERATIONS: dict[str, Callable[[State, State], None]] = {
    "prepare": prepare,
    "release": release_approved,
    "deliver": push,
    "void": push,
    "pull": fetch,
    "heartbeat": greet,
    "witness": be_witnessed,
    "recall": answer_recalls,
    "retention": let_go,
    "agree": agree,
    "standing": by_rule,
    "settle": until_quiet,
    "settle rules": rules_until_quiet,
}


def _in_state(sender: State, state: str) -> list[Proposal]:
    with sender.node.store.read() as unit:
        found = unit.releases.page(state, None, 1000)
    return [each for each in found if each.recipient == RECIPIENT]  # rules propose to AE too, which has no node here


def _approvers(sender: State, proposal_id: str) -> set[str]:
    with sender.node.store.read() as unit:
        return {approval.person for approval in unit.releases.approvals(proposal_id)}


def _approve(sender: State, person: Person, proposal_id: str, digest: str) -> None:
    with sender.node.store.write() as unit:
        approve(sender.node, unit, person, proposal_id, digest)


def _waiting(sender: State, recipient: State) -> bool:
    with sender.node.store.read() as unit:
        return bool(unit.streams.due(sender.node.clock.now(), 1, recipient.node.code))


def run(plan: Plan) -> None:
    """The child."""
    crash = Crash(plan["point"], plan["occurrence"])
    network = Network()
    sender, recipient = (state_of(plan, code, network, crash) for code in (SENDER, RECIPIENT))
    OPERATIONS[plan["operation"]](sender, recipient)
    _say({"reached": dict(crash.reached)})


def _say(value: dict[str, Any]) -> None:
    os.write(1, json.dumps(value).encode() + b"\n")


def _child(plan: Plan) -> None:
    """Ends the process, whatever happens, without running anything of the parent's."""
    signal.alarm(LONGEST)
    try:
        run(plan)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)


def serve() -> None:
    """One child a plan, one after the other."""
    for line in sys.stdin:
        plan: Plan = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _child(plan)
        if plan["after"] is not None:
            time.sleep(plan["after"])
            os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        _say({"ended": os.waitstatus_to_exitcode(status)})


if __name__ == "__main__":
    serve()
