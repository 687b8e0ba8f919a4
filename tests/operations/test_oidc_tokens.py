"""What the identity provider signs is looked at twice, and nothing but what was asked for is believed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from exchange.crypto.base64url import unb64url
from exchange.crypto.encoding import canonical
from tests.federation import Federation, State
from tests.oidc_kit import ALGORITHMS, CLIENT, Agency, ec_key, ed_key, hmac_key, jws, rsa_key, with_provider
from tests.operations.oidc_kit import been, refused
from tests.operations.sign_in_kit import DIGEST


@pytest.fixture
def dz(house: Federation, there: Agency) -> State:
    return with_provider(house["DZ"], there.door())


def seconds(**offsets: int) -> Callable[[Agency], None]:
    def change(there: Agency) -> None:
        now = int(there.clock.now().timestamp())
        there.claims = {name: now + offset for name, offset in offsets.items()}

    return change


def claims(**values: Any) -> Callable[[Agency], None]:
    def change(there: Agency) -> None:
        there.claims = values

    return change


WRONG: dict[str, Callable[[Agency], None]] = {
    "another issuer": claims(iss="https://evil.example"),
    "no issuer": claims(iss=None),
    "another audience": claims(aud="another-client"),
    "no audience": claims(aud=None),
    "audiences without a party": claims(aud=[CLIENT, "another-client"]),
    "audiences for another party": claims(aud=[CLIENT, "another-client"], azp="another-client"),
    "one audience, another party": claims(azp="another-client"),
    "another nonce": claims(nonce="n"),
    "no nonce": claims(nonce=None),
    "expired": seconds(exp=-61),
    "no expiry": claims(exp=None),
    "an expiry in words": claims(exp="tomorrow"),
    "from the future": seconds(iat=61),
    "older than the question": seconds(iat=-61),
    "no time": claims(iat=None),
    "not yet": seconds(nbf=61),
    "nobody": claims(sub=None),
    "a number": claims(sub=5),
}


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("digest", [None, DIGEST], ids=["sign-in", "step-up"])
def test_a_token_that_says_something_else_is_refused(dz: State, there: Agency, name: str, digest: str | None) -> None:
    WRONG[name](there)
    assert refused(dz, there, digest)


@pytest.mark.parametrize(
    "change",
    [
        seconds(exp=-59),
        seconds(iat=59),
        seconds(iat=-59),
        seconds(nbf=59),
        claims(aud=[CLIENT]),
        claims(azp=CLIENT),
        claims(aud=[CLIENT, "another"], azp=CLIENT),
    ],
    ids=["exp", "iat ahead", "iat behind", "nbf", "aud in a list", "azp", "two audiences"],
)
def test_clocks_differ_by_a_minute_at_most(dz: State, there: Agency, change: Callable[[Agency], None]) -> None:
    change(there)
    assert been(dz, there).person == dz.staff.approver


@pytest.mark.parametrize(
    "change",
    [claims(auth_time=None), seconds(auth_time=-61), seconds(auth_time=61), claims(auth_time="now")],
    ids=["none", "an old session's", "from the future", "in words"],
)
def test_a_confirmation_needs_a_fresh_proof_of_who_it_is(
    dz: State, there: Agency, change: Callable[[Agency], None]
) -> None:
    change(there)
    assert refused(dz, there, DIGEST)


def test_oidc_algorithm_confusion_none_is_no_algorithm(dz: State, there: Agency) -> None:
    for name in ("none", "None", "NONE", ""):
        there.header = {"alg": name}
        there.token = lambda made: made.rpartition(".")[0] + "."
        assert refused(dz, there)
        there.token = lambda made: made
        assert refused(dz, there)


def test_oidc_algorithm_confusion_the_public_key_is_no_secret(dz: State, there: Agency) -> None:
    """HS256 with the bytes of the published key, in each form that a library might take for a secret."""
    public = ALGORITHMS["RS256"]()
    forms = (json.dumps(public.jwk).encode(), public.jwk["n"].encode(), canonical(public.jwk))
    for secret in (*forms, b"", b"a secret: with/signs+of its own"):
        forged = hmac_key(secret)
        for published in ([public.jwk], [forged.jwk], [public.jwk, forged.jwk]):
            there.key, there.keys = forged, published
            assert refused(dz, there)


def test_oidc_algorithm_confusion_the_key_must_fit_the_algorithm(dz: State, there: Agency) -> None:
    for key, named in ((ec_key(), "RS256"), (rsa_key(), "ES256"), (rsa_key(), "PS256"), (ed_key(), "ES256")):
        there.key, there.keys, there.header = key, None, {"alg": named}
        assert refused(dz, there)
    there.key, there.header = rsa_key(), {"alg": "RS512"}
    assert refused(dz, there)


def test_a_short_key_signs_nothing(dz: State, there: Agency) -> None:
    there.key = rsa_key(bits=1024)
    assert refused(dz, there)


def test_a_key_inside_the_token_is_not_looked_at(dz: State, there: Agency) -> None:
    forged = ec_key()
    there.keys = [ec_key().jwk]
    there.key, there.header = forged, {"jwk": forged.jwk, "jku": f"{there.issuer}/evil", "x5u": "https://evil.example"}
    assert refused(dz, there)
    assert "/evil" not in there.asked


def test_what_must_be_understood_and_is_not_is_refused(dz: State, there: Agency) -> None:
    there.header = {"crit": ["exp"], "exp": 1}
    assert refused(dz, there)


@pytest.mark.parametrize(
    "forge",
    [
        lambda made: made + "x",
        lambda made: made.replace(".", "..", 1),
        lambda made: "",
        lambda made: "a" * 20_000,
        lambda made: made.rpartition(".")[0] + ".",
        lambda made: "." + made.partition(".")[2],
        lambda made: "é.é.é",
    ],
)
def test_what_is_no_token_is_refused(dz: State, there: Agency, forge: Callable[[str], str]) -> None:
    there.token = forge
    assert refused(dz, there)


def test_a_member_that_comes_twice_is_refused(dz: State, there: Agency) -> None:
    """Two readers might take one each."""

    def twice(made: str) -> str:
        body = made.split(".")[1]
        text = json.loads(unb64url(body))
        return jws({"alg": there.key.alg}, json.dumps(text)[:-1] + f', "sub": "{there.person}"}}', there.key.sign)

    there.claims = {"sub": dz.staff.admin.id}
    there.token = twice
    assert refused(dz, there)


def test_keys_are_chosen_by_name_and_rotate(dz: State, there: Agency) -> None:
    first, second = ec_key(), ec_key()
    there.keys = [{**first.jwk, "kid": "1"}, {**second.jwk, "kid": "2", "use": "sig", "alg": "ES256"}]
    there.key, there.header = second, {"kid": "2"}
    assert been(dz, there).person == dz.staff.approver
    there.header = {"kid": "1"}
    assert refused(dz, there)
    there.header = {"kid": "3"}
    assert refused(dz, there)
    third = ec_key()
    there.key, there.keys, there.header = third, [{**third.jwk, "kid": "3"}], {"kid": "3"}
    assert been(dz, there).person == dz.staff.approver


def test_a_key_for_something_else_signs_nothing(dz: State, there: Agency) -> None:
    for more in ({"use": "enc"}, {"alg": "ES384"}):
        there.keys = [{**there.key.jwk, **more}]
        assert refused(dz, there)
