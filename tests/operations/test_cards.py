"""Partners' cards in use: an expired one vouches for nothing that arrives now, and none can claim another's pin."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta

import pytest

from exchange.crypto.atrest import AtRest
from exchange.crypto.descriptor import sign, trusted
from exchange.crypto.receipts import read_receipt
from exchange.crypto.tlscert import make_certificate, to_der
from exchange.errors import Code, ExchangeError
from exchange.model.state import Partner
from exchange.operations import partners
from exchange.operations.receipts import take_receipt
from exchange.operations.receive import receive
from exchange.store import SqlStore, open_engine
from tests.conftest import KEK
from tests.databases import Sqlite
from tests.federation import START, Federation, State, card_of, federate, keys_of, root_of
from tests.subjects import gulf_person


@pytest.fixture
def states(sqlite: Sqlite) -> Iterator[Federation]:
    with ExitStack() as stack:
        stores = {
            code: SqlStore(open_engine(stack.enter_context(sqlite.fresh())), AtRest(KEK)) for code in ("DZ", "AE", "KW")
        }
        yield federate(stores)
        for store in stores.values():
            store.close()


def wire_of(state: State, to: str) -> bytes:
    """The first envelope that `state` queued for `to`."""
    with state.node.store.read() as unit:
        item = unit.streams.out_item(to, 1, 1, lock=False)
    assert item is not None
    return item.wire


def update(state: State, code: str, version: int, *certificates: bytes, days: int = 0) -> Partner:
    """Stores the next card of `code` at `state`, with these certificates beside the old one."""
    before = trusted(card_of(code))
    newer = replace(
        before,
        version=version,
        issued=before.issued + timedelta(days=days),
        expires=before.expires + timedelta(days=days),
        tls_certificates=(*before.tls_certificates, *certificates),
    )
    with state.node.store.write() as unit:
        card = sign(newer, root_of(code))
        return partners.update_partner(state.node, unit, card, code, state.staff.admin.id)


def test_an_envelope_is_taken_under_a_card_in_use_only(states: Federation) -> None:
    dz, kw = states["DZ"], states["KW"]
    states.clock.forward(timedelta(days=89))
    kw.push("DZ", kw.deposit(gulf_person(1)))
    wire = wire_of(kw, "DZ")
    states.clock.forward(timedelta(days=1, minutes=10))
    with pytest.raises(ExchangeError) as refused:
        receive(dz.node, "KW", wire)
    assert refused.value.code is Code.DESCRIPTOR_EXPIRED
    update(dz, "KW", 2, days=80)
    receipt = read_receipt(receive(dz.node, "KW", wire), lambda _: keys_of("DZ").signing[1].public)
    assert receipt.kind == "accepted"


def test_a_receipt_is_taken_under_a_card_in_use_only(states: Federation) -> None:
    dz, kw = states["DZ"], states["KW"]
    states.clock.forward(timedelta(days=89))
    dz.push("KW", dz.deposit(gulf_person(1)))
    receipt = receive(kw.node, "DZ", wire_of(dz, "KW"))
    states.clock.forward(timedelta(days=1, minutes=10))
    with dz.node.store.read() as unit:
        partner = unit.partners.get("KW")
    assert partner is not None
    with pytest.raises(ExchangeError) as refused:
        take_receipt(dz.node, partner, receipt)
    assert refused.value.code is Code.DESCRIPTOR_EXPIRED
    assert take_receipt(dz.node, update(dz, "KW", 2, days=80), receipt) == "accepted"


@pytest.mark.parametrize("name", ["AE", "AE exchange"])
def test_no_card_claims_what_another_partner_will_use(states: Federation, name: str) -> None:
    dz = states["DZ"]
    theirs = to_der(make_certificate(name, ["127.0.0.1"], START)[0])
    with pytest.raises(ExchangeError) as refused:
        update(dz, "KW", 2, theirs)
    assert (refused.value.code, refused.value.facts["at"]) == (Code.VALUE_NOT_ALLOWED, "card.tls")
    pin = trusted(update(dz, "AE", 2, theirs).descriptor).tls_pins[1]
    with dz.node.store.read() as unit:
        known = unit.partners.by_tls_pin(pin)
    assert known is not None
    assert known.code == "AE"


def test_a_certificate_that_names_no_node_is_left_to_its_card(states: Federation) -> None:
    named = to_der(make_certificate("gateway", ["127.0.0.1"], START)[0])
    assert update(states["DZ"], "KW", 2, named).descriptor_version == 2
