"""Receipts that name nothing of ours: another number, another envelope, another sender or author, another key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from exchange.crypto.keys import SigningKey
from exchange.crypto.receipts import Receipt, read_receipt, sign_receipt
from exchange.errors import Code, ExchangeError
from exchange.operations.clock import stamp
from exchange.operations.known_partners import partner_in_use
from exchange.operations.receipts import take_receipt
from exchange.operations.receive import receive
from tests import invariants
from tests.federation import START, Federation, State, keys_of
from tests.subjects import gulf_person

WRONG: dict[str, Callable[[Receipt], Receipt]] = {
    "number never used": lambda receipt: replace(receipt, seq=2),
    "epoch never used": lambda receipt: replace(receipt, epoch=2),
    "another envelope": lambda receipt: replace(receipt, envelope="0" * 64),
    "another sender": lambda receipt: replace(receipt, sender="AE"),
    "another author": lambda receipt: replace(receipt, node="AE"),
    "itself": lambda receipt: replace(receipt, sender="KW"),
    "from before the release": lambda receipt: replace(receipt, issued=stamp(START - timedelta(hours=1))),
    "from the future": lambda receipt: replace(receipt, issued=stamp(START + timedelta(hours=1))),
}


def true_receipt(house: Federation) -> Receipt:
    """KW's receipt for the one envelope that DZ sealed; DZ has not got it yet."""
    dz, kw = house["DZ"], house["KW"]
    dz.push("KW", dz.deposit(gulf_person(1)))
    wire = receive(kw.node, "DZ", invariants.sent(dz.node, "KW")[0].wire)
    return read_receipt(wire, lambda kid: kw.node.keys.signing[1].public)


def take(state: State, wire: bytes, code: str = "KW") -> str:
    with state.node.store.read() as unit:
        partner = partner_in_use(unit, code)
    return take_receipt(state.node, partner, wire)


def untouched(state: State) -> bool:
    (item,) = invariants.sent(state.node, "KW")
    return (item.state, item.receipt) == ("queued", None) and not invariants.entries(state.node, "receipt.received")


@pytest.mark.parametrize("wrong", sorted(WRONG))
def test_a_receipt_that_is_properly_signed_and_names_something_else(house: Federation, wrong: str) -> None:
    dz, receipt = house["DZ"], true_receipt(house)
    with pytest.raises(ExchangeError) as refused:
        take(dz, sign_receipt(WRONG[wrong](receipt), keys_of("KW").signing[1]))
    assert refused.value.code is Code.RECEIPT_INVALID
    assert untouched(dz)
    assert take(dz, sign_receipt(receipt, keys_of("KW").signing[1])) == "accepted", "the control"


@pytest.mark.parametrize("code", ["DZ", "AE"])
def test_a_receipt_under_another_key(house: Federation, code: str) -> None:
    dz, receipt = house["DZ"], true_receipt(house)
    key: SigningKey = keys_of(code).signing[1]
    with pytest.raises(ExchangeError) as refused:
        take(dz, sign_receipt(receipt, key))
    assert refused.value.code is Code.KEY_UNKNOWN
    assert untouched(dz)


@pytest.mark.parametrize("wire", [b"", b"{}", b"null", b"[]", b'{"document":"","proof":"","root":{}}', b"\xff" * 100])
def test_what_is_no_receipt(house: Federation, wire: bytes) -> None:
    dz = house["DZ"]
    true_receipt(house)
    with pytest.raises(ExchangeError):
        take(dz, wire)
    assert untouched(dz)


def test_the_first_receipt_stays(house: Federation) -> None:
    """A partner that changes its mind does not change what it signed first; the later one leaves no trace."""
    dz, receipt = house["DZ"], true_receipt(house)
    key = keys_of("KW").signing[1]
    first = sign_receipt(receipt, key)
    assert take(dz, first) == "accepted"
    refusal = sign_receipt(replace(receipt, kind="refused", code="BODY_MALFORMED"), key)
    assert take(dz, refusal) == "accepted"
    assert invariants.sent(dz.node, "KW")[0].receipt == first
    assert len(invariants.entries(dz.node, "receipt.received")) == 1
