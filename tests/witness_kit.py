"""Three states that witness each other, on one kind of database, and what happens to them: time and backups."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

from exchange.crypto.atrest import AtRest
from exchange.errors import Code, ExchangeError
from exchange.operations.alarms import all_alarms
from exchange.operations.audit import export_lines, note_export
from exchange.operations.confirm import unconfirm
from exchange.operations.cosignatures import ask_cosignature, forget_cosigned
from exchange.operations.heartbeat import beat
from exchange.operations.watch import watch
from exchange.ports import Node
from exchange.store import SqlStore, open_engine
from tests.conftest import KEK
from tests.databases import Postgresql, Sqlite
from tests.federation import Federation, OnHandClock, State, federate
from tests.subjects import gulf_person

CODES = ("DZ", "AE", "KW")


@dataclass(slots=True)
class House:
    """The federation, and how its databases are copied."""

    federation: Federation
    databases: Sqlite | Postgresql
    urls: dict[str, str]
    stores: dict[str, SqlStore]
    stack: ExitStack = field(default_factory=ExitStack)

    def __getitem__(self, code: str) -> State:
        return self.federation[code]

    def later(self, **span: float) -> None:
        self.federation.clock.forward(timedelta(**span))

    def round(self, *codes: str) -> None:
        """What the worker does at each heartbeat, of every pair."""
        for code in codes or CODES:
            for other in CODES:
                if other != code:
                    beat(self[code].node, other)
                    ask_cosignature(self[code].node, other)
                    watch(self[code].node, other)

    def sends(self, to: str = "KW", number: int = 1) -> None:
        """DZ releases one record and delivers it."""
        dz = self["DZ"]
        dz.push(to, dz.deposit(gulf_person(number)))
        dz.deliver(to)

    def backup(self, code: str) -> str:
        """A copy of the node's database as it is now."""
        self.stores[code].close()
        url = self.stack.enter_context(self.databases.copied(self.urls[code]))
        self.open(code, self.urls[code])
        return url

    def open(self, code: str, url: str) -> State:
        """The node runs on this database from now on, without having been started anew."""
        store = SqlStore(open_engine(url), AtRest(KEK))
        self.stack.callback(store.close)
        self.stores[code], self.urls[code] = store, url
        state = self[code]
        state.node = replace(state.node, store=OnHandClock(store, self.federation.clock))
        self.federation.network.nodes[code] = state.node
        return state

    def restore(self, code: str, url: str) -> State:
        """The node starts on an old copy."""
        self.stores[code].close()
        state = self.open(code, self.stack.enter_context(self.databases.copied(url)))
        self.start(code)
        return state

    def start(self, code: str) -> None:
        """What `exchange serve` does first."""
        node = self[code].node
        with node.store.write() as unit:
            unconfirm(unit, node.clock.now())
            forget_cosigned(unit)


def caught(call: Callable[[], object]) -> Code | None:
    """The code of the error that a call ends with."""
    try:
        call()
    except ExchangeError as error:
        return error.code
    return None


def alarms(node: Node) -> set[tuple[str, str]]:
    """(partner, code) of everything that is wrong."""
    with node.store.read() as unit:
        return {(each.partner, each.code) for each in all_alarms(node, unit, node.clock.now())}


def export_of(state: State) -> list[bytes]:
    """The lines of an export made now."""
    size = note_export(state.node, state.staff.auditor)
    return list(export_lines(state.node, size))


@contextmanager
def witnessing(databases: Sqlite | Postgresql, quorum: int = 1) -> Iterator[House]:
    """DZ, AE and KW, each in need of `quorum` witnesses, older than four hours, each with cosignatures."""
    with ExitStack() as stack:
        urls = {code: stack.enter_context(databases.fresh()) for code in CODES}
        stores = {code: SqlStore(open_engine(url), AtRest(KEK)) for code, url in urls.items()}
        for store in stores.values():
            stack.callback(store.close)
        federation = federate(stores)
        for code in CODES:
            state = federation[code]
            state.node = replace(state.node, quorum=quorum)
            federation.network.nodes[code] = state.node
        house = House(federation, databases, urls, stores, stack)
        house.later(hours=5)
        house.round()
        yield house
