"""T-38, T-39: what is malformed is refused by a signed code that its sender sees, and everything behind it arrives.

Poison at every place: a parcel in a batch, an envelope in a stream, bytes on the wire.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final

import pytest

from exchange.crypto.commitments import pack, unpack
from exchange.crypto.encoding import b64, canonical
from exchange.crypto.keys import NodeKeys
from exchange.crypto.opening import parse_outer
from exchange.crypto.receipts import Receipt, read_receipt, sign_receipt
from exchange.errors import Code
from exchange.model.claims import JsonObject, JsonValue
from exchange.operations.known_partners import partner_in_use
from exchange.operations.receipts import take_receipt
from exchange.operations.receive import receive
from tests import invariants
from tests.federation import State
from tests.subjects import gulf_person
from tests.threats.worlds import Forger, Parcel, World, body_of, caught, parcels_of

BATCH: Final = 3


def with_claim(parcel: Parcel, claim: bytes) -> Parcel:
    """The same parcel with another claim in the place of its first, under the same salt."""
    pairs = unpack(parcel.claims)
    return parcel._replace(claims=pack([(pairs[0][0], claim), *pairs[1:]]))


EMPTY_TEXT: Final[JsonObject] = {"id": "c1", "path": "note", "statement": "fact", "value": ""}
POISON: Final[dict[str, tuple[Callable[[Parcel], Parcel], str]]] = {
    "no claims": (lambda parcel: parcel._replace(claims=b""), "BODY_MALFORMED"),
    "cut claims": (lambda parcel: parcel._replace(claims=parcel.claims[:-1]), "BODY_MALFORMED"),
    "claim not committed": (lambda parcel: with_claim(parcel, b"{}"), "CLAIM_NOT_COMMITTED"),
    "empty text": (lambda parcel: with_claim(parcel, canonical(EMPTY_TEXT)), "CLAIM_NOT_COMMITTED"),
    "claim twice": (
        lambda parcel: parcel._replace(claims=pack([*unpack(parcel.claims), unpack(parcel.claims)[0]])),
        "CLAIM_NOT_COMMITTED",
    ),
    "manifest": (lambda parcel: parcel._replace(manifest=b"{"), "MANIFEST_INVALID"),
    "manifest empty": (lambda parcel: parcel._replace(manifest=b""), "MANIFEST_INVALID"),
    "proof": (lambda parcel: parcel._replace(proof=bytes(36)), "SIGNATURE_INVALID"),
    "proof empty": (lambda parcel: parcel._replace(proof=b""), "SIGNATURE_INVALID"),
}


def read(place: World, wire: bytes) -> Receipt:
    """KW's receipt for an envelope of DZ, verified as DZ would."""
    key = place["KW"].node.keys.signing[1].public
    return read_receipt(receive(place["KW"].node, "DZ", wire), lambda kid: key)


@pytest.mark.parametrize("poison", sorted(POISON))
def test_a_bad_parcel_is_refused_alone_wherever_it_stands(lone: World, poison: str) -> None:
    dz, kw = lone["DZ"], lone["KW"]
    spoil, code = POISON[poison]
    forger, arrived = Forger(dz, kw), 0
    for at in range(BATCH):
        parcels = parcels_of(dz, "KW", dz.deposit(*(gulf_person(n) for n in range(BATCH))))
        parcels[at] = spoil(parcels[at])
        receipt = read(lone, forger.seal(body_of(parcels)))
        arrived += BATCH - 1
        assert (receipt.kind, receipt.refused) == ("accepted", ((at, code),))
        with kw.node.store.read() as unit:
            assert unit.copies.count("DZ") == arrived
    with kw.node.store.read() as unit:
        kept = [unit.streams.inbox_item("DZ", 1, seq) for seq in range(1, BATCH + 1)]
    wires = [item.wire or b"" for item in kept if item is not None]
    assert len(wires) == len(kept)
    assert all(b"sealed_sha256" in wire for wire in wires), "a refusal keeps what proves the signature, no content"


@pytest.mark.parametrize("place_", [[9, 0], [0, 9], [-1, 0], [0], [0, 0, 0], "x", None, [True, 0], [0, "0"]])
def test_a_parcel_with_a_wrong_place_is_refused_alone(lone: World, place_: JsonValue) -> None:
    dz, kw = lone["DZ"], lone["KW"]
    parcels = parcels_of(dz, "KW", dz.deposit(gulf_person(1), gulf_person(2)))
    receipt = read(lone, Forger(dz, kw).seal(body_of(parcels, parcels=[place_, [0, 0]])))
    assert (receipt.kind, receipt.refused) == ("accepted", ((0, "BODY_MALFORMED"),))


def test_the_same_record_twice_in_one_envelope(lone: World) -> None:
    dz, kw = lone["DZ"], lone["KW"]
    (parcel,) = parcels_of(dz, "KW", dz.deposit(gulf_person(1)))
    receipt = read(lone, Forger(dz, kw).seal(body_of([parcel, parcel])))
    assert receipt.refused == ((1, "BODY_MALFORMED"),)


BODIES: Final = (b"", b"x", b"\x00" * 3, b"\xff" * 64, b"\x00\x00\x00\x02{}", b"\x00\x00\x00\x0bnot json at")


