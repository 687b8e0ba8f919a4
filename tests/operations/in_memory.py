"""DZ, AE and KW under the example agreement, on stores in memory. Signed and enacted once a process, then copied."""

from __future__ import annotations

from functools import cache

from tests.federation import Federation, HandClock, Staff, State, federate, node_of
from tests.operations.fake_rows import Rows
from tests.operations.fakes import FakeStore
from tests.simulator import Network

CODES = ("DZ", "AE", "KW")


def enacted() -> Federation:
    """A federation of its own. The stores have none of the guards of a database."""
    made = Federation(Network(), HandClock())
    for code, (rows, staff) in _once().items():
        store = FakeStore()
        store.rows = rows.snapshot()
        made.states[code] = State(node_of(code, store, made.network, made.clock), staff)
    return made


@cache
def _once() -> dict[str, tuple[Rows, Staff]]:
    stores = {code: FakeStore() for code in CODES}
    made = federate(stores)
    return {code: (store.rows, made[code].staff) for code, store in stores.items()}
