"""Makes a node: its folder, keys, certificate, card, database and the ledger's first entry. Refuses to remake one.

`config.toml` is written last: a folder without it is no node, so an interrupted `init` never looks like a finished
one. Key lifetimes: docs/spec/keys.md §1.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

from exchange.cli.credentials import write_private
from exchange.cli.session import close
from exchange.config import Settings
from exchange.crypto import keyfile
from exchange.crypto.descriptor import make, sign
from exchange.crypto.keys import NodeKeys, RootKey
from exchange.crypto.tlscert import make_certificate, to_der
from exchange.errors import BadInput, Code, Conflict
from exchange.ledger.entries import entry
from exchange.operations import journal
from exchange.operations.audit import OWN_DESCRIPTOR
from exchange.operations.clock import safe_now, stamp
from exchange.ports import Node
from exchange.store import migrate
from exchange.wiring import NODE_KEYS, TLS_CERTIFICATE, TLS_KEY, build, database_url

CONFIG = "config.toml"
ROOT_KEYS = "root.keys"
ANY = frozenset({str(IPv4Address(0)), str(IPv6Address(0))})
"""Addresses to listen on that name no host."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What an operator decides at `init`."""

    node: str
    officer_port: int
    partner_port: int
    officer_host: str = "127.0.0.1"
    partner_host: str = "127.0.0.1"
    partner_url: str = ""
    database_url: str = ""
    database_password_file: Path | None = None
    passphrase_file: Path | None = None


def found(home: Path, choices: Choices, passphrase: bytes) -> str:
    """Makes the node in `home` and returns its root's fingerprint (hex). Conflict(ALREADY_EXISTS) for a used folder."""
    settings = Settings.model_validate({"home": home, **_values(choices)})
    _new_folder(home)
    root = RootKey.generate()
    keys = NodeKeys.generate(choices.node, root.fingerprint)
    now = datetime.now(tz=UTC).replace(microsecond=0)
    names = hosts(choices.officer_host, choices.partner_host)
    certificate, private = make_certificate(f"{choices.node} exchange", names, now, passphrase=passphrase)
    write_private(settings.keys / NODE_KEYS, keyfile.lock(keys.to_bytes(), passphrase))
    write_private(settings.keys / ROOT_KEYS, keyfile.lock(root.to_bytes(), passphrase))
    write_private(settings.keys / TLS_CERTIFICATE, certificate)
    write_private(settings.keys / TLS_KEY, private)
    endpoints = {"partner": settings.partner_address}
    card = sign(make(keys, root.public, now, [to_der(certificate)], endpoints), root)
    migrate.upgrade(database_url(settings))
    node = build(settings, passphrase)
    try:
        _first_entry(node, card, root.fingerprint)
    finally:
        close(node)
    write_private(home / CONFIG, _toml(choices).encode("utf-8"))
    return root.fingerprint


def read_root(path: Path, passphrase: bytes) -> RootKey:
    """A root key from its locked file. BadInput for a file that is none; Unavailable(KEYFILE_LOCKED)."""
    try:
        data = path.read_bytes()
    except OSError:
        raise BadInput(Code.CONFIG_INVALID, at="root_key") from None
    return RootKey.from_bytes(keyfile.unlock(data, passphrase))


def _new_folder(home: Path) -> None:
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise Conflict(Code.ALREADY_EXISTS, at="home")
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        home.chmod(0o700)
        (home / "keys").mkdir(mode=0o700)
    except OSError:
        raise BadInput(Code.CONFIG_INVALID, at="home") from None


def _first_entry(node: Node, card: bytes, fingerprint: str) -> None:
    """The ledger begins with who we are; a database that has a ledger already belongs to another node."""
    with node.store.write() as unit:
        if unit.ledger.head(lock=True).size:
            raise Conflict(Code.ALREADY_EXISTS, at="database")
        now = safe_now(node, unit)
        unit.set_setting(OWN_DESCRIPTOR, card.decode("utf-8"))
        line = entry("genesis", at=stamp(now), actor=node.code, node=node.code, root=fingerprint)
        journal.write(node, unit, [line], now)


def hosts(officer_host: str, partner_host: str) -> list[str]:
    """Names and addresses for a certificate. Partners know us by its digest; the names are for people's browsers."""
    return sorted({"127.0.0.1", "localhost", officer_host, partner_host} - ANY)


def _values(choices: Choices) -> dict[str, str | int]:
    """Members of config.toml that differ from what an empty file would mean."""
    values: dict[str, str | int] = {
        "node": choices.node,
        "officer_host": choices.officer_host,
        "officer_port": choices.officer_port,
        "partner_host": choices.partner_host,
        "partner_port": choices.partner_port,
    }
    optional = {
        "partner_url": choices.partner_url,
        "database_url": choices.database_url,
        "database_password_file": choices.database_password_file,
        "passphrase_file": choices.passphrase_file,
    }
    return values | {name: str(value) for name, value in optional.items() if value}


def _toml(choices: Choices) -> str:
    return "".join(f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in _values(choices).items())
