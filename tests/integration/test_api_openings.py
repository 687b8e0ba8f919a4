"""Openings and the package over the API: three tokens, three roles, one reading."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from exchange.ledger.blind import verify_package
from tests import invariants
from tests.api_kit import Office
from tests.databases import Postgresql, Sqlite
from tests.federation import AGREEMENT, PURPOSE, Federation
from tests.integration.api_office import covered, federation, fresh_key, office_of


@pytest.fixture
def states(databases: Sqlite | Postgresql) -> Iterator[Federation]:
    with federation(databases) as found:
        found["DZ"].push("KW", found["DZ"].deposit(covered(1)))
        found["DZ"].deliver("KW")
        yield found


@pytest.fixture
def dz(states: Federation, tmp_path: Path) -> Iterator[Office]:
    with office_of(states, tmp_path) as found:
        yield found


@pytest.fixture
def kw(states: Federation, tmp_path: Path) -> Iterator[Office]:
    with office_of(states, tmp_path, "KW") as found:
        yield found


def index_of(states: Federation, code: str, kind: str) -> int:
    return [entry["kind"] for entry in invariants.entries(states[code].node)].index(kind)


def test_one_asks_another_confirms_the_first_reads_once(states: Federation, dz: Office) -> None:
    asked = {"index": index_of(states, "DZ", "release.released"), "reason": "SAMPLE"}
    with dz.client("auditor") as auditor, dz.client("releasing_officer") as second, dz.client() as officer:
        assert second.post("/v1/audit/openings", json=asked, headers=fresh_key()).json()["code"] == "PERMISSION_MISSING"
        wrong = {**asked, "reason": "he is my neighbour"}
        assert auditor.post("/v1/audit/openings", json=wrong, headers=fresh_key()).status_code == 422
        far = auditor.post("/v1/audit/openings", json={**asked, "index": 9999}, headers=fresh_key())
        assert far.status_code == 404
        none = auditor.post("/v1/audit/openings", json={**asked, "index": 0}, headers=fresh_key())
        assert (none.status_code, none.json()["code"]) == (422, "ENTRY_NAMES_NOTHING")
        key = fresh_key()
        made = auditor.post("/v1/audit/openings", json=asked, headers=key)
        assert (made.status_code, made.json()["state"]) == (201, "asked")
        assert auditor.post("/v1/audit/openings", json=asked, headers=key).json() == made.json()
        path = f"/v1/audit/openings/{made.json()['id']}"
        early = auditor.post(f"{path}/reading")
        assert (early.status_code, early.json()["code"]) == (409, "OPENING_STATE")
        assert auditor.post(f"{path}/confirmation").json()["code"] == "PERMISSION_MISSING"
        assert second.post(f"{path}/confirmation").json()["state"] == "confirmed"
        read = auditor.post(f"{path}/reading").json()
        (record,) = read["records"]
        assert (read["kind"], read["gone"], record["held"], record["position"]) == ("release.released", 0, "own", 1)
        assert record["claims"]
        assert auditor.post(f"{path}/reading").json()["code"] == "OPENING_STATE"
        (line,) = second.get("/v1/audit/openings").json()["items"]
        assert (line["state"], line["asker"], line["confirmer"]) == ("opened", "auditor-dz", line["confirmer"])
        seen = officer.get(f"/v1/accounts/DZ/{record['id']}").json()["openings"]
        assert [(each["opening"], each["reason"], each["asker"]) for each in seen] == [
            (line["id"], "SAMPLE", line["asker"])
        ]
        assert officer.get("/v1/audit/openings").json()["code"] == "PERMISSION_MISSING"
        assert second.get("/v1/audit/untold").json()["items"] == [], "it is our own record"


def test_declined_and_withdrawn(states: Federation, dz: Office) -> None:
    asked = {"index": index_of(states, "DZ", "record.deposited"), "reason": "INCIDENT"}
    with dz.client("auditor") as auditor, dz.client("administrator") as second:
        ids = [auditor.post("/v1/audit/openings", json=asked, headers=fresh_key()).json()["id"] for _ in range(2)]
        assert second.post(f"/v1/audit/openings/{ids[0]}/decline").json()["state"] == "declined"
        assert auditor.post(f"/v1/audit/openings/{ids[1]}/withdrawal").json()["state"] == "withdrawn"
        for each in ids:
            assert second.post(f"/v1/audit/openings/{each}/confirmation").json()["code"] == "OPENING_STATE"
        assert second.post("/v1/audit/openings/opn-x/decline").status_code == 404


def test_an_officer_tells_the_originator(states: Federation, kw: Office) -> None:
    asked = {"index": index_of(states, "KW", "envelope.received"), "reason": "OVERSIGHT"}
    with kw.client("auditor") as auditor, kw.client("administrator") as second, kw.client() as officer:
        opening = auditor.post("/v1/audit/openings", json=asked, headers=fresh_key()).json()["id"]
        second.post(f"/v1/audit/openings/{opening}/confirmation")
        assert auditor.post(f"/v1/audit/openings/{opening}/reading").json()["records"][0]["held"] == "received"
        (due,) = officer.get("/v1/audit/untold").json()["items"]
        assert (due["originator"], due["opening"], due["overdue"]) == ("DZ", opening, False)
        owed = officer.get("/v1/status").json()["obligations"]
        assert "opening" in str(owed)
        wish = {"partner": "DZ", "agreement": AGREEMENT, "purpose": PURPOSE}
        told = officer.post(f"/v1/audit/openings/{opening}/notice", json=wish, headers=fresh_key())
        assert (told.status_code, told.json()["partner"]) == (201, "DZ")
        assert officer.get("/v1/audit/untold").json()["items"] == []


def test_the_package_by_download(states: Federation, dz: Office) -> None:
    with dz.client() as officer, dz.client("auditor") as auditor:
        assert officer.get("/v1/audit/blind").json()["code"] == "PERMISSION_MISSING"
        answer = auditor.get("/v1/audit/blind")
    assert answer.headers["content-type"] == "application/zip"
    data = answer.content
    report = verify_package(BytesIO(data), len(data), fingerprint=states["DZ"].node.keys.root_fingerprint)
    assert report.ok
    assert report.counts["decisions"] == 1
    assert invariants.entries(states["DZ"].node)[-1]["kind"] == "audit.blind-exported"
