"""Witnesses and overrides over the officers' API: what is told, who may, and that releases stop and go on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from exchange.operations.clock import stamp
from exchange.operations.cosignatures import ask_cosignature
from exchange.operations.ledger_state import Behind, LedgerState, keep_state
from tests.api_kit import Office
from tests.databases import Postgresql, Sqlite
from tests.federation import Federation
from tests.integration.api_office import deposit, federation, fresh_key, office_of, propose
from tests.invariants import entries

ASKED = {"reason": "PARTNERS_UNREACHABLE", "hours": 2}


@pytest.fixture
def states(databases: Sqlite | Postgresql) -> Iterator[Federation]:
    with federation(databases) as made:
        dz = made["DZ"]
        dz.node = replace(dz.node, quorum=1)
        made.clock.forward(timedelta(hours=5))
        yield made


@pytest.fixture
def dz(states: Federation, tmp_path: Path) -> Iterator[Office]:
    with office_of(states, tmp_path) as found:
        yield found


def approved(dz: Office) -> str:
    """The address at which a release is carried out."""
    with dz.client() as officer:
        (line,) = propose(officer, "KW", deposit(officer, 1))["proposals"]
    for role in ("releasing_officer", "second_releasing_officer"):
        with dz.client(role) as approver:
            approver.post(f"/v1/releases/{line['id']}/approvals", json={"digest": line["digest"]})
    return f"/v1/releases/{line['id']}/release"


def test_a_release_waits_for_a_witness_or_for_two_persons(states: Federation, dz: Office) -> None:
    path = approved(dz)
    with (
        dz.client() as officer,
        dz.client("releasing_officer") as first,
        dz.client("administrator") as second,
    ):
        told = officer.get("/v1/witness").json()
        assert (told["stale"], told["fresh"], told["quorum"], told["override"]) == (True, 0, 1, None)
        stopped = officer.post(path)
        assert (stopped.status_code, stopped.json()["code"]) == (503, "WITNESS_STALE")
        assert "retry-after" in stopped.headers
        key = fresh_key()
        made = first.post("/v1/overrides", json=ASKED, headers=key)
        assert (made.status_code, made.json()["confirmer"]) == (201, None)
        assert first.post("/v1/overrides", json=ASKED, headers=key).content == made.content
        override = f"/v1/overrides/{made.json()['id']}"
        own = first.post(f"{override}/confirmation")
        assert (own.status_code, own.json()["code"]) == (403, "SELF_APPROVAL")
        assert officer.post(path).json()["code"] == "WITNESS_STALE"
        given = second.post(f"{override}/confirmation")
        assert (given.status_code, given.json()["confirmer"]) == (200, "admin-dz")
        assert officer.get("/v1/witness").json()["override"] == given.json()
        assert officer.post(path).json()["state"] == "released"
        assert first.post(f"{override}/end").json()["ended_at"] is not None
        for again in ("confirmation", "end"):
            refused = second.post(f"{override}/{again}")
            assert (refused.status_code, refused.json()["code"]) == (409, "RELEASE_STATE")
        assert officer.post(approved(dz)).json()["code"] == "WITNESS_STALE"
        cosigned = ask_cosignature(states["DZ"].node, "KW")
        assert officer.post(approved(dz)).json()["state"] == "released"
        told = officer.get("/v1/witness").json()
        expected = [{"witness": "KW", "size": cosigned.size, "at": stamp(cosigned.at)}]
        assert (told["stale"], told["fresh"], told["witnesses"]) == (False, 1, expected)
    with dz.client("auditor") as auditor:
        (seen,) = auditor.get("/v1/overrides").json()["items"]
    assert (seen["reason"], seen["asker"], seen["confirmer"]) == ("PARTNERS_UNREACHABLE", "approver1-dz", "admin-dz")
    read = [each for each in entries(states["DZ"].node, "list.read") if each["what"] == "overrides"]
    assert [(each["actor"], each["count"]) for each in read] == [("auditor-dz", 1)]


@pytest.mark.parametrize(
    "body",
    [
        {**ASKED, "reason": "BORED"},
        {**ASKED, "hours": 0},
        {**ASKED, "hours": 25},
        {**ASKED, "hours": "2"},
        {**ASKED, "confirmer": "admin-dz"},
        {"hours": 2},
    ],
)
def test_what_no_override_is(dz: Office, body: dict[str, object]) -> None:
    with dz.client("administrator") as admin:
        assert admin.post("/v1/overrides", json=body, headers=fresh_key()).status_code == 422
        assert admin.post("/v1/overrides", json=ASKED).json()["code"] == "IDEMPOTENCY_KEY_REQUIRED"
        assert admin.get("/v1/overrides").json() == {"items": []}


def test_who_may(dz: Office) -> None:
    for role, read, give in (("officer", 200, 403), ("auditor", 200, 403), (None, 401, 401)):
        with dz.client(role) as client:
            assert client.get("/v1/witness").status_code == read
            assert client.get("/v1/overrides").status_code == read
            assert client.post("/v1/overrides", json=ASKED, headers=fresh_key()).status_code == give
            for path in ("confirmation", "end"):
                assert client.post(f"/v1/overrides/ovr-{'0' * 16}/{path}").status_code == give
    with dz.client("administrator") as admin:
        for name in ("ovr-" + "0" * 16, "ovr-x"):
            assert admin.post(f"/v1/overrides/{name}/confirmation").status_code == 404


def test_a_node_that_is_behind(states: Federation, dz: Office) -> None:
    with states["DZ"].node.store.write() as unit:
        keep_state(unit, LedgerState(2, Behind(900, 2, "KW", "2026-11-02T08:00:00Z")))
    with dz.client() as officer, dz.client("administrator") as admin:
        told = officer.get("/v1/witness").json()
        assert (told["epoch"], told["behind"]["size"], told["behind"]["partner"]) == (2, 900, "KW")
        ready = officer.get("/readyz")
        assert (ready.status_code, ready.json()["reasons"]) == (503, ["ROLLED_BACK"])
        refused = admin.post("/v1/overrides", json=ASKED, headers=fresh_key())
        assert (refused.status_code, refused.json()["code"]) == (503, "ROLLED_BACK")
