"""The officers' API for an agreement's life: lint, diff, simulate in pages, terminate by two persons."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api_kit import Office
from tests.databases import Postgresql, Sqlite
from tests.federation import AGREEMENT
from tests.integration.api_office import deposit, federation, office_of, propose
from tests.operations.life_kit import version


@pytest.fixture
def dz(databases: Sqlite | Postgresql, tmp_path: Path) -> Iterator[Office]:
    with federation(databases) as states, office_of(states, tmp_path) as found:
        yield found


def body(client: httpx.Client, what: str, **members: Any) -> dict[str, Any]:
    answer = client.post(f"/v1/agreements/{what}", json=members)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_lint_and_diff_speak_the_callers_language(dz: Office) -> None:
    with dz.client("administrator") as admin:
        found = body(admin, "lint", document=version(2, examples=[]))
        assert ("EXAMPLES_NONE", "error", "/examples") in [
            (each["code"], each["severity"], each["at"]) for each in found["findings"]
        ]
        admin.headers["accept-language"] = "fr"
        changed = body(admin, "diff", after=version(2, retention_days=800))
        assert (changed["before"], changed["after"]) == (1, 2)
        (change,) = changed["changes"]
        assert (change["code"], change["effect"], change["at"]) == ("HANDLING_LOOSENED", "wider", "/retention_days")
        assert "assoupli" in change["sentence"]
        both = body(admin, "diff", before=version(2, clauses=[], examples=[]), after=version(3))
        assert {each["sender"] for each in both["possible"]} == {"DZ", "AE", "KW"}
        wrong = admin.post("/v1/agreements/lint", json={"document": version(2, onward="perhaps")})
        assert (wrong.status_code, wrong.json()["code"], wrong.json()["at"]) == (422, "AGREEMENT_INVALID", "/onward")
        assert admin.post("/v1/agreements/lint", json={"document": {}, "more": 1}).status_code == 422
        assert admin.get("/v1/agreements").json()["items"][0]["version"] == 1, "nothing was stored"


def test_simulation_goes_in_pages(dz: Office) -> None:
    candidate = version(2, clauses=[], forbids=[], examples=[])
    with dz.client() as officer, dz.client("administrator") as admin:
        ids = deposit(officer, 1, 2, 3)
        seen, after = [], None
        for _ in range(4):
            page = body(officer, "simulate", document=candidate, after=after, limit=2)
            assert page["against"] == 1
            seen += [each["record"]["id"] for each in page["effects"] if each["recipient"] == "KW"]
            after = page["next"]
            if after is None:
                break
        assert seen == sorted(ids)
        numbers = body(admin, "simulate", document=candidate)
        assert (numbers["stopped"], numbers["effects"]) == (3, [])
        assert officer.post("/v1/agreements/simulate", json={"document": candidate, "limit": 501}).status_code == 422


def test_two_persons_end_an_agreement(dz: Office) -> None:
    place = f"/v1/agreements/{AGREEMENT}/termination"
    with dz.client("administrator") as admin, dz.client("releasing_officer") as other, dz.client() as officer:
        made = propose(officer, "KW", deposit(officer, 1))
        assert officer.post(place).status_code == 403
        assert other.post(f"{place}/confirmation").status_code == 404
        assert admin.post(place).json()["version"] == 1
        assert admin.post(place).status_code == 409
        assert admin.post(f"{place}/withdrawal").status_code == 204
        assert admin.post(place).status_code == 200
        own = admin.post(f"{place}/confirmation")
        assert (own.status_code, own.json()["code"]) == (403, "SELF_APPROVAL")
        done = other.post(f"{place}/confirmation")
        assert (done.status_code, done.json()["state"], done.json()["proposals_voided"]) == (200, "terminated", 1)
        assert done.json()["after_end"] == "keep_until_retention"
        assert other.post(f"{place}/confirmation").status_code == 404
        state = officer.get(f"/v1/releases/{made['proposals'][0]['id']}").json()["state"]
        assert state == "voided"
