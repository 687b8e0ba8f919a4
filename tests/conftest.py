"""Fixtures for the whole suite: every test that asks for `store` or `database` runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

import pytest

from exchange.crypto import keyfile
from exchange.crypto.atrest import AtRest
from exchange.store import SqlStore, open_engine
from tests.databases import Postgresql, Sqlite, postgresql_server

LONG = (
    *("tests/console/test_every_page", "tests/stateful/", "tests/threats/test_t_22", "tests/integration/test_demo"),
    *("tests/faults/test_kill", "tests/console/test_journey", "tests/threats/test_t_47", "tests/threats/test_t_35"),
    *("tests/integration/test_cli_", "tests/integration/test_un_release", "tests/integration/test_restored"),
)
"""Files that take long go first, so that no process waits for the last of them at the end."""


UNCOUNTED = (
    *("tests/stateful/", "tests/faults/", "tests/threats/", "tests/conformance/", "tests/architecture/"),
    *("tests/console/test_every_page",),
    *("tests/console/test_journey", "tests/console/test_islands", "tests/console/test_print", "tests/console/test_map"),
    *("tests/console/test_entrance_browser", "tests/console/test_browser_checks", "tests/console/test_graph"),
    *("tests/console/test_app_js", "tests/console/test_hostile", "tests/console/test_role_matrix"),
    *("tests/console/test_agreements_edit", "tests/console/test_gate", "tests/console/test_forms"),
    *(
        "tests/integration/test_api_edges",
        "tests/integration/test_api_looked_up",
        "tests/integration/test_cli_looked_up",
    ),
    *("tests/integration/test_store_plans", "tests/integration/test_reconcile_tls", "tests/integration/test_demo"),
    *("tests/integration/test_witness_tls", "tests/integration/test_un_release", "tests/integration/test_restored"),
    *("tests/integration/test_concurrency", "tests/integration/test_blind_tls", "tests/integration/test_onward_nodes"),
    *(
        "tests/operations/test_bundle_tampering",
        "tests/unit/test_ledger_manipulations",
        "tests/unit/test_ledger_tamper",
    ),
    *(
        "tests/unit/test_policies_differential.py::test_both_deciders",
        "tests/unit/test_policies_cedar",
        "tests/unit/test_paper_signs",
        "tests/unit/test_paper_records",
        "tests/unit/test_un_list_files",
        "tests/unit/test_names_scripts",
    ),
    *("tests/unit/test_policies_trace.py::test_every_reason", "tests/unit/test_policies_trace.py::test_the_trace"),
    *("tests/unit/test_policies_simulate.py::test_effects_are", "tests/unit/test_policies_diff.py::test_what_is_said"),
)
"""What goes over paths that other tests take too, as the second database does. Counting lines takes as long again as
the test itself."""


ALL_COUNTED = ("tests/unit/test_policies", "tests/unit/test_example_agreements", "tests/unit/test_messages")
"""Of the others, what the first cases of a table have gone over is not counted again for each further case."""
_CASES, _UNIT_CASES = 1, 3
_COUNTED = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))
    cases: Counter[str] = Counter()
    for item in items:
        over = item.nodeid.startswith(UNCOUNTED) or "[postgresql" in item.nodeid
        if not over and not item.nodeid.startswith(ALL_COUNTED):
            cases[item.nodeid.split("[")[0]] += 1
            most = _UNIT_CASES if item.nodeid.startswith("tests/unit/") else _CASES
            over = cases[item.nodeid.split("[")[0]] > most
        item.stash[_COUNTED] = not over


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Lines are counted or not from the first fixture on, and only a change of that is told to the counter."""
    counter = getattr(item.config.pluginmanager.getplugin("_cov"), "cov_controller", None)
    counted = item.stash[_COUNTED]
    if counter is not None and counter.started != counted:
        counter.resume() if counted else counter.pause()
    return (yield)


def pytest_collection_finish() -> None:
    """Twelve thousand tests and what they import stay to the end: the collector need not walk over them again."""
    gc.collect()
    gc.freeze()


KEK = bytes(range(32))
"""The key-encryption key of test stores."""


@pytest.fixture(scope="session", autouse=True)
def _derived_once() -> Iterator[None]:
    """Every command unlocks the node's keys, 64 MiB and 0.14 s of processor each time: here once for each file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keyfile, "_key", lru_cache(maxsize=256)(keyfile._key))
        yield


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Sqlite:
    return Sqlite(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Postgresql]:
    with postgresql_server() as url:
        databases = Postgresql(url)
        yield databases
        databases.drop_template()


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest) -> Sqlite | Postgresql:
    """Makes fresh databases of one kind."""
    found = request.getfixturevalue(str(request.param))
    assert isinstance(found, Sqlite | Postgresql)
    return found


@pytest.fixture
def database(databases: Sqlite | Postgresql) -> Iterator[str]:
    """URL of a fresh, migrated database."""
    with databases.fresh() as url:
        yield url


@pytest.fixture
def store(database: str) -> Iterator[SqlStore]:
    """An empty store in a fresh database."""
    opened = SqlStore(open_engine(database), AtRest(KEK))
    yield opened
    opened.close()
