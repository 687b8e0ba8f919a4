"""Every fault, every point and everything that a pass does not prove has its words, and every fault one point."""

from __future__ import annotations

from collections import Counter

import pytest

from exchange.ledger import bundle_report, report
from exchange.ledger.bundle_checklist import STEPS, bundle_checklist
from exchange.ledger.bundle_report import BundleReport
from exchange.ledger.checklist import POINTS, checklist
from exchange.ledger.report import Exit, Fault, Finding, Report
from exchange.sentences import LANGUAGES, faults, verification
from exchange.sentences.fingerprints import grouped, plain


def test_every_fault_has_a_sentence_in_three_languages() -> None:
    assert set(faults.FAULTS) == set(Fault)
    for words in faults.FAULTS.values():
        assert len({words.in_(lang) for lang in LANGUAGES}) == 3
        assert all(text.rstrip().endswith(".") for text in words)


def test_every_fault_belongs_to_one_point() -> None:
    counted = Counter(fault for found in POINTS.values() for fault in found)
    assert set(counted) == set(Fault)
    assert set(counted.values()) == {1}


def test_every_point_and_every_limit_has_words() -> None:
    assert {*POINTS, *STEPS} <= set(verification.POINTS)
    for lang in LANGUAGES:
        for code in (report.NOT_PROVEN_WHOSE, *report.NOT_PROVEN):
            assert verification.not_proven(code, lang, bundle=False)
        for code in (report.NOT_PROVEN_WHOSE, *bundle_report.NOT_PROVEN):
            assert verification.not_proven(code, lang, bundle=True)


def of(fault: Fault, *, findings: int = 1) -> Report:
    found = Finding(fault, 3, 4, 9)
    return Report(fault.exit, fault, 3, 4, {"entries": 7, "findings": findings}, (found,))


def test_a_break_in_the_chain_leaves_what_stands_on_it_unreached() -> None:
    states = {point.name: point.state for point in checklist(of(Fault.ENTRY_HASH))}
    assert states["chain"] == "fails"
    assert states["approvals"] == states["receipts"] == "not_reached"
    assert states["signature"] == "holds"
    after_many = {point.name: point.state for point in checklist(of(Fault.SELF_APPROVAL, findings=101))}
    assert after_many["approvals"] == "fails"
    assert after_many["signature"] == "not_reached"


@pytest.mark.parametrize(
    ("fault", "member", "step"),
    [
        (Fault.FILE_MALFORMED, "entries", "file"),
        (Fault.ROOT_MISMATCH, "root_fingerprint", "whose"),
        (Fault.DESCRIPTOR_INVALID, "descriptors.1", "keys"),
        (Fault.CHECKPOINT_SIGNATURE, "checkpoint", "checkpoints"),
        (Fault.ENTRY_PROOF, "entries.3", "chain"),
        (Fault.SELF_APPROVAL, "entries.3", "story"),
        (Fault.ENVELOPE_DIFFERS, "envelope", "envelope"),
        (Fault.RECEIPT_SIGNATURE, "receipt", "receipts"),
        (Fault.DECISION_DIFFERS, "decision", "decisions"),
        (Fault.STAMP_DIFFERS, "stamps.0", "stamps"),
        (Fault.FILE_SIGNATURE, "signature", "signature"),
    ],
)
def test_a_bundle_is_told_step_by_step_up_to_the_first_fault(fault: Fault, member: str, step: str) -> None:
    points = bundle_checklist(BundleReport(fault.exit, fault, member))
    at = STEPS.index(step)
    assert [point.state for point in points] == ["holds"] * at + ["fails"] + ["not_reached"] * (len(STEPS) - at - 1)
    assert points[at].findings[0].fault is fault


def test_a_sound_bundle_holds_at_every_step() -> None:
    assert {point.state for point in bundle_checklist(BundleReport(Exit.OK, None, None))} == {"holds"}


def test_a_fingerprint_as_it_is_read_out_and_typed() -> None:
    assert grouped("0123456789abcdef") == "0123 4567 89ab cdef"
    assert plain(" 01:23 45 AB\n") == "012345ab"
