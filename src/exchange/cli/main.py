"""The `exchange` command: puts the groups together and turns what goes wrong into exit codes (`exits.py`)."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import lru_cache
from typing import Annotated, Final

import typer

from exchange import __version__
from exchange.cli import (
    after,
    agreement_life,
    audit_openings,
    audit_tiles,
    clock,
    decision,
    doctor,
    guide,
    imports,
    init,
    match,
    messages,
    migrate,
    names,
    onward,
    partner_trust,
    preview,
    push,
    questions,
    reconcile,
    record,
    renew,
    search,
    serve,
    traffic,
    user,
    user_code,
    waiver,
    why,
    witness,
)
from exchange.cli.demo import command as demo
from exchange.cli.exits import Exit
from exchange.cli.output import SCHEMA, Output, print_json

_AUDIT: Final = (audit_openings, audit_tiles, reconcile)
"""Each adds its commands to the one group `audit`."""
_USER: Final = (user_code,)
"""The same for `user`."""
app: Final = typer.Typer(
    name="exchange",
    help="A state's node for sharing records on foreign fighters under signed agreements.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for _module in (
    init,
    serve,
    renew,
    migrate,
    user,
    partner_trust,
    agreement_life,
    imports,
    record,
    preview,
    push,
    messages,
    onward,
    questions,
    traffic,
    audit_openings,
    clock,
):
    app.add_typer(_module.group)
for _group in after.GROUPS:
    app.add_typer(_group)
for _module in (why, decision, search, match, names):
    app.add_typer(_module.group)
app.add_typer(witness.group)
app.add_typer(witness.epoch_group)
app.add_typer(waiver.group)
app.add_typer(waiver.standing_group)
app.add_typer(doctor.group)
app.add_typer(guide.group)
app.add_typer(demo.group)


def _version(asked: bool) -> None:
    if asked:
        print(f"exchange {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """A state's node for sharing records on foreign fighters under signed agreements."""


def run(arguments: list[str] | None = None) -> None:
    """The console script. Always ends by SystemExit."""
    sys.exit(execute(sys.argv[1:] if arguments is None else arguments))


@lru_cache(maxsize=1)
def _program() -> Callable[..., object]:
    """Every command with its options: put together once, since that takes longer than most commands do."""
    return typer.main.get_command(app).main


def execute(arguments: list[str]) -> int:
    """Runs one command line and returns its exit code."""
    try:
        code = _program()(args=arguments, prog_name="exchange", standalone_mode=False)
    except typer.TyperException as usage:
        return _usage(usage, as_json="--json" in arguments)
    except (typer.Abort, KeyboardInterrupt):
        return 130
    except typer.Exit as stop:
        return stop.exit_code
    return code if isinstance(code, int) else Exit.OK


def _usage(fault: typer.TyperException, *, as_json: bool) -> int:
    """Messages of the parser name options, never values that might be secrets: those come by file only."""
    output = Output(as_json=as_json)
    output.error(fault.format_message(), "exchange --help")
    if as_json:
        problem = {"type": "urn:exchange:problem:USAGE", "title": fault.format_message(), "code": "USAGE"}
        print_json({"schema": SCHEMA, "exit_code": int(Exit.USAGE), **problem})
    return int(Exit.USAGE)
