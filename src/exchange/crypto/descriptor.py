"""A node's card: the descriptor with its root signatures. Making, signing, reading. Spec: docs/spec/keys.md §3.

    file = canonical JSON {"document": b64, "signatures": [{"ed25519": b64, "mldsa": b64, "root": {…}}, …]}
    each signature is over PAE("exchange/descriptor/1", document bytes)

The root's fingerprint is what people compared; nothing else in a card is a reason to trust it. When a root changes, the
card names the one before, and both sign. Keeping the highest version seen is the caller's.

Reading, each step against one attack:
1 size and exact form                                              (two readings of one card)
2 the signatures are those of its root, and of the one before      (a half-made change of root)
3 each of them verifies                                            (forgery)
4 the pinned root is one of them                                   (somebody else's card)
5 issued before now, not expired, 90 days at most                  (an old card kept alive)
6 the version rises                                                (an old card sent again)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache

from exchange.crypto.descriptor_document import MAX_LIFETIME, Descriptor, KeySpan, PrekeySpan, parse
from exchange.crypto.encoding import b64, canonical, pae, read_canonical
from exchange.crypto.fields import Fields
from exchange.crypto.keys import NodeKeys, RootKey, SealingKey, VerifyKey
from exchange.crypto.keys import fingerprint as fingerprint_of
from exchange.crypto.rootsign import ROOT_MEMBERS, public_document, read_public
from exchange.errors import BadInput, Code, Untrusted, UntrustedKey

__all__ = [
    "Descriptor",
    "KeySpan",
    "PrekeySpan",
    "destroyable_prekeys",
    "make",
    "read",
    "renew",
    "sign",
    "trusted",
    "verified",
]

TYPE = "exchange/descriptor/1"
MAX_CARD = 512 << 10
"""Bytes of the file."""
SKEW = timedelta(minutes=10)
SIGNING_LIFETIME = timedelta(days=365)
SIGNING_OVERLAP = timedelta(days=30)
PREKEY_LIFETIME = timedelta(days=7)
PREKEY_GRACE = timedelta(days=14)
"""How long after its end a prekey's private half is kept for envelopes still on their way."""


def make(
    keys: NodeKeys,
    root: VerifyKey,
    issued: datetime,
    tls_certificates: Sequence[bytes],
    endpoints: Mapping[str, str],
) -> Descriptor:
    """The first card of a node, version 1. The prekeys of a suite follow one another, seven days each."""
    issued = issued.replace(microsecond=0)
    return Descriptor(
        node=keys.code,
        version=1,
        issued=issued,
        expires=issued + MAX_LIFETIME,
        root=root,
        signing=tuple(_signing_spans(keys, issued)),
        sealing=tuple(_prekey_spans(keys.sealing, issued)),
        ledger=keys.ledger.verifier,
        tls_certificates=tuple(tls_certificates),
        endpoints=dict(endpoints),
        revocations={},
        witness=_witness(keys),
    )


def renew(before: Descriptor, keys: NodeKeys, issued: datetime) -> Descriptor:
    """The next version, with whatever keys are new in `keys`.

    Signing keys that were replaced keep verifying until their end, but stop signing 30 days from now at the latest.
    New prekeys follow after those that are already announced; what was announced once never comes again.
    """
    issued = issued.replace(microsecond=0)
    live = {key.kid for key in keys.signing.values()}
    old = [
        span if span.key.kid in live else replace(span, end=max(span.start, min(span.end, issued + SIGNING_OVERLAP)))
        for span in before.signing
    ]
    known = {span.key.kid for span in before.signing}
    announced = [span for span in before.sealing if span.end > issued]
    fresh = [key for key in keys.sealing if key.kid not in _used(before, keys)]
    return replace(
        before,
        version=before.version + 1,
        issued=issued,
        expires=issued + MAX_LIFETIME,
        signing=(*old, *(span for span in _signing_spans(keys, issued) if span.key.kid not in known)),
        sealing=(*announced, *_prekey_spans(fresh, issued, announced)),
        ledger=keys.ledger.verifier,
        witness=_witness(keys),
    )


def destroyable_prekeys(card: Descriptor, keys: NodeKeys, now: datetime) -> frozenset[str]:
    """Key ids whose private half may go: 14 days past their end (forward secrecy of the traffic).

    `card`: the newest one, which may have dropped a prekey at its end; so a dropped one counts from the card's issue.
    """
    listed = {span.key.kid for span in card.sealing}
    old = {span.key.kid for span in card.sealing if span.end + PREKEY_GRACE <= now}
    dropped = _used(card, keys) - listed if card.issued + PREKEY_GRACE <= now else frozenset()
    return frozenset(key.kid for key in keys.sealing) & (old | dropped)


