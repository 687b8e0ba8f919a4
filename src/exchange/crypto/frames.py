"""Byte strings one after the other, each behind its length: how a body carries signed bytes as they are.

    frames = (length: 4 bytes, big endian; bytes) …

It knows nothing of what is in them. Spec: docs/spec/envelope.md §5.
"""

from __future__ import annotations

from collections.abc import Sequence

from exchange.errors import BadInput, Code, TooLarge

_LENGTH = 4


def join(parts: Sequence[bytes]) -> bytes:
    """The frames of `parts`, in order."""
    return b"".join([piece for part in parts for piece in (len(part).to_bytes(_LENGTH, "big"), part)])


def split(data: bytes, *, limit: int) -> list[bytes]:
    """What `join` was given. BadInput(BODY_MALFORMED) unless `data` ends with a frame; TooLarge over `limit` frames."""
    parts: list[bytes] = []
    at, size = 0, len(data)
    while at < size:
        start = at + _LENGTH
        at = start + int.from_bytes(data[at:start], "big")
        if start > size or at > size:
            raise BadInput(Code.BODY_MALFORMED, at="frames")
        if len(parts) == limit:
            raise TooLarge(Code.TOO_LARGE, limit=limit)
        parts.append(data[start:at])
    return parts
