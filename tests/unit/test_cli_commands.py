"""Every command takes the common options, answers in JSON of one schema, and never asks for a secret as an argument."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from exchange.cli.main import app
from exchange.cli.output import SCHEMA
from tests.cli import run

COMMON = {"--json", "--lang", "--home", "--passphrase-file", "--token-file", "--no-input"}


def commands(command: Any = None, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    command = command if command is not None else typer.main.get_command(app)
    below = getattr(command, "commands", None)
    if below is None:
        yield words, command
        return
    for name, each in below.items():
        yield from commands(each, (*words, name))


ALL = dict(commands())


def test_the_commands_are_these() -> None:
    names = {" ".join(words) for words in ALL}
    assert {"init", "serve", "push", "approve", "release", "pull", "preview", "doctor", "status"} <= names
    assert {"audit verify", "audit reconcile", "import un-list", "agreement add-signature", "demo run"} <= names
    assert len(names) == len(ALL) > 35


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_a_command_takes_the_common_options_and_has_help(words: tuple[str, ...]) -> None:
    command = ALL[words]
    options = {option for parameter in command.params for option in getattr(parameter, "opts", [])}
    assert options >= COMMON
    assert not {option for option in options if option in ("--passphrase", "--token", "--password", "--secret")}
    assert command.help
    assert run(*words, "--help").exit_code == 0


@pytest.mark.parametrize("words", [("status",), ("partner", "list"), ("doctor",), ("audit", "export", "--out", "x")])
def test_a_failure_is_a_problem_on_stdout_and_a_sentence_on_stderr(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("EXCHANGE_HOME", "EXCHANGE_TOKEN_FILE", "EXCHANGE_PASSPHRASE_FILE"):
        monkeypatch.delenv(name, raising=False)
    ran = run(*words, "--json", "--home", str(tmp_path))
    problem = ran.json
    assert ran.exit_code == problem["exit_code"] != 0
    assert problem["schema"] == SCHEMA
    assert problem["type"] == f"urn:exchange:problem:{problem['code']}"
    assert problem["title"] in ran.err
    assert ran.err.startswith("error: ")


def test_usage_errors_end_with_2_and_say_so_in_json() -> None:
    ran = run("push", "--nonsense", "--json")
    assert ran.exit_code == ran.json["exit_code"] == 2
    assert ran.json["schema"] == SCHEMA
    assert run("there-is-no-such-command").exit_code == 2
    assert run("status", "--lang", "xx").exit_code == 2


def test_no_color_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[3" not in run("status", "--home", "/nonexistent").err


def test_version() -> None:
    ran = run("--version")
    assert (ran.exit_code, ran.out.split()[0]) == (0, "exchange")
