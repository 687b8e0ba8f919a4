"""A stranger's follower of a tiled log, from the texts of C2SP (tlog-tiles, tlog-checkpoint, signed-note) and RFC 6962.

It uses nothing of `exchange`: what it accepts, any other follower of such logs accepts.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator
from itertools import pairwise

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Fetch = Callable[[str], bytes]
"""Path under the log's prefix -> body."""


def follow(fetch: Fetch, origin: str, key: str) -> list[bytes]:
    """Every entry of the log, each proven to be in its signed tree. AssertionError where something does not fit."""
    size, root = checkpoint(fetch("checkpoint"), origin, key)
    level, rows = 0, [hashes(fetch, 0, size)]
    while len(rows[-1]) >= 256:
        level += 1
        rows.append(hashes(fetch, level, len(rows[-1]) // 256))
    for below, above in pairwise(rows):
        for n, each in enumerate(above):
            assert each == mth(below[256 * n : 256 * n + 256])
    assert mth(rows[0]) == root
    found = list(entries(fetch, size))
    assert [hashlib.sha256(b"\x00" + each).digest() for each in found] == rows[0]
    return found


def checkpoint(note: bytes, origin: str, key: str) -> tuple[int, bytes]:
    """(size, root) of a note that the key, `name+id+base64(01 ‖ public)`, signed."""
    text, _, signatures = note.decode().rpartition("\n\n")
    text += "\n"
    name, id_, public = key.split("+", 2)
    for line in signatures.splitlines():
        mark, who, blob = line.split(" ")
        data = base64.b64decode(blob, validate=True)
        if (mark, who, data[:4].hex()) == ("—", name, id_):
            Ed25519PublicKey.from_public_bytes(base64.b64decode(public)[1:]).verify(data[4:], text.encode())
            break
    else:
        raise AssertionError("not signed by this key")
    first, size, root = text.splitlines()[:3]
    assert first == origin
    return int(size), base64.b64decode(root, validate=True)


def hashes(fetch: Fetch, level: int, count: int) -> list[bytes]:
    """All hashes of one level, by its tiles."""
    found: list[bytes] = []
    for number in range(-(-count // 256)):
        width = min(256, count - 256 * number)
        data = fetch(place(str(level), number, width))
        assert len(data) == 32 * width
        found += [data[at : at + 32] for at in range(0, len(data), 32)]
    return found


def entries(fetch: Fetch, size: int) -> Iterator[bytes]:
    for number in range(-(-size // 256)):
        width = min(256, size - 256 * number)
        data = fetch(place("entries", number, width))
        for _ in range(width):
            length = int.from_bytes(data[:2], "big")
            assert len(data) >= 2 + length
            yield data[2 : 2 + length]
            data = data[2 + length :]
        assert data == b""


def place(level: str, number: int, width: int) -> str:
    """`tile/<L>/<N>[.p/<W>]`: zero-padded groups of three digits, all but the last behind an x."""
    groups = [f"{number % 1000:03}"]
    while number := number // 1000:
        groups.insert(0, f"x{number % 1000:03}")
    return f"tile/{level}/{'/'.join(groups)}" + (f".p/{width}" if width < 256 else "")


def mth(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, over leaf hashes."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()
