"""Turns every failure of a command into a sentence, a problem object and an exit code; no traceback, no value."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass

import typer

from exchange.cli.exits import Exit, exit_of
from exchange.cli.hints import hint
from exchange.cli.output import SCHEMA, Output, print_json
from exchange.errors import Code, ExchangeError, Fact
from exchange.sentences import FACTS, sentence


@dataclass(slots=True)
class StopError(Exception):
    """A command is done, and its result means `code` (nothing releasable, a failed verification). Already printed."""

    code: Exit


def guarded(output: Output, command: str, call: Callable[[], None]) -> Exit:
    """Runs `call`; returns the exit code. Usage errors of typer pass through to `main.run`."""
    try:
        call()
    except StopError as stop:
        return stop.code
    except ExchangeError as error:
        code = exit_of(error)
        tell(output, command, code, (error.code, error.facts))
        return code
    except (typer.Exit, typer.Abort, typer.TyperException, KeyboardInterrupt):
        raise
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.UNEXPECTED
    except Exception as unexpected:
        facts: dict[str, Fact] = {"kind": type(unexpected).__name__, "at": _place(unexpected)}
        tell(output, command, Exit.UNEXPECTED, (Code.UNEXPECTED, facts))
        return Exit.UNEXPECTED
    return Exit.OK


def tell(output: Output, command: str, code: Exit, what: tuple[Code, dict[str, Fact]]) -> None:
    """The error and what to do next, on stderr; with --json the problem on stdout (RFC 9457 members)."""
    name, facts = what
    said = sentence(name, output.lang, facts)
    output.error(f"{said} [{name.value}{_untold(facts, output.lang)}]", hint(name, output.lang))
    if output.as_json:
        print_json(
            {
                "schema": SCHEMA,
                "command": command,
                "type": f"urn:exchange:problem:{name.value}",
                "title": said,
                "code": name.value,
                "facts": facts,
                "exit_code": int(code),
            }
        )


def _place(error: Exception) -> str:
    """Where it happened, as file and line of ours: enough for a report, and no value."""
    place = ""
    trace = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if "exchange" in file:
            place = f"{os.path.basename(file)}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def _untold(facts: dict[str, Fact], lang: str) -> str:
    """Facts that the sentence has no words for."""
    return "".join(f" {name}={value}" for name, value in sorted(facts.items()) if name not in FACTS.get(lang, {}))
