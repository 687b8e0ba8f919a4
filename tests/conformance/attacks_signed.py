"""The attacks on steps 7 to 10: keys, signatures, times and numbers. See attacks.py."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from exchange.crypto.encoding import JsonValue, b64
from exchange.crypto.envelope import signed_payload
from exchange.crypto.opening import parse_outer
from exchange.crypto.signing import sign_batch
from exchange.errors import Code
from tests.conformance.attacks import GOOD, Vector
from tests.conformance.forging import (
    NOW,
    Body,
    Parts,
    envelope,
    good_body,
    header,
    header_bytes,
    manifest,
    pairs,
    sign,
    signer,
    stamp,
    void,
    wire,
)
from tests.conformance.vector_world import SECOND, START, card, digest_of, next_keys, second

DAY = timedelta(days=1)


def signing_keys() -> Iterator[Vector]:
    """Step 7."""
    strange = replace(header(), signing_kid=signer("AE").kid)
    yield Vector(
        "unknown-key", 7, Code.KEY_UNKNOWN, "a key that is not in the card of DZ",
        envelope(strange, good_body(), signer("AE")),
    )  # fmt: skip
    late = START + 40 * DAY
    old = envelope(header(late), Body([manifest(pairs())], next_keys().signing[1]).joined())
    yield Vector(
        "expired-key", 7, Code.KEY_NOT_VALID, "a key replaced 40 days ago, which signed for 30 more", old,
        state="keys-renewed", time=late,
    )  # fmt: skip
    body = Body([manifest(pairs())], next_keys().signing[1]).joined()
    yield Vector(
        "revoked-key", 7, Code.KEY_NOT_VALID, "a revoked key; the records inside are signed by a good one",
        envelope(header(), body), state="key-revoked",
    )  # fmt: skip
    before = header(START - DAY)
    yield Vector(
        "revoked-key-dated-back", 7, Code.KEY_NOT_VALID, "a stolen, revoked key signs with an older date",
        envelope(before, body), state="key-revoked",
    )  # fmt: skip
    end = card("DZ").expires + timedelta(minutes=10)
    renewed = replace(header(end), agreement=SECOND, agreement_digest=digest_of(second()))
    yield Vector(
        "expired-card",
        7,
        Code.DESCRIPTOR_EXPIRED,
        "the sender's card ended: who stole a key may not use it for longer",
        envelope(renewed, good_body()),
        time=end,
    )


def signatures() -> Iterator[Vector]:
    """Step 8."""
    for name, (what, forged) in _forgeries().items():
        assert forged != GOOD
        yield Vector(name, 8, Code.SIGNATURE_INVALID, what, forged)


def _forgeries() -> dict[str, tuple[str, bytes]]:
    outer, key = parse_outer(GOOD), signer()
    head, ciphertext = outer.header_bytes, outer.ciphertext
    ed25519, mldsa = (b64(half) for half in signer("AE").sign(outer.batch.message()))
    other_head = header_bytes(replace(outer.header, id="rel-another"))
    both, proofs = sign_batch(key, "exchange/envelope/1", [outer.payload, signed_payload(other_head, ciphertext)])
    alone = Parts(sign(other_head, ciphertext, key))
    return {
        "ed25519-half-forged": ("the classical half is another's", _root(ed25519=ed25519)),
        "mldsa-half-forged": ("the post-quantum half is another's", _root(mldsa=mldsa)),
        "both-halves-forged": ("both are another's", _root(ed25519=ed25519, mldsa=mldsa)),
        "signature-of-another-batch": (
            "the true signature of another envelope",
            wire(head, ciphertext, alone.root, alone.proof),
        ),
        "proof-of-another-place": (
            "the batch holds it, elsewhere",
            wire(head, ciphertext, json.loads(both), proofs[1]),
        ),
        "signature-of-another-type": ("signed as a manifest", sign(head, ciphertext, key, "exchange/manifest/1")),
        "signed-by-another": ("the header names the key of DZ, AE signs", sign(head, ciphertext, signer("AE"))),
        "key-of-another-suite": ("signed with DZ's key of suite 2", sign(head, ciphertext, signer(suite=2))),
        "altered-header": (
            "another policy digest after signing",
            _parts(head=header_bytes(replace(outer.header, policy_digest="00" * 32))),
        ),
        "altered-ciphertext": (
            "one bit of the sealed part",
            _parts(ciphertext=ciphertext[:-1] + bytes([ciphertext[-1] ^ 1])),
        ),
    }


def times() -> Iterator[Vector]:
    """Step 9. The skew is ten minutes."""
    skew, second_ = timedelta(minutes=10), timedelta(seconds=1)
    old = header(START)
    yield Vector(
        "expired", 9, Code.EXPIRED, "one second after the skew", envelope(old, good_body()),
        time=START + 30 * DAY + skew + second_,
    )  # fmt: skip
    ahead = envelope(header(NOW + skew + second_), good_body())
    yield Vector("not-yet-valid", 9, Code.NOT_YET_VALID, "issued one second beyond the skew", ahead)
    for name, what, expires in (
        ("lifetime-over-30-days", "30 days and one second", stamp(NOW + 30 * DAY + second_)),
        ("expires-before-issued", "the end is not after the beginning", stamp(NOW)),
        ("lifetime-to-the-end-of-time", "until the last second that a date can name", "9999-12-31T23:59:59Z"),
    ):
        lasting = envelope(replace(header(), expires=expires), good_body())
        yield Vector(name, 9, Code.EXPIRED, what, lasting)
    promise = void(replace(header(NOW + skew + second_), commitment="ab" * 32))
    yield Vector("void-not-yet-valid", 9, Code.NOT_YET_VALID, "a void from beyond the skew", promise)


def numbers() -> Iterator[Vector]:
    """Step 10."""
    first = parse_outer(GOOD)
    again = ("accepted",)
    yield Vector("replay", 10, None, "the same bytes again: the stored receipt, nothing else", GOOD, before=again)
    filled = void(replace(first.header, commitment=first.header_digest))
    yield Vector(
        "void-of-a-known-number", 10, None, "a void of what was taken: the receipt of that", filled, before=again
    )
    other = envelope(replace(header(), id="rel-another"), good_body())
    forks = {
        "equivocation": ("the same number with another header", other),
        "void-of-another-header": (
            "a void that stands for another header",
            void(replace(header(), commitment="ab" * 32)),
        ),
        "wrong-previous": ("the next number does not follow the last", envelope(replace(header(), seq=2), good_body())),
    }
    for name, (what, forked) in forks.items():
        yield Vector(name, 10, Code.EQUIVOCATION, what, forked, before=again)
    orphan = envelope(replace(header(), previous="ab" * 32), good_body())
    yield Vector("wrong-first-previous", 10, Code.EQUIVOCATION, "the first number follows something", orphan)
    code = Code.SEQUENCE_GAP
    yield Vector("gap", 10, code, "number 2 first", envelope(replace(header(), seq=2), good_body()))
    yield Vector("other-epoch", 10, code, "an epoch of its own", envelope(replace(header(), epoch=2), good_body()))
    yield Vector("void-gap", 10, code, "a void beyond the next", void(replace(header(), seq=2, commitment="ab" * 32)))


def signed() -> Iterator[Vector]:
    """Every vector of this module."""
    for make in (signing_keys, signatures, times, numbers):
        yield from make()


def _root(**members: JsonValue) -> bytes:
    parts = Parts(GOOD)
    parts.root.update(members)
    return parts.wire()


def _parts(head: bytes | None = None, ciphertext: bytes | None = None) -> bytes:
    parts = Parts(GOOD)
    return wire(head or parts.head, ciphertext or parts.ciphertext, parts.root, parts.proof)
