"""One-use links into the three consoles, for each role: made while the nodes run, written into one private file."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from exchange.cli.credentials import write_private
from exchange.cli.demo.place import CODES, Place
from exchange.cli.session import close
from exchange.cli.user import CONSOLE
from exchange.config import load
from exchange.operations import enrolment
from exchange.wiring import build

ROLES: Final = ("officer", "approver", "approver2", "auditor", "admin")
LIFETIME: Final = timedelta(hours=8)
FILE: Final = "links.txt"


def make_links(place: Place) -> dict[str, dict[str, str]]:
    """Node -> person -> link. Whoever has such a link is that invented person, once."""
    passphrase = place.passphrase_file.read_bytes().strip()
    links: dict[str, dict[str, str]] = {}
    for code in CODES:
        settings = load(place.home(code))
        node = build(settings, passphrase)
        try:
            with node.store.write() as unit:
                for role in ROLES:
                    person = f"{role}-{code.lower()}"
                    token = enrolment.invite(node, unit, CONSOLE, person, lifetime=LIFETIME)
                    links.setdefault(code, {})[person] = f"{settings.origin}/enrol/{token}"
        finally:
            close(node)
    lines = [f"{person}\t{link}" for people in links.values() for person, link in people.items()]
    write_private(place.folder / FILE, "\n".join([*lines, ""]).encode("ascii"))
    return links
