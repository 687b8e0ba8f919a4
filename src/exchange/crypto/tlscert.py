"""The node's TLS certificate: self-signed ECDSA P-256, pinned by the descriptor, 90 days.

Not Ed25519: certificate path building in common TLS stacks refuses it. Nobody is trusted for a name in it: a peer is
known by the SHA-256 of the certificate's DER bytes alone (docs/spec/transport.md §2). A name is only ever a reason to
refuse.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from exchange.errors import BadInput, Code

_NAMED: Final = re.compile(r"([A-Z]{2})(?: .*)?", re.DOTALL)


def make_certificate(
    name: str, hosts: Sequence[str], now: datetime, days: int = 90, passphrase: bytes | None = None
) -> tuple[bytes, bytes]:
    """(certificate PEM, private key PEM) for `hosts` (names or addresses); the key is encrypted under `passphrase`."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usages = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([_general_name(host) for host in hosts]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usages, critical=False)
        .sign(key, hashes.SHA256())
    )
    protection: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase is not None:
        protection = serialization.BestAvailableEncryption(passphrase)
    return (
        certificate.public_bytes(serialization.Encoding.PEM),
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, protection),
    )


def to_der(certificate_pem: bytes) -> bytes:
    """The certificate's DER bytes. BadInput(KEY_MALFORMED) when it is none."""
    try:
        certificate = x509.load_pem_x509_certificate(certificate_pem)
    except ValueError:
        raise BadInput(Code.KEY_MALFORMED, at="certificate") from None
    return certificate.public_bytes(serialization.Encoding.DER)


def node_named(der: bytes) -> str | None:
    """The node code that the certificate's common name begins with, as in `KW exchange`; None if it names no node."""
    try:
        names = x509.load_der_x509_certificate(der).subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    except ValueError:
        return None
    found = _NAMED.fullmatch(str(names[0].value)) if names else None
    return None if found is None else found[1]


def certificate_end(der: bytes) -> datetime:
    """When a certificate ends. BadInput(KEY_MALFORMED) when it is none."""
    try:
        return x509.load_der_x509_certificate(der).not_valid_after_utc
    except ValueError:
        raise BadInput(Code.KEY_MALFORMED, at="certificate") from None


def der_digest(certificate_pem: bytes) -> str:
    """The pin: SHA-256 of the DER bytes, hex."""
    return sha256(to_der(certificate_pem)).hexdigest()


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)
