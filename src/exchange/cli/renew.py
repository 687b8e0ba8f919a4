"""`exchange renew`: the next version of our card, in two steps so that no connection ever fails.

First `renew`: prekeys for another 90 days and the next TLS certificate; the card pins the old certificate and the new
one, and goes to the partners. When they have taken it (`exchange partner update`), `renew --switch` starts to use the
new certificate. A process that dies in between leaves keys that nobody announced, and nothing else.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from exchange.cli.command import command
from exchange.cli.credentials import read_passphrase
from exchange.cli.files import write_file
from exchange.cli.founding import hosts, read_root
from exchange.cli.partner import own_card
from exchange.cli.session import Session
from exchange.config import Settings
from exchange.crypto import keyfile
from exchange.crypto.descriptor import PREKEY_LIFETIME, Descriptor, destroyable_prekeys, renew, sign, trusted
from exchange.crypto.descriptor_document import MAX_LIFETIME
from exchange.crypto.keys import NodeKeys, RootKey
from exchange.crypto.tlscert import make_certificate, to_der
from exchange.errors import BadInput, Code, Conflict, Untrusted
from exchange.ledger.entries import entry
from exchange.model.state import Person
from exchange.operations import journal
from exchange.operations.audit import OWN_DESCRIPTOR
from exchange.operations.clock import safe_now, stamp
from exchange.operations.permissions import Permission, require
from exchange.ports import Node
from exchange.wiring import NODE_KEYS, TLS_CERTIFICATE, TLS_KEY

NEXT: Final = ".next"
"""Ending of the files of a certificate that is announced and not yet used."""
group = typer.Typer()


@command(group, "renew")
def renew_(
    session: Session,
    *,
    root_key: Annotated[Path | None, typer.Option(help="Our root key file, brought from where it is offline.")] = None,
    out: Annotated[Path | None, typer.Option(help="File for the new card, for partners.")] = None,
    root_passphrase_file: Annotated[
        Path | None, typer.Option(help="Passphrase of the root key; without it, the node's.")
    ] = None,
    switch: Annotated[bool, typer.Option("--switch", help="Use the new certificate: partners have the card.")] = False,
) -> None:
    """Make and sign the next card; later, with --switch, use its certificate. Restart the node after either."""
    settings = session.settings()
    if switch:
        _switch(session, settings)
        return
    if root_key is None or out is None:
        raise BadInput(Code.MISSING_MEMBER, at="root-key, out")
    passphrase = session.passphrase(settings)
    secret = passphrase if root_passphrase_file is None else read_passphrase(root_passphrase_file, ask=False)
    root = read_root(root_key, secret)
    with session.acting() as (node, person):
        require(person, Permission.PARTNER_WRITE)
        card, made = _Renewal(settings, node, person, passphrase).make(root)
    write_file(out, card)
    session.out.line("card version", made.version, "written:", out)
    session.out.line("next: partners run exchange partner update; then exchange renew --switch")
    session.result(version=made.version, out=str(out), expires=stamp(made.expires))


@dataclass(frozen=True, slots=True)
class _Renewal:
    settings: Settings
    node: Node
    person: Person
    passphrase: bytes

    def make(self, root: RootKey) -> tuple[bytes, Descriptor]:
        """Writes the new keys, then stores the card. Untrusted(ROOT_MISMATCH) for another node's root."""
        before = trusted(own_card(self.node))
        if root.fingerprint != before.fingerprint:
            raise Untrusted(Code.ROOT_MISMATCH)
        with self.node.store.write() as unit:
            now = safe_now(self.node, unit)
            keys = self._keys(before, now)
            pins = (self._certificate(now), to_der((self.settings.keys / TLS_CERTIFICATE).read_bytes()))
            made = replace(renew(before, keys, now), tls_certificates=pins)
            card = sign(made, root)
            write_file(self.settings.keys / NODE_KEYS, keyfile.lock(keys.to_bytes(), self.passphrase))
            unit.set_setting(OWN_DESCRIPTOR, card.decode("utf-8"))
            line = entry("key.changed", at=stamp(now), actor=self.person.id, descriptor_version=made.version)
            journal.write(self.node, unit, [line], now)
        return card, made

    def _keys(self, before: Descriptor, now: datetime) -> NodeKeys:
        """Prekeys until the new card's end; the private halves that nobody may use any more are destroyed.

        A node founded before witnessing gets its witness key here.
        """
        keys = self.node.keys.without_prekeys(destroyable_prekeys(before, self.node.keys, now))
        ends = [
            max((span.end for span in before.sealing if span.key.suite == suite), default=now) for suite in keys.signing
        ]
        missing = now + MAX_LIFETIME - max(min(ends), now)
        return keys.with_witness().with_new_prekeys(max(1, -(-missing // PREKEY_LIFETIME)))

    def _certificate(self, now: datetime) -> bytes:
        """Writes the next certificate and its key beside those in use; returns its DER bytes."""
        name = f"{self.node.code} exchange"
        names = hosts(self.settings.officer_host, self.settings.partner_host)
        certificate, private = make_certificate(name, names, now, passphrase=self.passphrase)
        write_file(self.settings.keys / (TLS_KEY + NEXT), private)
        write_file(self.settings.keys / (TLS_CERTIFICATE + NEXT), certificate)
        return to_der(certificate)


def _switch(session: Session, settings: Settings) -> None:
    """Conflict when no certificate waits. The key goes first: a half-done switch is noticed at start and repeated."""
    with session.acting() as (_, person):
        require(person, Permission.PARTNER_WRITE)
    waiting = settings.keys / (TLS_CERTIFICATE + NEXT)
    if not waiting.exists():
        raise Conflict(Code.RELEASE_STATE, at=waiting.name)
    if (settings.keys / (TLS_KEY + NEXT)).exists():
        os.replace(settings.keys / (TLS_KEY + NEXT), settings.keys / TLS_KEY)
    os.replace(waiting, settings.keys / TLS_CERTIFICATE)
    session.out.line("the new certificate is in use after a restart")
    session.result(switched=True)
