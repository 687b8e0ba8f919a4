"""Fixtures for the threat tests: three states under the example agreement, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.databases import Postgresql, Sqlite
from tests.federation import Federation
from tests.threats.worlds import World, world


@pytest.fixture
def place(databases: Sqlite | Postgresql) -> Iterator[World]:
    """DZ, AE and KW with the URLs of their databases."""
    with world(databases) as made:
        yield made


@pytest.fixture
def states(place: World) -> Federation:
    return place.federation


@pytest.fixture
def lone(sqlite: Sqlite) -> Iterator[World]:
    """The same on SQLite only: for what no database has a part in."""
    with world(sqlite) as made:
        yield made


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared(request: pytest.FixtureRequest) -> Iterator[World]:
    """The same on both, made once a module: for tests that look at nothing but what they added."""
    found = request.getfixturevalue(str(request.param))
    assert isinstance(found, Sqlite | Postgresql)
    with world(found) as made:
        yield made
