"""No unit test leans on what another one has cached: a changed function must be seen by the test that looks at it."""

from __future__ import annotations

import pytest

from exchange.policies.compile import plan_of, table_of, terms_of
from exchange.policies.facts import shared
from exchange.policies.import_rules import paths_let_in


@pytest.fixture(autouse=True)
def _empty_caches() -> None:
    for cache in (plan_of, table_of, terms_of, shared, paths_let_in):
        cache.cache_clear()
