"""The recipient of the vectors: node KW with the test keys of vectors/keys.json, in one of a closed list of states.

Everything is invented: no such agreement exists and no key here is used anywhere. What the vectors hold is made in
make_vectors.py; this module is all that a reader of them needs besides the program.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from exchange.crypto import descriptor
from exchange.crypto.descriptor import Descriptor
from exchange.crypto.encoding import canonical, digest, unb64
from exchange.crypto.keys import NodeKeys, RootKey
from exchange.crypto.rootsign import root_signature
from exchange.model.claims import JsonObject, JsonValue
from exchange.model.state import Partner, Person, Termination
from exchange.operations import agreements, partners, people
from exchange.operations.receive import receive
from exchange.ports import Node, Store, Unit
from tests.federation import HandClock, NoFaults, OnHandClock
from tests.simulator import Network

VECTORS = Path(__file__).resolve().parent / "vectors"
START = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
"""When the cards were issued and the recipient was set up."""
NODES = ("AE", "DZ", "KW")
AGREEMENT, SECOND, POLICY = "AG-DZ-AE-KW", "AG-DZ-KW", "NP-KW"
PURPOSE = "counter_terrorism.travel"


@cache
def _seeds() -> dict[str, dict[str, JsonValue]]:
    found: dict[str, dict[str, JsonValue]] = json.loads((VECTORS / "keys.json").read_bytes())["nodes"]
    return found


@cache
def root(code: str) -> RootKey:
    return RootKey.from_bytes(canonical(_seeds()[code]["root"]))


@cache
def keys(code: str) -> NodeKeys:
    """Both suites, one prekey each."""
    return NodeKeys.from_bytes(canonical(_seeds()[code]["keys"]))


@cache
def next_keys() -> NodeKeys:
    """DZ after it replaced its signing keys; the prekeys are as before."""
    return NodeKeys.from_bytes(canonical(_seeds()["DZ"]["next_keys"]))


@cache
def card(code: str) -> Descriptor:
    """Version 1. Nobody has its certificate's private key: nothing here opens a TLS connection."""
    endpoints = {"partner": f"https://{code.lower()}.example:9441"}
    return descriptor.make(keys(code), root(code).public, START, [unb64(_seeds()[code]["certificate"])], endpoints)


def agreement(id_: str, version: int, parties: tuple[str, ...], suites: tuple[int, ...]) -> JsonObject:
    """Persons' names from every party to every other, for travel and border checks, for a year, no onward sharing."""
    text: JsonObject = {"ar": "مثال", "fr": "Exemple", "en": "Example"}
    return {
        "v": 1,
        "kind": "agreement",
        "id": id_,
        "version": version,
        "title": text,
        "recitals": [],
        "parties": [{"code": code, "fingerprint": root(code).fingerprint} for code in parties],
        "legal_basis": "Example only",
        "purposes": [PURPOSE, "border.checks"],
        "valid_from": "2026-01-01T00:00:00Z",
        "valid_until": "2027-01-15T00:00:00Z",
        "suites": list(suites),
        "clauses": [{"id": "1", "from": "*", "to": "*", "kinds": ["person"], "disclose": ["identity.name"]}],
        "onward": "none",
        "back_catalogue": "included",
        "recall_days": 3,
        "correction_days": 3,
        "retention_days": 365,
        "cadence": "manual",
        "approvals": {"TLP:AMBER": {"count": 1, "role": "releasing_officer"}},
        "examples": [],
    }


def first() -> JsonObject:
    return agreement(AGREEMENT, 1, ("DZ", "AE", "KW"), (1,))


def amended() -> JsonObject:
    return agreement(AGREEMENT, 2, ("DZ", "AE", "KW"), (1,))


def second() -> JsonObject:
    """Between two, under either suite, for longer than the cards last."""
    return {**agreement(SECOND, 1, ("DZ", "KW"), (1, 2)), "valid_until": "2028-01-01T00:00:00Z"}


def policy() -> JsonObject:
    """A reservation of the recipient's own, which no partner knows of."""
    return {
        "v": 1,
        "kind": "policy",
        "id": POLICY,
        "version": 1,
        "title": {"ar": "مثال", "fr": "Exemple", "en": "Example"},
        "party": {"code": "KW", "fingerprint": root("KW").fingerprint},
        "legal_basis": "Example only",
        "clauses": [],
        "forbids": [],
    }


