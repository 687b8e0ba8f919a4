"""A node's card as a value, and the document that its root signs: keys, certificates, address, revocations.

Which key is good at which time is decided here and nowhere else. Signatures on the document are in
`exchange.crypto.descriptor`. Spec: docs/spec/keys.md §3.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from exchange.crypto import checkpoint
from exchange.crypto.encoding import JsonObject, b64, canonical, read_canonical, unb64
from exchange.crypto.fields import HEX32, KID, NODE, Fields, write_time
from exchange.crypto.keys import SealingPublic, VerifyKey, fingerprint, witness_name
from exchange.crypto.rootsign import ROOT_MEMBERS, public_document, read_public
from exchange.errors import BadInput, Code, UntrustedKey

MAX_LIFETIME = timedelta(days=90)
MAX_DOCUMENT = 384 << 10
"""Bytes."""
MAX_SIGNING_KEYS = 16
MAX_PREKEYS = 96
MAX_CERTIFICATES = 4
MAX_CERTIFICATE = 8 << 10
"""Bytes of DER."""
MAX_REVOCATIONS = 256
MAX_WITNESS_KEY = 2048
"""Characters of a verifier key text."""
_URL = re.compile(r"https://(?:[a-z0-9](?:[a-z0-9.-]{0,252})|\[[0-9a-f:]{2,39}\])(?::[1-9][0-9]{0,4})?", re.ASCII)
_ENDPOINT = re.compile(r"[a-z]{1,16}", re.ASCII)
_MEMBERS = (
    "endpoints",
    "expires",
    "issued",
    "ledger",
    "node",
    "previous_root",
    "revocations",
    "root",
    "sealing",
    "signing",
    "tls",
    "v",
    "version",
)
_OPTIONAL = ("witness",)
"""Cards made before nodes were witnesses do not have it, and stay evidence."""


@dataclass(frozen=True, slots=True)
class KeySpan:
    """A signing key and when it may sign: from `start`, before `end`."""

    key: VerifyKey
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class PrekeySpan:
    """A sealing prekey and when one may seal to it: from `start`, before `end`."""

    key: SealingPublic
    start: datetime
    end: datetime


_Span = TypeVar("_Span", KeySpan, PrekeySpan)


@dataclass(frozen=True, slots=True)
class Descriptor:
    """One version of a card."""

    node: str
    version: int
    issued: datetime
    expires: datetime
    root: VerifyKey
    signing: tuple[KeySpan, ...]
    sealing: tuple[PrekeySpan, ...]
    ledger: str
    """Verifier key text of the ledger (C2SP signed-note)."""
    tls_certificates: tuple[bytes, ...]
    """DER; the only certificates that are this node."""
    endpoints: Mapping[str, str]
    """`partner` -> `https://host:port`."""
    revocations: Mapping[str, datetime]
    """Key id -> when it stopped being good."""
    previous_root: str | None = None
    """Fingerprint of the root before, while a change of root is being made known."""
    witness: tuple[str, ...] = ()
    """Verifier key texts of its witness: type 0x04, then 0x06. Empty in cards older than witnessing."""

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.root)

    @property
    def tls_pins(self) -> tuple[str, ...]:
        """Hex SHA-256 of each certificate's DER bytes."""
        return tuple(sha256(der).hexdigest() for der in self.tls_certificates)

    @property
    def suites(self) -> frozenset[int]:
        """The suites that this node has keys for, to sign and to be sealed to."""
        return frozenset(span.key.suite for span in self.signing) & frozenset(span.key.suite for span in self.sealing)

    def signing_key(self, kid: str, at: datetime) -> VerifyKey:
        """The signing key `kid` if it is good at `at`. UntrustedKey(KEY_UNKNOWN or KEY_NOT_VALID)."""
        for span in self.signing:
            if span.key.kid == kid:
                if not span.start <= at < span.end or self._revoked(kid, at):
                    raise UntrustedKey(Code.KEY_NOT_VALID, kid=kid)
                return span.key
        raise UntrustedKey(Code.KEY_UNKNOWN, node=self.node)

    def sealing_for(self, suite: int, at: datetime) -> SealingPublic:
        """The newest prekey of `suite` that one may seal to at `at`.

        UntrustedKey(KEY_NOT_VALID) if there is none, UntrustedKey(DESCRIPTOR_EXPIRED) if the card itself is too old.
        """
        if at >= self.expires:
            raise UntrustedKey(Code.DESCRIPTOR_EXPIRED, node=self.node, version=self.version)
        good = [
            span
            for span in self.sealing
            if span.key.suite == suite and span.start <= at < span.end and not self._revoked(span.key.kid, at)
        ]
        if not good:
            raise UntrustedKey(Code.KEY_NOT_VALID, node=self.node, suite=suite)
        return max(good, key=lambda span: span.start).key

    def _revoked(self, kid: str, at: datetime) -> bool:
        effective = self.revocations.get(kid)
        return effective is not None and at >= effective

    def to_bytes(self) -> bytes:
        """The document that roots sign, canonical JSON. BadInput(DESCRIPTOR_MALFORMED) if nobody could read it."""
        document: JsonObject = {
            "v": 1,
            "node": self.node,
            "version": self.version,
            "issued": write_time(self.issued),
            "expires": write_time(self.expires),
            "root": public_document(self.root),
            "previous_root": self.previous_root,
            "signing": [_signing_document(span) for span in self.signing],
            "sealing": [_sealing_document(span) for span in self.sealing],
            "ledger": self.ledger,
            "tls": [b64(der) for der in self.tls_certificates],
            "endpoints": dict(self.endpoints),
            "revocations": [
                {"kid": kid, "effective": write_time(time)} for kid, time in sorted(self.revocations.items())
            ],
        }
        if self.witness:
            document["witness"] = list(self.witness)
        data = canonical(document)
        parse(data)
        return data


