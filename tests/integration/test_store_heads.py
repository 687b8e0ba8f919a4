"""What the store keeps of ledgers' heads, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from exchange.errors import ExchangeError
from exchange.model.heads import Cosigned, OpenedEpoch, Override, SeenHead, Witnessed
from exchange.store import SqlStore
from tests.integration.samples import NOW

FIRST = Witnessed("MA.exchange", "MA", 3, bytes(32), NOW, b"note 3")


def seen(size: int, fill: int = 0, origin: str = "MA.exchange") -> SeenHead:
    return SeenHead(origin, size, bytes([fill]) * 32, "MA", "MA", NOW, b"note %d" % size)


def test_a_witness_moves_from_what_it_saw_last(store: SqlStore) -> None:
    second = replace(FIRST, size=5, root=bytes([5]) * 32)
    with store.write() as unit:
        assert unit.heads.witnessed("MA.exchange") is None
        assert unit.heads.witness(FIRST, None)
        assert not unit.heads.witness(second, None)
        assert unit.heads.witness(second, FIRST)
        assert not unit.heads.witness(replace(FIRST, size=4), FIRST)
    with store.read() as unit:
        assert unit.heads.witnessed("MA.exchange") == second


@pytest.mark.parametrize("old", [None, FIRST], ids=["first", "next"])
def test_of_eight_callers_at_once_one_moves_the_state(store: SqlStore, old: Witnessed | None) -> None:
    """T-46: two heads of one size never both become the one that was cosigned."""
    if old is not None:
        with store.write() as unit:
            assert unit.heads.witness(old, None)

    def move(number: int) -> bool:
        new = Witnessed("MA.exchange", "MA", 9, bytes([number]) * 32, NOW, b"note %d" % number)
        try:
            with store.write() as unit:
                return unit.heads.witness(new, old)
        except ExchangeError:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(move, range(8))) == 1


def test_heads_that_came_in(store: SqlStore) -> None:
    with store.write() as unit:
        unit.heads.see([seen(3), seen(3), seen(1)])
        unit.heads.see([replace(seen(3), source="TN"), seen(3, fill=1), seen(8, origin="TN.exchange")])
    with store.read() as unit:
        assert unit.heads.seen("MA.exchange", 10) == [seen(1), seen(3), seen(3, fill=1)]
        assert unit.heads.seen("MA.exchange", 2) == [seen(1), seen(3)]
        assert unit.heads.newest("MA.exchange") == seen(3)
        assert unit.heads.newest("DZ.exchange") is None
    with store.write() as unit:
        unit.heads.forget([seen(1), seen(3)])
        assert unit.heads.seen("MA.exchange", 10) == unit.heads.of_size("MA.exchange", 3) == [seen(3, fill=1)]
        unit.heads.see([seen(4, origin="MA.exchange/2")])
        unit.heads.forget_others("MA", "MA.exchange/2")
        assert unit.heads.seen("MA.exchange", 10) == []
        assert unit.heads.seen("MA.exchange/2", 10) == [seen(4, origin="MA.exchange/2")]


def test_the_newest_cosignature_of_each_witness(store: SqlStore) -> None:
    with store.write() as unit:
        unit.heads.put_cosigned(Cosigned("TN", 4, NOW))
        unit.heads.put_cosigned(Cosigned("MA", 9, NOW))
        unit.heads.put_cosigned(Cosigned("MA", 5, NOW - timedelta(hours=1)))
        assert unit.heads.cosigned() == [Cosigned("MA", 9, NOW), Cosigned("TN", 4, NOW)]


def test_an_override_needs_two_persons_and_stands_for_its_hours(store: SqlStore) -> None:
    asked = Override("ov-1", "link.down", "person-1", NOW, 4)
    with store.write() as unit:
        unit.heads.put_override(asked)
        assert unit.heads.override("ov-1", lock=True) == asked
        assert unit.heads.standing_override(NOW) is None
    for bad in (replace(asked, confirmer="person-1"), replace(asked, id="ov-2", hours=25)):
        with pytest.raises(ExchangeError), store.write() as unit:
            unit.heads.put_override(bad)
    given = replace(asked, confirmer="person-2", expires_at=NOW + timedelta(hours=4))
    with store.write() as unit:
        unit.heads.put_override(given)
        assert unit.heads.standing_override(NOW) == given
        assert unit.heads.standing_override(NOW + timedelta(hours=4)) is None
        unit.heads.put_override(replace(given, ended_at=NOW))
        assert unit.heads.standing_override(NOW) is None
        assert [each.id for each in unit.heads.overrides(10)] == ["ov-1"]


def test_epochs_are_kept_as_they_were_announced(store: SqlStore) -> None:
    second, third = OpenedEpoch("MA", 2, NOW, b"second"), OpenedEpoch("MA", 3, NOW, b"third")
    with store.write() as unit:
        for each in (second, third, replace(second, wire=b"another")):
            unit.heads.put_epoch(each)
        assert unit.heads.epochs("MA") == [third, second]
        assert unit.heads.epochs("TN") == []


def test_nodes_of_the_tree(store: SqlStore) -> None:
    with store.write() as unit:
        assert unit.ledger.node_count(1) == 0
        unit.ledger.put_nodes(1, 0, [bytes(32), bytes([1]) * 32])
        unit.ledger.put_nodes(1, 1, [bytes([9]) * 32, bytes([2]) * 32])
        assert unit.ledger.nodes(1, 1, 5) == [bytes([1]) * 32, bytes([2]) * 32]
        assert (unit.ledger.node_count(1), unit.ledger.node_count(2)) == (3, 0)
