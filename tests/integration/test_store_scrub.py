"""SQLite's journal after a destruction: empty, or once no reader holds an old snapshot. Others wait for nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest

from exchange.crypto.atrest import AtRest
from exchange.store import SqlStore, open_engine
from tests.conftest import KEK
from tests.databases import Sqlite
from tests.integration.samples import NOW, held


@pytest.fixture
def url(sqlite: Sqlite) -> Iterator[str]:
    with sqlite.fresh() as found:
        yield found


def journal(url: str) -> int:
    return Path(url.removeprefix("sqlite:///") + "-wal").stat().st_size


def test_the_journal_is_emptied_when_something_was_destroyed(url: str) -> None:
    store = SqlStore(open_engine(url), AtRest(KEK))
    one = held(1)
    with store.write() as unit:
        unit.set_setting("first", "commit")
    assert journal(url) == 0, "what a process that died left there"
    with store.write() as unit:
        unit.records.add([one], NOW)
    assert journal(url) > 0
    with store.write() as unit:
        unit.records.erase([one.record.ref])
    assert journal(url) == 0
    store.close()


def test_a_reader_holds_it_up_and_nobody_else(url: str) -> None:
    store = SqlStore(open_engine(url), AtRest(KEK))
    one = held(1)
    with store.write() as unit:
        unit.records.add([one], NOW)
    with store.read() as reader:
        assert reader.records.count() == 1
        began = monotonic()
        with store.write() as unit:
            unit.records.erase([one.record.ref])
        assert monotonic() - began < 2
        assert journal(url) > 0
        assert reader.records.count() == 1
    with store.write() as unit:
        unit.set_setting("next", "commit")
    assert journal(url) == 0
    store.close()


def test_a_transaction_that_fails_empties_nothing_and_raises_its_own_error(url: str) -> None:
    store = SqlStore(open_engine(url), AtRest(KEK))
    one = held(1)
    with store.write() as unit:
        unit.records.add([one], NOW)

    class StopError(Exception):
        pass

    with pytest.raises(StopError), store.write() as unit:
        unit.records.erase([one.record.ref])
        raise StopError
    with store.read() as unit:
        assert unit.records.current([one.record.ref], lock=False) == [one]
    store.close()
