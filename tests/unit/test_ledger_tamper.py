"""Whatever is changed in an export is caught, and an edit of an entry is named by its index."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.ledger import book
from exchange.ledger.export import EntryPart, Parts, build
from exchange.ledger.report import Exit, Fault, Report
from tests.unit.ledger_kit import Story, as_file, check, good, party

LINES = good()
ENTRIES = [at for at, line in enumerate(LINES) if line.startswith(b'{"entry":')]
"""Line numbers (from 0) of the entries, in index order."""


def flipped(at: int, position: int, mask: int = 1) -> Report:
    line = LINES[at]
    changed = line[:position] + bytes([line[position] ^ mask]) + line[position + 1 :]
    return as_file(b"".join((*LINES[:at], changed, *LINES[at + 1 :])))


FAILED = (Exit.SIGNATURE, Exit.CHAIN, Exit.CHECKPOINT, Exit.UNTRUSTED)


def test_there_is_something_to_tamper_with() -> None:
    assert as_file(b"".join(LINES)).ok
    assert len(ENTRIES) == 15


@pytest.mark.parametrize("index", range(15))
def test_a_flipped_byte_of_an_entry_is_named(index: int) -> None:
    line = LINES[ENTRIES[index]]
    positions = {*range(0, len(line), 17), 1, 8, 9, 10, *range(len(line) - 4, len(line))}
    for position in sorted(positions):
        report = flipped(ENTRIES[index], position, 1 if position % 2 else 4)
        assert (report.first_bad_index, report.ok) == (index, False), position
        assert report.exit_code == Exit.CHAIN, position


@pytest.mark.parametrize("at", [at for at in range(len(LINES)) if at not in ENTRIES])
def test_a_flipped_byte_of_any_other_line_is_caught(at: int) -> None:
    line = LINES[at]
    step = max(len(line) // 12, 1)
    for position in {*range(0, len(line), step), len(line) - 2, len(line) - 1}:
        report = flipped(at, position)
        assert not report.ok, position
        assert report.exit_code in FAILED, position


@pytest.mark.parametrize("index", range(15))
def test_a_deleted_line(index: int) -> None:
    at = ENTRIES[index]
    report = check((*LINES[:at], *LINES[at + 1 :]))
    assert (report.first_bad_index, report.exit_code) == (index, Exit.CHAIN)


@pytest.mark.parametrize("index", range(14))
def test_swapped_lines(index: int) -> None:
    lines = list(LINES)
    first, second = ENTRIES[index], ENTRIES[index + 1]
    lines[first], lines[second] = lines[second], lines[first]
    report = check(lines)
    assert (report.first_bad_index, report.exit_code) == (index, Exit.CHAIN)


def test_a_doubled_line() -> None:
    at = ENTRIES[6]
    report = check((*LINES[: at + 1], LINES[at], *LINES[at + 1 :]))
    assert report.first_bad_index == 7
    assert Fault.ENTRY_INDEX in {finding.fault for finding in report.findings}


@pytest.mark.parametrize("at", [at for at in range(len(LINES)) if at not in ENTRIES])
def test_any_other_line_left_out(at: int) -> None:
    assert not check((*LINES[:at], *LINES[at + 1 :])).ok


def test_cut_off_anywhere() -> None:
    for end in range(len(LINES)):
        report = check(LINES[:end])
        assert report.exit_code in FAILED, end
        assert Fault.FILE_UNSIGNED in {finding.fault for finding in report.findings}


def test_something_after_the_end() -> None:
    for more in (b"\n", b"{}\n", LINES[ENTRIES[0]], LINES[-1]):
        report = check((*LINES, more))
        assert (report.exit_code, report.reason) == (Exit.SIGNATURE, Fault.FILE_AFTER_END)


def test_not_an_export_at_all() -> None:
    for data in (b"", b"\n", b"\xff" * 100, b"{}\n", b"[" * 5000, LINES[0] * 3, b"\n".join([b"{}"] * 50)):
        assert as_file(data).exit_code in (Exit.SIGNATURE, Exit.UNTRUSTED)


def test_lines_of_another_export_of_the_same_node() -> None:
    other = Story().begin()
    other.write("record.listed", count=3)
    lines = other.lines()
    assert check(lines).ok
    for at in range(1, len(LINES)):
        mixed = [*LINES[:at], lines[min(at, len(lines) - 1)], *LINES[at + 1 :]]
        assert check(mixed).ok == (mixed == list(LINES)), at


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.integers(0, len(LINES) - 1), st.integers(0, 700), st.integers(0, 60), st.binary(max_size=40))
def test_any_splice_is_caught_and_nothing_is_raised(at: int, start: int, length: int, put: bytes) -> None:
    line = LINES[at]
    changed = line[:start] + put + line[start + length :]
    report = as_file(b"".join((*LINES[:at], changed, *LINES[at + 1 :])))
    assert report.ok == (changed == line)


# An insider who holds every key of the node signs the file again: the ledger's own structure must tell.


def resigned(parts: Parts) -> Report:
    return check(list(build(parts, party("DZ").signing)))


def story() -> Story:
    told = Story().begin()
    told.whole("rel-1", 1)
    told.receipt(1)
    return told


@pytest.mark.parametrize("index", range(10))
@pytest.mark.parametrize("recomputed", [False, True], ids=["stored hash", "hash made anew"])
def test_an_edited_row_in_a_file_signed_again(index: int, recomputed: bool) -> None:
    parts = story().parts()
    entries = list(parts.entries)
    edited = entries[index].entry.replace(b'"at":"2026-03-01T08:', b'"at":"2026-03-01T09:')
    assert edited != entries[index].entry
    salt = entries[index].salt
    hash_ = book.leaf_of(salt, edited) if recomputed else entries[index].leaf_hash
    entries[index] = EntryPart(edited, hash_, salt)
    report = resigned(replace(parts, entries=entries))
    assert report.first_bad_index == index
    assert report.exit_code == (Exit.CHECKPOINT if recomputed else Exit.CHAIN)


@pytest.mark.parametrize("index", range(9))
def test_a_deleted_row_in_a_file_signed_again(index: int) -> None:
    parts = story().parts()
    entries = [part for at, part in enumerate(parts.entries) if at != index]
    report = resigned(replace(parts, entries=entries, size=9, checkpoints=list(parts.checkpoints)[:9], receipts=[]))
    assert report.first_bad_index == index
    assert report.exit_code == Exit.CHECKPOINT


@pytest.mark.parametrize("index", range(9))
def test_swapped_rows_in_a_file_signed_again(index: int) -> None:
    parts = story().parts()
    entries = list(parts.entries)
    entries[index], entries[index + 1] = entries[index + 1], entries[index]
    report = resigned(replace(parts, entries=entries))
    assert report.first_bad_index == index
    assert report.exit_code == Exit.CHECKPOINT


def test_sparse_checkpoints_bound_the_edit() -> None:
    told = story()
    told.ends = [4, 10]
    parts = told.parts()
    entries = list(parts.entries)
    edited = entries[6].entry.replace(b'"records":1', b'"records":2')
    entries[6] = EntryPart(edited, book.leaf_of(entries[6].salt, edited), entries[6].salt)
    report = resigned(replace(parts, entries=entries))
    assert (report.reason, report.first_bad_index, report.bad_before) == (Fault.CHECKPOINT_ROOT, 4, 10)
