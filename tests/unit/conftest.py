"""No unit test leans on what another one has cached: a changed function must be seen by the test that looks at it."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from exchange.policies.check_table import sheet
from exchange.policies.compile import plan_of, table_of, terms_of
from exchange.policies.facts import shared
from exchange.policies.import_rules import paths_let_in


@pytest.fixture(autouse=True)
def _empty_caches() -> None:
    for cache in (plan_of, table_of, terms_of, shared, paths_let_in, sheet):
        cache.cache_clear()


@pytest.fixture
def gulf(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine whose own clock is four hours ahead of UTC."""
    monkeypatch.setenv("TZ", "Etc/GMT-4")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()
