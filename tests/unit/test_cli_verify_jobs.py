"""Two processors come to the same report as one; what the child cannot confirm is verified again, in order."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from exchange.cli import verify_jobs
from exchange.cli.verify_jobs import verified
from exchange.crypto import checkpoint
from exchange.ledger.export import CheckpointPart, build
from exchange.ledger.report import Fault, Report
from exchange.ledger.verify import verify
from tests.unit.ledger_kit import Story, good, party

PRINT = party("DZ").root.fingerprint


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """As at the command line, where the program has one thread; the test runner has more."""
    monkeypatch.setattr(threading, "active_count", lambda: 1)


def both(lines: Sequence[bytes]) -> tuple[Report, int]:
    """The report on two processors, once one came to the same, and how often the file was read for it."""
    reads = 0

    def again() -> Iterator[bytes]:
        nonlocal reads
        reads += 1
        return iter(lines)

    found = verified(again, PRINT, jobs=2)
    assert found == verified(lambda: iter(lines), PRINT, jobs=1) == verify(iter(lines), fingerprint=PRINT)
    return found, reads


def with_foreign_signature() -> list[bytes]:
    """Signed as a file by the node, but the head at 5 has a signature that is not the ledger key's."""
    story = Story().begin()
    story.whole("rel-1", 1)
    parts = story.parts()
    notes = list(parts.checkpoints)
    other = checkpoint.read(notes[5].note).note.text
    stolen = checkpoint.read(notes[4].note).signatures[0]
    notes[5] = CheckpointPart(notes[5].size, other + b"\n" + stolen.line().encode())
    return list(build(replace(parts, checkpoints=notes), party("DZ").signing))


def test_a_faultless_file_is_read_once() -> None:
    report, reads = both(good())
    assert (report.ok, reads) == (True, 1)


def test_a_bad_signature_of_a_head_is_found_by_the_child_and_placed_by_us() -> None:
    report, reads = both(with_foreign_signature())
    assert [each.fault for each in report.findings] == [Fault.CHECKPOINT_SIGNATURE]
    assert reads == 2


def test_any_other_fault_is_told_as_by_one_process() -> None:
    lines = list(good())
    lines[6] = lines[6].replace(b'"at":"2', b'"at":"3')
    report, reads = both(lines)
    assert (report.ok, reads) == (False, 2)


def test_many_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify_jobs, "CHUNK", 2)
    assert both(good())[0].ok
    assert not both(with_foreign_signature())[0].ok


def test_a_child_that_dies_confirms_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify_jobs, "CHUNK", 2)
    monkeypatch.setattr(verify_jobs, "check", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
    report, reads = both(good())
    assert (report.ok, reads) == (True, 2)


def test_a_program_with_threads_starts_no_child(monkeypatch: pytest.MonkeyPatch) -> None:
    """A child may inherit a lock that nobody opens: it would wait for ever."""
    monkeypatch.setattr(threading, "active_count", lambda: 2)
    monkeypatch.setattr(verify_jobs, "CHUNK", 2)
    monkeypatch.setattr(verify_jobs, "get_context", lambda _: pytest.fail("a child was started"))
    assert both(good())[0].ok
