"""Verification of an export: whose it is, what a report says, and several faults at once.

The node's own keys sign all of it. The other rules: test_ledger_verify_*.py.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from exchange.crypto.encoding import canonical
from exchange.errors import BadInput
from exchange.ledger.export import (
    DescriptorPart,
    Parts,
    build,
)
from exchange.ledger.report import NOT_PROVEN, Exit, Fault
from tests.second import both
from tests.unit.ledger_kit import Story, check, good, noted, only, party, ready, stamp


def test_a_faultless_export_passes() -> None:
    report = check(good())
    assert report.ok
    assert report.exit_code == 0
    assert report.findings == ()
    assert (report.first_bad_index, report.bad_before, report.reason) == (None, None, None)
    assert report.counts == {
        "entries": 15,
        "checkpoints": 15,
        "agreements": 1,
        "descriptors": 2,
        "receipts": 1,
        "releases": 2,
        "destroyed_late": 0,
        "lines": len(good()),
        "findings": 0,
    }
    assert (report.node, report.size, report.exported) == ("DZ", 15, stamp(16))


def test_a_pass_says_what_it_does_not_prove() -> None:
    document = check(good()).document()
    assert document["not_proven"] == list(NOT_PROVEN)
    assert len(set(NOT_PROVEN)) == 11
    assert all(code.startswith("NOT_PROVEN_") for code in NOT_PROVEN)
    assert (document["ok"], document["exit_code"], document["root"]) == (True, 0, check(good()).root)
    canonical(document)


def test_exit_codes_are_the_agreed_ones() -> None:
    assert {fault.exit.value for fault in Fault} == {10, 11, 12, 13}
    assert [code.value for code in Exit] == [0, 10, 11, 12, 13]


# trust


def test_another_nodes_file() -> None:
    report = both(good(), fingerprint=party("TN").root.fingerprint)
    assert (report.exit_code, report.reason) == (Exit.UNTRUSTED, Fault.ROOT_MISMATCH)


def test_a_forged_node_with_the_same_name() -> None:
    """Everything consistent, under another root: only the fingerprint tells."""
    forged = party("DZ", "forged")
    story = Story(owner=forged, descriptors=[forged.descriptor, party("TN").descriptor]).begin()
    report = story.report()
    assert (report.exit_code, report.reason) == (Exit.UNTRUSTED, Fault.ROOT_MISMATCH)
    relabelled = replace(story.parts(), root_fingerprint=party("DZ").root.fingerprint)
    report = check(list(build(relabelled, forged.signing)))
    assert (report.exit_code, report.reason) == (Exit.UNTRUSTED, Fault.SIGNING_KEY_UNKNOWN)


def test_without_the_nodes_own_descriptor() -> None:
    story = ready()
    story.descriptors = [party("TN").descriptor]
    report = story.report()
    assert report.exit_code == Exit.UNTRUSTED
    assert {Fault.DESCRIPTOR_MISSING, Fault.SIGNING_KEY_UNKNOWN} <= {each.fault for each in report.findings}


def test_a_card_that_its_root_did_not_sign() -> None:
    story = ready()
    story.descriptors.append(DescriptorPart("TN", party("TN").root.fingerprint, party("TN", "forged").card))
    only(story.report(), Fault.DESCRIPTOR_INVALID, None)
    story.descriptors[-1] = DescriptorPart("EG", party("TN").root.fingerprint, party("TN").card)
    only(story.report(), Fault.DESCRIPTOR_INVALID, None)


def test_a_signing_key_that_was_not_valid_any_more() -> None:
    late = replace(ready().parts(), exported="2027-06-01T00:00:00Z")
    report = check(list(build(late, party("DZ").signing)))
    only(report, Fault.SIGNING_KEY_UNKNOWN, None)


def test_a_checkpoint_under_a_foreign_key() -> None:
    story = ready()
    parts = replace(story.parts(), checkpoints=story.checkpoints(party("DZ", "forged").keys.ledger))
    report = check(list(build(parts, party("DZ").signing)))
    assert report.exit_code == Exit.CHECKPOINT
    assert report.findings[0].fault is Fault.LEDGER_KEY_UNKNOWN
    assert report.reason is Fault.CHECKPOINT_MISSING
    assert (report.first_bad_index, report.bad_before) == (0, 6)


# several at once


def test_the_lowest_index_is_first_even_if_it_was_found_last() -> None:
    story = ready()
    story.whole("rel-1", 1)
    index = story.receipt(1)
    story.receipts = []
    later = story.release("rel-unproposed", 2)
    report = story.report()
    assert [(each.fault, each.index) for each in report.findings] == [
        (Fault.RELEASE_UNPROPOSED, later),
        (Fault.RECEIPT_MISSING, index),
    ]
    assert (report.reason, report.first_bad_index, report.bad_before) == (Fault.RECEIPT_MISSING, index, index + 1)


def test_findings_are_bounded_and_counted() -> None:
    story = ready()
    for number in range(120):
        story.approve(f"rel-{number}")
    report = story.report()
    assert (len(report.findings), report.counts["findings"]) == (100, 120)


def test_parts_that_do_not_belong_together_are_not_built() -> None:
    parts = ready().parts()
    wrong: list[Parts] = [
        replace(parts, size=5),
        replace(parts, size=7),
        replace(parts, checkpoints=[*parts.checkpoints, noted(7, bytes(32))]),
    ]
    for each in wrong:
        with pytest.raises(BadInput):
            list(build(each, party("DZ").signing))


def test_receipts_of_later_entries_are_left_out() -> None:
    story = ready()
    story.whole("rel-1", 1)
    story.receipt(1)
    story.entries.pop()
    story.ends.pop()
    report = story.report()
    assert (report.ok, report.counts["receipts"]) == (True, 0)
