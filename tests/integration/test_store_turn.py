"""Writers of one SQLite file take turns: whoever waits goes before whoever has just written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from time import sleep

import pytest

from exchange.errors import Code, Unavailable
from exchange.store.turn import Turn


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Turn, Turn]]:
    """Two turns over one file, as two processes have them: each with files of its own."""
    first, second = Turn(tmp_path / "x.db", 10.0), Turn(tmp_path / "x.db", 10.0)
    yield first, second
    first.close()
    second.close()


@pytest.mark.parametrize("processes", [True, False])
def test_who_waits_goes_first(two: tuple[Turn, Turn], processes: bool) -> None:
    first = two[0]
    second = two[1] if processes else first
    order: list[str] = []

    def write() -> None:
        with second.taken():
            order.append("second")

    with ThreadPoolExecutor(1) as pool:
        with first.taken():
            waiting = pool.submit(write)
            sleep(0.2)  # it stands at the door now
            order.append("first")
        with first.taken():
            order.append("first again")
        waiting.result(10)
    assert order == ["first", "second", "first again"]


@pytest.mark.parametrize("processes", [True, False])
def test_busy_after_the_wait(tmp_path: Path, processes: bool) -> None:
    hasty = Turn(tmp_path / "x.db", 0.05)
    holder = Turn(tmp_path / "x.db", 10.0) if processes else hasty
    with ExitStack() as held:
        held.enter_context(holder.taken())
        with pytest.raises(Unavailable) as caught:
            held.enter_context(hasty.taken())
    assert caught.value.code is Code.DATABASE_BUSY
    with hasty.taken(), pytest.raises(Unavailable):
        held.enter_context(hasty.taken())
    hasty.close()
    holder.close()


def test_the_files_are_for_their_owner_only(tmp_path: Path) -> None:
    turn = Turn(tmp_path / "x.db", 1.0)
    with turn.taken():
        modes = {name: (tmp_path / name).stat().st_mode & 0o777 for name in os.listdir(tmp_path)}
    turn.close()
    turn.close()
    assert modes == {"x.db-door": 0o600, "x.db-turn": 0o600}
    with turn.taken():
        pass
    turn.close()
