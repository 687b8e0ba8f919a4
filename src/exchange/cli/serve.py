"""`exchange serve`: the node at work: officers' listener, partners' listener, worker; until SIGTERM."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from exchange.cli.command import command
from exchange.cli.session import Session
from exchange.errors import BadInput, Code

PARTS: Final = ("web", "partner", "worker")
group = typer.Typer()


@command(group, "serve")
def serve(
    session: Session,
    *,
    only: Annotated[
        list[str] | None, typer.Option(help="web, partner or worker; may be repeated. Without it, all three.")
    ] = None,
) -> None:
    """Run the node until SIGTERM or Ctrl-C. Refuses to start when an example of an agreement in force fails."""
    from exchange.cli.serving import run  # what serves is a third of the start of every other command

    parts = frozenset(only or PARTS)
    if not parts <= frozenset(PARTS):
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="only")
    run(session, parts)