def _signing_document(span: KeySpan) -> JsonObject:
    key = span.key
    return {
        "kid": key.kid,
        "suite": key.suite,
        "ed25519": b64(key.ed25519),
        "mldsa": b64(key.mldsa),
        "from": write_time(span.start),
        "until": write_time(span.end),
    }


def _sealing_document(span: PrekeySpan) -> JsonObject:
    return {
        "kid": span.key.kid,
        "suite": span.key.suite,
        "public": b64(span.key.data),
        "from": write_time(span.start),
        "until": write_time(span.end),
    }


_SIGNING = ("ed25519", "from", "kid", "mldsa", "suite", "until")
_SEALING = ("from", "kid", "public", "suite", "until")


def parse(document: bytes) -> Descriptor:
    """Reads a document strictly; no signature is looked at. BadInput(DESCRIPTOR_MALFORMED) with the member at fault."""
    try:
        fields = Fields(read_canonical(document, limit=MAX_DOCUMENT), _MEMBERS, Code.DESCRIPTOR_MALFORMED, _OPTIONAL)
        return _parsed(fields)
    except BadInput as fault:
        raise BadInput(Code.DESCRIPTOR_MALFORMED, **fault.facts) from None


def _parsed(fields: Fields) -> Descriptor:
    fields.integer("v", 1, 1)
    node = fields.text("node", NODE)
    issued, expires = fields.time("issued"), fields.time("expires")
    if not issued < expires or expires - issued > MAX_LIFETIME:
        raise fields.fault("expires")
    return Descriptor(
        node=node,
        version=fields.integer("version", 1),
        issued=issued,
        expires=expires,
        root=read_public(fields.object("root", ROOT_MEMBERS)),
        signing=_distinct(fields, "signing", _SIGNING, MAX_SIGNING_KEYS, _signing_span),
        sealing=_distinct(fields, "sealing", _SEALING, MAX_PREKEYS, _prekey_span),
        ledger=_ledger(fields, node),
        tls_certificates=_certificates(fields),
        endpoints=_endpoints(fields),
        revocations={
            each.text("kid", KID): each.time("effective")
            for each in fields.objects("revocations", ("effective", "kid"), MAX_REVOCATIONS)
        },
        previous_root=None if fields.raw("previous_root") is None else fields.text("previous_root", HEX32),
        witness=_witness(fields, node) if fields.has("witness") else (),
    )


def _distinct(
    fields: Fields, name: str, members: Sequence[str], limit: int, read: Callable[[Fields], _Span]
) -> tuple[_Span, ...]:
    """One to `limit` spans, no key twice."""
    spans = tuple(read(each) for each in fields.objects(name, members, limit))
    if not spans or len({span.key.kid for span in spans}) != len(spans):
        raise fields.fault(name)
    return spans


def _signing_span(fields: Fields) -> KeySpan:
    key = VerifyKey.of(fields.integer("suite"), fields.binary("ed25519"), fields.binary("mldsa"))
    return KeySpan(key, *_window(fields, key.kid))


def _prekey_span(fields: Fields) -> PrekeySpan:
    key = SealingPublic.of(fields.integer("suite"), fields.binary("public"))
    return PrekeySpan(key, *_window(fields, key.kid))


def _window(fields: Fields, kid: str) -> tuple[datetime, datetime]:
    """Also checks that the key id told is the key's own."""
    start, end = fields.time("from"), fields.time("until")
    if fields.text("kid", KID) != kid:
        raise fields.fault("kid")
    if start >= end:
        raise fields.fault("until")
    return start, end


def _ledger(fields: Fields, node: str) -> str:
    text = fields.free_text("ledger", 256)
    key = checkpoint.read_verifier(text)
    if key.name != f"{node}.exchange" or key.type != checkpoint.ED25519:
        raise fields.fault("ledger")
    return text


def _witness(fields: Fields, node: str) -> tuple[str, ...]:
    """Exactly two keys under the witness's name, in their order; the ledger's own key never witnesses."""
    ledger = checkpoint.read_verifier(fields.free_text("ledger", 256)).public
    texts = fields.items("witness", 2)
    types = []
    for text in texts:
        if not isinstance(text, str) or len(text) > MAX_WITNESS_KEY:
            raise fields.fault("witness")
        key = checkpoint.read_verifier(text)
        if key.name != witness_name(node) or key.public == ledger:
            raise fields.fault("witness")
        types.append(key.type)
    if types != [checkpoint.COSIGNATURE, checkpoint.COSIGNATURE_MLDSA]:
        raise fields.fault("witness")
    return tuple(map(str, texts))


def _certificates(fields: Fields) -> tuple[bytes, ...]:
    found = []
    for value in fields.items("tls", MAX_CERTIFICATES):
        der = unb64(value)
        if not 1 <= len(der) <= MAX_CERTIFICATE:
            raise fields.fault("tls")
        try:
            x509.load_der_x509_certificate(der).public_key()
        except (ValueError, UnsupportedAlgorithm, x509.InvalidVersion):
            raise fields.fault("tls") from None
        found.append(der)
    if not found or len(set(found)) != len(found):
        raise fields.fault("tls")
    return tuple(found)


def _endpoints(fields: Fields) -> dict[str, str]:
    value = fields.raw("endpoints")
    if not isinstance(value, dict) or "partner" not in value or len(value) > 8:
        raise fields.fault("endpoints")
    found = {}
    for name, url in value.items():
        if _ENDPOINT.fullmatch(name) is None or not isinstance(url, str) or _URL.fullmatch(url) is None:
            raise fields.fault("endpoints")
        found[name] = url
    return found
