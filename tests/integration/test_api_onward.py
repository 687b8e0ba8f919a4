"""Onward sharing and questions over the officers' API: the holder asks, the originator grants, all by requests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from exchange.crypto.atrest import AtRest
from exchange.store import SqlStore, open_engine
from tests.api_kit import Office
from tests.conftest import KEK
from tests.databases import Postgresql, Sqlite
from tests.federation import PURPOSE, Federation, State
from tests.integration.api_office import fresh_key, office_of
from tests.onward_kit import AE_KW, DZ_AE, in_a_row, offer, shared


@pytest.fixture
def row(databases: Sqlite | Postgresql) -> Iterator[Federation]:
    with ExitStack() as stack:
        stores = {
            code: SqlStore(open_engine(stack.enter_context(databases.fresh())), AtRest(KEK))
            for code in ("DZ", "AE", "KW")
        }
        for store in stores.values():
            stack.callback(store.close)
        yield in_a_row(stores)


def post(client: httpx.Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = client.post(path, json=body, headers=fresh_key())
    assert answer.status_code == 201, answer.text
    value: dict[str, Any] = answer.json()
    return value


def settle(state: State, release: str, to: str) -> None:
    with state.node.store.read() as unit:
        proposal = unit.releases.get(release)
    assert proposal is not None
    state.approve(proposal)
    assert state.release(proposal).state == "released"
    assert state.deliver(to).stopped is None


def both(row: Federation, folder: Path, stack: ExitStack) -> tuple[httpx.Client, httpx.Client]:
    """Officers of DZ and of AE."""
    found: list[Office] = []
    for code in ("DZ", "AE"):
        (folder / code).mkdir()
        found.append(stack.enter_context(office_of(row, folder / code, code)))
    return stack.enter_context(found[0].client()), stack.enter_context(found[1].client())


def test_from_the_question_to_the_revocation(row: Federation, tmp_path: Path) -> None:
    refs = shared(row, 1)
    records = [{"originator": "DZ", "id": refs[0].id}]
    with ExitStack() as stack:
        dz, ae = both(row, tmp_path, stack)
        wish = {"originator": "DZ", "agreement": DZ_AE, "purpose": PURPOSE, "records": records, "recipient": "KW"}
        asked = post(ae, "/v1/onward-requests", {**wish, "reason": "a case of theirs", "paths": ["name.full"]})
        settle(row["AE"], asked["id"], "DZ")
        (line,) = dz.get("/v1/messages?direction=in").json()["items"]
        assert (line["type"], line["overdue"]) == ("onward-request", False)
        consent = {"holder": "AE", "thread": line["thread"], "agreements": [AE_KW], "days": 30}
        missing = dz.post("/v1/onward-grants", json={**consent, "days": 366}, headers=fresh_key())
        assert missing.status_code == 422
        given = post(dz, "/v1/onward-grants", consent)
        settle(row["DZ"], given["id"], "AE")
        (grant,) = ae.get("/v1/grants").json()["items"]
        assert (grant["originator"], grant["holder"], grant["recipient"]) == ("DZ", "AE", "KW")
        assert len(offer(row["AE"], "KW", AE_KW, refs).proposals) == 1
        sent = post(dz, "/v1/onward-revocations", {"holder": "AE", "thread": line["thread"]})
        assert sent["message"].startswith("msg-")
        assert row["DZ"].deliver("AE").stopped is None
        assert ae.get("/v1/grants").json()["items"][0]["revoked_at"] is not None
    assert offer(row["AE"], "KW", AE_KW, refs).proposals == []


def test_a_refusal_and_a_question(row: Federation, tmp_path: Path) -> None:
    refs = shared(row, 1)
    with ExitStack() as stack:
        dz, ae = both(row, tmp_path, stack)
        wish = {"originator": "DZ", "agreement": DZ_AE, "purpose": PURPOSE, "recipient": "KW", "reason": "x"}
        asked = post(ae, "/v1/onward-requests", {**wish, "records": [{"originator": "DZ", "id": refs[0].id}]})
        settle(row["AE"], asked["id"], "DZ")
        thread = dz.get("/v1/messages?direction=in").json()["items"][0]["thread"]
        refusal = post(dz, "/v1/onward-refusals", {"holder": "AE", "thread": thread, "code": "source_protection"})
        settle(row["DZ"], refusal["id"], "AE")
        question = {"recipient": "DZ", "agreement": DZ_AE, "purpose": PURPOSE, "question": "Is he known?"}
        put = post(ae, "/v1/requests", {**question, "legal_basis": "Invented Act 1", "urgency": "8h"})
        settle(row["AE"], put["id"], "DZ")
        open_ = [each for each in dz.get("/v1/messages?direction=in").json()["items"] if each["type"] == "request"]
        reply = {"partner": "AE", "thread": open_[0]["thread"], "outcome": "nothing"}
        wrong = dz.post("/v1/answers", json={**reply, "code": "court"}, headers=fresh_key())
        assert (wrong.status_code, wrong.json()["code"]) == (422, "VALUE_NOT_ALLOWED")
        said = post(dz, "/v1/answers", {**reply, "code": "no_record"})
        settle(row["DZ"], said["answer"]["id"], "AE")
        outcomes = {each["type"]: each["outcome"] for each in ae.get("/v1/messages?direction=out").json()["items"]}
    assert outcomes == {"onward-request": "refused", "request": "nothing"}
