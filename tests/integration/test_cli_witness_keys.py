"""A node founded before nodes were witnesses: it works without witness keys and gets them by `exchange renew`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from exchange.cli.founding import read_root
from exchange.cli.session import close
from exchange.config import load
from exchange.crypto import keyfile
from exchange.crypto.descriptor import Descriptor, sign, trusted, verified
from exchange.crypto.keys import NodeKeys
from exchange.operations.audit import OWN_DESCRIPTOR
from exchange.wiring import NODE_KEYS, build, read_keys
from tests.cli import Desk, desk, make_node

SECRET = b"a passphrase for tests"


def keys_of(place: Desk) -> NodeKeys:
    return read_keys(load(place.home), SECRET)


def as_founded_before(place: Desk) -> Descriptor:
    """Takes the witness out of the key file and of the card, as if neither had ever had one; returns that card."""
    settings = load(place.home)
    path = settings.keys / NODE_KEYS
    path.write_bytes(keyfile.lock(replace(keys_of(place), witness=None).to_bytes(), SECRET))
    root = read_root(settings.keys / "root.keys", SECRET)
    node = build(settings, SECRET)
    try:
        with node.store.write() as unit:
            found = unit.setting(OWN_DESCRIPTOR)
            assert found is not None
            older = replace(trusted(found.encode()), witness=())
            unit.set_setting(OWN_DESCRIPTOR, sign(older, root).decode())
    finally:
        close(node)
    return older


def test_a_node_founded_before_gets_its_witness_keys_by_renewal(tmp_path: Path) -> None:
    place = desk("DZ", tmp_path)
    fingerprint = make_node(place)
    founded = keys_of(place)
    assert founded.witness is not None
    place("", "user", "add", "admin-dz", "--role", "administrator")
    place("", "user", "token", "admin-dz", "--out", str(place.token("admin")))
    as_founded_before(place)
    old, new, newer = (tmp_path / name for name in ("old.card", "new.card", "newer.card"))
    place("", "partner", "card", "--out", str(old))
    assert verified(old.read_bytes(), fingerprint=fingerprint).witness == ()
    assert keys_of(place).witness is None
    assert place("", "doctor")["ok"]
    root = str(load(place.home).keys / "root.keys")
    place("admin", "renew", "--root-key", root, "--out", str(new))
    made = keys_of(place)
    assert made.witness is not None
    assert made.witness != founded.witness
    assert verified(new.read_bytes(), fingerprint=fingerprint).witness == made.witness.verifiers
    place("admin", "renew", "--root-key", root, "--out", str(newer))
    assert keys_of(place).witness == made.witness
    assert verified(newer.read_bytes(), fingerprint=fingerprint).witness == made.witness.verifiers
    assert made.ledger == founded.ledger
