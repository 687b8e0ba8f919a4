"""The replay files of every release, for whoever verifies the whole ledger with its decisions.

Spec: docs/spec/policy.md §11, ledger.md §6.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from exchange.crypto.fields import NAME
from exchange.errors import BadInput, Code, NotFound, Unavailable, Untrusted
from exchange.model.state import Person
from exchange.operations.blind_audit import decided_releases
from exchange.operations.permissions import Permission, require
from exchange.operations.replay_file import export_decisions
from exchange.ports import Node


def every_decision(node: Node, person: Person, *, values: bool) -> Iterator[tuple[str, bytes]]:
    """(file name, replay file) of each release in the ledger, one transaction and one entry each.

    Errors: Forbidden before anything is written. A release of which nothing is kept, or whose documents or records
    cannot be read any more, has no file: verification says so.
    """
    require(person, Permission.RELEASE_READ)
    if values:
        require(person, Permission.RECORD_READ)
    with node.store.read() as unit:
        size = unit.ledger.head(lock=False).size
    return _files(node, person, size, values=values)


def _files(node: Node, person: Person, size: int, *, values: bool) -> Iterator[tuple[str, bytes]]:
    for _, release in decided_releases(node, size):
        if re.fullmatch(NAME, release) is None:
            continue  # it becomes the name of a file
        try:
            with node.store.write() as unit:
                data = export_decisions(node, unit, person, release, values=values)
        except (NotFound, Untrusted):
            continue
        except (BadInput, Unavailable) as fault:
            if fault.code not in (Code.REPLAY_MALFORMED, Code.AT_REST_CORRUPT):
                raise
            continue
        yield f"{release}.json", data
