"""Small envelopes in one request: taken in a row, under one signature, up to what stands against one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import orjson
import pytest

from exchange.crypto.receipts import stored_receipt
from exchange.errors import Code, Conflict, Untrusted
from exchange.model.state import Partner
from exchange.operations.deliver import MOST_TOGETHER, TOGETHER, deliver, together
from exchange.operations.receive import receive, receive_all
from tests import invariants
from tests.federation import Federation, State
from tests.simulator import SimulatedPeers
from tests.subjects import gulf_person


@dataclass(slots=True)
class Counting(SimulatedPeers):
    """Counts the envelopes of each push."""

    pushes: list[int] = field(default_factory=list)

    def push(self, partner: Partner, wires: Sequence[bytes]) -> list[bytes]:
        self.pushes.append(len(wires))
        return SimulatedPeers.push(self, partner, wires)


def queued(state: State, count: int) -> list[bytes]:
    """Wires of `count` releases of one record each, none of them sent."""
    for number in range(count):
        state.push("KW", state.deposit(gulf_person(number)))
    with state.node.store.read() as unit:
        return [item.wire for item in unit.streams.out_after("KW", 1, 0, 100, 64 << 20)]


def test_one_request_carries_many_and_its_receipts_share_one_signature(house: Federation) -> None:
    dz, kw = house["DZ"], house["KW"]
    queued(dz, MOST_TOGETHER + 3)
    peers = Counting("DZ", house.network)
    done = deliver(replace(dz.node, peers=peers), "KW")
    assert (done.accepted, done.stopped, peers.pushes) == (MOST_TOGETHER + 3, None, [MOST_TOGETHER, 3])
    taken = invariants.taken(kw.node, "DZ")
    roots = [orjson.dumps(orjson.loads(item.receipt)["root"]) for item in taken]
    assert [roots.count(root) for root in dict.fromkeys(roots)] == [MOST_TOGETHER, 3]
    assert [stored_receipt(item.receipt).seq for item in taken] == list(range(1, MOST_TOGETHER + 4))
    invariants.quiet(dz, kw)


def test_the_row_ends_before_what_stands_against_a_later_one(house: Federation) -> None:
    dz, kw = house["DZ"], house["KW"]
    first, second, third, fourth = queued(dz, 4)
    broken = second.replace(b'"sealed":"', b'"sealed":"AAAA', 1)
    assert len(receive_all(kw.node, "DZ", [first, broken, third])) == 1
    with pytest.raises(Untrusted) as caught:
        receive_all(kw.node, "DZ", [broken, third])
    assert caught.value.code is Code.SIGNATURE_INVALID
    with pytest.raises(Conflict) as gap:
        receive_all(kw.node, "DZ", [third, fourth])
    assert gap.value.code is Code.SEQUENCE_GAP
    assert len(receive_all(kw.node, "DZ", [second, fourth, third])) == 1, "numbers in a row only"
    assert len(receive_all(kw.node, "DZ", [third, third, fourth])) == 1
    assert len(receive_all(kw.node, "DZ", [fourth])) == 1
    dz.deliver("KW")
    invariants.quiet(dz, kw)


def test_what_is_known_already_is_answered_from_the_store(house: Federation) -> None:
    dz, kw = house["DZ"], house["KW"]
    wires = queued(dz, 3)
    receipts = [receive(kw.node, "DZ", wire) for wire in wires[:2]]
    size = len(invariants.entries(kw.node, "envelope.received"))
    assert receive_all(kw.node, "DZ", wires) == receipts
    assert len(invariants.entries(kw.node, "envelope.received")) == size
    assert dz.deliver("KW").accepted == 3
    invariants.quiet(dz, kw)


def test_what_failed_once_goes_alone(house: Federation) -> None:
    dz, kw = house["DZ"], house["KW"]
    queued(dz, 3)
    house.network.faults.drop_answers = 1
    peers = Counting("DZ", house.network)
    node = replace(dz.node, peers=peers)
    assert deliver(node, "KW").stopped is Code.PARTNER_UNREACHABLE
    house.clock.forward(house.network.nodes["KW"].clock.now() - dz.node.clock.now())
    with node.store.read() as unit:
        wait = max(item.next_attempt_at for item in unit.streams.due(node.clock.now().replace(year=2099), 9, "KW"))
    house.clock.forward(wait - node.clock.now())
    assert deliver(node, "KW").accepted == 3
    assert peers.pushes == [3, 1, 2]
    invariants.quiet(dz, kw)


def test_large_ones_go_alone() -> None:
    small, large = b"x" * 1000, b"x" * (TOGETHER + 1)
    assert together([large, small]) == [large]
    assert together([small, large, small]) == [small]
    assert together([small] * 40) == [small] * MOST_TOGETHER
    assert together([small]) == [small]
    assert together([]) == []
