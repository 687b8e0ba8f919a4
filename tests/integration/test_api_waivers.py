"""Waivers over the officers' API: two tokens of two roles, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api_kit import Office
from tests.databases import Postgresql, Sqlite
from tests.integration.api_office import deposit, federation, fresh_key, office_of, propose


@pytest.fixture
def dz(databases: Sqlite | Postgresql, tmp_path: Path) -> Iterator[Office]:
    with federation(databases) as states, office_of(states, tmp_path) as found:
        yield found


def test_two_roles_waive_what_one_proposal_lacks(dz: Office) -> None:
    with dz.client() as officer, dz.client("releasing_officer") as first, dz.client("administrator") as second:
        (id_,) = deposit(officer, 1)
        (line,) = propose(officer, "KW", [id_])["proposals"]
        path, digest = f"/v1/releases/{line['id']}/release", line["digest"]
        asked = {"release": line["id"], "digest": digest, "reason": "THREAT_TO_LIFE", "text": "invented", "hours": 2}
        assert officer.post("/v1/waivers", json=asked, headers=fresh_key()).json()["code"] == "PERMISSION_MISSING"
        assert first.post("/v1/waivers", json={**asked, "reason": "X"}, headers=fresh_key()).status_code == 422
        stale = first.post("/v1/waivers", json={**asked, "digest": "0" * 64}, headers=fresh_key())
        assert (stale.status_code, stale.json()["code"]) == (409, "APPROVAL_STALE")
        given = first.post("/v1/waivers", json=asked, headers=fresh_key())
        assert (given.status_code, given.json()["state"]) == (201, "asked")
        waiver = f"/v1/waivers/{given.json()['id']}"
        assert first.post(f"{waiver}/grant", json={"digest": digest}).json()["code"] == "ALREADY_APPROVED"
        assert officer.post(path).json()["code"] == "APPROVAL_MISSING"
        assert second.post(f"{waiver}/grant", json={"digest": digest}).json()["state"] == "granted"
        assert officer.get("/v1/status").json()["waivers"] == {"granted": 1}
        assert officer.post(path).json()["state"] == "released"
        assert first.post(f"{waiver}/revocation").json()["code"] == "RELEASE_STATE"
        with dz.client("auditor") as auditor:
            (seen,) = auditor.get("/v1/waivers").json()["items"]
        assert (seen["state"], seen["text"], seen["reason"]) == ("used", "invented", "THREAT_TO_LIFE")
        assert first.post("/v1/waivers/wvr-x/revocation").status_code == 404


def test_one_takes_it_back(dz: Office) -> None:
    with dz.client() as officer, dz.client("releasing_officer") as first, dz.client("administrator") as second:
        (id_,) = deposit(officer, 1)
        (line,) = propose(officer, "KW", [id_])["proposals"]
        asked = {"release": line["id"], "digest": line["digest"], "reason": "CHILD_IN_DANGER", "text": "invented"}
        waiver = second.post("/v1/waivers", json=asked, headers=fresh_key()).json()["id"]
        assert first.post(f"/v1/waivers/{waiver}/grant", json={"digest": line["digest"]}).status_code == 200
        assert second.post(f"/v1/waivers/{waiver}/revocation").json() == {"state": "revoked"}
        assert officer.post(f"/v1/releases/{line['id']}/release").json()["code"] == "APPROVAL_MISSING"
