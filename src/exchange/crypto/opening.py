"""Reading an envelope: the steps that need no store. The caller makes them in this order; each has its own code.

 1 size                                      `parse_outer`       ENVELOPE_TOO_LARGE    a body that fills memory
 2 outer parse                               `parse_outer`       ENVELOPE_MALFORMED    two readings of one envelope
 3 header parse                              `parse_outer`       HEADER_MALFORMED      unknown members, wrong types
 4 suite allowed, not below the floor        `check_suite`       SUITE_*               downgrade
 5 recipient is us, TLS identity is sender   `check_addressed`   NOT_ADDRESSED, TRANSPORT_MISMATCH   forwarding
 6 agreement in force                        the caller
 7 key ids valid at that time                `verify_signature`  KEY_UNKNOWN, KEY_NOT_VALID    revoked keys
 8 both signatures                           `verify_signature`  SIGNATURE_INVALID     forgery, stripping
 9 issued and expires                        `check_times`       NOT_YET_VALID, EXPIRED    replay of the old
10 number known?                             the caller
11 decrypt                                   `open_body`         DECRYPT_FAILED        another header, another recipient
12 commitment                                `open_body`         COMMITMENT_MISMATCH   another body for one recipient
13 to 17                                     the caller

What is verified is the bytes received. Signatures are checked before anything is decrypted. Spec: envelope.md §4.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from exchange.crypto.descriptor import Descriptor
from exchange.crypto.encoding import b64, canonical, read_shaped, unb64, unpae
from exchange.crypto.envelope import BUCKETS, MAX_WIRE, SALT, TYPE, commitment_of, seal_info, signed_payload
from exchange.crypto.fields import Fields
from exchange.crypto.header import Header, header_digest
from exchange.crypto.header import read as read_header
from exchange.crypto.keys import SealingKey
from exchange.crypto.signing import BatchRoot, RootCache, root_of_value, verify
from exchange.errors import BadInput, Code, SignatureInvalid, TooLarge, Untrusted, UntrustedKey

SKEW = timedelta(minutes=10)
MAX_LIFETIME = timedelta(days=30)
_OPENING = b'{"header":"'


@dataclass(frozen=True, slots=True)
class Outer:
    """A parsed envelope. Nothing in it is true before `verify_signature`."""

    header: Header
    header_bytes: bytes
    ciphertext: bytes
    """Empty for a `void`, and only then."""
    batch: BatchRoot
    root: bytes
    proof: bytes
    payload: bytes
    """What the sender signed."""
    header_digest: str
    """Hex; of the header bytes as received."""
    envelope_digest: str
    """Hex SHA-256 of what is signed: what receipts and ledgers name."""

    @property
    def chain_digest(self) -> str:
        """What the next header's `previous` names: for a `void`, the digest of the header that it stands for."""
        return self.header.commitment if self.header.type == "void" else self.header_digest

    def without_content(self) -> bytes:
        """What proves that the sender signed this header for this ciphertext, without the ciphertext: kept for every
        envelope taken, so that a second one under the same number is shown to anybody."""
        parts = {"header": self.header_bytes, "sealed_sha256": sha256(self.ciphertext).digest(), "proof": self.proof}
        return canonical({**{name: b64(part) for name, part in parts.items()}, "root": b64(self.root), "v": 1})


def parse_outer(wire: bytes) -> Outer:
    """Steps 1 to 3. TooLarge(ENVELOPE_TOO_LARGE), BadInput(ENVELOPE_MALFORMED or HEADER_MALFORMED)."""
    if len(wire) > MAX_WIRE:  # 1
        raise TooLarge(Code.ENVELOPE_TOO_LARGE, size=len(wire), limit=MAX_WIRE)
    try:  # 2
        fields = Fields(read_shaped(wire, limit=MAX_WIRE), ("header", "sealed", "signature"), Code.ENVELOPE_MALFORMED)
        signature = fields.object("signature", ("proof", "root"))
        batch = root_of_value(signature.raw("root"))
    except BadInput as fault:
        raise BadInput(Code.ENVELOPE_MALFORMED, **fault.facts) from None
    header_bytes, ciphertext, proof = fields.binary("header"), fields.binary("sealed"), signature.binary("proof")
    header = read_header(header_bytes)  # 3
    if (header.type == "void") != (not ciphertext):
        raise BadInput(Code.ENVELOPE_MALFORMED, at="sealed")
    payload = signed_payload(header_bytes, ciphertext)
    return Outer(
        header=header,
        header_bytes=header_bytes,
        ciphertext=ciphertext,
        batch=batch,
        root=canonical(signature.raw("root")),
        proof=proof,
        payload=payload,
        header_digest=header_digest(header_bytes),
        envelope_digest=sha256(payload).hexdigest(),
    )


