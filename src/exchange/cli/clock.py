"""`exchange clock`: what an administrator does when the node does not believe its own clock."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Final

import typer

from exchange.cli.command import command
from exchange.cli.credentials import read_token
from exchange.cli.session import Session
from exchange.errors import BadInput, Code
from exchange.operations.clock import stamp
from exchange.operations.clock_confirm import confirm_clock, confirming

group = typer.Typer(name="clock", help="The machine's clock.", no_args_is_help=True)
_FORM: Final = "%Y-%m-%dT%H:%M"


@command(group, "confirm")
def confirm(
    session: Session,
    *,
    time: Annotated[str, typer.Option(help="The time now in UTC, read from another clock, as 2026-11-02T08:00.")],
) -> None:
    """After a long rest: the clock is right although it is over 31 days ahead of all we know. This cannot be undone."""
    try:
        read = datetime.strptime(time.removesuffix("Z"), _FORM).replace(tzinfo=UTC)
    except ValueError:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="time") from None
    token = read_token(session.options.token_file)
    with session.node() as node, node.store.write() as unit:
        person = confirming(node, unit, token)
        ahead = confirm_clock(node, unit, person, read)
    session.out.line("confirmed:", stamp(read), "·", ahead.days, "days ahead")
    session.result(time=stamp(read), ahead_days=ahead.days)
