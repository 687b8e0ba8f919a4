"""The attacks on steps 11 to 14: a partner of good standing signs an envelope whose inside is wrong.

Each is refused by a signed receipt that consumes the number. Single parcels are in attacks_parcels.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from exchange.crypto.encoding import JsonValue, pae
from exchange.crypto.envelope import FRAME, bucket_of
from exchange.crypto.frames import join
from exchange.errors import Code
from tests.conformance.attacks import Vector
from tests.conformance.forging import (
    SALT,
    Body,
    committed,
    envelope,
    good_body,
    header,
    header_bytes,
    manifest,
    pairs,
    plaintext,
    prekey,
    seal,
    sign,
    signer,
)


def ciphertexts() -> Iterator[Vector]:
    """Step 11."""
    ready = committed(header(), good_body())
    head = header_bytes(ready)
    right = seal(head, plaintext(good_body()), prekey())
    other = header_bytes(replace(ready, id="rel-another"))
    forms = {
        "ciphertext-for-another-header": ("taken from another envelope of the same body", sign(other, right, signer())),
        "truncated-ciphertext": ("without its last 16 bytes", sign(head, right[:-16], signer())),
        "ciphertext-of-one-byte": ("shorter than an encapsulated key", sign(head, b"\x00", signer())),
        "ciphertext-altered": (
            "one bit flipped before signing",
            sign(head, right[:-1] + bytes([right[-1] ^ 1]), signer()),
        ),
        "sealed-to-another": ("sealed to AE, named for KW", envelope(header(), good_body(), to=prekey("AE"))),
    }
    for name, (what, wire) in forms.items():
        yield Vector(name, 11, Code.DECRYPT_FAILED, what, wire)
    lent = prekey(suite=2)
    head_2 = header_bytes(replace(ready, sealing_kid=lent.kid))
    yield Vector(
        "prekey-of-another-suite",
        11,
        Code.DECRYPT_FAILED,
        "sealed under suite 2 to a prekey of suite 2, where the header says 1",
        sign(head_2, seal(head_2, plaintext(good_body()), lent), signer()),
    )
    gone = replace(header(), sealing_kid=prekey("AE").kid)
    yield Vector("unknown-prekey", 11, Code.KEY_UNKNOWN, "no prekey of KW", envelope(gone, good_body()))
    size = bucket_of(FRAME + len(good_body())) - FRAME - len(good_body())
    paddings = {
        "padding-not-zero": ("a message in the padding", b"\x01" * size),
        "padding-off-bucket": ("a length that tells the body's", bytes(size - 1)),
    }
    for name, (what, padding) in paddings.items():
        plain = pae("exchange/body/1", SALT, good_body(), padding)
        yield Vector(name, 11, Code.BODY_MALFORMED, what, _sealed(head, plain))
    unframed = _sealed(head, bytes(1024))
    yield Vector("plaintext-unframed", 11, Code.BODY_MALFORMED, "1 KiB of zeros", unframed)


def commitments() -> Iterator[Vector]:
    """Step 12."""
    code = Code.COMMITMENT_MISMATCH
    other = Body([manifest(pairs(), number=2)]).joined()
    head = header_bytes(committed(header(), other))
    yield Vector("wrong-commitment", 12, code, "committed to another body", _sealed(head, plaintext(good_body())))
    salted = _sealed(header_bytes(committed(header(), good_body())), plaintext(good_body(), bytes(32)))
    yield Vector("wrong-salt", 12, code, "the committed body with another salt", salted)


def heads() -> Iterator[Vector]:
    """Step 13, the body as a whole."""
    for name, (what, body) in {**_frames(), **_heads(), **_handlings()}.items():
        yield Vector(name, 13, Code.BODY_MALFORMED, what, envelope(header(), body))
    for type_ in ("recall", "notice"):
        typed = envelope(replace(header(), type=type_), good_body())
        yield Vector(f"type-{type_}", 13, Code.BODY_MALFORMED, f"a {type_} by its header, a release inside", typed)


def _frames() -> dict[str, tuple[str, bytes]]:
    frames, body = _good().frames(), good_body()
    loose = frames[0].replace(b'"v":1', b'"v": 1')
    twice = frames[0][:-1] + b',"v":1}'
    return {
        "body-empty": ("no frame", b""),
        "frames-cut": ("the last frame is shorter than its length", body[:-1]),
        "frames-trailing": ("a byte behind the last frame", body + b"\x00"),
        "frame-missing": ("a parcel without its claims", join(frames[:-1])),
        "frame-too-many": ("a frame that no parcel names", join([*frames, b""])),
        "frames-without-end": ("1502 empty frames", join([b""] * 1502)),
        "body-not-canonical": ("a space in the head", join([loose, *frames[1:]])),
        "body-duplicate-key": ("`v` twice", join([twice, *frames[1:]])),
        "body-a-list": ("the head is a list", join([b"[]", *frames[1:]])),
    }


def _heads() -> dict[str, tuple[str, bytes]]:
    return {
        "unknown-body-member": ("a member that nobody checks", _head(note="x")),
        "body-version-true": ("true where 1 is meant", _head(v=True)),
        "body-other-version": ("version 2 of the format", _head(v=2)),
        "body-other-type": ("a body of another type", _head(type="request")),
        "body-without-parcels": ("nothing is in it", _without_parcels()),
        "roots-not-base64": ("a root document as it is", _head(roots=["{}"])),
        "roots-not-a-list": ("one root, not in a list", _head(roots="")),
        "roots-empty": ("no root document", _head(roots=[])),
        "handlings-empty": ("no handling", _head(handlings=[])),
    }


def _without_parcels() -> bytes:
    body = _good()
    body.head["parcels"] = []
    return join(body.frames()[:1])


def _handlings() -> dict[str, tuple[str, bytes]]:
    return {
        "handling-longer": ("kept a day longer than agreed", _handling(retention_days=366)),
        "handling-onward": ("may be passed on, which the agreement forbids", _handling(onward="ask")),
        "handling-other-purpose": ("for a purpose that nobody agreed", _handling(purposes=["analysis.joint"])),
        "handling-never-ends": ("kept for 0 days", _handling(retention_days=0)),
        "handling-unknown-marking": ("a marking that no page knows", _handling(tlp="TLP:WHITE")),
        "handling-marking-a-list": ("a list where a word belongs", _handling(tlp=["TLP:AMBER"])),
        "handling-onward-an-object": ("an object where a word belongs", _handling(onward={})),
        "handling-caveat-unknown": ("a caveat that no page knows", _handling(caveats=["NONE"])),
        "handling-unknown-member": ("a member that nobody checks", _handling(note="x")),
        "handling-unsorted": (
            "the same handling in two writings",
            _handling(purposes=["counter_terrorism.travel", "border.checks"]),
        ),
    }


def purposes() -> Iterator[Vector]:
    """Step 14, the body as a whole."""
    wrong: tuple[tuple[str, str, JsonValue], ...] = (
        ("purpose-not-agreed", "a purpose that the parties did not agree", "analysis.joint"),
        ("purpose-a-list", "a list where a word belongs", ["counter_terrorism.travel"]),
    )
    for name, what, purpose in wrong:
        yield Vector(name, 14, Code.IMPORT_REFUSED, what, envelope(header(), _head(purpose=purpose)))


def inside() -> Iterator[Vector]:
    """Every vector of this module."""
    for make in (ciphertexts, commitments, heads, purposes):
        yield from make()


def _sealed(head: bytes, plain: bytes) -> bytes:
    return sign(head, seal(head, plain, prekey()), signer())


def _good() -> Body:
    return Body([manifest(pairs())])


def _head(**members: JsonValue) -> bytes:
    body = _good()
    body.head.update(members)
    return body.joined()


def _handling(**members: JsonValue) -> bytes:
    body = _good()
    body.handling.update(members)
    return body.joined()
