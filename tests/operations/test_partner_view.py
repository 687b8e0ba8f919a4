"""What a person is told of one partner: everything in its place, and nothing that is not so."""

from __future__ import annotations

from datetime import timedelta

import pytest

from exchange.errors import NotFound
from exchange.ledger.entries import text
from exchange.model.heads import Cosigned
from exchange.operations import contradictions
from exchange.operations.heartbeat import beat
from exchange.operations.partner_view import PartnerPage, key_ends, read_evidence, read_partner
from tests import invariants
from tests.federation import AGREEMENT, START, Federation, State
from tests.subjects import gulf_person


def seen(dz: State, code: str = "KW") -> PartnerPage:
    with dz.node.store.read() as unit:
        return read_partner(dz.node, unit, dz.staff.officer, code)


def test_a_partner_that_nothing_was_exchanged_with(dz: State) -> None:
    found = seen(dz)
    assert (found.beat, found.tested, found.last_out, found.last_in, found.head) == (None,) * 5
    assert (found.cosigned, found.witnessed, found.stopped, found.contradiction) == (None,) * 4
    assert (found.outbox, found.evidence, found.epoch) == ({}, False, 1)
    assert [each[0] for each in found.agreements] == [AGREEMENT]
    assert found.card.node == "KW"
    with pytest.raises(NotFound):
        seen(dz, "QA")


def test_what_went_each_way(house: Federation) -> None:
    dz, kw = house["DZ"], house["KW"]
    dz.push("KW", dz.deposit(gulf_person(1)))
    beat(dz.node, "KW")
    waiting = seen(dz)
    assert waiting.last_out is not None
    assert (waiting.last_out.seq, waiting.last_out.state, waiting.outbox) == (1, "queued", {"queued": 1})
    assert waiting.beat is not None
    assert waiting.head is not None
    dz.deliver("KW")
    there = seen(kw, "DZ")
    assert there.last_in is not None
    assert (there.last_in.seq, there.last_in.state) == (1, "accepted")


def test_alarms_are_those_of_this_partner(house: Federation) -> None:
    dz = house["DZ"]
    house.clock.forward(timedelta(hours=1))
    assert {each.code for each in seen(dz).alarms} == {"PARTNER_SILENT"}
    with dz.node.store.write() as unit:
        unit.heads.put_cosigned(Cosigned("AE", 7, START))
    assert seen(dz).cosigned is None
    assert seen(dz, "AE").cosigned == Cosigned("AE", 7, START)


def test_keys_end_with_the_last_of_their_kind(dz: State) -> None:
    card = seen(dz).card
    ends = {(each.name, each.suite): each.ends for each in key_ends(card)}
    assert ends["card", 0] == card.expires
    assert ends["signing", 1] == START + timedelta(days=365)
    assert ends["sealing", 1] > card.expires - timedelta(days=7)
    assert ends["tls", 0] == START + timedelta(days=90)


def test_evidence_is_for_auditors_and_logged(dz: State) -> None:
    with dz.node.store.write() as unit:
        with pytest.raises(NotFound):
            read_evidence(dz.node, unit, dz.staff.auditor, "KW")
        for note in (b"one", b"two"):
            unit.streams.add_evidence("KW", 0, 9, contradictions.KIND, note, START)
        data = read_evidence(dz.node, unit, dz.staff.auditor, "KW")
    assert b'"node":"KW"' in data
    assert text(invariants.entries(dz.node, "list.read")[-1], "what") == "contradictions"
    assert seen(dz).evidence
