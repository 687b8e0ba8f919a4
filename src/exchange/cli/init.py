"""`exchange init`: a new node in a new folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from exchange.cli.command import command
from exchange.cli.credentials import read_passphrase
from exchange.cli.founding import Choices, found
from exchange.cli.session import Session
from exchange.config import home_folder, passphrase_path
from exchange.errors import BadInput, Code
from exchange.sentences.fingerprints import grouped

group = typer.Typer()


@command(group, "init")
def init(
    session: Session,
    *,
    node: Annotated[str, typer.Option(help="Our country code, two capital letters.")],
    officer_port: Annotated[int, typer.Option(help="Port for officers.")] = 8441,
    partner_port: Annotated[int, typer.Option(help="Port for partners.")] = 9441,
    officer_host: Annotated[str, typer.Option(help="Address for officers to listen on.")] = "127.0.0.1",
    partner_host: Annotated[str, typer.Option(help="Address for partners to listen on.")] = "127.0.0.1",
    partner_url: Annotated[str, typer.Option(help="https://host:port that our card tells partners.")] = "",
    database_url: Annotated[str, typer.Option(help="postgresql://user@host/name; empty: SQLite.")] = "",
    database_password_file: Annotated[Path | None, typer.Option(help="File with the database password.")] = None,
) -> None:
    """Make a node: folder, keys, certificate, card, database. Prints the root fingerprint for partners."""
    home = home_folder(session.options.home)
    secret = session.options.passphrase_file or passphrase_path()
    choices = Choices(
        node=node,
        officer_port=officer_port,
        partner_port=partner_port,
        officer_host=officer_host,
        partner_host=partner_host,
        partner_url=partner_url,
        database_url=database_url,
        database_password_file=database_password_file,
        passphrase_file=_kept(secret),
    )
    passphrase = read_passphrase(secret, ask=not session.options.no_input, confirm=True)
    fingerprint = _found(home, choices, passphrase)
    session.out.line(f"node {node} made in", home)
    session.out.line("root fingerprint:", grouped(fingerprint), style="bold")
    session.out.line("Move keys/root.keys offline, and read the fingerprint out to each partner by voice.")
    session.out.line("next: exchange user add ID --role administrator, then exchange user token ID --out FILE")
    session.result(node=node, home=str(home), fingerprint=fingerprint)


def _found(home: Path, choices: Choices, passphrase: bytes) -> str:
    try:
        return found(home, choices, passphrase)
    except ValidationError as fault:
        raise BadInput(Code.CONFIG_INVALID, at=str(fault.errors()[0]["loc"][0])) from None


def _kept(path: Path | None) -> Path | None:
    """Where the passphrase was read from is remembered, unless it was stdin."""
    return None if path is None or str(path) == "-" else path.absolute()
