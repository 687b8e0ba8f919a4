"""The two suites: which algorithms belong together. There is no negotiation: an agreement lists suites, a floor rises.

A suite is data. Spec: docs/spec/envelope.md §1 (protocol table of suites). Standards: RFC 9180 and
draft-ietf-hpke-pq for sealing, RFC 8032 and FIPS 204 for signatures, FIPS 180-4 for hashes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric import mldsa

from exchange.crypto.merkle import sha256
from exchange.errors import BadInput, Code

MlDsaPrivate = mldsa.MLDSA65PrivateKey | mldsa.MLDSA87PrivateKey
MlDsaPublic = mldsa.MLDSA65PublicKey | mldsa.MLDSA87PublicKey


@dataclass(frozen=True, slots=True)
class Suite:
    """One row of the table. Sizes are bytes."""

    id: int
    hash: Callable[[bytes], bytes]
    """What its batch trees are made of."""
    hash_size: int
    kem: hpke.KEM
    kdf: hpke.KDF
    aead: hpke.AEAD
    mldsa_private: type[mldsa.MLDSA65PrivateKey] | type[mldsa.MLDSA87PrivateKey]
    mldsa_public: type[mldsa.MLDSA65PublicKey] | type[mldsa.MLDSA87PublicKey]
    mldsa_public_size: int
    mldsa_signature_size: int
    mlkem_public_size: int
    curve_public_size: int
    curve_seed_size: int
    hpke: hpke.Suite

    @property
    def sealing_public_size(self) -> int:
        return self.mlkem_public_size + self.curve_public_size

    @property
    def sealing_seed_size(self) -> int:
        return 64 + self.curve_seed_size


def _sha384(data: bytes) -> bytes:
    return hashlib.sha384(data).digest()


SUITES: dict[int, Suite] = {
    1: Suite(
        id=1,
        hash=sha256,
        hash_size=32,
        kem=hpke.KEM.MLKEM768_X25519,
        kdf=hpke.KDF.HKDF_SHA256,
        aead=hpke.AEAD.AES_256_GCM,
        mldsa_private=mldsa.MLDSA65PrivateKey,
        mldsa_public=mldsa.MLDSA65PublicKey,
        mldsa_public_size=1952,
        mldsa_signature_size=3309,
        mlkem_public_size=1184,
        curve_public_size=32,
        curve_seed_size=32,
        hpke=hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM),
    ),
    2: Suite(
        id=2,
        hash=_sha384,
        hash_size=48,
        kem=hpke.KEM.MLKEM1024_P384,
        kdf=hpke.KDF.HKDF_SHA384,
        aead=hpke.AEAD.AES_256_GCM,
        mldsa_private=mldsa.MLDSA87PrivateKey,
        mldsa_public=mldsa.MLDSA87PublicKey,
        mldsa_public_size=2592,
        mldsa_signature_size=4627,
        mlkem_public_size=1568,
        curve_public_size=97,
        curve_seed_size=48,
        hpke=hpke.Suite(hpke.KEM.MLKEM1024_P384, hpke.KDF.HKDF_SHA384, hpke.AEAD.AES_256_GCM),
    ),
}


def suite(id_: int) -> Suite:
    """The suite with this number. BadInput(SUITE_NOT_ALLOWED) if there is none."""
    found = SUITES.get(id_) if type(id_) is int else None
    if found is None:
        raise BadInput(Code.SUITE_NOT_ALLOWED)
    return found
