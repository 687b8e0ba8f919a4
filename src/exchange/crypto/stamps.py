"""Time-stamps of RFC 3161: the one door to `rfc3161_client`. Bytes in, values out; nobody is asked here.

An answer is believed only if it is granted, carries our nonce and our digest, and is signed by a certificate for
time-stamping that leads to a root that the operator trusts. Spec: docs/spec/bundle.md §4.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final, NamedTuple

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from exchange.errors import BadInput, Code, TooLarge, Untrusted

MAX_ANSWER: Final = 64 << 10
"""Bytes of an answer with its certificates."""
_GRANTED: Final = b"\x30\x03\x02\x01\x00"
"""PKIStatusInfo with status 0: what stands before the token in an answer."""
_SHA256: Final = "2.16.840.1.101.3.4.2.1"


class Asked(NamedTuple):
    """A request, as sent."""

    request: bytes
    """DER."""
    nonce: int


class Stamp(NamedTuple):
    """A time-stamp that was verified."""

    token: bytes
    """TimeStampToken, DER."""
    at: datetime
    """When the authority says that it saw the digest, UTC."""


def ask(data: bytes) -> Asked:
    """A request for a stamp over the SHA-256 of `data`, with a fresh nonce; the certificates shall come along."""
    made = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256).build()
    if made.nonce is None:
        raise Untrusted(Code.STAMP_INVALID, reason="nonce")
    return Asked(made.as_bytes(), made.nonce)


def read_answer(answer: bytes, data: bytes, nonce: int, certificates: bytes) -> Stamp:
    """The stamp in an authority's answer to `ask(data)`. `certificates`: trusted roots and others, PEM.

    TooLarge, BadInput(STAMP_INVALID): no answer of that form or not granted; Untrusted(STAMP_INVALID): not believed.
    """
    return _verified(_decoded(answer), data, nonce, certificates)


def verify(token: bytes, data: bytes, certificates: bytes) -> Stamp:
    """A stamp kept or brought by somebody, over `data`. Errors as of `read_answer`."""
    return _verified(_decoded(_sequence(_GRANTED + token)), data, None, certificates)


def _decoded(answer: bytes) -> TimeStampResponse:
    if len(answer) > MAX_ANSWER:
        raise TooLarge(limit=MAX_ANSWER)
    try:
        return decode_timestamp_response(answer)
    except ValueError:
        raise BadInput(Code.STAMP_INVALID, reason="form") from None


def _verified(response: TimeStampResponse, data: bytes, nonce: int | None, certificates: bytes) -> Stamp:
    if response.status != 0:
        raise BadInput(Code.STAMP_INVALID, reason="status", status=response.status)
    try:
        if response.tst_info.message_imprint.hash_algorithm.dotted_string != _SHA256:
            raise Untrusted(Code.STAMP_INVALID, reason="hash")
        if nonce is not None and response.tst_info.nonce != nonce:
            raise Untrusted(Code.STAMP_INVALID, reason="nonce")
        _verifier(certificates, nonce).build().verify_message(response, data)
        return Stamp(response.time_stamp_token(), response.tst_info.gen_time.astimezone(UTC))
    except (VerificationError, ValueError):
        raise Untrusted(Code.STAMP_INVALID, reason="signature") from None


def _verifier(certificates: bytes, nonce: int | None) -> VerifierBuilder:
    """Self-signed certificates are roots, all others lead to one."""
    builder = VerifierBuilder(nonce=nonce)
    try:
        known = x509.load_pem_x509_certificates(certificates)
    except ValueError:
        raise BadInput(Code.CONFIG_INVALID, at="stamp_certificates_file") from None
    for certificate in dict.fromkeys(known):
        if certificate.issuer == certificate.subject:
            builder = builder.add_root_certificate(certificate)
        else:
            builder = builder.add_intermediate_certificate(certificate)
    return builder


def _sequence(content: bytes) -> bytes:
    """A DER SEQUENCE of `content`."""
    size = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    head = size if len(content) < 128 else bytes([0x80 | len(size)]) + size
    return b"\x30" + head + content