def header_of(wire: bytes) -> Header:
    """The header of an envelope that we sealed ourselves, without reading the megabytes behind it.

    Canonical JSON puts it first. Never for what came from outside: nothing else of the form is looked at.
    """
    end = wire.find(b'"', len(_OPENING))
    if not wire.startswith(_OPENING) or end < 0:
        raise BadInput(Code.ENVELOPE_MALFORMED, at="header")
    return read_header(unb64(wire[len(_OPENING) : end].decode("ascii")))


def check_suite(header: Header, allowed: Collection[int], floor: int) -> None:
    """Step 4. Untrusted(SUITE_NOT_ALLOWED or SUITE_BELOW_FLOOR). `allowed` is the agreement's list."""
    if header.suite not in allowed:
        raise Untrusted(Code.SUITE_NOT_ALLOWED, suite=header.suite)
    if header.suite < floor:
        raise Untrusted(Code.SUITE_BELOW_FLOOR, suite=header.suite, floor=floor)


def check_addressed(header: Header, us: str, tls_identity: str) -> None:
    """Step 5. Untrusted(NOT_ADDRESSED): not for us. Untrusted(TRANSPORT_MISMATCH): not brought by its sender."""
    if header.recipient != us:
        raise Untrusted(Code.NOT_ADDRESSED, us=us)
    if header.sender != tls_identity:
        raise Untrusted(Code.TRANSPORT_MISMATCH, peer=tls_identity)


def verify_signature(outer: Outer, descriptor: Descriptor, at: datetime, cache: RootCache | None = None) -> None:
    """Steps 7 and 8. `at` is when we received it: the sender's own date would let a stolen key sign in the past.

    UntrustedKey(KEY_UNKNOWN, KEY_NOT_VALID), SignatureInvalid.
    """
    header, batch = outer.header, outer.batch
    if header.sender != descriptor.node:
        raise UntrustedKey(Code.KEY_UNKNOWN)
    descriptor.signing_key(header.signing_kid, at)  # 7
    if (batch.kid, batch.suite) != (header.signing_kid, header.suite):
        raise SignatureInvalid(kid=header.signing_kid)
    verify(outer.root, outer.proof, TYPE, outer.payload, lambda kid: descriptor.signing_key(kid, at), cache)  # 8


def check_times(header: Header, now: datetime) -> None:
    """Step 9. Untrusted(NOT_YET_VALID or EXPIRED); a lifetime over 30 days counts as expired."""
    issued, expires = header.issued_at, header.expires_at
    if issued > now + SKEW:
        raise Untrusted(Code.NOT_YET_VALID, seq=header.seq)
    if expires < now - SKEW or not issued < expires or expires - issued > MAX_LIFETIME:
        raise Untrusted(Code.EXPIRED, seq=header.seq)


def open_body(outer: Outer, sealing_keys: Iterable[SealingKey]) -> bytes:
    """Steps 11 and 12: the body, for an envelope whose signature was verified.

    UntrustedKey(KEY_UNKNOWN): the prekey is not ours or is destroyed; Untrusted(DECRYPT_FAILED, COMMITMENT_MISMATCH);
    BadInput(BODY_MALFORMED): a frame or padding that no honest sealer makes.
    """
    header = outer.header
    key = next((key for key in sealing_keys if key.kid == header.sealing_kid), None)
    if key is None:
        raise UntrustedKey(Code.KEY_UNKNOWN)
    if key.suite != header.suite:
        raise Untrusted(Code.DECRYPT_FAILED)
    plaintext = key.open(outer.ciphertext, seal_info(outer.header_bytes))  # 11
    salt, body, padding = unpae("exchange/body/1", plaintext, 3)
    if len(salt) != SALT or len(plaintext) not in BUCKETS or padding.count(0) != len(padding):
        raise BadInput(Code.BODY_MALFORMED)
    if commitment_of(salt, body) != header.commitment:  # 12
        raise Untrusted(Code.COMMITMENT_MISMATCH)
    return body
