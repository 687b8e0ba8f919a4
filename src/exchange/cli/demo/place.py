"""The demonstration's folder: what is in it, on which ports its nodes listen, and how it is removed again.

Only a folder that carries our mark is ever removed.
"""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Final, NamedTuple

from exchange.cli.files import write_file
from exchange.errors import BadInput, Code, Conflict

MARK: Final = "demo.json"
CODES: Final = ("DZ", "AE", "KW")
CONTACT_ONLY: Final = "QA"
"""A fourth node, which runs in its own step only."""
NODES: Final = (*CODES, CONTACT_ONLY)
NAMES: Final = {"DZ": "Algeria", "AE": "United Arab Emirates", "KW": "Kuwait", "QA": "Qatar"}
SIGNERS: Final = ("TN", "EG")
"""Parties without a node here: key files that sign as their states would."""
OFFICER_PORT, PARTNER_PORT = 8441, 9441
PEOPLE: Final = {
    "officer": "officer",
    "officer2": "officer",
    "approver": "releasing_officer",
    "approver2": "releasing_officer",
    "approver3": "releasing_officer",
    "auditor": "auditor",
    "admin": "administrator",
}


@dataclass(slots=True)
class Place:
    """One demonstration; `save` writes it into its folder."""

    folder: Path
    host: str
    officer_ports: dict[str, int]
    partner_ports: dict[str, int]
    fingerprints: dict[str, str] = field(default_factory=dict)
    records: dict[str, int] = field(default_factory=dict)
    cast: dict[str, str] = field(default_factory=dict)
    """Part in the tour -> record, `DZ/rec-…`."""
    processes: dict[str, int] = field(default_factory=dict)
    """Node code -> process id, while it runs."""

    def home(self, code: str) -> Path:
        return self.folder / code.lower()

    def token(self, code: str, who: str) -> Path:
        return self.folder / "tokens" / f"{who}-{code.lower()}"

    def root_keys(self, code: str) -> Path:
        """Where a party's root key file is: in a node's folder, or with those of the parties without a node."""
        if code in NODES:
            return self.home(code) / "keys" / "root.keys"
        return self.folder / "parties" / f"{code.lower()}.root.keys"

    @property
    def passphrase_file(self) -> Path:
        return self.folder / "passphrase"

    @property
    def exports(self) -> Path:
        return self.folder / "exports"

    def save(self) -> None:
        value = asdict(self) | {"folder": str(self.folder)}
        write_file(self.folder / MARK, json.dumps(value, indent=1).encode("utf-8"))


class Ports(NamedTuple):
    """Node code -> port."""

    officers: dict[str, int]
    partners: dict[str, int]


@contextmanager
def reserved(host: str) -> Iterator[Ports]:
    """The usual ports, or free ones where they are busy, kept from others for as long as the context lasts.

    Each is bound and not listened on: Linux lets our nodes listen there, and nobody else's bind succeeds, not even
    while a node is down. BadInput(NOT_LOOPBACK) for any address that other machines could reach.
    """
    if not _loopback(host):
        raise BadInput(Code.NOT_LOOPBACK)
    with ExitStack() as held:
        officers = {code: _hold(held, host, OFFICER_PORT + n) for n, code in enumerate(NODES)}
        partners = {code: _hold(held, host, PARTNER_PORT + n) for n, code in enumerate(NODES)}
        yield Ports(officers, partners)


def make(folder: Path, host: str, ports: Ports) -> Place:
    """A new, empty place; one that an earlier demonstration left is wiped. Conflict for a folder of something else."""
    if folder.exists():
        wipe(folder)
    folder.mkdir(mode=0o700, parents=True)
    for name in ("tokens", "parties", "exports", "logs"):
        (folder / name).mkdir(mode=0o700)
    place = Place(folder.absolute(), host, ports.officers, ports.partners)
    place.save()
    return place


def load(folder: Path) -> Place:
    """The place in `folder`. BadInput(CONFIG_INVALID) when there is none."""
    try:
        value = json.loads((folder / MARK).read_text(encoding="utf-8"))
        return Place(**value | {"folder": folder.absolute()})
    except (OSError, ValueError, TypeError):
        raise BadInput(Code.CONFIG_INVALID, at=str(folder)) from None


def wipe(folder: Path) -> None:
    """Removes a demonstration's folder, and nothing else. Conflict(ALREADY_EXISTS) for any other folder."""
    if not (folder / MARK).is_file() and any(folder.iterdir()):
        raise Conflict(Code.ALREADY_EXISTS, at=str(folder))
    shutil.rmtree(folder)


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _hold(held: ExitStack, host: str, wanted: int) -> int:
    holder = held.enter_context(socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET))
    try:
        holder.bind((host, wanted))
    except OSError:
        holder.bind((host, 0))
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # from now on a listener that says so may join
    return int(holder.getsockname()[1])
