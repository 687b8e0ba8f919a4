"""Passkeys with a software authenticator: adding, signing in, confirming; and every answer that must not count."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.crypto.base64url import unb64url
from exchange.errors import BadInput, Code, Conflict, ExchangeError, NotFound, Unauthenticated, Unavailable
from exchange.model.state import Person
from exchange.operations import passkeys, people
from exchange.operations.logins import note_failure
from tests import invariants
from tests.federation import Federation, State
from tests.operations.sign_in_kit import (
    DIGEST,
    SUBJECT,
    enrolled,
    logged_in,
    login_options,
    step_up_options,
    stepped_up,
    with_passkeys,
    write,
)
from tests.passkey_kit import ALGORITHMS, BACKED_UP, DOOR, MAY_BACK_UP, PRESENT, VERIFIED, Authenticator

OTHER = "cd" * 32


@pytest.fixture
def dz(house: Federation) -> State:
    return with_passkeys(house["DZ"])


@pytest.fixture
def device(dz: State) -> Authenticator:
    """A passkey of the approver."""
    made = Authenticator()
    enrolled(dz, dz.staff.approver, made)
    return made


def refused(state: State, response: str) -> None:
    with pytest.raises(Unauthenticated) as caught:
        logged_in(state, response)
    assert caught.value.facts == {}


@pytest.mark.parametrize("algorithm", sorted(ALGORITHMS))
def test_added_signed_in_and_confirmed(dz: State, algorithm: str) -> None:
    mine = Authenticator(algorithm)
    made = enrolled(dz, dz.staff.approver, mine, " My desk ")
    assert (made.id, made.person, made.label, made.backed_up) == (mine.name, dz.staff.approver.id, "My desk", False)
    assert logged_in(dz, mine.answer(login_options(dz))) == dz.staff.approver
    found = stepped_up(dz, dz.staff.approver, mine.answer(step_up_options(dz, dz.staff.approver)))
    assert (found.person, found.subject, found.digest) == (dz.staff.approver.id, SUBJECT, DIGEST)
    (known,) = write(dz, lambda n, u: passkeys.list_of(u, dz.staff.approver))
    assert (known.sign_count, known.used_at) == (2, dz.node.clock.now())
    line = invariants.entries(dz.node, "passkey.added")[-1]
    assert (line["actor"], line["credential"]) == (dz.staff.approver.id, passkeys.named(mine.name))


def test_options_ask_for_what_is_required(dz: State, device: Authenticator) -> None:
    person = dz.staff.approver
    making = json.loads(write(dz, lambda n, u: passkeys.registration_options(n, u, person)))
    assert making["attestation"] == "none"
    assert making["authenticatorSelection"]["userVerification"] == "required"
    assert making["authenticatorSelection"]["residentKey"] == "preferred"
    assert [each["alg"] for each in making["pubKeyCredParams"]] == [-49, -48, -8, -7, -257]
    assert [each["id"] for each in making["excludeCredentials"]] == [device.name]
    assert (making["rp"]["id"], making["user"]["name"]) == (DOOR.rp_id, person.id)
    assert person.id.encode() not in json.dumps(making["user"]["id"]).encode()
    asking = json.loads(login_options(dz))
    assert asking["allowCredentials"] == [], "nothing tells who has a passkey"
    assert asking["userVerification"] == "required"
    step = json.loads(step_up_options(dz, person))
    assert [each["id"] for each in step["allowCredentials"]] == [device.name]


def test_the_challenge_of_a_confirmation_is_the_digest(dz: State, device: Authenticator) -> None:
    assert unb64url(json.loads(step_up_options(dz, dz.staff.approver))["challenge"]) == bytes.fromhex(DIGEST)


@pytest.mark.parametrize(
    "changed",
    [
        {"origin": "https://localhost:8442"},
        {"origin": "http://localhost:8441"},
        {"origin": "https://evil.example"},
        {"rp_id": "evil.example"},
        {"flags": PRESENT},
        {"flags": VERIFIED},
        {"flags": PRESENT | VERIFIED | BACKED_UP},
    ],
    ids=str,
)
def test_an_answer_of_another_place_or_without_a_person_is_refused(
    dz: State, device: Authenticator, changed: dict[str, Any]
) -> None:
    wrong = Authenticator()
    for name, value in changed.items():
        setattr(wrong, name, value)
    options = write(dz, lambda n, u: passkeys.registration_options(n, u, dz.staff.officer))
    with pytest.raises(BadInput) as caught:
        write(dz, lambda n, u: passkeys.register(n, u, dz.staff.officer, wrong.make(options), "desk"))
    assert caught.value.code is Code.PASSKEY_REFUSED
    for name, value in changed.items():
        setattr(device, name, value)
    refused(dz, device.answer(login_options(dz)))
    with pytest.raises(BadInput):
        stepped_up(dz, dz.staff.approver, device.answer(step_up_options(dz, dz.staff.approver)))


def test_a_frame_of_another_page_confirms_nothing(dz: State, device: Authenticator) -> None:
    device.cross_origin = True
    with pytest.raises(ExchangeError):
        stepped_up(dz, dz.staff.approver, device.answer(step_up_options(dz, dz.staff.approver)))


def test_a_login_answer_counts_once_and_for_five_minutes(house: Federation, dz: State, device: Authenticator) -> None:
    response = device.answer(login_options(dz))
    assert logged_in(dz, response) == dz.staff.approver
    refused(dz, response)
    late = device.answer(login_options(dz))
    house.clock.forward(timedelta(minutes=5))
    refused(dz, late)


def test_an_answer_is_good_in_the_browser_that_asked_alone(dz: State, device: Authenticator) -> None:
    response = device.answer(login_options(dz))
    with pytest.raises(Unauthenticated):
        logged_in(dz, response, "another browser")
    assert logged_in(dz, response) == dz.staff.approver


def test_who_only_looks_at_the_entrance_makes_no_row(dz: State) -> None:
    """Strangers must not fill the disk."""
    with dz.node.store.read() as unit:
        assert passkeys.login_options(dz.node, unit, "a browser")


def test_challenges_are_not_exchanged(dz: State, device: Authenticator) -> None:
    """What was asked for one thing is no answer to another, and what nobody asked is none at all."""
    approver = dz.staff.approver
    making = write(dz, lambda n, u: passkeys.registration_options(n, u, approver))
    refused(dz, device.answer(making))
    refused(dz, device.answer(step_up_options(dz, approver)))
    refused(dz, device.answer(json.dumps({"challenge": "A" * 43})))
    with pytest.raises(BadInput):
        stepped_up(dz, approver, device.answer(login_options(dz)))
    with pytest.raises(BadInput):
        enrolled_with(dz, dz.staff.officer, login_options(dz))
    with pytest.raises(BadInput):
        enrolled_with(dz, dz.staff.officer, making)


def enrolled_with(state: State, person: Person, options: str) -> None:
    asked = {**json.loads(options), "user": {"id": "AAAA"}}
    response = Authenticator().make(json.dumps(asked))
    write(state, lambda n, u: passkeys.register(n, u, person, response, "desk"))


def test_a_passkey_that_anybody_has_is_not_added_again(dz: State, device: Authenticator) -> None:
    for person in (dz.staff.approver, dz.staff.officer):
        with pytest.raises(Conflict) as caught:
            enrolled(dz, person, device)
        assert caught.value.code is Code.ALREADY_EXISTS


def test_a_cloned_authenticator_is_refused_and_told_of(dz: State, device: Authenticator) -> None:
    """The counter of a copy falls behind: whoever comes second is refused, the original goes on."""
    assert logged_in(dz, device.answer(login_options(dz))) == dz.staff.approver
    for behind in (0, 1):
        device.count, device.step = behind, 0
        with pytest.raises(Unauthenticated) as caught:
            logged_in(dz, device.answer(login_options(dz)))
        note_failure(dz.node, caught.value)
        line = invariants.entries(dz.node, "passkey.suspect")[-1]
        assert (line["actor"], line["credential"]) == (dz.staff.approver.id, passkeys.named(device.name))
        assert caught.value.code is Code.TOKEN_UNKNOWN, "a stranger learns nothing"
    with pytest.raises(BadInput) as again:
        stepped_up(dz, dz.staff.approver, device.answer(step_up_options(dz, dz.staff.approver)))
    assert again.value.facts["credential"] == passkeys.named(device.name)
    device.count, device.step = 7, 1
    assert logged_in(dz, device.answer(login_options(dz))) == dz.staff.approver


def test_another_failure_is_a_denied_login(dz: State) -> None:
    note_failure(dz.node, Unauthenticated())
    assert invariants.entries(dz.node, "login.denied")[-1]["code"] == "TOKEN_UNKNOWN"
    assert invariants.entries(dz.node, "passkey.suspect") == []


def test_a_passkey_on_several_devices_does_not_count(dz: State) -> None:
    synced = Authenticator(step=0, flags=PRESENT | VERIFIED | MAY_BACK_UP | BACKED_UP)
    assert enrolled(dz, dz.staff.officer, synced).backed_up
    for _ in range(2):
        assert logged_in(dz, synced.answer(login_options(dz))) == dz.staff.officer


def test_a_disabled_person_does_not_get_in(dz: State, device: Authenticator) -> None:
    options = login_options(dz)
    write(dz, lambda n, u: people.disable_person(n, u, "DZ", dz.staff.approver.id))
    refused(dz, device.answer(options))


def test_the_handle_and_the_credential_are_of_one_person(dz: State, device: Authenticator) -> None:
    other = Authenticator()
    enrolled(dz, dz.staff.officer, other)
    device.handle = other.handle
    refused(dz, device.answer(login_options(dz)))
    device.handle = None
    assert logged_in(dz, device.answer(login_options(dz))) == dz.staff.approver


def test_nobody_confirms_with_anothers_passkey(dz: State, device: Authenticator) -> None:
    other = Authenticator()
    enrolled(dz, dz.staff.officer, other)
    with pytest.raises(BadInput):
        stepped_up(dz, dz.staff.approver, other.answer(step_up_options(dz, dz.staff.approver)))


def test_a_confirmation_is_of_what_was_asked(house: Federation, dz: State, device: Authenticator) -> None:
    approver = dz.staff.approver
    answer = device.answer(step_up_options(dz, approver))
    for digest, subject in ((OTHER, SUBJECT), (DIGEST, "rel-2")):
        with pytest.raises(BadInput):
            stepped_up(dz, approver, answer, digest, subject)
    assert stepped_up(dz, approver, answer).digest == DIGEST
    with pytest.raises(BadInput):
        stepped_up(dz, approver, answer)
    late = device.answer(step_up_options(dz, approver))
    house.clock.forward(timedelta(minutes=5))
    with pytest.raises(BadInput):
        stepped_up(dz, approver, late)


@pytest.mark.parametrize(("subject", "digest"), [("", DIGEST), ("a b", DIGEST), (SUBJECT, "AB" * 32), (SUBJECT, "ab")])
def test_a_confirmation_names_something_and_a_digest(
    dz: State, device: Authenticator, subject: str, digest: str
) -> None:
    with pytest.raises(BadInput):
        step_up_options(dz, dz.staff.approver, digest, subject)
    with pytest.raises(BadInput):
        stepped_up(dz, dz.staff.approver, "{}", digest, subject)


def test_without_a_passkey_there_is_nothing_to_confirm_with(dz: State) -> None:
    with pytest.raises(NotFound):
        step_up_options(dz, dz.staff.officer)


def test_one_removes_ones_own(dz: State, device: Authenticator) -> None:
    with pytest.raises(NotFound):
        write(dz, lambda n, u: passkeys.remove(n, u, dz.staff.officer, device.name))
    write(dz, lambda n, u: passkeys.remove(n, u, dz.staff.approver, device.name))
    assert write(dz, lambda n, u: passkeys.list_of(u, dz.staff.approver)) == []
    refused(dz, device.answer(login_options(dz)))
    line = invariants.entries(dz.node, "passkey.removed")[-1]
    assert (line["actor"], line["person"]) == (dz.staff.approver.id, dz.staff.approver.id)


@pytest.mark.parametrize("label", ["", "   ", "x" * 61, "a\u202eb", "a\nb", "a\x00b"])
def test_labels_are_short_and_plain(dz: State, label: str) -> None:
    with pytest.raises(BadInput) as caught:
        enrolled(dz, dz.staff.officer, Authenticator(), label)
    assert caught.value.facts["at"] == "label"


def test_a_weak_key_and_a_foreign_attestation_are_refused(dz: State) -> None:
    for wrong in (Authenticator("RS256"), Authenticator(fmt="tpm"), Authenticator(fmt="fido-u2f")):
        if wrong.algorithm == "RS256":
            wrong.cose[-1] = wrong.cose[-1][:128]
        with pytest.raises(BadInput) as caught:
            enrolled(dz, dz.staff.officer, wrong)
        assert caught.value.code is Code.PASSKEY_REFUSED


def test_nobody_has_passkeys_without_end(dz: State) -> None:
    for _ in range(passkeys.MAX_PASSKEYS):
        enrolled(dz, dz.staff.officer, Authenticator("EdDSA"))
    with pytest.raises(BadInput) as caught:
        enrolled(dz, dz.staff.officer, Authenticator("EdDSA"))
    assert caught.value.facts == {"at": "passkeys", "limit": passkeys.MAX_PASSKEYS}


def test_a_node_without_a_console_says_so(house: Federation) -> None:
    with pytest.raises(Unavailable) as caught:
        login_options(house["AE"])
    assert caught.value.code is Code.CONFIG_INVALID


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda each: st.lists(each, max_size=3) | st.dictionaries(st.sampled_from(["id", "rawId", "type", "x"]), each),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(junk=st.one_of(st.text(max_size=300), JUNK.map(json.dumps)), at=st.integers(0, 600), flip=st.integers(1, 255))
def test_only_our_errors_leave_whatever_a_browser_sends(junk: str, at: int, flip: int) -> None:
    """Random texts, random JSON, and an honest answer with one character changed."""
    mine = Authenticator("EdDSA")
    honest = mine.answer(json.dumps({"challenge": "A" * 43}))
    made = mine.make(json.dumps({"challenge": "A" * 43, "user": {"id": "AAAA"}}))
    place = at % len(honest)
    for text in (junk, honest[:place] + chr(flip) + honest[place + 1 :], made[:at] + made[at + 1 :]):
        calls: list[Callable[[], object]] = [
            partial(DOOR.claimed, text),
            partial(DOOR.made, text, bytes(32)),
            partial(DOOR.shown, text, bytes(32), b"\xa1\x01\x02"),
        ]
        for call in calls:
            told = None
            try:
                call()
            except ExchangeError as error:
                told = (type(error), error.code, error.facts)
            assert told in (None, (BadInput, Code.PASSKEY_REFUSED, {}))


def test_a_huge_answer_is_not_read(dz: State) -> None:
    with pytest.raises(BadInput):
        DOOR.claimed(" " * (1 << 15) + "{}")
    with pytest.raises(BadInput):
        DOOR.claimed("[" * 30_000)


def test_a_disabled_person_may_nothing(dz: State, device: Authenticator) -> None:
    gone = replace(dz.staff.approver, disabled=True)
    with pytest.raises(ExchangeError) as caught:
        write(dz, lambda n, u: passkeys.registration_options(n, u, gone))
    assert caught.value.code is Code.PERMISSION_MISSING
    with pytest.raises(ExchangeError) as again:
        step_up_options(dz, gone)
    assert again.value.code is Code.PERMISSION_MISSING
