"""Signing in and confirming at an identity provider: who comes back, what is kept of it, and what no answer may be."""

from __future__ import annotations

import json
from datetime import timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from exchange.crypto.encoding import canonical
from exchange.errors import BadInput, Code, ExchangeError, Forbidden, SignatureInvalid, Unauthenticated, Unavailable
from exchange.operations import oidc, people
from exchange.operations.attested import require_attested, verify
from exchange.operations.oidc import LASTS, OidcResult
from tests import invariants
from tests.federation import Federation, State
from tests.oidc_kit import (
    ALGORITHMS,
    BACK,
    CLIENT,
    Agency,
    ec_key,
    with_provider,
)
from tests.operations.oidc_kit import been, begun, refused
from tests.operations.sign_in_kit import DIGEST, SUBJECT, write

OTHER = "cd" * 32


@pytest.fixture
def dz(house: Federation, there: Agency) -> State:
    return with_provider(house["DZ"], there.door())


def asked(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def test_what_the_provider_is_asked(dz: State, there: Agency) -> None:
    url, cookie = begun(dz)
    said = asked(url)
    assert url.startswith(f"{there.issuer}/authorize?")
    assert {name: said[name] for name in ("response_type", "client_id", "redirect_uri", "scope")} == {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": BACK,
        "scope": "openid",
    }
    assert said["code_challenge_method"] == "S256"
    assert not {"prompt", "max_age"} & said.keys()
    assert len({said["state"], said["nonce"], said["code_challenge"]}) == 3
    assert cookie not in url
    again, _ = begun(dz, DIGEST)
    assert (asked(again)["prompt"], asked(again)["max_age"]) == ("login", "0")


@pytest.mark.parametrize("algorithm", sorted(ALGORITHMS))
def test_a_person_signs_in(dz: State, there: Agency, algorithm: str) -> None:
    there.key = ALGORITHMS[algorithm]()
    found = been(dz, there)
    assert (found.person, found.step_up) == (dz.staff.approver, None)


@pytest.mark.parametrize("algorithm", sorted(ALGORITHMS))
def test_a_digest_is_confirmed_and_the_token_is_evidence_that_anybody_can_check(
    dz: State, there: Agency, algorithm: str
) -> None:
    there.key = ALGORITHMS[algorithm]()
    found = been(dz, there, DIGEST)
    assert found == OidcResult(dz.staff.approver, (SUBJECT, DIGEST))
    with dz.node.store.read() as unit:
        (kept,) = unit.sessions.attestations(SUBJECT)
    verify(kept.evidence)
    line = invariants.entries(dz.node, "approval.attested")[-1]
    assert (line["method"], line["proof"]) == ("oidc", sha256(kept.evidence).hexdigest())
    write(dz, lambda n, u: require_attested(n, u, dz.staff.approver, SUBJECT, DIGEST))
    with pytest.raises(Forbidden):
        write(dz, lambda n, u: require_attested(n, u, dz.staff.approver, SUBJECT, DIGEST))


def test_signing_in_confirms_nothing(dz: State, there: Agency) -> None:
    been(dz, there)
    with dz.node.store.read() as unit:
        assert unit.sessions.attestations(SUBJECT) == []


@pytest.mark.parametrize(
    "members",
    [
        {"digest": OTHER},
        {"person": "approver2-dz"},
        {"subject": "rel-2"},
        {"salt": "another"},
        {"issuer": "https://elsewhere.example"},
        {"client": "another"},
        {"asked": "2026-11-02T09:00:00Z"},
        {"asked": "2026-11-02T25:00:00Z"},
        {"asked": "then"},
        {"at": "2026-11-02T09:00:00Z"},
        {"token": "a.b.c"},
        {"token": ""},
        {"key": "{}"},
        {"key": "[]"},
        {"key": canonical(dict(ec_key().jwk)).decode()},
        {"more": "members"},
    ],
    ids=lambda members: f"{next(iter(members))} {len(str(next(iter(members.values()))))}",
)
def test_changed_evidence_shows_nothing(dz: State, there: Agency, members: dict[str, Any]) -> None:
    been(dz, there, DIGEST)
    with dz.node.store.read() as unit:
        (kept,) = unit.sessions.attestations(SUBJECT)
    with pytest.raises(SignatureInvalid):
        verify(canonical({**json.loads(kept.evidence), **members}))


def test_the_token_of_a_signing_in_is_no_evidence(dz: State, there: Agency) -> None:
    """Its nonce is a hash over empty texts: it stands for no digest."""
    tokens: list[str] = []

    def seen(made: str) -> str:
        tokens.append(made)
        return made

    there.token = seen
    there.claims = {"auth_time": int(there.clock.now().timestamp())}
    been(dz, there)
    been(dz, there, DIGEST)
    with dz.node.store.read() as unit:
        (kept,) = unit.sessions.attestations(SUBJECT)
    with pytest.raises(SignatureInvalid):
        verify(canonical({**json.loads(kept.evidence), "token": tokens[0]}))


def test_nobody_is_created(dz: State, there: Agency) -> None:
    with dz.node.store.read() as unit:
        before = unit.people.all()
    for stranger in ("somebody", "", "APPROVER1-DZ", "approver1-dz ", "a" * 300, "ض"):
        there.person = stranger
        assert refused(dz, there)
    with dz.node.store.read() as unit:
        assert unit.people.all() == before


def test_a_disabled_person_is_out_also_while_being_there(dz: State, there: Agency) -> None:
    attempts = [begun(dz), begun(dz, DIGEST)]
    write(dz, lambda n, u: people.disable_person(n, u, dz.staff.admin.id, dz.staff.approver.id))
    for url, cookie in attempts:
        with pytest.raises(Unauthenticated):
            oidc.finish(dz.node, cookie, there.go(url))
    with pytest.raises(Unauthenticated):
        begun(dz, DIGEST)


def test_somebody_else_confirms_nothing_in_my_place(dz: State, there: Agency) -> None:
    there.person = dz.staff.approvers[1].id
    assert refused(dz, there, DIGEST)
    with dz.node.store.read() as unit:
        assert unit.sessions.attestations(SUBJECT) == []


def test_an_answer_counts_once_and_only_for_the_browser_that_asked(dz: State, there: Agency) -> None:
    url, cookie = begun(dz)
    answer = there.go(url)
    other_url, other_cookie = begun(dz)
    for wrong in (other_cookie, "", "exi_", "exi_" + "x" * 200, cookie[:-1]):
        with pytest.raises(Unauthenticated):
            oidc.finish(dz.node, wrong, answer)
    assert oidc.finish(dz.node, cookie, answer).person == dz.staff.approver
    with pytest.raises(Unauthenticated):
        oidc.finish(dz.node, cookie, answer)
    with pytest.raises(Unauthenticated):  # it was tried with another's answer, and so used up
        oidc.finish(dz.node, other_cookie, there.go(other_url))


def test_oidc_code_injection_a_stolen_code_is_of_no_use_to_another_browser(dz: State, there: Agency) -> None:
    """The victim's code with the attacker's own state: PKCE at the provider, and the nonce here, refuse it."""
    stolen = there.go(begun(dz)[0])["code"]
    url, cookie = begun(dz)
    with pytest.raises(Unauthenticated):
        oidc.finish(dz.node, cookie, {**there.go(url), "code": stolen})


def test_an_attempt_is_over_after_five_minutes(house: Federation, dz: State, there: Agency) -> None:
    url, cookie = begun(dz)
    house.clock.forward(LASTS)
    with pytest.raises(Unauthenticated):
        oidc.finish(dz.node, cookie, there.go(url))
    url, cookie = begun(dz)
    house.clock.forward(LASTS - timedelta(seconds=1))
    assert oidc.finish(dz.node, cookie, there.go(url)).person == dz.staff.approver


def test_no_secret_of_an_attempt_is_kept(dz: State) -> None:
    url, cookie = begun(dz, DIGEST)
    with dz.node.store.write() as unit:
        kept = unit.sessions.take_challenge(sha256(cookie.encode()).hexdigest())
    assert kept is not None
    assert not any(secret in str(kept) for secret in (cookie, asked(url)["state"], asked(url)["nonce"]))


def test_oidc_mix_up_the_answer_must_come_from_this_issuer(dz: State, there: Agency) -> None:
    for wrong in ({"iss": "https://evil.example"}, {"iss": ""}, {"iss": None}):
        url, cookie = begun(dz)
        answer = {name: value for name, value in {**there.go(url), **wrong}.items() if value is not None}
        with pytest.raises(Unauthenticated):
            oidc.finish(dz.node, cookie, answer)
    assert "/token" not in there.asked


def test_oidc_mix_up_an_issuer_that_is_told_must_be_right_also_where_none_was_promised(
    house: Federation, there: Agency
) -> None:
    there.about = {"authorization_response_iss_parameter_supported": None}
    state = with_provider(house["DZ"], there.door())
    url, cookie = begun(state)
    answer = there.go(url)
    with pytest.raises(Unauthenticated):
        oidc.finish(state.node, cookie, {**answer, "iss": "https://evil.example"})
    url, cookie = begun(state)
    answer = there.go(url)
    del answer["iss"]
    assert oidc.finish(state.node, cookie, answer).person == state.staff.approver


@pytest.mark.parametrize(
    "change", [{"state": "x"}, {"state": ""}, {"error": "access_denied"}, {"code": ""}, {"code": "unknown"}], ids=str
)
def test_an_answer_that_is_none_is_refused(dz: State, there: Agency, change: dict[str, str]) -> None:
    url, cookie = begun(dz)
    with pytest.raises(Unauthenticated):
        oidc.finish(dz.node, cookie, {**there.go(url), **change})


def test_a_node_without_a_provider_says_so(house: Federation) -> None:
    with pytest.raises(Unavailable) as first:
        begun(house["DZ"])
    with pytest.raises(Unavailable) as second:
        oidc.finish(house["DZ"].node, "exi_x", {})
    assert first.value.code is second.value.code is Code.CONFIG_INVALID


def test_a_confirmation_is_of_one_person_and_one_digest(dz: State) -> None:
    who = dz.staff.approver.id
    for step_up, person in (((SUBJECT, DIGEST), None), (None, who), (("", DIGEST), who), ((SUBJECT, "x"), who)):
        with pytest.raises(BadInput):
            oidc.begin(dz.node, step_up=step_up, person=person)


def test_a_provider_that_is_down_leaves_no_attempt(house: Federation, there: Agency) -> None:
    there.about = {"issuer": "https://evil.example"}
    state = with_provider(house["DZ"], there.door())
    with pytest.raises(ExchangeError) as caught:
        begun(state)
    assert caught.value.code is Code.IDENTITY_PROVIDER
