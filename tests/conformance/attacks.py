"""A vector in memory, and the attacks on steps 1 to 6: what is refused before a key is looked at.

Every attack is a valid envelope but for one thing, so that no other check can stand in for the one that it is about.
The others are in attacks_signed.py, attacks_inside.py and attacks_parcels.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from exchange.crypto.envelope import MAX_WIRE
from exchange.errors import Code
from tests.conformance.forging import (
    NOW,
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
    void,
)
from tests.conformance.vector_world import SECOND, amended, digest_of, policy, second

ACCEPTED = 17
"""The last step: the answer."""


GOOD = envelope(header(), good_body())


class Vector(NamedTuple):
    """One envelope, how it comes, and what must become of it."""

    name: str
    step: int
    """Where reading ends; `ACCEPTED` if it is taken."""
    code: Code | None
    """None if the envelope is accepted, or its number is answered with the stored receipt."""
    what: str
    envelope: bytes
    tls_identity: str = "DZ"
    state: str = "fresh"
    time: datetime = NOW
    before: tuple[str, ...] = ()
    """Vectors that the recipient takes in first."""
    spaces_after: int = 0
    """Spaces behind the envelope: how a small file holds a large attack."""
    parcel: int | None = None
    """The one parcel that is refused, of an envelope that is accepted."""


def good() -> Iterator[Vector]:
    """What must be taken: without it, a reader that refuses everything would pass."""
    yield Vector("accepted", ACCEPTED, None, "a valid release of one record", GOOD)
    under_2 = replace(
        header(),
        suite=2,
        agreement=SECOND,
        agreement_digest=digest_of(second()),
        signing_kid=signer(suite=2).kid,
        sealing_kid=prekey(suite=2).kid,
    )
    yield Vector("accepted-suite-2", ACCEPTED, None, "the same under suite 2", envelope(under_2, good_body()))
    empty = void(replace(header(), commitment="ab" * 32))
    yield Vector(
        "void-after-the-end", ACCEPTED, None, "a void closes its number after the agreement ended", empty,
        state="agreement-terminated",
    )  # fmt: skip


def size_and_form() -> Iterator[Vector]:
    """Steps 1 and 2."""
    yield Vector("too-large", 1, Code.ENVELOPE_TOO_LARGE, "over 6 MiB", GOOD, spaces_after=MAX_WIRE)
    text = GOOD.decode()
    head = json.loads(GOOD)["header"]
    forms = {
        "not-json": ("cut off in the middle", text[: len(text) // 2]),
        "duplicate-key": ("`header` twice: two readers, two envelopes", text[:-1] + f',"header":"{head}"}}'),
        "outer-not-canonical": ("a space that changes nothing", text.replace('"sealed":', '"sealed": ')),
        "unknown-outer-member": ("a member that nobody checks", text[:-1] + ',"to":"AE"}'),
        "base64-loose": (
            "unused bits of base64 set: two texts for one proof",
            text.replace('"AAAAAA=="', '"AAAAAB=="'),
        ),
        "signature-suite-unknown": ("a root document of suite 9", text.replace('"suite":1', '"suite":9')),
    }
    for name, (what, changed) in forms.items():
        assert changed != text
        yield Vector(name, 2, Code.ENVELOPE_MALFORMED, what, changed.encode())


def headers() -> Iterator[Vector]:
    """Step 3. Each header is signed by its sender: it is refused for its form alone."""
    ready = committed(header(), good_body())
    exact = header_bytes(ready)
    forms = {
        "unknown-header-member": ("a member that this version does not know", header_bytes(ready, marking="TLP:RED")),
        "header-not-canonical": ("members in another order", b'{"v":1,' + exact[1:].replace(b',"v":1}', b"}")),
        "header-duplicate-key": ("`recipient` twice", exact.replace(b'"seq":', b'"recipient":"KW","seq":')),
        "header-float": ("a number that is no integer", exact.replace(b'"seq":1,', b'"seq":1.0,')),
        "header-boolean": ("true where 1 is meant", exact.replace(b'"v":1}', b'"v":true}')),
        "header-other-version": ("version 2 of the format", header_bytes(ready, v=2)),
        "header-unknown-type": ("a type that no page knows", header_bytes(ready, type="broadcast")),
        "header-to-itself": ("sender and recipient are one", header_bytes(ready, sender="KW", stream="KW-KW")),
        "stream-of-another-pair": ("numbered as the stream from DZ to AE", header_bytes(ready, stream="DZ-AE")),
        "stream-turned-round": ("numbered as the stream from KW to DZ", header_bytes(ready, stream="KW-DZ")),
        "stream-of-no-pair": ("numbered in a stream of its own", header_bytes(ready, stream="DZ-KW-2")),
        "header-time-loose": ("a time with an offset", header_bytes(ready, issued="2026-11-02T10:00:00+01:00")),
    }
    for name, (what, head) in forms.items():
        assert head != exact
        yield Vector(name, 3, Code.HEADER_MALFORMED, what, _sealed(head))
    full = header_bytes(replace(ready, type="void", commitment="ab" * 32))
    yield Vector("void-with-content", 3, Code.ENVELOPE_MALFORMED, "a void that carries something", _sealed(full))
    nothing = sign(exact, b"", signer())
    yield Vector("release-without-content", 3, Code.ENVELOPE_MALFORMED, "a release that carries nothing", nothing)


def suites() -> Iterator[Vector]:
    """Step 4."""
    unknown = header_bytes(replace(committed(header(), good_body()), suite=9))
    yield Vector("unknown-suite", 4, Code.SUITE_NOT_ALLOWED, "a suite that no page knows", _sealed(unknown))
    other = replace(header(), suite=2, signing_kid=signer(suite=2).kid, sealing_kid=prekey(suite=2).kid)
    yield Vector(
        "suite-not-in-agreement", 4, Code.SUITE_NOT_ALLOWED, "suite 2, where the parties agreed on 1",
        envelope(other, good_body()),
    )  # fmt: skip
    low = replace(header(), agreement=SECOND, agreement_digest=digest_of(second()))
    yield Vector(
        "suite-below-floor", 4, Code.SUITE_BELOW_FLOOR, "downgrade: suite 1 from a partner that went up to 2",
        envelope(low, good_body()), state="floor-2",
    )  # fmt: skip


def bearers() -> Iterator[Vector]:
    """Step 5, and before it: who may bring an envelope at all."""
    to_ae = replace(header(), recipient="AE", stream="DZ-AE", sealing_kid=prekey("AE").kid)
    forwarded = envelope(to_ae, good_body(), to=prekey("AE"))
    yield Vector(
        "surreptitious-forwarding", 5, Code.NOT_ADDRESSED, "AE passes on what DZ sealed for AE", forwarded, "AE"
    )
    yield Vector("addressed-to-another", 5, Code.NOT_ADDRESSED, "DZ brings what is for AE", forwarded)
    resealed = replace(to_ae, sealing_kid=prekey().kid)
    yield Vector(
        "addressed-to-another-sealed-to-us", 5, Code.NOT_ADDRESSED, "for AE by its header, sealed to KW",
        envelope(resealed, good_body()),
    )  # fmt: skip
    yield Vector("borrowed-envelope", 5, Code.TRANSPORT_MISMATCH, "AE brings an envelope of DZ", GOOD, "AE")
    yield Vector("stranger", 4, Code.PARTNER_UNKNOWN, "TN is no partner of KW", GOOD, "TN")
    yield Vector("suspended-partner", 4, Code.SUSPENDED, "KW suspended DZ", GOOD, state="partner-suspended")


def grounds() -> Iterator[Vector]:
    """Step 6."""
    code = Code.AGREEMENT_NOT_IN_FORCE
    unknown = replace(header(), agreement="AG-DZ-KW-9")
    yield Vector("agreement-unknown", 6, code, "an agreement that KW never saw", envelope(unknown, good_body()))
    for state in ("draft", "flagged", "suspended", "terminated"):
        yield Vector(f"agreement-{state}", 6, code, f"the agreement is {state}", GOOD, state=f"agreement-{state}")
    yield Vector("agreement-amended", 6, code, "version 1, when 2 is in force", GOOD, state="agreement-amended")
    early = replace(header(), agreement_digest=digest_of(amended()))
    yield Vector("agreement-other-digest", 6, code, "version 2, when 1 is in force", envelope(early, good_body()))
    late = datetime(2027, 1, 15, tzinfo=NOW.tzinfo)
    ended = envelope(header(late), good_body())
    yield Vector("agreement-ended", 6, code, "the first second after the agreement's last", ended, time=late)
    from_ae = replace(
        header(),
        sender="AE",
        stream="AE-KW",
        agreement=SECOND,
        agreement_digest=digest_of(second()),
        signing_kid=signer("AE").kid,
    )
    theirs = Body([manifest(pairs(), originator="AE")], signer("AE")).joined()
    yield Vector(
        "not-a-party", 6, code, "AE under the agreement of DZ and KW", envelope(from_ae, theirs, signer("AE")), "AE"
    )
    ours = replace(header(), agreement="NP-KW", agreement_digest=digest_of(policy()))
    yield Vector(
        "agreement-a-national-policy", 6, code, "KW's own policy: its existence is nobody's to learn",
        envelope(ours, good_body()),
    )  # fmt: skip


def unsigned() -> Iterator[Vector]:
    """Every vector of this module."""
    for make in (good, size_and_form, headers, suites, bearers, grounds):
        yield from make()


def _sealed(head: bytes) -> bytes:
    return sign(head, seal(head, plaintext(good_body()), prekey()), signer())
