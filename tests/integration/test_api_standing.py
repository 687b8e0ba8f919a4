"""Standing approvals over the officers' API: two releasing officers, and nobody else's token."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api_kit import Office
from tests.databases import Sqlite
from tests.federation import AGREEMENT
from tests.integration.api_office import federation, fresh_key, office_of

PATH = "/v1/standing-approvals"


@pytest.fixture
def dz(sqlite: Sqlite, tmp_path: Path) -> Iterator[Office]:
    with federation(sqlite) as states, office_of(states, tmp_path) as found:
        yield found


def test_two_officers_agree_beforehand_and_one_ends_it(dz: Office) -> None:
    asked = {"agreement": AGREEMENT, "marking": "TLP:AMBER", "days": 30}
    with (
        dz.client() as officer,
        dz.client("releasing_officer") as first,
        dz.client("second_releasing_officer") as second,
        dz.client("auditor") as auditor,
    ):
        assert officer.post(PATH, json=asked, headers=fresh_key()).json()["code"] == "PERMISSION_MISSING"
        for wrong in ({"days": 91}, {"days": 0}, {"marking": "AMBER"}, {"agreement": "NP-DZ"}):
            assert first.post(PATH, json={**asked, **wrong}, headers=fresh_key()).status_code == 422
        key = fresh_key()
        made = first.post(PATH, json=asked, headers=key)
        assert (made.status_code, made.json()["state"]) == (201, "asked")
        assert first.post(PATH, json=asked, headers=key).content == made.content
        one, digest = f"{PATH}/{made.json()['id']}", made.json()["digest"]
        assert first.post(f"{one}/grant", json={"digest": digest}).json()["code"] == "ALREADY_APPROVED"
        assert second.post(f"{one}/grant", json={"digest": "0" * 64}).json()["code"] == "APPROVAL_STALE"
        assert second.post(f"{one}/grant", json={"digest": digest}).json()["state"] == "granted"
        assert officer.get("/v1/status").json()["standing_approvals"] == {"granted": 1}
        assert second.post(f"{one}/revocation").json() == {"state": "revoked"}
        assert first.post(f"{one}/revocation").json()["code"] == "RELEASE_STATE"
        (seen,) = auditor.get(PATH).json()["items"]
        assert (seen["state"], seen["agreement"], seen["marking"]) == ("revoked", AGREEMENT, "TLP:AMBER")
        assert first.post(f"{PATH}/sta-x/revocation").status_code == 404
