"""Builds the demonstration: three nodes, and one for the last step, with people, partners, agreements and records.

It uses the same functions as `init`, `user`, `partner`, `agreement` and `record`, with each node opened once. The key
files of states without a node sign here as those states would, by `crypto.rootsign`.
"""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from exchange.cli.credentials import write_private
from exchange.cli.demo.place import CONTACT_ONLY, NODES, PEOPLE, SIGNERS, Place
from exchange.cli.demo.subjects import cast
from exchange.cli.founding import CONFIG, Choices, found, read_root
from exchange.cli.partner import own_card
from exchange.cli.record import named
from exchange.cli.session import close
from exchange.cli.user import CONSOLE
from exchange.config import load
from exchange.crypto import keyfile
from exchange.crypto.encoding import canonical
from exchange.crypto.keys import RootKey
from exchange.crypto.rootsign import root_signature
from exchange.errors import Code, Unavailable
from exchange.interop.documents import read_yaml
from exchange.interop.synthetic import mixture
from exchange.interop.synthetic_circle import subjects, ties
from exchange.model.claims import JsonObject
from exchange.model.records import Ref
from exchange.model.state import Person
from exchange.operations import agreements, partners, people
from exchange.operations.deposit import Draft, deposit
from exchange.policies.agreement import with_fingerprints
from exchange.ports import Node, Unit
from exchange.wiring import build

AGREEMENTS: Final = ("dz-ae-kw.yaml", "dz-tn-eg.yaml", "dz-kw.yaml", "dz-qa-2.yaml")
RECORDS: Final = {"DZ": 98, "AE": 10, "KW": 10, "QA": 0}
"""Beside those that the tour follows, and the circle that the network shows."""
SEEDS: Final = {"DZ": 1, "AE": 2, "KW": 3, "QA": 4}
PACE: Final = (
    "deliver_interval_s = 30.0\npull_interval_s = 3600.0\nheartbeat_interval_s = 20.0\nreconcile_hour_utc = 23\n"
)
"""The tour itself delivers, pulls and reconciles, so that every step is seen; the workers only exchange heartbeats and
cosignatures."""
DEMONSTRATION: Final = "demonstration = true\n"
CIRCLE: Final = 7
Tell = Callable[[str], None]


def set_up(place: Place, tell: Tell) -> None:
    """Everything but the running processes."""
    write_private(place.passphrase_file, secrets.token_urlsafe(24).encode("ascii") + b"\n")
    passphrase = place.passphrase_file.read_bytes().strip()
    tell("keys")
    for code in NODES:  # one after the other: two Argon2id runs at once block one another for ever in OpenSSL
        place.fingerprints[code] = _found(place, code, passphrase)
    roots = {code: read_root(place.root_keys(code), passphrase) for code in NODES}
    for code in SIGNERS:
        roots[code] = RootKey.generate()
        write_private(place.root_keys(code), keyfile.lock(roots[code].to_bytes(), passphrase))
        place.fingerprints[code] = roots[code].fingerprint
    nodes = {code: build(load(place.home(code)), passphrase) for code in NODES}
    try:
        _fill(place, nodes, roots, tell)
    finally:
        for node in nodes.values():
            close(node)
    place.save()


def _found(place: Place, code: str, passphrase: bytes) -> str:
    choices = Choices(
        node=code,
        officer_host=place.host,
        officer_port=place.officer_ports[code],
        partner_host=place.host,
        partner_port=place.partner_ports[code],
        passphrase_file=place.passphrase_file,
    )
    fingerprint = found(place.home(code), choices, passphrase)
    with (place.home(code) / CONFIG).open("a", encoding="utf-8") as config:
        config.write(PACE + DEMONSTRATION)
    return fingerprint


def _fill(place: Place, nodes: dict[str, Node], roots: dict[str, RootKey], tell: Tell) -> None:
    tell("people")
    admins = {code: _people(place, node) for code, node in nodes.items()}
    tell("partners")
    for code, node in nodes.items():
        for other, theirs in nodes.items():
            if other != code and CONTACT_ONLY not in (code, other):  # Qatar comes in later
                with node.store.write() as unit:
                    partners.add_partner(node, unit, admins[code], own_card(theirs), place.fingerprints[other])
    tell("agreements")
    documents = [read_yaml((_examples() / name).read_bytes()) for name in AGREEMENTS]
    for each in documents:
        document = with_fingerprints(each, place.fingerprints)
        for code in set(_parties(document)) & set(nodes):
            _enact(nodes[code], admins[code], document, roots)
    tell("records")
    for node in nodes.values():
        _deposit(place, node)


def _people(place: Place, node: Node) -> Person:
    """Everybody of one node, with tokens in files; returns the administrator."""
    added: dict[str, Person] = {}
    with node.store.write() as unit:
        for name, role in PEOPLE.items():
            added[name] = people.add_person(node, unit, CONSOLE, f"{name}-{node.code.lower()}", role)
            token = people.issue_token(node, unit, CONSOLE, added[name].id)
            write_private(place.token(node.code, name), token.encode("ascii") + b"\n")
    return added["admin"]


def _parties(document: JsonObject) -> list[str]:
    listed = document["parties"]
    return [str(party["code"]) for party in listed if isinstance(party, dict)] if isinstance(listed, list) else []


def _enact(node: Node, admin: Person, document: JsonObject, roots: dict[str, RootKey]) -> None:
    """Draft, the signature of every party, activation."""
    with node.store.write() as unit:
        stored = agreements.draft(node, unit, admin, document)
        for code in _parties(document):
            signature = root_signature(roots[code], code, "exchange/agreement/1", canonical(document))
            agreements.add_signature(node, unit, admin, stored.id, stored.version, signature)
        agreements.activate(node, unit, admin, stored.id, stored.version)


def _deposit(place: Place, node: Node) -> None:
    review = datetime.now(tz=UTC).date() + timedelta(days=365)
    drafts = [Draft(kind, claims) for kind, claims in mixture(SEEDS[node.code], RECORDS[node.code], review=review)]
    parts = cast(review, node.code)
    with node.store.write() as unit:
        officer = unit.people.get(f"officer-{node.code.lower()}")
        if officer is None:
            raise Unavailable(Code.CONFIG_INVALID, at="people")
        everything = [*drafts, *(Draft("person", claims) for claims in parts.values())]
        refs = deposit(node, unit, officer, everything)
        circle = _circle(node, unit, officer, review) if node.code == "DZ" else []
    place.records[node.code] = len(refs) + len(circle)
    place.cast |= {"circle": named(circle[0])} if circle else {}
    place.cast |= {part: named(ref) for part, ref in zip(parts, refs[len(drafts) :], strict=True)}


def _circle(node: Node, unit: Unit, officer: Person, review: date) -> list[Ref]:
    """People, a group, a network and camps that belong together, with what connects them."""
    known = deposit(node, unit, officer, [Draft(kind, claims) for kind, claims in subjects(CIRCLE, review=review)])
    tied = [Draft(kind, claims) for kind, claims in ties(CIRCLE, known, review=review)]
    return [*known, *deposit(node, unit, officer, tied)]


def _examples() -> Path:
    """Where the example agreements are: in the checkout, or where the wheel put them."""
    beside = Path(__file__).resolve().parents[4] / "docs" / "examples" / "agreements"
    installed = Path(sys.prefix) / "share" / "exchange" / "agreements"
    for place in (beside, installed):
        if (place / AGREEMENTS[0]).is_file():
            return place
    raise Unavailable(Code.CONFIG_INVALID, at="agreements")
