"""After release over HTTP: a recall and its answer, a correction acknowledged, a difference, an account, a breach."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from exchange.operations.deposit import Amendment, amend
from tests.api_kit import Office
from tests.databases import Postgresql, Sqlite
from tests.federation import AGREEMENT, PURPOSE, Federation
from tests.integration.api_office import federation, fresh_key, office_of
from tests.subjects import gulf_person


@pytest.fixture
def states(databases: Sqlite | Postgresql) -> Iterator[Federation]:
    with federation(databases) as found:
        yield found


@pytest.fixture
def offices(states: Federation, tmp_path: Path) -> Iterator[tuple[Office, Office]]:
    for code in ("DZ", "KW"):
        (tmp_path / code).mkdir()
    with office_of(states, tmp_path / "DZ") as dz, office_of(states, tmp_path / "KW", "KW") as kw:
        yield dz, kw


def test_what_happens_after_release(states: Federation, offices: tuple[Office, Office]) -> None:
    dz, kw = offices
    sender = states["DZ"]
    (ref,) = sender.deposit(gulf_person(1))
    sender.push("KW", [ref])
    with sender.node.store.write() as unit:
        amend(sender.node, unit, sender.staff.officer, [Amendment(ref, 1, gulf_person(2))])
    sender.push("KW", [ref])
    assert sender.deliver("KW").accepted == 2
    name = f"{ref.originator}/{ref.id}"
    with kw.client() as officer:
        (correction,) = officer.get("/v1/messages").json()["items"]
        path = f"/v1/corrections/DZ/{correction['id']}/acknowledgement"
        assert officer.post(path).status_code == 201
        assert officer.post(path).status_code == 409
        difference = officer.get(f"/v1/differences/{name}").json()
        assert (difference["old_version"], difference["new_version"]) == (1, 2)
        assert difference["changes"]
    recall = {
        "recipient": "KW",
        "agreement": AGREEMENT,
        "purpose": PURPOSE,
        "records": [{"originator": ref.originator, "id": ref.id}],
        "reason": "wrong_person",
        "deadline": "2026-11-20T00:00:00Z",
    }
    with dz.client() as officer:
        assert officer.post("/v1/recalls", json=recall, headers=fresh_key()).json()["code"] == "PERMISSION_MISSING"
    with dz.client("releasing_officer") as officer:
        late = {"deadline": "2026-01-01T00:00:00Z"}
        wrongs: list[dict[str, object]] = [{**late}, {"reason": "because"}, {"records": []}, {"agreement": "AG"}]
        for wrong in wrongs:
            assert officer.post("/v1/recalls", json={**recall, **wrong}, headers=fresh_key()).status_code in (403, 422)
        sent = officer.post("/v1/recalls", json=recall, headers=fresh_key())
        assert sent.status_code == 201, sent.text
    assert sender.deliver("KW").accepted == 1
    with kw.client("releasing_officer") as officer:
        path = f"/v1/recalls/DZ/{sent.json()['message']}/answer"
        assert officer.post(path, json={"outcome": "retained"}).status_code == 422
        done = officer.post(path, json={"outcome": "destroyed"}).json()
        assert (done["destroyed"], done["outcome"], done["outstanding"]) == (1, "destroyed", [])
        assert officer.get(f"/v1/received/{name}").status_code == 404
    assert states["KW"].deliver("DZ").accepted == 2
    with dz.client() as officer:
        account = officer.get(f"/v1/accounts/{name}").json()
        assert [(each["recipient"], each["version"]) for each in account["sent"]] == [("KW", 1), ("KW", 2)]
        assert {each["type"]: each["outcome"] for each in account["events"] if each["direction"] == "out"} == {
            "correction": "applied",
            "recall": "destroyed",
        }
        assert officer.get(f"/v1/accounts/DZ/{'rec-nothing-here'}").status_code == 404
    breach = {"partner": "KW", "since": "2026-11-01T00:00:00Z", "until": "2026-11-03T00:00:00Z", "kind": "theft"}
    with dz.client("releasing_officer") as officer:
        listed = officer.post("/v1/breaches", json=breach).json()
        assert [each["seq"] for each in listed["envelopes"]] == [1, 2]
        assert officer.post("/v1/breaches", json={**breach, "until": breach["since"]}).status_code == 422
        told = officer.post("/v1/breaches/notices", json={**breach, "outcome": "suspected"}, headers=fresh_key())
        assert (told.status_code, len(told.json()["notices"])) == (201, 1)
