"""Our ledger as a stranger's follower reads it: over both databases, while it grows, and from an export."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from zipfile import ZipFile

import pytest

from exchange.cli.files import write_folder
from exchange.crypto.tiles import TiledTree, read_path
from exchange.errors import Code, NotFound
from exchange.ledger import book
from exchange.ledger.entries import entry
from exchange.ledger.zipped import zip_of
from exchange.operations import journal
from exchange.operations.clock import stamp
from exchange.operations.ledger_state import Behind, LedgerState, keep_state
from exchange.operations.partners import suspend_partner
from exchange.operations.tiles import newest_checkpoint, note_tiles, read_tile, tile_files
from exchange.operations.tree import fill_nodes
from tests.databases import Postgresql, Sqlite
from tests.federation import Federation, State
from tests.follower import Fetch, follow
from tests.integration.api_office import federation
from tests.witness_kit import caught


@pytest.fixture
def states(databases: Sqlite | Postgresql) -> Iterator[Federation]:
    with federation(databases) as made:
        yield made


def grow(state: State, to: int) -> None:
    """Entries until the ledger has `to`."""
    with state.node.store.write() as unit:
        now, size = state.node.clock.now(), unit.ledger.head(lock=True).size
        lines = [entry("record.listed", at=stamp(now), actor="p", count=number) for number in range(to - size)]
        journal.write(state.node, unit, lines, now)


def by_request(state: State) -> Fetch:
    def fetch(path: str) -> bytes:
        return newest_checkpoint(state.node, "KW") if path == "checkpoint" else read_tile(state.node, "KW", path)

    return fetch


def commitments(state: State) -> list[bytes]:
    with state.node.store.read() as unit:
        return [book.leaf_data(leaf.salt, leaf.entry) for leaf in unit.ledger.leaves(0, 10_000)]


def test_a_stranger_follows_our_ledger(states: Federation) -> None:
    dz = states["DZ"]
    key = dz.node.keys.ledger.verifier
    for size in (255, 256, 257, 700):
        grow(dz, size)
        if size == 700:
            with dz.node.store.write() as unit:
                fill_nodes(unit, 1)
        found = follow(by_request(dz), "DZ.exchange", key)
        assert (len(found), found) == (size, commitments(dz))
    with dz.node.store.read() as unit:
        root = book.root(unit.ledger.head(lock=False))
    TiledTree(700, lambda tile: read_tile(dz.node, "KW", tile.path)).check(root)


def test_the_export_is_such_a_log(states: Federation, tmp_path: Path) -> None:
    dz = states["DZ"]
    grow(dz, 600)
    size = note_tiles(dz.node, dz.staff.auditor)
    assert size == 601
    grow(dz, 800)  # meanwhile
    packed = b"".join(zip_of(tile_files(dz.node, size)))
    with ZipFile(io.BytesIO(packed)) as archive:
        found = follow(archive.read, "DZ.exchange", dz.node.keys.ledger.verifier)
        names = archive.namelist()
    assert found == commitments(dz)[:size]
    assert {read_path(name).path for name in names[1:]} == set(names[1:])
    folder = tmp_path / "tiles"
    written = write_folder(folder, tile_files(dz.node, size))
    assert written == sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    assert follow(lambda path: (folder / path).read_bytes(), "DZ.exchange", dz.node.keys.ledger.verifier) == found
    assert caught(lambda: write_folder(folder, [])) is Code.ALREADY_EXISTS
    assert list(tmp_path.iterdir()) == [folder], "nothing half is left"


def test_half_an_export_leaves_nothing(tmp_path: Path) -> None:
    def files() -> Iterator[tuple[str, bytes]]:
        yield "checkpoint", b"x"
        raise NotFound

    with pytest.raises(NotFound):
        write_folder(tmp_path / "tiles", files())
    assert list(tmp_path.iterdir()) == []


def test_who_gets_nothing(states: Federation) -> None:
    dz = states["DZ"]
    grow(dz, 300)
    for path in ("tile/0/001.p/45", "tile/0/002", "tile/7/000", "tile/0/0", "", "checkpoint", "tile/names/000"):
        assert caught(partial(read_tile, dz.node, "KW", path)) is Code.NOT_FOUND, path
    assert caught(lambda: note_tiles(dz.node, dz.staff.officer)) is Code.PERMISSION_MISSING
    assert caught(lambda: newest_checkpoint(dz.node, "TN")) is Code.PARTNER_UNKNOWN
    with dz.node.store.write() as unit:
        suspend_partner(dz.node, unit, dz.staff.admin, "AE")
    assert caught(lambda: read_tile(dz.node, "AE", "tile/0/000")) is Code.SUSPENDED
    with dz.node.store.write() as unit:
        keep_state(unit, LedgerState(1, Behind(900, 1, "KW", stamp(dz.node.clock.now()))))
    assert caught(lambda: newest_checkpoint(dz.node, "KW")) is Code.ROLLED_BACK
    assert caught(lambda: read_tile(dz.node, "KW", "tile/0/000")) is Code.ROLLED_BACK
    assert caught(lambda: note_tiles(dz.node, dz.staff.auditor)) is Code.ROLLED_BACK
