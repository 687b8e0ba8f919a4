"""What the tests of the officers' API share: a node that knows two partners, its listener, and made-up drafts."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from exchange.api.app import officer_app
from exchange.crypto.atrest import AtRest
from exchange.interop.synthetic import person
from exchange.model.claim_json import claim_to_json
from exchange.model.claims import Claim, JsonObject
from exchange.store import SqlStore, open_engine
from tests.api_kit import HOST, Office, office
from tests.conftest import KEK
from tests.databases import Postgresql, Sqlite
from tests.federation import Federation, federate


@contextmanager
def federation(databases: Sqlite | Postgresql) -> Iterator[Federation]:
    """Three states with an agreement in force."""
    with ExitStack() as stack:
        stores = {}
        for code in ("DZ", "AE", "KW"):
            store = SqlStore(open_engine(stack.enter_context(databases.fresh())), AtRest(KEK))
            stack.callback(store.close)
            stores[code] = store
        yield federate(stores)


@contextmanager
def office_of(states: Federation, folder: Path, code: str = "DZ") -> Iterator[Office]:
    """The officers' listener of one of them."""
    app = officer_app(states[code].node, hosts=[HOST], pending_migration=lambda: [])
    with office(states[code], app, folder) as found:
        yield found


def draft(number: int) -> JsonObject:
    """A person that the agreement covers, made up."""
    return {"kind": "person", "claims": [claim_to_json(claim) for claim in covered(number)]}


def covered(number: int) -> tuple[Claim, ...]:
    """A Kuwaiti in Syria, a suspect, without safeguard flags."""
    rng = random.Random(number)
    while True:
        claims = person(rng, number, nationality="KW", theatre="SY")
        values = {(claim.path, str(claim.value)) for claim in claims}
        if ("record.category", "suspect") in values and not any(path == "record.flag" for path, _ in values):
            return claims


def fresh_key() -> dict[str, str]:
    """Headers with an Idempotency-Key that nobody used."""
    return {"idempotency-key": uuid4().hex}


def deposit(client: httpx.Client, *numbers: int) -> list[str]:
    """Deposits made-up records; their ids."""
    body = {"records": [draft(number) for number in numbers]}
    answer = client.post("/v1/records", json=body, headers=fresh_key())
    assert answer.status_code == 201, answer.text
    return [record["id"] for record in answer.json()["records"]]


def propose(client: httpx.Client, to: str, ids: list[str]) -> dict[str, Any]:
    """Proposes records for `to`; the answer's body."""
    body = {
        "recipient": to,
        "agreement": "AG-DZ-AE-KW",
        "purpose": "counter_terrorism.travel",
        "records": [{"originator": "DZ", "id": id_} for id_ in ids],
    }
    answer = client.post("/v1/releases", json=body, headers=fresh_key())
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found
