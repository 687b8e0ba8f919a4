"""T-04, T-05, T-20, T-31: an envelope of DZ in the hands of another partner is worth nothing.

AE holds what DZ sent it, and copies of what DZ sent to KW. It tries everything that it can do with those bytes and its
own keys: hand them on under its own TLS identity, put its name over DZ's ciphertext, seal DZ's records as its own.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from exchange.crypto.commitments import pack
from exchange.crypto.opening import parse_outer
from exchange.crypto.receipts import Receipt, read_receipt
from exchange.crypto.sealing import Unsigned, finish
from exchange.errors import Code
from exchange.operations.propose import Wish, propose
from exchange.operations.receive import receive
from tests import invariants
from tests.federation import AGREEMENT, PURPOSE, State
from tests.subjects import gulf_person
from tests.threats.worlds import Forger, World, body_of, caught, parcels_of


def envelope(lone: World, to: str) -> bytes:
    """What DZ seals for `to`; it is not delivered."""
    dz = lone["DZ"]
    dz.push(to, dz.deposit(gulf_person(1)))
    return invariants.sent(dz.node, to)[-1].wire


def answer(state: State, sender: State, wire: bytes) -> Receipt:
    """The verified receipt of `state` for an envelope that `sender` posts."""
    return read_receipt(receive(state.node, sender.node.code, wire), lambda kid: state.node.keys.signing[1].public)


def holds_nothing(state: State) -> bool:
    with state.node.store.read() as unit:
        return unit.copies.count() == 0


def test_the_envelope_itself_is_good(lone: World) -> None:
    """The control: in the right hands the same bytes are taken."""
    wire = envelope(lone, "AE")
    assert answer(lone["AE"], lone["DZ"], wire).kind == "accepted"
    assert not holds_nothing(lone["AE"])


@pytest.mark.parametrize(
    ("made_for", "posted_by", "expected"),
    [
        ("AE", "AE", Code.NOT_ADDRESSED),
        ("AE", "DZ", Code.NOT_ADDRESSED),
        ("KW", "AE", Code.TRANSPORT_MISMATCH),
        ("KW", "KW", Code.PARTNER_UNKNOWN),
        ("KW", "QA", Code.PARTNER_UNKNOWN),
    ],
)
def test_bytes_handed_on_are_refused(lone: World, made_for: str, posted_by: str, expected: Code) -> None:
    kw, wire = lone["KW"], envelope(lone, made_for)
    before = len(invariants.entries(kw.node))
    assert caught(lambda: receive(kw.node, posted_by, wire)) is expected
    assert holds_nothing(kw)
    assert invariants.taken(kw.node, "DZ") == invariants.taken(kw.node, "AE") == []
    assert len(invariants.entries(kw.node)) == before
    if made_for == "KW":
        assert answer(kw, lone["DZ"], wire).kind == "accepted", "the theft must not use up the number"


@pytest.mark.parametrize("made_for", ["AE", "KW"])
def test_another_name_over_the_same_ciphertext_is_a_signed_refusal(lone: World, made_for: str) -> None:
    """T-05: AE strips DZ's signature and signs DZ's ciphertext with a header of its own."""
    ae, kw = lone["AE"], lone["KW"]
    stolen = parse_outer(envelope(lone, made_for))
    header = replace(Forger(ae, kw).header(), commitment=stolen.header.commitment)
    forged = finish([Unsigned(header.to_bytes(), stolen.ciphertext)], ae.node.keys.signing[1])[0]
    receipt = answer(kw, ae, forged.wire)
    assert (receipt.kind, receipt.code) == ("refused", "DECRYPT_FAILED")
    assert holds_nothing(kw)


def test_a_header_cannot_be_changed_under_its_signature(lone: World) -> None:
    """Every member that says to whom, by whom and under what, changed under DZ's signature."""
    kw, outer = lone["KW"], parse_outer(envelope(lone, "AE"))
    to_kw = replace(outer.header, recipient="KW", stream="DZ-KW")
    for header in (to_kw, replace(to_kw, policy_digest="00" * 32), replace(to_kw, id="rel-other")):
        signed = finish([Unsigned(header.to_bytes(), outer.ciphertext)], lone["AE"].node.keys.signing[1])[0]
        assert caught(partial(receive, kw.node, "DZ", signed.wire)) is Code.SIGNATURE_INVALID
    assert holds_nothing(kw)


def test_records_of_a_third_state_sealed_anew_are_refused_one_by_one(lone: World) -> None:
    """T-04, T-20: AE passes DZ's records on to KW as part of an envelope of its own, beside a record of AE."""
    dz, ae, kw = lone["DZ"], lone["AE"], lone["KW"]
    foreign = parcels_of(dz, "AE", dz.deposit(gulf_person(1)))
    (theirs,) = ae.deposit(gulf_person(2))
    with ae.node.store.read() as unit:
        held = unit.records.current([theirs], lock=False)[0]
    names = [pair for claim, pair in zip(held.record.claims, held.pairs, strict=True) if claim.path == "name.full"]
    own = foreign[0]._replace(root=held.root, manifest=held.manifest, proof=held.proof, claims=pack(names))
    receipt = answer(kw, ae, Forger(ae, kw).seal(body_of([*foreign, own])))
    assert receipt.kind == "accepted"
    assert receipt.refused[0] == (0, "ORIGINATOR_MISMATCH")
    with kw.node.store.read() as unit:
        assert unit.copies.count("DZ") == 0


def test_a_partners_record_cannot_be_proposed_to_a_third_state(lone: World) -> None:
    """T-20: what AE holds of DZ is a copy; without a grant of DZ nothing of it is proposed."""
    dz, ae = lone["DZ"], lone["AE"]
    refs = dz.deposit(gulf_person(1))
    dz.push("AE", refs)
    assert dz.deliver("AE").accepted == 1
    assert not holds_nothing(ae)

    with ae.node.store.write() as unit:
        found = propose(ae.node, unit, ae.staff.officer, Wish("KW", AGREEMENT, PURPOSE, tuple(refs)))
    assert found.proposals == []
    assert {reason.code for _, reason in found.denied} == {"ORIGINATOR_CONTROL"}
    assert invariants.proposals(ae.node) == []
