"""Commitments to claims: each can be opened alone, and what is not opened tells nothing, not even how many there are.

    commitment = SHA-256(PAE("exchange/claim/1", salt, claim))       salt: 16 random bytes; claim: canonical JSON
    blob       = the commitments and random decoys, sorted, 16, 32, 64, 128 or 256 of them, 32 bytes each
    packed     = count (4 bytes, big endian), then for each pair: salt (16), length (4, big endian), claim

Hiding: SHA-256 with a fresh 128-bit salt a claim, so a guess cannot be tested. Binding: collision resistance. What a
claim means is not known here. Spec: docs/spec/records.md §4, §5.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from hashlib import sha256

from exchange.crypto.encoding import pae
from exchange.crypto.keys.randomness import random_bytes
from exchange.errors import BadInput, Code

SALT = 16
"""Bytes of a salt."""
BUCKETS = (16, 32, 64, 128, 256)
"""How many commitments a blob may hold."""
MAX_CLAIM = 64 << 10
"""Bytes of one claim."""
MAX_PACKED = 4 << 20
_SIZE = 32
_u64 = struct.Struct("<Q").pack
_PAIR = struct.Struct(">16sI")
_COUNT = struct.Struct(">I")
_u32 = _COUNT.pack
# What PAE puts before every salt; the salt's length is fixed, so only the claim's length varies.
_HEAD = pae("exchange/claim/1", bytes(SALT), b"")[: -SALT - 8]
_SPLIT = {count * _SIZE: struct.Struct(f"{_SIZE}s" * count).unpack for count in BUCKETS}


def new_salts(count: int) -> list[bytes]:
    """`count` fresh salts of 16 bytes."""
    data = random_bytes(count * SALT)
    return [data[at : at + SALT] for at in range(0, len(data), SALT)]


def commit(salt: bytes, claim: bytes) -> bytes:
    """The commitment, 32 bytes. ValueError if the salt is not 16 bytes."""
    if len(salt) != SALT:
        raise ValueError("salt size")
    return sha256(_HEAD + salt + _u64(len(claim)) + claim).digest()


def padded(commitments: Sequence[bytes]) -> bytes:
    """The blob for a manifest. BadInput(TOO_MANY_CLAIMS) over 256."""
    for bucket in BUCKETS:
        if len(commitments) <= bucket:
            missing = random_bytes((bucket - len(commitments)) * _SIZE)
            decoys = (missing[at : at + _SIZE] for at in range(0, len(missing), _SIZE))
            return b"".join(sorted((*commitments, *decoys)))
    raise BadInput(Code.TOO_MANY_CLAIMS, limit=BUCKETS[-1])


def well_formed(blob: bytes) -> bool:
    """True for a bucket's number of commitments in strictly rising order: one blob for one set."""
    split = _SPLIT.get(len(blob))
    if split is None:
        return False
    found = split(blob)
    return sorted(set(found)) == list(found)


def opens(blob: bytes, salt: bytes, claim: bytes) -> bool:
    """True if (salt, claim) opens a commitment of `blob`."""
    return first_unopened(blob, [(salt, claim)]) is None


def all_open(blob: bytes, pairs: Sequence[tuple[bytes, bytes]]) -> bool:
    """True if every pair opens a commitment of its own. For pairs as `unpack` gives them: their salts have 16 bytes."""
    split = _SPLIT.get(len(blob))
    if split is None:
        return not pairs
    opened = {sha256(_HEAD + salt + _u64(len(claim)) + claim).digest() for salt, claim in pairs if len(salt) == SALT}
    return len(opened) == len(pairs) and opened.issubset(split(blob))


def first_unopened(blob: bytes, pairs: Sequence[tuple[bytes, bytes]]) -> int | None:
    """Index of the first pair that opens nothing, or what an earlier pair already opened; None if all open."""
    split = _SPLIT.get(len(blob))
    left = set(split(blob)) if split is not None else set()
    for index, (salt, claim) in enumerate(pairs):
        digest = sha256(_HEAD + salt + _u64(len(claim)) + claim).digest()
        if digest not in left or len(salt) != SALT:
            return index
        left.remove(digest)
    return None


def pack(pairs: Sequence[tuple[bytes, bytes]]) -> bytes:
    """Pairs as bytes: what is sent in a parcel and what is stored at rest. ValueError if a salt is not 16 bytes."""
    if {len(salt) for salt, _ in pairs} - {SALT}:
        raise ValueError("salt size")
    parts = [part for salt, claim in pairs for part in (salt, _u32(len(claim)), claim)]
    return b"".join((_u32(len(pairs)), *parts))


def unpack(packed: bytes) -> list[tuple[bytes, bytes]]:
    """The (salt, claim) pairs. BadInput(BODY_MALFORMED) unless `packed` is exactly what `pack` writes."""
    size = len(packed)
    if size < 4:
        raise BadInput(Code.BODY_MALFORMED, at="claims")
    (count,), at = _COUNT.unpack_from(packed), 4
    if count > BUCKETS[-1]:
        raise BadInput(Code.TOO_MANY_CLAIMS, limit=BUCKETS[-1])
    pairs = []
    read = _PAIR.unpack_from
    try:
        for _ in range(count):
            salt, length = read(packed, at)
            start = at + 20
            at = start + length
            if length > MAX_CLAIM:
                raise BadInput(Code.BODY_MALFORMED, at="claims")
            pairs.append((salt, packed[start:at]))  # cut short at the end: then `at` is not `size` below
    except struct.error:
        raise BadInput(Code.BODY_MALFORMED, at="claims") from None
    if at != size:
        raise BadInput(Code.BODY_MALFORMED, at="claims")
    return pairs
