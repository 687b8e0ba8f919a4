"""VOPRF(ristretto255, SHA-512) in plain integers, from RFC 9496 and RFC 9497 alone: slow, and only for tests.

The library under test draws its own blinds and proofs' scalars, so it cannot be given those of a published vector.
This oracle can: it is checked against every member of the vectors, and then vouches for what the library draws.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final, NamedTuple

P: Final = 2**255 - 19
L: Final = 2**252 + 27742317777372353535851937790883648493
D: Final = -121665 * pow(121666, -1, P) % P
SQRT_M1: Final = pow(2, (P - 1) // 4, P)
CONTEXT: Final = b"OPRFV1-\x01-ristretto255-SHA512"


class Point(NamedTuple):
    """Affine Edwards coordinates of a representative."""

    x: int
    y: int


IDENTITY: Final = Point(0, 1)


def _root(u: int, v: int) -> tuple[bool, int]:
    """SQRT_RATIO_M1 of RFC 9496 §4.2."""
    r = u * v**3 % P * pow(u * v**7 % P, (P - 5) // 8, P) % P
    check = v * r * r % P
    if check in (-u % P, -u * SQRT_M1 % P):
        r = r * SQRT_M1 % P
    return check in (u % P, -u % P), P - r if r % 2 else r


def _abs(value: int) -> int:
    value %= P
    return P - value if value % 2 else value


SQRT_AD_MINUS_ONE: Final = 25063068953384623474111414158702152701244531502492656460079210482610430750235
_INVSQRT_A_MINUS_D: Final = _root(1, (-1 - D) % P)[1]
_ONE_MINUS_D_SQ: Final = (1 - D * D) % P
_D_MINUS_ONE_SQ: Final = (D - 1) ** 2 % P


def add(a: Point, b: Point) -> Point:
    t = D * a.x * b.x % P * a.y % P * b.y % P
    x = (a.x * b.y + a.y * b.x) * pow(1 + t, -1, P) % P
    return Point(x, (a.y * b.y + a.x * b.x) * pow(1 - t, -1, P) % P)


def mul(k: int, point: Point) -> Point:
    found = IDENTITY
    for bit in bin(k % L)[2:]:
        found = add(found, found)
        if bit == "1":
            found = add(found, point)
    return found


def encode(point: Point) -> bytes:
    """RFC 9496 §4.3.2."""
    x, y, t = point.x, point.y, point.x * point.y % P
    u1, u2 = (1 + y) * (1 - y) % P, x * y % P
    _, inverse = _root(1, u1 * u2 * u2 % P)
    den1, den2 = inverse * u1 % P, inverse * u2 % P
    z_inv = den1 * den2 * t % P
    rotate = t * z_inv % P % 2 == 1
    if rotate:
        x, y, den = y * SQRT_M1 % P, x * SQRT_M1 % P, den1 * _INVSQRT_A_MINUS_D % P
    else:
        den = den2
    if x * z_inv % P % 2:
        y = -y % P
    return _abs(den * (1 - y)).to_bytes(32, "little")


def decode(data: bytes) -> Point:
    """RFC 9496 §4.3.1. ValueError for what is no element."""
    s = int.from_bytes(data, "little")
    if len(data) != 32 or s >= P or s % 2:
        raise ValueError
    ss = s * s % P
    u1, u2 = (1 - ss) % P, (1 + ss) % P
    v = (-(D * u1 * u1) - u2 * u2) % P
    square, inverse = _root(1, v * u2 * u2 % P)
    den_x = inverse * u2 % P
    x = _abs(2 * s * den_x)
    y = u1 * inverse % P * den_x % P * v % P
    if not square or x * y % P % 2 or y == 0:
        raise ValueError
    return Point(x, y)


def _map(data: bytes) -> Point:
    """MAP of RFC 9496 §4.3.4."""
    t = int.from_bytes(data, "little") % 2**255 % P
    r = SQRT_M1 * t * t % P
    u, v = (r + 1) * _ONE_MINUS_D_SQ % P, (-1 - r * D) * (r + D) % P
    square, s = _root(u, v)
    c = -1
    if not square:
        s, c = -_abs(s * t) % P, r
    n = (c * (r - 1) * _D_MINUS_ONE_SQ - v) % P
    w0, w1 = 2 * s * v % P, n * SQRT_AD_MINUS_ONE % P
    w2, w3 = (1 - s * s) % P, (1 + s * s) % P
    return Point(w0 * pow(w1, -1, P) % P, w2 * pow(w3, -1, P) % P)


def expand(message: bytes, tag: bytes, size: int = 64) -> bytes:
    """expand_message_xmd with SHA-512 (RFC 9380 §5.3.1), one block."""
    prime = tag + bytes([len(tag)])
    first = hashlib.sha512(bytes(128) + message + size.to_bytes(2, "big") + b"\0" + prime).digest()
    return hashlib.sha512(first + b"\x01" + prime).digest()[:size]


def hash_to_group(data: bytes) -> Point:
    uniform = expand(data, b"HashToGroup-" + CONTEXT)
    return add(_map(uniform[:32]), _map(uniform[32:]))


def hash_to_scalar(data: bytes, tag: bytes = b"HashToScalar-" + CONTEXT) -> int:
    return int.from_bytes(expand(data, tag), "little") % L


def derive_key(seed: bytes, info: bytes) -> int:
    given = seed + len(info).to_bytes(2, "big") + info
    return hash_to_scalar(given + b"\0", b"DeriveKeyPair" + CONTEXT)


def finalize(given: bytes, element: Point) -> bytes:
    parts = [given, encode(element)]
    return hashlib.sha512(b"".join(len(part).to_bytes(2, "big") + part for part in parts) + b"Finalize").digest()


BASE: Final = decode(bytes.fromhex("e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76"))


def _prefixed(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(2, "big") + part for part in parts)


def _composites(public: bytes, blinded: Sequence[bytes], evaluated: Sequence[bytes]) -> tuple[Point, Point]:
    """ComputeComposites of RFC 9497 §2.2.1."""
    seed = hashlib.sha512(_prefixed(public, b"Seed-" + CONTEXT)).digest()
    m = z = IDENTITY
    for at, (c, d) in enumerate(zip(blinded, evaluated, strict=True)):
        scalar = hash_to_scalar(_prefixed(seed) + at.to_bytes(2, "big") + _prefixed(c, d) + b"Composite")
        m, z = add(m, mul(scalar, decode(c))), add(z, mul(scalar, decode(d)))
    return m, z


def proof(key: int, r: int, blinded: Sequence[bytes], evaluated: Sequence[bytes]) -> bytes:
    """GenerateProof of RFC 9497 §2.2.1 with the random scalar `r`."""
    public = encode(mul(key, BASE))
    m, z = _composites(public, blinded, evaluated)
    challenge = _challenge(public, m, z, mul(r, BASE), mul(r, m))
    return challenge.to_bytes(32, "little") + ((r - challenge * key) % L).to_bytes(32, "little")


def verifies(public: bytes, blinded: Sequence[bytes], evaluated: Sequence[bytes], given: bytes) -> bool:
    """VerifyProof of RFC 9497 §2.2.2."""
    challenge, s = int.from_bytes(given[:32], "little"), int.from_bytes(given[32:], "little")
    m, z = _composites(public, blinded, evaluated)
    t2 = add(mul(s, BASE), mul(challenge, decode(public)))
    return challenge == _challenge(public, m, z, t2, add(mul(s, m), mul(challenge, z)))


def _challenge(public: bytes, m: Point, z: Point, t2: Point, t3: Point) -> int:
    return hash_to_scalar(_prefixed(public, encode(m), encode(z), encode(t2), encode(t3)) + b"Challenge")
