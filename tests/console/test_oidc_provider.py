"""The OpenID provider that the tests of sign-in talk to is a real one, and does what they lean on."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from tests.console.oidc import Provider, provider

BACK = "https://localhost:8441/sign-in/provider/back"
VERIFIER = "v" * 43


@pytest.fixture(scope="module")
def agency() -> Iterator[Provider]:
    with provider([BACK]) as found:
        yield found


def asked(agency: Provider, **more: str) -> str:
    """An authorization request for a code, with PKCE."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
    query = {
        "client_id": agency.client_id, "redirect_uri": BACK, "response_type": "code", "scope": "openid email",
        "state": "s", "nonce": "n", "code_challenge": challenge, "code_challenge_method": "S256", **more,
    }  # fmt: skip
    return f"{metadata(agency)['authorization_endpoint']}?{urlencode(query)}"


def metadata(agency: Provider) -> dict[str, object]:
    found: dict[str, object] = httpx.get(agency.metadata, trust_env=False).json()
    return found


def answered(address: str) -> dict[str, str]:
    assert address.startswith(BACK)
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def claims(agency: Provider, code: str, verifier: str = VERIFIER) -> dict[str, object]:
    """Of the ID token for a code; its signature is the business of whoever relies on it."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": verifier}
    response = httpx.post(
        str(metadata(agency)["token_endpoint"]),
        data=form,
        auth=(agency.client_id, agency.client_secret),
        trust_env=False,
    )
    response.raise_for_status()
    part = response.json()["id_token"].split(".")[1]
    found: dict[str, object] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def test_discovery(agency: Provider) -> None:
    found = metadata(agency)
    assert found["issuer"] == agency.issuer
    assert found["code_challenge_methods_supported"] == ["S256"]
    keys = httpx.get(str(found["jwks_uri"]), trust_env=False).json()["keys"]
    assert {key["alg"] for key in keys} == {"RS256", "ES256"}
    assert not any("d" in key for key in keys)


def test_a_person_signs_in(agency: Provider) -> None:
    answer = answered(agency.sign_in(asked(agency), "idp-1001"))
    assert (answer["state"], answer["iss"]) == ("s", agency.issuer)
    token = claims(agency, answer["code"])
    assert {name: token[name] for name in ("iss", "aud", "sub", "nonce", "amr")} == {
        "iss": agency.issuer, "aud": agency.client_id, "sub": "idp-1001", "nonce": "n", "amr": ["pwd", "otp"],
    }  # fmt: skip
    assert abs(int(str(token["auth_time"])) - time.time()) < 60


def test_a_code_is_good_once_and_for_its_verifier_only(agency: Provider) -> None:
    code = answered(agency.sign_in(asked(agency), "idp-1001"))["code"]
    with pytest.raises(httpx.HTTPStatusError):
        claims(agency, code, verifier="w" * 43)
    code = answered(agency.sign_in(asked(agency), "idp-1001"))["code"]
    claims(agency, code)
    with pytest.raises(httpx.HTTPStatusError):
        claims(agency, code)


def test_who_has_a_session_is_asked_again_only_when_told_to(agency: Provider) -> None:
    """`prompt=login` and `max_age=0`: what a step-up leans on."""
    with httpx.Client(trust_env=False) as person:
        first = claims(agency, answered(agency.sign_in(asked(agency), "idp-1001", person))["code"])
        assert person.get(asked(agency, state="t")).headers["location"].startswith(BACK)
        for more in ({"prompt": "login"}, {"max_age": "0"}):
            assert "/interaction/" in person.get(asked(agency, **more)).headers["location"]
        time.sleep(1.1)
        url = asked(agency, prompt="login", max_age="0")
        again = claims(agency, answered(agency.sign_in(url, "idp-1001", person))["code"])
    assert int(str(again["auth_time"])) > int(str(first["auth_time"]))


def test_another_person_may_sign_in_at_the_step_up(agency: Provider) -> None:
    """The provider lets them; the relying party must not."""
    with httpx.Client(trust_env=False) as person:
        agency.sign_in(asked(agency), "idp-1001", person)
        answer = answered(agency.sign_in(asked(agency, prompt="login"), "idp-1002", person))
    assert claims(agency, answer["code"])["sub"] == "idp-1002"


def test_who_cancels_comes_back_without_a_code(agency: Provider) -> None:
    answer = answered(agency.sign_in(asked(agency), "idp-1001", cancel=True))
    assert answer["error"] == "access_denied"
    assert "code" not in answer


def test_an_address_that_was_not_agreed_is_refused(agency: Provider) -> None:
    response = httpx.get(asked(agency).replace("8441", "8442"), trust_env=False)
    assert response.status_code == 400
    with pytest.raises(AssertionError, match="400"):
        agency.sign_in(asked(agency).replace("8441", "8442"), "idp-1001")
