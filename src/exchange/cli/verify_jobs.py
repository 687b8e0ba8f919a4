"""Verifies an export on two processors: a child checks the signatures of heads, which take half of the time.

What the child says only confirms. Where it does not, or anything else is wrong with the file, everything is done once
more in this process, in order: the report is the same in both ways.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Final

from exchange.crypto.checkpoint import Verifier, check
from exchange.errors import SignatureInvalid
from exchange.ledger.report import Report
from exchange.ledger.verify import verify

Signed = tuple[Verifier, bytes, bytes]
"""Key, signature, message."""
CHUNK: Final = 1024
"""Signatures sent at once, about 200 kB; a pipe holds less, so the child is never far behind."""


def verified(lines: Callable[[], Iterator[bytes]], fingerprint: str, *, jobs: int | None = None) -> Report:
    """The report on the export whose lines `lines()` yields, from the first, each time that it is called.

    `jobs`: processors to use; as many as there are if not said, two at most.
    """
    if (jobs or len(os.sched_getaffinity(0))) > 1:
        child = _Child()
        try:
            report = verify(lines(), fingerprint=fingerprint, check=child.check)
            if report.ok and child.confirms():
                return report
        finally:
            child.end()
    return verify(lines(), fingerprint=fingerprint)


class _Child:
    def __init__(self) -> None:
        fork = get_context("fork")
        self._pipe, theirs = fork.Pipe()
        self._waiting: list[Signed] = []
        self._gone = False
        self._process = fork.Process(target=_check_all, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()

    def check(self, key: Verifier, signature: bytes, message: bytes) -> None:
        """Takes a signature; says nothing about it."""
        self._waiting.append((key, signature, message))
        if len(self._waiting) >= CHUNK:
            self._send(self._waiting)
            self._waiting = []

    def confirms(self) -> bool:
        """Whether every signature was checked and is good."""
        self._send(self._waiting)
        self._send(None)
        try:
            return not self._gone and self._pipe.recv() is True
        except (EOFError, OSError):
            return False

    def end(self) -> None:
        self._pipe.close()
        self._process.terminate()
        self._process.join()

    def _send(self, signatures: list[Signed] | None) -> None:
        try:
            self._pipe.send(signatures)
        except OSError:
            self._gone = True


def _check_all(pipe: Connection) -> None:
    """Answers True once, after the last chunk; ends without an answer at the first signature that is not good."""
    while (signatures := pipe.recv()) is not None:
        try:
            for each in signatures:
                check(*each)
        except SignatureInvalid:
            return
    pipe.send(True)