def _used(card: Descriptor, keys: NodeKeys) -> frozenset[str]:
    """Prekeys of `keys` that this card or one before it announced: all of a suite up to the last that it lists."""
    listed = {span.key.kid for span in card.sealing}
    used: set[str] = set()
    before: dict[int, list[str]] = {}
    for key in keys.sealing:
        before.setdefault(key.suite, []).append(key.kid)
        if key.kid in listed:
            used.update(before[key.suite])
    return frozenset(used)


def sign(descriptor: Descriptor, *roots: RootKey) -> bytes:
    """The card's file. `roots`: the descriptor's own root, and the one before if it names one."""
    document = descriptor.to_bytes()
    signatures = []
    for root in roots:
        ed25519, mldsa = root.sign(pae(TYPE, document))
        signatures.append({"ed25519": b64(ed25519), "mldsa": b64(mldsa), "root": public_document(root.public)})
    return canonical({"document": b64(document), "signatures": signatures})


def read(data: bytes, *, fingerprint: str, now: datetime, newer_than: int | None) -> Descriptor:
    """A card that may be used now. `fingerprint`: the pinned root, 64 hex digits; `newer_than`: the version we have.

    BadInput(DESCRIPTOR_MALFORMED), SignatureInvalid, Untrusted(ROOT_MISMATCH, DESCRIPTOR_ROLLBACK),
    UntrustedKey(DESCRIPTOR_EXPIRED, NOT_YET_VALID).
    """
    card = verified(data, fingerprint=fingerprint)  # 1-4
    if now >= card.expires:  # 5
        raise UntrustedKey(Code.DESCRIPTOR_EXPIRED, node=card.node, version=card.version)
    if card.issued > now + SKEW:
        raise UntrustedKey(Code.NOT_YET_VALID, node=card.node, version=card.version)
    if newer_than is not None and card.version <= newer_than:  # 6
        raise Untrusted(Code.DESCRIPTOR_ROLLBACK, node=card.node, version=card.version, known=newer_than)
    return card


def verified(data: bytes, *, fingerprint: str) -> Descriptor:
    """A card under the pinned root, whatever its age: what an auditor reads. Errors as `read`, without the times."""
    document, signatures = _open(data)  # 1
    card = parse(document)
    roots = {}
    for fields in signatures:
        root = read_public(fields.object("root", ROOT_MEMBERS))
        roots[fingerprint_of(root)] = root, fields
    if roots.keys() != {card.fingerprint, card.previous_root} - {None} or len(roots) != len(signatures):  # 2
        raise Untrusted(Code.ROOT_MISMATCH, node=card.node)
    for root, fields in roots.values():  # 3
        root.verify(pae(TYPE, document), fields.binary("ed25519"), fields.binary("mldsa"))
    if fingerprint not in roots:  # 4
        raise Untrusted(Code.ROOT_MISMATCH, node=card.node)
    return card


@lru_cache(maxsize=128)
def trusted(data: bytes) -> Descriptor:
    """A card that was verified when it was stored: parsed once, not verified again. BadInput(DESCRIPTOR_MALFORMED)."""
    return parse(_open(data)[0])


def _open(data: bytes) -> tuple[bytes, list[Fields]]:
    try:
        value = read_canonical(data, limit=MAX_CARD)
    except BadInput as fault:
        raise BadInput(Code.DESCRIPTOR_MALFORMED, **fault.facts) from None
    fields = Fields(value, ("document", "signatures"), Code.DESCRIPTOR_MALFORMED)
    return fields.binary("document"), fields.objects("signatures", ("ed25519", "mldsa", "root"), 2)


def _witness(keys: NodeKeys) -> tuple[str, ...]:
    return keys.witness.verifiers if keys.witness else ()


def _signing_spans(keys: NodeKeys, start: datetime) -> Iterable[KeySpan]:
    for _, key in sorted(keys.signing.items()):
        yield KeySpan(key.public, start, start + SIGNING_LIFETIME)


def _prekey_spans(
    prekeys: Sequence[SealingKey], start: datetime, announced: Sequence[PrekeySpan] = ()
) -> Iterable[PrekeySpan]:
    ends: dict[int, datetime] = {}
    for span in announced:
        ends[span.key.suite] = max(span.end, ends.get(span.key.suite, start))
    for key in prekeys:
        begin = ends.get(key.suite, start)
        ends[key.suite] = begin + PREKEY_LIFETIME
        yield PrekeySpan(key.public, begin, ends[key.suite])
