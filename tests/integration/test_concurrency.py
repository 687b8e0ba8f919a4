"""T-10: several processes release at once while envelopes go out: no number forked or skipped, no release lost.

Two processes on SQLite, four on PostgreSQL, all through `operations.release`; this process delivers and the partner
pulls all the while. What was committed is what arrived, once.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from exchange.crypto.atrest import AtRest
from exchange.errors import Code, Unavailable
from exchange.operations.pull import pull
from exchange.store import SqlStore, open_engine
from tests import invariants
from tests.conftest import KEK
from tests.databases import Postgresql, Sqlite
from tests.federation import Federation, federate, keys_of
from tests.integration.release_worker import Share
from tests.subjects import gulf_person

ROOT = Path(__file__).resolve().parents[2]
EACH = 15
"""Releases of one process."""


@pytest.fixture
def urls(databases: Sqlite | Postgresql) -> Iterator[dict[str, str]]:
    with ExitStack() as stack:
        yield {code: stack.enter_context(databases.fresh()) for code in ("DZ", "KW")}


@pytest.fixture
def states(urls: dict[str, str]) -> Iterator[Federation]:
    stores = {code: SqlStore(open_engine(url), AtRest(KEK)) for code, url in urls.items()}
    yield federate(stores)
    for store in stores.values():
        store.close()


def shares(states: Federation, database: str, keys: Path, writers: int) -> list[Share]:
    """Approved proposals of one record each, dealt out."""
    dz = states["DZ"]
    keys.write_bytes(keys_of("DZ").to_bytes())
    ids = []
    for ref in dz.deposit(*(gulf_person(number) for number in range(writers * EACH))):
        (proposal,) = dz.propose("KW", [ref]).proposals
        dz.approve(proposal)
        ids.append(proposal.id)
    return [
        Share(
            code="DZ",
            database=database,
            keys=str(keys),
            now=states.clock.now().isoformat(),
            officer=dz.staff.officer.id,
            proposals=ids[writer::writers],
        )
        for writer in range(writers)
    ]


def start(share: Share) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "tests.integration.release_worker"],
        cwd=ROOT,
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        text=True,
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(share))
    process.stdin.close()
    process.stdin = None
    return process


def carry(states: Federation) -> int:
    """One round of what the workers of both nodes do meanwhile; returns what was answered."""
    try:
        return states["DZ"].deliver("KW").accepted + pull(states["KW"].node, "DZ").envelopes
    except Unavailable as busy:
        if busy.code is not Code.DATABASE_BUSY:
            raise
        return 0


def test_what_several_processes_release_arrives_once(
    states: Federation, urls: dict[str, str], databases: Sqlite | Postgresql, tmp_path: Path
) -> None:
    writers = 2 if isinstance(databases, Sqlite) else 4
    dealt = shares(states, urls["DZ"], tmp_path / "DZ.keys", writers)
    processes = [start(share) for share in dealt]
    meanwhile = 0
    while any(process.poll() is None for process in processes):
        meanwhile += carry(states)
    for process in processes:
        out, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
        assert json.loads(out)["released"] == EACH
    assert meanwhile > 0, "nothing was delivered while releases ran"
    while carry(states):
        pass
    dz, kw = states["DZ"], states["KW"]
    assert len(invariants.sent(dz.node, "KW")) == writers * EACH
    assert len(invariants.delivered_refs(dz.node, kw.node)) == writers * EACH
    invariants.quiet(dz, kw)
