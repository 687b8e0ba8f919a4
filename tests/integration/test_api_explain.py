"""The routes that explain, over TLS: the matrix, why, and decisions of the past; what errors and strangers get."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from exchange.policies.decide import RULES
from tests.api_kit import Office
from tests.databases import Postgresql, Sqlite
from tests.integration.api_office import deposit, federation, office_of, propose

PURPOSE = "counter_terrorism.travel"
AGREEMENT = "AG-DZ-AE-KW"


@pytest.fixture
def dz(databases: Sqlite | Postgresql, tmp_path: Path) -> Iterator[Office]:
    with federation(databases) as states, office_of(states, tmp_path) as found:
        yield found


def test_matrix_why_and_replay(dz: Office) -> None:
    with dz.client() as officer:
        (id_,) = deposit(officer, 1)
        record = {"originator": "DZ", "id": id_}
        body = {"record": record, "purpose": PURPOSE}
        found = officer.post("/v1/previews/matrix", json=body).json()
        assert [(each["recipient"], each["agreement"], each["state"]) for each in found["columns"]] == [
            ("AE", AGREEMENT, "released"),
            ("KW", AGREEMENT, "released"),
        ]
        claims = found["columns"][0]["claims"]
        single = officer.post("/v1/previews", json={**body, "recipient": "AE"}).json()["answers"][0]
        assert claims == single["claims"]
        named = officer.post("/v1/previews/matrix", json={**body, "recipients": ["FR"]}).json()["columns"]
        assert [(each["state"], each["reason"]["code"]) for each in named] == [("unavailable", "NOT_A_PARTY")]

        finer = next(claim for claim in claims if claim["path"] == "birth.date")
        asked = {**body, "claim": finer["id"], "recipient": "AE", "agreement": AGREEMENT}
        for header, word in (("ar", "القاعدة"), ("fr", "Règle"), ("en", "The default")):
            why = officer.post("/v1/previews/why", json=asked, headers={"accept-language": header}).json()
            assert why["steps"][0]["text"].startswith(word)
        assert [why[name] for name in ("state", "clause", "reason", "instead")] == [
            finer[name] for name in ("state", "clause", "reason", "instead")
        ]
        missing = officer.post("/v1/previews/why", json={**asked, "claim": "c000001"})
        assert (missing.status_code, "c000001" in missing.text) == (404, False)
        assert officer.post("/v1/previews/why", json={**asked, "agreement": "AG-DZ-FR"}).status_code == 403

        (proposal,) = propose(officer, "KW", [id_])["proposals"]
    with dz.client("auditor") as auditor:
        assert auditor.post("/v1/previews/why", json=asked).status_code == 403
        assert auditor.post("/v1/previews/matrix", json=body).status_code == 403
        replayed = auditor.post(f"/v1/releases/{proposal['id']}/replay").json()
        (stage,) = replayed["stages"]
        assert (stage["stage"], stage["at"], stage["rules"]) == ("proposed", proposal["created_at"], RULES)
        assert stage["items"] == [{"position": 1, "record": {**record, "version": 1}, "state": "equal", "reason": None}]
        assert auditor.post(f"/v1/releases/rel-{'0' * 32}/replay").status_code == 404
    with dz.client("administrator") as administrator:
        assert administrator.post(f"/v1/releases/{proposal['id']}/replay").status_code == 403
