"""Consoles for the tests: three states on SQLite."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.console.kit import Consoles, consoles
from tests.databases import Sqlite


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Consoles]:
    """One federation for a whole file: for tests that bring their own records."""
    with consoles(Sqlite(tmp_path_factory.mktemp("db")), tmp_path_factory.mktemp("tls")) as found:
        yield found


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Consoles]:
    """One for this test alone."""
    (tmp_path / "db").mkdir()
    with consoles(Sqlite(tmp_path / "db"), tmp_path) as found:
        yield found
