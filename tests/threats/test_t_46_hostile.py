"""T-46, hostile partners: words put into others' mouths, heads that are more than heads, times that never were."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import cast

import pytest

from exchange.crypto import checkpoint, witness_wire
from exchange.crypto.cosign import cosign
from exchange.errors import Code
from exchange.ledger import book
from exchange.model.heads import SeenHead
from exchange.operations import contradictions
from exchange.operations.cosignatures import ask_cosignature
from exchange.operations.heartbeat import beat
from exchange.operations.seen_heads import note_heads, to_share
from exchange.operations.watch import look, watch
from exchange.operations.witness import add_checkpoint
from exchange.ports.peers import Peers
from tests.databases import Postgresql, Sqlite
from tests.federation import State, keys_of
from tests.witness_kit import House, alarms, caught, witnessing


@pytest.fixture
def house(databases: Sqlite | Postgresql) -> Iterator[House]:
    with witnessing(databases) as made:
        yield made


def test_a_partner_puts_no_words_into_the_mouth_of_another(house: House) -> None:
    """KW shows DZ a head of AE that AE never signed: DZ keeps none of it, and goes on hearing AE."""
    dz, ae, kw = (house[code] for code in ("DZ", "AE", "KW"))
    forged = checkpoint.make("AE.exchange", 7777, bytes(32), keys_of("KW").ledger).decode()
    forged = forged.replace("— KW.exchange", "— AE.exchange")
    with kw.node.store.write() as unit:
        unit.heads.see([SeenHead("AE.exchange", 7777, bytes(32), "AE", "AE", kw.node.clock.now(), forged.encode())])
    assert forged in to_share_of(kw, "DZ")
    beat(kw.node, "DZ")
    with dz.node.store.read() as unit:
        assert [each for each in unit.heads.seen("AE.exchange", 100) if each.size == 7777] == []
    assert caught(lambda: beat(dz.node, "AE")) is None
    assert caught(lambda: beat(ae.node, "DZ")) is None


def to_share_of(state: State, partner: str) -> list[str]:
    with state.node.store.read() as unit:
        return to_share(state.node, unit, partner)


def test_a_head_with_more_than_a_head_is_not_cosigned_nor_passed_on(house: House) -> None:
    dz, ae = house["DZ"].node, house["AE"].node
    with ae.store.read() as unit:
        head = unit.ledger.head(lock=False)
    long = checkpoint.make("AE.exchange", head.size, book.root(head), keys_of("AE").ledger, ["x" * 9000])
    assert add_checkpoint(dz, "AE", witness_wire.write_request(0, [], long)).status == 400
    with dz.store.write() as unit:
        note_heads(unit, "AE", "AE", [long.decode()], dz.clock.now())
        assert all(len(each.note) <= 512 for each in unit.heads.seen("AE.exchange", 100))


def test_a_witness_learns_of_no_other(house: House) -> None:
    house.round("DZ")
    house.round("DZ")
    for code in ("AE", "KW"):
        with house[code].node.store.read() as unit:
            kept = unit.heads.witnessed("DZ.exchange")
        assert kept is not None
        names = {each.name for each in checkpoint.read(kept.note).signatures}
        assert names == {"DZ.exchange", f"{code}.exchange/witness"}


def test_what_a_person_settled_stays_settled(house: House) -> None:
    ae = house["AE"]
    with ae.node.store.read() as unit:
        (first,) = unit.heads.of_size("DZ.exchange", max(e.size for e in unit.heads.seen("DZ.exchange", 100)))
    other = checkpoint.make("DZ.exchange", first.size, bytes(32), keys_of("DZ").ledger)
    with ae.node.store.write() as unit:
        note_heads(unit, "DZ", "DZ", [other.decode()], ae.node.clock.now())
    look(ae.node, "DZ")
    assert ("DZ", "HEADS_CONTRADICT") in alarms(ae.node)
    with ae.node.store.write() as unit:
        contradictions.settle(ae.node, unit, ae.staff.admin, "DZ", "PARTNER_SOFTWARE")
    beat(ae.node, "DZ")
    watch(ae.node, "DZ")
    assert ("DZ", "HEADS_CONTRADICT") not in alarms(ae.node)


@pytest.mark.parametrize("at", [2**63 - 1, 2**40])
def test_a_cosignature_from_a_time_that_never_was(house: House, at: int) -> None:
    dz, kw = house["DZ"].node, house["KW"].node

    class Late:
        """KW as a witness whose clock is wrong."""

        def __getattr__(self, name: str) -> object:
            return getattr(dz.peers, name)

        def add_checkpoint(self, _: object, request: bytes) -> tuple[int, bytes]:
            head = witness_wire.read_request(request).checkpoint
            assert kw.keys.witness is not None
            return 200, witness_wire.write_answer(cosign(head, kw.keys.witness, at))

    wrong = replace(dz, peers=cast(Peers, Late()))
    assert caught(lambda: ask_cosignature(wrong, "KW")) is Code.PARTNER_ANSWER
