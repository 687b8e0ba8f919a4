"""The database's troubles leave the store as our errors, without a value of any row."""

from __future__ import annotations

import traceback
from datetime import timedelta
from pathlib import Path

import pytest

from exchange.crypto.atrest import AtRest
from exchange.errors import BadInput, Code, Conflict, ExchangeError, Unavailable
from exchange.store import Limits, SqlStore, migrate, open_engine
from tests.conftest import KEK
from tests.integration.samples import NOW, agreement, held, person, ref


@pytest.mark.parametrize(
    "url", ["", "nonsense", "mysql://x/y", "sqlite://", "sqlite:///:memory:", "sqlite:////no/dir/x"]
)
def test_a_url_that_is_none(url: str) -> None:
    with pytest.raises(BadInput) as caught:
        open_engine(url)
    assert caught.value.code is Code.CONFIG_INVALID


def test_no_server(tmp_path: Path) -> None:
    store = SqlStore(open_engine(f"postgresql+psycopg://exchange@/x?host={tmp_path}"), AtRest(KEK))
    with pytest.raises(Unavailable) as caught, store.read():
        pass
    assert caught.value.code is Code.DATABASE_UNAVAILABLE
    with pytest.raises(Unavailable):
        store.now()
    store.close()


def test_not_a_database(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(Unavailable) as caught:
        migrate.upgrade(f"sqlite:///{tmp_path}/x.db")
    assert caught.value.code is Code.DATABASE_UNAVAILABLE


def test_a_new_file_is_for_its_owner_only(tmp_path: Path) -> None:
    migrate.upgrade(f"sqlite:///{tmp_path}/x.db")
    assert (tmp_path / "x.db").stat().st_mode & 0o777 == 0o600


def test_a_reading_unit_cannot_write(store: SqlStore) -> None:
    for _ in range(2):
        with pytest.raises(Unavailable), store.read() as unit:
            unit.people.add(person())
        with store.write() as unit:
            assert unit.people.all() == []


def test_busy(store: SqlStore, database: str) -> None:
    hasty = SqlStore(open_engine(database, Limits(wait_lock=timedelta(milliseconds=200))), AtRest(KEK))
    with store.write() as unit:
        unit.agreements.put(agreement())
    with store.write() as unit:
        unit.agreements.active("agr-1", lock=True)
        with pytest.raises(Unavailable) as caught, hasty.write() as other:
            other.agreements.put(agreement(state="suspended"))
    assert caught.value.code is Code.DATABASE_BUSY
    with hasty.write() as other:
        other.agreements.put(agreement(state="suspended"))
    hasty.close()


def test_no_connection_left(store: SqlStore, database: str) -> None:
    narrow = SqlStore(
        open_engine(database, Limits(connections=1, wait_connection=timedelta(milliseconds=50))), AtRest(KEK)
    )
    with narrow.read(), pytest.raises(Unavailable) as caught, narrow.read():
        pass
    assert caught.value.code is Code.DATABASE_BUSY
    narrow.close()


@pytest.mark.parametrize("count", [1, 20])
def test_no_value_is_told(store: SqlStore, count: int) -> None:
    """Drivers quote the row that failed. One row goes by INSERT, many by COPY."""
    given = [held(number) for number in range(count)]
    with store.write() as unit:
        unit.records.add(given, NOW)
    with pytest.raises(Conflict) as caught, store.write() as unit:
        unit.records.add(given, NOW)
    told = "".join(traceback.format_exception(caught.value))
    assert ref(0).id not in told
    assert ref(count - 1).id not in told
    assert caught.value.facts == {"table": "record_keys"}


def test_errors_inside_a_unit_are_ours_as_well(store: SqlStore) -> None:
    caught: list[ExchangeError] = []
    with pytest.raises(ExchangeError), store.write() as unit:
        unit.people.add(person())
        try:
            unit.people.add(person())
        except Conflict as error:
            caught.append(error)
            raise
    assert caught[0].code is Code.ALREADY_EXISTS
