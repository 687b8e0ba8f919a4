"""What one run of a command has: its options, its streams, the node's folder, and who acts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from exchange.cli.credentials import has_token, read_passphrase, read_token
from exchange.cli.output import Output
from exchange.config import Settings, home_folder, load, passphrase_path
from exchange.errors import Denied, Forbidden, Unauthenticated
from exchange.model.state import Person
from exchange.operations.identity import check_identity
from exchange.operations.logins import note_denied
from exchange.operations.lookups import NO_PERMISSION, note_refused
from exchange.operations.people import who
from exchange.ports import Node, Unit
from exchange.store import SqlStore
from exchange.wiring import build


@dataclass(slots=True)
class Options:
    """The options that every command takes."""

    home: Path | None = None
    passphrase_file: Path | None = None
    token_file: Path | None = None
    no_input: bool = False


@dataclass(slots=True)
class Session:
    """One command. Only this edge opens and commits units of the local store."""

    command: str
    out: Output
    options: Options = field(default_factory=Options)

    def settings(self) -> Settings:
        """Settings of the node whose folder is --home or EXCHANGE_HOME."""
        return load(home_folder(self.options.home))

    def passphrase(self, settings: Settings) -> bytes:
        """From --passphrase-file, EXCHANGE_PASSPHRASE_FILE, the configuration, or asked."""
        path = self.options.passphrase_file or passphrase_path(settings)
        return read_passphrase(path, ask=not self.options.no_input)

    @contextmanager
    def node(self) -> Iterator[Node]:
        """The local node, unlocked, over its own database; closed at the end."""
        settings = self.settings()
        node = build(settings, self.passphrase(settings))
        try:
            check_identity(node)
            yield node
        finally:
            close(node)

    @contextmanager
    def acting(self) -> Iterator[tuple[Node, Person]]:
        """The local node and the person whose token was named. Unauthenticated without one.

        Who is turned away or refused is in the ledger, each time: whoever calls from here reaches the disk anyway.
        """
        token = read_token(self.options.token_file)
        with self.node() as node:
            try:
                with node.store.read() as unit:
                    person = who(node, unit, token)
            except Unauthenticated as unknown:
                note_denied(node, unknown.code)
                raise
            try:
                yield node, person
            except (Denied, Forbidden) as refused:
                note_refused(node, person, refused.code, str(refused.facts.get("permission", NO_PERMISSION)))
                raise

    def person(self, node: Node, unit: Unit) -> Person | None:
        """Who acts if a token was named, else None."""
        if not has_token(self.options.token_file):
            return None
        return who(node, unit, read_token(self.options.token_file))

    def result(self, **value: object) -> None:
        """The JSON result of this command."""
        self.out.result(self.command, value)


def close(node: Node) -> None:
    """Closes connections to partners and to the database."""
    node.peers.close()
    if isinstance(node.store, SqlStore):
        node.store.close()
