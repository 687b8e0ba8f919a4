"""The officers' API over TLS: records, releases, versions, idempotency, pages."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from exchange.ledger import verify as audit
from tests.api_kit import Office, token_of
from tests.databases import Postgresql, Sqlite
from tests.integration.api_office import deposit, draft, federation, fresh_key, office_of, propose


@pytest.fixture
def dz(databases: Sqlite | Postgresql, tmp_path: Path) -> Iterator[Office]:
    with federation(databases) as states, office_of(states, tmp_path) as found:
        yield found


@pytest.fixture
def officer(dz: Office) -> Iterator[httpx.Client]:
    with dz.client() as client:
        yield client


def test_a_record_goes_in_comes_back_and_is_amended(officer: httpx.Client) -> None:
    (id_,) = deposit(officer, 1)
    first = officer.get(f"/v1/records/DZ/{id_}")
    assert (first.status_code, first.headers["etag"]) == (200, '"1"')
    own = [claim for claim in first.json()["claims"] if "derived_from" not in claim]
    claims = [claim for claim in own if claim["path"] != "birth.place"]
    assert officer.put(f"/v1/records/DZ/{id_}", json={"claims": claims}).status_code == 428
    for stale in ('"2"', '"x"', "1", 'W/"1"', "*"):
        answer = officer.put(f"/v1/records/DZ/{id_}", json={"claims": claims}, headers={"if-match": stale})
        assert (answer.status_code, answer.json()["code"]) == (412, "STALE")
    done = officer.put(f"/v1/records/DZ/{id_}", json={"claims": claims}, headers={"if-match": '"1"'})
    assert (done.status_code, done.json()["version"], done.headers["etag"]) == (200, 2, '"2"')
    again = officer.put(f"/v1/records/DZ/{id_}", json={"claims": claims}, headers={"if-match": '"1"'})
    assert again.status_code == 412
    assert officer.get(f"/v1/records/DZ/{id_}").headers["etag"] == '"2"'


def test_an_idempotent_request_happens_once(officer: httpx.Client) -> None:
    body, key = {"records": [draft(1), draft(2)]}, fresh_key()
    assert officer.post("/v1/records", json=body).json()["code"] == "IDEMPOTENCY_KEY_REQUIRED"
    first = officer.post("/v1/records", json=body, headers=key)
    second = officer.post("/v1/records", json=body, headers=key)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    other = officer.post("/v1/records", json={"records": [draft(3)]}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert officer.get("/v1/status").json()["own_records"] == 2


def test_a_key_belongs_to_one_person(dz: Office, officer: httpx.Client) -> None:
    key, body = fresh_key(), {"records": [draft(5)]}
    dz.tokens["second"] = token_of(dz.state.node, dz.state.staff.second)
    with dz.client("second") as second:
        answers = [client.post("/v1/records", json=body, headers=key) for client in (officer, second)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content != answers[1].content
    assert officer.get("/v1/status").json()["own_records"] == 2


def test_the_same_request_at_the_same_moment_happens_once(dz: Office, officer: httpx.Client) -> None:
    key, body = fresh_key(), {"records": [draft(6)]}

    def send(_: int) -> tuple[int, bytes]:
        with dz.client() as client:
            answer = client.post("/v1/records", json=body, headers=key)
        return answer.status_code, answer.content if answer.status_code == 201 else answer.json()["code"]

    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(send, range(12)))
    assert len({content for status, content in answers if status == 201}) == 1
    assert {content for status, content in answers if status != 201} <= {"IDEMPOTENCY_IN_FLIGHT"}
    assert officer.get("/v1/status").json()["own_records"] == 1


def test_pages_over_equal_times_are_exact(officer: httpx.Client) -> None:
    ids = deposit(officer, *range(23))
    found: list[str] = []
    address: str | None = "/v1/records?limit=7&kind=person"
    pages = 0
    while address is not None:
        page = officer.get(address)
        body = page.json()
        assert len({line["changed_at"] for line in body["items"]}) == 1
        found += [line["id"] for line in body["items"]]
        linked = f'<{body["next_url"]}>; rel="next"' if body["next_url"] else None
        assert page.headers.get("link") == linked
        assert (body["next"] is None) == (body["next_url"] is None)
        address = body["next_url"]
        pages += 1
    assert pages == 4
    assert sorted(found) == sorted(ids)
    assert len(found) == len(set(found))


def test_a_cursor_that_is_not_ours_is_refused(officer: httpx.Client) -> None:
    for cursor in ("eA", "WzFd", "!", "a" * 401, "WyJhIiwiYiIsImMiXQ", "bnVsbA"):
        for path in ("/v1/records", "/v1/received", "/v1/inbox", "/v1/releases"):
            answer = officer.get(path, params={"after": cursor})
            assert answer.status_code == 422, (path, cursor)
            assert answer.json()["errors"][0]["at"] == "/after"


def test_a_release_needs_two_people_and_leaves_once(dz: Office, officer: httpx.Client) -> None:
    (id_,) = deposit(officer, 1)
    (line,) = propose(officer, "KW", [id_])["proposals"]
    path = f"/v1/releases/{line['id']}"
    assert officer.get(path).headers["etag"] == f'"{line["digest"]}"'
    assert officer.post(f"{path}/release").json()["code"] == "APPROVAL_MISSING"
    assert officer.post(f"{path}/approvals", json={"digest": line["digest"]}).json()["code"] == "PERMISSION_MISSING"
    _approve(dz, path, line["digest"], line["approvals_needed"])
    done = officer.post(f"{path}/release").json()
    assert (done["state"], done["seq"], done["records"]) == ("released", 1, 1)
    assert officer.post(f"{path}/release").json()["code"] == "RELEASE_STATE"
    sent = officer.post("/v1/partners/KW/deliveries").json()
    assert sent == {"accepted": 1, "refused": 0, "voided": 0, "stopped": None}
    again = propose(officer, "KW", [id_])
    assert (again["proposals"], again["unchanged"]) == ([], [{"originator": "DZ", "id": id_}])


def _approve(dz: Office, path: str, digest: str, needed: int) -> None:
    wrong = "0" * 64
    for role in ("releasing_officer", "second_releasing_officer")[:needed]:
        with dz.client(role) as approver:
            assert approver.post(f"{path}/approvals", json={"digest": wrong}).json()["code"] == "APPROVAL_STALE"
            assert approver.post(f"{path}/approvals", json={"digest": digest}).status_code == 201
            assert approver.delete(f"{path}/approvals/me").status_code == 428
            stale = approver.delete(f"{path}/approvals/me", headers={"if-match": f'"{wrong}"'})
            assert stale.status_code == 412
            withdrawn = approver.delete(f"{path}/approvals/me", headers={"if-match": f'"{digest}"'})
            assert (withdrawn.status_code, withdrawn.content) == (204, b"")
            assert approver.post(f"{path}/approvals", json={"digest": digest}).status_code == 201


def test_a_preview_says_why(officer: httpx.Client) -> None:
    (id_,) = deposit(officer, 1)
    body = {"record": {"originator": "DZ", "id": id_}, "recipient": "AE", "purpose": "counter_terrorism.travel"}
    (answer,) = officer.post("/v1/previews", json=body).json()["answers"]
    assert answer["state"] == "released"
    states = {claim["path"]: claim["state"] for claim in answer["claims"]}
    assert states["birth.date"] == "coarser"
    assert states["birth.year"] == "sent"
    assert answer["handling"]["tlp"].startswith("TLP:")
    named = {**body, "recipient": "FR", "agreement": "AG-DZ-AE-KW"}
    other = officer.post("/v1/previews", json=named).json()["answers"][0]
    assert (other["state"], other["reason"]["code"]) == ("denied", "NOT_A_PARTY")
    assert officer.post("/v1/previews", json={**body, "recipient": "FR"}).json()["answers"] == []


def test_a_suspended_agreement_releases_nothing(dz: Office, officer: httpx.Client) -> None:
    (id_,) = deposit(officer, 1)
    assert officer.post("/v1/agreements/AG-DZ-AE-KW/suspension").status_code == 403
    with dz.client("releasing_officer") as approver:
        assert approver.post("/v1/agreements/AG-DZ-AE-KW/suspension").json()["state"] == "suspended"
    body = {"recipient": "KW", "agreement": "AG-DZ-AE-KW", "purpose": "counter_terrorism.travel"}
    records = [{"originator": "DZ", "id": id_}]
    answer = officer.post("/v1/releases", json={**body, "records": records}, headers=fresh_key())
    assert answer.status_code == 403
    assert answer.json()["code"] in ("SUSPENDED", "AGREEMENT_NOT_IN_FORCE")


def test_the_auditor_gets_an_export_that_verifies(dz: Office, officer: httpx.Client) -> None:
    deposit(officer, 1, 2)
    assert officer.get("/v1/audit/export").status_code == 403
    with dz.client("auditor") as auditor:
        answer = auditor.get("/v1/audit/export")
    assert answer.headers["content-type"].startswith("application/jsonl")
    lines = [line + b"\n" for line in answer.content.split(b"\n")[:-1]]
    report = audit.verify(iter(lines), fingerprint=dz.state.node.keys.root_fingerprint)
    assert report.exit_code == 0, report


def test_lists_of_the_node(dz: Office, officer: httpx.Client) -> None:
    assert [each["code"] for each in officer.get("/v1/partners").json()["items"]] == ["AE", "KW"]
    (line,) = officer.get("/v1/agreements").json()["items"]
    one = officer.get(f"/v1/agreements/{line['id']}")
    assert one.headers["etag"] == f'"{line["digest"]}"'
    assert one.json()["document"]["id"] == line["id"]
    assert officer.get("/v1/inbox").json() == {"items": [], "next": None, "next_url": None}
    assert officer.get("/v1/me").json()["role"] == "officer"
    with dz.client(None) as anybody:
        assert anybody.get("/healthz").json() == {"status": "live"}
        ready = anybody.get("/readyz")
        assert (ready.status_code, ready.json()) == (200, {"status": "ready", "reasons": []})
