"""Passphrases and tokens: from a file, from stdin with `-`, or asked at the terminal; never from arguments."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path
from typing import Final

from exchange.errors import BadInput, Code, Unauthenticated, Unavailable

VARIABLE: Final = "EXCHANGE_TOKEN_FILE"
"""Environment variable with a path, not with a secret."""
MAX_SECRET: Final = 4096
"""Bytes."""


def read_passphrase(path: Path | None, *, ask: bool, confirm: bool = False) -> bytes:
    """The passphrase of the key files. Unavailable(KEYFILE_LOCKED) when there is nowhere to get it from."""
    if path is not None:
        return _from_file(path, "passphrase_file")
    if not ask or not sys.stdin.isatty():
        raise Unavailable(Code.KEYFILE_LOCKED, at="passphrase_file")
    given = getpass.getpass("Passphrase: ")
    if confirm and getpass.getpass("Passphrase again: ") != given:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="passphrase")
    return given.encode("utf-8")


def read_token(path: Path | None) -> str:
    """Who acts: the token in `path`, or in the file that EXCHANGE_TOKEN_FILE names. Unauthenticated when neither is."""
    named = path if path is not None else _variable()
    if named is None:
        raise Unauthenticated(at="token_file")
    return _from_file(named, "token_file").decode("utf-8", "replace")


def has_token(path: Path | None) -> bool:
    """Whether somebody named a token at all."""
    return path is not None or _variable() is not None


def write_private(path: Path, data: bytes) -> None:
    """A new file that only its owner reads. BadInput when it exists already or cannot be made."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="out") from None
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _variable() -> Path | None:
    named = os.environ.get(VARIABLE)
    return Path(named) if named else None


def _from_file(path: Path, at: str) -> bytes:
    """First line of a file, or of stdin for `-`. An open file of others is refused: a secret that all read is none."""
    try:
        if str(path) == "-":
            data = sys.stdin.buffer.readline(MAX_SECRET)
        else:
            if path.stat().st_mode & 0o077 and path.stat().st_uid == os.geteuid():
                raise BadInput(Code.VALUE_NOT_ALLOWED, at=at, mode=oct(path.stat().st_mode & 0o777))
            data = path.read_bytes()[:MAX_SECRET]
    except OSError:
        raise BadInput(Code.CONFIG_INVALID, at=at) from None
    secret = data.split(b"\n", 1)[0].rstrip(b"\r")
    if not secret:
        raise BadInput(Code.CONFIG_INVALID, at=at)
    return secret
