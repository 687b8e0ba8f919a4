"""Verification of an export: what partners answered, each rule by a ledger that keeps all the others."""

from __future__ import annotations

from typing import Any

import pytest

from exchange.crypto.signed import wrap
from exchange.ledger.export import (
    receipt_digest,
)
from exchange.ledger.report import Fault, Report
from tests.unit.ledger_kit import Party, Story, hex_of, only, party, ready, void

# receipts


def received(signer: Party | None = None, document: dict[str, Any] | None = None) -> Report:
    """One release and its receipt, at index 9."""
    story = ready()
    story.whole("rel-1", 1)
    story.receipt(1, signer=signer, document=document)
    return story.report()


def test_a_receipt_is_matched() -> None:
    report = received()
    assert (report.ok, report.counts["receipts"]) == (True, 1)


@pytest.mark.parametrize(
    "change",
    [
        {"seq": 2},
        {"epoch": 2},
        {"envelope": hex_of("another")},
        {"node": "EG"},
        {"sender": "TN"},
        {"kind": "refused", "code": "DECRYPT_FAILED"},
    ],
    ids=str,
)
def test_a_receipt_that_says_something_else(change: dict[str, Any]) -> None:
    only(received(document=change), Fault.RECEIPT_DIFFERS, 9)


def test_a_receipt_signed_by_somebody_else() -> None:
    only(received(signer=party("DZ")), Fault.PARTY_KEY_UNKNOWN, 9)
    only(received(signer=party("TN", "forged")), Fault.PARTY_KEY_UNKNOWN, 9)


def test_a_receipt_from_before_the_key_was_valid() -> None:
    only(received(document={"issued": "2025-01-01T00:00:00Z"}), Fault.PARTY_KEY_UNKNOWN, 9)


def test_a_receipt_for_what_was_never_released() -> None:
    story = ready()
    story.whole("rel-1", 1)
    story.receipt(2)
    report = story.report()
    assert [(each.fault, each.index) for each in report.findings] == [
        (Fault.RECEIPT_UNMATCHED, 9),
        (Fault.RECEIPT_UNMATCHED, None),
    ]
    assert report.first_bad_index == 9


def test_a_receipt_for_another_envelope_of_that_number() -> None:
    story = ready()
    story.whole("rel-1", 1)
    story.receipt(1, envelope=hex_of("another"))
    report = story.report()
    assert (report.reason, report.first_bad_index) == (Fault.RECEIPT_UNMATCHED, 9)


def test_a_receipt_before_the_release() -> None:
    story = ready()
    story.receipt(1)
    story.whole("rel-1", 1)
    assert story.report().first_bad_index == 6


@pytest.mark.parametrize("name", ["envelope", "void"])
def test_a_voided_number_may_be_answered_for_either_envelope(name: str) -> None:
    story = ready()
    story.whole("rel-1", 1)
    void(story, 1)
    story.receipt(1, envelope=hex_of(name, 1))
    assert story.report().ok


def test_a_receipt_whose_document_is_not_there() -> None:
    story = ready()
    story.whole("rel-1", 1)
    index = story.receipt(1)
    story.receipts = []
    only(story.report(), Fault.RECEIPT_MISSING, index)


def test_a_receipt_with_a_broken_signature() -> None:
    story = ready()
    story.whole("rel-1", 1)
    story.receipt(1)
    only(with_receipt(story, story.receipts[0].replace(b'"AAAAAA=="', b'"AAAAAQ=="')), Fault.RECEIPT_SIGNATURE, 9)


def test_a_receipt_that_is_none() -> None:
    story = ready()
    story.whole("rel-1", 1)
    story.receipt(1)
    only(with_receipt(story, wrap("exchange/receipt/1", b"{}", party("TN").signing)), Fault.RECEIPT_MALFORMED, 9)


def with_receipt(story: Story, wire: bytes) -> Report:
    """The export with another receipt document, and an entry that names that one."""
    old, new = receipt_digest(story.receipts[0]).encode(), receipt_digest(wire).encode()
    assert old != new
    story.receipts = [wire]
    story.entries = [entry.replace(old, new) for entry in story.entries]
    return story.report()


def test_a_partner_whose_card_is_not_there() -> None:
    story = ready()
    story.whole("rel-1", 1)
    index = story.receipt(1)
    story.descriptors = [party("DZ").descriptor]
    only(story.report(), Fault.PARTY_KEY_UNKNOWN, index)
