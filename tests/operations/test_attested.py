"""Evidence of a confirmation: checked from its bytes alone, good for one approval, and for nothing but its digest."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.crypto.assertion import check_answer, key_bytes
from exchange.crypto.base64url import b64url, unb64url
from exchange.crypto.encoding import b64, canonical
from exchange.errors import Code, Conflict, Forbidden, SignatureInvalid
from exchange.model.sessions import Assertion
from exchange.model.state import Person
from exchange.operations.attested import LASTS, require_attested, verify
from tests import invariants
from tests.federation import Federation, State
from tests.operations.sign_in_kit import (
    DIGEST,
    SUBJECT,
    enrolled,
    step_up_options,
    stepped_up,
    with_passkeys,
    write,
)
from tests.passkey_kit import ALGORITHMS, ORIGIN, RP_ID, Authenticator

OTHER = "cd" * 32


@pytest.fixture
def dz(house: Federation) -> State:
    return with_passkeys(house["DZ"])


def confirmed(state: State, device: Authenticator, digest: str = DIGEST, subject: str = SUBJECT) -> Assertion:
    person = state.staff.approver
    options = step_up_options(state, person, digest, subject)
    return stepped_up(state, person, device.answer(options), digest, subject)


def enough(state: State, person: Person, digest: str = DIGEST, subject: str = SUBJECT) -> bool:
    try:
        write(state, lambda n, u: require_attested(n, u, person, subject, digest))
    except Forbidden as refused:
        code = refused.code
    else:
        return True
    assert code is Code.NOT_ATTESTED
    return False


@pytest.fixture
def device(dz: State) -> Authenticator:
    made = Authenticator()
    enrolled(dz, dz.staff.approver, made)
    return made


def test_one_confirmation_one_approval(dz: State, device: Authenticator) -> None:
    assert not enough(dz, dz.staff.approver)
    confirmed(dz, device)
    for person, digest, subject in (
        (dz.staff.approvers[1], DIGEST, SUBJECT),
        (dz.staff.approver, OTHER, SUBJECT),
        (dz.staff.approver, DIGEST, "rel-2"),
    ):
        assert not enough(dz, person, digest, subject)
    assert enough(dz, dz.staff.approver)
    assert not enough(dz, dz.staff.approver)


def test_it_is_over_after_five_minutes(house: Federation, dz: State, device: Authenticator) -> None:
    confirmed(dz, device)
    house.clock.forward(LASTS + timedelta(seconds=1))
    assert not enough(dz, dz.staff.approver)
    confirmed(dz, device)
    house.clock.forward(LASTS)
    assert enough(dz, dz.staff.approver)


def test_it_is_used_in_the_transaction_of_what_it_is_for(dz: State, device: Authenticator) -> None:
    confirmed(dz, device)
    with pytest.raises(ZeroDivisionError), dz.node.store.write() as unit:
        require_attested(dz.node, unit, dz.staff.approver, SUBJECT, DIGEST)
        raise ZeroDivisionError
    assert enough(dz, dz.staff.approver)


def test_a_replayed_assertion_makes_no_second_confirmation(dz: State) -> None:
    """A passkey that does not count and signs without chance says the same bytes again: they count once."""
    synced = Authenticator("EdDSA", step=0)
    enrolled(dz, dz.staff.approver, synced)
    confirmed(dz, synced)
    assert enough(dz, dz.staff.approver)
    with pytest.raises(Conflict):
        confirmed(dz, synced)


def test_one_that_was_never_used_is_given_again(house: Federation, dz: State) -> None:
    synced = Authenticator("EdDSA", step=0)
    enrolled(dz, dz.staff.approver, synced)
    first = confirmed(dz, synced)
    house.clock.forward(LASTS + timedelta(seconds=1))
    again = confirmed(dz, synced)
    assert (first.mark, first.proof == again.proof) == (again.mark, False)
    assert enough(dz, dz.staff.approver)


@pytest.mark.parametrize("algorithm", sorted(ALGORITHMS))
def test_anybody_can_check_the_evidence_and_the_ledger_has_its_hash(dz: State, algorithm: str) -> None:
    device = Authenticator(algorithm)
    enrolled(dz, dz.staff.approver, device)
    made = confirmed(dz, device)
    with dz.node.store.read() as unit:
        (kept,) = unit.sessions.attestations(SUBJECT)
    assert kept == made
    verify(kept.evidence)
    line = invariants.entries(dz.node, "approval.attested")[-1]
    assert line["proof"] == sha256(kept.evidence).hexdigest()
    assert (line["actor"], line["release"], line["digest"]) == (dz.staff.approver.id, SUBJECT, DIGEST)
    assert line["method"] == "passkey"


def changed(evidence: bytes, **members: Any) -> bytes:
    return canonical({**json.loads(evidence), **members})


@pytest.mark.parametrize(
    "members",
    [
        {"digest": OTHER},
        {"origin": "https://evil.example"},
        {"rp_id": "evil.example"},
        {"signature": b64(bytes(64))},
        {"signature": ""},
        {"key": b64(b"no key")},
        {"authenticator_data": b64(bytes(37))},
        {"authenticator_data": b64(b"short")},
        {"client_data": b64(b"{}")},
        {"client_data": b64(b"[]")},
        {"client_data": b64(b"\xff")},
        {"client_data": b64(b"[" * 5000)},
        {"method": "word of honour"},
        {"v": 2},
        {"v": "1"},
        {"person": ["a"]},
        {"more": "members"},
        {"subject": ""},
        {"digest": "short"},
    ],
    ids=str,
)
def test_changed_evidence_shows_nothing(dz: State, device: Authenticator, members: dict[str, Any]) -> None:
    evidence = confirmed(dz, device).evidence
    with pytest.raises(SignatureInvalid):
        verify(changed(evidence, **members))


def test_the_key_of_somebody_else_verifies_nothing(dz: State, device: Authenticator) -> None:
    other = Authenticator()
    enrolled(dz, dz.staff.approver, other)
    mine, theirs = confirmed(dz, device), confirmed(dz, other)
    with pytest.raises(SignatureInvalid):
        verify(changed(mine.evidence, key=json.loads(theirs.evidence)["key"]))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_flipped_bit_of_what_was_signed_verifies(data: st.DataObject) -> None:
    device = Authenticator("EdDSA")
    challenge = bytes(32)
    said = json.loads(device.answer(json.dumps({"challenge": b64url(challenge)})))["response"]
    parts = [unb64url(said[name]) for name in ("authenticatorData", "clientDataJSON", "signature")]
    key = key_bytes(ed25519.Ed25519PublicKey.from_public_bytes(device.cose[-2]))
    check_answer(key, (parts[0], parts[1], parts[2]), challenge=challenge, rp_id=RP_ID, origin=ORIGIN)
    which = data.draw(st.integers(0, 2))
    bit = data.draw(st.integers(0, len(parts[which]) * 8 - 1))
    flipped = bytearray(parts[which])
    flipped[bit // 8] ^= 1 << bit % 8
    parts[which] = bytes(flipped)
    with pytest.raises(SignatureInvalid):
        check_answer(key, (parts[0], parts[1], parts[2]), challenge=challenge, rp_id=RP_ID, origin=ORIGIN)


def test_a_disabled_person_confirms_nothing(dz: State, device: Authenticator) -> None:
    confirmed(dz, device)
    gone = replace(dz.staff.approver, disabled=True)
    with pytest.raises(Forbidden) as refused:
        write(dz, lambda n, u: require_attested(n, u, gone, SUBJECT, DIGEST))
    assert refused.value.code is Code.PERMISSION_MISSING
