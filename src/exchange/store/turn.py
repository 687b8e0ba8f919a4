"""Whose turn it is to write to one SQLite file, among the threads of this process and among processes.

SQLite's own waiters sleep up to 100 ms and poll, and whoever has just written wins again. Here whoever waits first
goes first: a writer that has finished stands behind the one already waiting at the door. This keeps order only; that
nobody else writes is still held by `BEGIN IMMEDIATE`. The kernel frees a turn when its process dies.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from exchange.errors import Code, Unavailable

_POLL = 0.0005
"""Seconds between two looks at another process's turn."""


class Turn:
    """Two locks, for threads and again for processes: the door, where one waits, and the turn itself."""

    def __init__(self, database: Path, wait: float) -> None:
        self._wait = wait
        self._door, self._turn = threading.Lock(), threading.Lock()
        self._paths = Path(f"{database}-door"), Path(f"{database}-turn")
        self._files: tuple[int, int] | None = None

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Unavailable(DATABASE_BUSY) after the wait."""
        until = monotonic() + self._wait
        with _held(self._door, until):
            _acquire(self._turn, until)
        try:
            if self._files is None:
                door, turn = self._paths
                self._files = _open(door), _open(turn)
            with _held_file(*self._files, until):
                yield
        finally:
            self._turn.release()

    def close(self) -> None:
        files, self._files = self._files, None
        for file in files or ():
            os.close(file)


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        raise Unavailable(Code.DATABASE_UNAVAILABLE) from None


def _acquire(lock: threading.Lock, until: float) -> None:
    if not lock.acquire(timeout=max(0.0, until - monotonic())):
        raise Unavailable(Code.DATABASE_BUSY)


@contextmanager
def _held(lock: threading.Lock, until: float) -> Iterator[None]:
    _acquire(lock, until)
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _held_file(door: int, turn: int, until: float) -> Iterator[None]:
    _lock_file(door, until)
    try:
        _lock_file(turn, until)
    finally:
        fcntl.flock(door, fcntl.LOCK_UN)
    try:
        yield
    finally:
        fcntl.flock(turn, fcntl.LOCK_UN)


def _lock_file(file: int, until: float) -> None:
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if monotonic() >= until:
                raise Unavailable(Code.DATABASE_BUSY) from None
        sleep(_POLL)
