"""`exchange doctor`: is this node fit to work? Every red line has a cause and one next step."""

from __future__ import annotations

from typing import Annotated

import typer

from exchange.cli import checks
from exchange.cli.checks import Check
from exchange.cli.command import command
from exchange.cli.exits import Exit
from exchange.cli.faults import StopError
from exchange.cli.session import Session
from exchange.errors import ExchangeError
from exchange.operations.identity import STORE

group = typer.Typer()


@command(group, "doctor")
def doctor(
    session: Session,
    *,
    live: Annotated[bool, typer.Option("--live", help="Only: does the running node answer? Needs no keys.")] = False,
    partners: Annotated[bool, typer.Option("--partners", help="Also call every partner now.")] = False,
) -> None:
    """Check folder, keys, database, clock, ledger, agreements and partners. Exit 75 if something must be put right."""
    settings = session.settings()
    found = (
        [checks.live(settings)]
        if live
        else list(checks.folder(settings)) + list(checks.machine(settings, session.out.lang))
    )
    if not live and all(each.state != "fail" for each in found if each.name == "database"):
        found += _with_node(session, partners)
    session.out.table(("check", "state", "cause", "next_step"), [(e.name, e.state, e.cause, e.next) for e in found])
    ok = all(each.state != "fail" for each in found)
    session.result(ok=ok, checks=[{"name": e.name, "state": e.state, "cause": e.cause, "next": e.next} for e in found])
    if not ok:
        raise StopError(Exit.RETRY)


def _with_node(session: Session, partners: bool) -> list[Check]:
    try:
        with session.node() as node:
            settings = session.settings()
            found = [Check("keys", "ok", "unlocked"), *checks.node(settings, node, session.out.lang)]
            return found + list(checks.talk(node)) if partners else found
    except ExchangeError as fault:
        if fault.facts.get("at") == STORE:
            return [Check("database", "fail", "is another node's", "see database_url in config.toml")]
        return [Check("keys", "fail", str(fault), "--passphrase-file")]
