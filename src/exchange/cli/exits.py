"""The one table of exit codes. `docs/operations.md` §8 is generated from it; scripts may rely on every row.

It does not print: `exchange.cli.faults` does. 10 to 13 are those of `exchange.ledger.report.Exit`.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from exchange import errors
from exchange.errors import Code, ExchangeError


class Exit(IntEnum):
    """What a script sees of a command."""

    OK = 0
    UNEXPECTED = 1
    USAGE = 2
    NOT_FOUND = 3
    DENIED = 4
    AUTH = 5
    REMOTE = 6
    CONFLICT = 7
    SIGNATURE = 10
    CHAIN = 11
    CHECKPOINT = 12
    UNTRUSTED = 13
    RETRY = 75


MEANING: Final[dict[Exit, str]] = {
    Exit.OK: "done",
    Exit.UNEXPECTED: "unexpected: a mistake in this program or in the machine",
    Exit.USAGE: "usage: options, files or values that cannot be taken",
    Exit.NOT_FOUND: "not found, or not for the person who asks",
    Exit.DENIED: "denied by an agreement, a national policy or a safeguard",
    Exit.AUTH: "nobody known asks, or somebody who may not do this",
    Exit.REMOTE: "a partner's node did not answer as the protocol says",
    Exit.CONFLICT: "conflict: somebody was faster, or the state does not allow it any more",
    Exit.SIGNATURE: "a signature is invalid or missing",
    Exit.CHAIN: "the chain is broken, has a gap, or two ledgers contradict each other",
    Exit.CHECKPOINT: "a checkpoint does not match the ledger",
    Exit.UNTRUSTED: "a key or root is not the trusted one",
    Exit.RETRY: "not now: locked, busy, clock or database; try again later",
}

OF_CLASS: Final[dict[type[ExchangeError], Exit]] = {
    errors.ExchangeError: Exit.UNEXPECTED,
    errors.BadInput: Exit.USAGE,
    errors.TooLarge: Exit.USAGE,
    errors.NotFound: Exit.NOT_FOUND,
    errors.Denied: Exit.DENIED,
    errors.Unauthenticated: Exit.AUTH,
    errors.Forbidden: Exit.AUTH,
    errors.Conflict: Exit.CONFLICT,
    errors.Remote: Exit.REMOTE,
    errors.Unavailable: Exit.RETRY,
    errors.Untrusted: Exit.SIGNATURE,
    errors.SignatureInvalid: Exit.SIGNATURE,
    errors.ChainBroken: Exit.CHAIN,
    errors.CheckpointMismatch: Exit.CHECKPOINT,
    errors.UntrustedKey: Exit.UNTRUSTED,
}
"""A row for every class of the tree; a test walks it."""

OF_CODE: Final[dict[Code, Exit]] = {
    Code.KEYFILE_LOCKED: Exit.AUTH,
    Code.CONFIG_INVALID: Exit.USAGE,
    Code.ROOT_MISMATCH: Exit.UNTRUSTED,
    Code.KEY_UNKNOWN: Exit.UNTRUSTED,
    Code.KEY_NOT_VALID: Exit.UNTRUSTED,
    Code.DESCRIPTOR_EXPIRED: Exit.UNTRUSTED,
    Code.DESCRIPTOR_ROLLBACK: Exit.UNTRUSTED,
    Code.EQUIVOCATION: Exit.CHAIN,
    Code.SEQUENCE_GAP: Exit.CHAIN,
    Code.PREVIOUS_MISMATCH: Exit.CHAIN,
    Code.PROOF_INVALID: Exit.CHAIN,
}
"""Codes that say more than the class they are raised with."""


def exit_of(error: ExchangeError) -> Exit:
    """The exit code for an error: by its code, else by the nearest class."""
    if error.code in OF_CODE:
        return OF_CODE[error.code]
    return next(OF_CLASS[kind] for kind in type(error).__mro__ if kind in OF_CLASS)


def table() -> str:
    """The rows as Markdown, for the documentation."""
    rows = [f"| {int(code)} | {meaning} |" for code, meaning in MEANING.items()]
    return "\n".join(["| exit code | meaning |", "|---|---|", *rows]) + "\n"
