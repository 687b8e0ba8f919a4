"""Delivery when things go wrong for a while: nothing overtakes the head of its stream, one bad receipt stops none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from exchange.crypto.atrest import AtRest
from exchange.crypto.receipts import read_receipt, sign_receipt
from exchange.errors import Code, Remote, Unavailable
from exchange.model.connections import Probe
from exchange.model.state import Partner, PulledPage
from exchange.operations.deliver import FIRST_WAIT, LONGEST_WAIT, backoff
from exchange.operations.pull import pull, take_receipts
from exchange.ports import Store, Unit
from exchange.ports.peers import Peers
from exchange.store import SqlStore, open_engine
from tests import invariants
from tests.conftest import KEK
from tests.databases import Postgresql, Sqlite
from tests.federation import Federation, federate
from tests.subjects import gulf_person


@pytest.fixture
def states(databases: Sqlite | Postgresql) -> Iterator[Federation]:
    with ExitStack() as stack:
        stores = {
            code: SqlStore(open_engine(stack.enter_context(databases.fresh())), AtRest(KEK)) for code in ("DZ", "KW")
        }
        yield federate(stores)
        for store in stores.values():
            store.close()


def test_after_an_outage_the_stream_goes_out_at_once_and_in_order(states: Federation) -> None:
    """Only the head of a stream is tried and waits; what stands behind it must not gather waits of its own."""
    dz = states["DZ"]
    for number in range(5):
        dz.push("KW", dz.deposit(gulf_person(number)))
    states.network.down.add("KW")
    tries = 0
    for _ in range(720):
        tries += dz.deliver("KW").stopped is not None
        states.clock.forward(timedelta(seconds=5))
    assert 4 <= tries <= 30, "an hour of backoff from 2 seconds to 15 minutes"
    assert [item.attempts for item in invariants.sent(dz.node, "KW")] == [tries, 0, 0, 0, 0]
    states.network.down.clear()
    states.clock.forward(LONGEST_WAIT)
    done = dz.deliver("KW")
    assert (done.accepted, done.stopped) == (5, None)
    invariants.quiet(dz, states["KW"])


def test_the_wait_doubles_with_jitter_up_to_its_longest() -> None:
    for attempts in range(40):
        longest = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(attempts, 16))
        waits = {backoff(attempts) for _ in range(20)}
        assert all(longest / 2 <= wait <= longest for wait in waits)
        assert len(waits) > 10


def test_one_bad_receipt_does_not_keep_the_others_back(states: Federation) -> None:
    """A receipt for a number that the sender does not know (it was restored from a backup) is passed over."""
    dz, kw = states["DZ"], states["KW"]
    refs = [dz.deposit(gulf_person(number)) for number in range(3)]
    for each in refs:
        dz.push("KW", each)
    good = _receipts_kept_back(states)
    key = kw.node.keys.signing[1]
    stray = sign_receipt(replace(read_receipt(good[0], lambda kid: key.public), seq=99), key)
    assert take_receipts(dz.node, "KW", [stray, good[0], b"not a receipt", good[1], b"", good[2]]) == 3
    assert {item.state for item in invariants.sent(dz.node, "KW")} == {"accepted"}
    assert take_receipts(dz.node, "KW", good) == 3
    assert len(invariants.entries(dz.node, "receipt.received")) == 3


def _receipts_kept_back(states: Federation) -> list[bytes]:
    """KW has taken everything; no receipt reached DZ."""
    kw = states["KW"]
    with pytest.raises(Remote):
        pull(replace(kw.node, peers=Mute(kw.node.peers)), "DZ")
    return [item.receipt for item in invariants.taken(kw.node, "DZ")]


@dataclass(frozen=True, slots=True)
class Mute:
    """Partners that can be asked and not told."""

    inner: Peers

    def push(self, partner: Partner, wires: Sequence[bytes]) -> list[bytes]:
        return self.inner.push(partner, wires)

    def pull(self, partner: Partner, epoch: int, after: int, limit: int) -> PulledPage:
        return self.inner.pull(partner, epoch, after, limit)

    def return_receipts(self, partner: Partner, receipts: Sequence[bytes]) -> None:
        raise Remote(Code.PARTNER_UNREACHABLE)

    def add_checkpoint(self, partner: Partner, request: bytes) -> tuple[int, bytes]:
        return self.inner.add_checkpoint(partner, request)

    def witnessed(self, partner: Partner, origin_hash: str) -> bytes:
        return self.inner.witnessed(partner, origin_hash)

    def proofs(self, partner: Partner, request: bytes) -> bytes:
        return self.inner.proofs(partner, request)

    def heartbeat(self, partner: Partner, beat: bytes) -> bytes:
        return self.inner.heartbeat(partner, beat)

    def offer(self, partner: Partner, offer: bytes) -> bytes:
        return self.inner.offer(partner, offer)

    def about(self, partner: Partner) -> bytes:
        return self.inner.about(partner)

    def probe(self, partner: Partner) -> Probe:
        return self.inner.probe(partner)

    def reconcile(self, partner: Partner, statement: bytes) -> bytes:
        return self.inner.reconcile(partner, statement)

    def reconciled(self, partner: Partner, result: bytes) -> bytes:
        return self.inner.reconciled(partner, result)

    def match_prepare(self, partner: Partner, page: bytes) -> bytes:
        return self.inner.match_prepare(partner, page)

    def match_query(self, partner: Partner, query: bytes) -> bytes:
        return self.inner.match_query(partner, query)

    def match_settle(self, partner: Partner, tokens: bytes) -> bytes:
        return self.inner.match_settle(partner, tokens)

    def match_pieces(self, partner: Partner, elements: bytes) -> bytes:
        return self.inner.match_pieces(partner, elements)

    def close(self) -> None:
        self.inner.close()


@dataclass(frozen=True, slots=True)
class Busy:
    """A store whose write transactions never begin."""

    inner: Store

    def write(self) -> AbstractContextManager[Unit]:
        raise Unavailable(Code.DATABASE_BUSY)

    def read(self) -> AbstractContextManager[Unit]:
        return self.inner.read()

    def now(self) -> datetime | None:
        return self.inner.now()


def test_a_busy_database_is_not_taken_for_a_bad_receipt(states: Federation) -> None:
    """Errors of our own node are told, so that the partner sends the receipts again."""
    dz = states["DZ"]
    dz.push("KW", dz.deposit(gulf_person(1)))
    states.network.faults.drop_answers = 1
    dz.deliver("KW")
    owed = [item.receipt for item in invariants.taken(states["KW"].node, "DZ")]
    with pytest.raises(Unavailable):
        take_receipts(replace(dz.node, store=Busy(dz.node.store)), "KW", owed)
