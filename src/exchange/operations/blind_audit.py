"""The package of a blind audit: the ledger as it is exported, and the decisions of every release without its records.

Each release's decisions are taken again to count what they came to; what cannot be taken again is said, not counted.
The export itself is an entry. Spec: docs/spec/ledger.md §10.
"""

from __future__ import annotations

from collections.abc import Iterator

from exchange.crypto.encoding import b64, canonical
from exchange.errors import ExchangeError, NotFound
from exchange.ledger.blind_file import KIND, RELEASED, write_claims
from exchange.ledger.entries import entry, read, text
from exchange.ledger.package import Contents, build
from exchange.model.claims import JsonObject, JsonValue
from exchange.model.state import KeptDecisions, Person
from exchange.operations import journal
from exchange.operations.audit import PAGE, export_lines
from exchange.operations.clock import safe_now, stamp
from exchange.operations.permissions import Permission, require
from exchange.operations.replay import DIFFERENT, EQUAL, ReplayedItem, replayed
from exchange.ports import Node, Unit

_DECIDED = b'"kind":"release.decided"'


def note_blind(node: Node, person: Person) -> int:
    """Logs that `person` exports; returns the ledger's size with that entry: what the package will cover."""
    require(person, Permission.AUDIT_EXPORT)
    with node.store.write() as unit:
        now = safe_now(node, unit)
        size = unit.ledger.head(lock=True).size + 1
        journal.write(node, unit, [entry("audit.blind-exported", at=stamp(now), actor=person.id, size=size)], now)
    return size


def blind_package(node: Node, size: int) -> Iterator[bytes]:
    """The bytes of a package over the first `size` entries, streamed: one release at a time is in memory."""
    with node.store.read() as unit:
        made = stamp(safe_now(node, unit))
    contents = Contents(
        node=node.code,
        root_fingerprint=node.keys.root_fingerprint,
        made=made,
        size=size,
        ledger=export_lines(node, size),
        decisions=_decisions(node, size),
    )
    yield from build(contents, node.keys.signing[node.suite])


def _decisions(node: Node, size: int) -> Iterator[tuple[int, bytes]]:
    """(index of the `release.decided`, file). A release of which nothing is kept has none: verification says so."""
    for index, release in decided_releases(node, size):
        with node.store.read() as unit:
            file = blind_decisions(node, unit, release)
        if file is not None:
            yield index, file


def decided_releases(node: Node, size: int) -> Iterator[tuple[int, str]]:
    """(index, release) of each `release.decided` among the first `size` entries."""
    for start in range(0, size, PAGE):
        with node.store.read() as unit:
            lines = unit.ledger.entries(start, min(PAGE, size - start))
        for index, line in enumerate(lines, start):
            if _DECIDED in line:
                yield index, text(read(line), "release")


def blind_decisions(node: Node, unit: Unit, release: str) -> bytes | None:
    """One release's file, canonical JSON; None where nothing is kept."""
    kept = unit.releases.kept_decisions(release)
    if not kept:
        return None
    file: JsonObject = {
        "v": 1,
        "kind": KIND,
        "release": release,
        "stages": [_stage(each) for each in kept],
        "outcomes": _outcomes(node, unit, release, len(kept[-1].digests) // 32),
    }
    return canonical(file)


def _stage(kept: KeptDecisions) -> JsonObject:
    return {
        "stage": kept.stage,
        "at": stamp(kept.at),
        "inputs": b64(kept.inputs),
        "manifests": b64(kept.manifests),
        "digests": b64(kept.digests),
    }


def _outcomes(node: Node, unit: Unit, release: str, count: int) -> list[JsonValue]:
    """Of the stage that left. Documents that are not those of the time make every outcome differ, and stop nothing."""
    try:
        stage = replayed(node, unit, release, None)[-1]
    except NotFound:
        raise
    except ExchangeError:
        return [{"position": place, "state": DIFFERENT, "claims": None} for place in range(1, count + 1)]
    return [_outcome(item) for item in stage.items]


def _outcome(item: ReplayedItem) -> JsonObject:
    """What became of one record, without its name, its claims' names and their paths: codes and numbers."""
    decision = item.decision
    if item.state != EQUAL or decision is None:
        return {"position": item.position, "state": item.state, "claims": None}
    if decision.record_state != RELEASED:
        return {"position": item.position, "state": DIFFERENT, "claims": None}
    counted = [(outcome.state, outcome.reason) for outcome in decision.outcomes.values()]
    return {"position": item.position, "state": RELEASED, "claims": write_claims(counted)}
