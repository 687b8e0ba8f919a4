"""The command line for tests: commands run in this process, nodes served in processes of their own."""

from __future__ import annotations

import contextlib
import io
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exchange.cli import checks
from exchange.cli.main import execute
from exchange.config import load


@dataclass(frozen=True, slots=True)
class Ran:
    """What one command did."""

    exit_code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def run(*words: str) -> Ran:
    """Runs `exchange words…` and returns what it printed and its exit code."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        exit_code = execute(list(words))
    return Ran(exit_code, out.getvalue(), err.getvalue())


@dataclass(frozen=True, slots=True)
class Desk:
    """One node's folder, its secrets and its people's tokens."""

    code: str
    folder: Path
    officer_port: int
    partner_port: int

    @property
    def home(self) -> Path:
        return self.folder / self.code.lower()

    def token(self, who: str) -> Path:
        return self.folder / f"{who}-{self.code.lower()}.token"

    def __call__(self, who: str, *words: str, expect: int = 0) -> Any:
        """Runs a command as `who` (empty: nobody) with --json; returns its JSON object."""
        options = ["--home", str(self.home), "--passphrase-file", str(self.folder / "passphrase"), "--json"]
        if who:
            options += ["--token-file", str(self.token(who))]
        ran = run(*words, *options)
        assert ran.exit_code == expect, f"{words}: {ran.exit_code}: {ran.out} {ran.err}"
        return ran.json

    @contextlib.contextmanager
    def served(self) -> Iterator[None]:
        """`exchange serve` for as long as the context lasts; ends by SIGTERM, with exit code 0."""
        command = [sys.executable, "-m", "exchange", "serve", "--home", str(self.home), "--no-input"]
        with (
            (self.folder / f"{self.code}.log").open("wb") as log,
            subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log) as process,
        ):
            try:
                end = time.monotonic() + 30
                while checks.live(load(self.home)).state != "ok":
                    assert process.poll() is None, (self.folder / f"{self.code}.log").read_text("utf-8")
                    assert time.monotonic() < end
                    time.sleep(0.1)
                yield
            finally:
                process.terminate()
            assert process.wait(timeout=30) == 0


def free_port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def desk(code: str, folder: Path) -> Desk:
    """A place for a node that is not made yet. Its passphrase file exists."""
    secret = folder / "passphrase"
    secret.touch(mode=0o600)
    secret.write_text("a passphrase for tests\n", encoding="utf-8")
    return Desk(code, folder, free_port(), free_port())


def make_node(place: Desk) -> str:
    """`exchange init`; returns the fingerprint."""
    made = place(
        "", "init", "--node", place.code, "--officer-port", str(place.officer_port),
        "--partner-port", str(place.partner_port),
    )  # fmt: skip
    return str(made["fingerprint"])


def staff(place: Desk) -> None:
    """The first administrator from the console, everybody else by that administrator."""
    admin = f"admin-{place.code.lower()}"
    place("", "user", "add", admin, "--role", "administrator")
    place("", "user", "token", admin, "--out", str(place.token("admin")))
    roles = {"officer": "officer", "approver": "releasing_officer", "second": "releasing_officer", "auditor": "auditor"}
    for name, role in roles.items():
        person = f"{name}-{place.code.lower()}"
        place("admin", "user", "add", person, "--role", role)
        place("admin", "user", "token", person, "--out", str(place.token(name)))
