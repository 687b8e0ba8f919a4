"""Is this database ours? Keys of one node over the store of another would write into a stranger's ledger.

It proves no more than entry 0 says; the whole ledger is the auditor's matter (docs/spec/ledger.md §3).
"""

from __future__ import annotations

from typing import Final

from exchange.errors import BadInput, Code, Unavailable
from exchange.ledger.entries import read
from exchange.ports import Node

STORE: Final = "database"
"""What the error points at."""


def check_identity(node: Node) -> None:
    """One cheap read. Unavailable(CONFIG_INVALID, at=database) unless the ledger begins with our code and root."""
    with node.store.read() as unit:
        first = unit.ledger.entries(0, 1)
    try:
        found = read(first[0]) if first else {}
    except BadInput:
        found = {}
    ours = ("genesis", node.code, node.keys.root_fingerprint)
    if (found.get("kind"), found.get("node"), found.get("root")) != ours or node.keys.code != node.code:
        raise Unavailable(Code.CONFIG_INVALID, at=STORE)
