"""The attacks on onward sharing (T-20): DZ passes a record of AE on to KW, with a grant that does not say what it must.

DZ is the holder here and seals the envelope; AE is the originator, which KW knows by its own pinned card.
"""

from __future__ import annotations

from collections.abc import Iterator

from exchange.crypto.encoding import JsonObject, JsonValue, b64, canonical
from exchange.crypto.grant import sign_grant
from exchange.crypto.signing import sign_batch
from exchange.errors import Code
from tests.conformance.attacks import ACCEPTED, Vector
from tests.conformance.forging import Body, envelope, header, manifest, pairs, signer
from tests.conformance.vector_world import AGREEMENT, PURPOSE

THREAD = "msg-00000000000000000000000000000000"
TERMS: JsonObject = {
    "tlp": "TLP:AMBER",
    "caveats": [],
    "purposes": [PURPOSE],
    "retention_days": 365,
    "onward": "none",
}
GRANT: JsonObject = {
    "v": 1,
    "originator": "AE",
    "holder": "DZ",
    "recipient": "KW",
    "thread": THREAD,
    "refs": [["rec-example-0001", 1]],
    "paths": ["name.full"],
    "purpose": PURPOSE,
    "handling": TERMS,
    "agreements": [AGREEMENT],
    "issued": "2026-11-02T08:30:00Z",
    "expires": "2027-02-01T00:00:00Z",
}
_CHANGED: dict[str, tuple[str, JsonObject]] = {
    "onward-other-recipient": ("a grant for Tunisia", {"recipient": "TN"}),
    "onward-other-holder": ("a grant that Tunisia was given", {"holder": "TN"}),
    "onward-expired": (
        "a grant whose time was over a second ago",
        {"issued": "2026-10-02T00:00:00Z", "expires": "2026-11-02T09:00:00Z"},
    ),
    "onward-not-yet": ("a grant of tomorrow", {"issued": "2026-11-03T09:00:00Z"}),
    "onward-too-long": ("a grant for more than a year", {"expires": "2027-12-02T09:00:00Z"}),
    "onward-other-record": ("a grant for another record", {"refs": [["rec-example-0002", 1]]}),
    "onward-later-version": ("a grant from version 2 on", {"refs": [["rec-example-0001", 2]]}),
    "onward-other-claims": ("a grant for the gender, with a name", {"paths": ["gender"]}),
    "onward-other-purpose": (
        "a grant for border checks",
        {"purpose": "border.checks", "handling": {**TERMS, "purposes": ["border.checks"]}},
    ),
    "onward-other-agreement": ("a grant under the other agreement", {"agreements": ["AG-DZ-KW"]}),
    "onward-handling-loosened": ("TLP:AMBER where the grant says TLP:RED", {"handling": {**TERMS, "tlp": "TLP:RED"}}),
    "onward-kept-longer": ("a year where the grant says 30 days", {"handling": {**TERMS, "retention_days": 30}}),
    "onward-chain": ("a grant that would let it go on from KW", {"handling": {**TERMS, "onward": "ask"}}),
    "onward-unknown-member": ("a member of the grant that nobody checks", {"note": "x"}),
}


def passed_on(
    grant: JsonObject | None = None, by: str = "AE", originator: str = "AE", record_by: str = "AE", place: int = 0
) -> bytes:
    """A record of DZ, and one of `originator` under a grant that `by` signed."""
    payload = manifest(pairs(), originator=originator, number=1)
    body = Body([manifest(pairs()), payload])
    root, (proof,) = sign_batch(signer(record_by), "exchange/manifest/1", [payload])
    mine = body.head["roots"]
    assert isinstance(mine, list)
    body.proofs[1] = proof
    body.head["roots"] = [*mine, b64(root)]
    body.head["parcels"] = [[0, 0], [1, 0, place]]
    body.head["grants"] = [b64(sign_grant(canonical(grant or GRANT), signer(by)))]
    return envelope(header(), body.joined())


def own_with_grant() -> bytes:
    """Two records of DZ, the second under a grant."""
    body = Body([manifest(pairs()), manifest(pairs(), number=1)])
    places: list[JsonValue] = [[0, 0], [0, 0, 0]]
    body.head["parcels"] = places
    body.head["grants"] = [b64(sign_grant(canonical({**GRANT, "originator": "DZ", "holder": "AE"}), signer("DZ")))]
    return envelope(header(), body.joined())


def onward() -> Iterator[Vector]:
    """Every vector of this module."""
    bad = Code.GRANT_INVALID
    for name, (what, members) in _CHANGED.items():
        yield Vector(name, 14, bad, what, passed_on({**GRANT, **members}), parcel=1)
    yield Vector("onward-forged", 14, bad, "a grant of AE that DZ signed", passed_on(by="DZ"), parcel=1)
    tunisian = passed_on({**GRANT, "originator": "TN"}, originator="TN")
    yield Vector("onward-unknown-originator", 14, bad, "a record of a state that KW does not know", tunisian, parcel=1)
    other = passed_on({**GRANT, "originator": "TN"})
    yield Vector("onward-grant-of-another", 14, bad, "a grant that another state gives", other, parcel=1)
    forged = passed_on(record_by="DZ")
    yield Vector("onward-record-forged", 13, Code.KEY_UNKNOWN, "a record of AE that DZ signed", forged, parcel=1)
    malformed = Code.BODY_MALFORMED
    yield Vector("onward-no-such-grant", 13, malformed, "the second of one grant", passed_on(place=1), parcel=1)
    yield Vector(
        "onward-grant-for-own", 13, malformed, "a grant for a record of the sender", own_with_grant(), parcel=1
    )
    yield Vector("valid-onward", ACCEPTED, None, "a record of AE that DZ may pass on", passed_on())
