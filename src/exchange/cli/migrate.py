"""`exchange migrate`: brings the database to this program's revision, and back."""

from __future__ import annotations

from typing import Annotated

import typer

from exchange.cli.command import command
from exchange.cli.session import Session
from exchange.config import Settings
from exchange.store import migrate as migrations
from exchange.wiring import database_url

group = typer.Typer(name="migrate", help="The database's revision.", no_args_is_help=True)


@command(group, "up")
def up(session: Session) -> None:
    """Run the migrations still to be run."""
    settings = session.settings()
    before = _pending(settings)
    migrations.upgrade(database_url(settings))
    _tell(session, settings, done=before)


@command(group, "down")
def down(
    session: Session, *, revision: Annotated[str, typer.Argument(help="Revision to go back to; `base` empties it.")]
) -> None:
    """Go back to a revision. What later revisions added is lost."""
    settings = session.settings()
    migrations.downgrade(database_url(settings), revision)
    _tell(session, settings, done=[])


@command(group, "status")
def status(session: Session) -> None:
    """Show the revision and what is still to be run."""
    _tell(session, session.settings(), done=[])


def _pending(settings: Settings) -> list[str]:
    return migrations.pending(database_url(settings))


def _tell(session: Session, settings: Settings, done: list[str]) -> None:
    at, pending = migrations.current(database_url(settings)), _pending(settings)
    session.out.line("revision:", at or "none", "· pending:", ", ".join(pending) or "none")
    session.result(revision=at, pending=pending, done=done)