@pytest.mark.parametrize("at", range(3))
def test_a_bad_envelope_consumes_its_number_and_the_next_arrives(lone: World, at: int) -> None:
    """Each kind of garbage, sealed and signed properly, first, in the middle and last of a stream."""
    dz, kw = lone["DZ"], lone["KW"]
    forger = Forger(dz, kw)
    for body in BODIES:
        good = [body_of(parcels_of(dz, "KW", dz.deposit(gulf_person(n)))) for n in range(2)]
        sent = [*good[:at], body, *good[at:]]
        kinds = [(receipt.kind, receipt.code) for receipt in (read(lone, forger.seal(each)) for each in sent)]
        expected: list[tuple[str, str | None]] = [("accepted", None)] * 2
        assert kinds[at][0] == "refused"
        assert kinds[at][1] in ("BODY_MALFORMED", "JSON_MALFORMED", "JSON_NOT_CANONICAL")
        assert kinds[:at] + kinds[at + 1 :] == expected
    invariants.inbox_is_whole(kw.node, "DZ")


def test_bytes_that_are_no_envelope_consume_nothing(lone: World) -> None:
    dz, kw = lone["DZ"], lone["KW"]
    dz.push("KW", dz.deposit(gulf_person(1)))
    good = invariants.sent(dz.node, "KW")[0].wire
    for bad in (b"", b"{}", b"null", good[:-1], good + b" ", good.replace(b'"header"', b'"Header"'), b"[" * 100_000):
        assert caught(partial(receive, kw.node, "DZ", bad)) in (Code.ENVELOPE_MALFORMED, Code.HEADER_MALFORMED)
        assert invariants.taken(kw.node, "DZ") == []
    assert caught(lambda: receive(kw.node, "DZ", bytes(7 << 20))) is Code.ENVELOPE_TOO_LARGE
    assert read(lone, good).kind == "accepted"


def flipped(wire: bytes) -> bytes:
    """The ciphertext's last bit turned on the way: the signature no longer holds."""
    outer = parse_outer(wire)
    changed = outer.ciphertext[:-1] + bytes([outer.ciphertext[-1] ^ 1])
    return wire.replace(b64(outer.ciphertext).encode(), b64(changed).encode())


def spoiled_key(state: State) -> State:
    """The same node with another prekey: what arrives cannot be opened."""
    keys = state.node.keys
    other = replace(keys, sealing=NodeKeys.generate(keys.code, keys.root_fingerprint).sealing)
    return replace(state, node=replace(state.node, keys=other))


def test_the_sender_sees_the_refusal_and_offers_the_record_again(place: World) -> None:
    """T-39: KW cannot open an envelope (its prekey is lost). DZ has the signed code, and the record is not 'sent'."""
    dz, kw = place["DZ"], place["KW"]
    refs = dz.deposit(gulf_person(1))
    place.federation.network.nodes["KW"] = spoiled_key(kw).node
    dz.push("KW", refs)
    delivered = dz.deliver("KW")
    assert (delivered.refused, delivered.accepted, delivered.stopped) == (1, 0, None)
    (item,) = invariants.sent(dz.node, "KW")
    assert item.state == "refused"
    assert invariants.receipt_of(dz.node, item).code == "KEY_UNKNOWN"
    assert [line["outcome"] for line in invariants.entries(dz.node, "receipt.received")] == ["refused"]
    place.federation.network.nodes["KW"] = kw.node
    assert not dz.propose("KW", refs).unchanged
    dz.push("KW", refs)
    assert dz.deliver("KW").accepted == 1
    invariants.always(dz.node, kw.node)
    with kw.node.store.read() as unit:
        assert unit.copies.count("DZ") == 1


def test_what_is_changed_on_the_way_is_not_taken_and_goes_again(lone: World) -> None:
    dz, kw = lone["DZ"], lone["KW"]
    dz.push("KW", dz.deposit(gulf_person(1)))
    faults = lone.federation.network.faults
    faults.change = flipped
    assert dz.deliver("KW").stopped is Code.SIGNATURE_INVALID
    assert faults.fired == 1
    assert invariants.taken(kw.node, "DZ") == []
    faults.change = None
    lone.federation.clock.forward(timedelta(minutes=16))
    assert dz.deliver("KW").accepted == 1


def test_a_parcel_refused_alone_is_offered_again(lone: World) -> None:
    """T-39: the receipt names the parcel by index; only that record counts as not sent."""
    dz, kw = lone["DZ"], lone["KW"]
    refs = dz.deposit(gulf_person(1), gulf_person(2))
    dz.push("KW", refs)
    (item,) = invariants.sent(dz.node, "KW")
    honest = read(lone, item.wire)
    refusing = sign_receipt(replace(honest, refused=((1, "MANIFEST_INVALID"),)), kw.node.keys.signing[1])
    with dz.node.store.read() as unit:
        partner = partner_in_use(unit, "KW")
    assert take_receipt(dz.node, partner, refusing) == "accepted"
    proposed = dz.propose("KW", refs)
    assert (proposed.unchanged, [p.recipient for p in proposed.proposals]) == ([refs[0]], ["KW"])
    with dz.node.store.read() as unit:
        assert [each.ref for each in unit.releases.items(proposed.proposals[0].id)] == [refs[1]]
