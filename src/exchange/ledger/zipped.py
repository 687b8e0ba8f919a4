"""A zip that is written in pieces, into nothing that could seek. It opens no file and reads no clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO, Final, cast
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


class Sink:
    """Where the archive writes to, a piece at a time. It can neither seek nor tell, so nothing is ever rewritten."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        """What was written since the last time."""
        found = b"".join(self._pieces)
        self._pieces.clear()
        return found


def member(name: str) -> ZipInfo:
    """The head of a member, without a time: the same content is the same archive."""
    info = ZipInfo(name, _EPOCH)
    info.compress_type = ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info


def zip_of(files: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """The bytes of an archive of (name, content), in pieces; one file at a time is in memory."""
    sink = Sink()
    archive = ZipFile(cast("IO[bytes]", sink), "w", ZIP_DEFLATED)
    for name, data in files:
        archive.writestr(member(name), data)
        yield sink.take()
    archive.close()
    yield sink.take()
