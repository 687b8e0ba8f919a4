"""One of several processes that release at once: `python -m tests.integration.release_worker`, a plan on stdin.

It releases the proposals that it is told, each until the database was not busy, and prints how many left and how often
it had to try again. Anything but a busy database ends it with an error.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TypedDict

from exchange.crypto.atrest import AtRest
from exchange.crypto.keys import NodeKeys
from exchange.errors import Code, Unavailable
from exchange.operations.release import release
from exchange.ports import Node
from exchange.store import SqlStore, open_engine
from tests.conftest import KEK
from tests.federation import HandClock, NoFaults, OnHandClock
from tests.simulator import Network


class Share(TypedDict):
    """What one process does."""

    code: str
    database: str
    keys: str
    """Path of the node's private keys, in clear: these are keys of a test."""
    now: str
    officer: str
    proposals: list[str]


def run(share: Share) -> dict[str, int]:
    clock = HandClock(datetime.fromisoformat(share["now"]))
    store = SqlStore(open_engine(share["database"]), AtRest(KEK))
    keys = NodeKeys.from_bytes(Path(share["keys"]).read_bytes())
    peers = Network().peers(share["code"])
    node = Node(share["code"], OnHandClock(store, clock), peers, clock, keys, NoFaults())
    with store.read() as unit:
        officer = unit.people.get(share["officer"])
    assert officer is not None
    counts = {"released": 0, "busy": 0}
    waiting = list(share["proposals"])
    while waiting:
        try:
            with node.store.write() as unit:
                outcome = release(node, unit, officer, waiting[0])
        except Unavailable as busy:
            if busy.code is not Code.DATABASE_BUSY:
                raise
            counts["busy"] += 1
            continue
        counts["released"] += outcome.state == "released"
        waiting.pop(0)
    store.close()
    return counts


if __name__ == "__main__":
    print(json.dumps(run(json.load(sys.stdin))))
