"""An audit export inside a zip: one deflated member `ledger.jsonl`, and a README that nobody has to believe.

Reading takes nothing for granted: known names only, one ledger, no encryption, bounded sizes and ratio, never more than
a chunk in memory. Nothing is ever unpacked to a path. Spec: docs/spec/ledger.md §5.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Final, cast

from exchange.ledger.export import MAX_LINE
from exchange.ledger.lines import UnreadableError
from exchange.ledger.zipped import Sink

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

LEDGER: Final = "ledger.jsonl"
README: Final = "README.txt"
MAGIC: Final = b"PK\x03\x04"
"""What a zip of ours begins with; a plain export begins with a brace."""
MAX_LEDGER: Final = 1 << 38
"""Bytes of the ledger, unpacked: 256 GiB."""
MAX_README: Final = 64 << 10
MAX_RATIO: Final = 50
"""Unpacked to packed, beyond the first MiB. Real exports reach 2 to 8, an empty bomb 1,032."""
_SMALL: Final = 1 << 20
_DIRECTORY: Final = 64 << 20
"""Bytes of the directory of another kind of package, with many members."""
_CHUNK: Final = 256 << 10
_STAMP: Final = (1980, 1, 1, 0, 0, 0)
_BAD: Final = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError, OverflowError,
)  # fmt: skip
"""What `zipfile` raises for bytes that are no sound archive; NotImplementedError is a compression that it does not
know."""


def write(file: IO[bytes], lines: Iterable[bytes], readme: bytes) -> None:
    """Writes the archive into `file`, streamed. The README comes first, for whoever looks."""
    for _ in _written(file, lines, readme):
        pass


def pieces(lines: Iterable[bytes], readme: bytes) -> Iterator[bytes]:
    """The same archive in pieces as it grows, for what cannot seek: a download. No more than a chunk is in memory."""
    sink = Sink()
    for _ in _written(cast("IO[bytes]", sink), lines, readme):
        yield sink.take()
    yield sink.take()


def _written(file: IO[bytes], lines: Iterable[bytes], readme: bytes) -> Iterator[None]:
    """Writes on, a chunk at a time."""
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(_member(README), readme)
        with archive.open(_member(LEDGER), "w", force_zip64=True) as ledger:
            waiting: list[bytes] = []
            size = 0
            for line in lines:
                waiting.append(line)
                size += len(line)
                if size >= _CHUNK:
                    ledger.write(b"".join(waiting))
                    waiting, size = [], 0
                    yield
            ledger.write(b"".join(waiting))


def read(file: IO[bytes]) -> Iterator[bytes]:
    """The lines of an export, a zip or not, each with its newline, none longer than an export has.

    UnreadableError, perhaps after some lines, where a zip is not one of ours or is broken. `file` must be seekable.
    """
    start = file.read(len(MAGIC))
    file.seek(0)
    if start != MAGIC:
        yield from _lines(file)
        return
    with _readable(), zipfile.ZipFile(_Chunks(file)) as archive, archive.open(_ledger_of(archive)) as member:
        yield from _lines(io.BufferedReader(_Raw(member), _CHUNK))


def holds(file: IO[bytes], name: str) -> bool:
    """Whether `file` is a zip with a member of this name. Nothing else is looked at; False for what is broken."""
    start = file.read(len(MAGIC))
    file.seek(0)
    if start != MAGIC:
        return False
    try:
        with zipfile.ZipFile(_Chunks(file, _DIRECTORY)) as archive:
            return name in archive.namelist()
    except _BAD:
        return False


def _lines(file: IO[bytes] | io.BufferedReader) -> Iterator[bytes]:
    while line := file.readline(MAX_LINE + 2):
        yield line


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except _BAD as fault:
        raise UnreadableError from fault


def _ledger_of(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    """The ledger, if the archive is in our form. ValueError otherwise."""
    limits = {LEDGER: MAX_LEDGER, README: MAX_README}
    members = archive.infolist()
    names = [each.filename for each in members]
    if archive.comment or len(set(names)) != len(names) or not {LEDGER} <= set(names) <= limits.keys():
        raise ValueError("members")
    for each in members:
        if each.flag_bits & 0x41 or each.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ValueError("encrypted, or another compression")
        if each.file_size > limits[each.filename] or each.file_size > _SMALL + MAX_RATIO * each.compress_size:
            raise ValueError("size")
    return members[names.index(LEDGER)]


def _member(name: str) -> zipfile.ZipInfo:
    """Without a time of this machine: the same export gives the same archive."""
    info = zipfile.ZipInfo(name, _STAMP)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info


class _Chunks(io.RawIOBase):
    """A file of which nobody reads much at once: a directory that claims to be huge is refused, not loaded."""

    def __init__(self, file: IO[bytes], limit: int = _SMALL) -> None:
        self._file = file
        self._limit = limit

    def read(self, size: int | None = -1, /) -> bytes:
        wanted = self._limit + 1 if size is None or size < 0 else size
        data = self._file.read(min(wanted, self._limit + 1))
        if len(data) > self._limit:
            raise ValueError("too much at once")
        return data

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True


class _Raw(io.RawIOBase):
    """A member of an archive as a raw stream, so that its lines are read by the standard library's fast reader."""

    def __init__(self, member: IO[bytes]) -> None:
        self._member = member

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        data = self._member.read(len(view))
        view[: len(data)] = data
        return len(data)

    def readable(self) -> bool:
        return True