def digest_of(document: JsonObject) -> str:
    kind = "exchange/policy/1" if document["kind"] == "policy" else "exchange/agreement/1"
    return digest(kind, canonical(document)).hex()


@dataclass(frozen=True, slots=True)
class Recipient:
    """Node KW and its administrator."""

    node: Node
    clock: HandClock
    admin: Person

    def take(self, tls_identity: str, wire: bytes, time: datetime) -> bytes:
        """The receipt, or what `receive` raises."""
        self.clock.time = time
        return receive(self.node, tls_identity, wire)

    def enact(self, document: JsonObject) -> None:
        """Signed by every party and put in force."""
        with self.node.store.write() as unit:
            stored = agreements.draft(self.node, unit, self.admin, document)
            parties = document["parties"] if stored.kind == "agreement" else [document["party"]]
            assert isinstance(parties, list)
            for party in parties:
                assert isinstance(party, dict)
                code = str(party["code"])
                signature = root_signature(root(code), code, f"exchange/{stored.kind}/1", stored.document)
                agreements.add_signature(self.node, unit, self.admin, stored.id, stored.version, signature)
            agreements.activate(self.node, unit, self.admin, stored.id, stored.version)

    def new_card(self, newer: Descriptor) -> None:
        self.clock.time = newer.issued
        with self.node.store.write() as unit:
            partners.update_partner(self.node, unit, descriptor.sign(newer, root("DZ")), "DZ", "DZ")


def recipient(store: Store, state: str) -> Recipient:
    """KW, which knows DZ and AE and has both agreements in force, and then `state`. KeyError for an unknown one."""
    change = STATES[state]
    clock = HandClock(START)
    node = Node("KW", OnHandClock(store, clock), Network().peers("KW"), clock, keys("KW"), NoFaults())
    with store.write() as unit:
        admin = people.add_person(node, unit, "KW", "admin-kw", "administrator")
        for code in ("AE", "DZ"):
            partners.add_partner(node, unit, admin, descriptor.sign(card(code), root(code)), root(code).fingerprint)
    made = Recipient(node, clock, admin)
    for document in (first(), second(), policy()):
        made.enact(document)
    change(made)
    return made


def _fresh(_made: Recipient) -> None:
    """Nothing else."""


def _floor(made: Recipient) -> None:
    with made.node.store.write() as unit:
        unit.partners.put(replace(_dz(unit), suite_floor=2))


def _dz(unit: Unit) -> Partner:
    partner = unit.partners.get("DZ")
    assert partner is not None
    return partner


def _partner_suspended(made: Recipient) -> None:
    with made.node.store.write() as unit:
        partners.suspend_partner(made.node, unit, made.admin, "DZ")


def _ended(state: str) -> Callable[[Recipient], None]:
    def end(made: Recipient) -> None:
        with made.node.store.write() as unit:
            stored = unit.agreements.active(AGREEMENT, lock=False)
            assert stored is not None
            if state == "terminated":  # by two persons, as the database demands
                unit.agreements.ask_termination(Termination(AGREEMENT, stored.version, "admin-one", START))
                unit.agreements.confirm_termination(AGREEMENT, stored.version, "admin-two", START)
            unit.agreements.put(replace(stored, state=state))

    return end


def _flagged(made: Recipient) -> None:
    with made.node.store.write() as unit:
        unit.agreements.request_suspension(AGREEMENT)


def _amended(made: Recipient) -> None:
    made.enact(amended())


def _renewed(made: Recipient) -> None:
    """DZ replaced its signing keys: the old ones stop signing 30 days later."""
    made.new_card(descriptor.renew(card("DZ"), next_keys(), START + timedelta(minutes=1)))


def _revoked(made: Recipient) -> None:
    """DZ replaced its signing keys and revoked the old one of suite 1."""
    newer = descriptor.renew(card("DZ"), next_keys(), START + timedelta(minutes=1))
    made.new_card(replace(newer, revocations={keys("DZ").signing[1].kid: newer.issued}))


STATES: dict[str, Callable[[Recipient], None]] = {
    "fresh": _fresh,
    "floor-2": _floor,
    "partner-suspended": _partner_suspended,
    "agreement-flagged": _flagged,
    "agreement-draft": _ended("draft"),
    "agreement-suspended": _ended("suspended"),
    "agreement-terminated": _ended("terminated"),
    "agreement-amended": _amended,
    "keys-renewed": _renewed,
    "key-revoked": _revoked,
}
"""The closed list of recipient states; README.md says what each is."""
