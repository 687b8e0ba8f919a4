"""Verifies an export on two processors: a child checks the signatures of heads, which take half of the time.

What the child says only confirms. Where it does not, or anything else is wrong with the file, everything is done once
more in this process, in order: the report is the same in both ways.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from typing import Final

from exchange.crypto.checkpoint import Verifier, check
from exchange.errors import SignatureInvalid
from exchange.ledger.report import Report
from exchange.ledger.verify import verify

Signed = tuple[Verifier, bytes, bytes]
"""Key, signature, message."""
PATIENCE_S: Final = 120.0
"""For the child to finish what a pipe and its last chunk hold; then everything is done here."""
CHUNK: Final = 1024
"""Signatures sent at once, about 200 kB; a pipe holds less, so the child is never far behind."""


def verified(lines: Callable[[], Iterator[bytes]], fingerprint: str, *, jobs: int | None = None) -> Report:
    """The report on the export whose lines `lines()` yields, from the first, each time that it is called.

    `jobs`: processors to use; as many as there are if not said, two at most.
    """
    alone = threading.active_count() == 1  # a child of a process with threads may find a lock that nobody opens
    if alone and (jobs or len(os.sched_getaffinity(0))) > 1:
        child = _Child()
        try:
            report = verify(lines(), fingerprint=fingerprint, check=child.check)
            if report.ok and child.confirms():
                return report
        finally:
            child.end()
    return verify(lines(), fingerprint=fingerprint)


class _Child:
    """Started with the first whole chunk: a small file needs none."""

    def __init__(self) -> None:
        self._waiting: list[Signed] = []
        self._gone = False
        self._process: ForkProcess | None = None
        self._pipe: Connection | None = None

    def check(self, key: Verifier, signature: bytes, message: bytes) -> None:
        """Takes a signature; says nothing about it."""
        self._waiting.append((key, signature, message))
        if len(self._waiting) >= CHUNK:
            self._send(self._waiting)
            self._waiting = []

    def confirms(self) -> bool:
        """Whether every signature was checked and is good."""
        if self._pipe is None:
            return _all_good(self._waiting)
        self._send(self._waiting)
        self._send(None)
        try:
            return not self._gone and self._pipe.poll(PATIENCE_S) and self._pipe.recv() is True
        except (EOFError, OSError):
            return False

    def end(self) -> None:
        if self._process is not None and self._pipe is not None:
            self._pipe.close()
            self._process.kill()
            self._process.join()

    def _send(self, signatures: list[Signed] | None) -> None:
        try:
            self._started().send(signatures)
        except OSError:
            self._gone = True

    def _started(self) -> Connection:
        if self._pipe is None:
            fork = get_context("fork")
            self._pipe, theirs = fork.Pipe()
            self._process = fork.Process(target=_check_all, args=(theirs,), daemon=True)
            self._process.start()
            theirs.close()
        return self._pipe


def _all_good(signatures: list[Signed]) -> bool:
    try:
        for each in signatures:
            check(*each)
    except SignatureInvalid:
        return False
    return True


def _check_all(pipe: Connection) -> None:
    """Answers True once, after the last chunk; ends without an answer at the first signature that is not good."""
    while (signatures := pipe.recv()) is not None:
        if not _all_good(signatures):
            return
    pipe.send(True)
