"""The only source of random bytes in the trust core: the operating system's generator. Nothing is derived from time."""

from __future__ import annotations

import secrets


def random_bytes(size: int) -> bytes:
    """`size` bytes from the operating system's generator."""
    return secrets.token_bytes(size)
