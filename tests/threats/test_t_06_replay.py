"""T-06: whatever order, however often: each envelope is taken exactly once, and a replay gets the stored receipt."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange.errors import Code, Untrusted
from exchange.model.state import Partner
from exchange.operations.known_partners import partner_in_use
from exchange.operations.receipts import take_receipt
from exchange.operations.receive import receive
from tests import invariants
from tests.subjects import gulf_person
from tests.threats.worlds import World, caught

NEW = 4
"""New envelopes in each example; those of earlier examples are replayed too."""


def sealed(place: World, count: int) -> list[bytes]:
    """All that DZ ever sealed for KW, with `count` new ones at the end; nothing is delivered."""
    dz = place["DZ"]
    for ref in dz.deposit(*(gulf_person(n) for n in range(count))):
        dz.push("KW", [ref])
    return [item.wire for item in invariants.sent(dz.node, "KW")]


def partner_at(place: World, node: str, code: str) -> Partner:
    with place[node].node.store.read() as unit:
        return partner_in_use(unit, code)


@settings(max_examples=10, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(order=st.lists(st.integers(-NEW - 2, NEW - 1), max_size=14))
def test_any_order_and_any_repetition_gives_each_envelope_once(shared: World, order: list[int]) -> None:
    """Negative numbers are envelopes of examples before this one: replays of what was taken long ago."""
    kw, wires = shared["KW"], sealed(shared, NEW)
    first = len(wires) - NEW
    receipts: dict[int, bytes] = {}
    reached = first
    for at in [*order, *range(NEW)]:
        index = first + at
        if index < 0:
            continue
        if index > reached:
            assert caught(partial(receive, kw.node, "DZ", wires[index])) is Code.SEQUENCE_GAP
            continue
        receipt = receive(kw.node, "DZ", wires[index])
        assert receipts.setdefault(index, receipt) == receipt, "a replay got another receipt"
        reached = max(reached, index + 1)
    assert reached == len(wires)
    assert [item.seq for item in invariants.taken(kw.node, "DZ")] == list(range(1, len(wires) + 1))
    invariants.inbox_is_whole(kw.node, "DZ")


@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(order=st.lists(st.integers(0, 2), max_size=8))
def test_receipts_in_any_order_and_number_settle_each_envelope_once(shared: World, order: list[int]) -> None:
    dz, kw, wires = shared["DZ"], shared["KW"], sealed(shared, 3)
    receipts = [receive(kw.node, "DZ", wire) for wire in wires][-3:]
    partner = partner_at(shared, "DZ", "KW")
    for at in [*order, 0, 1, 2]:
        assert take_receipt(dz.node, partner, receipts[at]) == "accepted"
    settled = invariants.sent(dz.node, "KW")[-3:]
    assert [item.receipt for item in settled] == receipts
    logged = [(line["epoch"], line["seq"]) for line in invariants.entries(dz.node, "receipt.received")]
    assert len(logged) == len(set(logged))


def test_a_receipt_for_another_partners_envelope_settles_nothing(lone: World) -> None:
    """KW's receipt, handed in as AE's, or for a number that KW never got."""
    dz, kw = lone["DZ"], lone["KW"]
    refs = dz.deposit(gulf_person(1))
    for code in ("AE", "KW"):
        dz.push(code, refs)
    receipt = receive(kw.node, "DZ", invariants.sent(dz.node, "KW")[0].wire)
    with pytest.raises(Untrusted):
        take_receipt(dz.node, partner_at(lone, "DZ", "AE"), receipt)
    with pytest.raises(Untrusted):
        take_receipt(lone["AE"].node, partner_at(lone, "AE", "KW"), receipt)
    assert [item.state for item in invariants.sent(dz.node, "AE")] == ["queued"]
