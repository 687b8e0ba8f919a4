"""The attacks on single parcels (steps 13 and 14): the wrong one of two is refused, the other is taken."""

from __future__ import annotations

from collections.abc import Iterator

from exchange.crypto.commitments import pack
from exchange.crypto.encoding import JsonObject, JsonValue, b64
from exchange.crypto.manifest import read as read_manifest
from exchange.crypto.signing import sign_batch
from exchange.errors import Code
from tests.conformance.attacks import ACCEPTED, Vector
from tests.conformance.forging import (
    CLAIMS,
    NAME,
    Body,
    Pairs,
    envelope,
    header,
    manifest,
    pairs,
    signer,
)


def two() -> Iterator[Vector]:
    """What the attacks on single parcels are one change away from."""
    yield Vector("accepted-two", ACCEPTED, None, "a valid release of two records", envelope(header(), _two().joined()))


def parcels() -> Iterator[Vector]:
    """Steps 13 and 14, one parcel of two: it is refused, the other is taken."""
    for name, (step, code, what, body) in {**_places(), **_manifests(), **_claims(), **_views()}.items():
        assert len(body.manifests) == 2
        yield Vector(name, step, code, what, envelope(header(), body.joined()), parcel=1)


_Parcel = tuple[int, Code, str, Body]


def _places() -> dict[str, _Parcel]:
    code = Code.BODY_MALFORMED
    places: dict[str, tuple[str, JsonValue]] = {
        "root-out-of-range": ("a root that is not there", [1, 0]),
        "root-from-behind": ("a negative index", [-1, 0]),
        "root-index-true": ("true where 0 or 1 is meant", [False, 0]),
        "handling-out-of-range": ("a handling that is not there", [0, 1]),
        "place-too-long": ("three indexes", [0, 0, 0]),
    }
    found = {}
    for name, (what, place) in places.items():
        body = _two()
        body.head["parcels"] = [[0, 0], place]
        found[name] = (13, code, what, body)
    found["record-twice"] = (13, code, "one record twice in an envelope", Body([manifest(pairs())] * 2))
    return found


def _manifests() -> dict[str, _Parcel]:
    invalid, forged = Code.MANIFEST_INVALID, Code.SIGNATURE_INVALID
    exact = manifest(pairs(), number=1)
    group = manifest(pairs(), kind="group", number=1)
    relayed = Body([manifest(pairs()), manifest(pairs(), originator="AE", number=1)])
    proofless = _two()
    proofless.proofs[1] = proofless.proofs[0]
    stolen, strange = _two(), _two()
    stolen.head["roots"], strange.head["roots"] = _another_root(stolen, "AE"), _another_root(strange, "DZ")
    stolen.head["parcels"] = strange.head["parcels"] = [[0, 0], [1, 0]]
    blob = read_manifest(exact).commitments
    unsorted = read_manifest(exact)._replace(commitments=blob[32:] + blob[:32]).to_bytes()
    return {
        "altered-manifest": (13, forged, "version 2, where 1 was signed", _second(_later(exact))),
        "manifest-not-canonical": (13, invalid, "a space in the manifest", _second(exact.replace(b":", b": ", 1))),
        "manifest-unknown-member": (13, invalid, "a member that nobody checks", _second(exact[:-1] + b',"x":1}')),
        "manifest-unsorted": (13, invalid, "the same commitments in another order", _second(unsorted)),
        "wrong-proof": (13, forged, "the place of the other record", proofless),
        "root-of-another-node": (13, Code.KEY_UNKNOWN, "signed by AE as if it were DZ's", stolen),
        "root-of-another-batch": (13, forged, "a root that DZ signed over other records", strange),
        "kind-not-agreed": (
            14,
            Code.IMPORT_REFUSED,
            "a group, where only persons are agreed",
            Body([manifest(pairs()), group]),
        ),
        "foreign-originator": (14, Code.ORIGINATOR_MISMATCH, "a record of AE, passed on by DZ", relayed),
    }


