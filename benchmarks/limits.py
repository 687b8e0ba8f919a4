"""The raw limits of the machine that everything else stands on: commit, seal, sign, hash. Microseconds."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator

from cryptography.hazmat.primitives.asymmetric import ed25519, mldsa

from benchmarks.floor import SUITE, Box, kem_key, kem_key_public, open_box


def limits(database_url: str) -> dict[str, float]:
    """Name -> microseconds for one call."""
    data = os.urandom(2048)
    edwards, lattice, kem = ed25519.Ed25519PrivateKey.generate(), mldsa.MLDSA65PrivateKey.generate(), kem_key()
    edwards_signature, lattice_signature = edwards.sign(data), lattice.sign(data)
    sealed = SUITE.encrypt(data, kem_key_public(), info=b"")
    box = open_box(database_url, "limits")
    box.create()
    count = iter(range(10**9))
    result = {
        "commit of one row": _each(lambda: box.add(next(count), [data]), 200),
        "commit of 100 rows, a row": _each(lambda: _hundred(box, count, data), 10) / 100,
        "SHA-256 of 2 kB": _each(lambda: hashlib.sha256(data).digest(), 5000),
        "Ed25519 sign": _each(lambda: edwards.sign(data), 500),
        "Ed25519 verify": _each(lambda: edwards.public_key().verify(edwards_signature, data), 500),
        "ML-DSA-65 sign": _each(lambda: lattice.sign(data), 100),
        "ML-DSA-65 verify": _each(lambda: lattice.public_key().verify(lattice_signature, data), 100),
        "X-Wing seal of 2 kB": _each(lambda: SUITE.encrypt(data, kem_key_public(), info=b""), 200),
        "X-Wing open of 2 kB": _each(lambda: SUITE.decrypt(sealed, kem, info=b""), 200),
    }
    box.engine.dispose()
    return result


def _hundred(box: Box, count: Iterator[int], data: bytes) -> None:
    box.add(1_000_000 + 100 * next(count), [data] * 100)


def _each(call: Callable[[], object], times: int) -> float:
    call()
    start = time.perf_counter()
    for _ in range(times):
        call()
    return (time.perf_counter() - start) / times * 1e6
