"""Reads and writes the files that a person names: sizes are limited, `-` is stdin, a new file replaces whole."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from exchange.errors import BadInput, Code, Conflict, NotFound, TooLarge


def read_file(path: Path, limit: int) -> bytes:
    """The content, at most `limit` bytes. NotFound, TooLarge, BadInput(VALUE_NOT_ALLOWED)."""
    try:
        if str(path) == "-":
            data = sys.stdin.buffer.read(limit + 1)
        else:
            with path.open("rb") as file:
                data = file.read(limit + 1)
    except FileNotFoundError:
        raise NotFound(at="file") from None
    except OSError:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="file") from None
    if len(data) > limit:
        raise TooLarge(limit=limit)
    return data


def write_file(path: Path, data: bytes) -> None:
    """Writes or replaces `path`, readable by its owner only."""
    write_lines(path, [data])


def write_lines(path: Path, parts: Iterable[bytes]) -> int:
    """Writes the parts beside `path` and renames at the end: nobody finds half a file. Returns the bytes written."""
    with replacing(path) as file:
        return sum(file.write(part) for part in parts)


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A new file, readable by its owner only, that stands at `path` once it is whole."""
    beside = path.with_name(f".{path.name}.part-{os.getpid()}")
    try:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    except OSError:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="out") from None
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def write_folder(path: Path, files: Iterable[tuple[str, bytes]]) -> int:
    """Writes (path below, content) into a new folder, beside it first: nobody finds half of it. Returns the bytes.

    Conflict(ALREADY_EXISTS) when `path` is there.
    """
    beside = path.with_name(f".{path.name}.part-{os.getpid()}")
    if path.exists() or not path.name:
        raise Conflict(Code.ALREADY_EXISTS, at="out")
    try:
        beside.mkdir(mode=0o700)
    except OSError:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="out") from None
    size = 0
    try:
        for name, data in files:
            place = beside / name
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_file(place, data)
            size += len(data)
        os.rename(beside, path)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    return size
