"""Registers commands, each with the common options: --json, --lang, --home, --no-input and where secrets are."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Concatenate, Final, ParamSpec

import typer

from exchange.cli import faults
from exchange.cli.output import Output
from exchange.cli.session import Options, Session

_Given = ParamSpec("_Given")
_PANEL: Final = "Common options"
LANGUAGES: Final = ("ar", "fr", "en")


def _language(value: str) -> str:
    if value not in LANGUAGES:
        raise typer.BadParameter(", ".join(LANGUAGES))
    return value


_COMMON: Final[dict[str, tuple[Any, Any]]] = {
    "json_": (
        Annotated[bool, typer.Option("--json", help="One JSON object on stdout.", rich_help_panel=_PANEL)],
        False,
    ),
    "lang": (
        Annotated[
            str,
            typer.Option(
                "--lang",
                envvar="EXCHANGE_LANG",
                callback=_language,
                help="Language of sentences: ar, fr or en.",
                rich_help_panel=_PANEL,
            ),
        ],
        "en",
    ),
    "home": (
        Annotated[
            Path | None, typer.Option("--home", help="The node's folder [EXCHANGE_HOME].", rich_help_panel=_PANEL)
        ],
        None,
    ),
    "passphrase_file": (
        Annotated[
            Path | None,
            typer.Option(
                "--passphrase-file",
                help="File with the passphrase of the keys, - for stdin [EXCHANGE_PASSPHRASE_FILE].",
                rich_help_panel=_PANEL,
            ),
        ],
        None,
    ),
    "token_file": (
        Annotated[
            Path | None,
            typer.Option(
                "--token-file", help="File with your token, - for stdin [EXCHANGE_TOKEN_FILE].", rich_help_panel=_PANEL
            ),
        ],
        None,
    ),
    "no_input": (
        Annotated[bool, typer.Option("--no-input", help="Never ask at the terminal.", rich_help_panel=_PANEL)],
        False,
    ),
}


def command(
    group: typer.Typer, name: str, **more: Any
) -> Callable[[Callable[Concatenate[Session, _Given], None]], Callable[Concatenate[Session, _Given], None]]:
    """Makes `call(session, …)` the command `name` of `group`; its docstring is the help."""
    title = f"{group.info.name} {name}" if isinstance(group.info.name, str) else name

    def register(
        call: Callable[Concatenate[Session, _Given], None],
    ) -> Callable[Concatenate[Session, _Given], None]:
        group.command(name, **more)(_with_common_options(title, call))
        return call

    return register


def _with_common_options(title: str, call: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(call)
    def run(**given: Any) -> None:
        common = {name: given.pop(name) for name in _COMMON}
        output = Output(common.pop("json_"), common.pop("lang"))
        session = Session(title, output, Options(**common))
        code = faults.guarded(output, title, lambda: call(session, **given))
        if code:
            raise typer.Exit(int(code))

    signature = inspect.signature(call, eval_str=True)
    own = list(signature.parameters.values())[1:]
    added = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        for name, (annotation, default) in _COMMON.items()
    ]
    ours = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in own]
    run.__dict__.pop("__wrapped__", None)
    run.__dict__["__signature__"] = signature.replace(parameters=[*ours, *added])
    run.__annotations__ = {each.name: each.annotation for each in [*ours, *added]}
    return run
