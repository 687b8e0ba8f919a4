"""Two real nodes for the benchmarks: own keys, certificates and databases, an agreement in force, mutual TLS.

They are made as `exchange init` makes them and served as `exchange serve` serves them; nothing is switched off.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from benchmarks.machine import free_port, wait_for_port
from exchange.cli.founding import ROOT_KEYS, Choices, found, read_root
from exchange.config import load
from exchange.crypto.keys import RootKey
from exchange.crypto.rootsign import root_signature
from exchange.model.claims import JsonObject
from exchange.model.state import Person
from exchange.operations import agreements, partners, people
from exchange.operations.audit import OWN_DESCRIPTOR
from exchange.ports import Node
from exchange.wiring import build

PASSPHRASE = b"benchmark passphrase, not a secret"
AGREEMENT = "AG-DZ-AE"
PURPOSE = "counter_terrorism.travel"
COUNTRIES = ["AE", "KW", "SA", "QA", "DZ", "TN", "EG", "FR"]


@dataclass(slots=True)
class Side:
    """One node of the benchmark."""

    code: str
    home: Path
    node: Node
    root: RootKey
    admin: Person
    officer: Person
    approver: Person
    fingerprint: str


def databases(kind: str, folder: Path, names: list[str]) -> dict[str, str]:
    """Database URLs by name: SQLite files in `folder`, or fresh databases on the server of EXCHANGE_TEST_PG."""
    if kind == "sqlite":
        return {name: f"sqlite:///{folder / name}.db" for name in names}
    server = sa.make_url(os.environ["EXCHANGE_TEST_PG"])
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    urls = {}
    with engine.connect() as connection:
        for name in names:
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS bench_{name}")
            connection.exec_driver_sql(f"CREATE DATABASE bench_{name}")
            urls[name] = server.set(database=f"bench_{name}").render_as_string(hide_password=False)
    engine.dispose()
    return urls


def make_side(code: str, folder: Path, url: str) -> Side:
    """A new node in `folder`/`code`, its administrator, officer and approver."""
    home = folder / code
    secret = folder / "passphrase"
    secret.touch(mode=0o600)
    secret.write_bytes(PASSPHRASE)
    choices = Choices(
        node=code, officer_port=free_port(), partner_port=free_port(), database_url=url, passphrase_file=secret
    )
    fingerprint = found(home, choices, PASSPHRASE)
    node = build(load(home), PASSPHRASE)
    with node.store.write() as unit:
        admin = people.add_person(node, unit, code, "admin", "administrator")
        officer = people.add_person(node, unit, code, "officer", "officer")
        approver = people.add_person(node, unit, code, "approver", "releasing_officer")
    root = read_root(home / "keys" / ROOT_KEYS, PASSPHRASE)
    return Side(code, home, node, root, admin, officer, approver, fingerprint)


def acquaint(sides: list[Side]) -> None:
    """Each side pins the others' cards and puts the benchmark's agreement in force."""
    cards = {side.code: _card(side) for side in sides}
    document = agreement({side.code: side.fingerprint for side in sides})
    for side in sides:
        with side.node.store.write() as unit:
            for other in sides:
                if other.code != side.code:
                    partners.add_partner(side.node, unit, side.admin, cards[other.code], other.fingerprint)
            stored = agreements.draft(side.node, unit, side.admin, document)
            for party in sides:
                signature = root_signature(party.root, party.code, "exchange/agreement/1", stored.document)
                agreements.add_signature(side.node, unit, side.admin, AGREEMENT, 1, signature)
            agreements.activate(side.node, unit, side.admin, AGREEMENT, 1)


def agreement(fingerprints: dict[str, str]) -> JsonObject:
    """Ten clauses, so that a decision costs what it costs: most fields go out, one is made coarser, four stay."""
    gulf: JsonObject = {"nationality": list(COUNTRIES)}
    bound: JsonObject = {"all_of": [gulf, {"any_of": [{"route_to": ["LY"]}, {"theatre": ["SY", "LY"]}]}]}
    disclosed = [
        ["identity.name"],
        ["birth.year", "birth.country"],
        ["nationality", "gender"],
        ["identity.document"],
        ["affiliation", "role"],
        ["recruitment", "facilitation"],
        ["movement", "location.coarse"],
        ["free_text"],
    ]
    clauses: list[JsonObject] = [
        {"id": f"1.{n}", "from": "*", "to": "*", "kinds": ["person"], "when": bound, "disclose": list(paths)}
        for n, paths in enumerate(disclosed, 1)
    ]
    withheld: list[JsonObject] = [
        {"id": "2.1", "from": "*", "to": "*", "kinds": ["person"], "withhold": ["birth.date", "birth.place"]},
        {"id": "2.2", "from": "*", "to": "*", "kinds": ["person"], "withhold": ["source", "location.precise"]},
    ]
    text: JsonObject = {"ar": "قياس", "fr": "Mesure", "en": "Benchmark"}
    approval: JsonObject = {"count": 1, "role": "releasing_officer"}
    return {
        "v": 1,
        "kind": "agreement",
        "id": AGREEMENT,
        "version": 1,
        "title": text,
        "recitals": [text],
        "parties": [{"code": code, "fingerprint": print_} for code, print_ in fingerprints.items()],
        "legal_basis": "Benchmark, synthetic records only",
        "purposes": [PURPOSE],
        "valid_from": "2020-01-01T00:00:00Z",
        "valid_until": "2099-01-01T00:00:00Z",
        "suites": [1],
        "clauses": [*clauses, *withheld],
        "onward": "none",
        "back_catalogue": "included",
        "recall_days": 3,
        "correction_days": 3,
        "retention_days": 365,
        "cadence": "manual",
        "approvals": dict.fromkeys(("TLP:RED", "TLP:AMBER+STRICT", "TLP:AMBER", "TLP:GREEN"), approval),
        "examples": [],
    }


def _card(side: Side) -> bytes:
    with side.node.store.read() as unit:
        card = unit.setting(OWN_DESCRIPTOR)
    assert card is not None
    return card.encode("utf-8")


@contextmanager
def served(side: Side) -> Iterator[subprocess.Popen[bytes]]:
    """`exchange serve --only partner` for this side, as its own process."""
    environment = {**os.environ, "EXCHANGE_HOME": str(side.home)}
    command = [sys.executable, "-m", "exchange", "serve", "--only", "partner"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        wait_for_port(load(side.home).partner_port)
        yield process
    finally:
        process.terminate()
        process.wait(20)
