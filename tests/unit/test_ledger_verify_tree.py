"""Verification of an export: its checkpoints and its entries, each rule by a ledger that keeps all the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from exchange.crypto import checkpoint
from exchange.ledger import book
from exchange.ledger.export import (
    CheckpointPart,
    EntryPart,
    build,
)
from exchange.ledger.report import Exit, Fault, Report
from tests.unit.ledger_kit import Story, check, hex_of, noted, only, party, ready

# checkpoints


def with_checkpoints(change: Callable[[list[CheckpointPart]], list[CheckpointPart]]) -> Report:
    story = ready()
    parts = replace(story.parts(), checkpoints=change(story.checkpoints()))
    return check(list(build(parts, party("DZ").signing)))


def test_a_signed_checkpoint_over_another_history() -> None:
    report = with_checkpoints(lambda good: [*good[:3], noted(4, bytes(32)), *good[4:]])
    only(report, Fault.CHECKPOINT_ROOT, 3)
    assert (report.bad_before, report.exit_code) == (4, Exit.CHECKPOINT)


def test_the_window_is_between_the_last_good_checkpoint_and_the_bad_one() -> None:
    report = with_checkpoints(lambda good: [good[1], noted(6, bytes(32))])
    only(report, Fault.CHECKPOINT_ROOT, 2)
    assert report.bad_before == 6


def test_a_checkpoint_of_another_log() -> None:
    head, _ = book.extend(book.EMPTY, ready().entries, ready().salts)
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
    entries[2] = entries[2]._replace(entry=entries[2].entry.replace(b"p-release", b"p-rewrite"))
    report = check(list(build(replace(parts, entries=entries), party("DZ").signing)))
    only(report, Fault.ENTRY_HASH, 2)
    assert (report.bad_before, report.exit_code) == (3, Exit.CHAIN)


def test_an_edited_row_with_its_hash_made_anew() -> None:
    parts = ready().parts()
    entries = list(parts.entries)
    edited = entries[2].entry.replace(b"p-release", b"p-rewrite")
    entries[2] = EntryPart(edited, book.leaf_of(entries[2].salt, edited), entries[2].salt)
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