def _claims() -> dict[str, _Parcel]:
    exact = pairs()
    (salt, name), *rest = exact
    malformed, uncommitted = Code.BODY_MALFORMED, Code.CLAIM_NOT_COMMITTED
    changed = [(salt, name.replace(b"Exempli", b"Exemplo")), *rest]
    salted = [(bytes(16), name), *rest]
    unpacked = {
        "claims-cut": (malformed, "without the last byte", pack(exact)[:-1]),
        "claims-trailing": (malformed, "a byte too many", pack(exact) + b"\x00"),
        "claims-miscounted": (malformed, "says two, brings three", (2).to_bytes(4, "big") + pack(exact)[4:]),
        "claims-without-count": (malformed, "nothing", b""),
        "claim-not-committed": (uncommitted, "a name that the originator never signed", pack(changed)),
        "claim-with-another-salt": (uncommitted, "the right claim, another salt", pack(salted)),
        "claim-twice": (uncommitted, "one commitment opened twice", pack([*exact, exact[0]])),
    }
    found: dict[str, _Parcel] = {name: (13, code, what, _packed(data)) for name, (code, what, data) in unpacked.items()}
    signed: dict[str, tuple[Code, str, Pairs]] = {
        "claim-not-canonical": (Code.JSON_NOT_CANONICAL, "signed with a space in it", [(salt, name + b" "), *rest]),
        "claim-unknown-path": (Code.UNKNOWN_PATH, "a field that no page knows", _one(path="name.secret")),
        "claim-unknown-member": (Code.UNKNOWN_MEMBER, "a member that nobody checks", _one(source="x")),
        "claim-value-malformed": (Code.VALUE_NOT_ALLOWED, "a name that is a number", _one(value=1)),
        "claim-path-of-another-kind": (
            Code.PATH_NOT_FOR_KIND,
            "a network's claim on a person",
            _one(path="network.type", value="smuggling"),
        ),
        "claim-id-twice": (Code.RECORD_INVALID, "two claims of one id", _one(id="c2")),
        "claim-text-reversed": (
            Code.TEXT_NOT_ALLOWED,
            "a name that shows other than it is",
            _one(value={**NAME, "text": "Rifa \u202eExempli"}),
        ),
    }
    found |= {name: (13, code, what, _committed(claims)) for name, (code, what, claims) in signed.items()}
    return found


def _views() -> dict[str, _Parcel]:
    """What no clause lets in, of a record that the parties did agree on."""
    refused = Code.IMPORT_REFUSED
    looser = _two()
    looser.head["handlings"] = [looser.handling, {**looser.handling, "tlp": "TLP:GREEN"}]
    looser.head["parcels"] = [[0, 0], [0, 1]]
    # One disclosed claim fewer, as the record was signed.
    bare = _packed(pack(pairs()[1:]))
    other = _committed(_one(path="gender", value="male"))
    return {
        "claim-not-agreed": (14, refused, "a gender, where only names are agreed", other),
        "only-governance": (14, refused, "a marking and a category of nothing", bare),
        "marking-loosened": (14, refused, "TLP:GREEN for what its originator marked TLP:AMBER", looser),
    }


def each_parcel() -> Iterator[Vector]:
    """Every vector of this module."""
    yield from two()
    yield from parcels()


def _two() -> Body:
    return Body([manifest(pairs()), manifest(pairs(), number=1)])


def _second(changed: bytes) -> Body:
    """Two records, the second of which was signed and then replaced by `changed`."""
    body = _two()
    body.manifests[1] = changed
    return body


def _later(exact: bytes) -> bytes:
    return read_manifest(exact)._replace(version=2, previous="ab" * 32).to_bytes()


def _another_root(body: Body, code: str) -> list[JsonValue]:
    """The body's root, and one that `code` signed: AE over the second manifest itself, DZ over another."""
    payload = body.manifests[1] if code == "AE" else manifest(pairs(), number=2)
    other, (proof,) = sign_batch(signer(code), "exchange/manifest/1", [payload])
    body.proofs[1] = proof
    mine = body.head["roots"]
    assert isinstance(mine, list)
    return [*mine, b64(other)]


def _packed(data: bytes) -> Body:
    body = _two()
    body.packed[1] = data
    return body


def _one(**members: JsonValue) -> Pairs:
    """The usual claims with one change in the first."""
    first: JsonObject = {**CLAIMS[0], **members}
    return pairs((first, *CLAIMS[1:]))


def _committed(claims: Pairs) -> Body:
    """Two records; the second commits to `claims` and brings them, so only what they say is wrong."""
    body = Body([manifest(pairs()), manifest(claims, number=1)])
    body.packed[1] = pack(claims)
    return body
