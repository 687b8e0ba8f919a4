"""An export in a zip: read as it was written; broken or foreign archives are refused by both verifiers, and said."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from exchange.ledger.lines import UnreadableError
from exchange.ledger.report import Exit, Fault, Report
from exchange.ledger.verify import verify
from exchange.operations import archive
from tests.second import module
from tests.unit.ledger_kit import good, party

PRINT = party("DZ").root.fingerprint
DATA = b"".join(good())


def packed(readme: bytes = b"how to verify") -> bytes:
    out = io.BytesIO()
    archive.write(out, good(), readme)
    return out.getvalue()


def zipped(members: list[tuple[str, bytes]], compression: int = zipfile.ZIP_DEFLATED, comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as file:
        for name, data in members:
            file.writestr(name, data)
        file.comment = comment
    return out.getvalue()


def check(data: bytes, folder: Path) -> Report:
    """Our report, once the second verifier came to the same."""
    path = folder / "export"
    path.write_bytes(data)
    with path.open("rb") as file:
        ours = verify(archive.read(file), fingerprint=PRINT)
    theirs = module().verify(module().read_lines(path), PRINT)
    assert (theirs["exit_code"], theirs["reason"]) == (int(ours.exit_code), ours.reason)
    assert [each["fault"] for each in theirs["findings"]] == [each.fault for each in ours.findings]
    return ours


def refused(data: bytes, folder: Path) -> None:
    report = check(data, folder)
    assert (report.exit_code, report.reason) == (Exit.CHAIN, Fault.FILE_ARCHIVE)
    assert report.findings[-1].fault is Fault.FILE_ARCHIVE


def test_what_was_written_is_read(tmp_path: Path) -> None:
    data = packed()
    assert list(archive.read(io.BytesIO(data))) == list(good())
    assert check(data, tmp_path).ok
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert file.namelist() == ["README.txt", "ledger.jsonl"]
        assert {each.compress_type for each in file.infolist()} == {zipfile.ZIP_DEFLATED}
        assert file.testzip() is None


def test_the_same_export_gives_the_same_archive() -> None:
    assert packed() == packed()


def test_a_plain_export_is_read_as_before(tmp_path: Path) -> None:
    assert list(archive.read(io.BytesIO(DATA))) == list(good())
    assert check(DATA, tmp_path).ok


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_made_by_hand(tmp_path: Path, compression: int) -> None:
    assert check(zipped([("ledger.jsonl", DATA)], compression), tmp_path).ok


@pytest.mark.parametrize(
    "members",
    [
        [("README.txt", b"")],
        [("ledger.jsonl", DATA), ("more.txt", b"")],
        [("ledger.jsonl", DATA), ("../ledger.jsonl", DATA)],
        [("./ledger.jsonl", DATA)],
        [("/ledger.jsonl", DATA)],
        [("folder/ledger.jsonl", DATA)],
        [("LEDGER.JSONL", DATA)],
        [("ledger.jsonl/", b"")],
        [("ledger.jsonl", DATA), ("README.txt", b"x" * (65 << 10))],
        [],
    ],
    ids=lambda members: " ".join(name for name, _ in members) or "none",
)
def test_members_that_are_not_ours(tmp_path: Path, members: list[tuple[str, bytes]]) -> None:
    data = zipped(members)
    assert data.startswith(archive.MAGIC) is bool(members)
    if members:
        refused(data, tmp_path)
    else:
        assert check(data, tmp_path).reason is Fault.FILE_UNSIGNED  # no archive to us: a line that is no header


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_ledgers(tmp_path: Path) -> None:
    refused(zipped([("ledger.jsonl", DATA), ("ledger.jsonl", DATA)]), tmp_path)


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_another_compression(tmp_path: Path, compression: int) -> None:
    refused(zipped([("ledger.jsonl", DATA)], compression), tmp_path)


def test_a_comment(tmp_path: Path) -> None:
    refused(zipped([("ledger.jsonl", DATA)], comment=b"trust me"), tmp_path)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    data = zipped([("ledger.jsonl", DATA + b"\n" * (100 << 20))])
    assert len(data) < 1 << 20
    report = check(data, tmp_path)
    assert (report.reason, report.counts["lines"]) == (Fault.FILE_ARCHIVE, 0)


def changed(place: Callable[[bytearray], int], form: str, value: int) -> bytes:
    data = bytearray(zipped([("ledger.jsonl", DATA)]))
    struct.pack_into(form, data, place(data), value)
    return bytes(data)


def directory(data: bytearray) -> int:
    return data.rfind(b"PK\x01\x02")


@pytest.mark.parametrize("flags", [0x1, 0x40, 0x41])
def test_an_encrypted_member(tmp_path: Path, flags: int) -> None:
    refused(changed(lambda data: directory(data) + 8, "<H", flags), tmp_path)


@pytest.mark.parametrize("size", [0, 10, len(DATA) - 1, 0xFFFFFFF0], ids=["none", "few", "one less", "huge"])
def test_a_size_that_is_not_true(tmp_path: Path, size: int) -> None:
    refused(changed(lambda data: directory(data) + 24, "<I", size), tmp_path)


def test_a_directory_that_claims_to_be_huge(tmp_path: Path) -> None:
    refused(changed(lambda data: data.rfind(b"PK\x05\x06") + 12, "<I", 0xFFFFFFF0), tmp_path)


def test_a_directory_that_is_huge(tmp_path: Path) -> None:
    refused(zipped([("ledger.jsonl", DATA), *((f"{n:0200}", b"") for n in range(5000))]), tmp_path)


def test_a_wrong_checksum(tmp_path: Path) -> None:
    refused(changed(lambda data: directory(data) + 16, "<I", 0), tmp_path)


@pytest.mark.parametrize("step", range(0, 100, 3))
def test_a_flipped_byte_is_caught_or_changes_nothing(tmp_path: Path, step: int) -> None:
    data = bytearray(packed())
    data[len(data) * step // 100] ^= 1 << step % 8
    report = check(bytes(data), tmp_path)
    assert report.ok is (_read(bytes(data)) == DATA)


def _read(data: bytes) -> bytes | None:
    try:
        return b"".join(archive.read(io.BytesIO(data)))
    except UnreadableError:
        return None


@pytest.mark.parametrize("part", range(1, 20))
def test_cut_off(tmp_path: Path, part: int) -> None:
    data = packed()
    refused(data[: len(data) * part // 20], tmp_path)


def test_lines_that_came_before_the_fault_are_judged(tmp_path: Path) -> None:
    changed_entry = DATA.replace(b'"records":1', b'"records":2', 1)
    data = bytearray(zipped([("ledger.jsonl", changed_entry + bytes(1 << 20))], zipfile.ZIP_STORED))
    struct.pack_into("<I", data, directory(data) + 16, 0)
    report = check(bytes(data), tmp_path)
    assert (report.reason, report.exit_code) == (Fault.ENTRY_HASH, Exit.CHAIN)
    assert Fault.FILE_ARCHIVE in {each.fault for each in report.findings}
