"""Verification of an export: every rule, by a ledger that keeps all the others. The node's own keys sign all of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from exchange.crypto import checkpoint
from exchange.crypto.encoding import canonical
from exchange.crypto.rootsign import root_signature
from exchange.crypto.signed import wrap
from exchange.errors import BadInput
from exchange.ledger import book
from exchange.ledger.export import (
    AgreementPart,
    CheckpointPart,
    DescriptorPart,
    EntryPart,
    Parts,
    build,
    receipt_digest,
)
from exchange.ledger.report import NOT_PROVEN, Exit, Fault, Report
from exchange.ledger.verify import verify
from tests.unit.ledger_kit import Party, Story, agreement, check, digest_of, good, hex_of, party, stamp


def only(report: Report, fault: Fault, index: int | None) -> None:
    """Exactly one finding, and what follows from it."""
    assert [(each.fault, each.index) for each in report.findings] == [(fault, index)]
    assert (report.reason, report.first_bad_index) == (fault, index)
    assert report.exit_code == fault.exit != Exit.OK
    assert not report.ok


def ready() -> Story:
    """A story whose next index is 6."""
    return Story().begin()


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
    report = verify(iter(good()), fingerprint=party("TN").root.fingerprint)
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


# checkpoints


def with_checkpoints(change: Callable[[list[CheckpointPart]], list[CheckpointPart]]) -> Report:
    story = ready()
    parts = replace(story.parts(), checkpoints=change(story.checkpoints()))
    return check(list(build(parts, party("DZ").signing)))


def noted(size: int, root: bytes, origin: str = "DZ.exchange", at: int | None = None) -> CheckpointPart:
    return CheckpointPart(at if at is not None else size, checkpoint.make(origin, size, root, party("DZ").keys.ledger))


def test_a_signed_checkpoint_over_another_history() -> None:
    report = with_checkpoints(lambda good: [*good[:3], noted(4, bytes(32)), *good[4:]])
    only(report, Fault.CHECKPOINT_ROOT, 3)
    assert (report.bad_before, report.exit_code) == (4, Exit.CHECKPOINT)


def test_the_window_is_between_the_last_good_checkpoint_and_the_bad_one() -> None:
    report = with_checkpoints(lambda good: [good[1], noted(6, bytes(32))])
    only(report, Fault.CHECKPOINT_ROOT, 2)
    assert report.bad_before == 6


def test_a_checkpoint_of_another_log() -> None:
    head, _ = book.extend(book.EMPTY, ready().entries)
    report = with_checkpoints(lambda good: [*good, noted(6, book.root(head), "TN.exchange")])
    only(report, Fault.CHECKPOINT_ORIGIN, None)


def test_a_checkpoint_in_the_wrong_place() -> None:
    root = checkpoint.read(ready().checkpoints()[2].note).root
    report = with_checkpoints(lambda good: [*good[:4], noted(3, root, at=5), *good[4:]])
    only(report, Fault.CHECKPOINT_SIZE, None)


def test_two_checkpoints_of_one_size_may_stand_together() -> None:
    assert with_checkpoints(lambda good: [*good, good[-1]]).ok


def test_a_tail_that_no_checkpoint_covers() -> None:
    report = with_checkpoints(lambda good: good[:3])
    only(report, Fault.CHECKPOINT_MISSING, 3)
    assert report.bad_before == 6


def test_a_broken_checkpoint_signature() -> None:
    def forge(good: list[CheckpointPart]) -> list[CheckpointPart]:
        return [*good[:-1], CheckpointPart(6, good[-1].note.replace(b"\n6\n", b"\n7\n"))]

    report = with_checkpoints(forge)
    assert report.findings[0].fault is Fault.CHECKPOINT_SIGNATURE
    malformed = with_checkpoints(lambda good: [*good, CheckpointPart(6, b"no checkpoint")])
    only(malformed, Fault.CHECKPOINT_MALFORMED, None)


# entries


def raw(story: Story, index: int, data: bytes) -> Story:
    story.entries[index] = data
    return story


@pytest.mark.parametrize("data", [b"{}", b"[1]", b'{"kind":"unheard.of","v":1}', b"not json"])
def test_a_malformed_entry_that_the_node_signed(data: bytes) -> None:
    only(raw(ready(), 5, data).report(), Fault.ENTRY_MALFORMED, 5)


def test_an_edited_database_row_is_named() -> None:
    """The stored leaf hash is of the entry as written; the checkpoints are over the stored hashes."""
    parts = ready().parts()
    entries = list(parts.entries)
    entries[2] = EntryPart(entries[2].entry.replace(b"p-release", b"p-rewrite"), entries[2].leaf_hash)
    report = check(list(build(replace(parts, entries=entries), party("DZ").signing)))
    only(report, Fault.ENTRY_HASH, 2)
    assert (report.bad_before, report.exit_code) == (3, Exit.CHAIN)


def test_an_edited_row_with_its_hash_made_anew() -> None:
    parts = ready().parts()
    entries = list(parts.entries)
    edited = entries[2].entry.replace(b"p-release", b"p-rewrite")
    entries[2] = EntryPart(edited, book.extend(book.EMPTY, [edited])[1][0])
    report = check(list(build(replace(parts, entries=entries), party("DZ").signing)))
    only(report, Fault.CHECKPOINT_ROOT, 2)
    assert (report.bad_before, report.exit_code) == (3, Exit.CHECKPOINT)


def test_swapped_rows() -> None:
    parts = ready().parts()
    entries = list(parts.entries)
    entries[2], entries[3] = entries[3], entries[2]
    report = check(list(build(replace(parts, entries=entries), party("DZ").signing)))
    assert (report.first_bad_index, report.exit_code) == (2, Exit.CHECKPOINT)


def test_a_deleted_row() -> None:
    parts = ready().parts()
    entries = list(parts.entries)
    del entries[2]
    shorter = replace(parts, entries=entries, size=5, checkpoints=list(parts.checkpoints)[:5])
    report = check(list(build(shorter, party("DZ").signing)))
    assert (report.first_bad_index, report.exit_code) == (2, Exit.CHECKPOINT)


def test_an_empty_ledger_is_no_ledger() -> None:
    only(check(list(build(Story().parts(), party("DZ").signing))), Fault.ENTRIES_MISSING, 0)


def test_genesis_is_first_once_and_ours() -> None:
    story = Story()
    story.write("login.denied", "api", code="TOKEN_UNKNOWN")
    only(story.report(), Fault.GENESIS, 0)
    story = ready()
    story.write("genesis", "DZ", node="DZ", root=party("DZ").root.fingerprint)
    only(story.report(), Fault.GENESIS, 6)
    story = Story()
    story.write("genesis", "DZ", node="DZ", root=hex_of("another root"))
    only(story.report(), Fault.GENESIS, 0)


def test_time_goes_back() -> None:
    story = ready()
    story.minute -= 2
    story.write("record.listed", count=1)
    only(story.report(), Fault.TIME_WENT_BACK, 6)
    story = ready()
    story.again("record.listed", count=1)  # the same second is fine
    assert story.report().ok


# numbers


def test_a_gap_in_the_numbers() -> None:
    story = ready()
    story.whole("rel-1", 1)
    index = story.whole("rel-3", 3)
    story.whole("rel-4", 4)
    only(story.report(), Fault.NUMBER_GAP, index)


def test_numbers_begin_at_one() -> None:
    story = ready()
    story.whole("rel-2", 2)
    only(story.report(), Fault.NUMBER_GAP, 8)


def test_a_number_twice() -> None:
    story = ready()
    story.whole("rel-1", 1)
    index = story.whole("rel-2", 1)
    only(story.report(), Fault.NUMBER_REUSED, index)


def test_streams_are_counted_apart_and_epochs_only_rise() -> None:
    three = agreement(parties=("DZ", "EG", "TN"))
    story = Story(agreements=[three]).begin()
    for number, recipient in enumerate(("TN", "EG"), start=1):
        release = f"rel-{number}"
        story.propose(release, recipient=recipient)
        story.approve(release)
        story.release(release, 1, recipient=recipient)
    story.propose("rel-3")
    story.approve("rel-3")
    story.release("rel-3", 1, epoch=2)
    assert story.report().ok
    story.propose("rel-4")
    story.approve("rel-4")
    index = story.release("rel-4", 2, epoch=1)
    only(story.report(), Fault.NUMBER_REUSED, index)


def void(story: Story, seq: int, name: str = "void") -> int:
    return story.write("envelope.void", "DZ", recipient="TN", epoch=1, seq=seq, envelope=hex_of(name, seq))


def test_a_void_replaces_one_release_or_takes_the_next_number() -> None:
    story = ready()
    story.whole("rel-1", 1)
    void(story, 1)
    void(story, 2)
    story.whole("rel-3", 3)
    assert story.report().ok
    void(story, 1, "again")
    only(story.report(), Fault.NUMBER_REUSED, len(story.entries) - 1)
    story.entries.pop()
    story.ends.pop()
    void(story, 2, "again")
    only(story.report(), Fault.NUMBER_REUSED, len(story.entries) - 1)
    story.entries.pop()
    story.ends.pop()
    void(story, 5)
    only(story.report(), Fault.NUMBER_GAP, len(story.entries) - 1)


# four eyes


def test_released_without_a_proposal() -> None:
    story = ready()
    story.release("rel-1", 1)
    only(story.report(), Fault.RELEASE_UNPROPOSED, 6)


def test_released_twice() -> None:
    story = ready()
    story.whole("rel-1", 1)
    index = story.release("rel-1", 2)
    only(story.report(), Fault.RELEASE_UNPROPOSED, index)


def test_released_after_it_was_voided() -> None:
    story = ready()
    story.propose("rel-1")
    story.approve("rel-1")
    story.write("release.voided", "p-officer", release="rel-1", reason="APPROVAL_STALE")
    index = story.release("rel-1", 1)
    only(story.report(), Fault.RELEASE_UNPROPOSED, index)


@pytest.mark.parametrize("change", [{"digest": hex_of("other")}, {"recipient": "DZ"}])
def test_released_is_not_what_was_proposed(change: dict[str, str]) -> None:
    story = ready()
    story.propose("rel-1")
    story.approve("rel-1")
    story.release("rel-1", 1, **change)
    only(story.report(), Fault.RELEASE_DIFFERS, 8)


def test_proposed_twice() -> None:
    story = ready()
    story.propose("rel-1")
    story.propose("rel-1")
    only(story.report(), Fault.RELEASE_DIFFERS, 7)


def test_released_without_approval() -> None:
    story = ready()
    story.propose("rel-1")
    story.release("rel-1", 1, approvals=[])
    only(story.report(), Fault.APPROVAL_MISSING, 7)
    story = ready()
    story.propose("rel-1")
    story.release("rel-1", 1)
    only(story.report(), Fault.APPROVAL_MISSING, 7)


def test_an_approval_after_the_release_does_not_count() -> None:
    story = ready()
    story.propose("rel-1")
    story.release("rel-1", 1)
    story.approve("rel-1")
    report = story.report()
    assert [(each.fault, each.index) for each in report.findings] == [
        (Fault.APPROVAL_MISSING, 7),
        (Fault.APPROVAL_UNPROPOSED, 8),
    ]


def test_two_approvals_where_two_are_needed() -> None:
    strict = agreement(approvals=2)
    story = Story(agreements=[strict]).begin()
    story.propose("rel-1")
    story.approve("rel-1")
    story.approve("rel-1", "p-second")
    story.release("rel-1", 1, approvals=["p-release", "p-second"])
    assert story.report().ok
    story = Story(agreements=[strict]).begin()
    story.whole("rel-1", 1)
    only(story.report(), Fault.APPROVAL_MISSING, 8)
    story = Story(agreements=[strict]).begin()
    story.propose("rel-1")
    story.approve("rel-1")
    index = story.release("rel-1", 1, approvals=["p-release", "p-release"])
    only(story.report(), Fault.APPROVAL_REPEATED, index)


def test_self_approval() -> None:
    story = ready()
    story.propose("rel-1")
    story.approve("rel-1", "p-officer")
    story.release("rel-1", 1, approvals=["p-officer"])
    report = story.report()
    assert [(each.fault, each.index) for each in report.findings] == [
        (Fault.SELF_APPROVAL, 7),
        (Fault.SELF_APPROVAL, 8),
    ]


def test_an_approval_of_another_digest() -> None:
    story = ready()
    story.propose("rel-1")
    index = story.approve("rel-1", digest_=hex_of("something else"))
    only(story.report(), Fault.APPROVAL_STALE, index)


def test_one_person_approves_twice() -> None:
    story = ready()
    story.propose("rel-1")
    story.approve("rel-1")
    story.approve("rel-1")
    only(story.report(), Fault.APPROVAL_REPEATED, 8)


def test_a_withdrawn_approval_does_not_count_until_it_is_given_again() -> None:
    story = ready()
    story.propose("rel-1")
    story.approve("rel-1")
    story.write("release.voided", "p-release", release="rel-1", reason="APPROVAL_WITHDRAWN")
    index = story.release("rel-1", 1)
    only(story.report(), Fault.APPROVAL_MISSING, index)
    story.entries.pop()
    story.ends.pop()
    story.approve("rel-1")
    story.release("rel-1", 1)
    assert story.report().ok


# agreements


@pytest.mark.parametrize("state", ["suspended", "terminated", "superseded", "draft"])
def test_released_under_an_agreement_that_is_not_active(state: str) -> None:
    story = ready()
    story.activate(agreement(), 1, state)
    story.whole("rel-1", 1)
    only(story.report(), Fault.AGREEMENT_NOT_ACTIVE, 9)


def test_a_newer_version_supersedes() -> None:
    newer = agreement(version=2)
    story = Story(agreements=[agreement(), newer]).begin()
    story.activate(newer, 2, "draft")
    story.whole("rel-1", 1)  # a draft changes nothing
    story.activate(newer, 2)
    story.propose("rel-2")
    story.approve("rel-2")
    story.release("rel-2", 2, version=2)
    story.activate(agreement(), 1, "superseded")  # told late: changes nothing
    story.propose("rel-3")
    story.approve("rel-3")
    story.release("rel-3", 3, version=2)
    assert story.report().ok
    index = story.whole("rel-4", 4)
    only(story.report(), Fault.AGREEMENT_NOT_ACTIVE, index)


def test_released_outside_the_validity() -> None:
    story = ready()
    story.minute = 996
    index = story.whole("rel-1", 1)
    assert story.report().ok
    assert index == 8
    story = ready()
    story.minute = 997  # the release falls on `valid_until` itself
    story.whole("rel-1", 1)
    only(story.report(), Fault.AGREEMENT_NOT_ACTIVE, 8)


def test_another_purpose() -> None:
    story = ready()
    story.propose("rel-1")
    story.approve("rel-1")
    index = story.release("rel-1", 1, purpose="counter_terrorism.travel")
    only(story.report(), Fault.AGREEMENT_PURPOSE, index)


def test_a_recipient_that_is_no_party() -> None:
    story = ready()
    story.propose("rel-1", recipient="EG")
    story.approve("rel-1")
    story.release("rel-1", 1, recipient="EG")
    only(story.report(), Fault.AGREEMENT_PARTIES, 8)


def agreed(change: Callable[[AgreementPart], AgreementPart | None], activated: AgreementPart | None = None) -> Report:
    """One release under agreement 1, whose part in the export is changed."""
    changed = change(agreement())
    story = Story(agreements=[activated or changed or agreement()]).begin()
    story.whole("rel-1", 1)
    story.agreements = [] if changed is None else [changed]
    return story.report()


def test_the_document_is_missing_or_another() -> None:
    only(agreed(lambda part: None), Fault.AGREEMENT_MISSING, 8)
    changed = agreement().document.replace(b"analysis.joint", b"analysis.jointly")
    only(agreed(lambda part: part._replace(document=changed), agreement()), Fault.AGREEMENT_MISSING, 8)


def test_a_party_did_not_sign() -> None:
    only(agreed(lambda part: part._replace(signatures={"DZ": part.signatures["DZ"]})), Fault.AGREEMENT_UNSIGNED, 8)
    only(agreed(lambda part: part._replace(signatures={})), Fault.AGREEMENT_UNSIGNED, 8)


def test_a_signature_of_other_bytes() -> None:
    other = agreement(version=2).signatures["TN"]
    report = agreed(lambda part: part._replace(signatures={**part.signatures, "TN": other}))
    only(report, Fault.AGREEMENT_SIGNATURE, 8)
    assert report.exit_code == Exit.SIGNATURE
    report = agreed(lambda part: part._replace(signatures={**part.signatures, "TN": b"{}"}))
    only(report, Fault.AGREEMENT_SIGNATURE, 8)


def test_a_signature_by_a_root_that_the_document_does_not_name() -> None:
    def forge(part: AgreementPart) -> AgreementPart:
        forged = root_signature(party("TN", "forged").root, "TN", "exchange/agreement/1", part.document)
        return part._replace(signatures={**part.signatures, "TN": forged})

    report = agreed(forge)
    only(report, Fault.PARTY_KEY_UNKNOWN, 8)
    assert report.exit_code == Exit.UNTRUSTED


def test_a_signature_of_one_party_is_not_anothers() -> None:
    report = agreed(lambda part: part._replace(signatures=dict.fromkeys(("DZ", "TN"), part.signatures["DZ"])))
    only(report, Fault.PARTY_KEY_UNKNOWN, 8)


@pytest.mark.parametrize(
    "change",
    [
        (b'"version":1', b'"version":2'),
        (b'"kind":"agreement"', b'"kind":"policy"'),
        (b'"count":1', b'"count":-1'),
        (b"2026-03-01T06:20:00Z", b"2026-13-01T06:20:00Z"),
        (b'"code":"TN"', b'"code":"T1"'),
        (b'"purposes":["analysis.joint"]', b'"purposes":"analysis.joint"'),
        (b"{", b"["),
    ],
)
def test_a_document_that_is_not_that_agreement(change: tuple[bytes, bytes]) -> None:
    document = agreement().document.replace(*change)
    assert document != agreement().document
    signed = AgreementPart(
        document,
        {code: root_signature(party(code).root, code, "exchange/agreement/1", document) for code in ("DZ", "TN")},
    )
    assert digest_of(signed) != digest_of(agreement())
    only(agreed(lambda part: signed), Fault.AGREEMENT_DIFFERS, 8)


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
